"""Looking for a whole contact where contacts are masked: allowed, but not number by number."""

from flask import abort, g

from intake.show.masking import FEWEST_DIGITS
from intake.store.database import Database
from intake.store.filter import LogFilter
from intake.store.guesses import count_missed, may_look_up


def is_guess(wanted: LogFilter) -> bool:
    """Whether finding something would tell a reader of masked contacts a whole one."""
    text = wanted.text or ""
    is_covered = wanted.as_seen is not None
    return is_covered and ("@" in text or sum(map(str.isdigit, text)) >= FEWEST_DIGITS)


def refuse_many(database: Database, wanted: LogFilter) -> None:
    """Stop whoever has looked for many contacts in vain: 429 with a page that says why."""
    if is_guess(wanted) and not may_look_up(database, g.user.id):
        abort(429, "guesses")


def note_miss(database: Database, wanted: LogFilter, *, found: bool) -> None:
    """Count a search for a contact that has found nothing."""
    if is_guess(wanted) and not found:
        count_missed(database, g.user.id)
