"""The API key comes out nowhere, whatever fails; neither does a phone number in a log."""

import logging
import socket
import traceback
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from intake.envybox import Envybox, EnvyboxError, Exchange, Refused
from tests.envybox.conftest import KEY
from tests.envybox.fake_crm import FakeCrm, Script, answer, drip, hang, http, raw, reset

PHONE = "79123456789"
FORMS = (KEY, quote(KEY), quote(KEY, safe=""), KEY.replace("/", "\\/"))
MENTION = {"status_code": 200, "message": f"Ошибка ключа {KEY}", "result": {"api_key": KEY}}
# urllib3 warns of headers it cannot read, and quotes the address.
BAD_HEADER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nno colon here\r\n\r\n{}"

FAILURES = {
    "hang": hang,
    "drip": drip(http(b"{}")),
    "reset": reset,
    "closed": raw(b""),
    "not HTTP": raw(b"nonsense\r\n\r\n"),
    "bad header": raw(BAD_HEADER),
    "bad length": raw(http(b"{}", headers={"Content-Length": "5, 6"})),
    "truncated": raw(http(b"{}", headers={"Content-Length": "9"})),
    "too long": raw(http(b"0" * 1_000_001)),
    "bad gzip": raw(http(b"{}", headers={"Content-Encoding": "gzip"})),
    "redirect": raw(http(b"", 302, {"Location": f"https://evil.example/?api_key={KEY}"})),
    "html": raw(http(f"<html>{KEY} {quote(KEY, safe='')}".encode(), 500)),
    "not found": raw(http(b"", 404)),
    "throttled": raw(http(b"", 429)),
    "wrong key": answer({"status_code": 500, "message": f"Неправильный ключ api {KEY}"}),
    "refused": answer(MENTION),
    "escaped": raw(http(f'{{"status_code":500,"message":"{FORMS[3]}"}}'.encode(), 500)),
    "no id": answer({"status_code": 200, "message": "success", "result": {"api_key": KEY}}),
}


def everything_said(error: BaseException | None) -> Iterator[str]:
    """Walk an exception, its causes, and the local variables of its frames."""
    while error is not None:
        yield from (str(error), repr(error), repr(error.args), repr(vars(error)))
        yield from traceback.TracebackException.from_exception(error, capture_locals=True).format()
        assert error.__cause__ is None
        error = error.__context__


def everything_kept(exchange: Exchange) -> str:
    return repr([getattr(exchange, name) for name in Exchange.__slots__]) + repr(exchange)


def assert_silent(texts: list[str], *secrets: str) -> None:
    for text in texts:
        for secret in secrets:
            assert secret not in text


@pytest.mark.parametrize("script", FAILURES.values(), ids=FAILURES.keys())
def test_no_failure_lets_the_key_out(
    hasty_crm: Envybox,
    server: FakeCrm,
    exchanges: list[Exchange],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    script: Script,
) -> None:
    caplog.set_level(logging.DEBUG)
    server.script = script
    with pytest.raises(EnvyboxError) as caught:
        hasty_crm.leads.set({"values": {"phone": PHONE}})
    assert caught.value.__context__ is None
    logged = [record.getMessage() + repr(record.args) for record in caplog.records]
    assert logged, "urllib3 says nothing any more: this test has lost its object"
    texts = [*everything_said(caught.value), *logged, caplog.text, *capfd.readouterr()]
    texts += [everything_kept(exchange) for exchange in exchanges]
    assert_silent(texts, *FORMS)
    assert_silent([str(caught.value), repr(caught.value), *logged, caplog.text], PHONE)


def test_an_unsent_request_lets_the_key_out_nowhere(
    caplog: pytest.LogCaptureFixture, exchanges: list[Exchange]
) -> None:
    caplog.set_level(logging.DEBUG)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    crm = Envybox(f"http://127.0.0.1:{port}", KEY, on_exchange=exchanges.append)
    with pytest.raises(EnvyboxError) as caught:
        crm.leads.set({"values": {"phone": PHONE}})
    texts = [*everything_said(caught.value), caplog.text, everything_kept(exchanges[0])]
    assert_silent(texts, *FORMS)


def test_the_key_that_main_data_repeats_is_blotted_out(
    crm: Envybox, server: FakeCrm, exchanges: list[Exchange]
) -> None:
    server.script = answer({"message": "success", "result": {"id": 1, "api_key": KEY}})
    assert KEY not in repr(crm.call("main/data"))
    assert KEY not in repr(crm.main.data())
    assert_silent([everything_kept(exchange) for exchange in exchanges], *FORMS)


def test_a_phone_number_in_the_words_of_the_crm_stays_out_of_the_exception(
    crm: Envybox, server: FakeCrm
) -> None:
    said = "Номер +7 (912) 345-67-89 уже есть у 79123456789"
    server.script = answer({"status_code": 500, "message": said})
    with pytest.raises(Refused) as caught:
        crm.leads.set({})
    assert str(caught.value) == "lead/set: CRM отказала: «Номер …89 уже есть у …89»"
    assert caught.value.message == said


def test_what_is_personal_stays_out_of_the_repr_of_an_exchange(
    crm: Envybox, server: FakeCrm, exchanges: list[Exchange]
) -> None:
    server.script = answer({"message": "success", "id": 1, "phone": PHONE})
    crm.leads.set({"values": {"phone": PHONE}})
    assert PHONE not in repr(exchanges[0])
    assert PHONE in exchanges[0].reply_text
