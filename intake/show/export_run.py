"""One file on its way to whoever asked: rows in, bytes out, and how far it is written down."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain

from intake.errors import IntakeError, StoreUnavailableError
from intake.show.export_columns import Column, Place, has_own, laid_out, own_names
from intake.show.facts import marks_of, ways_to_reach
from intake.show.language import _, speaking
from intake.show.masking import FEWEST_HIDDEN, advertising_ids, mask_contacts, mask_phone
from intake.show.sheet import Cell, PhoneCell, csv_file, csv_lines
from intake.show.text import phone
from intake.show.xlsx import xlsx_file
from intake.store import exports
from intake.store.database import Database
from intake.store.export import ExportRow, count_all, walk_rows
from intake.store.exports import ExportState
from intake.store.filter import LogFilter
from intake.store.walk import BATCH

SHEET = "Заявки"
CUT = "… [обрезано: больше в ячейку Excel не входит, целиком — в CSV]"
UNFINISHED = "ФАЙЛ НЕ ПОЛОН: выгрузка оборвалась на этом месте. Выгрузите ещё раз."
# A word about how far it is costs a write; a person sees no more of them.
TELL_EVERY = 1.0
# Seconds. Told at least so often, with one write at most in between, a file is never silent
# while its reader holds a thread (see `exports.SILENT_AFTER`).
TELL_AT_LEAST_EVERY = 30.0
WRITE_WITHIN = 60.0
WHOLE_WITHIN = 30 * 60.0


class FileFormat(StrEnum):
    """What kind of file."""

    CSV = "csv"
    XLSX = "xlsx"

    @property
    def mimetype(self) -> str:
        """The type as the web names it."""
        return _TYPES[self]


_TYPES = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ExportStoppedError(IntakeError):
    """A file that is not to be sent any further: by its reader's word, or their rights are gone."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be in a file. `masked`: telephone numbers and addresses are."""

    wanted: LogFilter
    format: FileFormat
    columns: Sequence[Column]
    masked: bool = False


class ExportRun:
    """The making of one file.

    `database` reaches what its reader may see, also after the request; `books` is where
    progress is written. `still_may` is asked now and then: rights may end meanwhile. `done` are
    the rows that have gone.
    """

    def __init__(
        self,
        database: Database,
        books: Database,
        order: Order,
        place: Place,
        still_may: Callable[[], bool],
    ) -> None:
        self._database = database
        self._books = books
        self._order = order
        self._place = place
        self._still_may = still_may
        self.done = 0
        self._total: int | None = None
        self._begun_at = self._told_at = time.monotonic()
        self._is_drawn = False

    @property
    def name(self) -> str:
        """What the file is to be called."""
        moment = self._place.now.astimezone(self._place.clock.zone)
        return f"zayavki-{moment:%Y-%m-%d-%H%M}.{self._order.format.value}"

    @property
    def mimetype(self) -> str:
        """What kind of file it is, as the web names it."""
        return self._order.format.mimetype

    def stream(self, export_id: int) -> Iterator[bytes]:
        """Yield the file, the first bytes at once.

        A failure on the way is raised when a part has been sent already: so the connection
        breaks, and no browser takes the file for whole. A CSV, which would look so, also
        says it in its last line.
        """
        self._is_drawn = True
        try:
            for part in self._file(export_id):
                yield part
                self._keep_time(export_id)
        except GeneratorExit:
            self._finish(export_id, ExportState.BROKEN)
            raise
        except Exception as error:
            is_stopped = isinstance(error, ExportStoppedError)
            self._finish(export_id, ExportState.STOPPED if is_stopped else ExportState.FAILED)
            if self._order.format is FileFormat.CSV:
                with speaking(self._place.language):
                    told = _(UNFINISHED)
                yield csv_lines([[told]]).encode()
            raise
        self._finish(export_id, ExportState.DONE)

    def leave(self, export_id: int) -> None:
        """Write down that a reader has gone away before the first byte."""
        if not self._is_drawn:
            self._finish(export_id, ExportState.BROKEN)

    def _keep_time(self, export_id: int) -> None:
        now = time.monotonic()
        if now - self._begun_at > WHOLE_WITHIN:
            raise ExportStoppedError("Файл забирают слишком долго.")
        if now - self._told_at > TELL_AT_LEAST_EVERY:
            self._tell(export_id)

    def _file(self, export_id: int) -> Iterator[bytes]:
        batches = self._read(export_id)
        first: list[tuple[ExportRow, ...]] = []
        if has_own(self._order.columns):
            first = list(next_or_none(batches))
        with speaking(self._place.language):
            columns = laid_out(
                self._order.columns, own_names(map(self._shown, chain.from_iterable(first)))
            )
            header, sheet, cut = [each.title for each in columns], _(SHEET), _(CUT)
        rows = ([self._cells(row, columns) for row in batch] for batch in chain(first, batches))
        if self._order.format is FileFormat.CSV:
            yield from csv_file(header, rows)
        else:
            yield from xlsx_file(sheet, header, rows, cut=cut)

    def _read(self, export_id: int) -> Iterator[tuple[ExportRow, ...]]:
        """Yield the rows, and write down how many have gone before each batch."""
        for batch in walk_rows(self._database, self._order.wanted, size=BATCH):
            if self._total is None and self.done:
                self._total = count_all(self._database, self._order.wanted)
            if time.monotonic() - self._told_at >= TELL_EVERY:
                self._tell(export_id)
            yield batch
            self.done += len(batch)

    def _tell(self, export_id: int) -> None:
        self._told_at = time.monotonic()
        goes_on = exports.go_on(self._books, export_id, self.done, self._total)
        if not (goes_on and self._still_may()):
            raise ExportStoppedError("Выгрузка остановлена.")

    def _cells(self, row: ExportRow, columns: Sequence[Column]) -> list[Cell]:
        with speaking(self._place.language):
            cells = [each.value(self._shown(row), self._place) for each in columns]
        return masked(cells, row) if self._order.masked else cells

    def _shown(self, row: ExportRow) -> ExportRow:
        return withheld(row) if self._order.masked else row

    def _finish(self, export_id: int, state: ExportState) -> None:
        # Where the store is out of order the row stays as it was, and is told as silent.
        with suppress(StoreUnavailableError):
            exports.finish(self._books, export_id, state, self.done)


def next_or_none(batches: Iterator[tuple[ExportRow, ...]]) -> Iterator[tuple[ExportRow, ...]]:
    """Yield the first batch, where there is one."""
    batch = next(batches, None)
    if batch is not None:
        yield batch


def withheld(row: ExportRow) -> ExportRow:
    """Return a row without the contacts that cannot be masked: names in messengers."""
    return replace(row, lead=replace(row.lead, contact_data=()))


def masked(cells: Sequence[Cell], row: ExportRow) -> list[Cell]:
    """Return the cells of a row as somebody sees them who may not see contacts."""
    number = row.row.phone
    original = row.lead.phone.original if row.lead.phone else None
    spelled = phone(number) if number else None
    told = {each for each in (number, original, spelled, *ways_to_reach(row.lead)) if each}
    hidden = {each for each in told if len(each) >= FEWEST_HIDDEN}
    ids = advertising_ids(marks_of(row.lead.attribution), told)

    def hide(cell: Cell) -> Cell:
        if isinstance(cell, PhoneCell):
            return PhoneCell(mask_phone(number or ""))
        return mask_contacts(cell, hidden, ids) if isinstance(cell, str) else cell

    return [hide(cell) for cell in cells]
