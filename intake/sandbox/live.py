"""The changing part of a page: sent again only when something changed."""

from collections.abc import Callable
from typing import Any

from flask import Response, render_template, request

from .world import current_world


def part(template: str, content: Callable[[], dict[str, Any]]) -> Response:
    """Give the changing part of a page, or 304 when nothing changed since it was given."""
    etag = current_world().version()
    if request.if_none_match.contains(etag):
        return Response(status=304)
    response = Response(render_template(template, **content()))
    response.set_etag(etag)
    return response
