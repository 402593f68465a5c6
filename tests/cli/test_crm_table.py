"""A reply as people see it: which columns, how much of them, and nothing that acts."""

import json
from typing import Any

import pytest
from rich.cells import cell_len

from intake.cli.crm_reply import listing_of, single_of
from tests.cli.calling import Shell
from tests.envybox.fake_crm import FakeCrm, answer, http, raw

SUCCESS = {"status_code": 200, "message": "success"}
LEAD = {
    "id": "1779773",
    "crm_id": "14",
    "stage": "Новая",
    "stage_color": "rgb(35, 148, 254)",
    "name": "Сергей",
    "phone": None,
    "values": {
        "service": {"name": {"id": "7", "input_id": "1", "value": "Сергей", "name": "Имя"}},
        "custom": [],
    },
    "deals": ["261920", 261921],
}


@pytest.mark.parametrize(
    ("reply", "ids"),
    [
        ({"leads": {"offset": -1, "result": [{"id": 1}, {"id": 2}]}}, [1, 2]),
        ({"result": [{"id": 1}], "count": 1}, [1]),
        ({"result": {"7": {"id": 7}, "8": {"id": 8}}}, [7, 8]),
        ({"clients": [{"id": 1}]}, [1]),
        ({"result": {"contacts": [{"id": 1}]}}, [1]),
        ({"tasks": [{"id": 1}]}, [1]),
        ({"result": {"data": [{"id": 1}], "tableColumns": [{"id": 9}], "settings": {}}}, [1]),
        ({"leads": None}, []),
        ({"result": []}, []),
    ],
)
def test_a_list_is_found_wherever_the_method_puts_it(
    reply: dict[str, object], ids: list[int]
) -> None:
    listing = listing_of(reply | SUCCESS)
    assert listing is not None
    elements: Any = listing.elements
    assert [one["id"] for one in elements] == ids


@pytest.mark.parametrize(
    "reply",
    [
        {"result": {"id": 5, "deals": [{"id": 9}]}},
        {"leads": {"lead_id": "5", "id": 5}},
        {"result": {"log": {"id": 5, "data": {"comment": "да"}}}},
        {"id": 5, "parent_id": 4},
    ],
)
def test_a_single_thing_is_not_taken_for_the_lists_within_it(reply: dict[str, object]) -> None:
    assert listing_of(reply | SUCCESS) is None
    assert single_of(reply | SUCCESS)["id"] == 5


def test_a_row_shows_what_tells_leads_apart(shell: Shell, server: FakeCrm) -> None:
    server.script = answer({"leads": {"result": [LEAD], "offset": -1}, **SUCCESS})
    head, _, row, footer = shell.table("lead/list").splitlines()
    assert head.split() == ["id", "name", "stage", "values", "deals"]
    assert "Имя: Сергей" in row
    assert "261920, 261921" in row
    assert footer == "Показано: 1. Полей не показано: 3; все — с --json."


def test_columns_are_left_out_rather_than_torn(shell: Shell, server: FakeCrm) -> None:
    leads = [LEAD | {"id": str(1_000_000 + one), "comment": "Окна " * 30} for one in range(9)]
    server.script = answer({"leads": {"result": leads, "offset": -1}, **SUCCESS})
    for width in range(30, 100):
        head, *rows = shell.table("lead/list", width=width).splitlines()
        assert max(cell_len(line) for line in [head, *rows]) <= width
        assert "…" not in head
        assert [row[:7] for row in rows[1:10]] == [lead["id"] for lead in leads]


def test_the_way_to_the_next_page_is_told(shell: Shell, server: FakeCrm) -> None:
    page = {"result": [{"id": 1}, {"id": 2}], "offset": 2, "count": "5"}
    server.script = answer({"leads": page, **SUCCESS})
    said = shell.table("lead/list")
    assert 'Показано: 2 из 5. Дальше: "offset": 2 в JSON, или всё сразу: --all.' in said


def test_all_that_was_found_is_counted(shell: Shell, server: FakeCrm) -> None:
    server.script = answer({"result": [{"id": 1}, {"id": 2}], "offset": -1, **SUCCESS})
    assert "Всего: 2." in shell.table("task/list", "--all")


def test_nothing_found_is_told(shell: Shell, server: FakeCrm) -> None:
    server.script = answer({"leads": None, **SUCCESS})
    assert shell.table("lead/search") == "Ничего не найдено.\n"


def test_a_log_shows_what_was_said(shell: Shell, server: FakeCrm) -> None:
    said = [{"id": 1, "data": {"comment": "Перезвонить", "user": {"name": "Анна"}}}]
    server.script = answer({"result": said, "offset": -1, **SUCCESS})
    assert shell.table("lead/log/list").splitlines()[2].split() == ["1", "Перезвонить"]


def test_a_field_without_a_value_is_left_out(shell: Shell, server: FakeCrm) -> None:
    region = {"input_id": "1010", "name": "Регион", "value": ""}
    name = {"input_id": "1001", "name": "Имя", "value": "Лев"}
    values = {"service": {"ip_place_id": region, "name": name, "ip_place": None}, "custom": []}
    server.script = answer({"result": [{"id": 1, "values": values}], **SUCCESS})
    assert "1   Имя: Лев\n" in shell.table("client/list")


def test_a_statistic_has_the_columns_people_named_be_they_empty(
    shell: Shell, server: FakeCrm
) -> None:
    columns = [
        {"id": 2, "settings": {"staticColumnName": "Сумма\x1b[31m"}},
        {"id": 3, "settings": {"staticColumnName": ""}},
    ]
    row = {"1_value": 2462, "3_200": None, "2_column": 0, "3_column": 5}
    parameters = [{"type": 1}, {"type": 4, "crm_element_id": 3, "value": 200}]
    settings = {"rowParams": parameters}
    reply = {"data": [row], "tableColumns": columns, "settings": settings}
    server.script = answer({"result": reply, **SUCCESS})
    head, _, cells, footer = shell.table("stat/custom").splitlines()
    assert head.split() == ["1_value", "3_200", "Сумма", "3_column"]
    assert cells.split() == ["2462", "0", "5"]
    assert footer == "Показано: 1."


def test_a_thing_that_is_not_there_is_told(shell: Shell, server: FakeCrm) -> None:
    server.script = answer({"result": {"task": None}, **SUCCESS})
    assert shell.table("deal/getTask") == "Ничего не найдено.\n"


def test_a_success_without_a_payload_is_told(shell: Shell, server: FakeCrm) -> None:
    server.script = answer(SUCCESS)
    assert "Готово" in shell.table("client/addContact")


def test_a_single_thing_is_told_line_by_line(shell: Shell, server: FakeCrm) -> None:
    stages = {"15": {"id": "15", "name": "Новая"}, "16": {"id": "16", "name": "В работе"}}
    account = {
        "id": "2119",
        "deal": {"pipelines": [{"id": "3689", "name": "Продажи", "stages": stages}]},
        "employees": [{"id": "1", "name": "Анна", "surname": "Орлова"}, {"id": 2, "name": "Лев"}],
        "deleted_at": None,
    }
    server.script = answer({"result": account, **SUCCESS})
    lines = [line.split(maxsplit=1) for line in shell.table("main/data").splitlines()]
    assert ["deal.pipelines", "3689 Продажи (15 Новая, 16 В работе)"] in [
        [word.strip() for word in line] for line in lines
    ]
    assert ["2", "Лев"] in [[word.strip() for word in line] for line in lines]
    assert not any("deleted_at" in line for line in lines)


@pytest.mark.parametrize(
    "hostile",
    [
        "\x1b[31mА\x1b[0mнна",
        "А\x1b]0;title\x07нна",
        "А\x9b2Jнна",
        "А\x1bP1;2|data\x1b\\нна",
        "\x07А\x08нна\x7f",
        "А\u202eнна\u2066",
        "А\x1b]8;;http://x\x1b\\нна\x1b]8;;\x1b\\",
    ],
)
def test_what_a_visitor_typed_does_not_command_the_terminal(
    hostile: str, shell: Shell, server: FakeCrm
) -> None:
    reply = {"result": [{"id": 1, "name": hostile, hostile: "[bold]x[/bold] :smile:"}], **SUCCESS}
    server.script = answer(reply)
    for told in (shell.table("task/list"), shell.table("task/list", "--all")):
        assert all(line.isprintable() for line in told.splitlines())
        assert "[bold]x[/bold] :smile:" in told
    server.script = answer({"result": {"id": 1, "name": hostile, hostile: 5}, **SUCCESS})
    assert all(line.isprintable() for line in shell.table("lead/get").splitlines())


def test_json_is_as_harmless_and_loses_nothing(shell: Shell, server: FakeCrm) -> None:
    name = "А\x1b[31m\x9b2J\x7f\u202e\u2028\ud83d😀\n"
    server.script = raw(http(json.dumps({"result": [{"name": name}], **SUCCESS}).encode()))
    printed = shell.call("task/list", "--json").stdout
    assert all(line.isprintable() for line in printed.splitlines())
    assert "😀" in printed
    assert shell.json("task/list")["result"][0]["name"] == name
