"""A load of posts over connections that stay open, each sending as fast as it is answered."""

import asyncio
import random
import time
import uuid
from dataclasses import dataclass, field
from urllib.parse import urlencode

# Connections that are opened at one instant all fall to the process that wakes first.
ARRIVE_WITHIN = 0.2

REQUEST = (
    "POST /submit HTTP/1.1\r\n"
    "Host: 127.0.0.1\r\n"
    "Accept: application/json\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n"
    "Content-Length: {length}\r\n\r\n{body}"
)


@dataclass(slots=True)
class Result:
    """What came of one round. Times are seconds."""

    seconds: float = 0.0
    accepted: int = 0
    refused: int = 0
    times: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Accepted posts a second."""
        return self.accepted / self.seconds

    @property
    def p99(self) -> float:
        """The time that one answer in a hundred exceeds, in milliseconds."""
        ordered = sorted(self.times)
        return ordered[int(len(ordered) * 0.99)] * 1000 if ordered else 0.0


def run_load(port: int, seconds: float, connections: int) -> Result:
    """Post for so many seconds; a connection that breaks is not counted on."""
    return asyncio.run(_run(port, seconds, connections))


def form() -> bytes:
    """Return one post that is like no other: a new visitor with a new number."""
    fields = {
        "name": "Иван Петров",
        "phone": f"+79{random.randrange(10**9):09}",
        "comment": "Нужны окна в дом, перезвоните после шести",
        "page_url": "https://okna.example/?utm_source=yandex&utm_medium=cpc&utm_campaign=okna",
        "submission_id": uuid.uuid4().hex,
    }
    body = urlencode(fields)
    return REQUEST.format(length=len(body), body=body).encode()


async def _run(port: int, seconds: float, connections: int) -> Result:
    result = Result()
    began = time.perf_counter()
    end = began + seconds
    await asyncio.gather(*(_connection(port, end, result) for _ in range(connections)))
    result.seconds = time.perf_counter() - began
    return result


async def _connection(port: int, end: float, result: Result) -> None:
    await asyncio.sleep(random.uniform(0, ARRIVE_WITHIN))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while time.perf_counter() < end:
            request = form()
            sent = time.perf_counter()
            writer.write(request)
            status = await _answer(reader)
            result.times.append(time.perf_counter() - sent)
            if status == b"202":
                result.accepted += 1
            else:
                result.refused += 1
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    await reader.readexactly(int(length))
    return head.split(b" ", 2)[1]
