"""The overview as its readers see it."""

import re
from datetime import timedelta
from typing import Any

import pytest

from intake.domain.attribution import Attribution
from tests.show.factory import NOW, Log, add_delivery, add_submission, lead, minutes

DAY = timedelta(days=1)


def add(log: Log, source: str | None = "vk", medium: str | None = None, **more: Any) -> str:
    attribution = Attribution(utm_source=source, utm_medium=medium)
    at = more.setdefault("at", NOW - DAY)
    number = add_submission(log.database, lead(attribution=attribution), **more)
    if more.get("state", "accepted") == "accepted":
        add_delivery(log.database, number, delivered_at=at + minutes(1), created_at=at)
    return number


def page(log: Log, query: str = "", client: Any = None) -> str:
    answer = (client or log.signed_in()).get(f"/log/overview?{query}")
    assert answer.status_code == 200
    return str(answer.text)


def links(text: str) -> list[str]:
    """Return the addresses of the list that the page's numbers lead to."""
    found = re.findall(r'href="(/log\?[^"]+)"', text)
    return [address.replace("&amp;", "&") for address in found]


def test_the_overview_tells_leads_beside_those_before(log: Log) -> None:
    for _ in range(3):
        add(log)
    add(log, at=NOW - 40 * DAY)
    add(log, state="spam")
    text = page(log)
    assert "раньше 1 · <b>+200 %</b>" in text
    assert "100 %" in text
    assert "3 из 3" in text
    assert "половина лидов дошла быстрее" in text


@pytest.mark.parametrize(
    "query", ["", "period=today", "period=week", "period=quarter", "since=2026-11-02", "site=okna"]
)
def test_each_number_leads_to_as_many_in_the_list(log: Log, query: str) -> None:
    # As they came: the list's periods trust that ids follow time.
    for days in (88, 50, 20, 9, 2, 1, 0.05):
        add(log, at=NOW - days * DAY)
        add(log, "ya", "cpc", at=NOW - days * DAY, site="dveri")
        for state in ("held", "rejected", "duplicate", "spam"):
            add(log, at=NOW - days * DAY, state=state)
    client = log.signed_in()
    text = page(log, query, client)
    rows = re.findall(r'<a href="(/log\?[^"]+)"><bdi>.*?</th><td class="n">(\d+)</td>', text)
    rows += re.findall(r'<td class="n"><a href="(/log\?[^"]+)">(\d+)</a></td>', text)
    rows += re.findall(r'<p class="big"><a href="(/log\?[^"]+)">(\d+)</a>', text)
    assert len(rows) > 8
    for address, count in rows:
        shown = client.get(address.replace("&amp;", "&")).text
        told = re.search(r'<p id="found"[^>]*>(?:Найдено: )?(\d+) ', shown)
        assert (told[1] if told else "0") == count, address


def test_what_the_reader_may_not_see_is_not_counted(log: Log) -> None:
    add(log)
    add(log, "чужой", site="dveri")
    text = page(log, client=log.as_("viewer", "okna"))
    assert "чужой" not in text
    assert "Двери и лестницы" not in text
    assert '<p class="big"><a href="/log?period=month&amp;status=accepted">1</a></p>' in text


def test_a_condition_goes_into_every_link_and_can_be_taken_away(log: Log) -> None:
    add(log)
    add(log, "ya")
    text = page(log, "site=okna&source=vk&period=week")
    assert "Убрать условие: vk" in text
    into_list = [each for each in links(text) if "status" in each]
    assert into_list
    assert all("source=vk" in each and "site=okna" in each for each in into_list)


def test_a_text_and_a_state_of_the_list_are_left_out(log: Log) -> None:
    add(log)
    assert not re.findall(r'href="[^"]*text=', page(log, "text=8912&status=held"))


def test_an_empty_log_says_what_comes_next(log: Log) -> None:
    text = page(log)
    assert "За эти дни лидов нет" in text
    assert "первый появится здесь через секунду" in text


def test_an_empty_period_offers_the_last_one_with_leads(log: Log) -> None:
    add(log, at=NOW - 80 * DAY)
    client = log.signed_in()
    text = page(log, "period=week", client)
    assert "Последний был 4 сентября 2026" in text
    [address] = re.findall(r'href="(/log/overview\?since[^"]+)"', text)
    assert "<h2>За эти дни лидов нет</h2>" not in client.get(address.replace("&amp;", "&")).text


def test_an_empty_period_before_all_leads_offers_those_that_came_later(log: Log) -> None:
    add(log, at=NOW - 3 * DAY)
    text = page(log, "since=2025-03-01&until=2025-03-07")
    assert "Последний был 20 ноября 2026" in text
    assert "первый появится" not in text


def test_a_period_of_more_than_a_year_is_cut_and_said_so(log: Log) -> None:
    add(log)
    text = page(log, "since=2020-01-01")
    assert "не больше года" in text
    assert 'value="2025-11-23"' in text


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("since=2027-01-01", "ещё не наступили"),
        ("since=2026-11-20&until=2026-11-01", "поменяйте их местами"),
        ("since=x", "не читается"),
        ("period=century", "нет"),
    ],
)
def test_a_strange_period_is_explained(log: Log, query: str, told: str) -> None:
    add(log)
    assert told in page(log, query)


def test_what_strangers_typed_stays_text(log: Log) -> None:
    evil = "\"><script>alert(1)</script><svg onload='x'>"
    add(log, evil, evil)
    text = page(log)
    assert "<script>alert" not in text
    assert "onload='x'" not in text
    assert "&lt;script&gt;alert" in text


def test_the_charts_bring_no_style_and_no_script_of_their_own(log: Log) -> None:
    for days in range(60):
        add(log, at=NOW - days * DAY)
    for period in ("today", "week", "month", "quarter"):
        text = page(log, f"period={period}")
        assert "<style" not in text
        assert not re.search(r"\sstyle=|\son\w+=|<script(?! src=)", text)
        assert 'aria-hidden="true"' in text


def test_every_chart_has_its_numbers_in_a_table(log: Log) -> None:
    add(log)
    text = page(log, "period=week")
    table = text.split('<details class="numbers">')[1].split("</details>")[0]
    assert table.count("<tr>") == 1 + 7
    assert "22 ноября, вс" in table


def test_days_are_the_readers(log: Log) -> None:
    # 23:30 of the 22nd in Moscow, the 23rd already in Yekaterinburg.
    add(log, at=NOW.replace(day=22, hour=20, minute=30))
    client = log.signed_in()
    assert '<th scope="row">22 ноября, вс</th><td class="n"><a' in page(log, "", client)
    client.set_cookie("zone", "Asia/Yekaterinburg")
    text = page(log, "period=today", client)
    assert '<p class="big"><a href="/log?period=today&amp;status=accepted">1</a></p>' in text


def test_what_waits_is_told_whatever_the_period(log: Log) -> None:
    number = add_submission(log.database, at=NOW - 50 * DAY)
    add_delivery(log.database, number, "attention")
    text = page(log, "period=today")
    assert "старшая ждёт 50 дн" in text
    assert '<a href="/log?status=attention">1 заявка</a>' in text
