"""Held submissions in the log: seen, let through, put aside."""

from typing import Any

from flask.testing import FlaskClient

from intake.domain.doubt import Doubt
from intake.show import words
from intake.store.detail import SubmissionRecord, read_submission
from tests.show.factory import LOGIN, NOW, Log, add_delivery, add_submission, lead, minutes, token


def hold(log: Log, *doubts: Doubt, **more: Any) -> str:
    return add_submission(log.database, state="held", doubts=list(doubts or [Doubt.TRAP]), **more)


def record_of(log: Log, number: str) -> SubmissionRecord:
    record = read_submission(log.database, number)
    assert record is not None
    return record


def press(client: FlaskClient, path: str, **more: str) -> Any:
    form = {"csrf_token": token(client, "/log/account"), **more}
    return client.post(path, data=form, follow_redirects=True)


def test_the_head_of_the_list_counts_them_and_leads_to_them(log: Log) -> None:
    number = hold(log)
    add_submission(log.database)
    client = log.signed_in()
    page = client.get("/log").text
    assert "Придержано: 1" in page
    assert "Заполнено скрытое поле" in page
    held = client.get("/log?status=held").text
    assert number in held
    assert "1 заявка" in held
    assert "Придержано: 1" not in held, "where they are shown, nobody has to be led to them"


def test_the_page_says_every_reason_and_has_both_buttons(log: Log) -> None:
    number = hold(log, Doubt.TOO_FAST, Doubt.CAPTCHA_UNAVAILABLE)
    page = log.signed_in().get(f"/log/{number}").text
    for sentence in ("быстрее, чем успел бы человек", "Капчу не удалось проверить"):
        assert sentence in page
    assert f'action="/log/{number}/release"' in page
    assert f'formaction="/log/{number}/spam"' in page


def test_every_doubt_has_a_sentence() -> None:
    for doubt in Doubt:
        assert words.doubt(doubt) != doubt
    assert words.doubt("from a later version") == "from a later version"


def test_a_press_lets_it_through_rings_and_remembers_who(log: Log) -> None:
    number = hold(log)
    answer = press(log.signed_in(), f"/log/{number}/release")
    assert "отправлена в CRM: она в очереди" in answer.text
    assert "Была придержана" in answer.text
    record = record_of(log, number)
    [delivery] = record.deliveries
    assert (record.row.state, delivery.summary.crm) == ("accepted", "main")
    assert log.rung == [delivery.summary.id]
    assert [(deed.action, deed.actor) for deed in record.history] == [("release", LOGIN)]


def test_a_second_press_sends_nothing(log: Log) -> None:
    number = hold(log)
    client = log.signed_in()
    press(client, f"/log/{number}/release")
    assert "уже отправили в CRM" in press(client, f"/log/{number}/release").text
    assert len(log.rung) == len(record_of(log, number).deliveries) == 1


def test_from_the_list_one_comes_back_to_the_next(log: Log) -> None:
    first, second, other = hold(log), hold(log), hold(log, site="dveri")
    client = log.signed_in()
    page = press(client, f"/log/{second}/release", back="list").text
    assert f'href="/log/{first}?status=held"' in page
    assert f'href="/log/{second}' not in page
    assert f'href="/log/{other}' in page
    within = press(client, f"/log/{first}/spam?site=dveri", back="list")
    assert within.request.path == "/log"
    assert within.request.args.to_dict() == {"site": "dveri", "status": "held"}


def test_spam_goes_out_of_the_way_and_can_be_brought_back(log: Log) -> None:
    number = hold(log)
    client = log.signed_in()
    page = press(client, f"/log/{number}/spam").text
    assert "убрана в спам" in page
    assert f"Отмечена как спам: {LOGIN}" in page
    assert number not in client.get("/log").text
    assert number in client.get("/log?status=spam").text
    assert "уже решили" in press(client, f"/log/{number}/spam").text
    press(client, f"/log/{number}/release")
    assert record_of(log, number).row.state == "accepted"
    assert len(log.rung) == 1


def test_what_is_no_longer_configured_is_not_sent_anywhere(log: Log) -> None:
    number = hold(log, site="gone")
    assert "больше нет в настройках" in press(log.signed_in(), f"/log/{number}/release").text
    assert (record_of(log, number).row.state, log.rung) == ("held", [])


def test_neither_a_stranger_nor_a_foreign_form_nor_a_mere_visit_decides(log: Log) -> None:
    number = hold(log)
    client = log.signed_in()
    for action in ("release", "spam"):
        path = f"/log/{number}/{action}"
        assert log.client().post(path).status_code == 303
        assert client.post(path).status_code == 400
        assert client.get(path).status_code == 303
        assert press(client, f"/log/ZZZZ-ZZZZ/{action}").status_code == 404
    assert (record_of(log, number).row.state, log.rung) == ("held", [])


def test_how_long_a_browser_tried_is_told_in_the_list_and_on_the_page(log: Log) -> None:
    raw = {"tries": 3, "waited_ms": 840_000, "fill_ms": 12_300, "last_touch": {"marks": "a=<b>"}}
    number = add_submission(log.database, raw=raw, tries=3, waited_ms=840_000)
    add_delivery(log.database, number, delivered_at=NOW + minutes(1))
    client = log.signed_in()
    assert "дошла с 3-й попытки, через 14\N{NO-BREAK SPACE}мин" in client.get("/log").text
    page = client.get(f"/log/{number}").text
    assert "дошла с 3-й попытки, через 14\N{NO-BREAK SPACE}мин" in page
    assert "12,3 с" in page
    assert "a=&lt;b&gt;" in page
    assert "От клика до CRM</dt><dd>15 мин" in page


def test_without_a_click_that_is_told_the_way_begins_at_the_door(log: Log) -> None:
    number = add_submission(log.database)
    add_delivery(log.database, number, delivered_at=NOW + minutes(0.02))
    assert "От приёма до CRM</dt><dd>1,2 с" in log.signed_in().get(f"/log/{number}").text


def test_while_a_captcha_is_checked_the_page_waits_for_news(log: Log) -> None:
    page = log.signed_in().get(f"/log/{hold(log, Doubt.CAPTCHA_PENDING)}").text
    assert "data-live" in page
    assert "data-live" not in log.signed_in().get(f"/log/{hold(log)}").text


def test_what_is_erased_is_let_through_no_more(log: Log) -> None:
    for state in ("held", "spam"):
        number = add_submission(log.database, state=state, erased_at=NOW)
        client = log.signed_in()
        assert "/release" not in client.get(f"/log/{number}").text
        assert "отправлять больше нечего" in press(client, f"/log/{number}/release").text
        assert record_of(log, number).row.state == state
        assert record_of(log, number).deliveries == ()
    assert log.rung == []


def test_a_viewer_sees_what_is_held_and_decides_nothing(log: Log) -> None:
    number = hold(log)
    viewer = log.as_("viewer")
    for path in ("/log", f"/log/{number}", "/log?status=held"):
        page = viewer.get(path).text
        assert number in page
        assert "/release" not in page
    for deed in ("release", "spam"):
        assert press(viewer, f"/log/{number}/{deed}").status_code == 403
    assert record_of(log, number).row.state == "held"


def test_what_another_site_holds_is_neither_counted_nor_decided(log: Log) -> None:
    number = hold(log, site="dveri")
    client = log.as_("marketer", "okna")
    assert "Придержано" not in client.get("/log").text
    news = client.get("/log/newest.json?after=0&status=held").json
    assert news == {"count": 0, "text": "", "alarms": ""}
    for deed in ("release", "spam"):
        assert press(client, f"/log/{number}/{deed}").status_code == 404
    assert record_of(log, number).row.state == "held"
    assert log.rung == []


def test_spam_is_out_of_the_way_until_it_is_asked_for(log: Log) -> None:
    number = add_submission(log.database, lead("Робот"), state="spam")
    other = add_submission(log.database)
    client = log.signed_in()
    for query in ("", "site=okna", "source=yandex", "period=today"):
        page = client.get(f"/log?{query}").text
        assert (number in page, other in page) == (False, True), query
        assert "1 заявка" in page, query
    for query in ("status=spam", "text=робот"):
        assert number in client.get(f"/log?{query}").text, query
    assert client.get("/log/newest.json?after=0").json["count"] == 1  # type: ignore[index]  # an object


def test_a_rejected_one_is_marked_as_spam_and_taken_back(log: Log) -> None:
    number = add_submission(log.database, state="rejected", reason="no_contact")
    client = log.signed_in()
    assert f'action="/log/{number}/spam"' in client.get(f"/log/{number}").text
    assert "убрана в спам" in press(client, f"/log/{number}/spam").text
    page = client.get(f"/log/{number}").text
    assert "До этого была отклонена" in page
    assert "Это не спам: вернуть" in page
    assert "снова среди отклонённых" in press(client, f"/log/{number}/release").text
    assert record_of(log, number).row.state == "rejected"
    assert log.rung == []


def test_an_undelivered_one_is_stopped_and_sent_on(log: Log) -> None:
    number = add_submission(log.database)
    delivery = add_delivery(log.database, number, "attention", outcome="refused", lead_id=5)
    client = log.signed_in()
    assert f'action="/log/{number}/spam"' in client.get(f"/log/{number}").text
    answer = press(client, f"/log/{number}/spam").text
    assert "Лид 5 уже успел появиться" in answer
    assert "Спам: отправка остановлена" in answer
    assert "Нужно внимание" not in client.get("/log").text
    form = {"delivery": str(delivery), "generation": "1"}
    assert "отмечена как спам" in press(client, f"/log/{number}/redeliver", **form).text
    assert "она в очереди" in press(client, f"/log/{number}/release").text
    assert log.rung == [delivery]


def test_what_is_in_the_crm_is_no_spam_of_ours(log: Log) -> None:
    sent, busy = add_submission(log.database), add_submission(log.database)
    add_delivery(log.database, sent)
    add_delivery(log.database, busy, "retrying", lease_until=NOW + minutes(10**6))
    client = log.signed_in()
    assert f'action="/log/{sent}/spam"' not in client.get(f"/log/{sent}").text
    assert "уже в CRM" in press(client, f"/log/{sent}/spam").text
    assert "отправляется прямо сейчас" in press(client, f"/log/{busy}/spam").text
    assert record_of(log, sent).row.state == record_of(log, busy).row.state == "accepted"
