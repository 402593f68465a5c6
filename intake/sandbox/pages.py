"""The sandbox's page: what arrived, buttons to act on it, the faults, the account."""

import json
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from .board import board, client_page, deal_page, lead_page
from .faults import ANY, TITLES
from .methods import METHODS
from .shapes import MOSCOW_OFFSET
from .world import Outcome, Told, current_world

blueprint = Blueprint("pages", __name__)

SHOWN_REQUESTS = 200
COLUMNS = ("leads", "clients", "deals")


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
def moment(text: str) -> str:
    """Write a time of the CRM shorter: day and month, hours, minutes and seconds."""
    return datetime.fromisoformat(text).strftime("%d.%m, %H:%M:%S")


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


@blueprint.get("/lead/<int:lead_id>")
def lead(lead_id: int) -> AnyResponse | str:
    """Show a card; a merged lead leads to the card it was merged into."""
    found = lead_page(current_world(), lead_id) or abort(404)
    if found["lead"]["parent_id"]:
        return redirect(url_for("pages.lead", lead_id=found["lead"]["parent_id"]))
    return render_template("lead.html", **found)


@blueprint.get("/client/<int:client_id>")
def client(client_id: int) -> str:
    """Show a client with leads and deals."""
    found = client_page(current_world(), client_id) or abort(404)
    return render_template("client.html", **found)


@blueprint.get("/deal/<int:deal_id>")
def deal(deal_id: int) -> str:
    """Show a deal and the stages it can be moved to."""
    found = deal_page(current_world(), deal_id) or abort(404)
    return render_template("deal.html", **found)


@blueprint.post("/lead/<int:lead_id>/start")
def start_lead(lead_id: int) -> AnyResponse | tuple[str, int]:
    """Take a lead into work, as a manager would."""
    user_id = current_world().account.user_id
    outcome = _perform("lead/start", {"lead_id": lead_id, "user_id": user_id, "employee_id": 0})
    return _after(outcome, url_for("pages.lead", lead_id=lead_id))


@blueprint.post("/deal/<int:deal_id>/stage")
def move_deal(deal_id: int) -> AnyResponse | tuple[str, int]:
    """Move a deal to the chosen stage."""
    params = {"deal_id": deal_id, "stage_id": request.form.get("stage_id", "")}
    return _after(_perform("deal/updateDealStage", params), url_for("pages.deal", deal_id=deal_id))


def _perform(method: str, params: dict[str, Any]) -> Outcome:
    told = Told("page", request.method, request.path, method, json.dumps(params))
    return current_world().perform(told, params, None)


def _after(outcome: Outcome, card: str) -> AnyResponse | tuple[str, int]:
    if outcome.status != 200:  # noqa: PLR2004 -- the CRM's success
        return render_template("error.html", title="Не получилось", text=outcome.message), 409
    column = request.form.get("back")
    back = url_for("pages.home", show=column) if column in COLUMNS else card
    return redirect(back, 303)


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
