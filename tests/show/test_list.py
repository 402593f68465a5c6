import re
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.domain.attribution import Attribution
from intake.domain.lead import Issue
from intake.show.filters import NAMES
from intake.store import sift
from tests.show.factory import (
    NOW,
    Log,
    add_delivery,
    add_submission,
    lead,
    minutes,
    submission_id,
)


def shown(page: str) -> list[str]:
    return re.findall(r'class="number" href="/log/([^"?]+)', page)


def test_a_row_says_who_from_where_and_what_became_of_it(log: Log) -> None:
    number = add_submission(log.database, lead("Иван", email="ivan@mail.example"), site="dveri")
    add_delivery(log.database, number, lead_id=104210, deal_id=5712)
    page = log.signed_in().get("/log").text
    for words in (
        *(number, "14:05", "Иван", "+7 912 345-67-89", "ivan@mail.example", "Двери и лестницы"),
        *("yandex", "okna_msk", "Свердловская область", "доставлено", "лид 104210"),
        *("сделка 5712", "1 заявка"),
    ):
        assert words in page, words


def test_every_state_is_told_in_words_with_its_reason(log: Log) -> None:
    database = log.database
    add_submission(database, state="rejected", reason="no_contact")
    add_submission(database, state="rejected", reason="strange_code")
    first = add_submission(database)
    add_delivery(
        database,
        first,
        "retrying",
        message="CRM не отвечает.",
        next_attempt_at=NOW + minutes(14),
    )
    parent = submission_id(database, first)
    add_submission(database, state="duplicate", duplicate_of=parent)
    page = log.signed_in().get("/log").text
    assert "Нет ни телефона, ни почты" in page
    assert "strange_code" in page
    assert "CRM не отвечает. Следующая попытка: 14:19." in page
    assert f'заявки <a href="/log/{first}">' in page


def test_an_empty_log_points_to_the_demo_page(log: Log) -> None:
    page = log.signed_in().get("/log").text
    assert "Заявок пока нет" in page
    assert 'href="/demo"' in page


def test_a_filter_that_finds_nothing_says_so_and_keeps_what_was_chosen(log: Log) -> None:
    add_submission(log.database)
    page = log.signed_in().get("/log?text=zzz&status=attention&site=dveri&since=2026-11-01").text
    assert "Ничего не нашлось" in page
    assert 'value="zzz"' in page
    assert '<option value="attention" selected>' in page
    assert '<option value="dveri" selected>' in page
    assert 'value="2026-11-01"' in page


def test_pages_keep_the_filter(log: Log) -> None:
    made = [add_submission(log.database) for _ in range(60)]
    add_submission(log.database, site="dveri")
    client = log.signed_in()
    first = client.get("/log?site=okna").text
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None
    assert "site=okna" in older[1]
    second = client.get(older[1].replace("&amp;", "&")).text
    assert shown(first) + shown(second) == made[::-1]
    newer = re.search(r'rel="prev" href="([^"]+)"', second)
    assert newer is not None
    assert shown(client.get(newer[1].replace("&amp;", "&")).text) == shown(first)


def test_days_are_the_readers_days(log: Log) -> None:
    late = add_submission(log.database, at=NOW.replace(hour=20, minute=59))
    add_submission(log.database, at=NOW.replace(hour=21, minute=0))
    page = log.signed_in().get("/log?since=2026-11-23&until=23.11.2026").text
    assert shown(page) == [late]


def test_what_cannot_be_read_in_the_address_is_told_and_left_out(log: Log) -> None:
    number = add_submission(log.database)
    page = log.signed_in().get("/log?since=32.13.2026&status=nonsense&before=-1&after=x").text
    assert shown(page) == [number]
    assert "Дата «32.13.2026» не читается" in page
    assert "Состояния «nonsense» нет" in page


def test_a_site_that_has_left_the_settings_can_still_be_looked_through(log: Log) -> None:
    number = add_submission(log.database, site="gone")
    page = log.signed_in().get("/log?site=gone").text
    assert shown(page) == [number]
    assert '<option value="gone" selected>' in page


def test_those_that_need_a_person_are_counted_on_top(log: Log) -> None:
    for _ in range(2):
        add_delivery(log.database, add_submission(log.database), "attention", outcome="key")
    assert "Нужно внимание: 2" in log.signed_in().get("/log").text


def test_news_are_counted_within_the_filter(log: Log) -> None:
    add_submission(log.database)
    client = log.signed_in()
    address = re.search(r'data-newest="([^"]+)"', client.get("/log?site=okna").text)
    assert address is not None
    ask = address[1].replace("&amp;", "&")
    assert client.get(ask).json == {"count": 0, "text": "", "alarms": ""}
    add_submission(log.database)
    add_submission(log.database, site="dveri")
    news = {"count": 1, "text": "Появились новые заявки: 1", "alarms": ""}
    assert client.get(ask).json == news
    add_submission(log.database, state="held")
    assert "Придержано: 1" in client.get(ask).json["alarms"]  # type: ignore[index]  # an object
    assert client.get("/log/newest.json?after=x").status_code == 400


def test_every_condition_in_force_has_a_link_that_removes_only_it(log: Log) -> None:
    add_submission(log.database)
    page = log.signed_in().get("/log?source=yandex&campaign=okna_msk&period=week").text
    chips = re.findall(r'<li class="chip"><span>(.*?)</span><a href="([^"]+)"', page)
    told = {re.sub("<[^>]+>", "", label): unescape(rest) for label, rest in chips}
    assert told == {
        "Период: 7 дней": "/log?source=yandex&campaign=okna_msk",
        "Источник: yandex": "/log?period=week&campaign=okna_msk",
        "Кампания: okna_msk": "/log?period=week&source=yandex",
    }


@pytest.mark.parametrize(
    ("period", "ago", "is_in"),
    [
        *(("today", 0, True), ("today", 1, False), ("yesterday", 1, True)),
        *(("yesterday", 0, False), ("week", 6, True), ("week", 7, False)),
        *(("month", 29, True), ("month", 30, False)),
    ],
)
def test_a_period_is_counted_in_days_from_today(
    log: Log, period: str, ago: int, is_in: bool
) -> None:
    number = add_submission(log.database, at=NOW - minutes(ago * 24 * 60))
    page = log.signed_in().get(f"/log?period={period}").text
    assert shown(page) == ([number] if is_in else [])


def test_every_filter_of_the_address_is_offered_and_narrows(log: Log) -> None:
    issue = Issue("phone_repaired", "tel", "Исправлено.", "8912")
    number = add_submission(log.database, lead(issues=(issue,)))
    add_submission(log.database, lead("Пётр", "79120000000", attribution=Attribution()))
    client = log.signed_in()
    page = client.get("/log").text
    for option in ('value="yandex"', 'value="okna_msk"', "телефон: исправлен", "Свердловская"):
        assert option in page, option
    for condition in ("source=yandex", "campaign=okna_msk", "issue=phone_repaired"):
        assert shown(client.get(f"/log?{condition}").text) == [number], condition
    assert "Условия «x» о повторах нет" in client.get("/log?again=x").text
    assert "Периода «x» нет" in client.get("/log?period=x").text


def test_the_time_at_a_clients_is_told_as_it_is_now(log: Log) -> None:
    add_submission(log.database, lead(timezone="UTC+12:00"), at=NOW - minutes(600))
    page = log.signed_in().get("/log").text
    assert 'class="more night"' in page
    assert '<time data-offset="720">23:05</time>' in page


def test_lead_and_deal_lead_into_the_crm(log: Log) -> None:
    number = add_submission(log.database)
    add_delivery(log.database, number, lead_id=104210, deal_id=5712)
    page = log.signed_in().get("/log").text
    assert 'href="https://mycrm.envycrm.com"' in page


def test_what_would_take_too_long_to_find_is_offered_to_be_looked_for(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sift, "SHORT", 1)
    monkeypatch.setattr(sift, "PATIENCE", 2)
    number = add_submission(log.database)
    for _ in range(3):
        add_submission(log.database, site="dveri")
        add_submission(log.database, lead(attribution=Attribution(utm_source="vk")))
    client = log.signed_in()
    address, seen = "/log?site=okna&source=yandex", list[str]()
    for _ in range(5):
        page = client.get(address).text
        seen += shown(page)
        further = re.search(r'rel="next" href="([^"]+)">Искать дальше', page)
        if further is None:
            break
        assert "Ничего не нашлось" not in page
        address = unescape(further[1])
    assert seen == [number]


WILD = st.one_of(
    st.text(max_size=30),
    st.integers().map(str),
    st.sampled_from(
        ["\0", "9" * 400, "-1", "0", "2026-02-30", "0001-01-01", "9999-12-31", "%", "²"]
    ),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(st.sampled_from([*NAMES, "before", "after", "x"]), WILD))
def test_no_address_breaks_the_list(log: Log, query: dict[str, str]) -> None:
    if not hasattr(log, "fuzzing"):
        add_submission(log.database)
        log.fuzzing = log.signed_in()  # type: ignore[attr-defined]  # kept between examples
    client = log.fuzzing  # type: ignore[attr-defined]  # as above
    assert client.get("/log", query_string=query).status_code == 200
    assert client.get("/log/newest.json", query_string=query).status_code in {200, 400}


@pytest.mark.parametrize("path", ["/log/", "/log?before=1", "/log?after=4611686018427387903"])
def test_odd_addresses_of_the_list_show_a_page(log: Log, path: str) -> None:
    assert log.signed_in().get(path).status_code == 200


def test_a_row_that_comes_late_is_news_though_newer_ones_are_shown(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, newest = (add_submission(log.database) for _ in range(2))
    missing = submission_id(log.database, late)
    monkeypatch.setattr("intake.show.pages.missing_below", lambda _database, _newest: (missing,))
    client = log.signed_in()
    for condition, expected in (("site=okna", 1), ("site=dveri", 0)):
        page = client.get(f"/log?{condition}").text
        [address] = re.findall(r'data-newest="([^"]+)"', page)
        ask = address.replace("&amp;", "&")
        assert client.get(ask).json["count"] == expected  # type: ignore[index]  # an object
    for nonsense in ("0", "vvv" * 99, "<b>", ""):
        asked = {"after": str(submission_id(log.database, newest)), "missing": nonsense}
        assert client.get("/log/newest.json", query_string=asked).json["count"] == 0  # type: ignore[index]  # an object
