"""Parameters that the reference describes and no example of it uses can be sent all the same."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from intake.envybox import Envybox, EnvyboxError
from tests.contract.reference import METHODS, Json
from tests.contract.scene import KEY, Scene

DUE = datetime(2026, 11, 24, tzinfo=UTC)
COMPARISON = {"13425": {"type": "range", "value_to": 7}}
CLIENT_INPUTS: Any = {
    "service": {"1010": [{"id": 16, "text": "Москва"}]},
    "comparison": COMPARISON,
}
DEAL_FIELDS = ("2001", "2005", "2006", "2007", "2008", "2009", "20012")
DEAL_INPUTS: Any = {"service": dict.fromkeys(DEAL_FIELDS, "x"), "comparison": COMPARISON}
CALLED: Any = {"direction": 1, "status": 1, "from": "79123456789", "to": "74993229710"}
# What each of these methods takes beside its example.
CALLS: Mapping[str, Callable[[Envybox], object]] = {
    "lead/update_employee": lambda crm: crm.leads.update_employee(7, department_id=1),
    "deal/get": lambda crm: crm.deals.get(7, parent_deal=True, child_deals=True),
    "deal/create": lambda crm: crm.deals.create(
        7,
        department_id=1,
        task={"text": "Позвонить", "time": DUE},
        values=[{"input_id": 2005, "value": "yandex", "type_id": 1}],
    ),
    "deal/search-by-fields": lambda crm: crm.deals.search_by_fields(
        {"inputs": {"2": CLIENT_INPUTS, "3": DEAL_INPUTS}}, limit=5, offset=10
    ),
    "deal/updateEmployee": lambda crm: crm.deals.update_employee(7, department_id=1),
    "deal/list": lambda crm: crm.deals.list(pipeline_id=[3689], date_stage_ids=[5635, 5636]),
    "deal/log/create": lambda crm: crm.deals.log_call(7, CALLED, user_id=3844),
    "deal/updatetask": lambda crm: crm.tasks.update(7, comment="x", department_id=1),
    "client/addContact": lambda crm: crm.clients.add_contact(
        7,
        name="Анна",
        phone="79123456789",
        viber="79123456789",
        whatsapp="79123456789",
        telegram="@anna",
        vkontakte="anna",
        facebook="anna",
        skype="anna",
    ),
}


def _names(value: Json, path: str = "") -> Iterator[str]:
    """Walk the parameters of a request as the reference names them: "fields[].input_id"."""
    if isinstance(value, dict):
        for name, held in value.items():
            below = f"{path}.{name}" if path else name
            yield below
            yield from _names(held, below)
            if path.endswith(".comparison"):
                yield from _names(held, f"{path}.<id>")
    elif isinstance(value, list):
        for one in value:
            yield from _names(one, f"{path}[]")


def _unprinted(name: str) -> set[str]:
    method = METHODS[name]
    described = {one.name for one in method.params if f"{{{one.name}}}" not in method.path}
    return described - {*_names(method.parameters)}


def test_every_method_with_such_parameters_is_called() -> None:
    assert CALLS.keys() == {name for name in METHODS if _unprinted(name)}


@pytest.mark.parametrize("name", CALLS)
def test_what_no_example_shows_goes_out(shared: Scene, name: str) -> None:
    with Envybox(shared.sandbox.url, KEY, rate=None) as crm, suppress(EnvyboxError):
        CALLS[name](crm)
    sent = shared.sandbox.ledger()[-1]["body"]["request"]
    assert _unprinted(name) - {*_names(sent)} == set()
