"""The value of a mark: decoded, repaired, and recognised where it says nothing."""

import re
import unicodedata
from typing import NamedTuple

from intake.domain.attribution import UTM_MARKS
from intake.normalise.issues import IssueCode
from intake.normalise.text import clean_line, decode_percent, repair_encoding, unescape

MAX_MARK = 1_000
MAX_CLICK_ID = 500
MOST_STRAY_SIGNS = 10

_WORDS = (
    r"(?:campaign|keyword|source|medium|term|content|banner|creative|placement|device|network"
    r"|phrase|match|product|click|adgroup|ad|group|gbid|geo|region|position|retarget|site|param"
    r"|target|utm|cid|aid)"
)
# A template of an advertising system, of a page or of a mailing: braces, or signs round a
# word of templates.
_MACRO = (
    r"(?:\$?\{\{?[^{}]{0,60}\}?\}"
    rf"|\[\[?[A-Za-z_. ]{{0,20}}{_WORDS}[\w. ]{{0,20}}\]?\]"
    rf"|<[A-Za-z_. ]{{0,20}}{_WORDS}[\w. ]{{0,20}}>|<\?[^<>]{{0,80}}\?>"
    rf"|%%?[A-Za-z_.]{{0,20}}{_WORDS}[\w.]{{0,20}}%%?"
    rf"|##?[A-Za-z_.]{{0,20}}{_WORDS}[\w.]{{0,20}}##?|##?[A-Z_]{{3,40}}##?"
    rf"|__[A-Z][A-Z_]{{1,40}}__|\*\|[A-Z_:]{{2,40}}\|\*|\$[a-z_]{{0,20}}{_WORDS}[a-z_]{{0,20}})"
)
MACRO = re.compile(_MACRO)
_ONLY_MACROS = re.compile(rf"{_MACRO}(?:[\s|_\-:;,./+]*{_MACRO})*[|_\-\s]*")
_HALF_A_MACRO = re.compile(r"\{\{?\s*[A-Za-z][\w.:-]{1,40}|[A-Za-z][\w.:-]{1,40}\}\}?")
_NO_WORD = re.compile(r"[\s!-/:-@\[-`{-~–—−…]*")
_NOTHING = frozenset(
    {"(none)", "none", "undefined", "(not set)", "not set", "not_set", "null", "(null)", "nan"}
    | {"n/a", "(not provided)", "not provided", "(direct)", "(undefined)", "(empty)", "(unset)"}
    | {"[object object]", "notset", "(notset)", "(not_set)", *UTM_MARKS}
)
# Of such a value nothing has to be decoded or repaired, and no macro is one.
_SIMPLE = re.compile(r"[A-Za-z0-9](?:[\w.-]{0,200}[A-Za-z0-9])?", re.ASCII)
# A link encoded as a whole, in which a plus was encoded but once: it was a space.
_WRAPPED = re.compile(r"%25[0-9A-Fa-f]{2}")
_WRAPPED_PLUS = re.compile(r"%2[Bb]")
_QUOTES = {'"': '"', "'": "'", "«": "»", "“": "”", "„": "“", "`": "`"}
_BRACKETS = {")": "(", "]": "["}


class Value(NamedTuple):
    """What a mark says, what of it had to be repaired; `raw` as it stood in the link."""

    text: str
    raw: str
    defects: tuple[IssueCode, ...] = ()


def is_macro(value: str) -> bool:
    """Whether a mark is nothing but a template that nobody filled in.

    >>> is_macro("{campaign_id}"), is_macro("{{ad.id}"), is_macro("brand_{x}"), is_macro("[RSYA]")
    (True, True, False, False)
    """
    value = value.strip()
    return bool(_ONLY_MACROS.fullmatch(value) or _HALF_A_MACRO.fullmatch(value))


def is_placeholder(value: str) -> bool:
    """Whether a mark says nothing: a macro nobody filled in, or a word for "no value".

    >>> is_placeholder("{campaign_id}"), is_placeholder("(not set)"), is_placeholder("brand_{x}")
    (True, True, False)
    """
    if _SIMPLE.fullmatch(value):
        return value.lower() in _NOTHING
    value = value.strip()
    bare = _unquoted(value)
    return (
        value.lower() in _NOTHING
        or bare.lower() in _NOTHING
        or bool(_NO_WORD.fullmatch(value))
        or is_macro(bare)
    )


def read_value(
    raw: str, *, name: str = "utm_source", plus: bool = True, last: bool = False
) -> Value:
    """Decode and repair a mark. `plus`: a plus is a space; `last`: it ends the link."""
    if _SIMPLE.fullmatch(raw):
        return Value(raw, raw)
    defects: list[IssueCode] = []
    ended = _without_stray_end(raw, name, last=last)
    if plus:
        ended_by_spaces = _WRAPPED_PLUS.sub(" ", ended) if _WRAPPED.search(ended) else ended
        text, rounds, foreign = decode_percent(ended_by_spaces.replace("+", " "))
    else:
        text, rounds, foreign = decode_percent(ended)
    if rounds > 1:
        defects.append(IssueCode.UTM_DOUBLE_ENCODED)
    whole = unescape(text)
    if whole != text:
        defects.append(IssueCode.UTM_ENTITY)
    mended = repair_encoding(repair_encoding(whole))
    if foreign or mended != whole:
        defects.append(IssueCode.UTM_WRONG_ENCODING)
    line = unicodedata.normalize("NFC", clean_line(mended, MAX_MARK))
    bare = line if name == "utm_term" and "&quot;" not in text else _without_quotes(line)
    if bare != line or ended != raw.strip():
        defects.append(IssueCode.UTM_STRAY_SIGNS)
    elif raw != raw.strip():
        defects.append(IssueCode.UTM_SPACES)
    return Value(bare, raw, tuple(defects))


def read_click_id(raw: str, *, last: bool = False) -> Value:
    """Decode an id of a click; its letters are kept as they are."""
    if _SIMPLE.fullmatch(raw):
        return Value(raw, raw)
    ended = _without_stray_end(raw, "click", last=last)
    return Value(_unquoted(clean_line(decode_percent(ended)[0], MAX_CLICK_ID)), raw)


def _without_quotes(text: str) -> str:
    """Drop the quotes round a value, and one that is left over at its end."""
    bare = _unquoted(text)
    if len(bare) > 1 and bare[-1] in "\"'>" and bare.count(bare[-1]) == 1 and "<" not in bare:
        return bare[:-1].strip()
    return bare


def _unquoted(text: str) -> str:
    if len(text) > 1 and _QUOTES.get(text[0]) == text[-1]:
        return text[1:-1].strip()
    return text


def _without_stray_end(raw: str, name: str, *, last: bool) -> str:
    """Drop what is left of a tag, a sentence or a path after the value."""
    text = raw.strip()
    for _ in range(MOST_STRAY_SIGNS):
        shorter = _shortened(text, name, last=last) if text else text
        if shorter == text:
            break
        text = shorter
    return text


def _shortened(text: str, name: str, *, last: bool) -> str:
    end = text[-1]
    if end == "/" and "://" not in text and "%2F%2F" not in text.upper():
        return text[:-1]
    if end == "?":
        return text[:-1]
    if not last:
        return text
    if end in ",;\\" or (end == ">" and "<" not in text) or (end == "." and name != "utm_term"):
        return text[:-1]
    if end in "\"'»" and text[:1] not in _QUOTES and text.count(end) % 2 == 1:
        return text[:-1]
    opening = _BRACKETS.get(end)
    return text[:-1] if opening and text.count(opening) < text.count(end) else text
