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
from .card_data import client_page, deal_page, enquiries_so_far, lead_page, seconds_to
from .faults import TITLES, FaultKind
from .live import part
from .outcome import Outcome, Told
from .params import LONGEST_ID
from .shapes import MOSCOW_OFFSET
from .world import current_world

blueprint = Blueprint("cards", __name__)

# A longer number is no id: SQLite could not even look for it.
ID = f"int(max={10**LONGEST_ID - 1})"
# Fields of the forms in which people write words of their own.
TYPED = ("comment", "tags")
SAMPLE_NAMES = ("Анна Смирнова", "Пётр Иванов", "Мария Кузнецова", "Олег Соколов")

Answer = AnyResponse | tuple[str, int]


@blueprint.get(f"/lead/<{ID}:lead_id>")
def lead(lead_id: int) -> Answer:
    """Show a card; a merged lead leads to the card it was merged into."""
    found = lead_page(current_world(), lead_id) or abort(404)
    if found["lead"]["parent_id"]:
        return redirect(url_for("cards.lead", lead_id=found["lead"]["parent_id"]))
    return _shown("lead.html", found)


@blueprint.get(f"/client/<{ID}:client_id>")
def client(client_id: int) -> Answer:
    """Show a client with contacts, companies, leads and deals."""
    return _shown("client.html", client_page(current_world(), client_id) or abort(404))


@blueprint.get(f"/deal/<{ID}:deal_id>")
def deal(deal_id: int) -> Answer:
    """Show a deal with all that happened to it and what can be done."""
    found = deal_page(current_world(), deal_id)
    return _no_deal(deal_id) if found is None else _shown("deal.html", found)


def _shown(template: str, found: dict[str, Any]) -> Answer:
    """Give a page, or of `?part` only what changes on it."""
    if "part" in request.args:
        return part(f"_{template}", lambda: found)
    return render_template(template, **found), 200


def _no_deal(deal_id: int) -> Answer:
    seconds = seconds_to(current_world(), deal_id)
    if not seconds:
        abort(404)
    text = (
        f"Сделка {deal_id} уже создана, но CRM её ещё не находит: так ведёт себя сбой"
        f" «{TITLES[FaultKind.LATE_DEAL]}». Откройте её через {seconds} с."
    )
    return render_template("error.html", title="Сделки ещё не видно", text=text), 404


@blueprint.post("/lead/sample")
def send_sample() -> Answer:
    """Send a lead as a site would: every time another person."""
    number = enquiries_so_far(current_world())
    values = {
        "name": SAMPLE_NAMES[number % len(SAMPLE_NAMES)],
        "phone": f"7900{number + 1:07d}",
        "comment": "Пробная заявка: нужен замер в выходные",
        "utm_source": "yandex",
        "utm_medium": "cpc",
    }
    sample = {"method": "create", "values": values, "tags": ["проба"]}
    return _after(_perform("lead/set", sample), url_for("pages.home"))


@blueprint.post(f"/lead/<{ID}:lead_id>/start")
def start_lead(lead_id: int) -> Answer:
    """Take a lead into work, as a manager would."""
    user_id = current_world().account.user_id
    return _on_lead("lead/start", lead_id, {"user_id": user_id, "employee_id": 0})


@blueprint.post(f"/lead/<{ID}:lead_id>/comment")
def comment_lead(lead_id: int) -> Answer:
    """Add a comment to the log of a lead."""
    data = {"comment": request.form.get("comment", "")}
    return _on_lead("lead/log/create", lead_id, {"type_id": 10, "data": data})


@blueprint.post(f"/lead/<{ID}:lead_id>/responsible")
def assign_lead(lead_id: int) -> Answer:
    """Make somebody responsible for a lead."""
    return _on_lead("lead/update_employee", lead_id, _responsible())


@blueprint.post(f"/deal/<{ID}:deal_id>/stage")
def move_deal(deal_id: int) -> Answer:
    """Move a deal to the chosen stage, unless it was moved since the page was made."""
    found, seen = deal_page(current_world(), deal_id), request.form.get("seen")
    if found and seen and seen != str(found["deal"]["stage_id"]):
        stage = found["deal"]["stage"]
        text = f"Пока вы смотрели, сделку перенесли на этап «{stage}». Проверьте и повторите."
        return _refused(text, url_for("cards.deal", deal_id=deal_id))
    params = {"stage_id": request.form.get("stage_id", "")}
    return _on_deal("deal/updateDealStage", deal_id, params)


@blueprint.post(f"/deal/<{ID}:deal_id>/comment")
def comment_deal(deal_id: int) -> Answer:
    """Add a comment to a deal."""
    return _on_deal("deal/createComment", deal_id, {"comment": request.form.get("comment", "")})


@blueprint.post(f"/deal/<{ID}:deal_id>/task")
def set_task(deal_id: int) -> Answer:
    """Set the task of a deal: what to do and when, a Moscow time."""
    params: dict[str, Any] = {"comment": request.form.get("comment", "")}
    if at := request.form.get("at"):
        try:
            moscow = datetime.fromisoformat(at).replace(tzinfo=UTC)
            params["time"] = round((moscow - MOSCOW_OFFSET).timestamp())
        except (ValueError, OverflowError):
            text = "Не понимаю время задачи: нужен вид 2026-11-23T10:00."
            return _refused(text, url_for("cards.deal", deal_id=deal_id))
    return _on_deal("deal/updatetask", deal_id, params)


@blueprint.post(f"/deal/<{ID}:deal_id>/tags")
def add_tags(deal_id: int) -> Answer:
    """Add tags, separated by commas."""
    tags = [one.strip() for one in request.form.get("tags", "").split(",") if one.strip()]
    return _on_deal("deal/tag/addDealTags", deal_id, {"tags": tags})


@blueprint.post(f"/deal/<{ID}:deal_id>/responsible")
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
        return _refused(outcome.message, card)
    column = request.form.get("back")
    back = url_for("pages.home", show=column) if column in COLUMNS else card
    return redirect(back, 303)


def _refused(text: str, card: str) -> Answer:
    """Say why not, with the way back to the card and what was typed, to be copied."""
    typed = [one for name in TYPED if (one := request.form.get(name, "").strip())]
    shown = render_template("error.html", title="Не получилось", text=text, back=card, typed=typed)
    return shown, 409
