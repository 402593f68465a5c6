"""Text as browsers cut it and numbers no JSON knows: nothing of it breaks what is shown later."""

import pytest
import requests

from intake.sandbox import RunningSandbox

from .conftest import Caller

HALF = b'{"a": "\\ud83d"}'
WATCHED = ("/sandbox/ledger.json", "/requests", "/sandbox/requests")


def opened(sandbox: RunningSandbox, path: str) -> requests.Response:
    return requests.get(sandbox.url + path, timeout=10)


@pytest.mark.parametrize("key", ["sandbox", "WRONG"])
@pytest.mark.parametrize("path", WATCHED)
def test_half_a_character_leaves_the_ledger_readable(
    crm: Caller, sandbox: RunningSandbox, key: str, path: str
) -> None:
    crm.post("lead/get", body=HALF, key=key)

    assert opened(sandbox, path).status_code == 200
    assert sandbox.ledger()[0]["body"] == {"a": "\ufffd"}


def test_a_comment_cut_in_the_middle_of_an_emoji_is_no_lost_lead(
    sandbox: RunningSandbox,
) -> None:
    body = b'{"crm_id": 2119, "phone": "89123456789", "comment": "Wait \\ud83d"}'

    reply = requests.post(f"{sandbox.url}/widget/lead", data=body, timeout=10)

    assert reply.json()["status_code"] == 200
    assert sandbox.state()["leads"][0]["values"]["comment"] == "Wait \ufffd"


def test_a_whole_emoji_stays_whole(crm: Caller, sandbox: RunningSandbox) -> None:
    crm.lead(values={"phone": "79123456789", "comment": "Жду 😀"})
    assert sandbox.state()["leads"][0]["values"]["comment"] == "Жду 😀"


@pytest.mark.parametrize("number", [b"NaN", b"1e999", b"-Infinity"])
def test_a_number_json_does_not_know_is_refused(crm: Caller, number: bytes) -> None:
    reply = crm.post("lead/list", body=b'{"keyword": ' + number + b"}")
    assert reply.json()["message"] == "Неверный request"


def test_a_keyword_sent_as_a_number_is_told_as_text(crm: Caller) -> None:
    assert crm.ok("lead/list", {"keyword": 916})["leads"]["keyword"] == "916"


@pytest.mark.parametrize("depth", [50, 150, 900, 990])
def test_however_deep_a_body_is_the_ledger_shows_it(
    crm: Caller, sandbox: RunningSandbox, depth: int
) -> None:
    crm.post("lead/get", body=b'{"a":' * depth + b"1" + b"}" * depth)
    assert [opened(sandbox, path).status_code for path in WATCHED] == [200, 200, 200]


def test_digits_of_other_scripts_are_no_numbers(crm: Caller) -> None:
    assert crm.refused("lead/get", {"lead_id": "١٦٤٠٠٠١"}) == "Параметр lead_id должен быть числом"
