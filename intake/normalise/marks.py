"""Advertising marks of addresses, cookies and fields: which are usable, and what was wrong."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from intake.domain.attribution import UTM_MARKS
from intake.normalise.issues import IssueCode
from intake.normalise.links import (
    MAX_ADDRESS,
    Pair,
    before_marks,
    is_address,
    pairs_of_link,
    pairs_of_text,
)
from intake.normalise.mark_names import CLICK_IDS
from intake.normalise.mark_values import Value, is_placeholder, read_click_id, read_value
from intake.normalise.text import percent_decode


@dataclass(frozen=True, slots=True)
class Marks:
    """Known parameters of one source.

    `values` are usable, `empty` are placeholders as they stood, `twice` is what came again
    with another value, `damage` is what was wrong with the link itself and where.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    empty: Mapping[str, str] = field(default_factory=dict)
    twice: Mapping[str, str] = field(default_factory=dict)
    damage: Mapping[IssueCode, str] = field(default_factory=dict)

    @property
    def utm(self) -> dict[str, str]:
        """The five marks, those that say something."""
        return {name: self.values[name].text for name in UTM_MARKS if name in self.values}

    @property
    def click_ids(self) -> dict[str, str]:
        """The ids of the click that are there."""
        return {name: self.values[name].text for name in CLICK_IDS if name in self.values}


NO_MARKS = Marks()


def marks_of_address(address: str | None) -> Marks:
    """Read the marks of an address, from its query and from its hash.

    >>> marks_of_address("https://a.example/?utm_source=a?utm_medium=b").utm
    {'utm_source': 'a', 'utm_medium': 'b'}
    """
    damage: dict[IssueCode, str] = {}
    pairs = pairs_of_link(address, damage) if address else []
    return _gathered(pairs, damage) if pairs else NO_MARKS


def marks_of_pairs(text: str) -> Marks:
    """Read the marks of ``utm_source=a|||utm_medium=b``, Tilda's cookie; encoded or not."""
    whole = text[:MAX_ADDRESS]
    if "=" not in whole:
        whole = percent_decode(whole)
    return _gathered(pairs_of_text(whole.strip('"')), {})


def marks_of_sourcebuster(text: str) -> Marks:
    """Read ``typ=utm|||src=…|||mdm=…``; a visit that was not tagged has no marks."""
    return marks_of_visit(pairs_of_sourcebuster(text))


def marks_of_visit(pairs: Mapping[str, str]) -> Marks:
    """Return the marks of a visit that sourcebuster tells of."""
    if pairs.get("typ") != "utm":
        return NO_MARKS
    names = zip(("src", "mdm", "cmp", "cnt", "trm"), UTM_MARKS, strict=True)
    return _gathered(
        [
            Pair(mark, pairs[short])
            for short, mark in names
            if pairs.get(short) not in (None, "", "(none)")
        ],
        {},
    )


def pairs_of_sourcebuster(text: str) -> dict[str, str]:
    """Return the members of one of sourcebuster's cookies."""
    parts = percent_decode(text[:MAX_ADDRESS]).strip('"').split("|||")
    return {name: value for name, _, value in (part.partition("=") for part in parts)}


def marks_of_fields(pairs: Mapping[str, str]) -> Marks:
    """Read marks by name; some pages put them there as they stood in the link, or all of it."""
    found: list[Pair] = []
    inner: list[Pair] = []
    for name, raw in pairs.items():
        begun = before_marks(raw)
        whole = marks_of_address(raw) if begun is not None else NO_MARKS
        if begun is None or not whole.values or (is_address(raw) and name not in whole.values):
            found.append(Pair(name, raw))
            continue
        inner += [Pair(mark, value.raw) for mark, value in whole.values.items()]
        if name not in whole.values:
            found.append(Pair(name, begun))
    return _gathered([*found, *inner], {}, plus=False)


def _gathered(pairs: Iterable[Pair], damage: dict[IssueCode, str], *, plus: bool = True) -> Marks:
    """Take the first usable value of every name; one written rightly before one that is not."""
    values: dict[str, Value] = {}
    empty: dict[str, str] = {}
    twice: dict[str, str] = {}
    for pair in sorted(pairs, key=_by_doubt):
        value = _value(pair, plus=plus)
        if not value.text:
            if value.raw.strip():
                empty.setdefault(pair.name, value.raw)
        elif is_placeholder(value.text.replace("+", " ")):
            empty.setdefault(pair.name, value.text)
        elif pair.name not in values:
            values[pair.name] = value
        elif value.text != values[pair.name].text:
            twice.setdefault(pair.name, value.text)
    return Marks(values, empty, twice, damage if values or empty else {})


def _by_doubt(pair: Pair) -> bool:
    return not pair.is_sure


def _value(pair: Pair, *, plus: bool) -> Value:
    if pair.name in CLICK_IDS:
        return read_click_id(pair.raw, last=pair.is_last)
    is_encoded = plus or bool(re.search("%[0-9a-fA-F]{2}", pair.raw))
    return read_value(pair.raw, name=pair.name, plus=is_encoded, last=pair.is_last)
