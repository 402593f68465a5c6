import pytest

from intake.receive import limits
from intake.receive.limits import ANY_PER_MINUTE, Buckets, Limits, sender_of

OUTSIDE = "93.158.134.3"


class Seconds:
    """Time that stands still until the test moves it."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def allowed(seconds: Seconds) -> Limits:
    return Limits(Buckets(seconds))


def test_as_many_as_are_allowed_go_and_the_next_has_to_wait(
    allowed: Limits, seconds: Seconds
) -> None:
    assert not any(allowed.wait_for_any(OUTSIDE) for _ in range(ANY_PER_MINUTE))
    wait = allowed.wait_for_any(OUTSIDE)
    assert wait == pytest.approx(60 / ANY_PER_MINUTE)
    assert allowed.wait_for_any("77.88.8.8") == 0, "another address has its own"
    seconds.now += wait
    assert allowed.wait_for_any(OUTSIDE) == 0
    assert allowed.wait_for_any(OUTSIDE) > 0


def test_waiting_does_not_make_the_wait_longer(allowed: Limits, seconds: Seconds) -> None:
    for _ in range(5):
        allowed.is_flood("okna", OUTSIDE, 4)
    assert all(allowed.is_flood("okna", OUTSIDE, 4) for _ in range(50))
    seconds.now += 15
    assert not allowed.is_flood("okna", OUTSIDE, 4)


def test_sites_count_for_themselves_and_zero_is_no_limit(allowed: Limits) -> None:
    assert not allowed.is_flood("okna", OUTSIDE, 1)
    assert not allowed.is_flood("dveri", OUTSIDE, 1)
    assert allowed.is_flood("okna", OUTSIDE, 1)
    assert not any(allowed.is_flood("okna", OUTSIDE, 0) for _ in range(100))


@pytest.mark.parametrize("ip", [None, "", "unix:", "127.0.0.1", "10.0.0.5", "::1", "fd00::1"])
def test_an_address_that_says_nothing_of_the_visitor_is_not_counted(
    allowed: Limits, ip: str | None
) -> None:
    assert not any(allowed.is_flood("okna", ip, 1) for _ in range(10))


def test_a_household_with_ipv6_is_one_sender() -> None:
    assert sender_of("2a02:6b8:0:1::1") == sender_of("2a02:6b8:0:1:ffff::2")
    assert sender_of("2a02:6b8:0:1::1") != sender_of("2a02:6b8:0:2::1")
    assert sender_of(f"::ffff:{OUTSIDE}") == OUTSIDE


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch, seconds: Seconds) -> None:
    monkeypatch.setattr(limits, "MOST_ADDRESSES", 3)
    buckets = Buckets(seconds)
    for key in "abc":
        assert buckets.take(key, 1) == 0
    assert buckets.take("a", 1) > 0
    assert buckets.take("d", 1) == 0
    assert buckets.take("a", 1) > 0, "seen lately, remembered"
    assert buckets.take("b", 1) == 0, "seen longest ago, forgotten"
