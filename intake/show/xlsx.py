"""A workbook that is written while it is sent: no cell is kept, nothing touches the disk.

The libraries for XLSX keep a workbook in memory or in temporary files and give it away when
it is whole: the first byte would come after the last row (docs/adr/0018). What the format
asks for is little: a zip of a few XML parts, the sheets' rows in order (ECMA-376, part 1,
sections 18.2 and 18.3; part 2 for the package).
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from xml.sax.saxutils import escape

from intake.show.sheet import Cell
from intake.show.text import visible

MOST_ROWS = 1_048_576
# A part of a zip without 64-bit sizes, which not every reader knows, ends at 2 GB.
MOST_BYTES = 1 << 30
# Of a cell, for Excel.
LONGEST_TEXT = 32_767
# "[U+0000]" stands for one sign.
_MOST_FOR_A_SIGN = 8
# Fast: the file is a fifth larger than it could be.
COMPRESSION = 1

WIDTHS = (12, 20)

# What XML 1.0 cannot hold, whatever it is written as.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# How the format itself writes what XML cannot hold; as text it has to be told from that.
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

_HEADER, _TEXT, _MOMENT = 1, 2, 3
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  # a spreadsheet's days have no zone

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_STYLES = f"""<styleSheet xmlns="{_MAIN}">
<numFmts count="1"><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy\\ hh:mm:ss"/></numFmts>
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill>
<fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>"""

_ROOT = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>"
)


class _Outlet:
    """What a zip is written to: it is given away as it grows."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: what was written is there."""

    def close(self) -> None:
        """Do nothing: nothing is held open."""

    def take(self) -> bytes:
        """Give away what was written since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


def xlsx_file(
    title: str,
    header: Sequence[str],
    batches: Iterable[Iterable[Sequence[Cell]]],
    *,
    most_rows: int = MOST_ROWS,
    most_bytes: int = MOST_BYTES,
    cut: str = "…",
) -> Iterator[bytes]:
    """Yield a workbook; a sheet that is full is followed by the next, each with the header.

    `title` names the first sheet, `cut` is the end of a text that no cell holds whole. A
    caller that stops early leaves no workbook at all: the directory, without which nothing
    opens it, is written last.
    """
    outlet = _Outlet()
    book = zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION)
    _add(book, "_rels/.rels", _ROOT)
    _add(book, "xl/styles.xml", _STYLES)
    letters = [column_letters(place) for place in range(len(header))]
    rows = _Rows(batches)
    sheets = 0
    while sheets == 0 or rows.are_left():
        sheets += 1
        with book.open(f"xl/worksheets/sheet{sheets}.xml", "w") as part:
            part.write(_sheet_begin(len(header)))
            part.write(_row(1, [(_HEADER, each) for each in header], letters))
            # The file's first bytes: whoever waits, a proxy too, sees that it has begun.
            yield outlet.take()
            count, size = 1, 0
            while rows.are_left() and count < most_rows and size < most_bytes:
                lines = []
                for row in rows.take(min(most_rows - count, 500)):
                    count += 1
                    lines.append(_row(count, [(_TEXT, fitted(each, cut)) for each in row], letters))
                size += part.write(b"".join(lines))
                if data := outlet.take():
                    yield data
            part.write(_sheet_end(letters[-1], count))
    _add(book, "xl/workbook.xml", _workbook(title, sheets))
    _add(book, "xl/_rels/workbook.xml.rels", _workbook_relations(sheets))
    _add(book, "[Content_Types].xml", _content_types(sheets))
    book.close()
    yield outlet.take()


class _Rows:
    """Rows out of batches, as many at a time as there is room for."""

    def __init__(self, batches: Iterable[Iterable[Sequence[Cell]]]) -> None:
        self._batches = iter(batches)
        self._held: list[Sequence[Cell]] = []

    def are_left(self) -> bool:
        """Whether there is another row; reads the next batch to know."""
        while not self._held:
            batch = next(self._batches, None)
            if batch is None:
                return False
            self._held = list(batch)
        return True

    def take(self, most: int) -> list[Sequence[Cell]]:
        """Give up to `most` rows of the batch that is held."""
        taken, self._held = self._held[:most], self._held[most:]
        return taken


def fitted(cell: Cell, cut: str) -> Cell:
    """Return what a cell holds of this: a text that is too long ends with `cut`."""
    if not isinstance(cell, str) or len(cell) * _MOST_FOR_A_SIGN <= LONGEST_TEXT:
        return cell
    # A spreadsheet counts as UTF-16 does: a rare sign is two.
    units = visible(cell, None).encode("utf-16-le")
    if len(units) <= 2 * LONGEST_TEXT:
        return cell
    return units[: 2 * (LONGEST_TEXT - len(cut))].decode("utf-16-le", "ignore") + cut


def column_letters(place: int) -> str:
    """Return a column's letters by its place from 0.

    >>> [column_letters(place) for place in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    letters, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _row(number: int, cells: Sequence[tuple[int, Cell]], letters: Sequence[str]) -> bytes:
    inner = "".join(
        _cell(f"{letter}{number}", style, value)
        for letter, (style, value) in zip(letters, cells, strict=True)
        if value is not None and value != ""
    )
    if cells and cells[-1][1] in {None, ""}:
        # So that every row is as wide as the header, for readers who count cells.
        inner += f'<c r="{letters[-1]}{number}"/>'
    return f'<row r="{number}">{inner}</row>'.encode()


def _cell(place: str, style: int, value: Cell) -> str:
    if isinstance(value, str):
        # Its type is text, and its format too: typed over, it is still no formula.
        return (
            f'<c r="{place}" s="{style}" t="inlineStr"><is>'
            f'<t xml:space="preserve">{_text(value)}</t></is></c>'
        )
    if isinstance(value, datetime):
        return f'<c r="{place}" s="{_MOMENT}"><v>{_days(value):.10f}</v></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def _text(value: str) -> str:
    shown = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", visible(value, None))
    return escape(_ESCAPE.sub("_x005F_", shown))


def _days(moment: datetime) -> float:
    return (moment.replace(tzinfo=None) - _EPOCH).total_seconds() / 86_400


def _sheet_begin(columns: int) -> bytes:
    narrow, wide = WIDTHS
    return (
        f'{_DECLARATION}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f'</sheetView></sheetViews><cols><col min="1" max="1" width="{narrow}" customWidth="1"/>'
        f'<col min="2" max="{max(2, columns)}" width="{wide}" customWidth="1"/></cols><sheetData>'
    ).encode()


def _sheet_end(last: str, rows: int) -> bytes:
    return f'</sheetData><autoFilter ref="A1:{last}{rows}"/></worksheet>'.encode()


def _workbook(title: str, sheets: int) -> str:
    names = (title if number == 1 else f"{title} {number}" for number in range(1, sheets + 1))
    inner = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(names, 1)
    )
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{inner}</sheets></workbook>'


def _workbook_relations(sheets: int) -> str:
    kinds = [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, sheets + 1)]
    inner = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate([*kinds, ("styles", "styles.xml")], 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _content_types(sheets: int) -> str:
    kinds = {"workbook.xml": "sheet.main", "styles.xml": "styles"}
    kinds |= {f"worksheets/sheet{number}.xml": "worksheet" for number in range(1, sheets + 1)}
    inner = "".join(
        f'<Override PartName="/xl/{name}" ContentType="{_TYPES}.{kind}+xml"/>'
        for name, kind in kinds.items()
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{relations}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{inner}</Types>'
    )


def _add(book: zipfile.ZipFile, name: str, text: str) -> None:
    # A moment of its own would make each file another.
    book.writestr(zipfile.ZipInfo(name), _DECLARATION + text, zipfile.ZIP_DEFLATED)
