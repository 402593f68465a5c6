"""The corpora, through the door of ``python -m intake normalise``; shares are held."""

from dataclasses import dataclass, field

import pytest

from intake.normalise import normalise
from intake.normalise.jsonlines import read_request
from intake.normalise.places import regions
from tests.normalise.corpus import Row, read_corpus

REGION_EXACT, REGION_WRONG = 0.99, 0.002
ZONE_EXACT, ZONE_WRONG = 0.995, 0.002


@dataclass
class Score:
    """What came of a corpus, with the rows that missed."""

    rows: int = 0
    wrong: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def count(self, row: Row, expected: str | None, found: str | None) -> None:
        self.rows += 1
        if found == expected:
            return
        miss = f"{row.text!r}: {found}, not {expected} ({row.why})"
        (self.missing if found is None else self.wrong).append(miss)

    @property
    def exact(self) -> float:
        return 1 - (len(self.wrong) + len(self.missing)) / self.rows


def region_score(name: str) -> Score:
    score = Score()
    for row in read_corpus(name):
        lead = normalise(*read_request(row.request()))
        score.count(row, regions()[row.expected].name if row.expected else None, lead.region)
    return score


@pytest.mark.parametrize("name", ["regions.txt", "regions_more.txt", "geoip.txt"])
def test_regions_are_read_as_people_mean_them(name: str) -> None:
    score = region_score(name)
    assert score.rows > 200
    assert len(score.wrong) <= REGION_WRONG * score.rows, score.wrong
    assert score.exact >= REGION_EXACT, score.missing


def zone_score(name: str, *, by_browser: bool) -> Score:
    score = Score()
    for row in read_corpus(name):
        request = row.request()
        if by_browser:
            request |= {"fields": {}, "timezone": row.text}
        score.count(row, row.expected, normalise(*read_request(request)).timezone)
    return score


@pytest.mark.parametrize("by_browser", [False, True])
@pytest.mark.parametrize("name", ["timezones.txt", "timezones_more.txt"])
def test_zones_are_read_as_they_are_written(name: str, *, by_browser: bool) -> None:
    score = zone_score(name, by_browser=by_browser)
    assert score.rows > 100
    assert len(score.wrong) <= ZONE_WRONG * score.rows, score.wrong
    assert score.exact >= ZONE_EXACT, score.missing
