"""What colleagues tell each other about a submission: notes, and whose it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from intake.domain.person import Role
from intake.show.filters import NOBODYS, read_id
from intake.show.language import _
from intake.show.lookup import find_submission
from intake.show.told import told
from intake.store.assigning import CannotSeeError, assign, assignees, people_for
from intake.store.database import Database
from intake.store.log import LogRow
from intake.store.notes import (
    LONGEST_NOTE,
    MOST_NOTES,
    Note,
    NoteSign,
    add_note,
    delete_note,
    may_take_back,
    note_signs,
    notes_of,
)
from intake.store.users import User

NO_TEXT = "Заметка пуста: напишите хотя бы слово."
TOO_LONG = "Заметка длиннее %(longest)s знаков: сократите её или разделите на две."
ERASED = "Данные этой заявки стёрты: заметку к ней не сохранить."
NO_ROOM = "У этой заявки уже %(most)s заметок: удалите лишние, и место найдётся."
NOT_YOURS = (
    "Удалить можно свою заметку, и только в первые 15 минут; позже это делает администратор."
)
NOBODY_CHOSEN = "Выберите, кому назначить заявку."
ASSIGNED = "Ответственный: %(login)s."
REASSIGNED = "Ответственный: %(login)s. До этого заявка была за %(before)s."
UNASSIGNED = "Теперь заявка ничья."


@dataclass(frozen=True, slots=True)
class ShownNote:
    """A note on a page, and whether whoever looks may delete it."""

    note: Note
    can_delete: bool


@dataclass(frozen=True, slots=True)
class Remarks:
    """What the page of a submission shows of notes and of whose it is."""

    notes: tuple[ShownNote, ...]
    assignee: str | None
    people: tuple[User, ...]
    longest: int = LONGEST_NOTE


@dataclass(frozen=True, slots=True)
class RowSign:
    """What a row of the list shows of the same."""

    assignee: str | None
    notes: NoteSign | None


class NotePages:
    """Writing and deleting notes, giving a submission to somebody."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def add(self, number: str) -> ResponseReturnValue:
        """Write a note; the same one twice at once is one."""
        if request.method == "POST":
            problem = self._add(number, request.form.get("note", "").replace("\r\n", "\n"))
            if problem:
                flash(problem)
        return _back(number)

    def delete(self, number: str, note_id: int) -> ResponseReturnValue:
        """Delete one's own fresh note; an administrator any."""
        if request.method == "POST":
            record = find_submission(self._database, number)
            is_admin = g.user.role is Role.ADMIN
            login = g.user.login
            done = delete_note(self._database, record.row.id, note_id, login, anybodys=is_admin)
            flash(_("Заметка удалена.") if done else _(NOT_YOURS))
        return _back(number)

    def assign(self, number: str) -> ResponseReturnValue:
        """Give a submission to somebody who may see it, or to nobody."""
        if request.method == "POST":
            flash(self._assign(number, request.form.get("assignee", "")))
        return _back(number)

    def remarks(self, row: LogRow) -> Remarks:
        """Return what the page of this submission shows; for its template."""
        now = self._now()
        with self._database.read() as connection:
            notes = notes_of(connection, row.id)
        is_admin = g.user.role is Role.ADMIN
        shown = (
            ShownNote(note, is_admin or may_take_back(note, g.user.login, now)) for note in notes
        )
        return Remarks(tuple(shown), self._assignee(row.id), people_for(self._database, row.site))

    def signs(self, rows: Sequence[LogRow]) -> dict[int, RowSign]:
        """Return what these rows of the list show, in two questions for all; for its template."""
        ids = [row.id for row in rows]
        with self._database.read() as connection:
            noted, given = note_signs(connection, ids), assignees(connection, ids)
        return {id_: RowSign(given.get(id_), noted.get(id_)) for id_ in noted.keys() | given.keys()}

    def _add(self, number: str, text: str) -> str | None:
        record = find_submission(self._database, number)
        if record.erased_at is not None:
            return _(ERASED)
        if not text.strip():
            return _(NO_TEXT)
        if len(text.strip()) > LONGEST_NOTE:
            return _(TOO_LONG, longest=LONGEST_NOTE)
        done = add_note(self._database, record.row.id, g.user.login, text)
        return None if done else _(NO_ROOM, most=MOST_NOTES)

    def _assign(self, number: str, whom: str) -> str:
        row = find_submission(self._database, number).row
        assignee = read_id(whom)
        if assignee is None and whom != NOBODYS:
            return _(NOBODY_CHOSEN)
        before = self._assignee(row.id)
        try:
            assign(self._database, row.id, assignee, g.user.login)
        except CannotSeeError as error:
            return told(str(error))
        if assignee is None:
            return _(UNASSIGNED)
        login = self._assignee(row.id) or abort(404)
        if before in (None, login):
            return _(ASSIGNED, login=login)
        # Somebody else may have given it away since this page was opened.
        return _(REASSIGNED, login=login, before=before)

    def _assignee(self, submission_id: int) -> str | None:
        with self._database.read() as connection:
            return assignees(connection, [submission_id]).get(submission_id)


def _back(number: str) -> ResponseReturnValue:
    return redirect(url_for(".submission", number=number, _anchor="notes"), 303)
