"""What a search has found, as far as a reader sees it to whom contacts are masked.

The index holds the words of everything, a telephone number's too: «345» beside a name would
tell whose number has it, piece by piece. So a number counts only where it can be read.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from intake.domain.lead import Lead
from intake.store.filter import AsSeen
from intake.store.models import submissions
from intake.store.notes import Note, notes_by_submission
from intake.store.submissions import searched_texts
from intake.store.words import split

# As many digits are a whole number, and may be looked for.
_FEWEST_OF_WHOLE = 10


def numbers_beside_words(text: str) -> frozenset[str]:
    """Return the short numbers of a search that names something else too.

    >>> sorted(numbers_beside_words("Ольга 101")), sorted(numbers_beside_words("8 912 345-67-89"))
    (['101'], [])
    """
    words = split(text)
    if all(word.isdigit() for word in words):
        return frozenset()
    return frozenset(word for word in words if word.isdigit() and len(word) < _FEWEST_OF_WHOLE)


def seen(
    connection: Connection, ids: Sequence[int], numbers: Collection[str], as_seen: AsSeen
) -> list[int]:
    """Return those of the submissions in which every one of the numbers can be read."""
    columns = submissions.c
    rows = connection.execute(
        select(columns.id, columns.phone, columns.lead, columns.raw).where(columns.id.in_(ids))
    )
    noted = notes_by_submission(connection, ids)
    return [row.id for row in rows if {*numbers} <= _words(row, noted[row.id], as_seen)]


def _words(row: Row[*tuple[Any, ...]], remarks: Sequence[Note], as_seen: AsSeen) -> set[str]:
    fields = row.raw.get("fields") if isinstance(row.raw, Mapping) else None
    lead = Lead.from_json(row.lead if isinstance(row.lead, Mapping) else {})
    told = (lead.phone.value, lead.phone.original) if lead.phone else ()
    contacts = {each for each in (row.phone, *told) if each}
    texts = searched_texts(
        lead, fields if isinstance(fields, Mapping) else {}, [note.text for note in remarks]
    )
    return {word for text in texts for word in split(as_seen(text, contacts))}
