"""What is left of a submission that is erased: number, time, site, state, counts and marks.

Of the marks only those that name nobody; of the key it came under nothing that tells.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from intake.domain.attribution import Attribution
from intake.domain.erasure import Whom
from intake.domain.lead import Lead
from intake.domain.personal import impersonal
from intake.store.corrections import forget_values
from intake.store.database import Database
from intake.store.keys import erased_key
from intake.store.models import attempts, audit, deliveries, submissions
from intake.store.notes import erase_notes
from intake.store.words import kept_words


def erased_keys(database: Database, ids: Sequence[int]) -> dict[int, str | None]:
    """Return the keys that these will have: made beforehand, since that takes its time."""
    columns = submissions.c
    query = select(columns.id, columns.site, columns.submission_key).where(columns.id.in_(ids))
    with database.read() as connection:
        rows = connection.execute(query).all()
    return {row.id: erased_key(row.site, row.submission_key) for row in rows}


def leave_skeletons(
    connection: Connection,
    rows: Sequence[Row[Any]],
    keys: Mapping[int, str | None],
    now: datetime,
    whom: Whom | None = None,
) -> None:
    """Erase these submissions, which the caller has locked.

    `keys`: what `erased_keys` has told of them. `whom`: whoever has asked for it.
    """
    ids = [row.id for row in rows]
    if not ids:
        return
    mine = select(deliveries.c.id).where(deliveries.c.submission_id.in_(ids))
    connection.execute(
        update(attempts)
        .where(attempts.c.delivery_id.in_(mine))
        .values(request={}, reply=None, message=None)
    )
    connection.execute(
        update(deliveries)
        .where(deliveries.c.submission_id.in_(ids))
        .values(generation=deliveries.c.generation + 1, message=None, next_attempt_at=None)
    )
    _erase_details(connection, ids)
    forget_values(connection, ids)
    erase_notes(connection, ids)
    left = [_skeleton(row, now, whom) | {"submission_key": keys[row.id]} for row in rows]
    connection.execute(_SKELETON, left)


_SKELETON = (
    update(submissions)
    .where(submissions.c.id == bindparam("of_id"))
    .values(
        {
            name: bindparam(name)
            for name in (
                *("raw", "lead", "search_text", "fingerprint", "submission_key", "erased_at"),
                *("name", "phone", "email", "region", "timezone", "utm_source", "utm_campaign"),
            )
        }
    )
)


def _skeleton(row: Row[Any], now: datetime, whom: Whom | None) -> dict[str, Any]:
    """Return the columns of what is left of a submission."""
    marks = _marks(row, whom)
    left = Lead(attribution=Attribution.from_json(marks))
    nothing = dict.fromkeys(("name", "phone", "email", "region", "timezone"))
    return nothing | {
        "of_id": row.id,
        "raw": {"fields": {}, "received_at": row.received_at.isoformat(), "channel": row.channel},
        "lead": left.to_json(),
        "utm_source": marks.get("utm_source"),
        "utm_campaign": marks.get("utm_campaign"),
        "search_text": kept_words(value for value in marks.values() if value),
        # A digest of what was typed would tell whoever guesses it that the guess is right.
        "fingerprint": "",
        "erased_at": row.erased_at or now,
    }


def _marks(row: Row[Any], whom: Whom | None) -> dict[str, str]:
    marks = Lead.from_json(row.lead if isinstance(row.lead, dict) else {}).attribution.utm
    asked = (whom.email, whom.digits) if whom else ()
    contacts = [each for each in (row.phone, row.email, *asked) if each]
    named = whom.is_within if whom else _never
    return {name: text for name, text in impersonal(marks, contacts).items() if not named(text)}


def _never(_text: str) -> bool:
    return False


def _erase_details(connection: Connection, ids: Sequence[int]) -> None:
    """Leave of the deeds about these submissions who did what and when."""
    rows = connection.execute(
        select(audit.c.id, audit.c.detail).where(audit.c.submission_id.in_(ids))
    ).all()
    for row in rows:
        left = {name: value for name, value in row.detail.items() if isinstance(value, bool)}
        connection.execute(update(audit).where(audit.c.id == row.id).values(detail=left))
