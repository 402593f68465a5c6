"""The vendor's widget: a script for pages of any site, and the address it sends leads to.

No key and no acknowledgement, as with the vendor's own: what a page sends is public.
"""

from flask import Blueprint, Response, current_app, request

from .answers import answered
from .api import respond
from .errors import WRONG_REQUEST
from .methods.widget import SEND_LEAD
from .outcome import Told, refusal
from .received import Received, parsed
from .world import current_world

blueprint = Blueprint("widget", __name__, url_prefix="/widget")

FOR_ANY_PAGE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@blueprint.get("/cbk.js")
def script() -> Response:
    """Give the script that defines `window.WBK`."""
    return current_app.send_static_file("cbk.js")


@blueprint.post("/lead")
def take_lead() -> Response:
    """Take a lead from a page."""
    body = request.get_data(as_text=True)
    params = parsed(body)
    told = Told("widget", request.method, request.path, SEND_LEAD, body)
    world = current_world()
    if params is None:
        refused = refusal(WRONG_REQUEST)
        world.note(told, refused)
        return answered(refused)
    return respond(world, Received(told, params))


@blueprint.after_request
def open_to_any_page(response: Response) -> Response:
    """Let a page of any origin load the script and post to it."""
    response.headers.update(FOR_ANY_PAGE)
    return response
