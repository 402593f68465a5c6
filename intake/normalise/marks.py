"""Advertising marks found in addresses and cookies, however damaged the link is."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from intake.domain.attribution import UTM_MARKS
from intake.normalise.text import clean_line, percent_decode, repair_encoding, unescape

# Parameters by which an advertising system knows the click. `ysclid` is no advertisement.
CLICK_IDS = (
    "yclid", "gclid", "fbclid", "gbraid", "wbraid", "ymclid", "yzclid", "rb_clickid", "vkclid",
    "msclkid", "ttclid", "dclid", "twclid",
)  # fmt: skip
MAX_MARK = 1_000
MAX_CLICK_ID = 500
MAX_ADDRESS = 8_000
MAX_PAIRS = 300

_KNOWN = frozenset({*UTM_MARKS, *CLICK_IDS})
# Other signs than "&" end a pair only before a name that is known: a value may hold "a;b=c".
_PAIR_ENDS = re.compile(
    rf"&(?:amp;)*|[?;#/](?:amp;)*(?=utm[_-]|(?:ysclid|{'|'.join(CLICK_IDS)})=)|\|\|\||#",
    re.IGNORECASE,
)
_ENCODED_PAIR = re.compile(r"utm_\w{1,20}%(?:25){0,3}3d", re.IGNORECASE)
_NAME_JUNK = re.compile(r"^(?:amp;|[?&#;/\s])+|^(?:utm_)+(?=utm_)", re.IGNORECASE)
_MACRO = (
    r"(?:\{\{?[^{}]{0,60}\}?\}|\$\{[^{}]{0,60}\}|\[\[?[A-Za-z_.]{2,40}\]?\]|<[A-Za-z_. ]{2,40}>"
    r"|%[A-Za-z_.]{3,40}%|__[A-Z][A-Z_]{2,40}__|#[A-Z_]{3,40}#)"
)
_ONLY_MACROS = re.compile(rf"{_MACRO}(?:[\s|_\-:;,./+]*{_MACRO})*[|_\-\s]*")
_PLACEHOLDERS = frozenset(
    {"(none)", "none", "undefined", "(not set)", "not set", "not_set", "null", "(null)", "nan"}
    | {"n/a", "(not provided)", "not provided", "(direct)", "-", "--", "---", "—", "(undefined)"}
    | {"(empty)", "(unset)", "[object object]", "{}", "{{}}", "_", "__", *UTM_MARKS}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Marks:
    """Known parameters of one source, decoded; what had to be repaired; what came twice."""

    values: Mapping[str, str] = field(default_factory=dict)
    repaired: bool = False
    twice: Mapping[str, str] = field(default_factory=dict)

    @property
    def utm(self) -> dict[str, str]:
        """The five marks that are there, placeholders as well."""
        return {name: self.values[name] for name in UTM_MARKS if self.values.get(name)}

    @property
    def click_ids(self) -> dict[str, str]:
        """The ids of the click that are there."""
        return {name: self.values[name] for name in CLICK_IDS if self.values.get(name)}


def is_placeholder(value: str) -> bool:
    """Whether a mark says nothing: a macro nobody expanded, or a word for "no value".

    >>> is_placeholder("{campaign_id}"), is_placeholder("(not set)"), is_placeholder("brand_{x}")
    (True, True, False)
    """
    value = value.strip()
    return value.lower() in _PLACEHOLDERS or bool(_ONLY_MACROS.fullmatch(value))


def marks_of_address(address: str | None) -> Marks:
    """Read the marks of an address, from its query and from its hash.

    >>> marks_of_address("https://a.example/?utm_source=a?utm_medium=b").values
    {'utm_source': 'a', 'utm_medium': 'b'}
    """
    text = (address or "")[:MAX_ADDRESS]
    start = min((at for at in (text.find("?"), text.find("#")) if at >= 0), default=-1)
    tail = text[start + 1 :] if start >= 0 else text
    marks = _collect(_PAIR_ENDS.split(tail)[:MAX_PAIRS])
    damaged = start < 0 or any(trace in tail for trace in ("?utm_", "&amp;", "utm_utm_"))
    if _ENCODED_PAIR.search(tail) and (
        not marks.utm or any("&utm_" in unescape(value) for value in marks.utm.values())
    ):
        marks = _collect(_PAIR_ENDS.split(percent_decode(tail))[:MAX_PAIRS])
        damaged = True
    return Marks(marks.values, marks.repaired or (damaged and bool(marks.values)), marks.twice)


def marks_of_pairs(text: str) -> Marks:
    """Read the marks of ``utm_source=a|||utm_medium=b``, Tilda's cookie; encoded or not."""
    decoded = percent_decode(text[:MAX_ADDRESS])
    return _collect(_PAIR_ENDS.split(decoded)[:MAX_PAIRS])


def marks_of_sourcebuster(text: str) -> Marks:
    """Read ``typ=utm|||src=…|||mdm=…``; a visit that was not tagged has no marks."""
    pairs = dict(
        pair.split("=", 1)
        for pair in percent_decode(text[:MAX_ADDRESS]).split("|||")
        if "=" in pair
    )
    if pairs.get("typ") != "utm":
        return Marks()
    names = dict(zip(("src", "mdm", "cmp", "cnt", "trm"), UTM_MARKS, strict=True))
    values = {mark: _value(pairs[short])[0] for short, mark in names.items() if short in pairs}
    return Marks({mark: value for mark, value in values.items() if value != "(none)"})


def _collect(pairs: Iterable[str]) -> Marks:
    values: dict[str, str] = {}
    twice: dict[str, str] = {}
    repaired = False
    for pair in pairs:
        name, equals, raw = pair.partition("=")
        known, odd = _name(name)
        if not known or not equals:
            continue
        value, mended = _click_id(raw) if known in CLICK_IDS else _value(raw.lstrip("="))
        if not value:
            continue
        if known not in values:
            values[known] = value
            repaired = repaired or odd or mended
        elif value != values[known]:
            twice.setdefault(known, value)
    return Marks(values, repaired, twice)


def _name(raw: str) -> tuple[str | None, bool]:
    plain = raw.strip()
    if "%" in plain:
        plain = percent_decode(plain)
    name = _NAME_JUNK.sub("", plain)
    name = _NAME_JUNK.sub("", name).strip().lower().replace("-", "_")
    return (name, name != raw.lower()) if name in _KNOWN else (None, False)


def _value(raw: str) -> tuple[str, bool]:
    """Decode a mark; the second item tells whether more than usual was needed."""
    once = raw.replace("+", " ")
    decoded = percent_decode(once)
    mended = repair_encoding(unescape(decoded))
    return clean_line(mended, MAX_MARK), mended != unquote(once)


def _click_id(raw: str) -> tuple[str, bool]:
    return clean_line(percent_decode(raw), MAX_CLICK_ID), False
