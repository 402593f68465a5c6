import re

import pytest
from flask.testing import FlaskClient

from intake.domain.person import Rights, Role
from intake.show.passwords import PasswordCheck
from intake.store.sessions import list_sessions
from intake.store.throttle import Visit
from intake.store.users import User, begin_sign_in, list_users, set_disabled
from tests.show.factory import LOGIN, Log, add_person, token


def post(client: FlaskClient, path: str, page: str = "/log/people", **form: object) -> str:
    answer = client.post(path, data={"csrf_token": token(client, page), **form})
    assert answer.status_code in {200, 303}, answer.text
    return client.get(answer.location).text if answer.status_code == 303 else answer.text


def person_called(log: Log, login: str) -> User:
    return next(each for each in list_users(log.database) if each.login == login)


def opens(log: Log, login: str, password: str) -> bool:
    found = begin_sign_in(log.database, login, Visit())
    return PasswordCheck().matches(found.password_hash if found else None, password)


def secret_in(page: str) -> str:
    found = re.search(r'class="secret">([^<]+)<', page)
    assert found
    return found[1]


def test_a_person_is_added_with_a_password_that_is_shown_once(log: Log) -> None:
    client = log.signed_in()
    page = post(client, "/log/people/add", login=" Olga ", role="viewer", site="okna")
    password = secret_in(page)
    olga = person_called(log, "olga")
    assert olga.rights == Rights(Role.VIEWER, frozenset({"okna"}))
    assert opens(log, "olga", password)
    assert password not in client.get(f"/log/people/{olga.id}").text
    with client.session_transaction() as session:
        assert password not in str(dict(session))
    assert "наблюдатель" in client.get("/log/people").text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"login": LOGIN, "role": "viewer", "all_sites": "yes"}, "уже занят"),
        ({"login": " ", "role": "viewer", "all_sites": "yes"}, "Логин пуст"),
        ({"login": "petr петров <b>", "role": "viewer", "all_sites": "yes"}, "одно слово"),
        ({"login": "olga", "role": "viewer"}, "хотя бы один сайт"),
        ({"login": "olga", "role": "viewer", "all_sites": "no"}, "хотя бы один сайт"),
        (
            {"login": "olga", "role": "viewer", "all_sites": "yes", "site": "okna"},
            "оставьте что-то одно",
        ),
        ({"login": "olga", "role": "viewer", "site": "unknown"}, "хотя бы один сайт"),
    ],
)
def test_a_person_who_cannot_be_added_is_told_in_a_sentence(
    log: Log, form: dict[str, str], told: str
) -> None:
    client = log.signed_in()
    form["csrf_token"] = token(client, "/log/people")
    answer = client.post("/log/people/add", data=form)
    assert answer.status_code == 422
    assert told in answer.text
    assert len(list_users(log.database)) == 1


def test_a_role_nobody_has_heard_of_is_refused(log: Log) -> None:
    client = log.signed_in()
    form = {"csrf_token": token(client, "/log/people"), "login": "olga", "role": "emperor"}
    assert client.post("/log/people/add", data=form).status_code == 400


def test_rights_are_changed_and_the_change_is_told_of(log: Log) -> None:
    client, olga = log.signed_in(), add_person(log.database, "olga", Rights(Role.VIEWER))
    path = f"/log/people/{olga.id}"
    page = post(client, f"{path}/rights", path, role="marketer", site=["okna", "dveri"])
    assert "Права изменены" in page
    assert person_called(log, "olga").rights == Rights(Role.MARKETER, frozenset({"okna", "dveri"}))
    deeds = client.get("/log/audit?action=rights_changed").text
    assert "маркетолог" in deeds
    assert "сайты: dveri, okna" in deeds


def test_the_last_administrator_stays_one(log: Log) -> None:
    client = log.signed_in()
    path = f"/log/people/{log.person.id}"
    for action, form in (
        ("rights", {"role": "viewer", "all_sites": "yes"}),
        ("access", {"access": "off"}),
    ):
        form["csrf_token"] = token(client, path)
        answer = client.post(f"{path}/{action}", data=form)
        assert answer.status_code == 422
        assert "единственный администратор" in answer.text
    assert client.get("/log/people").status_code == 200


def test_access_is_closed_at_once_and_given_back(log: Log) -> None:
    admin, olga = log.signed_in(), add_person(log.database, "olga", Rights(Role.VIEWER))
    client, path = log.signed_in(olga), f"/log/people/{olga.id}"
    assert client.get("/log").status_code == 200
    assert "доступ закрыт" in post(admin, f"{path}/access", path, access="off")
    assert client.get("/log").status_code == 303
    assert "Доступ открыт" in post(admin, f"{path}/access", path, access="on")
    assert log.signed_in(olga).get("/log").status_code == 200


def test_a_new_password_is_shown_once_and_ends_the_sessions(log: Log) -> None:
    admin, olga = log.signed_in(), add_person(log.database, "olga", Rights(Role.VIEWER))
    client, path = log.signed_in(olga), f"/log/people/{olga.id}"
    password = secret_in(post(admin, f"{path}/password", path))
    assert opens(log, "olga", password)
    assert client.get("/log").status_code == 303
    assert password not in admin.get("/log/audit").text


def test_an_administrator_ends_the_sessions_of_another(log: Log) -> None:
    admin, olga = log.signed_in(), add_person(log.database, "olga", Rights(Role.VIEWER))
    clients, path = [log.signed_in(olga) for _ in range(3)], f"/log/people/{olga.id}"
    assert admin.get(path).text.count(">Завершить</button>") == 3
    newest = list_sessions(log.database, olga.id)[0]
    post(admin, f"{path}/sessions/{newest.id}/end", path)
    assert [client.get("/log").status_code for client in clients] == [200, 200, 303]
    assert "Сейчас нигде не вошёл" in post(admin, f"{path}/sessions/end", path)
    assert [client.get("/log").status_code for client in clients] == [303, 303, 303]


def test_a_mere_visit_changes_nothing(log: Log) -> None:
    admin, olga = log.signed_in(), add_person(log.database, "olga", Rights(Role.VIEWER))
    client = log.signed_in(olga)
    session = list_sessions(log.database, olga.id)[0]
    for action in ("rights", "access", "password", "sessions/end", f"sessions/{session.id}/end"):
        assert admin.get(f"/log/people/{olga.id}/{action}").status_code == 303
    assert admin.get("/log/people/add").status_code == 302
    assert client.get("/log").status_code == 200
    assert person_called(log, "olga") == olga


def test_nobody_is_found_under_a_number_nobody_has(log: Log) -> None:
    assert log.signed_in().get("/log/people/987654").status_code == 404


def test_who_is_shut_out_stays_on_the_list(log: Log) -> None:
    add_person(log.database, "olga", Rights(Role.VIEWER, frozenset({"gone"})))
    set_disabled(log.database, "olga", disabled=True)
    page = log.signed_in().get("/log/people").text
    assert "доступ закрыт" in page
    assert "gone" in page


def test_all_sites_are_given_to_nobody_who_was_not_given_them(log: Log) -> None:
    client = log.signed_in()
    form = client.get("/log/people").text.split('id="new-login"', 1)[1]
    reach = re.findall(r'<input type="radio" name="all_sites"[^>]*>', form)
    assert len(reach) == 2
    assert not [each for each in reach if " checked" in each or " required" not in each]
    given = {"login": "olga.petrova@okna", "role": "viewer", "all_sites": "no", "site": "okna"}
    post(client, "/log/people/add", **given)
    olga = person_called(log, "olga.petrova@okna")
    assert olga.rights.sites == frozenset({"okna"})
    page = client.get(f"/log/people/{olga.id}").text
    assert re.search(r'name="all_sites" value="no" required checked', page)


def test_what_was_typed_stays_where_it_was_refused(log: Log) -> None:
    client = log.signed_in()
    form = {"login": "petr <b>", "role": "viewer", "all_sites": "no", "site": "okna"}
    page = client.post(
        "/log/people/add", data={"csrf_token": token(client, "/log/people"), **form}
    ).text
    assert 'value="petr &lt;b&gt;"' in page
    for kept in ('value="viewer" required checked', 'value="no" required checked'):
        assert kept in page
    assert re.search(r'name="site" value="okna" checked', page)


def test_an_odd_login_of_former_days_goes_on_working(log: Log) -> None:
    odd = add_person(log.database, "petr петров")
    assert post(log.signed_in(), f"/log/people/{odd.id}/password", f"/log/people/{odd.id}")
