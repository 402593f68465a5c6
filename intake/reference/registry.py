"""The numbering registry made small: ranges of numbers and the regions they belong to.

One file: a line that names the format, a line of JSON that tells what is in it, and three
packed columns. It is read whole and asked by bisection; a lookup is under a microsecond.
"""

import json
import sys
import zlib
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from intake.domain.submission import parse_moment
from intake.normalise.places import regions
from intake.reference.registry_rows import Range, RegistryError

FORMAT = "intake numbering registry"
VERSION = 1
TEN_DIGITS = 10
MOST_UNKNOWN_TOLD = 20
DAMAGED = "файл реестра номеров повреждён; загрузите его заново: python -m intake numbering update."


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a registry: `made` when, of which files, how much is in it.

    `numbers` is the capacity of all ranges, `without` of those that have no region.
    `unknown` are the texts that named none of our regions, the most frequent first.
    """

    made: datetime
    files: tuple[str, ...] = ()
    rows: int = 0
    numbers: int = 0
    without: int = 0
    unknown: tuple[str, ...] = ()

    @property
    def coverage(self) -> float:
        """The share of numbers whose region is known, from 0 to 1."""
        return 1 - self.without / self.numbers if self.numbers else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "made": self.made.isoformat(),
            "files": list(self.files),
            "rows": self.rows,
            "numbers": self.numbers,
            "without": self.without,
            "unknown": list(self.unknown),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what `to_json` wrote; ValueError, KeyError or TypeError where it is not that."""
        return cls(
            made=parse_moment(data["made"]).astimezone(UTC),
            files=tuple(map(str, data["files"])),
            rows=int(data["rows"]),
            numbers=int(data["numbers"]),
            without=int(data["without"]),
            unknown=tuple(map(str, data["unknown"])),
        )


@dataclass(frozen=True, slots=True)
class Registry:
    """Which regions a Russian number is registered in; `names` are codes, joined by spaces."""

    about: About
    names: tuple[str, ...] = ()
    firsts: "array[int]" = field(default_factory=lambda: array("Q"))
    sizes: "array[int]" = field(default_factory=lambda: array("I"))
    places: "array[int]" = field(default_factory=lambda: array("H"))

    def regions_of(self, digits: str) -> tuple[str, ...]:
        """Return the codes of the regions of a number, country code first; none or two may be.

        The order is the registry's. A number of another country has none.
        """
        if not digits.startswith("7") or len(digits) != TEN_DIGITS + 1:
            return ()
        number = int(digits[1:])
        index = bisect_right(self.firsts, number) - 1
        if index < 0 or number - self.firsts[index] >= self.sizes[index]:
            return ()
        return tuple(self.names[self.places[index]].split())

    def dump(self) -> bytes:
        """Return the registry as a file's content."""
        columns = b"".join(map(_packed, (self.firsts, self.sizes, self.places)))
        head = {
            "version": VERSION,
            "about": self.about.to_json(),
            "names": list(self.names),
            "ranges": len(self.firsts),
            "check": zlib.crc32(columns),
        }
        lines = (FORMAT, json.dumps(head, ensure_ascii=False))
        return b"\n".join((*(line.encode() for line in lines), zlib.compress(columns, 9)))

    @classmethod
    def load(cls, content: bytes) -> Self:
        """Read what `dump` wrote; RegistryError where it is damaged or of another version."""
        try:
            kind, head_line, packed = content.split(b"\n", 2)
            head = json.loads(head_line)
            if kind.decode() != FORMAT:
                raise RegistryError(DAMAGED)
            _check_version(head["version"])
            columns = zlib.decompress(packed)
            if zlib.crc32(columns) != head["check"]:
                raise RegistryError(DAMAGED)
            about = About.from_json(head["about"])
            return cls(about, tuple(head["names"]), *_unpacked(columns, int(head["ranges"])))
        except (ValueError, KeyError, TypeError, zlib.error):
            raise RegistryError(DAMAGED) from None


def _check_version(version: object) -> None:
    if version != VERSION:
        raise RegistryError(
            f"реестр номеров записан другой версией сервиса (формат {version}, нужен {VERSION}); "
            "загрузите его заново: python -m intake numbering update."
        )


def build(ranges: Iterable[Range], files: Iterable[str], now: datetime) -> Registry:
    """Make a registry of the rows of the files; ranges of one region that touch become one.

    Of rows that overlap the one that begins first is kept. RegistryError where a code names
    no region of ours.
    """
    rows = sorted(ranges, key=lambda each: (each.first, each.last))
    unknown = Counter(each.unknown for each in rows if each.unknown)
    names: dict[str, int] = {}
    firsts, sizes, places = array("Q"), array("I"), array("H")
    numbers = without = end = 0
    for row in rows:
        first = max(row.first, end)
        if row.last < first:
            continue
        size = row.last + 1 - first
        numbers += size
        without += 0 if row.regions else size
        if row.regions:
            place = names.setdefault(" ".join(_ordered(row.regions)), len(names))
            if firsts and places[-1] == place and firsts[-1] + sizes[-1] == first:
                sizes[-1] += size
            else:
                firsts.append(first)
                sizes.append(size)
                places.append(place)
        end = row.last + 1
    told = tuple(text for text, _ in unknown.most_common(MOST_UNKNOWN_TOLD))
    about = About(now, tuple(files), len(rows), numbers, without, told)
    return Registry(about, tuple(names), firsts, sizes, places)


def in_thousands(number: int) -> str:
    """Write a large number so that it can be read.

    >>> in_thousands(706567081)
    '706 567 081'
    """
    return f"{number:,}".replace(",", " ")


def _ordered(codes: tuple[str, ...]) -> tuple[str, ...]:
    known = regions()
    if any(code not in known for code in codes):
        raise RegistryError(f"реестр назвал неизвестный регион: {codes}.")
    return tuple(sorted(codes))


def _packed(column: "array[int]") -> bytes:
    """Return a column with the low byte first on every machine."""
    if sys.byteorder == "big":
        column = column[:]
        column.byteswap()
    return column.tobytes()


def _unpacked(columns: bytes, ranges: int) -> "list[array[int]]":
    found = [array(code) for code in "QIH"]
    if len(columns) != ranges * sum(column.itemsize for column in found):
        raise RegistryError(DAMAGED)
    start = 0
    for column in found:
        end = start + ranges * column.itemsize
        column.frombytes(columns[start:end])
        if sys.byteorder == "big":
            column.byteswap()
        start = end
    return found
