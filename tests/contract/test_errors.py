"""Every documented error, missing parameter and fault leaves the client as its own class."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from intake.envybox import (
    AlreadyStarted,
    Envybox,
    EnvyboxError,
    NotFound,
    Refused,
    Throttled,
    UnknownOutcome,
    WrongKey,
)
from intake.envybox.catalogue import METHODS as CATALOGUE
from intake.sandbox.faults import MAKING_DEALS, FaultKind
from tests.contract.cases import CASES
from tests.contract.reference import METHODS, WRONG_KEY, Json
from tests.contract.scene import ADMINISTRATOR, ANNA, DEAL_TEXT, KEY, NEXT_STAGE, Scene, opened
from tests.contract.wire import AS_PRINTED, tried
from tests.envybox.test_secrets import everything_said

MISSING = 999_999_999
Params = dict[str, Json]


@dataclass(frozen=True)
class Provoked:
    """How a documented error comes about, and as what it leaves the client."""

    params: Callable[[Scene], Params]
    kind: type[EnvyboxError]


def _field(**ids: Json) -> Params:
    return ids | {"fields": [{"input_id": DEAL_TEXT, "value": "x", "value_type_id": 2}]}


def _taken(scene: Scene) -> Params:
    return {"lead_id": scene.started()["lead_id"], "user_id": ADMINISTRATOR, "employee_id": 0}


def _deal_of_another(scene: Scene) -> Params:
    """Name a deal, and a client who has another one."""
    deal_id = scene.started()["deal_id"]
    client_id = scene.started(name="Олег", phone="79221112233")["client_id"]
    return {"deal_id": deal_id, "client_id": client_id}


DOCUMENTED: Mapping[tuple[str, int], Provoked] = {
    ("lead/start", 0): Provoked(
        lambda _: {"lead_id": MISSING, "user_id": ADMINISTRATOR, "employee_id": 0}, NotFound
    ),
    ("lead/start", 1): Provoked(_taken, AlreadyStarted),
    ("lead/log/list", 0): Provoked(lambda _: {"lead_id": MISSING}, NotFound),
    ("lead/log/list", 1): Provoked(lambda _: {}, Refused),
    ("lead/updateLeadValue", 0): Provoked(lambda _: _field(lead_id=MISSING), Refused),
    ("deal/updateDealStage", 0): Provoked(
        lambda _: {"deal_id": MISSING, "stage_id": NEXT_STAGE}, NotFound
    ),
    ("deal/updateDealStage", 1): Provoked(
        lambda scene: _deal_of_another(scene) | {"stage_id": NEXT_STAGE}, NotFound
    ),
    ("deal/log/list", 0): Provoked(lambda _: {"deal_id": MISSING}, NotFound),
    ("deal/log/list", 1): Provoked(lambda _: {}, Refused),
    ("client/updateClientValue", 0): Provoked(lambda _: _field(client_id=MISSING), NotFound),
    ("client/getInput", 0): Provoked(lambda _: {"input_id": MISSING, "type": "custom"}, NotFound),
    ("deal/updateDealValue", 0): Provoked(
        lambda scene: _field(deal_id=MISSING, client_id=scene.started()["client_id"]), Refused
    ),
    ("deal/getInput", 0): Provoked(lambda _: {"input_id": MISSING, "type": "custom"}, NotFound),
}
# The same words for more than one mistake.
LIKEWISE: Mapping[str, tuple[str, Provoked]] = {
    "unknown client": (
        "deal/updateDealValue",
        Provoked(
            lambda scene: _field(deal_id=scene.started()["deal_id"], client_id=MISSING), Refused
        ),
    ),
    "deal of another": (
        "deal/updateDealValue",
        Provoked(lambda scene: _field(**_deal_of_another(scene)), Refused),
    ),
}


def provoke(scene: Scene, name: str, params: Params) -> EnvyboxError:
    """Call a function that is bound to fail; by the method's name what no function would send."""
    sendable = params and (name, "client_id" in params) != ("deal/updateDealStage", True)
    with Envybox(scene.sandbox.url, KEY, rate=None) as crm, pytest.raises(EnvyboxError) as caught:
        CASES[name].call(crm, params) if sendable else crm.call(name, params)
    return caught.value


def assert_told(error: EnvyboxError, kind: type[EnvyboxError], name: str, message: str) -> None:
    assert type(error) is kind
    assert (error.method, error.http_status, error.message) == (name, 500, message)
    assert not any(KEY in text for text in everything_said(error))


def params_of(name: str) -> Params:
    """Give the parameters of the example; whether they fit the sandbox does not matter."""
    return dict(tried(name, AS_PRINTED).params)


def test_no_documented_error_is_forgotten() -> None:
    printed = {(one.name, number) for one in METHODS.values() for number in range(len(one.errors))}
    assert DOCUMENTED.keys() == printed


@pytest.mark.parametrize(("name", "number"), DOCUMENTED)
def test_a_documented_error_comes_word_for_word(scene: Scene, name: str, number: int) -> None:
    provoked = DOCUMENTED[name, number]
    error = provoke(scene, name, provoked.params(scene))
    assert_told(error, provoked.kind, name, METHODS[name].errors[number])
    assert error.safe_to_resend
    assert error.worth_resending == (provoked.kind is NotFound)


@pytest.mark.parametrize(("name", "provoked"), LIKEWISE.values(), ids=LIKEWISE.keys())
def test_the_same_error_has_other_causes_too(scene: Scene, name: str, provoked: Provoked) -> None:
    assert_told(
        provoke(scene, name, provoked.params(scene)),
        provoked.kind,
        name,
        METHODS[name].errors[0],
    )


@pytest.mark.parametrize("name", METHODS)
def test_a_wrong_key_is_told_by_every_method(shared: Scene, name: str) -> None:
    with (
        Envybox(shared.sandbox.url, f"{KEY}-wrong", rate=None) as crm,
        pytest.raises(EnvyboxError) as caught,
    ):
        CASES[name].call(crm, params_of(name))
    assert_told(caught.value, WrongKey, name, WRONG_KEY)
    assert caught.value.safe_to_resend
    assert not caught.value.worth_resending


ALWAYS, READING, USELESS = "always", "reading", "useless"
# After which error the same request may be sent again: nothing happens twice, or it is no use.
FAILING: Mapping[FaultKind, tuple[type[EnvyboxError], str]] = {
    FaultKind.TRUNCATED: (UnknownOutcome, READING),
    FaultKind.HTTP500: (UnknownOutcome, READING),
    FaultKind.HTTP500_JSON: (Refused, USELESS),
    FaultKind.ERROR200: (Refused, USELESS),
    FaultKind.ERROR500_AFTER: (UnknownOutcome, READING),
    FaultKind.LOST_REQUEST: (UnknownOutcome, READING),
    FaultKind.LOST_REPLY: (UnknownOutcome, READING),
    FaultKind.WRONG_KEY: (WrongKey, USELESS),
    FaultKind.THROTTLE: (Throttled, ALWAYS),
    FaultKind.THROTTLE_JSON: (Throttled, ALWAYS),
    FaultKind.THROTTLE_BARE: (Throttled, ALWAYS),
    FaultKind.HTML200: (UnknownOutcome, READING),
    FaultKind.REFUSE: (Refused, USELESS),
}
SUCCEEDING = (FaultKind.SLOW, FaultKind.LATE_EFFECT, FaultKind.DRIP, FaultKind.LATE_DEAL)


def test_no_fault_is_forgotten() -> None:
    assert {*FAILING, *SUCCEEDING} == {*FaultKind}


@pytest.mark.parametrize("fault", FAILING)
@pytest.mark.parametrize("name", METHODS)
def test_a_fault_leaves_the_client_as_its_class(shared: Scene, name: str, fault: FaultKind) -> None:
    kind, resend = FAILING[fault]
    shared.sandbox.fault(name, fault, times=1)
    with (
        Envybox(shared.sandbox.url, KEY, rate=None) as crm,
        pytest.raises(EnvyboxError) as caught,
    ):
        CASES[name].call(crm, params_of(name))
    error = caught.value
    assert (type(error), error.method) == (kind, name)
    reads = not CATALOGUE[name].changes
    assert error.safe_to_resend == (resend != READING or reads)
    assert error.worth_resending == (resend != USELESS)
    assert not any(KEY in text for text in everything_said(error))


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        (name, fault)
        for name in METHODS
        for fault in SUCCEEDING
        if fault is not FaultKind.LATE_DEAL or name in MAKING_DEALS
    ],
)
def test_a_call_that_is_only_slow_succeeds(name: str, fault: FaultKind) -> None:
    with slow(name, fault, 0.02) as (crm, params):
        CASES[name].call(crm, params)


@contextmanager
def slow(name: str, fault: FaultKind, seconds: float) -> Iterator[tuple[Envybox, Params]]:
    with opened(CASES[name].at) as scene, Envybox(scene.sandbox.url, KEY, rate=None) as crm:
        params = CASES[name].params(name, scene)
        scene.sandbox.fault(name, fault, seconds=seconds, times=1)
        yield crm, params
        assert scene.sandbox.ledger(name)[-1]["fault"] == fault


@pytest.mark.parametrize("fault", [FaultKind.SLOW, FaultKind.LATE_EFFECT, FaultKind.DRIP])
def test_a_call_that_is_too_slow_has_an_unknown_outcome(scene: Scene, fault: FaultKind) -> None:
    scene.sandbox.fault("lead/set", fault, seconds=0.6, times=1)
    with (
        Envybox(scene.sandbox.url, KEY, rate=None, deadline=0.2) as crm,
        pytest.raises(UnknownOutcome) as caught,
    ):
        crm.leads.set({"values": {"phone": "79123456789"}})
    assert not caught.value.safe_to_resend


def test_a_deal_that_comes_late_is_not_found_until_it_is_there(scene: Scene) -> None:
    lead_id = scene.lead()
    scene.sandbox.fault("lead/start", FaultKind.LATE_DEAL, seconds=5, times=1)
    deal_id = scene.filler.leads.start(lead_id).deal_id or 0
    with pytest.raises(NotFound):
        scene.filler.deals.get(deal_id)
    found = scene.filler.deals.search(phone=ANNA["phone"])
    assert [deal for client in found for deal in client.deals] == []
    scene.clock.now += 5
    assert scene.filler.deals.get(deal_id).id == deal_id
