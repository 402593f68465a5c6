"""The API over HTTP: reads a request, lets the world answer it, adds the fault it meets."""

import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request

from .errors import WRONG_KEY, WRONG_REQUEST
from .faults import BEFORE_EFFECT, Fault, FaultKind
from .methods import METHODS
from .world import Outcome, Told, World, current_world, refusal

blueprint = Blueprint("api", __name__)

HTML = "<!doctype html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
SERVER_ERROR = "500 Internal Server Error"
DRIPS = 20


@dataclass(frozen=True)
class Received:
    """A request as it came: for the ledger, and its parameters (None: not readable)."""

    told: Told
    params: dict[str, Any] | None


@blueprint.route("/openapi/v1/<path:name>", methods=["GET", "POST"], strict_slashes=False)
@blueprint.route("/crm/api/v1/<path:name>", methods=["GET", "POST"], strict_slashes=False)
def answer(name: str) -> Response:
    """Answer one call of the API."""
    world = current_world()
    received = _receive(name.strip("/"))
    refused = _refused(world, received)
    if refused is not None:
        world.note(received.told, refused)
        return _json(refused)
    fault = world.take_fault(received.told.method)
    if fault is not None and fault.kind in BEFORE_EFFECT:
        return _instead(world, received.told, fault)
    if fault is not None and fault.kind is FaultKind.LATE_EFFECT:
        time.sleep(fault.seconds)
    return _reply(world.perform(received.told, received.params or {}, fault), fault)


def _receive(method: str) -> Received:
    if request.method == "GET":
        query = {name: v for name, v in request.args.items() if name != "api_key"}
        body, params = json.dumps(query, ensure_ascii=False), _parsed(query.get("request"))
        return Received(_told(method, body), query if params is None else params)
    body = request.get_data(as_text=True)
    params = _parsed(body)
    if params is not None and isinstance(params.get("request"), dict):
        params = params["request"]
    return Received(_told(method, body), params)


def _told(method: str, body: str) -> Told:
    return Told("api", request.method, request.path, method, body)


def _parsed(text: str | None) -> dict[str, Any] | None:
    """Read a JSON object; None for anything else, also for text no database can hold."""
    try:
        value = json.loads(text or "")
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _refused(world: World, received: Received) -> Outcome | None:
    if not world.accepts(request.args.get("api_key", "")):
        return refusal(WRONG_KEY)
    method = METHODS.get(received.told.method)
    if method is None:
        return refusal("Такого метода в песочнице нет", HTTPStatus.NOT_FOUND)
    if method.verb != request.method:
        message = f"Метод {method.name} вызывается через {method.verb}"
        return refusal(message, HTTPStatus.METHOD_NOT_ALLOWED)
    return refusal(WRONG_REQUEST) if received.params is None else None


def _instead(world: World, told: Told, fault: Fault) -> Response:
    """Answer with the fault instead of carrying the call out."""
    outcome = _canned(fault)
    world.note(told, outcome, fault)
    if fault.kind is FaultKind.LOST_REQUEST:
        return _hang_up()
    if fault.kind in {FaultKind.WRONG_KEY, FaultKind.REFUSE}:
        return _json(outcome)
    response = Response(HTML.format(outcome.message), outcome.status)
    if fault.kind is FaultKind.THROTTLE:
        response.headers["Retry-After"] = str(round(fault.seconds) or 1)
    return response


def _canned(fault: Fault) -> Outcome:
    match fault.kind:
        case FaultKind.WRONG_KEY:
            return refusal(WRONG_KEY)
        case FaultKind.REFUSE:
            return refusal(fault.message or WRONG_REQUEST)
        case FaultKind.THROTTLE:
            return refusal("429 Too Many Requests", HTTPStatus.TOO_MANY_REQUESTS)
        case FaultKind.HTML200:
            return refusal("Вход в CRM", HTTPStatus.OK)
        case _:
            return refusal(SERVER_ERROR)


def _reply(outcome: Outcome, fault: Fault | None) -> Response:
    """Answer a call that was carried out, the way the fault lets the answer through."""
    response = _json(outcome)
    match fault.kind if fault else None:
        case FaultKind.ERROR500_AFTER:
            return Response(HTML.format(SERVER_ERROR), HTTPStatus.INTERNAL_SERVER_ERROR)
        case FaultKind.LOST_REPLY:
            return _hang_up()
        case FaultKind.SLOW if fault:
            time.sleep(fault.seconds)
        case FaultKind.DRIP if fault:
            response.response = _drip(response.get_data(), fault.seconds)
    return response


def _json(outcome: Outcome) -> Response:
    text = json.dumps(outcome.payload, ensure_ascii=False)
    return Response(text, outcome.status, content_type="application/json; charset=utf-8")


def _drip(data: bytes, seconds: float) -> Iterator[bytes]:
    size = max(1, len(data) // DRIPS)
    parts = [data[start : start + size] for start in range(0, len(data), size)]
    for part in parts:
        time.sleep(seconds / len(parts))
        yield part


def _hang_up() -> Response:
    """Close the connection under the reply; a server that hides its socket answers 502."""
    connection = request.environ.get("werkzeug.socket") or request.environ.get("gunicorn.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)
    return Response(HTML.format("502 Bad Gateway"), HTTPStatus.BAD_GATEWAY)
