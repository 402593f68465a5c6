"""The two ends of a browser test: the service, and a customer's site on another origin."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, Response
from werkzeug.serving import WSGIRequestHandler, make_server

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Lead:
    """What the service kept of one submission."""

    number: str
    fields: Mapping[str, Any]
    site: str


class _Quiet(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(app: Flask, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve an app from threads of this process; gives its address."""
    server = make_server(host, 0, app, threaded=True, request_handler=_Quiet)
    server.daemon_threads = True  # type: ignore[attr-defined]  # of the threading mix-in
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class CustomerSite:
    """Pages of a web developer. Put a page's body in; the snippet is in its head."""

    def __init__(self, service_url: str) -> None:
        self.app = Flask(__name__)
        self.service_url = service_url
        self.url = ""
        self._pages: dict[str, tuple[str, str]] = {}
        self.app.add_url_rule("/<path:name>", "page", self._serve)

    def page(self, name: str, body: str, *, script: str = "", policy: str = "") -> str:
        """Publish a page and return its address; `script` are attributes of the snippet."""
        source = f"{self.service_url}/static/intake.js"
        head = (
            f'<script src="{source}" data-site="okna" {script}></script>' if script != "-" else ""
        )
        html = f'<!doctype html><html lang="ru"><title>{name}</title>{head}<body>{body}'
        self._pages[name] = (html, policy)
        return f"{self.url}/{name}"

    def _serve(self, name: str) -> Response:
        html, policy = self._pages.get(name, ("", ""))
        answer = Response(html, 200 if html else 404)
        if policy:
            answer.headers["Content-Security-Policy"] = policy
        return answer
