"""Looking for a whole contact where contacts are masked: allowed, but not number by number.

Whatever address a reader of masked contacts opens is looked at here first. An answer that
depends on a contact in it is a search: it is let through until too many were in vain, and
whoever gives it tells whether something was found. No other page lets it count.
"""

import unicodedata
from urllib.parse import unquote

from flask import abort, g, request

from intake.domain.contact_spelling import RUSSIAN_ZONES
from intake.domain.personal import FEWEST_DIGITS
from intake.show.covering import MARK_FIELDS, is_covered
from intake.show.filters import clean
from intake.show.masking import is_part_of_contact
from intake.store.database import Database
from intake.store.guesses import count_missed, may_look_up
from intake.store.words import split

SEARCH_FIELD = "text"
# What of a filter is compared with what visitors have sent.
_COMPARED = (SEARCH_FIELD, *MARK_FIELDS, "region")


def is_guess() -> bool:
    """Whether an answer to this request may tell a reader of masked contacts a whole one."""
    if not is_covered():
        return False
    asked = {name: _plain(request.args.get(name, "")) for name in _COMPARED}
    return _may_be_of_address(asked[SEARCH_FIELD]) or any(map(_is_contact, asked.values()))


def refuse_guessing(database: Database) -> None:
    """Stop a search by a part of a contact, and whoever has looked for many in vain.

    403 or 429, with a page that says why.
    """
    if is_covered() and is_part_of_contact(request.args.get(SEARCH_FIELD, "")):
        abort(403, "part")
    if is_guess() and not may_look_up(database, g.user.id):
        abort(429, "guesses")


def note_miss(database: Database, *, found: bool) -> None:
    """Count a search for a contact that has found nothing."""
    if is_guess() and not found:
        count_missed(database, g.user.id)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", unquote(clean(text)))


def _may_be_of_address(text: str) -> bool:
    # The words of an address stand in the index beside all others: "ivan", "corp".
    words = split(text)
    is_latin = any(word.isascii() and not word.isdigit() for word in words)
    return is_latin or not RUSSIAN_ZONES.isdisjoint(words)


def _is_contact(text: str) -> bool:
    return "@" in text or sum(map(str.isdigit, text)) >= FEWEST_DIGITS
