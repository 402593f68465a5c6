"""main/data: everything other methods take their ids from."""

import pytest

from intake.envybox import (
    CustomField,
    Employee,
    Envybox,
    InboxType,
    Pipeline,
    Stage,
    UnexpectedReply,
)
from tests.envybox.asked import last_asked
from tests.envybox.conftest import KEY
from tests.envybox.fake_crm import FakeCrm, answer

OK = {"status_code": 200, "message": "success"}
PERSON = {
    "id": "182",
    "user_id": "3844",
    "name": "Диана",
    "surname": "Гусева",
    "email": "diana@example.com",
    "user_logo": "",
    "profession": "основатель",
    "crm_phone_number": 101,
}
STAGE = {
    "id": "5635",
    "pipeline_id": "3689",
    "status_id": "2001",
    "name": "Новая",
    "position": "0",
    "color": "rgb(35, 148, 254)",
}
PIPELINE = {
    "id": "3689",
    "name": "Для вебинара",
    "allow_manual_change_stage": "1",
    "primary": "1",
    "stages": {"5635": STAGE},
}
FIELD = {
    "id": "3444",
    "pipeline_id": None,
    "group_id": "2348",
    "name": "Сумма",
    "name_id": "crm_3444",
    "type_id": "9",
    "required": "1",
    "value": 0,
    "addon": "руб",
    "description": "",
}
ACCOUNT: dict[str, object] = {
    "id": "2119",
    "user_id": "3844",
    "callback_id": "106",
    "name": "Тестовая CRM",
    "api_key": KEY,
    "created_at": "2017-03-27 11:07:52",
    "updated_at": "2017-05-26 18:43:19",
    "inbox_types": [{"id": "13045", "name": "Добавлен вручную", "type": "1"}],
    "employees": [PERSON],
    "lead": {"pipelines": [{**PIPELINE, "id": 3585, "stages": []}], "custom_fields": []},
    "client": {"custom_fields": [FIELD]},
    "deal": {"pipelines": [PIPELINE], "custom_fields": []},
}


@pytest.mark.parametrize(
    "reply",
    [{"result": ACCOUNT}, ACCOUNT, {"crm": ACCOUNT}],
    ids=["wrapped", "flat", "otherwise named"],
)
def test_an_account_is_read_whatever_the_key_it_stands_under(
    crm: Envybox, server: FakeCrm, reply: dict[str, object]
) -> None:
    server.script = answer({**reply, **OK})
    data = crm.main.data()
    assert (data.id, data.user_id, data.callback_id) == (2119, 3844, 106)
    assert data.name == "Тестовая CRM"
    assert (data.created_at, data.updated_at) == ("2017-03-27 11:07:52", "2017-05-26 18:43:19")
    assert last_asked(server) == ("GET", "main/data", {"api_key": [KEY]})


def test_people_pipelines_and_fields_are_read_whole(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({"result": ACCOUNT, **OK})
    data = crm.main.data()
    assert data.inbox_types == (InboxType(13045, "Добавлен вручную", 1),)
    assert data.employees == (
        Employee(182, "Диана Гусева", 3844, "diana@example.com", "основатель", "101"),
    )
    stage = Stage(5635, "Новая", 2001, 0, "rgb(35, 148, 254)")
    assert data.deal_pipelines == (
        Pipeline(
            3689, "Для вебинара", allow_manual_change_stage=True, primary=True, stages=(stage,)
        ),
    )
    assert [(one.id, one.stages) for one in data.lead_pipelines] == [(3585, ())]
    assert data.client_custom_fields == (
        CustomField(3444, "Сумма", None, "crm_3444", 9, 2348, True, "0", "руб", None),
    )
    assert (data.lead_custom_fields, data.deal_custom_fields) == ((), ())


def test_employees_are_told_by_what_they_have_where_their_key_differs(
    crm: Envybox, server: FakeCrm
) -> None:
    account = {name: one for name, one in ACCOUNT.items() if name != "employees"}
    server.script = answer({"result": {**account, "users": {"182": PERSON}}, **OK})
    assert [one.name for one in crm.main.data().employees] == ["Диана Гусева"]
    server.script = answer({"result": account, **OK})
    assert crm.main.data().employees == ()


def test_the_repr_of_an_account_shows_neither_key_nor_addresses(
    crm: Envybox, server: FakeCrm
) -> None:
    server.script = answer({"result": ACCOUNT, **OK})
    data = crm.main.data()
    assert KEY not in repr(data)
    assert "diana@example.com" not in repr(data)
    assert data.raw["api_key"] == "***"


def test_the_raw_reply_keeps_what_has_no_name_here(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({"result": ACCOUNT, **OK})
    data = crm.main.data()
    assert data.employees[0].raw["user_logo"] == ""
    assert data.deal_pipelines[0].stages[0].raw["pipeline_id"] == "3689"


def test_what_is_deleted_or_has_no_id_is_left_out(crm: Envybox, server: FakeCrm) -> None:
    gone = {**STAGE, "id": "5636", "deleted_at": "2017-06-05 15:34:57"}
    deal = {"pipelines": [{**PIPELINE, "stages": [STAGE, gone, {"name": "без номера"}]}]}
    server.script = answer({"result": {**ACCOUNT, "deal": deal}, **OK})
    assert [stage.id for stage in crm.main.data().deal_pipelines[0].stages] == [5635]


@pytest.mark.parametrize("result", [None, [], {"name": "Тестовая CRM"}, {"id": "нет"}])
def test_a_reply_without_an_account_is_an_unexpected_one(
    crm: Envybox, server: FakeCrm, result: object
) -> None:
    server.script = answer({"result": result, **OK})
    with pytest.raises(UnexpectedReply, match="CRM"):
        crm.main.data()
