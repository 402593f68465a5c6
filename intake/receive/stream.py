"""Reading the body of the request that is being answered: all of it, or not at all."""

from contextlib import suppress
from typing import IO

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from intake.receive.body import MAX_BODY, MAX_UPLOAD, MULTIPART

# How much of an oversized one is read away.
MAX_DRAINED = 64 * 1024 * 1024
DRAIN_CHUNK = 256 * 1024


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
    """Tell whether the body is a form whose files alone make it longer than a body may be."""
    length = request.content_length or 0
    return request.mimetype == MULTIPART and MAX_BODY < length <= MAX_UPLOAD


def upload() -> IO[bytes]:
    """Return the body of an upload to be read piece by piece."""
    request.max_content_length = MAX_UPLOAD
    return request.stream


def _read_stream(size: int) -> bytes:
    try:
        data: bytes = request.environ["wsgi.input"].read(size)
    except Exception as error:  # every server has its own for a chunk that is none
        raise BadRequest from error
    return data


def drain() -> None:
    """Read an oversized body away, so that its sender gets to read the answer."""
    left = MAX_DRAINED
    # Of an upload a part has been read, and its stream knows which.
    read = upload().read if is_upload() else _read_stream
    with suppress(BadRequest):
        while left > 0 and (chunk := read(DRAIN_CHUNK)):
            left -= len(chunk)
