"""Iterators page through every list to its end: 120 elements, each once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from intake.envybox import Envybox, Exchange
from intake.sandbox.account import SEED, CustomField
from intake.sandbox.outcome import Told
from tests.contract.reference import METHODS, Json
from tests.contract.scene import ADMINISTRATOR, EMPLOYEE, KEY, Scene, opened

MANY, PAGES = 120, 3
FIELDS = tuple(CustomField(5000 + number, f"Поле {number}", 4) for number in range(MANY))


@pytest.fixture(scope="module")
def crowd() -> Iterator[Scene]:
    """Fill an account with 120 of everything."""
    with opened() as scene:
        scene.sandbox.world._account = replace(SEED, custom_fields=FIELDS, client_fields=FIELDS)
        for number in range(MANY):
            _person(scene, number)
        for number in range(MANY):
            _entries(scene, number)
        yield scene


def _do(scene: Scene, method: str, /, **params: Json) -> Json:
    """Let the sandbox do something without asking it over HTTP: there is much to do."""
    outcome = scene.sandbox.world.perform(Told("api", "POST", "", method, ""), params, None)
    assert outcome.status == 200, outcome.message
    return outcome.payload


def _person(scene: Scene, number: int) -> None:
    """Take a lead into work, with a contact of its own and a task."""
    values = {"name": "Анна", "phone": f"7912{number:07}"}
    lead_id = _do(scene, "lead/set", method="create", values=values)["id"]
    started = _do(scene, "lead/start", lead_id=lead_id, user_id=ADMINISTRATOR, employee_id=0)
    task = {"comment": "x", "employee_id": EMPLOYEE}
    _do(scene, "deal/updatetask", deal_id=started["result"]["deal_id"], **task)


def _entries(scene: Scene, number: int) -> None:
    """Write into the logs of the first lead and the first deal."""
    for element, type_id in (("lead", 10), ("deal", 2010)):
        call = {f"{element}_id": _first(scene, element), "type_id": type_id}
        _do(scene, f"{element}/log/create", **call, data={"comment": f"{number}"})


def _first(scene: Scene, element: str) -> int:
    return int(scene.sandbox.state()[f"{element}s"][0]["id"])


Walk = Callable[[Envybox, Scene], Iterator[Any]]
WALKS: Mapping[str, Walk] = {
    "lead/list": lambda crm, _: crm.leads.iterate(),
    "lead/log/list": lambda crm, scene: crm.leads.iterate_log(_first(scene, "lead")),
    "deal/search-by-fields": lambda crm, _: crm.deals.iterate_by_fields(
        {"employees": {"users": [EMPLOYEE, 0]}}
    ),
    "deal/list": lambda crm, _: crm.deals.iterate(),
    "deal/log/list": lambda crm, scene: crm.deals.iterate_log(_first(scene, "deal")),
    "client/list": lambda crm, _: crm.clients.iterate(),
    "client/getListInputs": lambda crm, _: crm.clients.iterate_inputs(),
    "deal/getListInputs": lambda crm, _: crm.deals.iterate_inputs(),
    "task/list": lambda crm, _: crm.tasks.iterate(),
}


def test_every_list_that_has_pages_is_walked() -> None:
    paged = {one.name for one in METHODS.values() if any(p.name == "offset" for p in one.params)}
    assert WALKS.keys() == paged


@pytest.mark.parametrize("name", WALKS)
def test_every_element_is_yielded_once(crowd: Scene, name: str) -> None:
    asked: list[Exchange] = []
    with Envybox(crowd.sandbox.url, KEY, rate=None, on_exchange=asked.append) as crm:
        ids = [one.id for one in WALKS[name](crm, crowd)]
    assert len(ids) == len(set(ids)) >= MANY
    # The logs hold what the sandbox itself wrote besides.
    assert len(ids) == MANY or (name.endswith("log/list") and len(ids) < MANY + 10)
    assert [one.method for one in asked] == [name] * PAGES
    assert [_offset(crowd, one) for one in asked] == [50, 100, -1]


def _offset(scene: Scene, exchange: Exchange) -> int:
    """Ask once more what an iterator asked, for the offset that the reply tells."""
    request: Json = exchange.request
    reply = scene.call(exchange.method, **request.get("request", request))
    return int(reply.get("leads", reply)["offset"])
