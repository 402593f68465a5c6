"""What the reference calls required is missed by the sandbox when it is left out."""

import re
from collections.abc import Callable, Mapping

import pytest

from intake.envybox import Envybox, Refused
from tests.contract.cases import CASES
from tests.contract.reference import METHODS, Json, Param
from tests.contract.scene import KEY, opened

Params = dict[str, Json]
# Concluded from the examples, not stated by the source.
NOT_MISSED = {
    # Public programs leave it out.
    ("deal/updateDealValue", "client_id"),
}
# The functions send these by themselves.
GIVEN_BY_THE_CLIENT = {"method", "type", "type_id", "show_type"}
# What is missed instead.
NAMED: Mapping[tuple[str, str], str] = {
    # Without it the request is one to the method whose path the search shares.
    ("deal/search-by-fields", "filter"): "deal_id",
    ("deal/search-by-fields", "filter.dateFilters[].dates"): "start",
}


def without(value: Json, path: str) -> Json:
    """Give the parameters without one of them; of the elements of an array, the first."""
    name, _, rest = path.partition(".")
    if name.endswith("[]"):
        name = name.removesuffix("[]")
        first, *others = value[name]
        return value | {name: [without(first, rest), *others]}
    if rest:
        return value | {name: without(value[name], rest)}
    return {one: held for one, held in value.items() if one != name}


def refusal(name: str, change: Callable[[Params], Params], *, by_name: bool = False) -> str:
    """Call a function with a changed example; give the words it is refused with."""
    with opened(CASES[name].at) as scene, Envybox(scene.sandbox.url, KEY, rate=None) as crm:
        params = change(CASES[name].params(name, scene))
        with pytest.raises(Refused) as caught:
            _call(crm, name, params, by_name=by_name)
        assert not scene.sandbox.ledger()[-1]["effect"]
        return caught.value.message or ""


def _call(crm: Envybox, name: str, params: Params, *, by_name: bool) -> None:
    """Call the typed function; where that itself misses the parameter, the method by its name."""
    if by_name:
        crm.call(name, params)
        return
    try:
        CASES[name].call(crm, dict(params))
    except (KeyError, TypeError, ValueError):
        crm.call(name, params)


def needed(params: list[Param]) -> list[str]:
    return [one.name for one in params if one.required is True and one.type != IN_PATH]


IN_PATH = "integer in the path"
REQUIRED = [
    (method.name, name)
    for method in METHODS.values()
    for name in needed([*method.params])
    if (method.name, name) not in NOT_MISSED
]


@pytest.mark.parametrize(("name", "param"), REQUIRED)
def test_a_required_parameter_is_missed(name: str, param: str) -> None:
    by_name = param in GIVEN_BY_THE_CLIENT
    message = refusal(name, lambda params: without(params, param), by_name=by_name)
    word = NAMED.get((name, param)) or re.split(r"[.\[\]]+", param)[-1]
    assert word in message, message


@pytest.mark.parametrize("name", ["client/getCompanies", "client/addCompany"])
def test_a_client_that_stands_in_the_path_is_missed_before_anything_is_sent(name: str) -> None:
    with opened() as scene, pytest.raises(ValueError, match="client_id"):
        scene.filler.call(name, {"inn": 1, "short_name": "Империя"})


def _call_of(**data: Json) -> Callable[[Params], Params]:
    return lambda params: params | {"data": params["data"] | data}


def _leave(*names: str) -> Callable[[Params], Params]:
    def change(params: Params) -> Params:
        for one in names:
            params = without(params, one)
        return params

    return change


def _comment_without_text(params: Params) -> Params:
    return params | {"type_id": 2010 if "deal_id" in params else 10, "data": {}}


def _with_value(left_out: str) -> Callable[[Params], Params]:
    value = {"input_id": 2001, "value": "Окна", "type_id": 1}
    return lambda params: params | {"values": [without(value, left_out)]}


# Needed under a condition: what to send so that the condition holds and it is missing.
CONDITIONAL: Mapping[tuple[str, str], Callable[[Params], Params]] = {
    **{
        (f"lead/{one}", param): _leave(param)
        for one in ("set", "workset")
        for param in (
            "values.custom[].input_id",
            "values.custom[].value",
            "contact_data[].type",
            "contact_data[].value",
        )
    },
    **{
        (name, param): _leave("phone", "email")
        for name in ("lead/search", "deal/search", "client/addContact")
        for param in ("phone", "email")
    },
    **{
        (name, param): _leave("employee_id", "department_id")
        for name in ("lead/update_employee", "deal/create", "deal/updateEmployee")
        for param in ("employee_id", "department_id")
    },
    **{
        (f"{element}/log/create", f"data.{param}"): _leave(f"data.{param}")
        for element in ("lead", "deal")
        for param in ("direction", "status", "from", "to")
    },
    **{
        (f"{element}/log/create", "data.comment"): _comment_without_text
        for element in ("lead", "deal")
    },
    **{
        ("deal/create", f"values[].{one}"): _with_value(one)
        for one in ("input_id", "value", "type_id")
    },
    ("lead/start", "user_id"): lambda params: _leave("user_id")(params | {"employee_id": 182}),
    ("deal/updatetask", "time"): _leave("time", "comment"),
    ("deal/updatetask", "comment"): _leave("time", "comment"),
    ("deal/search-by-fields", "filter.dateFilters[].dates.start"): _leave(
        "filter.dateFilters[].dates.start"
    ),
    ("deal/search-by-fields", "filter.dateFilters[].dates.end"): _leave(
        "filter.dateFilters[].dates.end"
    ),
}
# "Needed to filter by it" is no condition that could be broken.
EMPTY_CONDITIONS = {
    ("deal/search-by-fields", "filter.customDateType"),
    ("deal/search-by-fields", "filter.dateFilters"),
}


def test_no_condition_is_forgotten() -> None:
    printed = {
        (method.name, one.name)
        for method in METHODS.values()
        for one in method.params
        if one.required == "conditional"
    }
    assert printed - NOT_MISSED == CONDITIONAL.keys() | EMPTY_CONDITIONS


@pytest.mark.parametrize(("name", "param"), CONDITIONAL)
def test_a_parameter_is_missed_where_its_condition_holds(name: str, param: str) -> None:
    by_name = CONDITIONAL[name, param] is _comment_without_text
    assert refusal(name, CONDITIONAL[name, param], by_name=by_name)
