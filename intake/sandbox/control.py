"""What a test or a person does to the sandbox itself: look, reset, break."""

import json
from typing import Any

from flask import Blueprint, Response, request

from .world import current_world

blueprint = Blueprint("control", __name__, url_prefix="/sandbox")


@blueprint.get("/health")
def health() -> Response:
    """Tell that the sandbox is up and its database answers."""
    return _json({"status": "ok", "version": current_world().version()})


@blueprint.get("/state.json")
def state() -> Response:
    """Show all leads, clients, deals and faults."""
    return _json(current_world().state())


@blueprint.get("/ledger.json")
def ledger() -> Response:
    """Show every request, the earliest first; the key is masked."""
    return _json({"requests": current_world().ledger()})


@blueprint.post("/reset")
def reset() -> Response:
    """Forget everything."""
    current_world().reset()
    return _json({"ok": True})


@blueprint.get("/faults")
def faults() -> Response:
    """Show the faults that are on."""
    return _json({"faults": [one.to_json() for one in current_world().faults()]})


@blueprint.post("/faults")
def set_fault() -> Response:
    """Switch a fault on, or off with `"fault": null`."""
    given = request.get_json(force=True, silent=True)
    if not isinstance(given, dict):
        return _json({"ok": False, "error": "Пришлите объект JSON."}, 422)
    method = given.get("method")
    if not isinstance(method, str | None):
        return _json({"ok": False, "error": "Метод — это строка, например lead/set."}, 422)
    if given.get("fault") is None:
        current_world().clear_faults(method)
        return faults()
    try:
        current_world().set_fault(given)
    except ValueError as error:
        return _json({"ok": False, "error": str(error)}, 422)
    return faults()


@blueprint.delete("/faults")
def clear_faults() -> Response:
    """Switch off all faults, or that of `?method=`."""
    current_world().clear_faults(request.args.get("method"))
    return faults()


def _json(value: dict[str, Any], status: int = 200) -> Response:
    text = json.dumps(value, ensure_ascii=False)
    return Response(text, status, content_type="application/json; charset=utf-8")
