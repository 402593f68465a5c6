"""A captcha's service on a free port, that answers as the test says."""

import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.serving import make_server

from intake.captcha import Service
from intake.domain.doubt import CaptchaKind


class FakeCaptcha:
    """Both services at one address; `asked` are the forms they got."""

    def __init__(self) -> None:
        self.reply: ResponseReturnValue = {}
        self.asked: list[Mapping[str, str]] = []
        # Closed, no question is answered until the test opens it.
        self.gate = threading.Event()
        self.gate.set()
        app = Flask("captcha")
        app.add_url_rule("/check", view_func=self._answer, methods=["POST"])
        app.add_url_rule("/elsewhere", view_func=lambda: {"status": "ok"}, methods=["GET", "POST"])
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.gate.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def service(self) -> Service:
        return Service(dict.fromkeys(CaptchaKind, f"{self.url}/check"))

    def says(self, reply: Any, status: int = 200) -> None:
        self.reply = reply, status

    def _answer(self) -> ResponseReturnValue:
        self.asked.append(request.form.to_dict())
        self.gate.wait(30)
        return self.reply
