"""Reading the files of the Russian numbering plan's registry, such as DEF-9xx.csv.

Source: Минцифры, opendata.digital.gov.ru/downloads. Rows are of the form
``АВС/ DEF;От;До;Емкость;Оператор;Регион;Территория ГАР;ИНН``; older files end at ``Регион``.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from intake.errors import IntakeError
from intake.reference.region_text import WHOLE_COUNTRY, codes_of

SUBSCRIBER = 10**7
CODE_DIGITS = 3
SUBSCRIBER_DIGITS = 7
# A file with more rows that are none is another file.
MOST_BROKEN = 0.01
LOOK_AT = 1_000_000
USUAL_REGION = 5


class RegistryError(IntakeError):
    """A registry file or the registry made of them cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from `first` to `last`, ten digits each, given out in `regions` (codes)."""

    first: int
    last: int
    regions: tuple[str, ...]
    unknown: str | None = None


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the columns stand that tell the region; the first three are always the same."""

    region: int = USUAL_REGION
    territory: int | None = None


def read_ranges(path: Path) -> Iterator[Range]:
    """Read one file, in UTF-8 or in Windows-1251; RegistryError where it is another file."""
    try:
        with path.open(encoding=_encoding(path), newline="") as file:
            yield from _ranges(csv.reader(file, delimiter=";", quoting=csv.QUOTE_NONE), path)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = error.strerror if isinstance(error, OSError) else "это не текст CSV"
        raise RegistryError(f"{path}: файл не читается ({why}).") from None


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(LOOK_AT)
    # The last character may be cut by the end of what was looked at.
    text = start.decode("utf-8", "ignore")
    lost = len(start) - len(text.encode())
    return "utf-8-sig" if lost <= len("ё".encode()) else "cp1251"


def _ranges(rows: Iterable[Sequence[str]], path: Path) -> Iterator[Range]:
    columns, good, broken = _Columns(), 0, 0
    for number, cells in enumerate(rows):
        row = [cell.strip().strip('"') for cell in cells]
        if found := _range(row, columns):
            good += 1
            yield found
        elif number == 0:
            columns = _columns(row)
        elif any(row):
            broken += 1
    if broken > MOST_BROKEN * good or not good:
        raise RegistryError(
            f"{path}: это не реестр плана нумерации (строк с номерами: {good}, непонятных: "
            f"{broken}). Нужен файл вида DEF-9xx.csv с opendata.digital.gov.ru."
        )


def _columns(header: list[str]) -> _Columns:
    """Find the columns by the first line; where it does not name them they are the usual."""
    names = [name.lower() for name in header]
    region = names.index("регион") if "регион" in names else USUAL_REGION
    territory = next((i for i, name in enumerate(names) if name.startswith("территория")), None)
    return _Columns(region, territory)


def _range(row: list[str], columns: _Columns) -> Range | None:
    if len(row) <= columns.region or not _is_code(row):
        return None
    start = int(row[0]) * SUBSCRIBER
    first, last = start + int(row[1]), start + int(row[2])
    if last < first:
        return None
    region, territory = row[columns.region], _territory(row, columns)
    codes = codes_of(region, territory)
    known = codes or WHOLE_COUNTRY in (region, territory)
    return Range(first, last, codes, None if known else territory or region)


def _is_code(row: list[str]) -> bool:
    code, first, last = row[:3]
    return (
        all(cell.isascii() and cell.isdigit() for cell in (code, first, last))
        and len(code) == CODE_DIGITS
        and max(len(first), len(last)) <= SUBSCRIBER_DIGITS
    )


def _territory(row: list[str], columns: _Columns) -> str:
    place = columns.territory
    return row[place] if place is not None and place < len(row) else ""
