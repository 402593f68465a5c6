"""A stand-in for the service: answers `/submit` by the contract and keeps what came."""

import json
from typing import Any

from flask import Flask, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response

from tests.browser.site import ROOT, Lead

CONTRACT_PHONE_DIGITS = 7


class Kept:
    """The leads that came, by their submission id."""

    def __init__(self) -> None:
        self.by_key: dict[str, Lead] = {}
        self.posts = 0

    def all(self) -> list[Lead]:
        return list(self.by_key.values())


def create_stub(kept: Kept) -> Flask:
    app = Flask(
        __name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static")
    )

    @app.get("/demo")
    def demo() -> str:
        return render_template(
            "demo.html",
            site_key="okna",
            site_title="Пластиковые окна",
            crm_id=2119,
            log_url="/log",
            sandbox_url="/sandbox",
        )

    @app.get("/thanks/<number>")
    def thanks(number: str) -> str:
        return render_template("receive/thanks.html", number=number, site_title=None, back_url=None)

    @app.post("/submit")
    @app.post("/submit/<site>")
    def submit(site: str = "okna") -> Response:
        kept.posts += 1
        body = request.get_data()
        is_json = body[:1] == b"{"
        fields: dict[str, Any] = json.loads(body) if is_json else dict(request.form)
        digits = sum(c.isdigit() for c in str(fields.get("phone")))
        if digits < CONTRACT_PHONE_DIGITS:
            return _refuse(fields, is_json)
        key = str(fields.get("submission_id"))
        known = key in kept.by_key
        number = f"7F3K-{len(kept.by_key):04d}"
        kept.by_key.setdefault(key, Lead(number, fields, site))
        number = kept.by_key[key].number
        if not is_json:
            return redirect(f"/thanks/{number}", 303)
        answer = jsonify(
            ok=True, id=key, number=number, message=f"Заявка принята. Её номер: {number}."
        )
        answer.status_code = 200 if known else 202
        return _allow(answer)

    return app


def _refuse(fields: dict[str, Any], is_json: bool) -> Response:
    error = "Это не похоже на номер телефона."
    if is_json:
        answer = jsonify(ok=False, message="Проверьте заявку.", errors={"phone": error})
        answer.status_code = 422
        return _allow(answer)
    shown = [
        {
            "name": n,
            "label": n,
            "value": v,
            "type": "tel" if n == "phone" else "text",
            "error": error if n == "phone" else None,
        }
        for n, v in fields.items()
    ]
    page = render_template(
        "receive/again.html",
        status=422,
        heading="Проверьте, пожалуйста, заявку",
        message="Проверьте телефон.",
        action=request.path,
        site_title=None,
        fields=shown,
        hidden=[],
        back_url=None,
    )
    return Response(page, 422, content_type="text/html; charset=utf-8")


def _allow(answer: Response) -> Response:
    if origin := request.headers.get("Origin"):
        answer.headers["Access-Control-Allow-Origin"] = origin
    return answer
