"""Sends one request and brings back whatever came of it, deciding nothing."""

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import requests
from urllib3 import exceptions as urllib3_errors

from intake.envybox.masking import Masking
from intake.envybox.wire import Call, open_session

_CHUNK_BYTES = 8192
# However deep Python itself may go, which differs between processes.
DEEPEST_REQUEST = 100
_FAILURES = (
    requests.RequestException,
    urllib3_errors.HTTPError,
    http.client.HTTPException,
    OSError,  # also a timeout, a reset, an error of TLS
    ValueError,  # a header that cannot be read
    ArithmeticError,  # a length no machine can hold
    RuntimeError,  # no thread to be had for the watchdog
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one call may take, in seconds, and how much it may bring, in bytes."""

    connect_timeout: float
    deadline: float
    max_reply_bytes: int

    def __post_init__(self) -> None:
        if not (self.connect_timeout > 0 and self.deadline > 0 and self.max_reply_bytes > 0):
            raise ValueError("Сроки ответа CRM и предел его размера должны быть больше нуля.")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request to send: `request` is the JSON body of a POST, the query of a GET.

    `method` is the API's name of it, `path` where it is sent, below the API's root.
    """

    method: str
    path: str
    verb: str
    request: Mapping[str, object] | None = field(repr=False)

    def target(self) -> str:
        """Return the path with its slashes, and the query of a GET."""
        # The reference ends every path with a slash; a server that redirects to the
        # address with a slash would lose the body.
        path = f"/{self.path}/"
        if self.verb == "POST" or not self.request:
            return path
        given = {name: one for name, one in self.request.items() if one is not None}
        query = {name: int(one) if isinstance(one, bool) else one for name, one in given.items()}
        return f"{path}?{urlencode(query, doseq=True)}" if query else path

    def body(self) -> bytes | None:
        """Return the body of a POST; ValueError or TypeError for what JSON cannot hold."""
        if self.verb != "POST":
            return None
        if not _within(self.request, DEEPEST_REQUEST):
            raise ValueError(f"Запрос вложен глубже {DEEPEST_REQUEST} уровней: CRM его не прочтёт.")
        return json.dumps(self.request, allow_nan=False).encode()


def _within(value: object, levels: int) -> bool:
    if not isinstance(value, Mapping | list | tuple):
        return True
    inside = value.values() if isinstance(value, Mapping) else value
    return levels > 0 and all(_within(one, levels - 1) for one in inside)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a request.

    `sent` False: nothing went out. `fault`: why there is no complete answer, a Russian
    phrase; None where there is one. `body` holds what arrived, decompressed.
    """

    sent: bool
    fault: str | None
    status: int | None = None
    retry_after: str | None = None
    body: bytes = field(default=b"", repr=False)
    duration_ms: int = 0


@dataclass(slots=True)
class _Arriving:
    status: int | None = None
    retry_after: str | None = None
    body: bytearray = field(default_factory=bytearray)
    fault: str | None = None


class Transport:
    """Talks HTTP to one CRM; one instance may serve several threads."""

    def __init__(self, root: str, api_key: str, limits: Limits) -> None:
        self._root = root
        self._api_key = api_key
        self._masking = Masking(api_key)
        self._limits = limits
        self._session = open_session()

    def send(self, outgoing: Outgoing) -> Reply:
        """Send and wait, at most for the deadline, for the whole answer.

        Raise ValueError or TypeError, before anything is sent, for a request that is no JSON.
        """
        target, body = outgoing.target(), outgoing.body()
        started = time.monotonic()
        call = Call(self._api_key, self._limits.deadline)
        arriving = _Arriving()
        try:
            with call:
                self._exchange(outgoing.verb, target, body, arriving)
        except _FAILURES as error:
            arriving.fault = _in_words(error, sent=call.sent)
        elapsed = time.monotonic() - started
        # A read's own timeout may run out a moment before the watchdog wakes.
        if call.expired or (arriving.fault and elapsed >= self._limits.deadline):
            arriving.fault = f"ответа не было {self._limits.deadline:g} с"
        return Reply(
            sent=call.sent,
            fault=arriving.fault,
            status=arriving.status,
            retry_after=arriving.retry_after,
            body=bytes(arriving.body),
            duration_ms=round(elapsed * 1000),
        )

    def mask(self, text: str) -> str:
        """Return `text` with the API key blotted out, however it was escaped."""
        return self._masking.mask(text)

    def blot(self, text: str) -> str:
        """Return a text of a reply that is to be used without the API key."""
        return self._masking.blot(text)

    def close(self) -> None:
        """Let go of the session."""
        self._session.close()

    def _exchange(self, verb: str, target: str, body: bytes | None, arriving: _Arriving) -> None:
        deadline = self._limits.deadline
        with self._session.request(
            verb,
            self._root + target,
            data=body,
            headers={"Content-Type": "application/json"} if body else None,
            timeout=(min(self._limits.connect_timeout, deadline), deadline),
            allow_redirects=False,
            stream=True,
        ) as response:
            arriving.status = response.status_code
            arriving.retry_after = response.headers.get("Retry-After")
            self._read(response, arriving)

    def _read(self, response: requests.Response, arriving: _Arriving) -> None:
        limit = self._limits.max_reply_bytes
        for chunk in response.iter_content(_CHUNK_BYTES):
            arriving.body += chunk
            if len(arriving.body) > limit:
                del arriving.body[limit:]
                arriving.fault = f"ответ длиннее {limit} байт"
                return


def _in_words(error: Exception, *, sent: bool) -> str:
    """Say what went wrong, never in the words of `error`: they may quote the request."""
    if sent:
        timed_out = (requests.Timeout, urllib3_errors.TimeoutError, TimeoutError)
        return "ответ не пришёл вовремя" if isinstance(error, timed_out) else "связь оборвалась"
    cause = getattr(error.args[0], "reason", error) if error.args else error
    if isinstance(cause, urllib3_errors.NameResolutionError):
        return "имя сервера не нашлось в DNS, проверьте адрес CRM"
    # Before the timeouts, of which urllib3 counts a refused connection one.
    if isinstance(cause, urllib3_errors.NewConnectionError):
        return "соединиться с сервером не удалось"
    if isinstance(cause, (requests.exceptions.SSLError, urllib3_errors.SSLError)):
        return "защищённое соединение не установилось, проверьте сертификат сервера"
    if isinstance(cause, (requests.Timeout, urllib3_errors.TimeoutError, TimeoutError)):
        return "сервер не ответил на попытку соединиться"
    return "соединиться с сервером не удалось"
