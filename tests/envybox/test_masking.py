"""The API key is blotted out however it was escaped, and where a reply was cut off."""

from urllib.parse import quote

import pytest

from intake.envybox import Envybox
from intake.envybox.masking import Masking
from tests.envybox.conftest import KEY
from tests.envybox.fake_crm import FakeCrm, answer

MASKING = Masking(KEY)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"key {KEY}.", "key ***."),
        (quote(KEY, safe=""), "***"),
        (quote(KEY, safe="").lower().replace("canary", "CANARY"), "***"),
        (KEY.replace("/", "\\/"), "***"),
        ("\\u0043" + KEY[1:], "***"),
        (f'{{"id": 1, "api_key":"{KEY[:5]}', '{"id": 1, "api_key":"***'),
        ('{"api_key": "0123456", "id": 1}', '{"api_key": "***", "id": 1}'),
        ("?api_key=0123&id=1", "?api_key=***&id=1"),
        (f"cut off {KEY[:9]}", "cut off ***"),
        (f"cut off {quote(KEY, safe='')[:12]}", "cut off ***"),
        (f"too short {KEY[:7]}", f"too short {KEY[:7]}"),
        ("nothing of the kind", "nothing of the kind"),
    ],
)
def test_the_key_and_parts_of_it_are_blotted_out(text: str, clean: str) -> None:
    assert MASKING.mask(text) == clean


def test_an_echo_of_the_key_stays_out_of_what_a_call_returns(crm: Envybox, server: FakeCrm) -> None:
    result = {"id": 1, "note": f"asked with {KEY}", "tags": ["x", KEY], "url": quote(KEY)}
    server.script = answer({"status_code": 200, "message": "success", "result": result})
    reply = crm.call("lead/get", {"lead_id": 1})
    assert reply["result"] == {"id": 1, "note": "asked with ***", "tags": ["x", "***"]} | {
        "url": "***"
    }
    assert KEY not in repr(crm.leads.get(1).raw)


def test_a_key_that_is_a_word_spoils_no_words_of_a_reply(server: FakeCrm) -> None:
    server.script = answer({"status_code": 200, "id": 1, "comment": "sandbox", "api_key": "x"})
    with Envybox(server.url, "sandbox", rate=None) as crm:
        reply = crm.call("lead/get")
    assert (reply["comment"], reply["api_key"]) == ("sandbox", "***")
