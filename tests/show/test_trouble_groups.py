from intake.domain.trouble import Kind
from intake.show.trouble_groups import group
from intake.store.troubles import TroubleRecord
from tests.show.factory import NOW


def record(kind: Kind, subject: str) -> TroubleRecord:
    return TroubleRecord(1, kind, subject, "Случилось.", NOW, None, None, None)


def test_every_kind_leads_to_where_something_can_be_done() -> None:
    subjects = {
        Kind.HELD: ("okna 2026-11-23", {"status": "held", "site": "okna"}),
        Kind.ATTENTION: ("okna", {"status": "attention", "site": "okna"}),
        Kind.FAILING: ("okna", {"status": "retrying", "site": "okna"}),
        Kind.SILENCE: ("okna", {"site": "okna"}),
        Kind.LATE: ("", {"status": "pending"}),
        Kind.PAUSED: ("main", {"status": "retrying"}),
    }
    for kind in Kind:
        subject, wanted = subjects.get(kind, ("", None))
        [each] = group([record(kind, subject)])
        assert each.filter == wanted, kind
        assert each.is_compared is (kind in {Kind.MISSING, Kind.TWICE})


def test_only_days_of_one_kind_and_place_are_put_together() -> None:
    records = [
        record(Kind.HELD, "okna 2026-11-22"),
        record(Kind.ATTENTION, "okna 2026-11-22"),
        record(Kind.HELD, "okna 2026-11-23"),
        record(Kind.HELD, "dveri 2026-11-23"),
    ]
    found = [[each.subject for each in one.records] for one in group(records)]
    assert found == [
        ["okna 2026-11-22", "okna 2026-11-23"],
        ["okna 2026-11-22"],
        ["dveri 2026-11-23"],
    ]
