"""The pages of one lead, client or deal, and the buttons on them.

A button does what the API's method of the same meaning does, through the same door: the
ledger tells it apart by its source, "page".
"""

import json
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from .board import COLUMNS
from .card_data import client_page, deal_page, lead_page
from .shapes import MOSCOW_OFFSET
from .world import Outcome, Told, current_world

blueprint = Blueprint("cards", __name__)

Answer = AnyResponse | tuple[str, int]


@blueprint.get("/lead/<int:lead_id>")
def lead(lead_id: int) -> AnyResponse | str:
    """Show a card; a merged lead leads to the card it was merged into."""
    found = lead_page(current_world(), lead_id) or abort(404)
    if found["lead"]["parent_id"]:
        return redirect(url_for("cards.lead", lead_id=found["lead"]["parent_id"]))
    return render_template("lead.html", **found)


@blueprint.get("/client/<int:client_id>")
def client(client_id: int) -> str:
    """Show a client with contacts, companies, leads and deals."""
    found = client_page(current_world(), client_id) or abort(404)
    return render_template("client.html", **found)


@blueprint.get("/deal/<int:deal_id>")
def deal(deal_id: int) -> str:
    """Show a deal with all that happened to it and what can be done."""
    found = deal_page(current_world(), deal_id) or abort(404)
    return render_template("deal.html", **found)


@blueprint.post("/lead/<int:lead_id>/start")
def start_lead(lead_id: int) -> Answer:
    """Take a lead into work, as a manager would."""
    user_id = current_world().account.user_id
    return _on_lead("lead/start", lead_id, {"user_id": user_id, "employee_id": 0})


@blueprint.post("/lead/<int:lead_id>/comment")
def comment_lead(lead_id: int) -> Answer:
    """Add a comment to the log of a lead."""
    data = {"comment": request.form.get("comment", "")}
    return _on_lead("lead/log/create", lead_id, {"type_id": 10, "data": data})


@blueprint.post("/lead/<int:lead_id>/responsible")
def assign_lead(lead_id: int) -> Answer:
    """Make somebody responsible for a lead."""
    return _on_lead("lead/update_employee", lead_id, _responsible())


@blueprint.post("/deal/<int:deal_id>/stage")
def move_deal(deal_id: int) -> Answer:
    """Move a deal to the chosen stage."""
    params = {"stage_id": request.form.get("stage_id", "")}
    return _on_deal("deal/updateDealStage", deal_id, params)


@blueprint.post("/deal/<int:deal_id>/comment")
def comment_deal(deal_id: int) -> Answer:
    """Add a comment to a deal."""
    return _on_deal("deal/createComment", deal_id, {"comment": request.form.get("comment", "")})


@blueprint.post("/deal/<int:deal_id>/task")
def set_task(deal_id: int) -> Answer:
    """Set the task of a deal: what to do and when, a Moscow time."""
    params: dict[str, Any] = {"comment": request.form.get("comment", "")}
    if at := request.form.get("at"):
        try:
            moscow = datetime.fromisoformat(at).replace(tzinfo=UTC)
        except ValueError:
            return _refused("Не понимаю время задачи: нужен вид 2026-11-23T10:00.")
        params["time"] = round((moscow - MOSCOW_OFFSET).timestamp())
    return _on_deal("deal/updatetask", deal_id, params)


@blueprint.post("/deal/<int:deal_id>/tags")
def add_tags(deal_id: int) -> Answer:
    """Add tags, separated by commas."""
    tags = [one.strip() for one in request.form.get("tags", "").split(",") if one.strip()]
    return _on_deal("deal/tag/addDealTags", deal_id, {"tags": tags})


@blueprint.post("/deal/<int:deal_id>/responsible")
def assign_deal(deal_id: int) -> Answer:
    """Make somebody responsible for a deal."""
    return _on_deal("deal/updateEmployee", deal_id, _responsible())


def _responsible() -> dict[str, Any]:
    """Read "employee_id:182" or "department_id:1", a choice of the form."""
    name, _, number = request.form.get("responsible", "").partition(":")
    return {name: number} if name in {"employee_id", "department_id"} else {}


def _on_lead(method: str, lead_id: int, params: dict[str, Any]) -> Answer:
    outcome = _perform(method, {"lead_id": lead_id} | params)
    return _after(outcome, url_for("cards.lead", lead_id=lead_id))


def _on_deal(method: str, deal_id: int, params: dict[str, Any]) -> Answer:
    outcome = _perform(method, {"deal_id": deal_id} | params)
    return _after(outcome, url_for("cards.deal", deal_id=deal_id))


def _perform(method: str, params: dict[str, Any]) -> Outcome:
    body = json.dumps(params, ensure_ascii=False)
    told = Told("page", request.method, request.path, method, body)
    return current_world().perform(told, params, None)


def _after(outcome: Outcome, card: str) -> Answer:
    if outcome.status != 200:  # noqa: PLR2004 -- the CRM's success
        return _refused(outcome.message)
    column = request.form.get("back")
    back = url_for("pages.home", show=column) if column in COLUMNS else card
    return redirect(back, 303)


def _refused(text: str) -> tuple[str, int]:
    return render_template("error.html", title="Не получилось", text=text), 409
