import re
from dataclasses import replace

import pytest

from intake.domain.attribution import Attribution, Touch, VisitKind, VisitSource
from intake.domain.delivery import Outcome, Step
from intake.domain.lead import Contact, CustomValue, Issue, Phone
from intake.show import words
from tests.show.factory import (
    CANARY,
    NOW,
    Log,
    add_attempt,
    add_deed,
    add_delivery,
    add_submission,
    lead,
    minutes,
    submission_id,
)

HOSTILE = "</td><script>alert(1)</script>\u202e\x00" + "Ы" * 5000


def test_what_was_sent_stands_beside_what_was_understood(log: Log) -> None:
    phone = Phone("79123456789", "101", "RU", valid=False, original="8 (912) 345-67-89 доб. 101")
    understood = lead(
        email="ivan@example.com",
        custom=(CustomValue(3824, "54"),),
        contact_data=(Contact("telegram", "@ivan"),),
        extra={"Площадь": "54 м²"},
        attribution=Attribution(utm_source="yandex", click_ids={"yclid": "15829346720983457123"}),
        issues=(Issue("typo", "Почта", "Исправлена опечатка.", "ivan@exampel.com"),),
    )
    raw = {
        "fields": {
            "Ваш телефон": "8 (912) 345-67-89 доб. 101",
            "Выбор": ["да", "нет"],
            "Пусто": "",
        },
        "page_url": "https://okna.example/?utm_source=yandex",
        "tz_offset": -300,
    }
    number = add_submission(log.database, replace(understood, phone=phone), raw=raw)
    page = log.signed_in().get(f"/log/{number}").text
    for words_ in (
        *("Ваш телефон", "было: <bdi>8 (912) 345-67-89 доб. 101", "+7 912 345-67-89"),
        *("добавочный 101, номер сомнительный", "да, нет", "пусто", "UTC+05:00"),
        *("https://okna.example/?utm_source=yandex", "Исправлена опечатка.", "ivan@exampel.com"),
        *("Поле CRM № 3824", "@ivan", "54 м²", "15829346720983457123", "по номеру телефона"),
    ):
        assert words_ in page, words_


def test_the_way_into_the_crm_is_told_step_by_step(log: Log) -> None:
    number = add_submission(log.database, site="dveri")
    delivery = add_delivery(
        log.database, number, lead_id=104210, client_id=90, deal_id=5712, steps_done=["create"]
    )
    add_attempt(log.database, delivery, outcome="not_sent", message="Связи нет.", reply=None)
    add_deed(log.database, number, at=NOW + minutes(1))
    add_attempt(
        log.database,
        delivery,
        number=2,
        started_at=NOW + minutes(2),
        reply='{"message":"\\u0423\\u0441\\u043f\\u0435\\u0445"}',
        duration_ms=1530,
    )
    page = log.signed_in().get(f"/log/{number}").text
    told = ["не дошло до CRM", "Связи нет.", "Отправлено ещё раз: anna", "получилось", "1,5 с"]
    places = [page.index(part) for part in told]
    assert places == sorted(places)
    assert "&#34;message&#34;: &#34;Успех&#34;" in page
    assert "Перевод сделки на этап" in page
    assert "https://mycrm.envycrm.com" in page
    assert CANARY not in page


def test_a_lead_that_may_stand_twice_says_what_to_check(log: Log) -> None:
    number = add_submission(log.database)
    add_delivery(log.database, number, "delivered", doubtful=True, lead_id=104210)
    assert words.DOUBTFUL in log.signed_in().get(f"/log/{number}").text
    assert "Возможно, в CRM две карточки." in log.signed_in().get("/log").text


def test_an_enquiry_that_went_to_an_open_deal_names_it(log: Log) -> None:
    number = add_submission(log.database)
    steps = ["repeat", "join", "task"]
    more = {"joined_deal_id": 5712, "task_id": 77, "employee_id": 183}
    add_delivery(log.database, number, "delivered", steps_done=steps, **more)
    client = log.signed_in()
    page = client.get(f"/log/{number}").text
    for part in ("Открытая сделка", ">5712</a>", "Запись в открытую сделку", "Задача по сделке"):
        assert part in page, part
    assert "У клиента была открытая сделка № 5712." in client.get("/log").text


def test_every_step_has_a_name(log: Log) -> None:
    number = add_submission(log.database)
    add_delivery(log.database, number, "delivered", steps_done=[step.value for step in Step])
    page = log.signed_in().get(f"/log/{number}").text
    assert all(words.step(step) != step for step in Step)
    assert all(words.step(step) in page for step in Step)


def test_a_look_for_the_card_of_a_delivered_lead_worries_nobody(log: Log) -> None:
    number = add_submission(log.database)
    soon = NOW + minutes(1)
    delivery = add_delivery(log.database, number, next_attempt_at=soon, lease_until=soon)
    add_attempt(log.database, delivery)
    page = log.signed_in().get(f"/log/{number}").text
    assert "Следующая попытка" not in page
    assert "прямо сейчас" not in page


def test_an_attempt_that_was_cut_short_is_not_said_to_be_running(log: Log) -> None:
    number = add_submission(log.database)
    delivery = add_delivery(log.database, number, "pending", lease_until=NOW + minutes(1))
    add_attempt(log.database, delivery, outcome=None, duration_ms=None, reply=None)
    client = log.signed_in()
    assert "идёт сейчас" in client.get(f"/log/{number}").text
    log.clock[0] += minutes(2)
    page = client.get(f"/log/{number}").text
    assert "идёт сейчас" not in page
    assert "прервалась, итог неизвестен" in page


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.OK])
def test_every_trouble_says_who_must_do_what(log: Log, outcome: Outcome) -> None:
    number = add_submission(log.database)
    add_delivery(log.database, number, "attention", outcome=outcome, message="Вот что не так.")
    page = log.signed_in().get(f"/log/{number}").text
    assert "Вот что не так." in page
    assert words.hint(outcome) in page
    assert words.hint(outcome) != words.hint(None)
    assert "Отправить ещё раз</button>" in page


def test_a_refused_submission_shows_what_was_sent_and_why_it_was_refused(log: Log) -> None:
    raw = {"fields": {"Телефон": "12-345"}, "ip": "203.0.113.9"}
    number = add_submission(
        log.database, lead(None, None), raw=raw, state="rejected", reason="no_contact"
    )
    page = log.signed_in().get(f"/log/{number}").text
    for part in ("Отклонена", "Нет ни телефона, ни почты", "12-345", "203.0.113.9"):
        assert part in page
    assert "Доставка в CRM" not in page


def test_duplicates_and_their_original_lead_to_each_other(log: Log) -> None:
    first = add_submission(log.database, repeats=2)
    twin = add_submission(
        log.database, state="duplicate", duplicate_of=submission_id(log.database, first)
    )
    client = log.signed_in()
    assert f'href="/log/{first}"' in client.get(f"/log/{twin}").text
    page = client.get(f"/log/{first}").text
    assert f'href="/log/{twin}"' in page
    assert "ещё 2 раза" in page


def test_nothing_a_stranger_typed_becomes_part_of_a_page(log: Log) -> None:
    understood = lead(
        HOSTILE,
        email=HOSTILE,
        comment=HOSTILE,
        region=HOSTILE,
        extra={HOSTILE: HOSTILE},
        tags=(HOSTILE,),
        contact_data=(Contact("telegram", HOSTILE),),
        attribution=Attribution(HOSTILE, utm_campaign=HOSTILE, click_ids={HOSTILE: HOSTILE}),
        issues=(Issue(HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
    )
    raw = {
        "fields": {HOSTILE: HOSTILE, "nested": {HOSTILE: [HOSTILE]}},
        "page_url": "javascript:alert(1)",
        "cookies": {HOSTILE: HOSTILE},
        "user_agent": HOSTILE,
        "first_touch": [HOSTILE],
    }
    number = add_submission(log.database, understood, raw=raw, search_text="x")
    delivery = add_delivery(
        log.database, number, "attention", message=HOSTILE, outcome=HOSTILE[:20]
    )
    add_attempt(
        log.database,
        delivery,
        request={"a": HOSTILE},
        reply=HOSTILE,
        message=HOSTILE,
        method=HOSTILE[:50],
        step="<script>",
        outcome="<script>",
    )
    client = log.signed_in()
    for path in ("/log", f"/log/{number}"):
        page = client.get(path).text
        assert "<script>" not in page
        assert "\u202e" not in page
        assert "\x00" not in page
        assert 'href="javascript:' not in page
        assert "&lt;script&gt;" in page


def test_the_first_and_the_last_visit_stand_side_by_side(log: Log) -> None:
    first = Touch(
        {"utm_source": "vk", "utm_campaign": HOSTILE},
        at="2026-11-01T10:00:00+00:00",
        source=VisitSource(VisitKind.TAGGED, HOSTILE),
    )
    last = Touch(referrer="https://ya.ru/", source=VisitSource(VisitKind.ORGANIC, "yandex"))
    came = Attribution("vk", utm_from="first_touch", first_touch=first, last_touch=last)
    number = add_submission(log.database, lead(attribution=came))
    page = log.signed_in().get(f"/log/{number}").text
    assert "Первый визит" in page
    assert "utm_source=vk&amp;utm_campaign=" in page
    assert "поиск: yandex" in page
    assert "с https://ya.ru/" in page
    assert "из первого визита" in page
    assert "<script>" not in page


def test_a_number_may_be_typed_as_it_was_heard(log: Log) -> None:
    number = add_submission(log.database)
    client = log.signed_in()
    answer = client.get(f"/log/{number.lower().replace('-', ' ')}")
    assert (answer.status_code, answer.location) == (301, f"/log/{number}")


@pytest.mark.parametrize("number", ["0000-0000", "abc", "%00", "9" * 300, "7F3K-2M9Q/more/still"])
def test_a_page_that_is_not_there_says_so_in_russian(log: Log, number: str) -> None:
    answer = log.signed_in().get(f"/log/{number}")
    assert answer.status_code == 404
    assert re.search("Заявки с таким номером нет|Такой страницы нет", answer.text)


def test_the_state_of_a_submission_changes_when_its_page_has_news(log: Log) -> None:
    number = add_submission(log.database)
    delivery = add_delivery(log.database, number, "pending")
    client = log.signed_in()
    assert f'data-live="/log/{number}/state.json"' in client.get(f"/log/{number}").text
    before = client.get(f"/log/{number}/state.json").json
    add_attempt(log.database, delivery)
    assert client.get(f"/log/{number}/state.json").json != before
