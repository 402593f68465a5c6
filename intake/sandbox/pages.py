"""The sandbox's page: what arrived, buttons to act on it, the faults, the account."""

import json
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from .board import COLUMNS, board
from .faults import ANY, TITLES
from .methods import METHODS
from .shapes import MOSCOW_OFFSET
from .world import current_world

blueprint = Blueprint("pages", __name__)

SHOWN_REQUESTS = 200


@blueprint.app_context_processor
def every_page() -> dict[str, Any]:
    """Give every page what its header shows."""
    world = current_world()
    return {"account": world.account, "faults_on": world.faults()}


@blueprint.app_template_filter("phone")
def spaced_phone(digits: str) -> str:
    """Write a Russian number with spaces for reading; others as they are."""
    if len(digits) == 11 and digits[0] == "7" and digits.isdecimal():  # noqa: PLR2004
        return f"+7 {digits[1:4]} {digits[4:7]}-{digits[7:9]}-{digits[9:]}"
    return digits


@blueprint.app_template_filter("plural")
def plural(number: int, one: str, few: str, many: str) -> str:
    """Choose the Russian form of a noun beside a number."""
    if number % 10 == 1 and number % 100 != 11:  # noqa: PLR2004
        return one
    return few if number % 10 in {2, 3, 4} and number % 100 not in {12, 13, 14} else many


@blueprint.app_template_filter("moment")
def moment(text: str, *, seconds: bool = True) -> str:
    """Write a time of the CRM shorter: day and month, hours, minutes and maybe seconds."""
    return datetime.fromisoformat(text).strftime("%d.%m, %H:%M:%S" if seconds else "%d.%m, %H:%M")


@blueprint.app_template_filter("clock")
def clock(text: str) -> str:
    """Write a time of the ledger (UTC) as Moscow time of the day."""
    return (datetime.fromisoformat(text) + MOSCOW_OFFSET).strftime("%H:%M:%S.%f")[:-3]


@blueprint.app_template_filter("pretty")
def pretty(value: Any) -> str:
    """Write JSON for reading; text that was no JSON as it came."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


@blueprint.get("/")
def home() -> str:
    """Show leads, clients and deals as they arrive."""
    return render_template("board.html", **_board())


@blueprint.get("/sandbox/board")
def board_part() -> AnyResponse:
    """Give the changing part of the first page, or 304 when nothing changed."""
    etag = current_world().version()
    if request.if_none_match.contains(etag):
        return Response(status=304)
    response = Response(render_template("_board.html", **_board()))
    response.set_etag(etag)
    return response


def _board() -> dict[str, Any]:
    show = request.args.get("show", "leads")
    return board(current_world()) | {"show": show if show in COLUMNS else "leads"}


@blueprint.get("/requests")
def requests() -> str:
    """Show the latest requests."""
    return render_template("requests.html", **_requests())


@blueprint.get("/sandbox/requests")
def requests_part() -> AnyResponse:
    """Give the changing part of the page of requests, or 304."""
    etag = current_world().version()
    if request.if_none_match.contains(etag):
        return Response(status=304)
    response = Response(render_template("_requests.html", **_requests()))
    response.set_etag(etag)
    return response


def _requests() -> dict[str, Any]:
    return {"requests": current_world().latest_requests(SHOWN_REQUESTS), "limit": SHOWN_REQUESTS}


@blueprint.get("/faults")
def faults() -> str:
    """Show the faults that are on and a form for another."""
    return _faults_page("")


@blueprint.post("/faults")
def set_fault() -> AnyResponse | tuple[str, int]:
    """Switch a fault on."""
    try:
        current_world().set_fault(request.form)
    except ValueError as error:
        return _faults_page(str(error)), 422
    return redirect(url_for("pages.faults"), 303)


@blueprint.post("/faults/off")
def clear_faults() -> AnyResponse:
    """Switch off the fault of the method sent, or all of them."""
    current_world().clear_faults(request.form.get("method") or None)
    return redirect(url_for("pages.faults"), 303)


def _faults_page(error: str) -> str:
    return render_template(
        "faults.html", kinds=TITLES, methods=sorted(METHODS), any_method=ANY, error=error
    )


@blueprint.get("/account")
def account() -> str:
    """Show the address, the key and the ids to copy into a configuration."""
    world = current_world()
    url = request.host_url.rstrip("/")
    return render_template("account.html", url=url, api_key=world.api_key)


@blueprint.post("/account/pipeline/<int:pipeline_id>")
def allow_by_hand(pipeline_id: int) -> AnyResponse:
    """Switch «Разрешить менять статусы вручную» of a pipeline."""
    if current_world().account.deal_pipeline(pipeline_id) is None:
        abort(404)
    current_world().allow_by_hand(pipeline_id, allowed=request.form.get("by_hand") == "1")
    return redirect(url_for("pages.account"), 303)


@blueprint.get("/reset")
def ask_reset() -> str:
    """Ask before everything is forgotten."""
    return render_template("reset.html", **board(current_world())["counts"])


@blueprint.post("/reset")
def reset() -> AnyResponse:
    """Forget everything."""
    current_world().reset()
    return redirect(url_for("pages.home"), 303)


@blueprint.app_errorhandler(403)
def forbidden(_error: Exception) -> tuple[str, int]:
    """Tell why a request of another site is refused."""
    text = "Этот запрос отправила страница другого сайта. Откройте песочницу и повторите здесь."
    return render_template("error.html", title="Запрос отклонён", text=text), 403


@blueprint.app_errorhandler(404)
def not_found(_error: Exception) -> tuple[str, int]:
    """Tell that there is no such card."""
    text = "Такой страницы нет: возможно, песочницу очистили и карточка удалена."
    return render_template("error.html", title="Не найдено", text=text), 404


@blueprint.app_errorhandler(413)
def too_large(_error: Exception) -> tuple[dict[str, Any], int]:
    """Answer a body over the limit as the API answers."""
    return {"status_code": 413, "message": "Слишком большой запрос"}, 413
