"""Reading a request's body into fields: form or JSON, in whatever spelling.

A form with files is read piece by piece: `intake.receive.multipart`.

Nothing here refuses a lead for its looks: only a body that no field can be read from.
"""

import json
import math
import re
from collections.abc import Iterable
from typing import cast

from werkzeug.http import parse_options_header

from intake.domain.json import JsonObject, JsonValue

MAX_BODY = 256 * 1024
MAX_FIELDS = 500
MAX_DEPTH = 20

# Fields that hold lists, as `lead/set` names them.
LISTS = frozenset({"values_custom", "contact_data", "tags"})

FORM = "application/x-www-form-urlencoded"

_QUOTED = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")


class UnreadableBodyError(Exception):
    """The body cannot be read to its end; `code` says why: a key of `intake.receive.texts`.

    `told`: the fields that had been read until then.
    """

    def __init__(self, code: str, told: JsonObject | None = None) -> None:
        self.code = code
        self.told = told or {}
        super().__init__(code)


def read_body(content_type: str, body: bytes) -> tuple[JsonObject, bool]:
    """Return the fields of a body and whether it was JSON.

    A type that is missing or wrong does not matter where the body itself is clear:
    ``sendBeacon`` and careless scripts send JSON as text. Raises UnreadableBodyError.
    """
    kind, options = parse_options_header(content_type)
    if kind.endswith("json") or body.lstrip()[:1] in {b"{", b"["}:
        return _read_json(body), True
    return _read_urlencoded(body, options.get("charset")), False


def _read_json(body: bytes) -> JsonObject:
    try:
        data = _loads(_decode(body, None))
    except (ValueError, RecursionError):
        raise UnreadableBodyError("broken_json") from None
    if not isinstance(data, dict):
        raise UnreadableBodyError("not_an_object")
    data = {name: _list_of(value) if name in LISTS else value for name, value in data.items()}
    if _depth(data) > MAX_DEPTH or len(data) > MAX_FIELDS:
        raise UnreadableBodyError("too_many_fields")
    return data


def _list_of(value: JsonValue) -> JsonValue:
    """Return the list that a text spells: Prototype.js makes such texts of a page's arrays."""
    if not isinstance(value, str) or not value.startswith("["):
        return value
    try:
        return _loads(value)
    except (ValueError, RecursionError):
        return value


def _loads(text: str) -> JsonValue:
    data = json.loads(text, parse_float=_finite, parse_constant=str, parse_int=_whole)
    if "\\ud" not in text and "\\uD" not in text:
        return cast(JsonValue, data)
    # Half of a character is nothing anyone typed, and no page or database can show it.
    whole = json.dumps(data, ensure_ascii=False).encode(errors="replace").decode()
    return cast(JsonValue, json.loads(whole))


def _finite(text: str) -> JsonValue:
    # PostgreSQL's JSON knows no infinity; the digits are kept as they were typed.
    value = float(text)
    return value if math.isfinite(value) else text


def _whole(text: str) -> JsonValue:
    # Ids longer than a number can hold exactly stay text for every later reader.
    return int(text) if len(text) <= 15 else text  # noqa: PLR2004  # digits below 2**53


def _depth(value: JsonValue) -> int:
    level, depth = [value], 0
    while level and depth <= MAX_DEPTH:
        depth += 1
        level = [child for item in level for child in _children(item)]
    return depth


def _children(value: JsonValue) -> Iterable[JsonValue]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _read_urlencoded(body: bytes, charset: str | None) -> JsonObject:
    if body.strip() and b"=" not in body:
        raise UnreadableBodyError("not_a_form")
    if body.count(b"&") >= MAX_FIELDS:
        raise UnreadableBodyError("too_many_fields")
    pairs = (pair.partition(b"=") for pair in body.split(b"&") if pair)
    # Bytes first: what they spell is decided by all of them together.
    spelled = [(_unquote(name), _unquote(value)) for name, _, value in pairs]
    encoding = encoding_of(spelled, charset)
    return collect((spell(name, encoding), spell(value, encoding)) for name, value in spelled)


def _unquote(text: bytes) -> bytes:
    # A run at a time: the standard library takes Cyrillic apart byte by byte.
    return _QUOTED.sub(
        lambda run: bytes.fromhex(run[0].replace(b"%", b"").decode("ascii")),
        text.replace(b"+", b" "),
    )


def encoding_of(pairs: Iterable[tuple[bytes, bytes]], charset: str | None = None) -> str:
    """Return in which encoding all of these names and values are spelled."""
    # Pages in windows-1251 post in it, mostly without saying so.
    if charset and charset.lower() in {"windows-1251", "cp1251"}:
        return "cp1251"
    try:
        for pair in pairs:
            b"".join(pair).decode()
    except UnicodeDecodeError:
        return "cp1251"
    return "utf-8"


def spell(text: bytes, encoding: str) -> str:
    """Return the text of these bytes, with � for what spells nothing."""
    return text.decode(encoding, "replace")


def _decode(body: bytes, charset: str | None) -> str:
    try:
        return body.decode(charset or "utf-8-sig")
    except (UnicodeDecodeError, LookupError):
        return body.decode("cp1251", "replace")


def collect(pairs: Iterable[tuple[str, str]]) -> JsonObject:
    """Return the fields of these pairs; a name given twice keeps all its values."""
    fields: JsonObject = {}
    for name, value in pairs:
        earlier = fields.get(name)
        if earlier is None:
            fields[name] = value
        elif isinstance(earlier, list):
            earlier.append(value)
        else:
            fields[name] = [earlier, value]
    return fields
