"""The CRM is away, answers badly, late or not at all: numbers 2, 20 to 24, 26, 30 and 37."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.domain.delivery import Outcome
from intake.domain.site import Site
from intake.store.models import attempts
from tests.envybox.fake_crm import (
    FakeCrm,
    Script,
    answer,
    drip,
    endless,
    hang,
    http,
    raw,
    reset,
    reset_after_hello,
)
from tests.faults import canary
from tests.faults.conftest import MakeScene
from tests.faults.scene import PLAIN, Scene

pytestmark = pytest.mark.thinned

SUCCESS = b'{"status_code": 200, "message": "success"}'
HTML = b"<html><body>Service is being mended</body></html>"


@pytest.fixture
def plain(make_scene: MakeScene) -> Scene:
    """A site whose leads go through the CRM's own queue: one call each."""
    return make_scene(site=PLAIN)


@pytest.fixture
def setting(make_scene: MakeScene) -> Scene:
    """A site whose leads are made by lead/set, which the CRM does not guard from doubling."""
    return make_scene(site=Site("okna", "Окна", "main", create="set"))


@pytest.fixture
def odd_crm() -> Iterator[FakeCrm]:
    """A server that answers whatever the test says, in place of the CRM."""
    with_script = FakeCrm()
    yield with_script
    with_script.close()


def outcomes(scene: Scene) -> list[str | None]:
    with scene.database.read() as connection:
        return list(connection.scalars(select(attempts.c.outcome).order_by(attempts.c.id)))


def replied(scene: Scene, fake: FakeCrm, script: Script, timeout: float = 1.0) -> str | None:
    """Post, have it sent to a server that answers so, and return how that was understood."""
    fake.script = script
    assert scene.post().status_code == 202
    scene.work(worker=scene.worker(timeout, url=fake.url))
    scene.check()
    return outcomes(scene)[-1]


def arrives_after_all(scene: Scene) -> None:
    """The CRM is itself again; what was not settled is."""
    for _ in range(2):
        scene.work(rounds=2)
    scene.all_arrived()


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://127.0.0.1:9", id="refused"),
        pytest.param("https://no-such-host.invalid", id="no-such-name"),
        pytest.param("https://[100::1]:81", id="no-route"),
    ],
)
def test_fault_20_what_cannot_be_reached_was_not_sent_and_is_tried_again(
    plain: Scene, url: str
) -> None:
    plain.post()
    plain.work(worker=plain.worker(0.5, url=url))
    assert outcomes(plain) == [Outcome.NOT_SENT]
    arrives_after_all(plain)


@pytest.mark.parametrize("greeting", [reset_after_hello, raw(b"no TLS here\r\n")])
def test_fault_20_a_broken_tls_greeting_was_not_sent_and_is_tried_again(
    plain: Scene, odd_crm: FakeCrm, greeting: Script
) -> None:
    odd_crm.greeting = greeting
    plain.post()
    plain.work(worker=plain.worker(1.0, url=odd_crm.url.replace("http:", "https:")))
    assert outcomes(plain) == [Outcome.NOT_SENT]
    assert not odd_crm.seen
    arrives_after_all(plain)


@pytest.mark.parametrize("method", ["lead/set", "lead/start", "deal/get", "deal/updateDealStage"])
def test_fault_21_a_reply_that_comes_too_late_doubles_nothing(scene: Scene, method: str) -> None:
    scene.crm.fault(method, "slow", seconds=1.0, times=1)
    scene.post()
    scene.work(worker=scene.worker(0.3))
    assert outcomes(scene)[-1] == Outcome.UNKNOWN
    arrives_after_all(scene)
    assert len([one for one in scene.crm.ledger("lead/start") if one["effect"]]) == 1


@pytest.mark.parametrize("method", ["lead/set", "lead/start", "deal/updateDealStage"])
@pytest.mark.parametrize("fault", ["lost_reply", "error500_after", "truncated"])
def test_fault_02_an_effect_whose_answer_was_lost_is_found_and_not_repeated(
    scene: Scene, method: str, fault: str
) -> None:
    scene.crm.fault(method, fault, times=1)
    scene.post()
    scene.work()
    assert outcomes(scene)[-1] == Outcome.UNKNOWN
    arrives_after_all(scene)


def test_fault_02_what_cannot_be_settled_is_sent_again_and_says_so(setting: Scene) -> None:
    setting.crm.fault("lead/set", "lost_reply", times=1)
    for look in ("lead/search", "lead/list", "deal/search"):
        setting.crm.fault(look, "refuse")
    setting.post()
    setting.work(rounds=8)
    setting.check()
    row = setting.row()
    assert (row.state, row.doubtful) == ("delivered", True)


def test_fault_22_a_slow_drip_ends_at_the_deadline_of_the_whole_call(setting: Scene) -> None:
    # A part every 0.3 s: no wait for one of them ever runs into a timeout of its own.
    setting.crm.fault("lead/set", "drip", seconds=6, times=1)
    setting.post()
    setting.work(worker=setting.worker(0.5))
    assert outcomes(setting) == [Outcome.UNKNOWN]
    with setting.database.read() as connection:
        (lasted,) = connection.scalars(select(attempts.c.duration_ms))
    assert lasted < 3000  # milliseconds; the drip itself goes on for six seconds
    arrives_after_all(setting)


BOMB = gzip.compress(b" " * 30_000_000)

BROKEN: dict[str, Script] = {
    "hangs": hang,
    "reset": reset,
    "drips": drip(http(SUCCESS), every=0.1),
    "truncated": raw(http(SUCCESS, headers={"Content-Length": "4000"})),
    "wrong length": raw(http(SUCCESS, headers={"Content-Length": "9"})),
    "a bomb": raw(http(BOMB, headers={"Content-Encoding": "gzip"})),
    "endless": endless(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"),
    "a page": raw(http(HTML, headers={"Content-Type": "text/html"})),
    "empty": raw(http(b"")),
    "no UTF-8": raw(http(b"\xff\xfe\x00{")),
    "no JSON": raw(http(b'{"status_code": 200,')),
    "a 500 page": raw(http(HTML, 500)),
    "a 502 page": raw(http(HTML, 502)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_fault_23_an_answer_that_is_none_leaves_the_outcome_unknown(
    setting: Scene, odd_crm: FakeCrm, name: str
) -> None:
    assert replied(setting, odd_crm, BROKEN[name], timeout=0.5) == Outcome.UNKNOWN
    with setting.database.read() as connection:
        kept = connection.scalars(select(attempts.c.reply)).one()
    assert len(kept or "") < 100_000, "what is kept of a reply is bounded"
    arrives_after_all(setting)


REFUSED = {"status_code": 400, "message": "Не указан телефон"}
SPOKEN: list[tuple[str, Script, Outcome]] = [
    ("400 with the CRM's words", answer(REFUSED, 400), Outcome.REFUSED),
    ("500 with the CRM's words", answer(REFUSED, 500), Outcome.REFUSED),
    ("200 with the CRM's refusal", answer(REFUSED), Outcome.REFUSED),
    ("429 with a pause", answer({}, 429, {"Retry-After": "5"}), Outcome.THROTTLED),
    ("503 with a pause", answer({}, 503, {"Retry-After": "5"}), Outcome.THROTTLED),
    ("success", answer(json.loads(SUCCESS)), Outcome.OK),
]


@pytest.mark.parametrize(("name", "script", "outcome"), SPOKEN, ids=[one[0] for one in SPOKEN])
def test_fault_24_the_body_decides_and_not_the_status_alone(
    plain: Scene, odd_crm: FakeCrm, name: str, script: Script, outcome: Outcome
) -> None:
    odd_crm.script = script
    assert plain.post().status_code == 202, name
    plain.work(worker=plain.worker(url=odd_crm.url))
    assert outcomes(plain) == [outcome]
    state = {Outcome.REFUSED: "attention", Outcome.OK: "delivered"}
    assert plain.row().state in {state.get(outcome, "retrying"), "pending"}


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_fault_26_a_redirect_is_a_failure_and_carries_the_key_nowhere(
    plain: Scene, odd_crm: FakeCrm, status: int
) -> None:
    elsewhere = FakeCrm()
    try:
        location = {"Location": f"{elsewhere.url}/openapi/v1/lead/workset"}
        outcome = replied(plain, odd_crm, answer({}, status, location))
        assert outcome != Outcome.OK
        assert elsewhere.connections == 0
    finally:
        elsewhere.close()
    arrives_after_all(plain)


POISON = {
    "nothing": "\0" * 10,
    "emoji": "👩‍👩‍👧‍👦" * 50,
    "right to left": "\u202eнаоборот\u202c",
    "half a character": "\ud83d",
    "long": "о" * 8_000,
    "a formula": "=HYPERLINK(0)",
    "a script": "<script>alert(1)</script>",
    "a template": "{{ 7*7 }} %s %(x)s {0}",
    "controls": "\x1b[2J\r\n\x07",
    "a number of ours": "Заявка № 0000-0000",
}


@pytest.mark.parametrize("name", POISON)
def test_fault_30_a_poisonous_lead_harms_nobody(scene: Scene, name: str) -> None:
    word = POISON[name]
    data = {"name": word, "phone": canary.PHONE, "comment": word, "Поле " + word[:20]: word}
    # As a script would write it: half a character travels only as an escape.
    poisoned = scene.client.post("/submit", data=json.dumps(data))
    assert poisoned.status_code == 202
    scene.acked.append(poisoned.get_json()["number"])
    scene.post(phone="89161750343")
    arrives_after_all(scene)


def test_fault_30_a_lead_that_breaks_our_own_code_stops_nobody(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError(canary.PHONE)

    scene.post()
    with monkeypatch.context() as patch:
        patch.setattr("intake.deliver.steps.create.lead_payload", broken)
        scene.work()
    assert canary.DIGITS not in scene.row().message
    scene.post()
    arrives_after_all(scene)


def test_fault_37_a_key_changed_in_the_middle_of_a_delivery_is_used_for_the_next_call(
    scene: Scene,
) -> None:
    scene.crm.fault("lead/start", "wrong_key", times=1)
    scene.post()
    scene.work()
    assert outcomes(scene) == [Outcome.OK, Outcome.KEY]
    scene.work()
    assert len(outcomes(scene)) == 2, "a paused account burns no attempts"
    scene.clock.advance(timedelta(minutes=2).total_seconds())
    arrives_after_all(scene)


def test_fault_37_a_site_changed_in_the_middle_of_a_delivery_keeps_what_was_done(
    scene: Scene,
) -> None:
    scene.crm.fault("lead/start", "lost_request", times=1)
    scene.post()
    scene.work()
    scene.site = replace(scene.site, title="Другие окна", tags=("новое",))
    arrives_after_all(scene)
