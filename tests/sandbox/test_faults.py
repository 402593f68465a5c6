"""The faults, over real HTTP: what the client sees, and what is true."""

import json
import re
import socket
import time

import pytest
import requests

from intake.sandbox import RunningSandbox
from intake.sandbox.faults import TITLES, FaultKind
from intake.sandbox.methods import METHODS

from .conftest import CONTACT, Caller, Clock

LEAD = {"method": "create", "values": CONTACT}


def test_a_lost_reply_takes_effect_and_closes_the_connection(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    sandbox.fault("lead/set", "lost_reply", times=1)

    with pytest.raises(requests.ConnectionError):
        crm.post("lead/set", LEAD)

    assert len(sandbox.state()["leads"]) == 1
    (entry,) = sandbox.ledger()
    assert (entry["effect"], entry["status"], entry["fault"]) == (True, None, "lost_reply")


def test_a_lost_request_closes_the_connection_without_effect(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    sandbox.fault("lead/set", "lost_request", times=1)

    with pytest.raises(requests.ConnectionError):
        crm.post("lead/set", LEAD)

    assert sandbox.state()["leads"] == []
    assert not sandbox.ledger()[0]["effect"]


@pytest.mark.parametrize(
    ("fault", "status", "as_json", "leads"),
    [
        ("http500", 500, False, 0),
        ("http500_json", 500, True, 0),
        ("error200", 200, True, 0),
        ("error500_after", 500, False, 1),
        ("html200", 200, False, 0),
        ("throttle", 429, False, 0),
        ("throttle_json", 429, True, 0),
        ("throttle_bare", 429, False, 0),
        ("wrong_key", 500, True, 0),
        ("refuse", 500, True, 0),
        ("drip", 200, True, 1),
    ],
)
def test_what_a_fault_answers_and_whether_it_took_effect(
    crm: Caller, sandbox: RunningSandbox, fault: str, status: int, as_json: bool, leads: int
) -> None:
    sandbox.fault("lead/set", fault, times=1)

    reply = crm.post("lead/set", LEAD)

    assert reply.status_code == status
    assert reply.headers["Content-Type"].startswith("application/json" if as_json else "text/html")
    assert len(sandbox.state()["leads"]) == leads
    (entry,) = sandbox.ledger()
    assert (entry["effect"], entry["fault"], entry["status"]) == (leads == 1, fault, status)


def test_a_refusal_says_what_it_was_told_to(crm: Caller, sandbox: RunningSandbox) -> None:
    sandbox.fault("lead/start", "refuse", message="Лид уже взят в работу")

    assert crm.refused("lead/start", {"lead_id": 1}) == "Лид уже взят в работу"


@pytest.mark.parametrize(
    ("fault", "told"), [("throttle", "7"), ("throttle_json", "7"), ("throttle_bare", None)]
)
def test_a_throttled_client_is_told_when_to_come_back(
    crm: Caller, sandbox: RunningSandbox, fault: str, told: str | None
) -> None:
    sandbox.fault("*", fault, seconds=7)

    assert crm.post("lead/set", LEAD).headers.get("Retry-After") == told


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [("http500_json", 500, 500), ("error200", 200, 500), ("throttle_json", 429, 429)],
)
def test_an_error_in_json_has_the_envelope_of_the_crm(
    crm: Caller, sandbox: RunningSandbox, fault: str, status: int, code: int
) -> None:
    sandbox.fault("lead/set", fault, message="Попробуйте позже")

    reply = crm.post("lead/set", LEAD)

    assert reply.status_code == status
    assert reply.json() == {"status_code": code, "message": "Попробуйте позже"}


def test_a_truncated_reply_breaks_off_after_the_effect(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    sandbox.fault("lead/set", "truncated", times=1)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        crm.post("lead/set", LEAD)
    (entry,) = sandbox.ledger()
    assert (len(sandbox.state()["leads"]), entry["effect"]) == (1, True)

    sandbox.fault("lead/set", "truncated", times=1)
    reply = _bytes_of_a_post(sandbox, "lead/set")
    head, _, body = reply.partition(b"\r\n\r\n")
    (promised,) = re.findall(rb"Content-Length: (\d+)", head)
    assert body.startswith(b'{"id"')
    assert len(body) == int(promised) // 2


def _bytes_of_a_post(sandbox: RunningSandbox, method: str) -> bytes:
    host, port = sandbox.url.removeprefix("http://").split(":")
    body = json.dumps({"request": LEAD}).encode()
    head = (
        f"POST /openapi/v1/{method}/?api_key=sandbox HTTP/1.1\r\nHost: {host}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(head.encode() + body)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_method_can_have_a_fault(sandbox: RunningSandbox, method: str) -> None:
    sandbox.fault(method, "http500")

    assert [one["method"] for one in sandbox.state()["faults"]] == [method]


def test_every_fault_has_a_title_of_its_own() -> None:
    assert set(TITLES) == set(FaultKind)
    assert len(set(TITLES.values())) == len(TITLES)


def test_a_fault_finds_a_method_whose_path_has_an_id_in_it(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    sandbox.fault("client/getCompanies", "http500_json", times=1)

    assert "сервера" in crm.get("client/540001/getCompanies").json()["message"]
    assert sandbox.ledger()[0]["fault"] == "http500_json"


def test_a_fault_finds_the_search_by_fields_at_both_its_paths(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    sandbox.fault("deal/search-by-fields", "throttle")

    for path in ("deal/search-by-fields", "deal/updateDealStage"):
        assert crm.post(path, {"filter": {}}).status_code == 429
    assert crm.post("deal/updateDealStage", {"stage_id": 1}).status_code == 500


@pytest.mark.parametrize("fault", ["slow", "late_effect", "drip"])
def test_a_slow_reply_comes_late(crm: Caller, sandbox: RunningSandbox, fault: str) -> None:
    sandbox.fault("lead/set", fault, seconds=0.3, times=1)

    began = time.monotonic()
    crm.lead()

    assert time.monotonic() - began >= 0.3


def test_a_client_that_gave_up_on_a_slow_reply_has_created_the_lead(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    sandbox.fault("lead/set", "slow", seconds=0.5, times=1)

    with pytest.raises(requests.Timeout):
        crm.post("lead/set", LEAD, timeout=0.2)

    assert len(sandbox.state()["leads"]) == 1


def test_a_late_deal_is_found_only_after_its_time(
    crm: Caller, sandbox: RunningSandbox, clock: Clock
) -> None:
    sandbox.fault("lead/start", "late_deal", seconds=5)
    deal_id = crm.deal()
    move = {"deal_id": deal_id, "stage_id": 5636}

    assert crm.ok("deal/search", {"phone": CONTACT["phone"]})["clients"] == []
    assert crm.refused("deal/updateDealStage", move) == "Сделка не найдена"
    clock.now += 5
    crm.ok("deal/updateDealStage", move)


def test_a_fault_ends_after_its_times(crm: Caller, sandbox: RunningSandbox) -> None:
    sandbox.fault("lead/set", "http500", times=2)

    answers = [crm.post("lead/set", LEAD).status_code for _ in range(3)]

    assert answers == [500, 500, 200]
    assert sandbox.state()["faults"] == []


def test_a_method_s_own_fault_comes_before_that_of_all(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    sandbox.fault("*", "throttle")
    sandbox.fault("lead/set", "html200", times=1)

    answers = [crm.post("lead/set", LEAD).status_code for _ in range(2)]

    assert answers == [200, 429]
    sandbox.fault()
    crm.lead()


def test_faults_are_switched_over_http(crm: Caller, sandbox: RunningSandbox) -> None:
    url = f"{sandbox.url}/sandbox/faults"
    given = {"method": "lead/set", "fault": "slow", "seconds": 3, "times": 1}

    assert requests.post(url, json=given, timeout=10).json()["faults"] == [given | {"message": ""}]
    requests.post(url, json={"method": "lead/set", "fault": None}, timeout=10)
    assert requests.get(url, timeout=10).json() == {"faults": []}
    requests.post(url, json=given, timeout=10)
    requests.delete(url, timeout=10)
    crm.lead()
    assert sandbox.ledger()[0]["fault"] is None


@pytest.mark.parametrize(
    "given",
    [
        {"fault": "earthquake"},
        {"method": "lead/burn", "fault": "slow"},
        {"fault": "slow", "seconds": "долго"},
        {"fault": "slow", "seconds": -1},
        {"fault": "slow", "seconds": "nan"},
        {"fault": "slow", "times": 0},
        {"fault": "slow", "times": "x"},
        [],
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(sandbox: RunningSandbox, given: object) -> None:
    reply = requests.post(f"{sandbox.url}/sandbox/faults", json=given, timeout=10)

    assert reply.status_code == 422
    assert reply.json()["error"]
    assert sandbox.state()["faults"] == []
