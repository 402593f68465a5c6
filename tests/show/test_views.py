import re

from flask.testing import FlaskClient

from intake.store.views import list_views
from tests.show.factory import Log, add_submission, token


def keep(client: FlaskClient, name: str, **query: str) -> str:
    form = {"csrf_token": token(client, "/log/account"), "name": name, **query}
    return client.post("/log/views", data=form, follow_redirects=True).text


def test_a_kept_view_stands_above_the_list_and_says_that_it_is_open(log: Log) -> None:
    add_submission(log.database)
    client = log.signed_in()
    page = keep(client, "Яндекс <b>", source="yandex", text="", before="7", x="y")
    assert 'href="/log?source=yandex" aria-current="page"' in page
    assert "Яндекс &lt;b&gt;" in page
    views = list_views(log.database, log.person.id)
    assert [(view.name, view.query) for view in views] == [("Яндекс <b>", "source=yandex")]


def test_a_view_without_name_or_filter_is_not_kept(log: Log) -> None:
    client = log.signed_in()
    assert "Назовите вид" in keep(client, " \u202e ", source="yandex")
    assert "Сначала отберите" in keep(client, "Всё", site="")
    assert (
        client.post(
            "/log/views",
            data={"csrf_token": token(client, "/log/account"), "site": "a", "name": "ы" * 9999},
        ).status_code
        == 400
    )
    assert list_views(log.database, log.person.id) == ()


def test_views_are_renamed_and_deleted_by_their_person_only(log: Log) -> None:
    client = log.signed_in()
    for name in ("Первый", "Второй"):
        keep(client, name, site="okna")
    first = list_views(log.database, log.person.id)[0]
    form = {"csrf_token": token(client, "/log/views"), "action": "rename", "name": "Второй"}
    address = f"/log/views/{first.id}"
    page = client.post(address, data=form, follow_redirects=True).text
    assert "Вид «Второй» уже есть" in page
    client.post(address, data={**form, "name": "Третий"})
    assert 'value="Третий"' in client.get("/log/views").text
    stranger = log.as_("marketer")
    theirs = {"csrf_token": token(stranger, "/log"), "action": "delete"}
    assert stranger.post(address, data=theirs).status_code == 303
    assert len(list_views(log.database, log.person.id)) == 2
    assert "Видов пока нет" in stranger.get("/log/views").text


def test_a_view_is_deleted(log: Log) -> None:
    client = log.signed_in()
    keep(client, "Лишний", site="okna")
    view = list_views(log.database, log.person.id)[0]
    form = {"csrf_token": token(client, "/log/views"), "action": "delete"}
    page = client.post(f"/log/views/{view.id}", data=form, follow_redirects=True).text
    assert "Вид удалён." in page
    assert list_views(log.database, log.person.id) == ()


def test_columns_are_remembered_for_the_person(log: Log) -> None:
    add_submission(log.database)
    client = log.signed_in()
    form = {"csrf_token": token(client, "/log/account"), "column": ["crm", "nonsense", "site"]}
    page = client.post("/log/columns", data={**form, "source": "yandex"}, follow_redirects=True)
    assert page.request.full_path == "/log?source=yandex"
    assert re.findall(r'class="h-(\w+)"', page.text) == ["number", "site", "state", "crm"]
    client.post("/log/columns", data={"csrf_token": token(client, "/log/account")})
    assert re.findall(r'class="h-(\w+)"', client.get("/log").text) == ["number", "state"]


def test_nothing_is_kept_without_the_forms_token(log: Log) -> None:
    client = log.signed_in()
    for address in ("/log/views", "/log/views/1", "/log/columns"):
        assert client.post(address, data={"name": "x", "site": "okna"}).status_code == 400
    assert client.get("/log/views/1").status_code == 302
    assert client.get("/log/columns").status_code == 302
