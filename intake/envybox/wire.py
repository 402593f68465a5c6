"""The connection itself: who holds the key, what has gone out, and when time is up.

`requests` and `urllib3` put the address of a request into exceptions and log lines, so
they never learn the API key: a connection adds it as it writes the request line.
"""

import socket
from contextlib import suppress
from contextvars import ContextVar, Token
from http.cookiejar import DefaultCookiePolicy
from threading import Lock, Timer
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection


class Call:
    """One call under way, as a context manager.

    `sent` turns true with the first byte handed to an open connection: until then the
    CRM certainly got nothing. At the deadline the socket is shut down under whatever is
    waiting on it, because the timeouts of sockets count per read and a server that
    drips a byte a second would never meet them.
    """

    def __init__(self, api_key: str, deadline: float) -> None:
        self.sent = False
        self.expired = False
        self._api_key = api_key
        self._lock = Lock()
        self._socket: socket.socket | None = None
        self._token: Token[Call] | None = None
        self._timer = Timer(deadline, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        self._token = _CALL.set(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._token is not None:
            _CALL.reset(self._token)
        self._timer.cancel()
        with self._lock:
            self._forget()

    def watch(self, sock: socket.socket) -> None:
        """Keep a handle of our own on `sock`, to shut it down when time is up.

        A duplicate, because TLS takes the original over, and because a closed
        descriptor may be another connection's by the time the watchdog wakes.
        """
        with self._lock:
            self._forget()
            self._socket = sock.dup()
            if self.expired:
                self._shut()

    def with_key(self, target: str) -> str:
        """Return the request target with the API key as its last query parameter."""
        joint = "&" if "?" in target else "?"
        return f"{target}{joint}api_key={quote(self._api_key, safe='')}"

    def _expire(self) -> None:
        with self._lock:
            self.expired = True
            self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _forget(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


_CALL: ContextVar[Call] = ContextVar("envybox_call")


class _Watched(HTTPConnection):
    """A connection that tells the call under way what happens to it."""

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        try:
            _CALL.get().watch(sock)
        except OSError:
            sock.close()
            raise
        return sock

    def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        """Write the request line, the API key in it."""
        super().putrequest(method, _CALL.get().with_key(url), *args, **kwargs)

    def send(self, data: Any) -> None:
        """Send, after connecting where that is still to be done, and remember it."""
        if self.sock is None:
            self.connect()
        _CALL.get().sent = True
        super().send(data)


class _WatchedTls(_Watched, HTTPSConnection):
    """The same over TLS."""


class _OneCallPool(HTTPConnectionPool):
    """Opens a connection for every call.

    A CRM may close a kept connection just as the next request goes out, which looks the
    same as a request lost half-way: an unknown outcome for nothing. A handshake is the
    lesser price.
    """

    ConnectionCls = _Watched

    def _put_conn(self, conn: Any) -> None:
        if conn:
            conn.close()


class _OneCallTlsPool(_OneCallPool, HTTPSConnectionPool):
    """The same over TLS."""

    ConnectionCls = _WatchedTls


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Let the pools open the connections of this module."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _OneCallPool,
            "https": _OneCallTlsPool,
        }


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Name no target: even unfollowed, requests reads a redirect's body without a limit."""


def open_session() -> requests.Session:
    """Return a session that obeys no environment, retries nothing and follows nothing."""
    session = _Session()
    session.trust_env = False
    # A session of the CRM's web pages has no business in the API.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.update(
        {
            "User-Agent": "envybox-intake",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
    )
    session.mount("http://", _Adapter(max_retries=0))
    session.mount("https://", _Adapter(max_retries=0))
    return session
