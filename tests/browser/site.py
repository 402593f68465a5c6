"""The two ends of a browser test: the service, and a customer's site on another origin."""

import io
import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Response
from sqlalchemy import Row, select
from werkzeug.serving import WSGIRequestHandler, make_server

from intake.domain.lead import Lead
from intake.domain.submission import RawSubmission, SubmissionState
from intake.store.database import Database
from intake.store.models import submissions

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Kept:
    """What the service has kept of one submission."""

    number: str
    site: str
    key: str | None
    raw: RawSubmission
    lead: Lead

    @property
    def fields(self) -> Mapping[str, Any]:
        """The fields as they were sent."""
        return self.raw.fields


class Service:
    """The service under its own server: remembers the posts, reads the store."""

    def __init__(self, app: "WSGIApplication", database_url: str) -> None:
        self.server = Server(self)
        self.bodies: list[bytes] = []
        self.database_url = database_url
        self._app = app
        self._database = Database(database_url)

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Pass a request on."""
        if environ["REQUEST_METHOD"] == "POST":
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            environ["wsgi.input"] = io.BytesIO(body)
            self.bodies.append(body)
        return self._app(environ, start)

    @property
    def posts(self) -> int:
        """How many posts came."""
        return len(self.bodies)

    def told(self, post: int = -1) -> dict[str, Any]:
        """Return what a script sent, the last time unless another post is named."""
        fields: dict[str, Any] = json.loads(self.bodies[post])
        return fields

    def leads(self) -> list[Kept]:
        """The submissions that were accepted, oldest first."""
        return self._kept_as(SubmissionState.ACCEPTED)

    def held(self) -> list[Kept]:
        """The submissions that wait for a person's word, oldest first."""
        return self._kept_as(SubmissionState.HELD)

    def _kept_as(self, state: SubmissionState) -> list[Kept]:
        query = select(submissions).where(submissions.c.state == state.value).order_by("id")
        with self._database.read() as connection:
            return [_kept(row) for row in connection.execute(query)]

    @property
    def url(self) -> str:
        """Where it is served."""
        return self.server.url

    def close(self) -> None:
        """Let go of the store."""
        self._database.close()


def _kept(row: Row[Any]) -> Kept:
    raw = RawSubmission.from_json(row.raw)
    return Kept(row.number, row.site, row.submission_key, raw, Lead.from_json(row.lead))


class _Quiet(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        """Say nothing."""


class Server:
    """Serves an app from threads of this process; may stop and start at the same address."""

    def __init__(self, app: "WSGIApplication", host: str = "127.0.0.1") -> None:
        self._app = app
        self._host = host
        self._port = 0

    @property
    def url(self) -> str:
        """The address, known once it has started."""
        return f"http://{self._host}:{self._port}"

    def start(self) -> None:
        """Listen, from the second time on where it did before."""
        self._server = make_server(
            self._host, self._port, self._app, threaded=True, request_handler=_Quiet
        )
        self._port = self._server.server_port
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Be gone: whoever connects is refused."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@contextmanager
def serving(app: "WSGIApplication", host: str = "127.0.0.1") -> Iterator[str]:
    """Serve an app from threads of this process; gives its address."""
    server = Server(app, host)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


class CustomerSite:
    """Pages of a web developer, with the snippet in their head."""

    def __init__(self, service_url: str) -> None:
        self.app = Flask(__name__)
        self.service_url = service_url
        self.url = ""
        self._pages: dict[str, tuple[str, str]] = {}
        self.app.add_url_rule("/<path:name>", "page", self._serve)

    def page(
        self, name: str, body: str, *, script: str = "", policy: str = "", before: str = ""
    ) -> str:
        """Publish a page and return its address.

        `script` are attributes of the snippet, `before` is what stands above it.
        """
        source = f"{self.service_url}/static/intake.js"
        head = f'{before}<script src="{source}" data-site="okna" {script}></script>'
        html = f'<!doctype html><html lang="ru"><title>{name}</title>{head}<body>{body}'
        self._pages[name] = (html, policy)
        return f"{self.url}/{name}"

    def _serve(self, name: str) -> Response:
        html, policy = self._pages.get(name, ("", ""))
        answer = Response(html, 200 if html else 404)
        if policy:
            answer.headers["Content-Security-Policy"] = policy
        return answer
