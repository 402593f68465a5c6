"""What a viewer is answered: every page and every JSON passes here last, and is masked."""

import json
import re
import secrets
from collections.abc import Callable, Collection, Iterable
from html import escape
from urllib.parse import parse_qsl

from flask import Response, g
from markupsafe import Markup

from intake.domain.json import JsonValue
from intake.domain.person import Role
from intake.show.language import _
from intake.show.masking import (
    FEWEST_HIDDEN,
    advertising_ids,
    is_name,
    mask,
    mask_contacts,
    mask_name,
    mask_phone,
    mask_spelling,
)
from intake.show.text import phone
from intake.store.filter import AsSeen
from intake.store.log import LogRow

# A text without digits: nothing in it may look like a number.
_LETTERS = str.maketrans("0123456789", "ghijklmnop")

MARK_FIELDS = ("source", "medium", "campaign")

# Where a chart's shapes are. Everything else is masked, also where no contact is expected.
# In text, and in what a visitor sent, the quotes are escaped.
_GEOMETRY = re.compile(
    r"""(\s(?:d|points|transform|viewBox|width|height|[rc]?[xy][12]?|r)="[-+\w\s.,%()]*")"""
)


def is_covered() -> bool:
    """Whether whoever asks sees telephone numbers and addresses masked."""
    user = g.get("user")
    # Of a link's readers, who are nobody, the link decides.
    return g.get("masked", False) or (user is not None and user.role is Role.VIEWER)


def shown_phone(digits: str) -> str:
    """Return a number as whoever looks may see it, also one too short to be told by its look."""
    if not is_covered():
        return phone(digits)
    hide(digits, phone(digits))
    return mask_phone(digits)


def shown_contact(value: str) -> str:
    """Return a way to reach somebody as whoever looks may see it, however short a name it is."""
    return mask_name(value) if is_covered() and is_name(value) else value


def hide(*values: str | None) -> None:
    """Let these not be shown to a viewer, whatever they look like."""
    hidden: set[str] = g.setdefault("hidden", set())
    hidden.update(value for value in values if value and len(value) >= FEWEST_HIDDEN)


def spare(*marks: str | None) -> None:
    """Let the ids in these advertising marks be read, which are as long as a number."""
    spared: set[str] = g.setdefault("spared", set())
    spared.update(mark for mark in marks if mark)


def heed(rows: Iterable[LogRow]) -> None:
    """Tell the contacts of rows that are going to be shown from their marks."""
    for row in rows:
        hide(row.phone, phone(row.phone) if row.phone else None)
        spare(row.utm_source, row.utm_campaign)


def own(text: object) -> object:
    """Let what the reader has typed be told back to them as it is, and only where it stands.

    Anywhere else the same number is as masked as any: that it can be read among what
    visitors have sent would tell a guess from a miss. For templates; everything in `text`
    has to come from the address, or from what the reader keeps.
    """
    if not is_covered():
        return text
    return Markup("{fence}{0}{fence}").format(text, fence=_fence())


def own_ids(query: str) -> object:
    """Let the ids in a kept filter be read; whoever kept it may have seen more than now."""
    marks = (value for name, value in parse_qsl(query) if name in MARK_FIELDS)
    return own(mask(query, advertising_ids(marks, ()))) if is_covered() else query


def _fence() -> str:
    # Of letters that nobody can know beforehand: no visitor writes a fence of their own.
    letters = secrets.token_hex(16).translate(_LETTERS)
    return str(g.setdefault("fence", letters))


def as_seen() -> AsSeen | None:
    """Return how texts look to whoever asks, where their contacts are masked."""
    return mask_contacts if is_covered() else None


def cover(response: Response) -> Response:
    """Mask what a viewer is answered; what cannot be masked is not given."""
    if not is_covered() or response.status_code in {301, 302, 303, 304}:
        return response
    if not ((response.mimetype or "").startswith("text/") or response.is_json):
        return Response(_("Вашей роли этот файл недоступен."), 403, mimetype="text/plain")
    hidden: Collection[str] = g.get("hidden", ())
    known = advertising_ids(g.get("spared", ()), hidden)
    if response.is_json:
        # Its coded signs would stand between digits, or be taken for some.
        masked = _each_text(response.get_json(), lambda text: _covered(text, hidden, known))
        response.set_data(json.dumps(masked))
    else:
        response.set_data(_covered(response.get_data(as_text=True), hidden, known))
    return response


def _each_text(value: JsonValue, change: Callable[[str], str]) -> JsonValue:
    if isinstance(value, dict):
        return {change(name): _each_text(each, change) for name, each in value.items()}
    if isinstance(value, list):
        return [_each_text(each, change) for each in value]
    return change(value) if isinstance(value, str) else value


def _covered(text: str, hidden: Collection[str], known: Collection[str]) -> str:
    parts = text.split(_fence())
    # Every second part is the reader's own.
    parts[::2] = (_mask_drawn(part, hidden, known) for part in parts[::2])
    return "".join(parts)


def _mask_drawn(text: str, hidden: Iterable[str], known: Collection[str]) -> str:
    parts = _GEOMETRY.split(text)
    # Every second part is geometry.
    parts[::2] = (_mask(part, hidden, known) for part in parts[::2])
    return "".join(parts)


def _mask(text: str, hidden: Iterable[str], known: Collection[str]) -> str:
    for value in sorted(hidden, key=len, reverse=True):
        text = text.replace(escape(value), escape(mask_spelling(value)))
    return mask(text, known)
