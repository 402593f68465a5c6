"""Making what most tests begin with: a lead, a post, a saved submission."""

from datetime import UTC, datetime
from typing import Any

from intake.domain.lead import Lead, Phone
from intake.domain.submission import RawSubmission, SubmissionState
from intake.store.database import Database
from intake.store.submissions import NewSubmission, Receipt, save

PHONE = Phone("79123456789", None, "RU", valid=True, original="8 (912) 345-67-89")


def make_raw(**changes: Any) -> RawSubmission:
    """Make a post of one phone field."""
    defaults: dict[str, Any] = {
        "fields": {"phone": "8 (912) 345-67-89"},
        "received_at": datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
    }
    return RawSubmission(**defaults | changes)


def make_new(**changes: Any) -> NewSubmission:
    """Make an accepted submission of the site ``okna``."""
    defaults: dict[str, Any] = {
        "site": "okna",
        "raw": make_raw(),
        "lead": Lead(name="Анна", phone=PHONE, comment="Нужно окно"),
        "state": SubmissionState.ACCEPTED,
        "crm": "main",
    }
    return NewSubmission(**defaults | changes)


def save_one(database: Database, **changes: Any) -> Receipt:
    """Save an accepted submission."""
    return save(database, make_new(**changes))


def delivery_id_of(receipt: Receipt) -> int:
    """Return the delivery of a new submission."""
    assert receipt.delivery_id is not None
    return receipt.delivery_id
