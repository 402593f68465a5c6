"""Calling the CRM from the shell: what is sent, what is refused, what is said."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest

from intake.cli.crm import may_change
from intake.domain.site import CrmAccount
from intake.envybox.catalogue import METHODS
from intake.errors import IntakeError
from intake.sandbox.running import RunningSandbox
from tests.cli.calling import KEY, Shell, asked, shell_of
from tests.envybox.fake_crm import FakeCrm, Script, Visit, answer, hang, http, raw, reset

ROOT = Path(__file__).parents[2]
NEW_LEAD = '{"method": "create", "values": {"name": "Анна", "phone": "79123456789"}}'
REAL = Shell({"main": CrmAccount("main", "https://mycrm.example", KEY)})


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with RunningSandbox() as running:
        yield running


def test_a_lead_is_made_and_read_back(sandbox: RunningSandbox) -> None:
    shell = shell_of(sandbox.url, sandbox.api_key)
    made = shell.json("lead/set", NEW_LEAD)
    read = shell.json("lead/get", typed=json.dumps({"request": {"lead_id": made["id"]}}))
    assert read["result"]["name"] == "Анна"


@pytest.mark.parametrize("name", METHODS)
def test_every_method_of_the_catalogue_is_sent(name: str, shell: Shell, server: FakeCrm) -> None:
    assert shell.json(name, '{"client_id": 5}')["message"] == "success"
    assert len(server.seen) == 1


def test_a_method_may_be_named_by_its_path(shell: Shell, server: FakeCrm) -> None:
    shell.json("/client/5/addCompany/", '{"inn": "7707083893"}')
    assert server.seen[0].path == "/openapi/v1/client/5/addCompany/"


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("lead/gte", "lead/get"), ("LEAD/GET", "lead/get"), ("deal/updateTask", "deal/updatetask")],
)
def test_a_slip_in_the_name_is_answered_with_the_nearest(
    name: str, nearest: str, shell: Shell, server: FakeCrm
) -> None:
    assert f"Похожие: {nearest}" in shell.fails(name)
    assert server.seen == []


def test_what_is_no_name_at_all_is_answered_with_the_way_to_the_list(shell: Shell) -> None:
    assert "без параметров" in shell.fails("привет")


def test_a_method_outside_the_reference_is_called_only_when_that_is_meant(
    shell: Shell, server: FakeCrm
) -> None:
    assert "--unlisted" in shell.fails("messenger/send", "{}")
    assert server.seen == []
    shell.json("messenger/send", '{"text": "да"}', "--unlisted")
    assert asked(server) == [{"text": "да"}]


@pytest.mark.parametrize("name", [one.name for one in METHODS.values() if one.changes])
def test_a_real_account_is_not_changed_without_a_yes(name: str) -> None:
    said = REAL.fails(name, "{}")
    assert f"Метод {name} меняет" in said
    assert "https://mycrm.example" in said
    assert "--yes" in said


def test_what_nobody_knows_is_taken_for_a_change() -> None:
    assert "--yes" in REAL.fails("messenger/send", "{}", "--unlisted")


def test_the_search_whose_address_moves_deals_is_taken_for_a_change() -> None:
    said = REAL.fails("deal/search-by-fields", "{}")
    assert "deal/updateDealStage" in said
    assert "--yes" in said


def test_reading_a_real_account_needs_no_yes() -> None:
    reading = {name for name, method in METHODS.items() if not may_change(method)}
    assert {"main/data", "lead/list", "deal/getTask", "client/getCompanies"} <= reading
    # The search by fields aside, as its address is the one of a change.
    assert len(reading) == sum(not method.changes for method in METHODS.values()) - 1


def test_nothing_is_asked_of_the_person_at_the_terminal() -> None:
    result = REAL.call("lead/set", "{}", typed="y\ny\ny\n")
    assert isinstance(result.exception, IntakeError)
    assert result.output == ""


def test_a_yes_lets_the_call_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.cli.crm_call.Call.show", lambda *_, **__: None)
    assert REAL.call("lead/set", "{}", "--yes").exit_code == 0


def test_the_account_is_named_where_there_are_several(shell: Shell, server: FakeCrm) -> None:
    shell.accounts["second"] = CrmAccount("second", server.url, KEY, "/crm/api/v1", rate=1000)
    assert "main, second" in shell.fails("main/data")
    assert "«third»" in shell.fails("main/data", "--account", "third")
    shell.json("main/data", "--account", "second")
    assert server.seen[0].path == "/crm/api/v1/main/data/"


def test_the_pace_of_the_account_is_kept(
    shell: Shell, server: FakeCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    paces: list[float] = []

    def wait(_: object, rate: float, *__: float) -> bool:
        paces.append(rate)
        return True

    monkeypatch.setattr("intake.envybox.pace.Pace.wait", wait)
    shell.accounts["main"] = replace(shell.accounts["main"], rate=2)
    server.script = _three_leads(server)
    shell.json("lead/list", "--all")
    assert paces == [2, 2, 2]


def test_all_pages_are_brought_together(shell: Shell, server: FakeCrm) -> None:
    server.script = _three_leads(server)
    found = shell.json("lead/list", '{"keyword": "окна"}', "--all")
    assert [one["id"] for one in found] == ["0", "1", "2"]
    assert asked(server)[1] == {"limit": 50, "keyword": "окна", "offset": 1}


def test_all_begins_where_it_is_told(shell: Shell, server: FakeCrm) -> None:
    server.script = _three_leads(server)
    assert len(shell.json("lead/list", '{"offset": 1, "limit": 1}', "--all")) == 2
    assert asked(server)[0] == {"offset": 1, "limit": 1}


def test_all_is_for_lists(shell: Shell, server: FakeCrm) -> None:
    assert "меняет" in shell.fails("lead/set", "{}", "--all")
    assert server.seen == []
    server.script = answer({"result": {"id": "5"}, "status_code": 200, "message": "success"})
    assert "не список" in shell.fails("lead/get", '{"lead_id": 5}', "--all")


def _three_leads(server: FakeCrm) -> Script:
    """Answer a page of one lead, whichever is asked for."""

    def script(visit: Visit) -> None:
        (*_, request) = asked(server)
        offset = request["offset"]
        page = {"result": [{"id": str(offset)}], "offset": offset + 1 if offset < 2 else -1}
        answer({"leads": page, "status_code": 200, "message": "success"})(visit)

    return script


@pytest.mark.parametrize(
    ("script", "advice"),
    [
        (answer({"status_code": None, "message": "Неправильный ключ api"}), "Ключ берут"),
        (answer({"status_code": 500, "message": "Неверный request"}, 500), "Исправьте запрос"),
        (answer({"status_code": 500, "message": "Лид не найден"}, 500), "Проверьте номер"),
        (answer({}, 429, {"Retry-After": "7"}), "через 7 с"),
        (answer({}, 404), "url и path"),
        (raw(http(b"<html>", 500)), "посмотрите в CRM"),
        (reset, "посмотрите в CRM"),
    ],
)
def test_a_failure_says_what_to_do_and_never_the_key(
    script: Script, advice: str, shell: Shell, server: FakeCrm
) -> None:
    server.script = script
    said = shell.fails("lead/set", "{}")
    assert advice in said
    assert "\n" not in said
    assert KEY not in said


@pytest.mark.parametrize("form", ["--json", "--table"])
def test_a_reply_that_repeats_the_key_is_printed_without_it(
    form: str, shell: Shell, server: FakeCrm
) -> None:
    said = {"result": {"id": 5, "comment": f"x {KEY}", "api_key": KEY, "urls": [f"?k={KEY}"]}}
    server.script = answer({**said, "status_code": 200, "message": "success"})
    printed = shell.call("lead/get", form, COLUMNS="200").stdout
    assert "***" in printed
    assert KEY not in printed
    assert quote(KEY, safe="") not in printed


def test_what_only_reads_may_be_tried_again(shell: Shell, server: FakeCrm) -> None:
    server.script = hang
    shell.timeout = 0.3
    said = shell.fails("lead/list")
    assert "ответа не было 0.3 с" in said
    assert "можно повторить" in said


def test_an_account_nobody_answers_for_is_told(shell: Shell, server: FakeCrm) -> None:
    server.close()
    assert "Проверьте связь" in shell.fails("lead/list")


def test_a_refusal_does_not_command_the_terminal(shell: Shell, server: FakeCrm) -> None:
    server.script = answer({"status_code": 500, "message": "Нет\x1b]0;x\x07 такого\x9b2J"}, 500)
    said = shell.fails("lead/get", "{}")
    assert said.isprintable()
    assert "«Нет такого»" in said


def test_a_request_that_cannot_be_sent_is_told(shell: Shell) -> None:
    assert "client_id" in shell.fails("client/addCompany", '{"inn": "7707083893"}')


def test_all_methods_are_listed_without_any_settings() -> None:
    lines = Shell().call().stdout.splitlines()
    assert sum(line[2:].split()[:1] != [] and "/" in line for line in lines) == len(METHODS)
    assert any(line.startswith("* lead/set ") for line in lines)
    assert any(line.startswith("  lead/get ") for line in lines)
    listed = json.loads(Shell().call("--json").stdout)
    assert [one["name"] for one in listed] == list(METHODS)


def test_a_person_gets_a_table_and_a_program_json(sandbox: RunningSandbox) -> None:
    shell_of(sandbox.url, sandbox.api_key).json("lead/set", NEW_LEAD)
    command = [sys.executable, "-m", "intake", "crm", "lead/list"]
    env = os.environ | {
        "ENVYBOX_URL": sandbox.url,
        "ENVYBOX_API_KEY": sandbox.api_key,
        "SECRET_KEY": "a secret of the tests only",
        "COLUMNS": "100",
    }
    listed = partial(subprocess.run, command, cwd=ROOT, env=env, check=True)
    piped = listed(stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    assert json.loads(piped.stdout)["message"] == "success"
    ours, theirs = pty.openpty()
    listed(stdin=theirs, stdout=theirs)
    assert "Показано" in os.read(ours, 20_000).decode()
    os.close(ours)
    os.close(theirs)
