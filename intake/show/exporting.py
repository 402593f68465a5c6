"""Taking what a filter finds out of the log: the page that asks, the file, how far it is."""

import re
import secrets
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from flask import Response, abort, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from intake.domain.json import JsonValue
from intake.show import words
from intake.show.export_columns import COLUMNS, GROUPS, USUAL, Column, Place, columns_named
from intake.show.export_run import WRITE_WITHIN, ExportRun, FileFormat, Order
from intake.show.filters import LogQuery, read_query
from intake.show.language import RUSSIAN, _, language, speaking
from intake.show.list_parts import ALL, BY_TEXT, chips, counted
from intake.show.masking import mask
from intake.show.pages import Surroundings
from intake.show.pauses import paused_now
from intake.show.rights import may
from intake.show.tallies import number
from intake.show.text import Clock
from intake.store import exports
from intake.store.database import Database
from intake.store.exports import ExportRecord, ExportState, Taking
from intake.store.log import count_found
from intake.store.users import User, find_user
from intake.store.views import read_choice, write_choice

CHOICE = "export"
_KEY = re.compile(r"[A-Za-z0-9_-]{16,40}")

BUSY = 429

TOLD = {
    ExportState.DONE: "Готово: выгружено %(done)s.",
    ExportState.STOPPED: (
        "Выгрузка остановлена, передано: %(done)s. Недокачанный файл можно удалить."
    ),
    ExportState.BROKEN: (
        "Загрузка прервалась, передано: %(done)s. Файл неполон: выгрузите ещё раз."
    ),
    ExportState.FAILED: (
        "Выгрузка оборвалась, передано: %(done)s. У нас ошибка, мы её записали. Файл неполон, "
        "удалите его и выгрузите ещё раз."
    ),
}
SILENT = "Выгрузка не движется, передано: %(done)s. Если загрузка прервалась, выгрузите ещё раз."
GOES_ON = "Выгружено %(done)s из %(total)s."
BEGINS = "Выгружено %(done)s."


class ExportPages:
    """The views of export. `books` is the whole store, where deeds and progress are written."""

    def __init__(self, around: Surroundings, books: Database) -> None:
        self._around = around
        self._books = books

    def show(self) -> ResponseReturnValue:
        """Show what is going to be taken, and ask how."""
        query = self._query(request.args)
        found = count_found(self._around.database, query.wanted)
        chosen = self._chosen()
        return render_template(
            "show/export.html",
            query=query,
            chips=chips(query.values, self._around.directory.titles),
            found=counted(found),
            is_empty=found.number == 0 or bool(query.problems),
            groups=_grouped(),
            chosen={each.name for each in chosen},
            is_choice=chosen != USUAL,
            format=self._format_before(),
            key=secrets.token_urlsafe(24),
            now=self._around.now(),
        )

    def file(self) -> ResponseReturnValue:
        """Send the file."""
        if request.method != "POST":
            abort(404)
        key, format_ = request.form.get("key", ""), read_format(request.form.get("format"))
        if not _KEY.fullmatch(key) or format_ is None:
            abort(400, "form")
        chosen = columns_named(request.form.getlist("column"))
        names: list[JsonValue] = [each.name for each in chosen]
        kept: JsonValue = {"format": format_.value, "columns": names}
        write_choice(self._books, g.user.id, CHOICE, kept)
        query = self._query(request.form)
        if query.problems:
            abort(400, "filter")
        taking = Taking(g.user.id, g.user.login, key)
        detail = told_of(query.values, format_, self._around.directory.titles)
        run = self._run(Order(query.wanted, format_, chosen))
        return answer(self._books, taking, detail, run)

    def state(self, key: str) -> ResponseReturnValue:
        """Answer how far a file is."""
        record = exports.find(self._books, g.user.id, key) if _KEY.fullmatch(key) else None
        if record is None:
            return jsonify(state="unknown", done=0, total=None, text="")
        return jsonify(
            state="silent" if record.is_silent else record.state.value,
            done=record.done,
            total=record.total,
            text=progress(record),
        )

    def stop(self, key: str) -> ResponseReturnValue:
        """Let a file stop where it is."""
        if request.method != "POST":
            abort(404)
        is_ours = bool(_KEY.fullmatch(key))
        return jsonify(stopped=is_ours and exports.stop(self._books, g.user.id, key))

    def _run(self, order: Order) -> ExportRun:
        person, books = g.user, self._books
        # Also after the request, when nobody is there to be asked.
        database = books.limited(lambda: person.reach)
        place = place_of(self._around)
        return ExportRun(database, books, order, place, lambda: may_still(books, person))

    def _query(self, args: Mapping[str, str]) -> LogQuery:
        return read_query(args, self._around.clock.zone, self._around.now())

    def _choice(self) -> Mapping[str, JsonValue]:
        kept = read_choice(self._books, g.user.id, CHOICE)
        return kept if isinstance(kept, dict) else {}

    def _chosen(self) -> tuple[Column, ...]:
        names = self._choice().get("columns")
        return columns_named(map(str, names)) if isinstance(names, list) else USUAL

    def _format_before(self) -> FileFormat:
        return read_format(str(self._choice().get("format"))) or FileFormat.XLSX


def answer(
    books: Database,
    taking: Taking,
    detail: Mapping[str, JsonValue],
    run: ExportRun,
) -> Response:
    """Begin a file and return the answer that carries it; 429 where too many are under way.

    Whoever asks for the head alone is told what there is, and nothing begins.
    """
    parts: Iterator[bytes] = iter(())
    is_taken = request.method != "HEAD"
    export_id = exports.begin(books, taking, detail) if is_taken else None
    if is_taken and export_id is None:
        abort(BUSY, "exports")
    if export_id is not None:
        parts = run.stream(export_id)
        hurry(request.environ.get("gunicorn.socket"))
    response = Response(parts, content_type=run.mimetype)
    if export_id is not None:
        response.call_on_close(partial(run.leave, export_id))
    response.headers["Content-Disposition"] = f'attachment; filename="{run.name}"'
    # As it is made, so that a proxy hands it on: the first bytes tell that it has begun.
    response.headers["X-Accel-Buffering"] = "no"
    return response


def hurry(connection: object) -> None:
    """Let each write to a reader end in time: whoever stops reading holds a thread."""
    # The server makes it wait without end again before the next request on it.
    if isinstance(connection, socket.socket):
        connection.settimeout(WRITE_WITHIN)


def may_still(books: Database, person: User) -> bool:
    """Whether a person may take what they could when the file began."""
    now = find_user(books, person.id)
    return (
        now is not None
        and not now.disabled
        and may(now, "export_file")
        and now.reach == person.reach
    )


def place_of(around: Surroundings) -> Place:
    """Return what a file has to know beside its rows, the reader's zone among it."""
    now = around.now()
    paused = paused_now(around.database)
    return Place(around.directory, Clock(around.clock.zone), now, paused, language())


def told_of(
    values: Mapping[str, str], format_: FileFormat, sites: Mapping[str, str]
) -> dict[str, JsonValue]:
    """Return what is written down of a file: its filter in words, without contacts.

    Not what was searched for, which is somebody's name or number and outlives their erasing.
    """
    if "text" in values:
        values = {**values, "text": BY_TEXT}
    # Others will read it, and each in a language of their own: see `filter_told`.
    with speaking(RUSSIAN):
        conditions = "; ".join(f"{each.label}: {each.text}" for each in chips(values, sites))
    return {"format": format_.value, "filter": mask(conditions) or ALL}


def progress(record: ExportRecord) -> str:
    """Say how far a file is."""
    done = words.counted(record.done, "заявка", "заявки", "заявок")
    if record.is_silent:
        return _(SILENT, done=done)
    if record.state is not ExportState.RUNNING:
        return _(TOLD[record.state], done=done)
    if record.total is None:
        return _(BEGINS, done=done)
    total = max(record.total, record.done)
    return _(GOES_ON, done=number(record.done), total=number(total))


@dataclass(frozen=True, slots=True)
class _Group:
    title: str
    columns: tuple[Column, ...]


def _grouped() -> list[_Group]:
    return [
        _Group(_(title), tuple(each for each in COLUMNS if each.group == name))
        for name, title in GROUPS.items()
    ]


def read_format(text: str | None) -> FileFormat | None:
    """Return the kind of file that an address asks for; None where there is no such kind."""
    return next((each for each in FileFormat if each.value == text), None)
