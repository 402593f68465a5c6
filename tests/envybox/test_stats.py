"""stat/custom: the request, and a table however its keys are joined."""

import json

import pytest

from intake.envybox import Envybox, UnexpectedReply
from intake.envybox.models.stats import RowParameter, Statistic
from tests.envybox.fake_crm import FakeCrm, answer

OK = {"status_code": 200, "message": "success"}
COLUMN = {
    "id": 2,
    "crm_id": 1,
    "custom_stat_id": 1,
    "created_at": "2021-04-22 12:56:36",
    "updated_at": "2021-04-22 12:56:37",
    "deleted_at": None,
    "settings": {
        "staticColumnName": "Заявки",
        "operationParams": {"type": 2, "crm_element_id": 3, "value": 200},
        "typeColumn": 1,
    },
}
RESULT: dict[str, object] = {
    "data": [
        {"1_value": 2462, "3_value": 0, "3 200": None, "3 .2005": "да", "3_column": {"80": 2}},
        {"1_value": 2462, "3_value": 65, "3_200": None, "3_2005": None, "3_column": []},
        {"total": True, "2_column": 0, "3_column": {"80": 2, "1625": 1}},
    ],
    "tableColumns": [COLUMN, {"id": "3", "settings": []}],
    "settings": {
        "rowParams": [
            {"type": 1},
            {"type": "3"},
            {"crm_element_id": 3, "value": 200, "type": 4},
            {"crm_element_id": 3, "value": "2005", "type": 4},
        ],
        "typeDateFilter": "created",
        "rowShowConditions": [],
    },
}


def custom(crm: Envybox) -> Statistic:
    return crm.stats.custom(1, 3689, "2021-01-22", "2021-04-22")


def test_a_statistic_is_asked_for_by_its_id_pipeline_and_days(
    crm: Envybox, server: FakeCrm
) -> None:
    server.script = answer({"result": RESULT, **OK})
    custom(crm)
    crm.stats.custom(1, 3689, "2021-01-22", "2021-04-22", show_type="tree")
    seen = server.seen[0]
    assert (seen.verb, seen.path) == ("POST", "/openapi/v1/stat/custom/")
    request = {
        "stat_id": 1,
        "pipeline_id": 3689,
        "start_date": "2021-01-22",
        "end_date": "2021-04-22",
        "show_type": "table",
    }
    assert seen.json == {"request": request}
    assert server.seen[1].json == {"request": {**request, "show_type": "tree"}}


@pytest.mark.parametrize("wrapped", [True, False])
def test_rows_stand_apart_from_their_total_and_have_one_form_of_keys(
    crm: Envybox, server: FakeCrm, wrapped: bool
) -> None:
    server.script = answer({"result": RESULT, **OK} if wrapped else {**RESULT, **OK})
    statistic = custom(crm)
    assert statistic.rows == (
        {"1_value": 2462, "3_value": 0, "3_200": None, "3_2005": "да", "3_column": {"80": 2}},
        {"1_value": 2462, "3_value": 65, "3_200": None, "3_2005": None, "3_column": {}},
    )
    assert statistic.total == {"2_column": 0, "3_column": {"80": 2, "1625": 1}}


def test_columns_and_parameters_tell_where_to_look_in_a_row(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({"result": RESULT, **OK})
    statistic = custom(crm)
    first, second = statistic.columns
    assert (first.id, first.name, first.type, first.custom_stat_id) == (2, "Заявки", 1, 1)
    assert (first.created_at, first.updated_at) == (
        "2021-04-22 12:56:36",
        "2021-04-22 12:56:37",
    )
    assert first.settings == COLUMN["settings"]
    assert (second.id, second.name, second.type) == (3, None, None)
    assert [column.key for column in statistic.columns] == ["2_column", "3_column"]
    assert statistic.row_parameters[3] == RowParameter(4, 3, "2005")
    assert [one.key for one in statistic.row_parameters] == [
        "1_value",
        "3_value",
        "3_200",
        "3_2005",
    ]
    assert statistic.date_filter == "created"
    assert "rowShowConditions" in statistic.settings


def test_a_cell_nested_without_end_is_cut_short(crm: Envybox, server: FakeCrm) -> None:
    cell = json.loads("[" * 800 + "]" * 800)
    server.script = answer({"result": {"data": [{"1_value": cell}]}, **OK})
    [row] = custom(crm).rows
    assert str(row["1_value"]).count("[") < 30


@pytest.mark.parametrize("nothing", [None, [], {}])
def test_a_statistic_may_be_empty(crm: Envybox, server: FakeCrm, nothing: object) -> None:
    server.script = answer({"result": {"data": nothing, "settings": []}, **OK})
    statistic = custom(crm)
    assert (statistic.rows, statistic.total, statistic.columns) == ((), None, ())


@pytest.mark.parametrize("result", [None, [], {}])
def test_a_result_of_nothing_has_no_rows(crm: Envybox, server: FakeCrm, result: object) -> None:
    server.script = answer({"result": result, **OK})
    assert custom(crm).rows == ()


@pytest.mark.parametrize("result", [{"tableColumns": []}, {"data": "нет"}])
def test_a_reply_without_rows_is_an_unexpected_one(
    crm: Envybox, server: FakeCrm, result: object
) -> None:
    server.script = answer({"result": result, **OK})
    with pytest.raises(UnexpectedReply):
        custom(crm)


@pytest.mark.parametrize("days", [("22.01.2021", "2021-04-22"), ("2021-01-22", "2021-04-31")])
def test_days_the_crm_could_not_read_are_refused_before_sending(
    crm: Envybox, server: FakeCrm, days: tuple[str, str]
) -> None:
    with pytest.raises(ValueError, match="День пишется как"):
        crm.stats.custom(1, 3689, *days)
    assert not server.seen
