"""client/getListInputs, client/getInput, deal/getListInputs, deal/getInput."""

from typing import Any

import pytest

from .conftest import Caller, keys

SERVICE = (
    "id crm_element_id group_id name name_id type_id required value addon description position"
    " created_at updated_at deleted_at"
)
CUSTOM = SERVICE + (
    " crm_id pipeline_id required_stage_id show_in_card show_in_element show_in_create"
    " show_all_pipelines use_in_pipeline transfer_type_id transfer_input_id show_in_inbox"
)
ELEMENTS = pytest.mark.parametrize(("element", "number"), [("client", 2), ("deal", 3)])


@ELEMENTS
def test_custom_fields_have_every_key_of_the_reference(
    crm: Caller, element: str, number: int
) -> None:
    reply = crm.ok(f"{element}/getListInputs", {"type": "custom", "limit": 3, "offset": 0})

    assert set(reply) == keys("result count limit offset status_code message")
    assert (len(reply["result"]), reply["count"], reply["limit"], reply["offset"]) == (3, 3, 3, -1)
    for one in reply["result"]:
        assert set(one) == keys(CUSTOM)
        assert one["name_id"] == f"crm_{one['id']}"
        assert one["crm_element_id"] == number


@ELEMENTS
def test_service_fields_have_every_key_of_the_reference(
    crm: Caller, element: str, number: int
) -> None:
    reply = crm.ok(f"{element}/getListInputs", {"type": "service", "limit": 1, "offset": 1})

    # Pages are for custom fields only.
    assert (len(reply["result"]), reply["offset"]) == (reply["count"], -1)
    assert reply["count"] > 1
    for one in reply["result"]:
        assert set(one) == keys(SERVICE)
        assert one["crm_element_id"] == number


@ELEMENTS
def test_the_list_goes_page_by_page(crm: Caller, element: str, number: int) -> None:
    del number
    seen: list[int] = []
    offset = 0
    while offset >= 0:
        sent = {"type": "custom", "limit": 2, "offset": offset}
        reply = crm.ok(f"{element}/getListInputs", sent)
        seen += [one["id"] for one in reply["result"]]
        offset = reply["offset"]

    assert len(seen) == len(set(seen)) == 3


def test_the_largest_page_is_of_fifty(crm: Caller) -> None:
    for limit in (0, 51, 1000):
        sent = {"type": "custom", "limit": limit}
        assert crm.ok("deal/getListInputs", sent)["limit"] == 50


@pytest.mark.parametrize(
    ("element", "kind", "input_id", "name"),
    [
        ("client", "service", 1001, "Название клиента"),
        ("client", "custom", 3823, "Бюджет"),
        ("deal", "service", 2001, "Имя"),
        ("deal", "custom", 3824, "Площадь"),
    ],
)
def test_one_field_is_described_as_in_its_list(
    crm: Caller, element: str, kind: str, input_id: int, name: str
) -> None:
    found = crm.ok(f"{element}/getInput", {"input_id": input_id, "type": kind})["result"]

    assert (found["id"], found["name"]) == (input_id, name)
    assert found in crm.ok(f"{element}/getListInputs", {"type": kind})["result"]


@pytest.mark.parametrize("element", ["client", "deal"])
@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"type": "custom", "input_id": 1}, "Поле не найдено"),
        ({"type": "service", "input_id": 3823}, "Поле не найдено"),
        ({"type": "system", "input_id": 1}, "type"),
        ({"input_id": 1}, "Не указан type"),
        ({"type": "custom"}, "Не указан input_id"),
        ({"type": "custom", "input_id": "имя"}, "input_id"),
    ],
)
def test_a_field_there_is_not_is_refused(
    crm: Caller, element: str, params: dict[str, Any], message: str
) -> None:
    assert message in crm.refused(f"{element}/getInput", params)


@pytest.mark.parametrize("element", ["client", "deal"])
def test_a_list_of_another_type_is_refused(crm: Caller, element: str) -> None:
    assert "type" in crm.refused(f"{element}/getListInputs", {"type": "own"})
    assert crm.refused(f"{element}/getListInputs") == "Не указан type"


def test_fields_are_asked_for_with_get_only(crm: Caller) -> None:
    assert crm.post("deal/getListInputs", {"type": "custom"}).status_code == 405
