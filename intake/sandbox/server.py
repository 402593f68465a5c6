"""Serving the sandbox: one process, a thread a request, a clean stop."""

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from .app import create_sandbox
from .world import world_of

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class QuietHandler(WSGIRequestHandler):
    """Writes no access log (the ledger is one) and sends small replies without delay."""

    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 -- inherited
        """Say nothing."""


def serve(
    host: str = "127.0.0.1",
    port: int = 8090,
    database: str | Path = ":memory:",
    api_key: str = "sandbox",
) -> None:
    """Serve until SIGTERM or SIGINT; raise OSError when the address cannot be taken."""
    app = create_sandbox(database, api_key)
    if host in LOOPBACK:
        # A page whose name was pointed at this machine must not pass for the sandbox.
        app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost", "[::1]"]
    try:
        server = bind(app, host, port)
        with _stopped_by_signals(server):
            server.serve_forever()
        server.server_close()
    finally:
        world_of(app).close()


def bind(app: Flask, host: str, port: int) -> BaseWSGIServer:
    """Take the address (port 0: any free one) and give the server, not yet serving."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        # werkzeug ends the process when the port is taken; here an OSError says so.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
        return make_server(
            host, port, app, threaded=True, request_handler=QuietHandler, fd=listener.fileno()
        )


@contextmanager
def _stopped_by_signals(server: BaseWSGIServer) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        """End the server on a signal."""
        # shutdown() waits for the loop that this very handler interrupts.
        threading.Thread(target=server.shutdown).start()

    former = {one: signal.signal(one, stop) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for one, handler in former.items():
            signal.signal(one, handler)
