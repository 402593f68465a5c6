"""client/getListInputs, client/getInput, deal/getListInputs, deal/getInput."""

from typing import Any

from intake.sandbox.elements import Element
from intake.sandbox.errors import NO_FIELD, RefusalError
from intake.sandbox.input_shapes import custom_inputs, service_inputs
from intake.sandbox.listing import LARGEST_PAGE, asked_of, next_offset

from .registry import Call, Reply, method

JSONObject = dict[str, Any]
CUSTOM, SERVICE = "custom", "service"


@method("client/getListInputs", "GET")
def list_client_inputs(call: Call) -> Reply:
    """Describe the fields of clients, page by page."""
    return _listed(call, Element.CLIENT)


@method("client/getInput", "GET")
def get_client_input(call: Call) -> Reply:
    """Describe one field of clients."""
    return _found(call, Element.CLIENT)


@method("deal/getListInputs", "GET")
def list_deal_inputs(call: Call) -> Reply:
    """Describe the fields of deals, page by page."""
    return _listed(call, Element.DEAL)


@method("deal/getInput", "GET")
def get_deal_input(call: Call) -> Reply:
    """Describe one field of deals."""
    return _found(call, Element.DEAL)


def _listed(call: Call, element: Element) -> Reply:
    """Answer a page; `limit` and `offset` are for "custom" only, "service" is one page."""
    inputs = _inputs(call, element)
    paged = call.params.text("type") == CUSTOM
    limit, offset = asked_of(call.params) if paged else (LARGEST_PAGE, 0)
    shown = inputs[offset : offset + limit]
    after = next_offset(offset, len(shown), len(inputs))
    return Reply({"result": shown, "count": len(inputs), "limit": limit, "offset": after})


def _found(call: Call, element: Element) -> Reply:
    input_id = call.params.required_id("input_id")
    for one in _inputs(call, element):
        if one["id"] == input_id:
            return Reply({"result": one})
    raise RefusalError(NO_FIELD)


def _inputs(call: Call, element: Element) -> list[JSONObject]:
    kind = call.params.required_text("type")
    if kind not in {CUSTOM, SERVICE}:
        raise RefusalError("Параметр type должен быть custom или service")
    return custom_inputs(element, call.account) if kind == CUSTOM else service_inputs(element)
