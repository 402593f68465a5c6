"""A server of raw sockets that answers as the test says, down to single bytes."""

import json
import socket
import ssl
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

Script = Callable[["Visit"], None]


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    verb: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query)

    @property
    def json(self) -> object:
        return json.loads(self.body)


@dataclass(frozen=True)
class Visit:
    """A connection whose request has been read and is to be answered."""

    peer: socket.socket
    stopping: Event

    def send(self, data: bytes) -> None:
        self.peer.sendall(data)


class FakeCrm:
    """Listens on a free port of the loopback until closed; `seen` holds what came."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.seen: list[Seen] = []
        self.connections = 0
        self.script: Script = answer({"status_code": 200, "message": "success"})
        self.greeting: Script | None = None
        self._tls = tls
        self._stopping = Event()
        self._threads: list[Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._start(self._listen)

    @property
    def url(self) -> str:
        return f"http{'s' if self._tls else ''}://localhost:{self.port}"

    def close(self) -> None:
        self._stopping.set()
        # Closing alone does not wake a thread that waits in accept().
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                peer, _ = self._listener.accept()
                self.connections += 1
                self._start(self._serve, peer)

    def _serve(self, peer: socket.socket) -> None:
        with suppress(OSError, ValueError), peer:
            peer.settimeout(5)
            if self.greeting:
                self.greeting(Visit(peer, self._stopping))
                return
            secure = self._tls.wrap_socket(peer, server_side=True) if self._tls else peer
            with secure:
                self.seen.append(_read(secure))
                self.script(Visit(secure, self._stopping))


def _read(peer: socket.socket) -> Seen:
    with peer.makefile("rb") as stream:
        verb, target, _ = stream.readline().decode().split(" ")
        headers = {}
        while line := stream.readline().decode().strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return Seen(verb, target, headers, stream.read(int(headers.get("content-length", 0))))


def http(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> bytes:
    """Return a whole HTTP answer; `headers` may overrule the length."""
    lines = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    lines |= headers or {}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} Any\r\n{head}\r\n".encode() + body


def raw(data: bytes) -> Script:
    """Answer these bytes and close."""
    return lambda visit: visit.send(data)


def answer(payload: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Script:
    """Answer with JSON."""
    return raw(http(json.dumps(payload, ensure_ascii=False).encode(), status, headers))


def drip(data: bytes, every: float = 0.02) -> Script:
    """Answer a byte at a time, never reaching any timeout between two of them."""

    def script(visit: Visit) -> None:
        for byte in data:
            if visit.stopping.wait(every):
                return
            visit.send(bytes([byte]))

    return script


def endless(head: bytes) -> Script:
    """Answer this and then more than anybody wants to read."""

    def script(visit: Visit) -> None:
        visit.send(head)
        while not visit.stopping.is_set():
            visit.send(b"0" * 10_000)

    return script


def hang(visit: Visit) -> None:
    """Say nothing until the other side goes away."""
    while not visit.stopping.is_set() and visit.peer.recv(4096):
        pass


def hang_after(data: bytes) -> Script:
    """Answer these bytes, then nothing more."""

    def script(visit: Visit) -> None:
        visit.send(data)
        hang(visit)

    return script


def wait(visit: Visit) -> None:
    """Read nothing, say nothing."""
    visit.stopping.wait(5)


def reset_after_hello(visit: Visit) -> None:
    """Break the connection in the midst of a TLS handshake."""
    visit.peer.recv(4096)
    reset(visit)


def reset(visit: Visit) -> None:
    """Break the connection with a TCP reset."""
    visit.peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
