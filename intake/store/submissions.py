"""Keeping what came in: a submission and its delivery, in one durable transaction."""

import hashlib
import json
import secrets
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from intake.domain.delivery import DeliveryState
from intake.domain.json import JsonValue
from intake.domain.lead import Lead
from intake.domain.submission import NUMBER_BITS, RawSubmission, SubmissionState, spell_number
from intake.errors import StoreUnavailableError
from intake.store.database import Database
from intake.store.keys import SAME_FILL, erased_key, kept_key, next_key
from intake.store.models import deliveries, submissions
from intake.store.words import kept_words

# The doorbell is rung right after the commit; the sweeper looks after a ring that was
# not heard, and should not ring beside it.
FIRST_SWEEP_AFTER = timedelta(seconds=10)

# A number is 40 random bits: even a second collision in a row is next to impossible.
SAVE_TRIES = 5


@dataclass(frozen=True, slots=True)
class NewSubmission:
    """A post to keep. `crm` is None where nothing is to be delivered.

    `key` makes a repeat harmless: within a site it stands for one submission. It may say
    `made_at`, when the button was pressed: a press that comes `SAME_FILL` after the first
    one's arrival is another submission, a late try of the first press is none. `doubts`
    are the reasons why it is held.
    """

    site: str
    raw: RawSubmission
    lead: Lead
    state: SubmissionState
    key: str | None = None
    reason: str | None = None
    crm: str | None = None
    doubts: tuple[str, ...] = ()
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender gets to know; `delivery_id` is there only when it is new."""

    uid: str
    number: str
    repeated: bool = False
    delivery_id: int | None = None


def save(
    database: Database,
    new: NewSubmission,
    random_bits: Callable[[int], int] = secrets.randbits,
) -> Receipt:
    """Keep a submission and its delivery; durable when this returns.

    A repeat of an accepted `key` gives the first one's receipt; where what it says
    differs, it is kept beside the first as its duplicate, so that a correction made
    between two tries is not lost. Raises StoreUnavailableError.
    """
    row = prepare(new)
    for _ in range(SAVE_TRIES):
        try:
            with database.write() as connection:
                return write(connection, row, database.now(connection), random_bits)
        except IntegrityError:
            continue  # the number is taken, or another process has just saved the key
    raise StoreUnavailableError("Не удалось сохранить заявку: повторяются номера.")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A submission ready to be written: made before the transaction, to keep that short."""

    values: dict[str, Any]
    crm: str | None
    made_at: datetime | None = None
    # The key it would have if it had been here and was erased.
    erased_key: str | None = None

    @property
    def uid(self) -> str:
        """The submission's own id, known before it is written."""
        uid: str = self.values["uid"]
        return uid


def prepare(new: NewSubmission) -> Prepared:
    """Return the row of a submission, all but its number."""
    lead, print_ = new.lead, fingerprint(new)
    is_refused = new.state is SubmissionState.REJECTED
    key = kept_key(new.key, new.reason if is_refused else None, print_)
    values = {
        "uid": str(uuid.uuid4()),
        "site": new.site,
        "submission_key": key,
        "channel": new.raw.channel.value,
        "state": new.state.value,
        "reason": new.reason,
        "doubts": list(new.doubts) or None,
        "duplicate_of": None,
        "received_at": new.raw.received_at,
        "raw": new.raw.to_json(),
        "fingerprint": print_,
        "tries": new.raw.tries,
        "waited_ms": new.raw.waited_ms,
        **lead_columns(lead, new.raw.fields),
    }
    return Prepared(values, new.crm, new.made_at, erased_key(new.site, key))


def lead_columns(
    lead: Lead, typed: Mapping[str, JsonValue], notes: Iterable[str] = ()
) -> dict[str, Any]:
    """Return the columns that hold a lead; the search finds it also by what was `typed`, noted."""
    return {
        "lead": lead.to_json(),
        "name": lead.name,
        "phone": lead.phone.value if lead.phone else None,
        "email": lead.email,
        "region": lead.region,
        "timezone": lead.timezone,
        "utm_source": lead.attribution.utm_source,
        "utm_campaign": lead.attribution.utm_campaign,
        "search_text": searched_words(lead, typed, notes),
    }


def fingerprint(new: NewSubmission) -> str:
    """Return a digest of what was typed and on which page, leaving out when and by whom."""
    page = (new.raw.page_url or "").split("#")[0]
    text = json.dumps([new.site, new.raw.fields, page], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


# Built once: making a statement costs more than running it.
_INSERT = insert(submissions).returning(submissions.c.id)
_INSERT_DELIVERY = insert(deliveries).returning(deliveries.c.id)
_INSERT_NEW = {
    name: dialect.insert(submissions)
    .on_conflict_do_nothing()
    .returning(submissions.c.id, submissions.c.uid)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_INSERT_DELIVERIES = insert(deliveries).returning(deliveries.c.id, deliveries.c.submission_id)
_kept = submissions.c
_FIRST_WITH_KEY = select(
    *(_kept.id, _kept.uid, _kept.number, _kept.fingerprint, _kept.received_at)
).where(
    _kept.site == bindparam("of_site"),
    _kept.submission_key.in_([bindparam("of_key"), bindparam("of_erased")]),
)


def write_all(connection: Connection, rows: Sequence[Prepared], now: datetime) -> list[Receipt]:
    """Write many submissions in the caller's transaction: two statements for all that are new.

    Those whose key or number is there already, or was before it was erased, are left to
    `write`, one by one; raises IntegrityError as it does.
    """
    # In one order everywhere: two processes never wait for each other's keys crosswise.
    numbered = [
        (row, row.values | {"number": _number(secrets.randbits)})
        for row in sorted(rows, key=_key_order)
    ]
    plain = [one for row, one in numbered if row.erased_key == one["submission_key"]]
    added = connection.execute(_INSERT_NEW[connection.dialect.name], plain) if plain else ()
    ids: dict[str, int] = {uid: id_ for id_, uid in added}
    delivery_ids = _new_deliveries(
        connection, ((ids[row.uid], row.crm) for row in rows if row.crm and row.uid in ids), now
    )
    receipts = {
        row.uid: Receipt(row.uid, one["number"], delivery_id=delivery_ids.get(ids[row.uid]))
        if row.uid in ids
        else write(connection, row, now)
        for row, one in numbered
    }
    return [receipts[row.uid] for row in rows]


def _key_order(row: Prepared) -> tuple[str, str]:
    return row.values["site"], row.values["submission_key"] or ""


def _new_deliveries(
    connection: Connection, wanted: Iterable[tuple[int, str]], now: datetime
) -> dict[int, int]:
    """Return the ids of the new deliveries by those of their submissions."""
    values = [_delivery(crm, submission_id, now) for submission_id, crm in wanted]
    if not values:
        return {}
    added = connection.execute(_INSERT_DELIVERIES, values)
    return {submission_id: delivery_id for delivery_id, submission_id in added}


def _number(random_bits: Callable[[int], int]) -> str:
    return spell_number(random_bits(NUMBER_BITS))


def write(
    connection: Connection,
    row: Prepared,
    now: datetime,
    random_bits: Callable[[int], int] = secrets.randbits,
) -> Receipt:
    """Write one submission in the caller's transaction.

    Raises IntegrityError where its number is taken or its key was saved in between.
    """
    values = row.values | {"number": _number(random_bits)}
    erased = row.erased_key
    while values["submission_key"] is not None:
        key = values["submission_key"]
        first = _first_with(connection, values["site"], key, erased)
        if first is None:
            break
        if row.made_at is None or row.made_at <= first.received_at + SAME_FILL:
            return _repeat(connection, values, first)
        values["submission_key"], erased = next_key(key), None
    submission_id = connection.execute(_INSERT, values).scalar_one()
    delivery_id = new_delivery(connection, row.crm, submission_id, now) if row.crm else None
    return Receipt(values["uid"], values["number"], delivery_id=delivery_id)


def _first_with(
    connection: Connection, site: str, key: str, erased: str | None
) -> Row[*tuple[Any, ...]] | None:
    """Return what has this key, or had it before it was erased.

    `erased`: the digest, where it is made already. It takes its time, in which nobody else
    writes: otherwise it is made only where nothing has the key itself.
    """
    wanted: dict[str, str | None] = {"of_site": site, "of_key": key, "of_erased": erased or key}
    first = connection.execute(_FIRST_WITH_KEY, wanted).one_or_none()
    if first is None and erased is None:
        wanted["of_erased"] = erased_key(site, key)
        first = connection.execute(_FIRST_WITH_KEY, wanted).one_or_none()
    return first


def _repeat(
    connection: Connection, values: dict[str, Any], first: Row[*tuple[Any, ...]]
) -> Receipt:
    connection.execute(
        update(submissions)
        .where(submissions.c.id == first.id)
        .values(repeats=submissions.c.repeats + 1)
    )
    print_ = values["fingerprint"]
    if print_ != first.fingerprint and not _kept_already(connection, print_, first.id):
        duplicate = values | {
            "state": SubmissionState.DUPLICATE.value,
            "submission_key": None,
            "doubts": None,
            "duplicate_of": first.id,
        }
        connection.execute(_INSERT, duplicate)
    return Receipt(first.uid, first.number, repeated=True)


def _kept_already(connection: Connection, print_: str, first_id: int) -> bool:
    found = select(submissions.c.id).where(
        submissions.c.duplicate_of == first_id, submissions.c.fingerprint == print_
    )
    return connection.execute(found).first() is not None


def searched_words(lead: Lead, fields: Mapping[str, JsonValue], notes: Iterable[str] = ()) -> str:
    """Return the words a search may look for: of what was typed, understood and noted."""
    return kept_words(searched_texts(lead, fields, notes), lead.phone.value if lead.phone else None)


def searched_texts(
    lead: Lead, fields: Mapping[str, JsonValue], notes: Iterable[str] = ()
) -> list[str]:
    """Return the texts whose words those are; the telephone number is beside them."""
    understood = (lead.name, lead.email, lead.comment, lead.region, *lead.extra.values())
    typed = (value for value in fields.values() if isinstance(value, str))
    parts = dict.fromkeys((*understood, *lead.attribution.utm.values(), *typed, *notes))
    return [part for part in parts if part]


def new_delivery(connection: Connection, crm: str, submission_id: int, now: datetime) -> int:
    """Write the delivery of a submission in the caller's transaction; return its id."""
    values = _delivery(crm, submission_id, now)
    delivery_id: int = connection.execute(_INSERT_DELIVERY, values).scalar_one()
    return delivery_id


def _delivery(crm: str, submission_id: int, now: datetime) -> dict[str, Any]:
    return {
        "submission_id": submission_id,
        "crm": crm,
        "state": DeliveryState.PENDING.value,
        "next_attempt_at": now,
        "ring_after": now + FIRST_SWEEP_AFTER,
        "steps_done": [],
        "created_at": now,
        "updated_at": now,
    }
