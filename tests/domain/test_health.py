from dataclasses import replace
from datetime import timedelta

import pytest

from intake.domain.health import Figures, Level, Limits, Vitals, examine

WELL = Figures(True, Vitals(timedelta(seconds=2), None), 10**11, 0)
LIMITS = Limits()
MINUTE = timedelta(minutes=1)


def test_a_service_that_is_well_says_so() -> None:
    assert (examine(WELL).level, examine(WELL).wrong) == (Level.OK, ())


@pytest.mark.parametrize(
    ("figures", "name"),
    [
        (replace(WELL, writable=False), "store"),
        (replace(WELL, free_bytes=LIMITS.full_disk - 1), "disk_free_bytes"),
    ],
)
def test_only_what_keeps_a_post_out_is_a_failure(figures: Figures, name: str) -> None:
    health = examine(figures)
    assert health.level is Level.FAILED
    assert [check.name for check in health.wrong] == [name]


@pytest.mark.parametrize(
    ("figures", "name"),
    [
        (replace(WELL, queued=None), "queue_length"),
        (replace(WELL, free_bytes=LIMITS.low_disk - 1), "disk_free_bytes"),
        (replace(WELL, vitals=Vitals(None, None)), "sweeper_seconds"),
        (replace(WELL, vitals=Vitals(LIMITS.silent + MINUTE, None)), "sweeper_seconds"),
        (
            replace(WELL, vitals=Vitals(MINUTE, LIMITS.late + MINUTE)),
            "oldest_due_seconds",
        ),
    ],
)
def test_a_delay_degrades_and_does_not_fail(figures: Figures, name: str) -> None:
    health = examine(figures)
    assert health.level is Level.DEGRADED
    assert [check.name for check in health.wrong] == [name]


def test_the_worst_of_all_decides() -> None:
    assert examine(replace(WELL, writable=False, vitals=None, queued=None)).level is Level.FAILED


def test_a_database_elsewhere_has_no_disk_to_look_at() -> None:
    assert examine(replace(WELL, free_bytes=None)).level is Level.OK
