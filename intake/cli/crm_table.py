"""A reply of the CRM as a table for people: one element a row, or one key a line."""

import io
import sys
from collections.abc import Iterator, Mapping, Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from intake.cli.crm_cells import cell
from intake.cli.printable import printable
from intake.envybox.reading import JsonMapping, mapping

# What tells one element from another, the most telling first; the rest comes as it stands.
_TELLING = (
    *("id", "lead_id", "name", "client_name", "contact_name", "short_name", "full_name"),
    *("phone", "email", "value", "type_id", "stage", "stage_name", "time", "comment", "values"),
    *("data", "contacts", "created_at", "client_id", "pipeline_id", "employee_id", "success"),
)
# Of use to the CRM's own pages; no column, and told last of a single thing.
_NOISE = frozenset(
    ("crm_id", "crm_element_id", "stage_color", "color", "mask", "deleted_at", "old_employee_id")
)
_WIDEST = 36
_GAP = 2  # blanks between two columns: one of padding, one that the box draws
_ONLY = "значение"


def print_rows(
    elements: Sequence[object], footer: str, titles: Mapping[str, str] | None = None
) -> None:
    """Print a row for each element, with as many telling columns as the terminal has room for.

    What `titles` names is a column under that title, and the first of all, even if it is empty.
    """
    console = _console()
    titles = {key: printable(title) for key, title in (titles or {}).items()}
    rows = [_row(element) for element in elements]
    columns = [*_fitting(rows, titles, console.width)]
    if rows:
        console.print(_table(rows, {key: titles.get(key, key) for key in columns}))
    hidden = len({key for row in rows for key in row}) - len(columns)
    if hidden:
        footer += f" Полей не показано: {hidden}; все — с --json."
    console.print(Text(footer))


def print_single(thing: JsonMapping) -> None:
    """Print a line for each key that has a value."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, _GAP, 0, 0))
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    for key, value in sorted(_lines(thing), key=lambda line: line[0] in _NOISE):
        table.add_row(Text(key), Text(value))
    nothing = "Ничего не найдено." if thing else "Готово: CRM ответила success."
    _console().print(table if table.row_count else Text(nothing))


def _console() -> Console:
    # A terminal that lacks a letter shows a question mark for it, not an error.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    return Console(highlight=False, markup=False, emoji=False)


def _row(element: object) -> dict[str, str]:
    if not isinstance(element, Mapping):
        return {_ONLY: cell(element)}
    return {printable(key): cell(value) for key, value in element.items()}


def _fitting(
    rows: Sequence[Mapping[str, str]], titles: Mapping[str, str], room: int
) -> Iterator[str]:
    """Yield the columns that tell something and fit side by side."""
    known = list(dict.fromkeys(key for row in rows for key in row))
    order = [key for key in (*titles, *_TELLING) if key in known]
    order += [key for key in known if key not in order and key not in _NOISE]
    for key in order:
        width = _width(rows, key, titles.get(key, key))
        empty = all(row.get(key, "") in {"", "0"} for row in rows) and key not in titles
        if empty or width > room:
            continue
        yield key
        room -= width + _GAP


def _width(rows: Sequence[Mapping[str, str]], key: str, title: str) -> int:
    longest = max(cell_len(row.get(key, "")) for row in rows)
    return min(max(cell_len(title), longest), _WIDEST)


def _table(rows: Sequence[Mapping[str, str]], columns: Mapping[str, str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for title in columns.values():
        table.add_column(Text(title), no_wrap=True, overflow="ellipsis", max_width=_WIDEST)
    for row in rows:
        table.add_row(*(Text(row.get(key, "")) for key in columns))
    return table


def _lines(thing: JsonMapping, within: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every value; what is nested is named "deal.pipelines"."""
    for key, value in thing.items():
        name = within + printable(key)
        if not within and _is_group(mapping(value)):
            yield from _lines(mapping(value), f"{name}.")
        elif text := cell(value, "\n"):
            yield name, text


def _is_group(thing: JsonMapping) -> bool:
    """Whether it only holds other things together, and is neither a thing nor a list itself."""
    own = {"id", "service", "custom"} & thing.keys()
    return bool(thing) and not own and not any(key.isdigit() for key in thing)
