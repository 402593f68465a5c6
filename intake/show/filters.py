"""The filter of the list: read from the address, never trusted, told back to the form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import g, has_request_context

from intake.domain.delivery import DeliveryState
from intake.domain.submission import SubmissionState
from intake.show.language import _
from intake.show.text import short
from intake.show.words import STATUSES
from intake.store.filter import NOBODY, Again, LogFilter

LONGEST_VALUE = 200
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)

NAMES = (
    *("text", "status", "site", "period", "since", "until"),
    *("source", "campaign", "medium", "region", "again", "issue", "assigned"),
)

UNREAD = (
    "Ничего не сделано: условия отбора не читаются, и под них попало бы лишнее. Исправьте их и "
    "повторите."
)

# How the edge of an hour is written, as a browser's field for it does.
MINUTE = "%Y-%m-%dT%H:%M"

# Days of the reader: from how many days ago to how many days ago.
PERIODS = {
    "today": (0, 0),
    "yesterday": (1, 1),
    "week": (6, 0),
    "month": (29, 0),
    "quarter": (89, 0),
}


@dataclass(frozen=True, slots=True)
class LogQuery:
    """What an address asks of the list.

    `values` are what the form shows and links repeat; `problems` are sentences about what
    could not be read and was left out; `before`, `after` are ids of the page's border.
    """

    wanted: LogFilter
    values: Mapping[str, str]
    problems: tuple[str, ...] = ()
    before: int | None = None
    after: int | None = None


def read_query(args: Mapping[str, str], zone: ZoneInfo, now: datetime | None = None) -> LogQuery:
    """Read the address's parameters; days are the reader's, in `zone`, and end with `now`."""
    values = read_values(args)
    problems: list[str] = []
    today = (now or datetime.now(UTC)).astimezone(zone).date()
    since, until = _edges(values, problems, zone, today)
    wanted = LogFilter(
        site=values.get("site"),
        status=_status(values.get("status"), problems),
        text=values.get("text"),
        since=since,
        until=until,
        source=values.get("source"),
        campaign=values.get("campaign"),
        medium=values.get("medium"),
        region=values.get("region"),
        issue=values.get("issue"),
        again=_again(values.get("again"), problems),
        assignee=_assignee(values.get("assigned"), problems),
    )
    before, after = read_id(args.get("before")), read_id(args.get("after"))
    return LogQuery(wanted, values, tuple(problems), before, after)


def read_values(args: Mapping[str, str]) -> dict[str, str]:
    """Return what of an address is a filter, as links may repeat it."""
    given = {name: clean(args.get(name, "")) for name in NAMES}
    return {name: value for name, value in given.items() if value}


def _edges(
    values: Mapping[str, str], problems: list[str], zone: ZoneInfo, today: date
) -> tuple[datetime | None, datetime | None]:
    """Return the first moment and the end; a named period counts more than days."""
    period = values.get("period")
    if period in PERIODS:
        first, last = PERIODS[period]
        return (
            _midnight(today - timedelta(days=first), zone),
            _midnight(today - timedelta(days=last - 1), zone),
        )
    if period:
        problems.append(_("Периода «%(typed)s» нет: показано всё время.", typed=short(period)))
    since = _edge(values.get("since"), problems, zone, ends=0)
    until = _edge(values.get("until"), problems, zone, ends=1)
    if since and until and since >= until:
        problems.append(_("Дата «с» позже даты «по»: поменяйте их местами."))
    return since, until


def _edge(text: str | None, problems: list[str], zone: ZoneInfo, *, ends: int) -> datetime | None:
    """Return a day's midnight, `ends` days later; or the minute, where the text names one."""
    if text and "T" in text:
        try:
            minute = datetime.strptime(text, MINUTE).replace(tzinfo=zone)
        except ValueError:
            minute = None
        if minute and EARLIEST <= minute.date() <= LATEST:
            return minute
    day = _day(text, problems)
    return _midnight(day + timedelta(days=ends), zone) if day else None


def read_id(text: str | None) -> int | None:
    """Return an id that a database can hold; None for anything else."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > len(str(2**62)):
        return None
    number = int(text)
    return number if number < 2**62 else None


ME, NOBODYS = "me", "nobody"
_NOT_SIGNED_IN = -1


def read_assignee(text: str | None) -> int | None:
    """Return whose submissions are meant: a person's id, NOBODY, or None where not told.

    «me» is whoever asks: so one view serves everybody. Outside of a request it is nobody
    there is, rather than everybody.
    """
    if text == NOBODYS:
        return NOBODY
    if text == ME:
        user = g.get("user") if has_request_context() else None
        return user.id if user else _NOT_SIGNED_IN
    return read_id(text) or None


def clean(text: str) -> str:
    """Return what a field is read as: without signs that nobody sees, up to `LONGEST_VALUE`."""
    return "".join(sign for sign in text if sign.isprintable()).strip()[:LONGEST_VALUE]


def _status(text: str | None, problems: list[str]) -> SubmissionState | DeliveryState | None:
    found = next((status for status in STATUSES if status.value == text), None)
    if text and found is None:
        problems.append(_("Состояния «%(typed)s» нет: показаны все.", typed=short(text)))
    return found


def _again(text: str | None, problems: list[str]) -> Again | None:
    found = next((each for each in Again if each.value == text), None)
    if text and found is None:
        problems.append(_("Условия «%(typed)s» о повторах нет: показаны все.", typed=short(text)))
    return found


def _assignee(text: str | None, problems: list[str]) -> int | None:
    found = read_assignee(text)
    if text and found is None:
        problems.append(_("Ответственного «%(typed)s» нет: показаны все.", typed=short(text)))
    return found


def _day(text: str | None, problems: list[str]) -> date | None:
    if text is None:
        return None
    for pattern in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            day = datetime.strptime(text, pattern).replace(tzinfo=UTC).date()
        except ValueError:
            continue
        if EARLIEST <= day <= LATEST:
            return day
    problems.append(_("Дата «%(typed)s» не читается: нужен вид 23.11.2026.", typed=short(text)))
    return None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
