"""Reading a form with files: piece by piece, its text is kept and its files are let go."""

from codecs import getincrementaldecoder
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import (
    Data,
    Event,
    Field,
    File,
    MultipartDecoder,
    NeedData,
    State,
)

from intake.domain.json import JsonObject
from intake.receive.body import (
    MAX_BODY,
    MAX_FIELDS,
    UnreadableBodyError,
    collect,
    encoding_of,
    spell,
)

MULTIPART = "multipart/form-data"

PIECE = 32 * 1024
# Of one part's head: Werkzeug takes about a second over a megabyte of it.
MAX_HEAD = 128 * 1024


class Body(Protocol):
    """What a form is read from, to its end: empty bytes.

    Raises BadRequest where it breaks off, RequestEntityTooLarge past what is read of any body.
    """

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes."""


def read_multipart(content_type: str, body: Body) -> JsonObject:
    """Return the fields of a form with files; of a file only its name is kept.

    Names, values and names of files together may be as long as a body without files.
    Raises UnreadableBodyError with the fields that had been read.
    """
    form = _Form()
    try:
        _read_into(form, content_type, body)
    except UnreadableBodyError as error:
        raise UnreadableBodyError(error.code, form.cut()) from None
    return form.fields()


def _read_into(form: "_Form", content_type: str, body: Body) -> None:
    decoder, fault = _decoder(content_type), "broken_multipart"
    try:
        for piece in _pieces(body):
            # What follows the end of a form is nobody's.
            if decoder.state is not State.EPILOGUE:
                form.add(_events(decoder, piece))
    except RequestEntityTooLarge:
        raise UnreadableBodyError("files_too_large") from None
    except BadRequest:
        fault = "cut_short"  # though all of its parts may have come
    except (ValueError, LookupError):
        raise UnreadableBodyError("broken_multipart") from None
    if decoder.state is not State.EPILOGUE:
        has_begun = decoder.state is not State.PREAMBLE
        raise UnreadableBodyError("cut_short" if has_begun else fault)


def _decoder(content_type: str) -> MultipartDecoder:
    boundary = parse_options_header(content_type)[1].get("boundary", "")
    if not boundary or not boundary.isascii():
        raise UnreadableBodyError("broken_multipart")
    return MultipartDecoder(boundary.encode(), max_form_memory_size=MAX_HEAD)


def _pieces(body: Body) -> Iterator[bytes]:
    """Give a body with one character a byte: what the bytes spell is decided afterwards.

    A page in windows-1251 posts in it, which Werkzeug does not know.
    """
    while piece := body.read(PIECE):
        yield piece.decode("latin-1").encode()


def _events(decoder: MultipartDecoder, piece: bytes) -> Iterator[Event]:
    try:
        decoder.receive_data(piece)
    except RequestEntityTooLarge:
        endless = decoder.state is State.PART
        raise UnreadableBodyError("too_much_text" if endless else "broken_multipart") from None
    while not isinstance(event := decoder.next_event(), NeedData):
        yield event


@dataclass(slots=True)
class _Part:
    """`file`: the file's name; None for a field, which has a value instead."""

    name: bytes
    file: bytes | None
    value: bytearray = field(default_factory=bytearray)


class _Form:
    """What has come of a form."""

    def __init__(self) -> None:
        self._parts: list[_Part] = []
        self._text = 0
        self._heads = 0

    def add(self, events: Iterator[Event]) -> None:
        """Add what has been read; UnreadableBodyError as soon as it is too much."""
        for event in events:
            if isinstance(event, Field | File):
                self._begin(event)
            elif isinstance(event, Data) and self._parts[-1].file is None:
                value = event.data.decode().encode("latin-1")
                self._parts[-1].value += value
                self._text += len(value)
            if max(self._text, self._heads) > MAX_BODY:
                raise UnreadableBodyError("too_much_text")

    def _begin(self, event: Field | File) -> None:
        if len(self._parts) == MAX_FIELDS:
            raise UnreadableBodyError("too_many_fields")
        file = _bytes(event.filename) if isinstance(event, File) else None
        # A part may have no name, whatever the types say.
        part = _Part(_bytes(event.name or ""), file)
        self._parts.append(part)
        self._text += len(part.name) + len(file or b"")
        self._heads += sum(len(name) + len(value) for name, value in event.headers)

    def cut(self) -> JsonObject:
        """Return the fields of a form that has not come to its end."""
        last = self._parts[-1].value if self._parts else bytearray()
        # Half a letter at the end must not make all the others look like windows-1251.
        with suppress(UnicodeDecodeError):
            last[:] = getincrementaldecoder("utf-8")().decode(bytes(last)).encode()
        return self.fields()

    def fields(self) -> JsonObject:
        """Return the fields; of files, which may be called in another encoding, a note."""
        encoding = encoding_of((part.name, bytes(part.value)) for part in self._parts)
        return collect(
            (spell(part.name, encoding), _told(part, encoding))
            for part in self._parts
            if part.file != b""  # a field for files that was left empty
        )


def _told(part: _Part, encoding: str) -> str:
    if part.file is None:
        return spell(bytes(part.value), encoding)
    filename = spell(part.file, encoding_of([(part.file, b"")]))
    return f"файл «{filename}» (сам файл не сохранён)"


def _bytes(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:  # a name that was spelled out for Werkzeug: filename*=
        return text.encode(errors="replace")
