"""What the UTM doctor reads: bounded, of the sites that are seen, on both databases."""

from collections.abc import Mapping

import pytest
from sqlalchemy import event

from intake.domain.attribution import Attribution
from intake.domain.lead import Issue
from intake.store import damage, sift
from intake.store.damage import read_damage
from intake.store.database import Database
from intake.store.filter import LogFilter
from intake.store.log import Count
from tests.show import factory


def add(database: Database, *codes: str, site: str = "okna") -> str:
    issues = tuple(Issue(code, "utm_source", "Так.", "было") for code in codes)
    lead = factory.lead(attribution=Attribution(utm_source="Vk"), issues=issues)
    return factory.add_submission(database, lead, site=site)


def numbers(counts: Mapping[str, Count]) -> dict[str, int]:
    return {code: each.number for code, each in counts.items()}


def test_damaged_leads_are_read_by_defect_newest_first(database: Database) -> None:
    first = add(database, "utm_case", "utm_macro")
    add(database, "phone_repaired")
    second = add(database, "utm_case", "phone_repaired")
    found = read_damage(database, LogFilter())
    assert [lead.number for lead in found.leads] == [second, first]
    assert numbers(found.counts) == {"utm_case": 2, "utm_macro": 1}
    assert [issue.code for issue in found.leads[0].issues] == ["utm_case"]
    assert (len(found.newest), found.is_all) == (3, True)


def test_a_log_without_damage_is_read_all_the_same(database: Database) -> None:
    assert read_damage(database, LogFilter()).newest == ()
    add(database)
    found = read_damage(database, LogFilter())
    assert (found.leads, dict(found.counts), len(found.newest)) == ((), {}, 1)


def test_a_reader_of_some_sites_reads_of_those_only(database: Database) -> None:
    add(database, "utm_case", site="dveri")
    mine = add(database, "utm_macro", site="okna")
    limited = database.limited(lambda: frozenset({"okna"}))
    found = read_damage(limited, LogFilter())
    assert [lead.number for lead in (*found.leads, *found.newest)] == [mine, mine]
    assert numbers(found.counts) == {"utm_macro": 1}
    assert read_damage(limited, LogFilter(site="dveri")).leads == ()
    nobody = database.limited(frozenset)
    assert read_damage(nobody, LogFilter()).newest == ()


def test_of_a_common_defect_the_newest_are_read(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(damage, "MOST_DAMAGED", 2)
    monkeypatch.setattr(damage, "SAMPLE", 3)
    added = [add(database, "utm_case") for _ in range(5)]
    found = read_damage(database, LogFilter())
    assert [lead.number for lead in found.leads] == [added[4], added[3]]
    assert found.counts == {"utm_case": Count(2, is_whole=False)}
    assert (len(found.newest), found.is_all) == (3, False)


def test_a_rare_sites_share_of_a_common_defect_is_looked_for_further(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sift, "SHORT", 1)
    monkeypatch.setattr(sift, "PATIENCE", 2)
    mine = add(database, "utm_case", site="dveri")
    for place in range(8):
        add(database, "utm_case")
        add(database, *(["utm_case"] if place == 5 else []), site="dveri")
    found = read_damage(database, LogFilter(site="dveri"))
    assert mine in {lead.number for lead in found.leads}
    assert found.counts == {"utm_case": Count(2, is_whole=True)}
    assert not found.is_cut
    monkeypatch.setattr(damage, "TURNS", 1)
    assert read_damage(database, LogFilter(site="dveri")).is_cut


def test_rows_of_later_versions_and_erased_ones_are_borne(database: Database) -> None:
    add(database, "utm_case")
    factory.add_submission(database, lead={"issues": [{"code": "utm_macro"}, 7]})
    factory.add_submission(database, lead={"attribution": [], "issues": {}})
    assert len(read_damage(database, LogFilter()).leads) == 2


def test_what_no_submission_has_is_not_looked_for(database: Database) -> None:
    add(database, "utm_case")
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    read_damage(database, LogFilter())
    assert len(asked) < 12
