"""What happens to a deal, as its log tells it."""

import sqlite3
from dataclasses import dataclass

from .account import Account
from .elements import Element
from .log import Entry, add_entry, who

# The reference prints no numbers of these kinds: they are the sandbox's own.
MOVED, GIVEN, TO_INBOX = 2011, 2012, 2013


@dataclass(frozen=True)
class Event:
    """One thing that happened; `employee_id` 0 means that the administrator did it."""

    type_id: int
    text: str
    employee_id: int = 0


def note_event(
    db: sqlite3.Connection, account: Account, deal_id: int, event: Event, now: float
) -> None:
    """Write an event into the log of a deal."""
    data = {"comment": event.text, "user": who(account, event.employee_id)}
    add_entry(
        db,
        Entry(
            id=0,
            element=Element.DEAL,
            element_id=deal_id,
            type_id=event.type_id,
            data=data,
            user_id=account.user_id,
            employee_id=event.employee_id,
            created_at=now,
        ),
    )
