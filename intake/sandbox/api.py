"""The API over HTTP: reads a request, lets the world answer it, adds the fault it meets."""

import time
from http import HTTPStatus

from flask import Blueprint, Response, request

from .answers import answered, instead, let_through, outcome_of
from .errors import WRONG_KEY, WRONG_REQUEST
from .faults import BEFORE_EFFECT, FaultKind
from .methods import METHODS
from .outcome import Outcome, refusal
from .received import Received, receive
from .world import World, current_world

blueprint = Blueprint("api", __name__)

# Every call is answered by the API itself and stands in the ledger, also a wrong one.
VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@blueprint.route("/openapi/v1/<path:path>", methods=VERBS, strict_slashes=False)
@blueprint.route("/crm/api/v1/<path:path>", methods=VERBS, strict_slashes=False)
def answer(path: str) -> Response:
    """Answer one call of the API."""
    world, received = current_world(), receive(path)
    refused = _refused(world, received)
    if refused is not None:
        world.note(received.told, refused)
        return answered(refused)
    return respond(world, received)


def respond(world: World, received: Received) -> Response:
    """Carry a call out that may be made, or let it meet its fault."""
    fault = world.take_fault(received.told.method)
    if fault is not None and fault.kind in BEFORE_EFFECT:
        outcome = outcome_of(fault)
        world.note(received.told, outcome, fault)
        return instead(fault, outcome)
    if fault is not None and fault.kind is FaultKind.LATE_EFFECT:
        time.sleep(fault.seconds)
    return let_through(world.perform(received.told, received.params or {}, fault), fault)


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
