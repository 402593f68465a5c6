"""A key and a phone number that must never be found where they have no business.

All tests of faults use them; what a test has written anywhere is read through for them.
"""

import logging
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from redis import Redis

KEY = "CANARY-key-71b0c9e2"
PHONE = "89161750342"
# However a number is spelled, this much of it stands together.
DIGITS = "9161750342"
LOUD = (KEY, KEY.rpartition("-")[2], DIGITS, "916) 175", "175-03-42")


def found_in(text: str) -> list[str]:
    """Return what of the key or the phone stands in a text."""
    return [word for word in LOUD if word in text]


class Recorder(logging.Handler):
    """Keeps every record as it would be printed, with the text of its exception."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def in_redis(url: str) -> Iterator[str]:
    """Yield every key and value of a Redis, unpacked where RQ packs them."""
    with Redis.from_url(url) as client:
        for key in client.scan_iter():
            yield repr(key)
            yield from map(_unpacked, _values(client, key))


def _values(client: Any, key: bytes) -> list[bytes]:
    kind = client.type(key)
    if kind == b"hash":
        return [part for pair in client.hgetall(key).items() for part in pair]
    if kind == b"list":
        return list(client.lrange(key, 0, -1))
    if kind == b"set":
        return list(client.smembers(key))
    if kind == b"zset":
        return list(client.zrange(key, 0, -1))
    if kind == b"stream":
        return [repr(client.xrange(key)).encode()]
    return [client.get(key) or b""]


def _unpacked(value: bytes) -> str:
    try:
        return zlib.decompress(value).decode(errors="replace")
    except zlib.error:
        return value.decode(errors="replace")


def in_files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield the text of every log that processes have written below a folder."""
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix in {".log", ".txt", ".out"}:
            yield path, path.read_text(errors="replace")
