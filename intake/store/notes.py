"""Notes that people write about a submission, for each other; the search finds their words.

A note may hold a visitor's contact. It is erased with the submission it stands by, and
wherever it names a person who is erased.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from intake.domain.erasure import Noted, Whom
from intake.domain.lead import Lead
from intake.store.audit import AuditEntry, record
from intake.store.database import Database
from intake.store.handling_models import notes
from intake.store.models import submissions
from intake.store.submissions import searched_words

LONGEST_NOTE = 1000
# More than anybody reads by one submission.
MOST_NOTES = 100
# The same words by the same person within this time: a second click.
CLICKED_TWICE = timedelta(minutes=1)
# For so long a note can be taken back by whoever wrote it.
TAKEN_BACK_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody has written; `author` is a login."""

    id: int
    at: datetime
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class NoteSign:
    """What a row of the list tells of its notes: how many, and the newest."""

    count: int
    newest: str


def add_note(database: Database, submission_id: int, author: str, text: str) -> bool:
    """Write a note; False where there is no more room, or nothing left to write about.

    The same words again at once are a second click, and written once.
    """
    with database.write() as connection:
        return add_note_within(connection, database.now(connection), submission_id, author, text)


def add_note_within(
    connection: Connection, now: datetime, submission_id: int, author: str, text: str
) -> bool:
    """Do what `add_note` does within the caller's transaction."""
    text = text.replace("\0", "").strip()[:LONGEST_NOTE]
    kept = _locked(connection, submission_id)
    if kept is None or kept.erased_at is not None or not text:
        return False
    mine = notes_of(connection, submission_id)
    if any(
        (each.author, each.text) == (author, text) and now - each.at < CLICKED_TWICE
        for each in mine
    ):
        return True
    if len(mine) >= MOST_NOTES:
        return False
    row = {"submission_id": submission_id, "at": now, "author": author[:100], "text": text}
    connection.execute(insert(notes).values(row))
    record(connection, AuditEntry(now, author, "note", {}), submission_id)
    _search_anew(connection, kept)
    return True


def delete_note(
    database: Database, submission_id: int, note_id: int, actor: str, *, anybodys: bool
) -> bool:
    """Delete a note: one's own for a while, and `anybodys` at any time; False where one may not."""
    with database.write() as connection:
        now = database.now(connection)
        kept = _locked(connection, submission_id)
        found = next(
            (each for each in notes_of(connection, submission_id) if each.id == note_id), None
        )
        if kept is None or found is None or not (anybodys or may_take_back(found, actor, now)):
            return False
        connection.execute(delete(notes).where(notes.c.id == note_id))
        record(connection, AuditEntry(now, actor, "note_deleted", {}), submission_id)
        _search_anew(connection, kept)
        return True


def may_take_back(note: Note, login: str, now: datetime) -> bool:
    """Whether this is the person's own note, and a fresh one."""
    return note.author == login and now - note.at < TAKEN_BACK_WITHIN


def notes_of(connection: Connection, submission_id: int) -> tuple[Note, ...]:
    """Return the notes about a submission, newest last."""
    query = select(notes).where(notes.c.submission_id == submission_id).order_by(notes.c.id)
    rows = connection.execute(query.limit(MOST_NOTES))
    return tuple(map(_note, rows))


def notes_by_submission(connection: Connection, ids: Sequence[int]) -> dict[int, list[Note]]:
    """Return the notes about each of these submissions, newest last."""
    query = select(notes).where(notes.c.submission_id.in_(ids)).order_by(notes.c.id)
    found: dict[int, list[Note]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.submission_id].append(_note(row))
    return found


def _note(row: Row[Any]) -> Note:
    return Note(row.id, row.at, row.author, row.text)


def without_room(connection: Connection, ids: Sequence[int]) -> frozenset[int]:
    """Return which of these submissions no further note may be written about."""
    columns = notes.c
    counted = select(columns.submission_id).where(columns.submission_id.in_(ids))
    full = counted.group_by(columns.submission_id).having(func.count() >= MOST_NOTES)
    return frozenset(connection.scalars(full))


def note_signs(connection: Connection, ids: Sequence[int]) -> dict[int, NoteSign]:
    """Return what the list tells of these submissions' notes; those without are left out."""
    columns = notes.c
    newest = (
        select(func.max(columns.id).label("id"), func.count().label("number"))
        .where(columns.submission_id.in_(ids))
        .group_by(columns.submission_id)
        .subquery()
    )
    query = select(columns.submission_id, columns.text, newest.c.number).join_from(
        notes, newest, newest.c.id == columns.id
    )
    return {row.submission_id: NoteSign(row.number, row.text) for row in connection.execute(query)}


def erase_notes(connection: Connection, ids: Sequence[int]) -> None:
    """Forget what was noted about submissions that are erased."""
    connection.execute(delete(notes).where(notes.c.submission_id.in_(ids)))


def noted_of(connection: Connection, whom: Whom) -> tuple[Noted, ...]:
    """Return the submissions by which notes stand that name a person: anybody's."""
    counts = Counter(row.number for row in _naming(connection, whom))
    return tuple(Noted(number, count) for number, count in counts.items())


def forget_notes(connection: Connection, whom: Whom, actor: str, now: datetime) -> None:
    """Forget the notes that name a person, by whichever submission they stand."""
    named = _naming(connection, whom)
    # First the submissions, in everybody's order: whoever writes or deletes a note does so.
    kept = [_locked(connection, id_) for id_ in sorted({row.submission_id for row in named})]
    connection.execute(delete(notes).where(notes.c.id.in_([row.id for row in named])))
    for row in kept:
        if row is not None:
            record(connection, AuditEntry(now, actor, "note_deleted", {}), row.id)
            _search_anew(connection, row)


def _naming(connection: Connection, whom: Whom) -> list[Row[Any]]:
    query = select(notes, submissions.c.number).join(submissions)
    query = query.where(notes.c.text.regexp_match(whom.pattern))
    rows = connection.execute(query.order_by(notes.c.id)).all()
    return [row for row in rows if whom.is_named_in(row.text)]


def _locked(connection: Connection, submission_id: int) -> Row[*tuple[Any, ...]] | None:
    # Two notes at once would each write the search's words without the other's.
    columns = submissions.c
    query = select(columns.id, columns.lead, columns.raw, columns.erased_at)
    query = query.where(columns.id == submission_id).with_for_update(key_share=True)
    return connection.execute(query).one_or_none()


def _search_anew(connection: Connection, row: Row[*tuple[Any, ...]]) -> None:
    """Write the words that the search finds a submission by; what is erased keeps its own."""
    if row.erased_at is not None:
        return
    fields = row.raw.get("fields") if isinstance(row.raw, dict) else None
    lead = Lead.from_json(row.lead if isinstance(row.lead, dict) else {})
    texts = [note.text for note in notes_of(connection, row.id)]
    words = searched_words(lead, fields if isinstance(fields, dict) else {}, texts)
    mine = submissions.c.id == row.id
    connection.execute(update(submissions).where(mine).values(search_text=words))
