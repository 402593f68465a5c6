"""Ids in the addresses of the log's pages."""

from flask import Blueprint
from werkzeug.routing import IntegerConverter


class IdConverter(IntegerConverter):
    """An id that a database can hold: for anything longer there is no page."""

    regex = r"\d{1,18}"


def add_ids(blueprint: Blueprint) -> None:
    """Let the addresses of `blueprint` that are added after this name ids: ``<id:user_id>``."""
    blueprint.record_once(lambda state: state.app.url_map.converters.update(id=IdConverter))
