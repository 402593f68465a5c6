"""The ledger: every request with its reply, also those that lead nowhere."""

import pytest
import requests

from intake.sandbox import RunningSandbox

from .conftest import CONTACT, Caller

LEAD = {"method": "create", "values": CONTACT}


def test_a_reply_is_kept_and_shown_beside_its_request(crm: Caller, sandbox: RunningSandbox) -> None:
    made = crm.lead()

    assert sandbox.ledger()[0]["reply"] == made
    html = requests.get(f"{sandbox.url}/requests", timeout=10).text
    assert f"&#34;id&#34;: {made['id']}" in html
    assert "<h3>Ответ</h3>" in html


def test_the_key_is_masked_in_a_reply_too(crm: Caller, sandbox: RunningSandbox) -> None:
    crm.ok("main/data")
    assert sandbox.ledger()[0]["reply"]["result"]["api_key"] == "•••"


@pytest.mark.parametrize(
    ("fault", "shown"),
    [
        ("lost_reply", None),
        ("lost_request", None),
        ("http500", "<h1>500 Internal Server Error</h1>"),
        ("error500_after", "<h1>500 Internal Server Error</h1>"),
        ("truncated", '{"id": '),
        ("refuse", "Неверный request"),
    ],
)
def test_a_reply_is_told_as_the_fault_let_it_through(
    crm: Caller, sandbox: RunningSandbox, fault: str, shown: str | None
) -> None:
    sandbox.fault("lead/set", fault, times=1)
    try:
        crm.post("lead/set", LEAD)
    except requests.RequestException:
        assert fault in {"lost_reply", "lost_request", "truncated"}

    reply = sandbox.ledger()[0]["reply"]
    assert reply is None if shown is None else shown in str(reply)


def test_a_lost_request_is_told_as_a_broken_connection(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    sandbox.fault("lead/set", "lost_request", times=1)
    with pytest.raises(requests.ConnectionError):
        crm.post("lead/set", LEAD)
    assert sandbox.ledger()[0]["message"] == "обрыв связи"


@pytest.mark.parametrize(
    ("verb", "path", "status"),
    [
        ("PUT", "/openapi/v1/lead/set/", 405),
        ("DELETE", "/crm/api/v1/lead/get", 405),
        ("GET", "/openapi/v1/", 404),
        ("POST", "/api/lead/set/", 404),
        ("GET", "/lead/set/", 404),
        ("PUT", "/widget/lead", 405),
    ],
)
def test_a_call_that_misses_the_api_is_answered_in_json_and_noted(
    sandbox: RunningSandbox, verb: str, path: str, status: int
) -> None:
    key = {"api_key": "sandbox"}
    reply = requests.request(verb, sandbox.url + path, params=key, timeout=10)

    assert (reply.status_code, reply.json()["status_code"]) == (status, status)
    (entry,) = sandbox.ledger()
    assert (entry["verb"], entry["path"], entry["status"]) == (verb, path, status)
    assert not entry["effect"]


def test_a_body_over_the_limit_is_noted(crm: Caller, sandbox: RunningSandbox) -> None:
    reply = crm.post("lead/set", body=b'{"a": "' + b"x" * 1024 * 1024 + b'"}')

    assert reply.status_code == 413
    assert [(one["method"], one["status"]) for one in sandbox.ledger()] == [("lead/set", 413)]
