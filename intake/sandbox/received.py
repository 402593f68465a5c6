"""A request of the API as it came: which method its path names, and its parameters."""

import json
import re
from dataclasses import dataclass
from typing import Any

from flask import request

from .json_text import read_json
from .outcome import Told

# The only two methods that have an id inside their path.
WITH_CLIENT = re.compile(r"client/([^/]+)/(getCompanies|addCompany)")
# PHP's way to write a `request` object into a query: request[limit]=3.
BRACKETED = re.compile(r"request\[(\w+)\]", re.ASCII)
MOVE_DEAL, SEARCH_BY_FIELDS = "deal/updateDealStage", "deal/search-by-fields"

JSONObject = dict[str, Any]


@dataclass(frozen=True)
class Received:
    """A request as it came: for the ledger, and its parameters (None: not readable)."""

    told: Told
    params: JSONObject | None


def receive(path: str) -> Received:
    """Read the request of this path (without the API's prefix)."""
    method, inside = named_by(path.strip("/"))
    if request.method == "GET":
        params = _asked()
        body = json.dumps(params or _query(), ensure_ascii=False)
    else:
        body = request.get_data(as_text=True)
        params = unwrapped(body)
    if params is not None:
        params |= inside
    if method == MOVE_DEAL and is_search(params):
        method = SEARCH_BY_FIELDS
    return Received(Told("api", request.method, request.path, method, body), params)


def named_by(path: str) -> tuple[str, JSONObject]:
    """Give the method a path names, and the parameters that stand in the path."""
    found = WITH_CLIENT.fullmatch(path)
    if found is None:
        return path, {}
    return f"client/{found[2]}", {"client_id": found[1]}


def is_search(params: JSONObject | None) -> bool:
    """Whether a request to move a deal is the search by fields, printed with the same path.

    The reference's section 5 doubts that path; a `filter` and no deal make no other sense.
    """
    return params is not None and "filter" in params and not params.get("deal_id")


def unwrapped(text: str) -> JSONObject | None:
    """Read a body with or without the `request` around its parameters; None: not readable."""
    params = parsed(text)
    if params is not None and isinstance(params.get("request"), dict):
        return dict(params["request"])
    return params


def parsed(text: str) -> JSONObject | None:
    """Read a JSON object; None for anything else."""
    try:
        value = read_json(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _asked() -> JSONObject | None:
    """Read the parameters of a GET: from the query, and from a `request` object.

    The reference prints the log lists with a query, and four methods with the object; it
    may then stand in the query or in the body.
    """
    query = _query()
    objects = [text for text in (request.get_data(as_text=True), query.pop("request", "")) if text]
    params: JSONObject = {}
    for text in objects:
        inside = unwrapped(text)
        if inside is None:
            return None
        params |= inside
    return params | {_bare(name): value for name, value in query.items()}


def _query() -> JSONObject:
    return {name: value for name, value in request.args.items() if name != "api_key"}


def _bare(name: str) -> str:
    found = BRACKETED.fullmatch(name)
    return found[1] if found else name
