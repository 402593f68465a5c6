"""Many sent another way, from the bar of the list through form and preview to the report."""

from typing import Any

import pytest

from intake.domain.person import Rights, Role
from intake.domain.site import Site
from intake.store.bulk_work import Rules, running, work_on
from intake.store.catalogues import keep_catalogue
from tests.show.factory import Log, add_delivery, add_person, add_submission
from tests.show.test_bulk import choose, press
from tests.show.test_correcting import OFFERED

RULES = Rules({"okna": "main"}, sites=(Site("okna", "Окна", "main"),))


@pytest.fixture
def failed(log: Log) -> str:
    keep_catalogue(log.database, "main", OFFERED)
    number = add_submission(log.database)
    add_delivery(log.database, number, "attention", outcome="refused")
    return number


def preview(client: Any, **form: Any) -> Any:
    return choose(client, "correct", step="preview", **form)


def test_a_stage_for_many_is_chosen_seen_and_sent(log: Log, failed: str) -> None:
    sent = add_submission(log.database)
    add_delivery(log.database, sent, steps_done=["create"], lead_id=5)
    client = log.signed_in()
    assert "/log/bulk/new/correct" in client.get("/log").text
    form = choose(client, "correct", whole="yes", site="okna").text
    for offered in ('value="s:5636"', 'value="183"', 'value="13045"', 'value="own:main" selected'):
        assert offered in form
    assert 'name="site" value="okna"' in form
    answer = preview(client, whole="yes", target="own:main", way="s:5636", employee="keep")
    page = client.get(answer.location).text
    for said in ("Изменится: 1 заявка", "Окна → Замер", "Лишних лидов не появится"):
        assert said in page
    assert "Этап: " in page
    assert "лид уже есть в CRM" in page
    assert sent in page
    assert "Запущено" in press(client, f"{answer.location}/start")
    [run_id] = running(log.database)
    while work_on(log.database, run_id, RULES):
        pass
    assert "Исправлено и отправлено: 1 заявка." in client.get(answer.location).text
    detail = client.get(f"/log/{failed}").text
    assert "Исправлено вручную" in detail
    assert "Замер" in detail


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Выберите хотя бы одно"),
        ({"way": "s:999"}, "У выбранного сайта этого нет"),
        ({"way": "s:5700"}, "У выбранного сайта этого нет"),
        ({"employee": "x"}, "У выбранного сайта этого нет"),
        ({"target": "nowhere"}, "Такого сайта больше нет"),
        ({"target": "own:nowhere"}, "Такого сайта больше нет"),
    ],
)
def test_what_is_not_offered_is_not_taken(
    log: Log, failed: str, form: dict[str, str], sentence: str
) -> None:
    client = log.signed_in()
    answer = preview(client, number=failed, **form)
    assert answer.status_code == 200
    assert sentence in answer.text
    assert f'name="number" value="{failed}"' in answer.text
    assert "Пока ничего не запускали" in client.get("/log/bulk").text


def test_a_site_that_one_may_not_see_is_not_offered(log: Log, failed: str) -> None:
    agent = add_person(log.database, "agent", Rights(Role.MARKETER, frozenset({"okna"})))
    client = log.signed_in(agent)
    assert 'value="dveri"' not in choose(client, "correct", number=failed).text
    assert "Такого сайта больше нет" in preview(client, number=failed, target="dveri").text
