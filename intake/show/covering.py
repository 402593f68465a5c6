"""What a viewer is answered: every page and every JSON passes here last, and is masked."""

import re
from html import escape

from flask import Response, abort, g, request

from intake.domain.person import Role
from intake.show.language import _
from intake.show.masking import is_part_of_contact, mask, mask_phone
from intake.show.text import phone

SEARCH_FIELD = "text"

# Shorter ones stand in too many other words of a page.
FEWEST_HIDDEN = 5


def is_covered() -> bool:
    """Whether whoever asks sees telephone numbers and addresses masked."""
    user = g.get("user")
    # Of a link's readers, who are nobody, the link decides.
    return g.get("masked", False) or (user is not None and user.role is Role.VIEWER)


def shown_phone(digits: str) -> str:
    """Return a number as whoever looks may see it, also one too short to be told by its look."""
    return mask_phone(digits) if is_covered() else phone(digits)


def hide(*values: str | None) -> None:
    """Let these not be shown to a viewer, whatever they look like."""
    hidden: set[str] = g.setdefault("hidden", set())
    hidden.update(value for value in values if value and len(value) >= FEWEST_HIDDEN)


def refuse_guessing() -> None:
    """Stop a viewer's search by a part of a number: 403 with a page that says why."""
    if is_covered() and is_part_of_contact(request.args.get(SEARCH_FIELD, "")):
        abort(403, "part")


def cover(response: Response) -> Response:
    """Mask what a viewer is answered; what cannot be masked is not given."""
    if not is_covered() or response.status_code in {301, 302, 303, 304}:
        return response
    if not ((response.mimetype or "").startswith("text/") or response.is_json):
        return Response(_("Вашей роли этот файл недоступен."), 403, mimetype="text/plain")
    typed = request.args.get(SEARCH_FIELD, "").strip()
    known = {re.sub(r"\D", "", typed), typed.casefold()} - {""}
    answer = response.get_data(as_text=True)
    for value in sorted(g.get("hidden", ()), key=len, reverse=True):
        answer = answer.replace(escape(value), escape(mask_phone(value)))
    response.set_data(mask(answer, known))
    return response
