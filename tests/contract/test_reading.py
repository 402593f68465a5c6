"""Every attribute of a typed result is read from the key it has in the JSON, not a neighbour."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

from intake.envybox import account, models
from tests.contract.reading import EMPTY, Read, attributes, marked, named
from tests.contract.reference import METHODS, Json
from tests.contract.test_contract import whole
from tests.contract.wire import AS_PRINTED, answered, tried

# The value among the fields goes before the one beside them.
AMONG_THE_FIELDS = {"Lead.name", "Lead.phone", "Lead.email"}
# What main/data marks as deleted is left out.
KEPT = {"main/data": {"deleted_at"}}
# Gathered from deeper within the JSON, which tests/envybox goes into.
WITHOUT_A_KEY = {
    *(f"CrmData.{one}_custom_fields" for one in ("lead", "client", "deal")),
    *(f"CrmData.{one}_pipelines" for one in ("lead", "deal")),
    *(f"LogEntry.{one}" for one in ("author", "call", "client_id", "comment", "deal_id")),
    *(f"Statistic.{one}" for one in ("columns", "date_filter", "row_parameters", "rows", "total")),
    *("Column.name", "Column.type", "Input.formula", "Lead.comment"),
    # Printed by no example as more than an empty list, or not at all.
    *("Deal.connected_lead_ids", "ChangedLead.department_id"),
}


def _replies(name: str) -> Iterator[Json]:
    method = METHODS[name]
    yield tried(name, AS_PRINTED).reply
    if method.response:
        yield whole(method, method.response)


def _read(name: str, reply: Json, flag: str = "") -> list[Read]:
    params = tried(name, AS_PRINTED).params
    result = answered(name, params, marked(reply, flag, KEPT.get(name, frozenset())))
    return [one for one in attributes(result) if one.name not in AMONG_THE_FIELDS]


def _wrong(read: list[Read]) -> list[Read]:
    return [one for one in read if not one.right]


@pytest.mark.parametrize("name", METHODS)
def test_every_attribute_is_read_from_its_own_key(name: str) -> None:
    for reply in _replies(name):
        assert _wrong(_read(name, reply)) == []


@pytest.mark.parametrize("name", METHODS)
def test_every_switch_is_read_from_its_own_key(name: str) -> None:
    for reply in _replies(name):
        switches = {one.key for one in _read(name, reply) if isinstance(one.held, bool)}
        for key in switches:
            assert _wrong(_read(name, reply, key)) == []


def test_no_attribute_is_left_out() -> None:
    modules = [
        importlib.import_module(f"{models.__name__}.{one.name}")
        for one in pkgutil.iter_modules(models.__path__)
    ]
    classes = {
        kind for one in (account, *modules) for kind in vars(one).values() if isinstance(kind, type)
    }
    seen = {
        one.name
        for name in METHODS
        for reply in _replies(name)
        for one in _read(name, reply)
        if one.told not in EMPTY or isinstance(one.held, bool)
    }
    every = {name for kind in classes for name in named(kind)}
    assert every - seen - AMONG_THE_FIELDS == WITHOUT_A_KEY
