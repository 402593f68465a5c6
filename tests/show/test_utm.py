"""The UTM doctor's page."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from intake.domain.submission import RawSubmission
from intake.domain.utm_doctor import DEFECTS
from intake.normalise import normalise
from tests.show.factory import NOW, Log, add_submission, token

DAY = timedelta(days=1)
LANDING = "https://okna.example/"


def came_by(log: Log, query: str, *, at: datetime = NOW, times: int = 1, **more: Any) -> str:
    """Add a submission as the normaliser understands a visit by this link."""
    address = LANDING + query
    raw = RawSubmission({"phone": "+7 912 345-67-89"}, at, page_url=address)
    numbers = [add_submission(log.database, normalise(raw), at=at, **more) for _ in range(times)]
    return numbers[-1]


def page(log: Log, query: str = "", role: str = "marketer", *sites: str) -> str:
    answer = log.as_(role, *sites).get(f"/log/utm{query}")
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def check(log: Log, links: str, query: str = "") -> str:
    client = log.as_("viewer")
    form = {"csrf_token": token(client, "/log/utm"), "links": links}
    answer = client.post(f"/log/utm{query}", data=form)
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def test_a_damaged_campaign_is_told_with_count_share_days_example_and_cure(log: Log) -> None:
    good = "?utm_source=yandex&utm_medium=cpc&utm_campaign=okna"
    came_by(log, good, times=3)
    came_by(log, good + "&utm_term={keyword}", at=NOW - 3 * DAY)
    came_by(log, good + "&utm_term={keyword}")
    text = page(log)
    defect = DEFECTS["utm_macro"]
    assert f'<h2 id="utm_macro">{defect.title}</h2>' in text
    assert defect.harm in text
    assert defect.cure in text
    assert "<bdi>okna</bdi>" in text
    assert "40 % из 5 заявок этой кампании" in text
    assert "20 ноября — 23 ноября" in text
    assert "{keyword}" in text
    assert "Макрос {keyword} для системы «Директ» верный" in text


def test_a_mended_value_stands_beside_the_damaged_one(log: Log) -> None:
    came_by(
        log, "?utm_source=yandex&utm_medium=cpc&utm_term=%25D0%25BE%25D0%25BA%25D0%25BD%25D0%25B0"
    )
    text = page(log)
    assert "%25D0%25BE%25D0%25BA" in text
    assert "<code>окна</code>" in text


def test_the_list_finds_exactly_the_leads_of_a_place(log: Log) -> None:
    damaged = came_by(log, "?utm_source=VK&utm_medium=cpc&utm_campaign=leto")
    other = came_by(log, "?utm_source=VK&utm_medium=cpc&utm_campaign=zima")
    client = log.as_("marketer")
    text = client.get("/log/utm").text
    addresses = [part.split('"', 1)[0] for part in text.split('href="')[1:]]
    [address] = {each for each in addresses if "issue=utm_case" in each and "leto" in each}
    found = client.get(address.replace("&amp;", "&")).text
    assert damaged in found
    assert other not in found


def test_what_goes_on_stands_before_what_has_stopped(log: Log) -> None:
    came_by(log, "?utm_source=vk&utm_campaign={{campaign_id}}", at=NOW - 9 * DAY, times=5)
    came_by(log, "?utm_source=Yandex&utm_medium=cpc")
    text = page(log)
    assert text.index('id="utm_case"') < text.index('id="utm_macro"')


def test_a_defect_that_is_not_met_any_more_says_since_when(log: Log) -> None:
    link = "?utm_source=yandex&utm_medium=cpc&utm_campaign=okna"
    came_by(log, link + "&utm_term={keyword}", at=NOW - 9 * DAY)
    assert "после 14 ноября не встречалось" in page(log)
    came_by(log, link + "&utm_term=okna", times=3)
    assert "похоже, исправлено: после 14 ноября пришло без неё 3 заявки" in page(log)


def test_a_defect_that_goes_on_at_another_page_of_the_campaign_is_not_called_mended(
    log: Log,
) -> None:
    link = "?utm_source=yandex&utm_medium=cpc&utm_campaign=okna&utm_term={keyword}"
    came_by(log, link, at=NOW - 9 * DAY)
    came_by(log, "katalog" + link, times=4)
    text = page(log)
    assert "после 14 ноября не встречалось" in text
    assert "исправлено" not in text


def test_only_the_period_and_the_site_that_are_asked_for_are_looked_at(log: Log) -> None:
    came_by(log, "?utm_source=Facebook", at=NOW - 40 * DAY)
    came_by(log, "?utm_source=yandex&utm_medium=organic", site="dveri")
    assert 'id="utm_case"' not in page(log)
    assert 'id="utm_case"' in page(log, "?period=all")
    assert 'id="utm_case"' in page(log, "?since=2026-10-01&until=2026-10-31")
    assert 'id="utm_organic_tagged"' in page(log, "?site=dveri")
    assert 'id="utm_organic_tagged"' not in page(log, "?site=okna")
    assert "Периода «вчерась» нет" in page(log, "?period=вчерась")


def test_a_reader_of_one_site_is_told_of_that_site_only(log: Log) -> None:
    came_by(log, "?utm_source=Zukerland&utm_campaign=secret_plan", site="dveri")
    came_by(log, "?utm_source=Avito", times=2)
    came_by(log, "?gclid=abc", site="dveri")
    text = page(log, "", "marketer", "okna")
    assert "Avito" in text
    assert "Zukerland" not in text
    assert "secret_plan" not in text
    assert "Платные переходы без меток" not in text
    assert "2 заявки" in text
    assert "secret_plan" not in page(log, "?site=dveri", "viewer", "okna")


def test_paid_clicks_without_marks_are_told_with_what_to_add(log: Log) -> None:
    came_by(log, "?yclid=123", times=2)
    number = came_by(log, "?yclid=124")
    came_by(log, "?yclid=125&utm_source=yandex&utm_medium=cpc")
    came_by(log, "?fbclid=unpaid&ysclid=search")
    text = page(log)
    assert "Платные переходы без меток" in text
    assert "3 заявки из 4 с таких кликов" in text
    assert "utm_campaign={campaign_id}" in text
    assert number in text
    assert "123" not in text.split("Платные переходы без меток", 1)[1].replace(number, "")


def test_spellings_of_one_source_are_told_and_each_leads_to_its_leads(log: Log) -> None:
    for source, times in (("yandex", 3), ("ya", 2), ("vk", 1)):
        came_by(log, f"?utm_source={source}&utm_medium=cpc", times=times)
    text = page(log)
    assert "Одно и то же написано по-разному" in text
    assert "пишите во всех ссылках: <code>yandex</code>" in text
    assert "source=ya" in text
    assert "source=vk" not in text


def test_marks_in_order_are_told_with_what_is_checked(log: Log) -> None:
    came_by(log, "?utm_source=yandex&utm_medium=cpc&utm_campaign=okna")
    text = page(log)
    assert "Метки в порядке" in text
    assert all(each.title.replace("&", "&amp;") in text for each in DEFECTS.values())


def test_an_empty_log_and_one_without_marks_are_not_called_in_order(log: Log) -> None:
    assert "За это время заявок нет" in page(log)
    came_by(log, "")
    assert "Заявок с метками нет" in page(log)


def test_spam_is_not_counted(log: Log) -> None:
    came_by(log, "?utm_source=Facebook", state="spam")
    assert 'id="utm_case"' not in page(log)


def test_what_a_stranger_put_into_a_mark_is_text_and_no_contact_of_theirs_is_shown(
    log: Log,
) -> None:
    came_by(
        log, "?utm_source=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&utm_Campaign=ivan@mail.example"
    )
    came_by(log, "?utm_source=ya&amp;utm_term=anna@mail.example")
    text = page(log)
    assert "<script>alert" not in text
    assert "anna@mail.example" not in text


GOOD = "https://okna.example/?utm_source=yandex&utm_medium=cpc&utm_campaign={campaign_id}"


@pytest.mark.parametrize(
    ("links", "told"),
    [
        (GOOD, "Метки в порядке: ссылку можно ставить в рекламу."),
        (GOOD.replace("{campaign_id}", "{campaignid}"), "номер кампании — {campaign_id}"),
        (GOOD.replace("?", "").replace("&", "?"), "Исправьте до запуска: "),
        ("https://okna.example/", "В ссылке нет ни одной метки"),
        ("позвоните мне", "Это не ссылка"),
        ("https://okna.example/?utm_source=vk", "Нет utm_campaign"),
        ("  ", "Вставьте ссылку"),
    ],
)
def test_a_link_is_checked_before_it_is_paid_for(log: Log, links: str, told: str) -> None:
    assert told in check(log, links)


def test_several_links_are_checked_at_once_and_what_is_too_much_is_left_out(log: Log) -> None:
    many = "\n".join(f"{GOOD}&utm_term={number}" for number in range(25))
    text = check(log, many + "\n" + "x" * 100_000)
    assert text.count("ссылку можно ставить в рекламу") == 20


def test_a_checked_link_is_text_and_is_kept_nowhere(log: Log) -> None:
    text = check(log, 'https://okna.example/?utm_source="><script>alert(1)</script>', "?site=okna")
    assert "<script>alert" not in text
    assert "alert(1)" not in page(log)


def test_a_link_is_checked_only_by_a_form_of_ours(log: Log) -> None:
    answer = log.as_("viewer").post("/log/utm", data={"links": GOOD})
    assert answer.status_code == 400


def test_of_very_many_only_the_newest_are_counted_and_that_is_told(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.store.damage.MOST_DAMAGED", 3)
    monkeypatch.setattr("intake.store.damage.SAMPLE", 4)
    came_by(log, "?utm_source=Facebook", times=5)
    text = page(log)
    assert "больше 3 заявок" in text
    assert "среди последних 3 с этой ошибкой" in text
    assert "по последним заявкам: 4" in text
