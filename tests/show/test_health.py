import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from intake.domain.health import Figures, Health, Vitals, examine
from intake.domain.message import Sent
from intake.domain.trouble import Kind
from intake.show.health import NOBODY, Watchers
from intake.store.models import findings, reconciliations, troubles
from tests.show.factory import (
    NOW,
    Log,
    add_delivery,
    add_submission,
    minutes,
    open_log,
    submission_id,
    token,
)


class Around:
    """What is around the page: the figures and the services that take messages."""

    def __init__(self) -> None:
        self.figures = Figures(True, Vitals(timedelta(seconds=2), None), 10**11, 0)
        self.sent: list[Sent] = []
        self.tried = 0

    def look(self) -> Health:
        return examine(self.figures)

    def try_out(self) -> list[Sent]:
        self.tried += 1
        return self.sent


@pytest.fixture
def around() -> Around:
    return Around()


@pytest.fixture
def log(tmp_path: Path, sqlite_template: Path, around: Around) -> Iterator[Log]:
    """Open a log that knows of the service around it."""
    shutil.copyfile(sqlite_template, tmp_path / "log.db")
    log = open_log(tmp_path, Watchers(around.look, around.try_out))
    yield log
    log.database.close()


def add_trouble(log: Log, **more: object) -> None:
    row = {"kind": "paused", "subject": "main", "message": "Ключ <b>не</b> подошёл.", "since": NOW}
    with log.database.write() as connection:
        connection.execute(insert(troubles).values({**row, **more}))


def add_finding(log: Log, number: str, kind: str, lead_ids: list[int]) -> None:
    row = {"crm": "main", "since": NOW, "until": NOW, "started_at": NOW, "ended_at": NOW}
    with log.database.write() as connection:
        made = insert(reconciliations).values(row).returning(reconciliations.c.id)
        finding = {
            "reconciliation_id": connection.execute(made).scalar_one(),
            "submission_id": submission_id(log.database, number),
            "kind": kind,
            "lead_ids": lead_ids,
        }
        connection.execute(insert(findings).values(finding))


def test_the_page_is_for_people_of_the_log(log: Log, around: Around) -> None:
    for path in ("/log/health", "/log/health/test"):
        assert log.client().get(path).status_code == 303
    assert around.tried == 0


def test_what_is_well_and_what_is_not_stands_in_words(log: Log, around: Around) -> None:
    page = log.signed_in().get("/log/health").text
    assert "Обходчик отметился 2 с назад" in page
    assert "с перебоями" not in page
    around.figures = Figures(False, None, None, None)
    page = log.signed_in().get("/log/health").text
    assert "База не пишется" in page
    assert "не работает" in page


@pytest.mark.parametrize("kind", Kind)
def test_troubles_that_last_and_those_that_are_over_are_shown(log: Log, kind: Kind) -> None:
    add_trouble(log, kind=kind, told_at=NOW)
    add_trouble(log, kind=kind, message="Прошлое.", over_at=NOW + minutes(5))
    log.clock[0] += minutes(30)
    page = log.signed_in().get("/log/health").text
    # The service itself is well, and yet not all is.
    assert "с перебоями" in page
    assert "Ключ &lt;b&gt;не&lt;/b&gt; подошёл." in page
    assert "длится 30 мин. Сообщение: отправлено." in page
    assert "длилось 5 мин" in page
    assert kind.value not in re.sub(r'href="[^"]*"', "", page)


def test_the_days_of_one_trouble_stand_together_and_lead_to_their_leads(log: Log) -> None:
    for day in (21, 22, 23):
        subject, message = f"okna 2026-11-{day}", f"Придержано в день {day}."
        add_trouble(log, kind="held", subject=subject, message=message)
    add_trouble(log, kind="held", subject="dveri 2026-11-23")
    add_trouble(log, kind="missing", subject="main 2026-11-23")
    page = log.signed_in().get("/log/health").text
    assert page.count("<h3>Придержанные заявки никто не посмотрел</h3>") == 2
    assert "таких дней 3:" in page
    assert all(f"Придержано в день {day}." in page for day in (21, 22, 23))
    for address in ("/log?status=held&amp;site=okna", "/log?status=held&amp;site=dveri"):
        assert f'href="{address}"' in page
    assert 'href="#reconciliations-title"' in page
    assert page.index("Прямо сейчас") < page.index("Неполадки</h2>")


@pytest.mark.parametrize("kind", ["held", "attention"])
def test_what_the_counters_of_the_list_say_is_not_said_there_twice(log: Log, kind: str) -> None:
    add_trouble(log, kind=kind, subject="okna 2026-11-23")
    client = log.signed_in()
    assert "Неполадки" not in client.get("/log").text
    assert "Показать в журнале" in client.get("/log/health").text


def test_the_list_says_that_something_is_wrong(log: Log) -> None:
    add_trouble(log, over_at=NOW)
    assert "Неполадки" not in log.signed_in().get("/log").text
    add_trouble(log)
    page = log.signed_in().get("/log").text
    assert 'href="/log/health">Неполадки: 1' in page


def test_the_button_sends_a_trial_and_tells_what_came_of_it(log: Log, around: Around) -> None:
    client = log.signed_in()
    for sent, told in (
        ([], NOBODY),
        ([Sent("№ 1 (json)", True)], "отправлено: посмотрите"),
        ([Sent("№ 1 (json)", True), Sent("№ 2 (tgram)", False)], "№ 2 (tgram)"),
    ):
        around.sent = sent
        form = {"csrf_token": token(client, "/log/health")}
        page = client.post("/log/health/test", data=form, follow_redirects=True).text
        assert told in page
    assert around.tried == 3


def test_a_form_of_a_stranger_and_a_mere_visit_send_nothing(log: Log, around: Around) -> None:
    client = log.signed_in()
    assert client.post("/log/health/test").status_code == 400
    assert client.get("/log/health/test").location == "/log/health"
    assert around.tried == 0


@pytest.mark.parametrize(
    ("kind", "lead_ids", "short", "hint"),
    [
        ("missing", [], "в CRM не нашлась", "Поищите её в CRM сами"),
        ("twice", [104, 105], "в CRM дважды", "104, 105"),
    ],
)
def test_what_a_comparison_found_is_marked_told_and_listed(
    log: Log, kind: str, lead_ids: list[int], short: str, hint: str
) -> None:
    number, other = add_submission(log.database), add_submission(log.database)
    for each in (number, other):
        add_delivery(log.database, each)
    add_finding(log, number, kind, lead_ids)
    client = log.signed_in()
    assert client.get("/log").text.count(short) == 1
    page = client.get(f"/log/{number}").text
    assert short in page
    assert hint in page
    assert short not in client.get(f"/log/{other}").text
    assert number in client.get("/log/health").text


def test_a_finding_is_dismissed_by_a_button_and_is_marked_no_more(log: Log) -> None:
    number = add_submission(log.database)
    add_delivery(log.database, number)
    add_finding(log, number, "twice", [104, 105])
    client = log.signed_in()
    page = client.get("/log/health").text
    assert "лиды 104, 105" in page
    address = re.findall(r'action="(/log/health/findings/\d+/dismiss)"', page)[0]
    assert client.post(address).status_code == 400, "a stranger's form does nothing"
    assert client.get(address).status_code == 303, "nor does a mere visit"
    assert "разобрались:" not in client.get("/log/health").text
    form = {"csrf_token": token(client, "/log/health")}
    page = client.post(address, data=form, follow_redirects=True).text
    assert "с этой заявкой разобрались" in page
    assert "разобрались: " in page
    assert "уже разобрались" in client.post(address, data=form, follow_redirects=True).text
    assert "в CRM дважды" not in client.get("/log").text
    assert "С находкой сверки разобрались" in client.get(f"/log/{number}").text


def test_a_log_without_watchers_has_no_such_page(tmp_path: Path) -> None:
    log = open_log(tmp_path / "other")
    assert log.signed_in().get("/log/health").status_code == 404
    assert "Здоровье" not in log.signed_in().get("/log").text
    log.database.close()
