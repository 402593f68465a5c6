"""Reading a request's body into fields: form, multipart or JSON, in whatever spelling.

Nothing here refuses a lead for its looks: only a body that no field can be read from.
"""

import io
import json
import math
import re
from collections.abc import Iterable
from typing import IO, Any, cast

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from intake.domain.json import JsonObject, JsonValue

MAX_BODY = 256 * 1024
# A form with files, which are not kept: a few photographs of a phone. See deploy/nginx.conf.
MAX_UPLOAD = 16 * 1024 * 1024
MAX_FIELDS = 500
MAX_DEPTH = 20

# Fields that hold lists, as `lead/set` names them.
LISTS = frozenset({"values_custom", "contact_data", "tags"})

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

_QUOTED = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")


class UnreadableBodyError(Exception):
    """The body has no fields to read; `code` says why: a key of `intake.receive.texts`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def read_body(content_type: str, body: bytes) -> tuple[JsonObject, bool]:
    """Return the fields of a body and whether it was JSON.

    A type that is missing or wrong does not matter where the body itself is clear:
    ``sendBeacon`` and careless scripts send JSON as text. Raises UnreadableBodyError.
    """
    kind, options = parse_options_header(content_type)
    if kind == MULTIPART:
        return read_multipart(content_type, io.BytesIO(body)), False
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
    encoding = _encoding_of(spelled, charset)
    return _collect((_spell(name, encoding), _spell(value, encoding)) for name, value in spelled)


def _unquote(text: bytes) -> bytes:
    # A run at a time: the standard library takes Cyrillic apart byte by byte.
    return _QUOTED.sub(
        lambda run: bytes.fromhex(run[0].replace(b"%", b"").decode("ascii")),
        text.replace(b"+", b" "),
    )


def _encoding_of(pairs: Iterable[tuple[bytes, bytes]], charset: str | None) -> str:
    # Pages in windows-1251 post in it, mostly without saying so.
    if charset and charset.lower() in {"windows-1251", "cp1251"}:
        return "cp1251"
    try:
        for pair in pairs:
            b"".join(pair).decode()
    except UnicodeDecodeError:
        return "cp1251"
    return "utf-8"


def _spell(text: bytes, encoding: str) -> str:
    return text.decode(encoding, "replace")


def read_multipart(content_type: str, body: IO[bytes]) -> JsonObject:
    """Return the fields of a form with files; of a file only its name is kept.

    The body is read to its end and its files are let go on the way, however large it is.
    Raises UnreadableBodyError, and RequestEntityTooLarge where the text alone is too long.
    """
    mimetype, options = parse_options_header(content_type)
    parser = FormDataParser(
        stream_factory=_forget,
        max_form_memory_size=2 * MAX_BODY,
        max_form_parts=MAX_FIELDS,
        silent=False,
    )
    try:
        _, form, files = parser.parse(cast(IO[bytes], _Spread(body)), mimetype, None, options)
    except HTTPException:
        raise UnreadableBodyError("too_many_fields") from None
    except (ValueError, LookupError):
        raise UnreadableBodyError("broken_multipart") from None
    typed = [(_bytes(name), _bytes(value)) for name, value in form.items(multi=True)]
    if sum(len(value) for _, value in typed) > MAX_BODY:
        raise RequestEntityTooLarge
    attached = [(_bytes(name), _file_name(file)) for name, file in files.items(multi=True)]
    encoding = _encoding_of([*typed, *attached], None)
    notes = [(name, _file_note(_spell(file, encoding))) for name, file in attached if file]
    told = [(_spell(name, encoding), _spell(value, encoding)) for name, value in typed]
    return _collect([*told, *((_spell(name, encoding), note) for name, note in notes)])


class _Spread:
    """A body with one character a byte: what the bytes spell is decided afterwards.

    A page in windows-1251 posts in it, and a file's bytes are nobody's letters.
    """

    def __init__(self, body: IO[bytes]) -> None:
        self._body = body

    def read(self, size: int) -> bytes:
        return self._body.read(size // 2).decode("latin-1").encode()


class _Nowhere(io.BytesIO):
    def write(self, data: Any, /) -> int:
        return memoryview(data).nbytes


def _forget(*_: object, **__: object) -> IO[bytes]:
    return _Nowhere()


def _bytes(text: str) -> bytes:
    return text.encode("latin-1", "replace")


def _file_name(file: FileStorage) -> bytes:
    file.close()
    return _bytes(file.filename or "")


def _file_note(filename: str) -> str:
    return f"файл «{filename}» (сам файл не сохранён)"


def _decode(body: bytes, charset: str | None) -> str:
    try:
        return body.decode(charset or "utf-8-sig")
    except (UnicodeDecodeError, LookupError):
        return body.decode("cp1251", "replace")


def _collect(pairs: Iterable[tuple[str, str]]) -> JsonObject:
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
