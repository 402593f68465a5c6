"""The descriptions of fields, which clients and deals have alike."""

import json

import pytest

from intake.envybox import Envybox, NotFound, UnexpectedReply
from intake.envybox.inputs import Inputs
from intake.envybox.models.inputs import FormulaPart
from tests.envybox.asked import last_asked
from tests.envybox.conftest import KEY
from tests.envybox.fake_crm import FakeCrm, answer

OK = {"status_code": 200, "message": "success"}
FORMULA = [
    {"type": "field", "id": "3796"},
    {"type": "arithmetic", "value": "-"},
    {"type": "field", "id": 3817},
]
INPUT: dict[str, object] = {
    "id": 3824,
    "crm_id": None,
    "crm_element_id": 3,
    "pipeline_id": "3689",
    "group_id": None,
    "name": "условный",
    "name_id": "crm_3824",
    "type_id": "9",
    "required": "1",
    "required_stage_id": 0,
    "show_in_card": 0,
    "show_in_element": 1,
    "show_in_create": 1,
    "show_all_pipelines": True,
    "use_in_pipeline": None,
    "value": "",
    "addon": "руб",
    "description": "сумма",
    "position": "4",
    "created_at": "2021-07-09 17:53:15",
    "updated_at": "2021-07-09 19:22:44",
    "deleted_at": None,
    "show_in_inbox": None,
}
NAME = {"id": None, "crm_element_id": 2, "name": "Название клиента", "name_id": "name"}


@pytest.fixture(params=["client", "deal"])
def element(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def group(crm: Envybox, element: str) -> Inputs:
    return crm.clients if element == "client" else crm.deals


def test_custom_fields_are_listed_by_pages(group: Inputs, element: str, server: FakeCrm) -> None:
    server.script = answer({"result": [INPUT], "count": None, "limit": 3, "offset": 3, **OK})
    page = group.list_inputs(limit=3)
    assert (len(page), page.next_offset, page.count) == (1, 3, None)
    query = {"type": ["custom"], "limit": ["3"], "offset": ["0"], "api_key": [KEY]}
    assert last_asked(server) == ("GET", f"{element}/getListInputs", query)


def test_fields_of_the_crm_itself_are_not_paged(
    group: Inputs, element: str, server: FakeCrm
) -> None:
    server.script = answer({"result": {"1001": NAME}, **OK})
    [field] = group.list_inputs("service")
    assert field.name == "Название клиента"
    query = {"type": ["service"], "api_key": [KEY]}
    assert last_asked(server) == ("GET", f"{element}/getListInputs", query)


def test_all_that_describes_a_field_is_read(group: Inputs, server: FakeCrm) -> None:
    server.script = answer({"result": [INPUT], **OK})
    [field] = group.list_inputs()
    assert (field.id, field.crm_element_id, field.pipeline_id) == (3824, 3, 3689)
    assert (field.name, field.name_id, field.type_id) == ("условный", "crm_3824", 9)
    assert (field.required, field.required_stage_id, field.group_id) == (True, None, None)
    assert (field.show_in_card, field.show_in_element, field.show_in_create) == (False, True, True)
    assert (field.show_in_inbox, field.show_all_pipelines) == (False, True)
    assert not field.use_in_pipeline
    assert (field.value, field.formula) == (None, ())
    assert (field.addon, field.description, field.position) == ("руб", "сумма", 4)
    assert (field.created_at, field.updated_at) == (
        "2021-07-09 17:53:15",
        "2021-07-09 19:22:44",
    )
    assert field.deleted_at is None
    assert field.raw == INPUT


@pytest.mark.parametrize("value", [json.dumps(FORMULA), FORMULA])
def test_the_formula_of_a_computed_field_is_read(
    group: Inputs, server: FakeCrm, value: object
) -> None:
    server.script = answer({"result": [{**INPUT, "value": value}], **OK})
    [field] = group.list_inputs()
    assert field.formula == (
        FormulaPart("field", 3796, None),
        FormulaPart("arithmetic", None, "-"),
        FormulaPart("field", 3817, None),
    )
    assert field.value == (value if isinstance(value, str) else None)


@pytest.mark.parametrize(
    "value",
    [
        "[",
        "[" * 5000,
        "[[1], 2, null]",
        '[{"type": "field"}, {"id": 5}]',
        '{"1": {"type": "field", "id": 5}}',
        "[]",
        5,
        True,
    ],
)
def test_a_value_that_is_no_formula_is_left_alone(
    group: Inputs, server: FakeCrm, value: object
) -> None:
    server.script = answer({"result": [{**INPUT, "value": value}], **OK})
    [field] = group.list_inputs()
    assert field.formula == ()


def test_the_id_of_a_custom_field_stands_in_its_system_name_too(
    group: Inputs, server: FakeCrm
) -> None:
    server.script = answer({"result": [{**INPUT, "id": None}, NAME], **OK})
    assert [field.id for field in group.list_inputs()] == [3824, None]


def test_every_field_is_yielded_page_by_page(group: Inputs, server: FakeCrm) -> None:
    server.script = answer({"result": [INPUT], "offset": 50, **OK})
    fields = group.iterate_inputs()
    assert next(fields).id == 3824
    server.script = answer({"result": [{**INPUT, "id": 7}], "offset": -1, **OK})
    assert [field.id for field in fields] == [7]
    assert [one.query["offset"] for one in server.seen] == [["0"], ["50"]]


@pytest.mark.parametrize("wrapped", [True, False])
def test_one_field_is_read_and_has_the_id_it_was_asked_by(
    group: Inputs, element: str, server: FakeCrm, wrapped: bool
) -> None:
    server.script = answer({"result": NAME, **OK} if wrapped else {**NAME, **OK})
    field = group.get_input(1001, "service")
    assert (field.id, field.name, field.name_id) == (1001, "Название клиента", "name")
    query = {"input_id": ["1001"], "type": ["service"], "api_key": [KEY]}
    assert last_asked(server) == ("GET", f"{element}/getInput", query)


def test_an_unknown_field_is_not_found(group: Inputs, server: FakeCrm) -> None:
    server.script = answer({"status_code": 500, "message": "Поле не найдено"}, status=500)
    with pytest.raises(NotFound):
        group.get_input(5)


@pytest.mark.parametrize("result", [None, [], {}, "поле", {"id": 5}])
def test_a_reply_without_a_field_is_an_unexpected_one(
    group: Inputs, server: FakeCrm, result: object
) -> None:
    server.script = answer({"result": result, **OK})
    with pytest.raises(UnexpectedReply):
        group.get_input(5)


@pytest.mark.parametrize("reply", [{}, {"result": "нет"}])
def test_a_reply_without_a_list_does_not_mean_that_there_are_no_fields(
    group: Inputs, server: FakeCrm, reply: dict[str, object]
) -> None:
    server.script = answer({**reply, **OK})
    with pytest.raises(UnexpectedReply):
        group.list_inputs()
