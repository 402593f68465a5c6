"""The methods client/*: what is sent, and every shape of what comes back."""

import pytest

from intake.envybox import Envybox, NotFound, UnexpectedReply
from intake.envybox.models.clients import CreatedClient
from intake.envybox.payloads import FieldChange
from tests.envybox.client_examples import CLIENT, COMPANY, DEAL, OK
from tests.envybox.fake_crm import FakeCrm, answer


@pytest.mark.parametrize(
    "reply",
    [{"result": CLIENT}, CLIENT, {"result": {"client": CLIENT}}],
    ids=["wrapped", "flat", "named"],
)
def test_a_client_is_read_with_its_values_contacts_and_deals(
    crm: Envybox, server: FakeCrm, reply: dict[str, object]
) -> None:
    server.script = answer({**reply, **OK})
    client = crm.clients.get(18062)
    assert (client.id, client.crm_id, client.created_at) == (18062, 244, "2020-06-01 14:51:42")
    assert (client.updated_at, client.deleted_at) == (None, None)
    assert client.values.service["name"].input_id == 1001
    assert client.values.service["name"].type_id == 1
    assert [deal.id for deal in client.deals] == [198158]
    assert server.seen[0].path == "/openapi/v1/client/get/"
    assert server.seen[0].json == {"request": {"client_id": 18062}}


def test_a_client_has_the_name_of_its_field_and_its_primary_phone(
    crm: Envybox, server: FakeCrm
) -> None:
    server.script = answer({"result": CLIENT, **OK})
    client = crm.clients.get(18062)
    assert client.name == "Тестовый клиент"
    assert (client.phone, client.email) == ("79323210202", "testclient@net.local")


def test_what_the_crm_names_beside_goes_before_fields_and_contacts(
    crm: Envybox, server: FakeCrm
) -> None:
    beside = {"name": "Анна", "phone": "79120000000", "email": "anna@example.com"}
    server.script = answer({"result": {**CLIENT, **beside}, **OK})
    client = crm.clients.get(18062)
    assert (client.name, client.phone, client.email) == tuple(beside.values())


def test_a_client_without_anything_is_still_a_client(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({"result": {"id": 5, "contacts": None, "deals": None}, **OK})
    client = crm.clients.get(5)
    assert (client.name, client.phone, client.email) == (None, None, None)
    assert (client.contacts, client.deals) == ((), ())


def test_an_unknown_client_is_not_found(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({"status_code": 500, "message": "Клиент не найден"}, status=500)
    with pytest.raises(NotFound):
        crm.clients.get(5)


def test_the_repr_of_a_client_shows_no_personal_data(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({"result": {**CLIENT, "companies": [COMPANY]}, **OK})
    shown = repr(crm.clients.get(18062))
    for private in ("79323210202", "testclient", "Тестовый", "1990", "777", "вечером"):
        assert private not in shown


@pytest.mark.parametrize(
    "deals",
    [{"18062": [DEAL]}, {"198158": DEAL}, [DEAL], ["198158"], {"18062": [DEAL], "5": None}],
    ids=["by client", "by deal", "list", "bare ids", "with a gap"],
)
def test_the_deals_of_a_client_come_as_a_list_or_keyed(
    crm: Envybox, server: FakeCrm, deals: object
) -> None:
    server.script = answer({"result": [{**CLIENT, "deals": deals}], "offset": -1, **OK})
    [client] = crm.clients.list()
    assert [deal.id for deal in client.deals] == [198158]


def test_clients_are_asked_for_by_keyword_and_days(crm: Envybox, server: FakeCrm) -> None:
    page = {"keyword": None, "offset": "1", "limit": 1, "result": [CLIENT], "count": "251"}
    server.script = answer({**page, **OK})
    clients = crm.clients.list(
        keyword="Анна", date_start="2017-07-10", date_end="2017-07-11", limit=1
    )
    assert (len(clients), clients.next_offset, clients.count) == (1, 1, 251)
    assert server.seen[0].verb == "POST"
    assert server.seen[0].path == "/openapi/v1/client/list/"
    assert server.seen[0].json == {
        "request": {
            "keyword": "Анна",
            "date_start": "2017-07-10",
            "date_end": "2017-07-11",
            "limit": 1,
            "offset": 0,
        }
    }


def test_nobody_found_is_an_empty_page(crm: Envybox, server: FakeCrm) -> None:
    nobody = {"offset": -1, "limit": 50, "result": [], "count": "0", "all_ids": []}
    server.script = answer({**nobody, **OK})
    page = crm.clients.list(keyword="ytn")
    assert (page.items, page.next_offset, page.count) == ((), None, 0)
    server.script = answer({"result": None, **OK})
    assert crm.clients.list(keyword="ytn").items == ()


def test_a_page_of_clients_may_stand_within_result(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({"result": {"result": {"18062": CLIENT}, "offset": 7}, **OK})
    page = crm.clients.list()
    assert ([client.id for client in page], page.next_offset) == ([18062], 7)


def test_a_reply_without_a_list_of_clients_does_not_mean_that_there_are_none(
    crm: Envybox, server: FakeCrm
) -> None:
    server.script = answer(OK)
    with pytest.raises(UnexpectedReply):
        crm.clients.list()


def test_every_client_is_yielded_page_by_page_with_the_filters(
    crm: Envybox, server: FakeCrm
) -> None:
    server.script = answer({"result": [CLIENT], "offset": 50, **OK})
    clients = crm.clients.iterate(keyword="Анна")
    assert next(clients).id == 18062
    server.script = answer({"result": [{**CLIENT, "id": 7}], "offset": "-1", **OK})
    assert [client.id for client in clients] == [7]
    assert [one.json for one in server.seen] == [
        {"request": {"keyword": "Анна", "limit": 50, "offset": offset}} for offset in (0, 50)
    ]


@pytest.mark.parametrize("day", ["10.07.2017", "2017-02-30", "20170710", "٢٠١٧-07-10", ""])
def test_a_day_the_crm_could_not_read_is_refused_before_sending(
    crm: Envybox, server: FakeCrm, day: str
) -> None:
    for call in (
        lambda: crm.clients.list(date_start=day),
        lambda: crm.clients.list(date_end=day),
        lambda: crm.clients.add_contact(5, name="Анна", phone="79123456789", birthday=day),
    ):
        with pytest.raises(ValueError, match="День пишется как"):
            call()
    assert not server.seen


@pytest.mark.parametrize("place", ["client", "result", "flat"])
def test_a_client_is_created_by_its_name(crm: Envybox, server: FakeCrm, place: str) -> None:
    made: dict[str, object] = {"crm_id": 1, "created_at": "2021-04-13 16:59:07", "id": "5076"}
    replies: dict[str, dict[str, object]] = {
        "client": {"result": {"client": made}},
        "result": {"result": made},
        "flat": made,
    }
    server.script = answer({**replies[place], **OK})
    assert crm.clients.create("Сделка Тест") == CreatedClient(5076, 1, "2021-04-13 16:59:07")
    assert server.seen[0].path == "/openapi/v1/client/create/"
    assert server.seen[0].json == {"request": {"name": "Сделка Тест"}}


def test_a_created_client_without_an_id_is_an_unexpected_reply(
    crm: Envybox, server: FakeCrm
) -> None:
    server.script = answer({"result": {"client": {"crm_id": 1}}, **OK})
    with pytest.raises(UnexpectedReply, match="созданный клиент") as caught:
        crm.clients.create("Анна")
    assert not caught.value.safe_to_resend


def test_fields_of_a_client_are_changed_on_behalf_of_an_employee(
    crm: Envybox, server: FakeCrm
) -> None:
    repeated = [{"input_id": "3823", "value": "1323123", "value_type_id": 2}]
    result = {"client_id": "1625369", "user_id": "59699", "employee_id": "0", "fields": repeated}
    server.script = answer({"result": result, **OK})
    changed = crm.clients.update_values(
        1625369,
        [{"input_id": 3823, "value": "1323123", "value_type_id": 2}],
        user_id=59699,
        employee_id=0,
    )
    assert (changed.client_id, changed.user_id, changed.employee_id) == (1625369, 59699, None)
    [field] = changed.fields
    assert (field.input_id, field.type_id, field.value) == (3823, 2, "1323123")
    assert server.seen[0].path == "/openapi/v1/client/updateClientValue/"
    assert server.seen[0].json == {
        "request": {
            "client_id": 1625369,
            "user_id": 59699,
            "employee_id": 0,
            "fields": [{"input_id": 3823, "value": "1323123", "value_type_id": 2}],
        }
    }


def test_a_bare_confirmation_of_changed_fields_is_enough(crm: Envybox, server: FakeCrm) -> None:
    change: FieldChange = {"input_id": 3823, "value": "1", "value_type_id": 2}
    assert crm.clients.update_values(5, [change]).fields == ()
    assert server.seen[0].json == {"request": {"client_id": 5, "fields": [change]}}
