"""The calls of the CRM as they are written down: before they are made, and after."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from intake.domain.delivery import Outcome, Step, Unseen
from intake.domain.json import JsonObject
from intake.store.models import attempts

# Outcomes after which a step that was not checkpointed may yet have had its effect. OK is
# among them: the worker that saw it had lost the delivery and could not write it down.
UNSETTLED = (Outcome.UNKNOWN, Outcome.OK)


@dataclass(frozen=True, slots=True)
class Intent:
    """A call about to be made. `effect` says that it changes the CRM."""

    step: Step
    method: str
    request: JsonObject
    effect: bool


@dataclass(frozen=True, slots=True)
class Result:
    """How a call ended; `reply` and `message` carry no secret."""

    outcome: Outcome
    duration_ms: float
    http_status: int | None = None
    reply: str | None = None
    message: str | None = None


def result_values(result: Result) -> dict[str, Any]:
    """Return the columns that hold how a call ended."""
    return {
        "outcome": result.outcome,
        "duration_ms": result.duration_ms,
        "http_status": result.http_status,
        "reply": result.reply,
        "message": result.message,
    }


def settle_as_unknown(connection: Connection, delivery_id: int) -> None:
    """Call unknown what was under way when a worker died."""
    connection.execute(
        update(attempts)
        .where(attempts.c.delivery_id == delivery_id, attempts.c.outcome.is_(None))
        .values(
            outcome=Outcome.UNKNOWN,
            message="Отправка прервалась на полпути: ответ CRM не дождались.",
        )
    )


def unseen_calls(
    connection: Connection, delivery_id: int, since_generation: int, now: datetime
) -> dict[Step, tuple[Unseen, ...]]:
    """Return, by step, the calls that have changed the CRM or may have."""
    columns = attempts.c
    found = connection.execute(
        select(attempts).where(
            columns.delivery_id == delivery_id,
            columns.generation >= since_generation,
            columns.effect,
            columns.outcome.in_(UNSETTLED),
        )
    )
    calls: dict[Step, tuple[Unseen, ...]] = {}
    for each in found:
        step = Step(each.step)
        calls[step] = (*calls.get(step, ()), _unseen_call(each, now))
    return calls


def _unseen_call(attempt: Row[*tuple[Any, ...]], now: datetime) -> Unseen:
    lasted = attempt.duration_ms
    return Unseen(
        method=attempt.method,
        # A clock that went back makes it no younger than new.
        age=max(now - attempt.started_at, timedelta(0)),
        lasted=None if lasted is None else timedelta(milliseconds=lasted),
        http_status=attempt.http_status,
    )
