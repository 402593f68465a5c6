"""Reading the body of the request that is being answered: as a whole, or piece by piece."""

from contextlib import suppress

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from intake.receive.body import MAX_BODY
from intake.receive.multipart import MULTIPART

# How much is read of any body: of a form its files are let go on the way, of another what is
# too much is read away. The proxy lets a little more through: deploy/nginx.conf.
MAX_UPLOAD = 64 * 1024 * 1024
DRAIN_CHUNK = 256 * 1024

# How much the log keeps of a post that could not be read to its end, as typed and once more as
# it came: so much of an upload is remembered.
MAX_KEPT = 20_000


def read_whole() -> bytes:
    """Return the whole body; RequestEntityTooLarge where it is longer than allowed.

    Raises BadRequest for one that breaks off or is not sent as its headers say.
    """
    length = request.content_length
    if length is not None or "wsgi.input_terminated" not in request.environ:
        body = request.get_data(cache=False)
    else:
        # Without a length Werkzeug would cut the body at the limit and call that the whole.
        body = _read_stream(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        raise RequestEntityTooLarge
    if length is not None and len(body) < length:
        raise BadRequest
    return body


def is_upload() -> bool:
    """Tell whether the body is a form that may have files."""
    return request.mimetype == MULTIPART


class Upload:
    """The body of a form with files, to be read piece by piece; `head` is how it begins."""

    def __init__(self) -> None:
        length = request.content_length
        # A server that does not tell where a body ends must not be asked beyond its length.
        is_open = length is None and "wsgi.input_terminated" in request.environ
        self._left = None if is_open else length or 0
        self._taken = 0
        self.head = b""

    def read(self, size: int, /) -> bytes:
        """Return the next piece, empty at the end.

        Raises BadRequest where the body breaks off, RequestEntityTooLarge past MAX_UPLOAD.
        """
        if self._taken > MAX_UPLOAD:
            raise RequestEntityTooLarge
        piece = b"" if self._left == 0 else self._next(size)
        self._taken += len(piece)
        self.head += piece[: MAX_KEPT - len(self.head)]
        if self._taken > MAX_UPLOAD:
            raise RequestEntityTooLarge
        return piece

    def _next(self, size: int) -> bytes:
        if self._left is None:
            return _read_stream(size)
        piece = _read_stream(min(size, self._left))
        if not piece:
            raise BadRequest
        self._left -= len(piece)
        return piece

    def drain(self) -> None:
        """Read the rest away, so that its sender gets to read the answer."""
        with suppress(BadRequest, RequestEntityTooLarge):
            while self.read(DRAIN_CHUNK):
                pass


def _read_stream(size: int) -> bytes:
    try:
        data: bytes = request.environ["wsgi.input"].read(size)
    except Exception as error:  # every server has its own for a chunk that is none
        raise BadRequest from error
    return data


def drain() -> None:
    """Read an oversized body away, so that its sender gets to read the answer."""
    left = MAX_UPLOAD
    with suppress(BadRequest):
        while left > 0 and (chunk := _read_stream(DRAIN_CHUNK)):
            left -= len(chunk)
