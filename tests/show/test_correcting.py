"""Correcting by hand on the pages of the log: the form, what will be sent, the sending."""

import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from intake.domain.catalogue import Catalogue, Named, NamedPipeline
from intake.domain.lead import Issue, Lead
from intake.show import correction_words
from intake.store.catalogues import keep_catalogue
from intake.store.detail import SubmissionRecord, read_submission
from tests.show.factory import (
    CANARY,
    NOW,
    Log,
    add_attempt,
    add_delivery,
    add_submission,
    lead,
    minutes,
    token,
)
from tests.show.hostile import CORPUS
from tests.show.test_hostile import TAGS_OF_OURS, clean, read

RAW = {"fields": {"Имя": "анна", "Телефон": "8 912"}, "received_at": NOW.isoformat()}
UNUSABLE = Lead(
    name="Анна",
    issues=(Issue("phone_incomplete", "Телефон", "Номер неполный.", "8 912"),),
    extra={"Телефон": "8 912"},
)
OFFERED = Catalogue(
    pipelines=(
        NamedPipeline(3689, "Окна", (Named(5635, "Новая"), Named(5636, "Замер"))),
        NamedPipeline(3700, "Архив", (Named(5700, "Старая"),), moves=False),
    ),
    employees=(Named(182, "Сергей Кузнецов"), Named(183, "Мария Орлова")),
    inbox_types=(Named(13045, "Заявка с сайта"),),
    user_id=3844,
)


@pytest.fixture
def rejected(log: Log) -> str:
    """Add a submission whose number lacks digits; return its own number."""
    return add_submission(log.database, UNUSABLE, raw=RAW, state="rejected", reason="no_contact")


def record_of(log: Log, number: str) -> SubmissionRecord:
    record = read_submission(log.database, number)
    assert record is not None
    return record


def fields_of(text: str) -> dict[str, str]:
    """Return what the form of a page would send, buttons and boxes left out."""
    form = text.split('<form class="correct"', 1)[1]
    inputs = re.findall(r'<input (?![^>]*checkbox)[^>]*name="(\w+)"[^>]*value="([^"]*)"', form)
    areas = re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>([^<]*)<', form)
    chosen = re.findall(
        r'<select id="(\w+)".*?(?:<option value="([^"]*)" selected|</select>)', form, re.DOTALL
    )
    return {name: unescape(value) for name, value in (*inputs, *areas, *chosen)}


def fill(client: FlaskClient, number: str, **typed: str) -> Any:
    """Open the form, type into it, and ask what will be sent."""
    begun = fields_of(client.get(f"/log/{number}/correct").text)
    return client.post(f"/log/{number}/correct", data=begun | {"step": "preview"} | typed)


def send(client: FlaskClient, number: str, preview: str, **more: str) -> Any:
    """Press the button of a preview."""
    data = fields_of(preview) | {"step": "send"} | more
    return client.post(f"/log/{number}/correct", data=data, follow_redirects=True)


def test_a_rejected_number_is_mended_seen_and_sent(log: Log, rejected: str) -> None:
    client = log.signed_in()
    preview = fill(client, rejected, phone="8 (912) 345-67-89")
    assert preview.status_code == 200
    for told in (
        *("В CRM появится новая заявка", "+7 912 345-67-89", "lead/workset"),
        *("&#34;phone&#34;: &#34;79123456789&#34;", f"Заявка № {rejected}"),
    ):
        assert told in preview.text, told
    assert CANARY not in preview.text
    assert re.search(r"прислано:</span> <bdi>8 912</bdi>", preview.text)
    assert record_of(log, rejected).deliveries == ()
    answer = send(client, rejected, preview.text)
    assert "уходит в CRM" in answer.text
    record = record_of(log, rejected)
    assert (record.row.state, record.row.phone) == ("accepted", "79123456789")
    assert record.raw["fields"] == RAW["fields"]
    assert log.rung == [record.deliveries[0].summary.id]
    assert "исправлено: телефон" in answer.text
    assert "посетитель прислал: <bdi>8 912</bdi>" in answer.text
    assert "исправлено вручную: 8 (912) 345-67-89 (anna, 14:05)" in answer.text
    assert "было: <bdi>8 (912)" not in answer.text
    viewer = log.as_("viewer").get(f"/log/{rejected}").text
    assert "345-67-89" not in viewer
    assert "8 912" not in viewer
    assert "исправлено: телефон (anna, 14:05)" in client.get("/log").text


def test_the_form_begins_with_what_the_visitor_typed(log: Log, rejected: str) -> None:
    page = log.signed_in().get(f"/log/{rejected}/correct").text
    begun = fields_of(page)
    assert (begun["phone"], begun["name"], begun["site"]) == ("8 912", "Анна", "okna")
    assert "номер не разобрать" in page


def test_the_number_can_be_mended_right_in_the_box(log: Log, rejected: str) -> None:
    client = log.signed_in()
    page = client.get(f"/log/{rejected}").text
    assert 'id="mend-phone"' in page
    data = {"csrf_token": token(client, "/log/account"), "generation": "0", "step": "preview"}
    preview = client.post(f"/log/{rejected}/correct", data=data | {"phone": "+7 912 345-67-89"})
    assert "Проверьте и отправьте" in preview.text
    assert fields_of(preview.text)["name"] == "Анна"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"phone": "8 912 34"}, 'id="phone-wrong"'),
        ({"phone": ""}, "Нужен телефон или почта"),
        ({"phone": "", "email": "ivan@"}, 'id="email-wrong"'),
        ({"phone": "8 912 345-67-89", "region": "Тридевятое царство"}, 'id="region-wrong"'),
        ({"phone": "8 912 345-67-89", "way": "s:1"}, 'id="way-wrong"'),
        ({"phone": "8 912 345-67-89", "way": "s:x"}, 'id="way-wrong"'),
        ({"phone": "8 912 345-67-89", "employee": "1"}, "Поправьте отмеченное"),
        ({"phone": "8 912 345-67-89", "site": "gone"}, 'id="site-wrong"'),
    ],
)
def test_what_cannot_be_sent_is_told_beside_the_field_and_nothing_is_lost(
    log: Log, rejected: str, typed: dict[str, str], told: str
) -> None:
    comment = "Второй этаж,\nкод 12"
    answer = fill(log.signed_in(), rejected, comment=comment, name="Мария", **typed)
    assert answer.status_code == 422
    assert told in answer.text
    kept = fields_of(answer.text)
    assert (kept["comment"], kept["name"]) == (comment, "Мария")
    assert kept["phone"] == typed["phone"]
    assert log.rung == []


def test_a_doubtful_number_is_told_and_may_be_sent(log: Log, rejected: str) -> None:
    client = log.signed_in()
    preview = fill(client, rejected, phone="+7 212 345-67-89")
    assert preview.status_code == 200
    assert 'class="issues told"' in preview.text
    send(client, rejected, preview.text)
    assert record_of(log, rejected).row.phone == "72123456789"


def test_a_second_press_sends_nothing(log: Log, rejected: str) -> None:
    client = log.signed_in()
    preview = fill(client, rejected, phone="8 912 345-67-89").text
    send(client, rejected, preview)
    assert "Ещё одной заявки не будет" in send(client, rejected, preview).text
    assert len(log.rung) == 1
    assert len(record_of(log, rejected).row.corrections) == 1


def test_names_are_offered_and_the_chosen_go_into_the_delivery(log: Log, rejected: str) -> None:
    keep_catalogue(log.database, "main", OFFERED)
    client = log.signed_in()
    form = client.get(f"/log/{rejected}/correct").text
    for name in ("Окна → Замер", "Мария Орлова", "Заявка с сайта", "Архив — этап выберет CRM"):
        assert name in form
    assert "Старая" not in form, "its deals may not be moved"
    chosen = {"way": "s:5636", "employee": "183", "inbox_type": "13045"}
    preview = fill(client, rejected, phone="8 912 345-67-89", **chosen)
    for told in ("Перевод сделки на этап: Замер", "Мария Орлова", "lead/set"):
        assert told in preview.text, told
    send(client, rejected, preview.text)
    record = record_of(log, rejected)
    route = record.deliveries[0].route
    assert (route.stage_id, route.employee_id, route.user_id) == (5636, 183, 3844)
    assert (record.lead.pipeline_id, record.lead.inbox_type_id) == (3689, 13045)
    changed = {change.field: change.now for change in record.row.corrections[0].changes}
    assert changed["stage"] == "Замер"
    assert changed["employee"] == "Мария Орлова"
    # What was chosen is chosen when the form is opened again.
    log.clock[0] = NOW + minutes(5)
    begun = fields_of(client.get(f"/log/{rejected}/correct").text)
    assert {name: begun[name] for name in chosen} == chosen


def test_without_names_only_what_the_settings_name_is_offered(log: Log) -> None:
    number = add_submission(log.database, UNUSABLE, raw=RAW, state="rejected", site="dveri")
    client = log.signed_in()
    page = client.get(f"/log/{number}/correct").text
    assert "Этап № 5635" in page
    assert "ещё не рассказала" in page
    assert fill(client, number, phone="8 912 345-67-89", way="s:5636").status_code == 422
    assert fill(client, number, phone="8 912 345-67-89", way="s:5635").status_code == 200


def test_a_delivered_one_is_sent_beside_only_by_a_persons_word(log: Log) -> None:
    number = add_submission(log.database, raw=RAW)
    delivery = add_delivery(log.database, number, lead_id=104210, steps_done=["create"])
    add_attempt(log.database, delivery, request={"values": {"phone": "79123456789"}})
    client = log.signed_in()
    preview = fill(client, number, phone="8 812 123-45-67")
    for told in ("прежняя останется как есть", "лид 104210", f"{number}/2", "values.phone"):
        assert told in preview.text, told
    refused = send(client, number, preview.text)
    assert "Поставьте галочку" in refused.text
    assert log.rung == []
    send(client, number, refused.text, confirm="yes")
    assert log.rung == [delivery]
    page = client.get(f"/log/{number}").text
    assert "С прежними данными в CRM остался" in page
    assert record_of(log, number).deliveries[0].route.replaces == 104210


def test_an_unknown_outcome_is_told_before_anything_is_sent(log: Log) -> None:
    number = add_submission(log.database, raw=RAW)
    delivery = add_delivery(log.database, number, "attention", outcome="unknown")
    add_attempt(log.database, delivery, outcome="unknown", http_status=None, reply=None)
    client = log.signed_in()
    preview = fill(client, number, phone="8 812 123-45-67")
    assert "могут оказаться две заявки" in preview.text
    assert "Поставьте галочку" in send(client, number, preview.text).text
    keep_catalogue(log.database, "main", OFFERED)
    only_stage = fill(client, number, way="p:3689")
    assert "могут оказаться две" in only_stage.text, "the pipeline is the lead's own"


def test_a_refused_stage_is_replaced_and_the_lead_stays(log: Log) -> None:
    keep_catalogue(log.database, "main", OFFERED)
    number = add_submission(log.database, raw=RAW, site="dveri")
    delivery = add_delivery(
        *(log.database, number, "attention"),
        lead_id=104210,
        steps_done=["create", "start"],
        outcome="refused",
        message="Этап сделок со stage_id 5635 не найден.",
    )
    client = log.signed_in()
    page = client.get(f"/log/{number}").text
    assert "Выберите другие" in page
    assert f'href="/log/{number}/correct"' in page
    preview = fill(client, number, way="s:5636")
    assert "Второй заявки в CRM не будет" in preview.text
    assert "lead/set" not in preview.text
    assert "&#34;stage_id&#34;: 5636" in preview.text
    send(client, number, preview.text)
    assert log.rung == [delivery]
    again = record_of(log, number).deliveries[0]
    assert (again.summary.lead_id, again.route.stage_id) == (104210, 5636)


def test_what_happens_meanwhile_is_seen_before_it_is_sent(log: Log) -> None:
    number = add_submission(log.database, raw=RAW)
    add_delivery(log.database, number, "attention")
    client = log.signed_in()
    preview = fill(client, number, name="Мария").text
    keep_catalogue(log.database, "main", OFFERED)
    stale = send(client, number, preview, seen="0" * 64)
    assert stale.status_code == 422
    assert "Проверьте ещё раз" in stale.text
    assert log.rung == []
    send(client, number, stale.text)
    assert len(log.rung) == 1


def test_a_form_opened_before_somebody_elses_correction_keeps_what_was_typed(log: Log) -> None:
    number = add_submission(log.database, raw=RAW)
    add_delivery(log.database, number, "attention")
    client, other = log.signed_in(), log.as_("marketer")
    begun = fields_of(client.get(f"/log/{number}/correct").text)
    send(other, number, fill(other, number, name="Ольга").text)
    typed = begun | {"step": "preview", "name": "Мария"}
    answer = client.post(f"/log/{number}/correct", data=typed)
    assert answer.status_code == 422
    assert "Пока вы правили" in answer.text
    assert fields_of(answer.text)["name"] == "Мария"


def test_nothing_changed_is_nothing_to_send_unless_it_was_never_sent(log: Log) -> None:
    sent = add_submission(log.database, raw=RAW)
    add_delivery(log.database, sent, "attention")
    foreign = add_submission(log.database, raw=RAW, state="rejected", reason="foreign_origin")
    client = log.signed_in()
    assert "Вы ничего не изменили" in fill(client, sent).text
    preview = fill(client, foreign)
    assert "Ничего: заявка уйдёт как есть" in preview.text
    send(client, foreign, preview.text)
    assert record_of(log, foreign).row.state == "accepted"
    assert "отправлено вручную как есть" in client.get("/log").text


def test_a_held_one_is_corrected_and_let_in(log: Log) -> None:
    number = add_submission(log.database, raw=RAW, state="held", doubts=["honeypot"])
    client = log.signed_in()
    assert "Исправить и отправить…" in client.get(f"/log/{number}").text
    send(client, number, fill(client, number, name="Мария").text)
    assert record_of(log, number).row.state == "accepted"
    assert len(log.rung) == 1


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"erased_at": NOW}, "стёрты"),
        ({"state": "duplicate"}, "Это дубль"),
    ],
)
def test_what_may_not_be_corrected_says_why(log: Log, values: dict[str, Any], told: str) -> None:
    number = add_submission(log.database, raw=RAW, **values)
    client = log.signed_in()
    page = client.get(f"/log/{number}/correct", follow_redirects=True).text
    assert told in page
    assert "Исправить и отправить…" not in page


def test_a_delivery_under_way_is_not_corrected_and_what_was_typed_stays(log: Log) -> None:
    number = add_submission(log.database, raw=RAW)
    delivery = add_delivery(log.database, number, "attention")
    client = log.signed_in()
    begun = fields_of(client.get(f"/log/{number}/correct").text)
    busy = add_submission(log.database, raw=RAW)
    add_delivery(log.database, busy, "pending", lease_until=NOW + minutes(1))
    typed = begun | {"step": "preview", "name": "Мария"}
    answer = client.post(f"/log/{busy}/correct", data=typed)
    assert "отправляется прямо сейчас" in answer.text
    assert fields_of(answer.text)["name"] == "Мария"
    assert delivery not in log.rung


def test_a_reader_of_one_site_neither_sees_another_nor_sends_there(log: Log) -> None:
    number = add_submission(log.database, UNUSABLE, raw=RAW, state="rejected")
    theirs = add_submission(log.database, UNUSABLE, raw=RAW, state="rejected", site="dveri")
    client = log.as_("marketer", "okna")
    page = client.get(f"/log/{number}/correct").text
    assert "Двери и лестницы" not in page
    assert client.get(f"/log/{theirs}/correct").status_code == 404
    answer = fill(client, number, phone="8 912 345-67-89", site="dveri")
    assert answer.status_code == 422
    assert log.rung == []


def test_another_site_is_chosen_and_told(log: Log, rejected: str) -> None:
    client = log.signed_in()
    preview = fill(client, rejected, phone="8 912 345-67-89", site="dveri")
    assert "Двери и лестницы" in preview.text
    assert "Взятие в работу" in preview.text
    send(client, rejected, preview.text)
    record = record_of(log, rejected)
    assert (record.row.site, record.deliveries[0].site) == ("okna", "dveri")
    page = client.get(f"/log/{rejected}").text
    assert "Перевод сделки на этап" in page


def test_a_site_that_was_not_known_has_to_be_chosen(log: Log) -> None:
    number = add_submission(
        log.database, raw=RAW, state="rejected", reason="unknown_site", site="окна-2"
    )
    client = log.signed_in()
    assert "Выберите сайт" in fill(client, number).text
    preview = fill(client, number, site="okna")
    assert "окна-2" in preview.text
    send(client, number, preview.text)
    assert record_of(log, number).deliveries[0].site == "okna"


def test_a_row_that_tells_little_of_itself_is_corrected_too(log: Log) -> None:
    number = add_submission(log.database, UNUSABLE, raw={"channel": "of a later version"})
    client = log.signed_in()
    assert fill(client, number, phone="8 912 345-67-89").status_code == 200


def test_a_short_number_that_was_there_before_is_hidden_too(log: Log) -> None:
    number = add_submission(log.database, lead(phone="112233"), raw=RAW, state="held")
    client = log.signed_in()
    send(client, number, fill(client, number, phone="8 912 345-67-89").text)
    assert "112233" in client.get(f"/log/{number}").text
    assert "112233" not in log.as_("viewer").get(f"/log/{number}").text


def test_a_viewer_sees_that_it_was_corrected_and_no_number(log: Log, rejected: str) -> None:
    client = log.signed_in()
    send(client, rejected, fill(client, rejected, phone="8 912 345-67-89").text)
    viewer = log.as_("viewer")
    page = viewer.get(f"/log/{rejected}").text
    assert "исправлено: телефон" in page
    assert not re.search(r"345[\s-]?67", page)
    assert viewer.get(f"/log/{rejected}/correct").status_code == 403
    assert "Исправить и отправить" not in page


def test_the_audit_tells_which_fields_and_not_what_they_hold(log: Log, rejected: str) -> None:
    client = log.signed_in()
    send(client, rejected, fill(client, rejected, phone="8 912 345-67-89").text)
    page = client.get("/log/audit").text
    assert "Исправлено и отправлено" in page
    assert "телефон" in page
    assert "79123456789" not in page


def test_a_page_that_is_not_ours_corrects_nothing(log: Log, rejected: str) -> None:
    client = log.signed_in()
    data = {"csrf_token": "x", "step": "send", "phone": "8 912 345-67-89", "generation": "0"}
    assert client.post(f"/log/{rejected}/correct", data=data).status_code == 400
    assert log.rung == []


@pytest.mark.parametrize("evil", CORPUS)
def test_nothing_hostile_becomes_a_part_of_these_pages(log: Log, evil: str) -> None:
    mail = "anna@mail.ru"
    understood = lead(clean(evil), comment=evil, email=mail, extra={evil: evil})
    number = add_submission(log.database, understood, raw=RAW, state="held", email=mail)
    keep_catalogue(
        log.database,
        "main",
        Catalogue((NamedPipeline(1, evil, (Named(2, evil),)),), (Named(3, evil),), ()),
    )
    client = log.signed_in()
    form = client.get(f"/log/{number}/correct")
    preview = fill(client, number, comment=f"{clean(evil)} и ещё", way="s:2", employee="3")
    assert (form.status_code, preview.status_code) == (200, 200)
    ours = TAGS_OF_OURS | {"textarea", "optgroup", "h3"}
    for page in (form.text, preview.text):
        reader = read(page)
        assert [tag for tag in reader.wrong if tag not in ours] == []


def test_a_preview_that_knows_of_no_spam_sends_nothing_marked_so(log: Log) -> None:
    number = add_submission(log.database, raw=RAW, state="held")
    client = log.signed_in()
    preview = fill(client, number, name="Другой").text
    client.post(f"/log/{number}/spam", data={"csrf_token": token(client, "/log/account")})
    answer = send(client, number, preview)
    assert answer.status_code == 422
    assert correction_words.CHANGED_MEANWHILE in answer.text
    assert record_of(log, number).row.state == "spam"
    assert not log.rung
    assert "уходит в CRM" in send(client, number, answer.text).text
