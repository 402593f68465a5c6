"""The sandbox's page: what arrived, buttons to act on it, the faults, the account."""

import json
import re
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from .board import COLUMNS, LARGEST_OFFSET, View, board, counts
from .faults import ANY, TITLES
from .live import part
from .methods import METHODS
from .shapes import MOSCOW_OFFSET
from .world import current_world

blueprint = Blueprint("pages", __name__)

SHOWN_REQUESTS = 200
LONGEST_KEYWORD = 200
OWN_PAGE = re.compile(r"/(?:[\w?&=%.+-][\w/?&=%.+-]*)?", re.ASCII)


@blueprint.app_context_processor
def every_page() -> dict[str, Any]:
    """Give every page what its header shows."""
    world = current_world()
    return {"account": world.account, "faults_on": world.faults()}


@blueprint.app_template_filter("phone")
def spaced_phone(digits: str) -> str:
    """Write a Russian number with spaces for reading; others as they are."""
    if len(digits) == 11 and digits[0] == "7" and digits.isdecimal():  # noqa: PLR2004 -- digits of a Russian number
        return f"+7 {digits[1:4]} {digits[4:7]}-{digits[7:9]}-{digits[9:]}"
    return digits


@blueprint.app_template_filter("plural")
def plural(number: int, one: str, few: str, many: str) -> str:
    """Choose the Russian form of a noun beside a number."""
    if number % 10 == 1 and number % 100 != 11:  # noqa: PLR2004 -- the grammar of Russian
        return one
    return few if number % 10 in {2, 3, 4} and number % 100 not in {12, 13, 14} else many


@blueprint.app_template_filter("moment")
def moment(text: str, *, seconds: bool = True) -> str:
    """Write a time of the CRM shorter; of another year with it, maybe without seconds."""
    at = datetime.fromisoformat(text)
    day = "%d.%m" if at.year == _moscow_now().year else "%d.%m.%Y"
    return at.strftime(f"{day}, %H:%M:%S" if seconds else f"{day}, %H:%M")


def _moscow_now() -> datetime:
    return datetime.fromtimestamp(current_world().clock(), tz=UTC) + MOSCOW_OFFSET


@blueprint.app_template_filter("clock")
def clock(text: str) -> str:
    """Write a time of the ledger (UTC) as Moscow time of the day; of another day with it."""
    at, now = datetime.fromisoformat(text) + MOSCOW_OFFSET, _moscow_now()
    day = "" if at.date() == now.date() else "%d.%m " if at.year == now.year else "%d.%m.%Y "
    return at.strftime(f"{day}%H:%M:%S.%f")[:-3]


@blueprint.app_template_filter("pretty")
def pretty(value: Any) -> str:
    """Write JSON for reading; text that was no JSON as it came."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


@blueprint.get("/")
def home() -> str:
    """Show leads, clients and deals as they arrive."""
    return render_template("board.html", **board(current_world(), _view()))


@blueprint.get("/sandbox/board")
def board_part() -> AnyResponse:
    """Give the changing part of the first page, or 304 when nothing changed."""
    return part("_board.html", lambda: board(current_world(), _view()))


def _view() -> View:
    asked = request.args
    show, offset = asked.get("show", ""), asked.get("offset", 0, type=int)
    return View(
        show=show if show in COLUMNS else COLUMNS[0],
        keyword=asked.get("keyword", "").strip()[:LONGEST_KEYWORD],
        offset=min(max(offset, 0), LARGEST_OFFSET),
    )


@blueprint.get("/requests")
def requests() -> str:
    """Show the latest requests."""
    return render_template("requests.html", **_requests())


@blueprint.get("/sandbox/requests")
def requests_part() -> AnyResponse:
    """Give the changing part of the page of requests, or 304."""
    return part("_requests.html", _requests)


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
    return redirect(_own_page(request.form.get("back", "")) or url_for("pages.faults"), 303)


def _own_page(path: str) -> str | None:
    """Let a path of the sandbox through, never an address of another site."""
    return path if OWN_PAGE.fullmatch(path) else None


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
    return render_template("reset.html", **counts(current_world()))


@blueprint.post("/reset")
def reset() -> AnyResponse:
    """Forget everything."""
    current_world().reset()
    return redirect(url_for("pages.home"), 303)
