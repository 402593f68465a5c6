"""The calls of one account are spaced evenly."""

import pytest

from intake.envybox import Envybox
from intake.envybox.pace import Pace, pace_of
from tests.envybox.fake_crm import FakeCrm


class Time:
    """A clock that goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.now += seconds


def test_the_first_call_goes_at_once_and_the_others_in_turn() -> None:
    time = Time()
    pace = Pace(time.clock, time.sleep)
    for _ in range(3):
        pace.wait(rate=5)
    assert time.slept == [0.2, 0.2]


def test_a_pause_between_calls_counts_as_waiting() -> None:
    time = Time()
    pace = Pace(time.clock, time.sleep)
    pace.wait(rate=5)
    time.now += 3
    pace.wait(rate=5)
    assert time.slept == []


def test_an_account_has_one_pace_however_many_clients_it_has() -> None:
    assert pace_of("https://a.example/openapi/v1") is pace_of("https://a.example/openapi/v1")
    assert pace_of("https://a.example/openapi/v1") is not pace_of("https://b.example/openapi/v1")


def test_a_client_keeps_to_its_rate(server: FakeCrm, monkeypatch: pytest.MonkeyPatch) -> None:
    time = Time()
    monkeypatch.setattr("intake.envybox.api.pace_of", lambda _: Pace(time.clock, time.sleep))
    with Envybox(server.url, "key", rate=2) as crm:
        crm.leads.workset({})
        crm.leads.workset({})
    assert time.slept == [0.5]


@pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf")])
def test_a_rate_that_is_none_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="Частота"):
        Envybox("https://crm.example", "key", rate=rate)
