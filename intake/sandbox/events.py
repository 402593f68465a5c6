"""What happens to a lead or a deal, as its log tells it."""

import sqlite3
from dataclasses import dataclass

from .account import Account
from .elements import Element
from .log import Entry, add_entry, number_of, who

# Numbered like those of log.py: the sandbox's own.
MOVED, TO_INBOX, CHANGED, TAGGED, MERGED = 11, 15, 16, 17, 18


@dataclass(frozen=True)
class Event:
    """One thing that happened, in words; `employee_id` 0 means that the administrator did it."""

    element: Element
    element_id: int
    kind: int
    text: str
    employee_id: int = 0


def note_event(db: sqlite3.Connection, account: Account, event: Event, now: float) -> None:
    """Write an event into the log it belongs to."""
    entry = Entry(
        id=0,
        element=event.element,
        element_id=event.element_id,
        type_id=number_of(event.element, event.kind),
        data={"comment": event.text, "user": who(account, event.employee_id)},
        user_id=account.user_id,
        employee_id=event.employee_id,
        created_at=now,
    )
    add_entry(db, entry)
