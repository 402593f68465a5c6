"""Who may what: every address has a role, and every page asks it."""

import pytest
from flask import g

from intake.domain.person import Rights, Role
from intake.show.rights import OPEN, RIGHTS, i_may, may
from intake.store.users import User, list_users, set_rights
from tests.show.factory import (
    Log,
    add_attempt,
    add_delivery,
    add_submission,
    submission_id,
    token,
)

# What everybody who is signed in may change: what is their own.
OWN = {"change_password", "end_own_session", "end_other_sessions", "views", "view", "columns"}
# What takes a form and changes nothing: says that there is no such page, looks at a link.
HARMLESS = {"unknown", "utm"}
ROLES = list(Role)


def endpoints(log: Log) -> dict[str, set[str]]:
    """The addresses of the log with the methods each takes."""
    found: dict[str, set[str]] = {}
    for rule in log.app.url_map.iter_rules():
        if rule.endpoint.startswith("log."):
            found.setdefault(rule.endpoint.removeprefix("log."), set()).update(rule.methods or ())
    return found


def test_every_address_of_the_log_has_a_role(watched: Log) -> None:
    assert endpoints(watched).keys() == RIGHTS.keys() | OPEN


def test_whatever_changes_something_takes_more_than_a_viewer(watched: Log) -> None:
    changing = {name for name, methods in endpoints(watched).items() if "POST" in methods}
    for name in changing - OPEN - OWN - HARMLESS:
        assert RIGHTS[name].reaches(Role.MARKETER), name


def test_an_address_without_a_role_is_refused_to_everybody(log: Log) -> None:
    assert not may(log.person, "log.something_new")
    assert not may(None, "log.list")
    client = log.signed_in()
    forgotten = RIGHTS["list"]
    try:
        del RIGHTS["list"]  # type: ignore[attr-defined]  # nobody else may, and nobody does
        assert client.get("/log").status_code == 403
    finally:
        RIGHTS["list"] = forgotten  # type: ignore[index]  # as it was


def test_an_address_asks_for_its_role_whatever_the_method(watched: Log) -> None:
    log = watched
    number = add_submission(log.database)
    clients = {role: log.as_(role) for role in ROLES}
    rules = [rule for rule in log.app.url_map.iter_rules() if rule.endpoint.startswith("log.")]
    for rule in rules:
        name = rule.endpoint.removeprefix("log.")
        if name in OPEN or name in HARMLESS:
            continue
        path = str(rule).replace("<number>", number).replace("<site>", "okna")
        path = path.replace("<action>", "redeliver")
        ids = "user_id session_id finding_id view_id link_id note_id run_id"
        for part in ids.split():
            path = path.replace(f"<id:{part}>", "987654")
        for role, client in clients.items():
            for method in {"GET", "POST"} & (rule.methods or set()):
                refused = client.open(path, method=method).status_code == 403
                assert refused is not role.reaches(RIGHTS[name]), (role, method, path)


def test_a_viewer_is_offered_nothing_to_do_and_cannot_do_it(log: Log) -> None:
    number = add_submission(log.database)
    add_delivery(log.database, number, "attention", outcome="refused")
    viewer, marketer = log.as_("viewer"), log.as_("marketer")
    assert "Отправить ещё раз</button>" not in viewer.get(f"/log/{number}").text
    assert "Отправить ещё раз</button>" in marketer.get(f"/log/{number}").text
    form = {"csrf_token": token(viewer, "/log"), "delivery": "1", "generation": "1"}
    assert viewer.post(f"/log/{number}/redeliver", data=form).status_code == 403
    assert log.rung == []
    page = viewer.get("/log").text
    assert "Люди" not in page
    assert "События" not in page


def test_another_role_counts_from_the_next_page_on(log: Log) -> None:
    client = log.as_("admin")
    assert client.get("/log/people").status_code == 200
    set_rights(log.database, person_of(log, "admin").login, Rights(Role.VIEWER))
    assert client.get("/log/people").status_code == 403
    assert client.get("/log").status_code == 200


def test_a_person_sees_the_sites_they_are_given_and_no_trace_of_others(watched: Log) -> None:
    log = watched
    mine = add_submission(log.database)
    theirs = add_submission(log.database, site="dveri", name="Тайный")
    delivery = add_delivery(log.database, theirs, "attention")
    add_attempt(log.database, delivery)
    client = log.as_("marketer", "okna")
    page = client.get("/log").text
    assert mine in page
    assert theirs not in page
    assert "1 заявка" in page
    assert "Двери и лестницы" not in page
    assert "Нужно внимание" not in page
    for query in ("site=dveri", f"text={theirs}", "text=Тайный", "status=attention"):
        page = client.get(f"/log?{query}").text
        assert "Ничего не нашлось" in page, query
        assert f"/log/{theirs}" not in page
        news = client.get(f"/log/newest.json?after=0&{query}").json
        assert news == {"count": 0, "text": "", "alarms": ""}
    assert client.get("/log/newest.json?after=0").json["count"] == 1  # type: ignore[index]  # an object
    for path in (f"/log/{theirs}", f"/log/{theirs}/state.json"):
        assert client.get(path).status_code == 404
    form = {
        "csrf_token": token(client, "/log/account"),
        "delivery": str(delivery),
        "generation": "1",
    }
    assert client.post(f"/log/{theirs}/redeliver", data=form).status_code == 404
    own = add_delivery(log.database, mine, "attention")
    assert own != delivery
    # Nor by naming another site's delivery from the page of one's own.
    assert client.post(f"/log/{mine}/redeliver", data=form).status_code == 400
    assert log.rung == []
    assert theirs not in client.get("/log/health").text
    assert submission_id(log.database, theirs)


def test_somebody_who_is_given_a_site_that_is_gone_sees_nothing(log: Log) -> None:
    add_submission(log.database)
    assert "Заявок пока нет" in log.as_("marketer", "gone").get("/log").text


@pytest.mark.parametrize("role", ROLES)
def test_templates_ask_the_same_table(log: Log, role: Role) -> None:
    log.as_(role)
    with log.app.test_request_context("/log"):
        g.user = person_of(log, role)
        assert i_may("redeliver") is role.reaches(Role.MARKETER)
        assert i_may("people") is role.reaches(Role.ADMIN)
        assert not i_may("nothing")


def person_of(log: Log, role: str) -> User:
    return next(user for user in list_users(log.database) if user.login.startswith(f"{role}-"))
