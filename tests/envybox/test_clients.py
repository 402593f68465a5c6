"""The methods client/*: what is sent, and every shape of what comes back."""

from collections.abc import Callable

import pytest

from intake.envybox import Envybox, NotFound, UnexpectedReply
from intake.envybox.models.clients import CreatedClient
from intake.envybox.payloads import FieldChange
from tests.envybox.conftest import KEY
from tests.envybox.fake_crm import FakeCrm, answer

OK = {"status_code": 200, "message": "success"}
PHONE = {
    "id": "14805",
    "crm_id": "244",
    "client_id": "18062",
    "birthday": "1990-04-12",
    "primary": "0",
    "created_at": "2020-06-01 14:51:42",
    "updated_at": None,
    "deleted_at": None,
    "type_id": "1",
    "value": "70009990000",
    "addon": "777",
    "element_note": "звонить вечером",
    "group_id": "1",
}
MAIN_PHONE = {**PHONE, "id": 14806, "primary": 1, "type_id": 1, "value": 79323210202}
EMAIL = {**PHONE, "type_id": "4", "value": "testclient@net.local", "group_id": "2"}
NAME = {
    "id": "16014",
    "client_id": "18062",
    "input_id": "1001",
    "type_id": "1",
    "value": "Тестовый клиент",
    "created_at": "2020-06-01 14:51:42",
    "name": "Имя",
    "name_id": "name",
}
DEAL = {"id": "198158", "pipeline_id": "1207", "client_id": "18062", "stage_id": "3310"}
CLIENT = {
    "id": "18062",
    "crm_id": "244",
    "created_at": "2020-06-01 14:51:42",
    "updated_at": None,
    "deleted_at": None,
    "values": {"service": {"name": NAME, "ip_place": None}, "custom": []},
    "contacts": [PHONE, MAIN_PHONE, EMAIL],
    "deals": [DEAL],
}
COMPANY: dict[str, object] = {
    "id": 140,
    "crm_id": 818,
    "crm_element_id": 2,
    "element_id": 1524699,
    "primary": 1,
    "short_name": "Империя",
    "full_name": 'ООО "Империя"',
    "inn": 785626523235,
    "kpp": "562365956",
    "ogrn": "254562325632656",
    "legal_address": "405060, г. Москва, ул. Центральная, д. 27",
    "postal_address": "708090, г. Москва, ул. Красная, д. 135",
    "general_manager": "Иванов Иван Иванович",
    "bank_name": 'АО "Тинькофф банк"',
    "bik": "84562156256236325632",
    "payment_account": "256256326509052548569095965269",
    "correspondent_account": "59628508090526088592626595665656",
    "created_at": "2023-09-15 15:41:24",
    "updated_at": "2023-09-15 15:41:24",
    "deleted_at": None,
}


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


@pytest.mark.parametrize(
    "reply",
    [
        {"result": {"contacts": [PHONE, EMAIL]}},
        {"contacts": {"1": PHONE, "2": EMAIL}},
        {"result": [PHONE, EMAIL]},
    ],
    ids=["wrapped", "keyed", "bare"],
)
def test_contacts_are_read_in_every_wrapping(
    crm: Envybox, server: FakeCrm, reply: dict[str, object]
) -> None:
    server.script = answer({**reply, **OK})
    phone, email = crm.clients.get_contacts(2661)
    assert (phone.id, phone.client_id, phone.type_id, phone.group_id) == (14805, 18062, 1, 1)
    assert (phone.value, phone.addon, phone.primary) == ("70009990000", "777", False)
    assert (phone.note, phone.birthday) == ("звонить вечером", "1990-04-12")
    assert phone.created_at == "2020-06-01 14:51:42"
    assert (email.type_id, email.value) == (4, "testclient@net.local")
    assert server.seen[0].path == "/openapi/v1/client/getContacts/"
    assert server.seen[0].json == {"request": {"client_id": 2661}}


@pytest.mark.parametrize("nothing", [None, [], {}])
def test_a_client_may_have_no_contacts_and_no_companies(
    crm: Envybox, server: FakeCrm, nothing: object
) -> None:
    server.script = answer({"result": {"contacts": nothing, "companies": nothing}, **OK})
    assert crm.clients.get_contacts(5) == ()
    assert crm.clients.get_companies(5) == ()


@pytest.mark.parametrize(
    "reply",
    [{}, {"result": {"contacts": 5, "companies": "нет"}}, {"result": [1, "x", None, []]}],
    ids=str,
)
def test_what_is_no_list_of_contacts_or_companies_is_an_unexpected_reply(
    crm: Envybox, server: FakeCrm, reply: dict[str, object]
) -> None:
    server.script = answer({**reply, **OK})
    for call in (crm.clients.get_contacts, crm.clients.get_companies):
        with pytest.raises(UnexpectedReply):
            call(5)


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


def test_a_contact_is_added_with_all_that_is_known(crm: Envybox, server: FakeCrm) -> None:
    crm.clients.add_contact(
        18062,
        name="Анна",
        email="anna@example.com",
        birthday="2021-07-24",
        instagram="instagram",
        position="Должность",
        work_phone={"value": "79875552211", "addon": "777"},
    )
    assert server.seen[0].path == "/openapi/v1/client/addContact/"
    assert server.seen[0].json == {
        "request": {
            "client_id": 18062,
            "name": "Анна",
            "email": "anna@example.com",
            "birthday": "2021-07-24",
            "instagram": "instagram",
            "position": "Должность",
            "work_phone": {"value": "79875552211", "addon": "777"},
        }
    }


def test_a_contact_may_have_just_a_phone(crm: Envybox, server: FakeCrm) -> None:
    crm.clients.add_contact(5, name="Анна", phone=79123456789)
    assert server.seen[0].json == {
        "request": {"client_id": 5, "name": "Анна", "phone": 79123456789}
    }


INCOMPLETE: list[tuple[str, Callable[[Envybox], object]]] = [
    ("телефон", lambda crm: crm.clients.add_contact(5, name="Анна", phone="", email="")),
    ("имя", lambda crm: crm.clients.add_contact(5, name=" ", phone="79123456789")),
    ("имя", lambda crm: crm.clients.create("")),
    ("short_name", lambda crm: crm.clients.add_company(5, short_name="", inn=785626523235)),
    ("ИНН", lambda crm: crm.clients.add_company(5, short_name="Империя", inn="")),
]


@pytest.mark.parametrize(("said", "call"), INCOMPLETE)
def test_what_lacks_a_needed_part_is_refused_before_sending(
    crm: Envybox, server: FakeCrm, said: str, call: Callable[[Envybox], object]
) -> None:
    with pytest.raises(ValueError, match=said):
        call(crm)
    assert not server.seen


@pytest.mark.parametrize(
    "reply",
    [{"result": {"companies": [COMPANY]}}, {"companies": {"140": COMPANY}}, {"result": [COMPANY]}],
    ids=["wrapped", "keyed", "bare"],
)
def test_companies_are_read_by_get_with_the_client_in_the_path(
    crm: Envybox, server: FakeCrm, reply: dict[str, object]
) -> None:
    server.script = answer({**reply, **OK})
    [company] = crm.clients.get_companies(123456)
    assert (company.id, company.client_id, company.primary) == (140, 1524699, True)
    assert (company.short_name, company.inn) == ("Империя", "785626523235")
    for name in ("full_name", "kpp", "ogrn", "legal_address", "postal_address", "general_manager"):
        assert getattr(company, name) == COMPANY[name]
    for name in ("bank_name", "bik", "payment_account", "correspondent_account", "created_at"):
        assert getattr(company, name) == COMPANY[name]
    assert "785626523235" not in repr(company)
    assert (server.seen[0].verb, server.seen[0].body) == ("GET", b"")
    assert server.seen[0].path == "/openapi/v1/client/123456/getCompanies/"
    assert server.seen[0].query == {"api_key": [KEY]}


@pytest.mark.parametrize("place", ["result", "company", "flat"])
def test_a_company_is_added_with_the_client_in_the_path(
    crm: Envybox, server: FakeCrm, place: str
) -> None:
    replies: dict[str, dict[str, object]] = {
        "result": {"result": COMPANY},
        "company": {"company": COMPANY},
        "flat": COMPANY,
    }
    server.script = answer({**replies[place], **OK})
    company = crm.clients.add_company(
        123456, short_name="Империя", inn="012345678901", kpp="562365956"
    )
    assert company.id == 140
    assert server.seen[0].path == "/openapi/v1/client/123456/addCompany/"
    assert server.seen[0].json == {
        "request": {"short_name": "Империя", "inn": "012345678901", "kpp": "562365956"}
    }


def test_an_added_company_without_an_id_is_an_unexpected_reply(
    crm: Envybox, server: FakeCrm
) -> None:
    server.script = answer({"result": {"short_name": "Империя"}, **OK})
    with pytest.raises(UnexpectedReply, match="компания"):
        crm.clients.add_company(5, short_name="Империя", inn=785626523235)
