"""Programs that speak the API in their own ways are understood by the sandbox too."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
import requests

from tests.contract.cases import CASES
from tests.contract.reference import METHODS, Json
from tests.contract.scene import KEY, opened
from tests.contract.shape import kind
from tests.contract.wire import AS_PRINTED, tried


def _same(params: Json) -> Json:
    return params


def _as_text(params: Json) -> Json:
    """Write every number as text, as a form would send it."""
    if isinstance(params, dict):
        return {name: _as_text(value) for name, value in params.items()}
    if isinstance(params, list):
        return [_as_text(value) for value in params]
    return str(params) if isinstance(params, int) else params


@dataclass(frozen=True)
class Habit:
    """How a program calls: where, with what slash, in what wrapper, with which types."""

    root: str = "/openapi/v1"
    slash: str = "/"
    wrapped: bool = True
    written: Callable[[Json], Json] = _same


HABITS: Mapping[str, Habit] = {
    "as printed": Habit(),
    "older path": Habit(root="/crm/api/v1"),
    "no slash at the end": Habit(slash=""),
    "no wrapper": Habit(wrapped=False),
    "numbers as text": Habit(written=_as_text),
}


def _call(url: str, name: str, params: dict[str, Json], habit: Habit) -> requests.Response:
    method = METHODS[name]
    path = habit.root + method.path.format(**params).rstrip("/") + habit.slash
    rest = {one: value for one, value in params.items() if f"{{{one}}}" not in method.path}
    sent = habit.written(rest)
    if method.verb == "POST":
        body = {"request": sent} if habit.wrapped else sent
        return requests.post(url + path, params={"api_key": KEY}, json=body, timeout=10)
    # Four GETs are documented with a `request` object, the others with plain parameters.
    if habit.wrapped and "request" in (method.request or {}):
        sent = {"request": json.dumps(sent)}
    return requests.get(url + path, params={"api_key": KEY, **sent}, timeout=10)


@pytest.mark.parametrize("habit", HABITS.values(), ids=HABITS.keys())
@pytest.mark.parametrize("name", METHODS)
def test_another_program_gets_the_same_reply(name: str, habit: Habit) -> None:
    with opened(CASES[name].at) as scene:
        params = CASES[name].params(name, scene)
        reply = _call(scene.sandbox.url, name, params, habit)
    assert reply.status_code == 200, reply.text
    assert _outline(reply.json()) == _outline(tried(name, AS_PRINTED).reply)


def _outline(value: Json) -> Json:
    """Give the keys and the types of a reply; what was sent may come back as it was written."""
    if isinstance(value, dict):
        return {name: _outline(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_outline(one) for one in value]
    return "scalar" if kind(value) in {"number", "string"} else kind(value)
