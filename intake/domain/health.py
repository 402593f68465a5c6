"""Is the service well? Decided here from figures; `intake.health` gathers them."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Level(StrEnum):
    """How well a part is. `degraded`: leads are accepted, but reach the CRM late."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: `value` is its figure in the unit that `name` ends with."""

    name: str
    level: Level
    message: str
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Vitals:
    """What the store tells of the service's life; None where there is nothing to tell.

    `oldest_due` is for how long the longest-waiting delivery has been due, of accounts
    that are not paused.
    """

    sweeper_age: timedelta | None = None
    oldest_due: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured. `vitals` is None where the store cannot be read.

    `free_bytes` is None where the disk is another machine's, `queued` where the queue
    does not answer.
    """

    writable: bool
    vitals: Vitals | None
    free_bytes: int | None
    queued: int | None


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on something is wrong.

    A sweep may last minutes where it delivers by itself to a CRM that hangs. Below
    `full_disk` bytes the next posts may not fit any more.
    """

    silent: timedelta = timedelta(minutes=3)
    late: timedelta = timedelta(minutes=10)
    low_disk: int = 500 * 1024 * 1024
    full_disk: int = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Health:
    """Everything that was looked at."""

    checks: tuple[Check, ...]

    @property
    def level(self) -> Level:
        """The worst of all: `failed` means that posts cannot be accepted."""
        found = {check.level for check in self.checks}
        return next(each for each in reversed(Level) if each in found or each is Level.OK)

    @property
    def wrong(self) -> tuple[Check, ...]:
        """The checks that are not well."""
        return tuple(check for check in self.checks if check.level is not Level.OK)


def examine(figures: Figures, limits: Limits | None = None) -> Health:
    """Judge the figures.

    Only what keeps a post from being stored is a failure: a balancer that took the web
    away because the sweeper is silent would turn a delay into a loss.
    """
    limits = limits or Limits()
    vitals = figures.vitals or Vitals()
    return Health(
        (
            _store(figures.writable),
            _disk(figures.free_bytes, limits),
            _queue(figures.queued),
            _sweeper(vitals.sweeper_age, limits),
            _oldest_due(vitals.oldest_due, limits),
        )
    )


def _store(writable: bool) -> Check:
    if writable:
        return Check("store", Level.OK, "База пишется.")
    return Check("store", Level.FAILED, "База не пишется: заявки не принимаются.")


def _disk(free: int | None, limits: Limits) -> Check:
    name = "disk_free_bytes"
    if free is None:
        return Check(name, Level.OK, "База на другом диске: следите за ним там.")
    megabytes = f"{free // (1024 * 1024)} МБ"
    if free < limits.full_disk:
        return Check(name, Level.FAILED, f"Диск полон: свободно {megabytes}.", free)
    if free < limits.low_disk:
        return Check(name, Level.DEGRADED, f"Диск заканчивается: свободно {megabytes}.", free)
    return Check(name, Level.OK, f"Свободно {megabytes}.", free)


def _queue(queued: int | None) -> Check:
    if queued is None:
        told = "Redis не отвечает: заявки принимаются, доставляет обходчик."
        return Check("queue_length", Level.DEGRADED, told)
    return Check("queue_length", Level.OK, f"В очереди звонков: {queued}.", queued)


def _sweeper(age: timedelta | None, limits: Limits) -> Check:
    name = "sweeper_seconds"
    if age is None:
        return Check(name, Level.DEGRADED, "Обходчик ещё ни разу не отметился.")
    seconds = max(age.total_seconds(), 0.0)
    if age > limits.silent:
        told = f"Обходчик молчит {in_words(age)}: повторов и подхвата нет."
        return Check(name, Level.DEGRADED, told, seconds)
    return Check(name, Level.OK, f"Обходчик отметился {in_words(age)} назад.", seconds)


def _oldest_due(age: timedelta | None, limits: Limits) -> Check:
    name = "oldest_due_seconds"
    if age is None:
        return Check(name, Level.OK, "Никто не ждёт доставки дольше положенного.", 0.0)
    seconds = max(age.total_seconds(), 0.0)
    level = Level.DEGRADED if age > limits.late else Level.OK
    return Check(name, level, f"Дольше всех ждёт доставки заявка: {in_words(age)}.", seconds)


def in_words(span: timedelta) -> str:
    """Say a span of time shortly.

    >>> [in_words(timedelta(seconds=s)) for s in (-1, 59, 600, 7300, 200000)]
    ['0 с', '59 с', '10 мин', '2 ч', '2 дн']
    """
    seconds = max(int(span.total_seconds()), 0)
    for unit, size in (("дн", 86_400), ("ч", 3600), ("мин", 60)):
        if seconds >= size * (2 if unit == "дн" else 1):
            return f"{seconds // size} {unit}"
    return f"{seconds} с"
