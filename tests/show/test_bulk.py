"""A deed done to many, from the ticks of the list to the report."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from intake.domain.person import Rights, Role
from intake.store.bulk_work import Rules, running, work_on
from intake.store.handling_models import bulk_runs
from intake.store.users import User
from tests.show.factory import (
    LOGIN,
    Log,
    add_delivery,
    add_person,
    add_submission,
    lead,
    submission_id,
    token,
)

RULES = Rules({"okna": "main", "dveri": "main"})


def choose(client: FlaskClient, action: str, **form: Any) -> Any:
    form["csrf_token"] = token(client, "/log/account")
    return client.post(f"/log/bulk/new/{action}", data=form)


def press(client: FlaskClient, path: str) -> str:
    form = {"csrf_token": token(client, "/log/account")}
    return client.post(path, data=form, follow_redirects=True).text


def work_off(log: Log, size: int = 50) -> None:
    for run_id in running(log.database):
        while work_on(log.database, run_id, RULES, size):
            pass


def hold(log: Log, number: int = 1, **more: Any) -> list[str]:
    return [add_submission(log.database, state="held", **more) for _ in range(number)]


def marketer(log: Log, *sites: str) -> User:
    return add_person(log.database, "maria", Rights(Role.MARKETER, frozenset(sites) or None))


def test_a_whole_filter_goes_from_the_preview_to_the_report(log: Log) -> None:
    held = hold(log, 12)
    sent = add_submission(log.database)
    add_delivery(log.database, sent)
    client = log.signed_in()
    answer = choose(client, "release", whole="yes", site="okna")
    assert answer.status_code == 303
    address = answer.location
    preview = client.get(address).text
    for sentence in (
        *("Выбрано: 13 заявок", "Изменится: 12 заявок", "Не подходят: 1 заявка"),
        *("не придержаны", "Первые 10 из 12", "Пока ничего не сделано"),
    ):
        assert sentence in preview
    assert sent in preview
    assert "Запущено" in press(client, f"{address}/start")
    assert "Уже запущено" in press(client, f"{address}/start")
    assert "0 из 12" in client.get(address).text
    assert "0 из 12" in client.get("/log").text, "the list leads to what is going on"
    work_off(log)
    report = client.get(address).text
    assert "12 из 12. Отправлено в CRM: 12 заявок." in report
    assert "готово" in report
    assert "12 из 12" not in client.get("/log").text
    assert "12 из 12" in client.get("/log/bulk").text
    assert all(number not in client.get("/log?status=held").text for number in held)
    deeds = client.get("/log/audit?action=bulk").text
    assert "Отправить в CRM" in deeds
    assert "заявок: 12" in deeds
    assert client.get(f"/log/audit?number={held[0]}&action=release").text.count(held[0]) >= 1


def test_only_the_ticked_ones_are_chosen_however_they_are_spelled(log: Log) -> None:
    one, two, three = hold(log, 3)
    client = log.signed_in()
    address = choose(client, "spam", number=[one, two.lower(), "ZZZZ-ZZZZ", "<b>"]).location
    page = client.get(address).text
    assert "Изменится: 2 заявки" in page
    assert three not in page
    press(client, f"{address}/start")
    work_off(log)
    assert re.findall(r"held", client.get("/log/" + three + "/state.json").text)
    assert client.get("/log?status=spam").text.count('class="tick"') == 2


def test_without_a_choice_one_is_told_and_comes_back_to_the_same_filter(log: Log) -> None:
    hold(log)
    client = log.signed_in()
    answer = choose(client, "release", site="okna", text="иван")
    assert answer.location == "/log?text=%D0%B8%D0%B2%D0%B0%D0%BD&site=okna"
    assert "Отметьте заявки" in client.get(answer.location).text
    answer = choose(client, "assign", whole="yes")
    assert "Выберите, кому назначить" in client.get(answer.location).text
    answer = choose(client, "assign", whole="yes", assignee="987654")
    assert "Такого человека больше нет" in client.get(answer.location).text
    assert choose(client, "erase", whole="yes").status_code == 404
    assert client.get("/log/bulk/new/release").location == "/log"
    assert "Пока ничего не запускали" in client.get("/log/bulk").text


def test_where_nothing_fits_there_is_nothing_to_start(log: Log) -> None:
    number = add_submission(log.database)
    client = log.signed_in()
    address = choose(client, "release", number=[number]).location
    page = client.get(address).text
    assert "Менять нечего" in page
    assert "/start" not in page
    assert "Уже запущено" in press(client, f"{address}/start")
    assert running(log.database) == []


def test_what_changed_after_the_preview_is_named_in_the_report(log: Log) -> None:
    one, _two = hold(log, 2)
    client = log.signed_in()
    address = choose(client, "release", whole="yes").location
    press(client, f"/log/{one}/release")
    press(client, f"{address}/start")
    work_off(log)
    page = client.get(address).text
    assert "Не тронуто: 1 заявка" in page
    [left] = re.findall(r"Не тронуты при выполнении.*?</section>", page, re.DOTALL)
    assert one in left
    assert "не придержаны" in left
    assert len(log.rung) == 1, "only the one that was released by hand"


def test_a_run_is_stopped_by_its_person(log: Log) -> None:
    hold(log, 3)
    client = log.signed_in()
    address = choose(client, "release", whole="yes").location
    press(client, f"{address}/start")
    [run_id] = running(log.database)
    work_on(log.database, run_id, RULES, 1)
    assert client.get(f"{address}/progress.json").json == {
        "settled": 1,
        "total": 3,
        "sentence": "1 из 3. Отправлено в CRM: 1 заявка.",
        "over": False,
    }
    assert "Остановлено" in press(client, f"{address}/cancel")
    assert "Останавливать нечего" in press(client, f"{address}/cancel")
    assert client.get(f"{address}/progress.json").json["over"]  # type: ignore[index]  # an object
    work_off(log)
    assert "2 заявки" in client.get("/log?status=held").text


def test_a_run_is_its_persons_and_an_administrators(log: Log) -> None:
    hold(log)
    maria = log.signed_in(marketer(log))
    address = choose(maria, "release", whole="yes").location
    stranger, admin = log.as_("marketer"), log.signed_in()
    for path in (address, f"{address}/progress.json", f"{address}/start", f"{address}/cancel"):
        assert stranger.get(path).status_code == 404, path
    assert "maria" in admin.get(address).text
    assert f"{address}/start" not in admin.get(address).text
    form = {"csrf_token": token(admin, "/log")}
    assert admin.post(f"{address}/start", data=form).status_code == 403
    press(maria, f"{address}/start")
    assert "maria" in admin.get("/log/bulk").text
    assert "Пока ничего не запускали" in stranger.get("/log/bulk").text
    assert "Остановлено" in press(admin, f"{address}/cancel")


def test_nothing_of_another_site_is_chosen_or_named(log: Log) -> None:
    [mine] = hold(log)
    [theirs] = hold(log, site="dveri")
    client = log.signed_in(marketer(log, "okna"))
    for form in ({"whole": "yes"}, {"number": [mine, theirs]}, {"whole": "yes", "status": "held"}):
        address = choose(client, "release", **form).location
        page = client.get(address).text
        assert "Выбрано: 1 заявка" in page
        assert theirs not in page
    press(client, f"{address}/start")
    work_off(log)
    assert "held" in log.signed_in().get(f"/log/{theirs}/state.json").text
    assert "accepted" in log.signed_in().get(f"/log/{mine}/state.json").text


def test_many_are_given_to_somebody_at_once(log: Log) -> None:
    numbers = [add_submission(log.database) for _ in range(3)]
    helper = marketer(log)
    client = log.signed_in()
    address = choose(client, "assign", whole="yes", assignee=str(helper.id)).location
    assert "Назначить: maria" in client.get(address).text
    press(client, f"{address}/start")
    work_off(log)
    page = client.get(f"/log?assigned={helper.id}").text
    assert all(number in page for number in numbers)
    address = choose(client, "assign", whole="yes", assignee="nobody", assigned=str(helper.id))
    assert "Снять ответственного" in client.get(address.location).text
    press(client, f"{address.location}/start")
    work_off(log)
    assert "3 заявки" in client.get("/log?assigned=nobody").text


def test_what_strangers_typed_stays_text_in_a_preview(log: Log) -> None:
    add_submission(log.database, lead("<script>alert(1)</script>"), state="held")
    client = log.signed_in()
    page = client.get(choose(client, "release", whole="yes").location).text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_a_viewer_is_offered_no_deeds(log: Log) -> None:
    number = add_submission(log.database)
    viewer = log.as_("viewer")
    page = viewer.get("/log").text
    for sign in ('class="tick"', "выбрать всё найденное", 'id="bulk"', "/log/bulk"):
        assert sign not in page
    assert viewer.get("/log/bulk").status_code == 403
    assert choose(viewer, "spam", number=[number]).status_code == 403


def test_without_the_token_of_the_form_nothing_is_chosen_or_started(log: Log) -> None:
    hold(log)
    client = log.signed_in()
    assert client.post("/log/bulk/new/release", data={"whole": "yes"}).status_code == 400
    address = choose(client, "release", whole="yes").location
    assert client.post(f"{address}/start").status_code == 400
    assert client.get(f"{address}/start").status_code == 303
    assert running(log.database) == []


def test_the_list_asks_no_more_questions_for_more_rows(log: Log) -> None:
    for place in range(3):
        number = add_submission(log.database)
        if place:
            continue
    client = log.signed_in()
    few = count_statements(log, client)
    for _ in range(20):
        number = add_submission(log.database)
        form = {
            "csrf_token": token(client, "/log/account"),
            "note": "x",
            "assignee": str(log.person.id),
        }
        client.post(f"/log/{number}/notes", data=form)
        client.post(f"/log/{number}/assign", data=form)
    assert LOGIN in client.get("/log").text
    assert count_statements(log, client) == few
    assert submission_id(log.database, number)


def count_statements(log: Log, client: FlaskClient) -> int:
    from sqlalchemy import event  # noqa: PLC0415

    client.get("/log")
    asked: list[str] = []
    engine = log.database.engine

    def note_down(*given: Any) -> None:
        asked.append(given[2])

    event.listen(engine, "before_cursor_execute", note_down)
    client.get("/log")
    event.remove(engine, "before_cursor_execute", note_down)
    return len(asked)


@pytest.mark.parametrize("broken", [{"status": "helld"}, {"since": "2026-13-45"}, {"again": "x"}])
def test_a_filter_that_cannot_be_read_chooses_nothing(log: Log, broken: dict[str, str]) -> None:
    hold(log)
    client = log.signed_in()
    answer = choose(client, "release", whole="yes", **broken)
    assert answer.location.startswith("/log?")
    assert "условия отбора не читаются" in client.get(answer.location).text
    with log.database.read() as connection:
        assert not connection.scalar(select(func.count()).select_from(bulk_runs))


def test_a_search_releases_nothing_that_a_colleague_has_marked_as_spam(log: Log) -> None:
    hold(log)
    add_submission(log.database, state="spam")
    client = log.signed_in()
    preview = client.get(choose(client, "release", whole="yes", text="иван").location).text
    assert "Изменится: 1 заявка" in preview
    assert "спам" in preview
    asked = choose(client, "release", whole="yes", text="иван", status="spam")
    assert "Изменится: 1 заявка" in client.get(asked.location).text


def test_what_is_marked_as_spam_after_the_preview_is_not_released(log: Log) -> None:
    [number] = hold(log)
    client = log.signed_in()
    address = choose(client, "release", whole="yes", status="held").location
    client.post(f"/log/{number}/spam", data={"csrf_token": token(client, "/log/account")})
    press(client, f"{address}/start")
    work_off(log)
    assert not log.rung
    assert "Отправлено в CRM: 1" not in client.get(address).text
