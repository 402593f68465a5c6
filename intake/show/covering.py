"""What a viewer is answered: every page and every JSON passes here last, and is masked."""

import re
from collections.abc import Collection, Iterable
from html import escape

from flask import Response, abort, g, request

from intake.domain.person import Role
from intake.show.language import _
from intake.show.masking import (
    FEWEST_HIDDEN,
    advertising_ids,
    is_part_of_contact,
    mask,
    mask_contacts,
    mask_phone,
    mask_spelling,
)
from intake.show.text import phone
from intake.store.filter import AsSeen
from intake.store.log import LogRow

SEARCH_FIELD = "text"
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


def refuse_guessing() -> None:
    """Stop a viewer's search by a part of a number: 403 with a page that says why."""
    if is_covered() and is_part_of_contact(request.args.get(SEARCH_FIELD, "")):
        abort(403, "part")


def as_seen() -> AsSeen | None:
    """Return how texts look to whoever asks, where their contacts are masked."""
    return mask_contacts if is_covered() else None


def cover(response: Response) -> Response:
    """Mask what a viewer is answered; what cannot be masked is not given."""
    if not is_covered() or response.status_code in {301, 302, 303, 304}:
        return response
    if not ((response.mimetype or "").startswith("text/") or response.is_json):
        return Response(_("Вашей роли этот файл недоступен."), 403, mimetype="text/plain")
    parts = _GEOMETRY.split(response.get_data(as_text=True))
    typed = _typed()
    hidden = {value for value in g.get("hidden", ()) if re.sub(r"\D", "", value) not in typed}
    known = typed | advertising_ids(g.get("spared", ()), hidden)
    # Every second part is geometry.
    parts[::2] = (_mask(part, hidden, known) for part in parts[::2])
    response.set_data("".join(parts))
    return response


def _typed() -> set[str]:
    """Return what the reader has typed, as digits and as an address."""
    typed = [request.args.get(name, "").strip() for name in (SEARCH_FIELD, *MARK_FIELDS)]
    return {each for text in typed for each in (re.sub(r"\D", "", text), text.casefold())} - {""}


def _mask(text: str, hidden: Iterable[str], known: Collection[str]) -> str:
    for value in sorted(hidden, key=len, reverse=True):
        text = text.replace(escape(value), escape(mask_spelling(value)))
    return mask(text, known)
