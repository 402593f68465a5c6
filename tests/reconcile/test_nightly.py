from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from intake.domain.site import CrmAccount
from intake.reconcile import Night, Reconciler
from intake.reconcile.nightly import reconcile_tonight
from intake.store.database import Database
from intake.store.reconciliations import read_reconciliations
from tests.clock import Clock

NIGHT = Night(4, ZoneInfo("Europe/Moscow"))
FOUR = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "begun"),
    [
        (FOUR - timedelta(minutes=1), None),
        (FOUR, FOUR),
        (FOUR + timedelta(minutes=179), FOUR),
        (FOUR + timedelta(hours=3), None),
    ],
)
def test_the_night_is_three_hours_long(now: datetime, begun: datetime | None) -> None:
    assert NIGHT.begun(now) == begun


def test_an_hour_before_midnight_lasts_into_the_next_day() -> None:
    late = Night(23, ZoneInfo("Europe/Moscow"))
    assert late.begun(datetime(2026, 11, 23, 21, 30, tzinfo=UTC)) == datetime(
        2026, 11, 23, 20, tzinfo=UTC
    )


def test_an_account_is_compared_once_a_night_whoever_comes(
    database: Database, account: CrmAccount, clock: Clock
) -> None:
    other = CrmAccount("other", account.url, account.api_key)
    for moment, done in ((FOUR - timedelta(hours=1), 0), (FOUR, 2), (FOUR, 2)):
        clock.now = moment
        for _ in range(2):
            reconcile_tonight(Reconciler(database), [account, other], NIGHT, clock.now)
        assert len(read_reconciliations(database)) == done
    clock.now = FOUR + timedelta(days=1)
    reconcile_tonight(Reconciler(database), [account, other], NIGHT, clock.now)
    assert len(read_reconciliations(database)) == 4
