"""The API over HTTP: addresses, key, bodies, ledger."""

import json
import sqlite3
from typing import Any

import pytest
import requests

from intake.sandbox import RunningSandbox

from .conftest import CONTACT, Caller

LEAD = {"method": "create", "values": CONTACT}


@pytest.mark.parametrize("prefix", ["/openapi/v1", "/crm/api/v1"])
@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("body", [{"request": LEAD}, LEAD])
def test_both_addresses_and_both_bodies_are_taken(
    sandbox: RunningSandbox, prefix: str, slash: str, body: dict[str, Any]
) -> None:
    reply = requests.post(
        f"{sandbox.url}{prefix}/lead/set{slash}",
        params={"api_key": "sandbox"},
        json=body,
        timeout=10,
        allow_redirects=False,
    )

    assert reply.json()["message"] == "success"
    assert len(sandbox.state()["leads"]) == 1


def test_main_data_tells_the_account_in_strings(sandbox: RunningSandbox) -> None:
    reply = requests.get(
        f"{sandbox.url}/openapi/v1/main/data/", params={"api_key": "sandbox"}, timeout=10
    ).json()

    account = reply["result"]
    assert (account["id"], account["user_id"], account["api_key"]) == ("2119", "3844", "sandbox")
    assert [one["id"] for one in account["employees"]] == ["182", "183"]
    selling, service = account["deal"]["pipelines"]
    assert selling["id"] == "3689"
    assert next(iter(selling["stages"])) == "5635"
    assert selling["stages"]["5635"]["status_id"] == "2001"
    assert (selling["allow_manual_change_stage"], service["allow_manual_change_stage"]) == (
        "1",
        "0",
    )
    assert [one["id"] for one in account["deal"]["custom_fields"]] == ["3824", "3819", "3444"]
    assert len(account["lead"]["pipelines"][0]["stages"]) == 3


def test_a_wrong_key_is_refused_and_never_written_down(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    for key in ("чужой-ключ", ""):
        reply = crm.post("lead/set", LEAD, key=key)
        assert reply.json()["message"] == "Неправильный ключ api"

    assert sandbox.state()["leads"] == []
    assert "чужой-ключ" not in json.dumps(sandbox.ledger(), ensure_ascii=False)


def test_an_unknown_method_and_a_wrong_verb_are_told(crm: Caller) -> None:
    assert crm.post("lead/burn").status_code == 404
    posted = crm.post("main/data")
    assert (posted.status_code, "GET" in posted.json()["message"]) == (405, True)
    assert crm.get("lead/get").status_code == 405


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"a": NaN}'],
)
def test_a_body_that_is_no_json_object_is_refused(crm: Caller, body: bytes) -> None:
    reply = crm.post("lead/set", body=body)

    assert (reply.status_code, reply.json()["message"]) == (500, "Неверный request")


@pytest.mark.parametrize("value", [10**30, -1, 1.5, "9" * 40, [], {}, True, "x"])
def test_a_strange_id_is_refused(crm: Caller, value: Any) -> None:
    assert "lead_id" in crm.refused("lead/get", {"lead_id": value})


def test_a_huge_body_is_refused(crm: Caller) -> None:
    assert crm.post("lead/set", LEAD | {"region": "я" * 600_000}).status_code == 413


def test_the_ledger_tells_every_request_in_order(crm: Caller, sandbox: RunningSandbox) -> None:
    crm.lead()
    crm.refused("lead/start", {"lead_id": 1})
    crm.ok("lead/search", {"phone": CONTACT["phone"]})

    told = requests.get(f"{sandbox.url}/sandbox/ledger.json", timeout=10).json()["requests"]

    assert told == sandbox.ledger()
    assert [(one["method"], one["status"], one["effect"]) for one in told] == [
        ("lead/set", 200, True),
        ("lead/start", 500, False),
        ("lead/search", 200, False),
    ]
    assert told[0]["body"] == {"request": LEAD}
    assert told[1]["message"] == "Лид с данным id не найден"


def test_the_ledger_masks_a_key_in_the_body(crm: Caller, sandbox: RunningSandbox) -> None:
    crm.post("lead/set", LEAD | {"api_key": "тайна"})

    assert sandbox.ledger()[0]["body"]["request"]["api_key"] == "•••"


def test_health_state_and_reset(crm: Caller, sandbox: RunningSandbox) -> None:
    first = crm.lead()["id"]
    sandbox.fault("lead/set", "http500")
    assert requests.get(f"{sandbox.url}/sandbox/health", timeout=10).json()["status"] == "ok"
    state = requests.get(f"{sandbox.url}/sandbox/state.json", timeout=10).json()
    assert state == sandbox.state()

    requests.post(f"{sandbox.url}/sandbox/reset", timeout=10)

    assert sandbox.state() == {"leads": [], "clients": [], "deals": [], "faults": []}
    assert sandbox.ledger() == []
    assert crm.lead()["id"] > first


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/sandbox/reset", "/reset", "/sandbox/faults"])
def test_a_page_of_another_site_changes_nothing(
    crm: Caller, sandbox: RunningSandbox, headers: dict[str, str], path: str
) -> None:
    crm.lead()

    reply = requests.post(sandbox.url + path, headers=headers, timeout=10)

    assert reply.status_code == 403
    assert len(sandbox.state()["leads"]) == 1


def test_its_own_page_may_reset(crm: Caller, sandbox: RunningSandbox) -> None:
    crm.lead()

    headers = {"Origin": sandbox.url, "Sec-Fetch-Site": "same-origin"}
    requests.post(f"{sandbox.url}/reset", headers=headers, timeout=10)

    assert sandbox.state()["leads"] == []


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("client/540001/getCompanies", "client/getCompanies"),
        ("client/x/addCompany", "client/addCompany"),
        ("client/540001/getContacts", "client/540001/getContacts"),
    ],
)
def test_a_client_id_in_the_path_is_a_parameter(
    crm: Caller, sandbox: RunningSandbox, path: str, method: str
) -> None:
    crm.post(path)

    assert [one["method"] for one in sandbox.ledger()] == [method]


@pytest.mark.parametrize(
    ("params", "method"),
    [
        ({"filter": {}}, "deal/search-by-fields"),
        ({"filter": {}, "deal_id": None}, "deal/search-by-fields"),
        ({"filter": {}, "deal_id": 320001}, "deal/updateDealStage"),
        ({"stage_id": 5636}, "deal/updateDealStage"),
    ],
)
def test_the_search_by_fields_shares_the_path_of_moving_a_deal(
    crm: Caller, sandbox: RunningSandbox, params: dict[str, Any], method: str
) -> None:
    crm.post("deal/updateDealStage", params)
    crm.post("deal/updateDealStage", body=json.dumps(params).encode())

    assert [one["method"] for one in sandbox.ledger()] == [method, method]


@pytest.mark.parametrize(
    "query",
    [
        {"lead_id": "7", "limit": "3"},
        {"request": '{"lead_id": "7", "limit": "3"}'},
        {"request": '{"request": {"lead_id": "7", "limit": "3"}}'},
        {"request[lead_id]": "7", "request[limit]": "3"},
        {"lead_id": "7", "request": '{"lead_id": "8", "limit": "3"}'},
    ],
)
def test_a_get_tells_its_parameters_in_the_query(
    crm: Caller, sandbox: RunningSandbox, query: dict[str, str]
) -> None:
    crm.get("lead/log/list", **query)

    assert sandbox.ledger()[-1]["body"] == {"lead_id": "7", "limit": "3"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"request": {"lead_id": 7}}', "Лид с данным id не найден"),
        (b'{"lead_id": 7}', "Лид с данным id не найден"),
        (b"{", "Неверный request"),
    ],
)
def test_a_get_may_carry_a_body(sandbox: RunningSandbox, body: bytes, message: str) -> None:
    url = f"{sandbox.url}/openapi/v1/lead/log/list/"

    reply = requests.get(url, params={"api_key": "sandbox"}, data=body, timeout=10)

    assert (reply.status_code, reply.json()["message"]) == (500, message)


def test_a_get_never_writes_its_key_down(crm: Caller, sandbox: RunningSandbox) -> None:
    crm.get("main/data")

    assert "sandbox" not in json.dumps(sandbox.ledger()[0]["body"])


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM ledger",
        "UPDATE ledger SET message = 'всё хорошо'",
        "INSERT OR REPLACE INTO ledger SELECT * FROM ledger",
    ],
)
def test_nothing_but_a_reset_changes_the_ledger(
    crm: Caller, sandbox: RunningSandbox, sql: str
) -> None:
    crm.lead()
    before = sandbox.ledger()

    with (
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
        sandbox.world.database.transaction() as db,
    ):
        db.execute(sql)
    assert sandbox.ledger() == before

    sandbox.reset()
    assert sandbox.ledger() == []
    crm.lead()
    with (
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
        sandbox.world.database.transaction() as db,
    ):
        db.execute(sql)
    assert len(sandbox.ledger()) == 1
