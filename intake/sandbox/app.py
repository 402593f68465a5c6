"""The sandbox as a Flask app: the API, the controls and the page."""

import time
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from . import api, cards, control, failures, pages, widget
from .world import NAME, Clock, World

LARGEST_REQUEST = 1024 * 1024
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
        " img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def create_sandbox(
    database: str | Path = ":memory:", api_key: str = "sandbox", clock: Clock = time.time
) -> Flask:
    """Make a sandbox CRM that remembers in this SQLite file and accepts this API key.

    `clock` gives Unix seconds. The app is to be served by one process with threads.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.extensions[NAME] = World(database, api_key, clock)
    for module in (api, control, pages, cards, widget, failures):
        app.register_blueprint(module.blueprint)
    app.before_request(refuse_foreign_pages)
    app.after_request(add_security_headers)
    return app


def refuse_foreign_pages() -> None:
    """Refuse what a page of another site makes a browser send: a reset, a fault, a lead.

    The widget is there for pages of other sites.
    """
    if request.method in SAFE or request.blueprint == widget.blueprint.name:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    # A browser that sends the first knows best; older ones and plain http send the second.
    if site is not None:
        own = site in {"same-origin", "none"}
    else:
        own = origin is None or urlsplit(origin).netloc == request.host
    if not own:
        abort(403)


def add_security_headers(response: Response) -> Response:
    """Let nothing run, load or frame that is not the sandbox's own."""
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    return response
