"""The form of a note that is written about many."""

from flask import render_template, request

from intake.domain.bulk import BulkAction, Order
from intake.show.bulk_selection import Selection, address_of
from intake.show.language import _
from intake.show.notes import NO_TEXT, TOO_LONG
from intake.store.notes import LONGEST_NOTE


def note_order(selection: Selection) -> Order | str:
    """Return what is to be noted; until there is a text, the page that asks for it."""
    typed = request.form.get("note")
    if typed is None:
        return _page(selection)
    text = typed.replace("\r\n", "\n").replace("\0", "").strip()
    if not text:
        return _page(selection, problem=_(NO_TEXT))
    if len(text) > LONGEST_NOTE:
        return _page(selection, typed, _(TOO_LONG, longest=LONGEST_NOTE))
    return Order(BulkAction.NOTE, note=text)


def _page(selection: Selection, typed: str = "", problem: str | None = None) -> str:
    return render_template(
        "show/bulk_note.html",
        kept=selection.kept,
        chosen=selection.in_words,
        back=address_of(selection.query),
        typed=typed,
        problem=problem,
        longest=LONGEST_NOTE,
    )
