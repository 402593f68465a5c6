"""Forgetting the searches that people have kept, when whom they look for is erased."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, unquote_plus

from sqlalchemy import Connection, Row, delete, select

from intake.domain.erasure import Whom
from intake.store.export_models import links
from intake.store.lists import with_values
from intake.store.people_models import views
from intake.store.search import words_listing
from intake.store.whole_values import phone_spellings, whole_values
from intake.store.words import Word, asked_words

# The conditions of a filter that are advertising marks.
_MARKS = ("source", "medium", "campaign")


def forget_searches_for(connection: Connection, whom: Whom) -> None:
    """Forget the views and links that look for a person: the filter holds what they told."""
    for table, name in ((views, views.c.name), (links, links.c.title)):
        kept = connection.execute(select(table.c.id, name, table.c.query)).all()
        theirs = [id_ for id_, name_, query in kept if _looks_for(whom, name_, query)]
        connection.execute(delete(table).where(table.c.id.in_(theirs)))


def _looks_for(whom: Whom, name: str, query: str) -> bool:
    asked = parse_qs(query)
    marks = (value for name_ in _MARKS for value in asked.get(name_, ()))
    return any(map(whom.is_named_in, (name, unquote_plus(query)))) or any(
        map(whom.is_within, marks)
    )


def forget_searches(connection: Connection, rows: Sequence[Row[Any]]) -> None:
    """Forget the views and links whose text has found one of these erased rows, and nothing else.

    `rows` as they were. A text that others still have, such as what they order, tells nothing
    of who was erased, and stays.
    """
    for table in (views, links):
        kept = connection.execute(select(table.c.id, table.c.query)).all()
        texts = {row.id: text for row in kept if (text := _text(row.query))}
        theirs = [
            id_
            for id_, text in texts.items()
            if any(_has_found(text, row) for row in rows) and not _finds(connection, text)
        ]
        connection.execute(delete(table).where(table.c.id.in_(theirs)))


def _text(query: str) -> str:
    return parse_qs(query).get("text", [""])[0].strip()


def _has_found(text: str, row: Row[Any]) -> bool:
    """Whether a search for `text` has found this row, as `intake.store.search` looks for it."""
    if row.email is not None and text.casefold() == row.email.casefold():
        return True
    spaced = f" {row.search_text} "
    ways = [asked_words(text), *((Word(each, True),) for each in phone_spellings(text))]
    return any(way and all(_is_in(spaced, word) for word in way) for way in ways)


def _is_in(spaced: str, word: Word) -> bool:
    return f" {word.text}{'' if word.is_beginning else ' '}" in spaced


def _finds(connection: Connection, text: str) -> bool:
    whole = whole_values(text)
    if whole and connection.execute(select(with_values(whole).id).limit(1)).first():
        return True
    listing = words_listing(connection, text)
    if listing is None:
        return False
    query = select(listing.id).where(listing.condition).limit(1)
    return connection.execute(query).first() is not None
