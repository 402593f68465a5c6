"""Whatever comes back, nothing but EnvyboxError leaves a function of the client."""

import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.envybox import CrmData, Envybox, EnvyboxError
from intake.envybox.transport import Reply
from tests.contract.reference import Json
from tests.envybox.arbitrary import (
    CALLS,
    EXCHANGES,
    JSON,
    KEYS,
    RESULTS,
    SUCCESSES,
    TRANSPORT,
    example_of,
    mutations,
    places,
    public_functions,
    texts,
)
from tests.envybox.fake_crm import FakeCrm, raw

MOST_ELEMENTS = 20_000
HTML = "<!doctype html><title>Вход</title><h1>Вход в CRM</h1>".encode()
OK = b'{"status_code":200,"message":"success",'
ODD_BODIES = {
    "nothing": b"",
    "a page": HTML,
    "a cut off object": b'{"result": {"id": 7, "na',
    "an array": b"[]",
    "a word": b'"success"',
    "null": b"null",
    "bytes": bytes(range(256)),
    "deep nesting": b'{"result":' * 50_000,
    "deep nesting that ends": OK + b'"result":' + b"[" * 900 + b"]" * 900 + b"}",
    "a huge number": OK + b'"id":' + b"9" * 6000 + b"}",
    "a huge exponent": OK + b'"id":1e999,"result":{"id":1e999}}',
    "not a number": OK + b'"id":NaN,"result":[NaN]}',
    "a byte order mark": b"\xef\xbb\xbf" + OK + b'"result":[]}',
    "the same key twice": OK + b'"result":[{"id":7}],"result":{"id":7}}',
    "elements without ids": OK + b'"limit":1,"offset":0,"result":[{"name":"x"}],"count":9999999}',
    "an offset that only grows": OK + b'"offset":999999999999,"result":[{"id":7}]}',
}


def storable(text: str | None) -> bool:
    """Tell whether a text can be written to any database."""
    return text is None or ("\x00" not in text and bool(text.encode() or True))


def put(call: str, body: bytes, status: int = 200, retry_after: str | None = None) -> None:
    """Call a function and let it meet this answer, again and again where it pages."""
    TRANSPORT.reply = Reply(True, None, status, retry_after, body)
    EXCHANGES.clear()
    with suppress(EnvyboxError):
        value = CALLS[call]()
        taken = [*islice(value, MOST_ELEMENTS)] if isinstance(value, Iterator) else [value]
        assert len(taken) < MOST_ELEMENTS, "the pages never end"
        assert all(storable(text) for one in taken for text in texts(one))
    assert 1 <= len(EXCHANGES) <= MOST_ELEMENTS
    assert all(storable(one.reply_text) and storable(one.error) for one in EXCHANGES[:3])


def test_no_function_of_the_client_is_left_out() -> None:
    assert sorted(CALLS) == sorted([*public_functions(), "call"])


@pytest.mark.parametrize("call", CALLS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(payload=SUCCESSES | RESULTS | JSON)
def test_any_json_is_read_or_refused(call: str, payload: object) -> None:
    put(call, json.dumps(payload).encode())


@pytest.mark.parametrize("call", CALLS)
def test_a_printed_reply_that_was_changed_is_read_or_refused(call: str) -> None:
    @settings(max_examples=30, deadline=None, suppress_health_check=[*HealthCheck])
    @given(payload=mutations(example_of(call)))
    def check(payload: Json) -> None:
        put(call, json.dumps(payload).encode())

    check()


@pytest.mark.parametrize("call", CALLS)
def test_a_printed_reply_without_any_one_key_is_read_or_refused(call: str) -> None:
    for path in places(example_of(call)):
        reply = example_of(call)
        holder: Json = reply
        for key in path[:-1]:
            holder = holder[key]
        del holder[path[-1]]
        put(call, json.dumps(reply).encode())


@pytest.mark.parametrize("call", CALLS)
def test_an_odd_body_is_read_or_refused(call: str, subtests: pytest.Subtests) -> None:
    for name, body in ODD_BODIES.items():
        with subtests.test(name):
            put(call, body)


@pytest.mark.parametrize("call", CALLS)
def test_a_reply_with_very_long_lists_is_read(call: str) -> None:
    put(call, json.dumps(_lengthened(example_of(call))).encode())


def _lengthened(value: Json) -> Json:
    """Make a hundred of every element of every list, at every depth."""
    if isinstance(value, dict):
        return {name: _lengthened(one) for name, one in value.items()}
    return [_lengthened(one) for one in value] * 100 if isinstance(value, list) else value


@settings(max_examples=200, deadline=None)
@given(
    body=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()),
    status=st.integers(100, 999),
    retry_after=st.none() | st.text(),
)
def test_any_answer_has_a_verdict(body: bytes, status: int, retry_after: str | None) -> None:
    put("leads.set", body, status, retry_after)


@pytest.fixture(scope="module")
def garbling() -> Iterator[FakeCrm]:
    fake = FakeCrm()
    yield fake
    fake.close()


HEADS = st.sampled_from(
    [
        b"",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://[\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\nSet-Cookie: \xff=;expires=x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, deflate\r\n\r\n",
        b"HTTP/1.0 429\r\nRetry-After: \xd0\xa0\r\nContent-Type: ;;;=\r\n\r\n",
    ]
)


@settings(max_examples=60, deadline=None)
@given(data=st.tuples(HEADS, st.binary(max_size=80)).map(b"".join))
def test_any_bytes_on_the_wire_end_in_an_error_of_the_library(
    garbling: FakeCrm, data: bytes
) -> None:
    garbling.script = raw(data)
    with Envybox(garbling.url, "key", deadline=2, rate=None) as crm, pytest.raises(EnvyboxError):
        crm.leads.get(1)


@given(payload=st.dictionaries(KEYS, JSON))
def test_an_account_holds_only_what_has_an_id(payload: dict[str, object]) -> None:
    body = {"result": {"id": 1, "lead": payload, "deal": payload, **payload, "name": "x"}}
    try:
        data = CrmData.read(body)
    except ValueError:
        return
    assert all(field.id > 0 for field in data.deal_custom_fields)
