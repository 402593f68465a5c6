from intake.show import deeds
from intake.store.audit import AuditEntry
from tests.show.factory import NOW, Log, add_deed, add_submission


def test_deeds_are_told_in_words_and_lead_to_the_submission(log: Log) -> None:
    number = add_submission(log.database)
    add_deed(log.database, number, detail={"from_scratch": True})
    page = log.signed_in().get("/log/audit").text
    assert "Отправлено ещё раз" in page
    assert "как новая заявка" in page
    assert f'href="/log/{number}"' in page
    assert "Заведён человек" in page
    assert "Вход" in page


def test_deeds_are_filtered_by_person_deed_and_number(log: Log) -> None:
    number = add_submission(log.database)
    add_deed(log.database, number, actor="olga")
    client = log.signed_in()
    for query in ("actor=olga", "action=redeliver", f"number={number.lower().replace('-', ' ')}"):
        page = client.get(f"/log/audit?{query}").text
        assert page.count('<bdi class="actor">') == 1, query
    assert "Ничего не нашлось" in client.get("/log/audit?actor=nobody").text
    assert "не номер заявки" in client.get("/log/audit?number=что-то").text


def test_deeds_come_page_by_page_with_their_filter(log: Log) -> None:
    number = add_submission(log.database)
    for _ in range(103):
        add_deed(log.database, number, actor="olga")
    page = log.signed_in().get("/log/audit?actor=olga").text
    older = page.split('rel="next" href="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    assert "actor=olga" in older
    assert log.signed_in().get(older).text.count('<bdi class="actor">') == 3


def test_every_particular_is_readable() -> None:
    entry = AuditEntry(
        NOW,
        "anna",
        "user_added",
        {"login": "olga", "role": "viewer", "sites": [], "address": "203.0.113.5", "count": 3},
    )
    told = deeds.particulars(entry)
    assert told == "заявок: 3, olga, наблюдатель, с адреса 203.0.113.5, ни одного сайта"
    numbers = [f"0000-00{number:02}" for number in range(12)]
    told = deeds.particulars(AuditEntry(NOW, "anna", "erased", {"numbers": [*numbers]}))
    assert told.endswith("0000-0009 и ещё 2")
    strange = AuditEntry(NOW, "anna", "later", {"count": "x", "numbers": 1, "sites": 5})
    assert deeds.particulars(strange) == ""
    assert deeds.deed("later") == "later"
