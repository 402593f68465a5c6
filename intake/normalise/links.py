"""The pairs of a link, however damaged it is.

A link is not split into pairs: it is searched for the names that are known, and a value
ends where its pair does or where the next name begins. So it does not matter which sign
stands between two of them, or that none does.
"""

import re
from collections.abc import Iterator
from itertools import islice, zip_longest
from typing import NamedTuple

from intake.domain.attribution import UTM_MARKS
from intake.normalise.issues import IssueCode
from intake.normalise.mark_names import CLICK_IDS, MAX_NAME, mark_named

MAX_ADDRESS = 8_000
MAX_MARKS = 60

_UTM = rf"utm_(?:{'|'.join(name.removeprefix('utm_') for name in UTM_MARKS)})"
_EQUALS = r"=|%(?:25){0,4}3d"
_AMPERSAND = r"%(?:25){0,4}(?:26|23)"
_SIGN = r"%(?:25){0,4}(?:26|3[bf]|2[0fc3]|7c|0[ad])"
_ANYTHING_KNOWN = re.compile(r"utm|clid|braid|qrid|rb_|roistat_|%75", re.IGNORECASE)
_A_NAME = re.compile(rf"(^|[?&#;])([^=&?#;]{{3,{MAX_NAME}}})(?==)")
_A_NAME_ENCODED = re.compile(rf"(^|[?&#;])([^=&?#;]{{3,{MAX_NAME}}}?)(?=%3d)", re.IGNORECASE)
_KNOWN = re.compile(
    rf"(?P<sign>^|[^\w%.-]|{_SIGN})(?P<name>{_UTM}|{'|'.join(CLICK_IDS)})\s*(?P<equals>{_EQUALS})",
    re.IGNORECASE,
)
# Inside a value a name needs no sign before it: "yandexutm_medium=cpc".
_INSIDE = re.compile(
    rf"(?P<name>{_UTM})\s*(?P<equals>{_EQUALS})"
    rf"|(?:{_SIGN}|amp;)(?P<click>{'|'.join(CLICK_IDS)})(?:{_EQUALS})",
    re.IGNORECASE,
)
# An entity of a sign belongs to the value; that of an ampersand only before a space.
_SIGN_ENTITY = (
    r"(?:(?:amp|#0*38);(?=\s)|(?:quot|apos|lt|gt|nbsp|[lr]aquo|[mn]dash);|#(?!0*38;)\d{1,5};)"
)
_END = re.compile(rf"&(?!{_SIGN_ENTITY})|(?<!&)#|\|\|\|")
_ENCODED_END = re.compile(_AMPERSAND, re.IGNORECASE)
_SIGNS_AT_THE_END = re.compile(rf"(?:{_SIGN}|&?amp;?|[?;/,|+&\s])$", re.IGNORECASE)
_AN_ADDRESS = re.compile(r"\s*https?(?::|%(?:25)*3a)", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:(?:amp|#0*38|#x26);)+$", re.IGNORECASE)
_NAMES = frozenset((*UTM_MARKS, *CLICK_IDS))
# What a link has that needs a closer look.
_UNSOUND = re.compile(r"[?#;,\s|\\\"'<>(){}\[\]]|==|%(?:25){0,4}(?:3d|26)|&amp", re.IGNORECASE)
_JSON_ESCAPES = (("\\u0026", "&"), ("\\u003d", "="), ("\\u003D", "="))
# Stands before a name that was written wrongly, so that the right one wins over it.
_MISWRITTEN = "\ue000"


class Pair(NamedTuple):
    """A name and its raw value; `is_sure` unless the name was written wrongly."""

    name: str
    raw: str
    is_last: bool = False
    is_sure: bool = True


def pairs_of_link(address: str, damage: dict[IssueCode, str]) -> list[Pair]:
    """Return the known names of a link and their raw values; tell its `damage`, each where."""
    if not _ANYTHING_KNOWN.search(address, 0, MAX_ADDRESS):
        return []
    text = address[:MAX_ADDRESS].strip()
    if (sound := _pairs_of_sound(text)) is not None:
        return sound
    for escape, sign in _JSON_ESCAPES:
        text = text.replace(escape, sign)
    text = _A_NAME.sub(_by_its_right_name, text)
    if "%3d" in text or "%3D" in text:
        text = _A_NAME_ENCODED.sub(_by_its_right_name, text)
    found = [one for one in islice(_KNOWN.finditer(text), MAX_MARKS) if not _is_quoted(one)]
    plain = [one for one in found if not _is_nested(one)]
    pairs = [pair for one in _spans(plain, text) for pair in _pairs_of(*one, text, damage)]
    if not any(pair.name in UTM_MARKS for pair in pairs):
        nested = [one for one in found if _is_nested(one)]
        inner = [pair for one in _spans(nested, text) for pair in _pairs_of(*one, text, damage)]
        pairs += [pair for pair in inner if pair.name not in {known.name for known in pairs}]
    return pairs


def pairs_of_text(text: str) -> list[Pair]:
    """Return the pairs of a cookie, whatever stands between them."""
    found = list(islice(_KNOWN.finditer(text), MAX_MARKS))
    return [Pair(one["name"].lower(), text[one.end() : end]) for one, end in _spans(found, text)]


def is_address(text: str) -> bool:
    """Whether a value is an address of its own, encoded or not."""
    return bool(_AN_ADDRESS.match(text))


def before_marks(text: str) -> str | None:
    """Return what stands before the first mark in a value; None where there is none."""
    found = _INSIDE.search(text[:MAX_ADDRESS])
    return _without_signs(text[: found.start()]) if found else None


def tells_marks(text: str) -> bool:
    """Whether a text is an address or a query with marks in it.

    >>> tells_marks("https://a.example/?utm_source=ya"), tells_marks("у меня utm_source пустой")
    (True, False)
    """
    return "utm_" in text and " " not in text.strip() and bool(_INSIDE.search(text[:MAX_ADDRESS]))


def _pairs_of_sound(text: str) -> list[Pair] | None:
    """Return the pairs of a link that is as it should be: most are, and need no search."""
    head, question, query = text.partition("?")
    if not question or _UNSOUND.search(query) or _ANYTHING_KNOWN.search(head):
        return None
    pairs = []
    parts = query.split("&")
    for part in parts:
        name, equals, raw = part.partition("=")
        if name in _NAMES and equals:
            pairs.append(Pair(name, raw, part is parts[-1]))
            part = raw  # noqa: PLW2901 - what is left to look through
        if _ANYTHING_KNOWN.search(part):
            return None
    return pairs


def _by_its_right_name(found: re.Match[str]) -> str:
    raw = found[2]
    name = mark_named(raw)
    if name is None or raw.lower() == name:
        return found[0]
    plain = raw.strip().lower() == name
    return f"{found[1]}{'' if plain else _MISWRITTEN}{name}"


def _is_nested(found: re.Match[str]) -> bool:
    """Whether a pair is wholly encoded: of an address inside a parameter of this one."""
    return found["sign"].startswith("%") and found["equals"] != "="


def _is_quoted(found: re.Match[str]) -> bool:
    """Whether a parameter's text only speaks of a mark: ``?q=utm_source%3Dya``."""
    return found["sign"] == "=" and found["equals"] != "="


def _spans(found: list[re.Match[str]], text: str) -> Iterator[tuple[re.Match[str], int]]:
    """Return every pair with the place where its value ends."""
    for one, coming in zip_longest(found, found[1:]):
        start, name = (coming.start(), coming.start("name")) if coming else (len(text), len(text))
        end = _END.search(text, one.end(), name)
        yield one, min(end.start(), start) if end else start


def _pairs_of(
    found: re.Match[str], end: int, text: str, damage: dict[IssueCode, str]
) -> Iterator[Pair]:
    """Return a pair, and those that are hidden in its value."""
    _examine(found, text, damage)
    raw = text[found.end() : end].lstrip("= ")
    inner = _hidden(raw)
    is_last = end == len(text) and not inner
    was_cut = bool(inner) or (end < len(text) and text[end] not in "&#")
    value = _until(raw[: inner[0].start() if inner else len(raw)], found["equals"])
    value = _without_signs(value) if was_cut else value
    yield Pair(found["name"].lower(), value, is_last, is_sure=found["sign"] != _MISWRITTEN)
    for one, coming in zip_longest(inner, inner[1:]):
        is_coded = "%" in one[0] or "%" in raw[max(0, one.start() - 3) : one.start()]
        damage.setdefault(IssueCode.UTM_ENCODED_PAIR if is_coded else IssueCode.UTM_SEPARATOR, raw)
        rest = raw[one.end() : coming.start() if coming else len(raw)]
        rest = _without_signs(_until(rest, one["equals"] or ""))
        yield Pair((one["name"] or one["click"]).lower(), rest)


def _hidden(raw: str) -> list[re.Match[str]]:
    """Find the names inside a value, unless it is an address of its own."""
    if not _ANYTHING_KNOWN.search(raw) or _AN_ADDRESS.match(raw):
        return []
    return list(islice(_INSIDE.finditer(raw), MAX_MARKS))


def _until(raw: str, equals: str) -> str:
    """Cut a value at an encoded ampersand, where its equals sign was encoded as well."""
    end = _ENCODED_END.search(raw) if equals != "=" else None
    return raw[: end.start()] if end else raw


def _without_signs(raw: str) -> str:
    """Drop the signs that stood between a value and the next name."""
    for _ in range(10):
        found = _SIGNS_AT_THE_END.search(raw, max(0, len(raw) - 20))
        if not found:
            break
        raw = raw[: found.start()]
    return raw


def _examine(found: re.Match[str], text: str, damage: dict[IssueCode, str]) -> None:
    """Tell what is wrong with the way a pair stands in its link."""
    sign, name = found["sign"], found["name"]
    at = found.start("name")
    question = text.find("?", 0, at)
    is_usual = sign == "?" if question == at - 1 else sign == "&" and question >= 0
    if is_usual and found["equals"] == "=" and name.islower() and text.find("#", 0, at) < 0:
        return
    before = text[:at].replace(_MISWRITTEN, "")
    tests = (
        (IssueCode.UTM_NAME, sign == _MISWRITTEN or name != name.lower()),
        (IssueCode.UTM_ENCODED_PAIR, sign.startswith("%") or found["equals"] != "="),
        (IssueCode.UTM_ENTITY, sign == ";" and bool(_ENTITY.search(before[-20:]))),
        (IssueCode.UTM_SECOND_QUESTION, sign == "?" and before.rpartition("#")[2].count("?") > 1),
        (IssueCode.UTM_IN_HASH, "#" in _ENTITY.sub("", before) and sign != ";"),
        (IssueCode.UTM_NO_QUESTION, not any(mark in before for mark in "?#%")),
        (IssueCode.UTM_SEPARATOR, sign not in ("", "&", "?", "#", _MISWRITTEN) and sign[0] != "%"),
    )
    start, end = max(0, at - 12), found.end() + 24
    shown = text[start:end].replace(_MISWRITTEN, "")
    shown = f"{'…' if start else ''}{shown}{'…' if end < len(text) else ''}"
    for code, is_so in tests:
        if is_so and not (code is IssueCode.UTM_SEPARATOR and IssueCode.UTM_ENTITY in damage):
            damage.setdefault(code, shown)
