from typing import Any

import pytest
from flask.testing import FlaskClient

from intake.domain.attribution import Attribution
from intake.domain.lead import Lead
from intake.show import list_parts
from intake.show.erasing import SHOWN, UNCONFIRMED, UNREAD
from intake.store.notes import add_note
from tests.show.factory import (
    Log,
    add_attempt,
    add_delivery,
    add_submission,
    lead,
    submission_id,
    token,
)

PHONE = "8 (912) 345-67-89"
ODD: tuple[Any, ...] = (None, "да", [1], {})


def post(client: FlaskClient, **form: str) -> Any:
    return client.post("/log/erase", data={"csrf_token": token(client, "/log/erase"), **form})


def add_ivan(log: Log, state: str = "delivered") -> str:
    number = add_submission(log.database)
    delivery = add_delivery(
        log.database, number, state, lead_id=104210, deal_id=77, steps_done=["create"]
    )
    add_attempt(log.database, delivery)
    return number


def test_what_is_there_is_shown_before_it_is_erased(log: Log) -> None:
    client, number = log.signed_in(), add_ivan(log)
    page = post(client, who=PHONE).text
    assert number in page
    assert "обращались в CRM 1 раз" in page
    assert "лид 104210, сделка 77" in page
    assert "https://mycrm.envycrm.com" in page
    assert "Иван Петров" in client.get(f"/log/{number}").text


def test_a_person_is_erased_and_what_was_done_is_reported(log: Log) -> None:
    client, number = log.signed_in(), add_ivan(log)
    other = add_submission(log.database, lead("Ольга", "79120000000"))
    page = post(client, who=PHONE, step="erase", confirm="yes").text
    assert "Стёрто: 1 заявка" in page
    assert "лид 104210" in page
    left = client.get(f"/log/{number}").text
    assert "Данные стёрты" in left
    for secret in ("Иван", "3456789", "345-67-89", "Создать в CRM ещё одну"):
        assert secret not in left, secret
    assert "данные стёрты" in client.get("/log").text
    assert "Ольга" in client.get(f"/log/{other}").text
    deeds = client.get("/log/audit?action=erased").text
    assert number in deeds
    assert "345" not in deeds.replace(number, "")
    assert "Ничего не нашлось" in post(client, who=PHONE).text


def test_what_is_not_in_the_crm_yet_takes_a_mark_of_its_own(log: Log) -> None:
    client, number = log.signed_in(), add_ivan(log, "attention")
    assert "ещё не в CRM" in post(client, who=PHONE).text
    kept = post(client, who=PHONE, step="erase", confirm="yes").text
    assert "Ничего не стёрто" in kept
    assert f"Не стёрто: {number}" in kept
    gone = post(client, who=PHONE, step="erase", confirm="yes", undelivered="yes").text
    assert "Стёрто: 1 заявка" in gone
    assert "Данные стёрты по просьбе" in client.get(f"/log/{number}").text


def test_nothing_is_erased_without_a_whole_number_and_a_mark(log: Log) -> None:
    client, number = log.signed_in(), add_ivan(log)
    for form, told in (
        ({"who": "Иван"}, UNREAD),
        ({"who": "345-67"}, UNREAD),
        ({"who": PHONE, "step": "erase"}, UNCONFIRMED),
    ):
        answer = post(client, **form)
        assert answer.status_code == 422
        assert told in answer.text
    assert "Иван Петров" in client.get(f"/log/{number}").text


def test_a_redelivery_of_what_is_erased_is_refused_in_words(log: Log) -> None:
    client, number = log.signed_in(), add_ivan(log)
    page = client.get(f"/log/{number}").text
    form = {
        name: page.split(f'name="{name}" value="', 1)[1].split('"', 1)[0]
        for name in ("csrf_token", "delivery", "generation")
    }
    post(client, who=PHONE, step="erase", confirm="yes")
    form |= {"from_scratch": "yes", "confirm": "yes"}
    answer = client.post(f"/log/{number}/redeliver", data=form, follow_redirects=True)
    assert "отправлять больше нечего" in answer.text
    assert log.rung == []


def test_the_page_of_a_submission_tells_of_the_consent(log: Log) -> None:
    raw = {
        "fields": {"Телефон": "79123456789"},
        "ip": "203.0.113.9",
        "received_at": "2026-11-23T11:05:09+00:00",
        "consent": {"text_version": "2026-09", "at": "2026-11-23T11:05:01Z"},
    }
    client = log.signed_in()
    page = client.get(f"/log/{add_submission(log.database, raw=raw)}").text
    consent = page.split("Согласие на обработку данных", 1)[1].split("</section>", 1)[0]
    for told in ("2026-09", "23 ноября 2026, 14:05:01", "203.0.113.9", "14:05:09"):
        assert told in consent
    for odd in ODD:
        page = client.get(f"/log/{add_submission(log.database, raw={'consent': odd})}").text
        assert "Согласие на обработку данных" not in page


def test_a_note_by_another_ones_submission_is_told_of_and_erased(log: Log) -> None:
    client, other = log.signed_in(), add_submission(log.database, lead("Ольга", "79120000000"))
    id_ = submission_id(log.database, other)
    add_note(log.database, id_, "anna", "Перезвонить жене +7 999 888-77-66")
    preview = post(client, who="89998887766").text
    assert "Нашлось: 1 заметка" in preview
    assert other in preview
    assert "Перезвонить жене" not in preview
    done = post(client, who="89998887766", step="erase", confirm="yes").text
    assert "Стёрто: 1 заметка" in done
    assert f"Стояли у заявок {other}" in done
    page = client.get(f"/log/{other}").text
    assert "Перезвонить жене" not in page
    assert "Ольга" in page
    assert f"заметки у заявок {other}" in client.get("/log/audit?action=erased").text
    assert "Ничего не нашлось" in post(client, who="89998887766").text


def test_a_lead_that_two_submissions_share_is_named_once(log: Log) -> None:
    client = log.signed_in()
    for deal_id in (None, 77):
        number = add_submission(log.database)
        add_delivery(log.database, number, lead_id=104210, deal_id=deal_id, steps_done=["create"])
    page = post(client, who=PHONE).text
    assert page.count("лид 104210") == 1
    assert page.count("сделка 77") == 1


def test_a_lead_that_was_left_beside_a_new_one_is_told_of(log: Log) -> None:
    client, number = log.signed_in(), add_ivan(log)
    page = f"/log/{number}"
    form = {
        name: client.get(page).text.split(f'name="{name}" value="', 1)[1].split('"', 1)[0]
        for name in ("csrf_token", "delivery", "generation")
    }
    client.post(f"{page}/redeliver", data=form | {"from_scratch": "yes", "confirm": "yes"})
    told = client.get(page).text
    assert "отправлено вручную как есть" in told
    assert "лид 104210</a> остался в CRM" in told
    assert "С прежними данными" not in told
    assert "лид 104210, сделка 77" in post(client, who=PHONE).text


def test_a_mark_that_names_the_person_is_nowhere_to_be_seen_after_it(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_parts, "OFFERS_LAST_SECONDS", 0)
    told = Attribution(utm_source="email", utm_campaign="reactivation_petr@corp.ru")
    understood = lead("Пётр", email="petr@corp.ru", attribution=told)
    number = add_submission(log.database, understood)
    add_delivery(log.database, number)
    client = log.signed_in()
    assert "reactivation_petr@corp.ru" in client.get("/log").text
    page = post(client, who="petr@corp.ru", step="erase", confirm="yes").text
    assert "те рекламные метки, где нет телефона и почты" in page
    for path in (f"/log/{number}", "/log", "/log/utm", "/log/overview"):
        assert "petr@corp.ru" not in client.get(path).text, path
    assert number not in client.get("/log?text=petr@corp.ru").text
    assert "Ничего не нашлось" in post(client, who="petr@corp.ru").text


def test_what_an_earlier_erasing_has_left_is_told_of_by_its_name(log: Log) -> None:
    told = Attribution(utm_source="email", utm_content="petr@corp.ru")
    left = Lead(attribution=told)
    number = add_submission(log.database, left, raw={"fields": {}}, erased_at=log.clock[0])
    client = log.signed_in()
    page = post(client, who="petr@corp.ru").text
    assert number in page
    assert "заявка стёрта раньше, но её рекламная метка" in page
    assert "Стёрто: 1 заявка" in post(client, who="petr@corp.ru", step="erase", confirm="yes").text
    assert "petr@corp.ru" not in client.get(f"/log/{number}").text


def test_of_very_many_the_first_are_named_and_all_are_counted(log: Log) -> None:
    numbers = [add_submission(log.database) for _ in range(SHOWN + 20)]
    client = log.signed_in()
    page = post(client, who=PHONE).text
    assert f"Нашлось: {SHOWN + 20} заявок" in page
    assert f"Показаны первые {SHOWN}" in page
    assert (numbers[SHOWN - 1] in page, numbers[SHOWN] in page) == (True, False)
    done = post(client, who=PHONE, step="erase", confirm="yes").text
    assert f"Стёрто: {SHOWN + 20} заявок" in done
    assert "Ничего не нашлось" in post(client, who=PHONE).text
