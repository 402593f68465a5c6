"""Whatever comes back, nothing but EnvyboxError leaves a method."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.envybox import CrmData, Envybox, EnvyboxError, Exchange
from intake.envybox.deals import Deals
from intake.envybox.door import Door, Manner
from intake.envybox.leads import Leads
from intake.envybox.main import Main
from intake.envybox.pace import Pace
from intake.envybox.transport import Limits, Outgoing, Reply, Transport
from tests.envybox.fake_crm import FakeCrm, raw

WORDS = """
    status_code message result leads clients deals deals_for_event id lead_id parent_id values
    service comment value phone name surname deleted_at pipelines stages custom_fields lead deal
    client employees inbox_types offset count deal_id client_id api_key error
"""
KEYS = st.sampled_from(WORDS.split())
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["0", "7", 7, 0, 200, "200", "success", "\ud800", "\x00", "٣", "9" * 5000])
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)
# Most of what is drawn should get past the verdict and reach the readers.
SUCCESSES = st.dictionaries(KEYS, JSON, max_size=6).map(
    lambda payload: {**payload, "status_code": 200, "message": "success"}
)
RESULTS = st.dictionaries(KEYS, JSON, min_size=1, max_size=8).map(
    lambda payload: {"result": {"id": 7, **payload}, "status_code": 200}
)


class _Scripted(Transport):
    """A transport that answers from memory."""

    def __init__(self) -> None:
        super().__init__("https://crm.example", "key", Limits(1, 1, 1))
        self.reply = Reply(sent=False, fault="нет связи")

    def send(self, outgoing: Outgoing) -> Reply:
        outgoing.body()
        return self.reply


TRANSPORT = _Scripted()
EXCHANGES: list[Exchange] = []
DOOR = Door(TRANSPORT, Manner(), Pace(), EXCHANGES.append)
METHODS: dict[str, Callable[[], object]] = {
    "main/data": Main(DOOR).data,
    "lead/set": lambda: Leads(DOOR).set({}).acting_id,
    "lead/workset": lambda: Leads(DOOR).workset({}),
    "lead/get": lambda: Leads(DOOR).get(1),
    "lead/search": lambda: Leads(DOOR).search(phone="79123456789"),
    "lead/list": Leads(DOOR).list,
    "lead/start": lambda: Leads(DOOR).start(1),
    "deal/get": lambda: Deals(DOOR).get(1),
    "deal/search": lambda: Deals(DOOR).search(phone="79123456789"),
    "deal/updateDealStage": lambda: Deals(DOOR).update_stage(1, 2),
}


def storable(value: object) -> bool:
    """Tell whether a text can be written to any database."""
    return not isinstance(value, str) or ("\x00" not in value and bool(value.encode() or True))


def put(method: str, body: bytes, status: int = 200, retry_after: str | None = None) -> None:
    TRANSPORT.reply = Reply(True, None, status, retry_after, body)
    EXCHANGES.clear()
    with suppress(EnvyboxError):
        value = METHODS[method]()
        names: tuple[str, ...] = getattr(type(value), "__slots__", ())
        assert all(storable(getattr(value, name)) for name in names)
    assert len(EXCHANGES) == 1
    assert storable(EXCHANGES[0].reply_text)
    assert storable(EXCHANGES[0].error)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(payload=SUCCESSES | RESULTS | JSON)
def test_any_json_is_read_or_refused(method: str, payload: object) -> None:
    put(method, json.dumps(payload).encode())


@settings(max_examples=200, deadline=None)
@given(
    body=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()),
    status=st.integers(100, 999),
    retry_after=st.none() | st.text(),
)
def test_any_answer_has_a_verdict(body: bytes, status: int, retry_after: str | None) -> None:
    put("lead/set", body, status, retry_after)


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
