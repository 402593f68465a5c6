"""The contacts and companies of a client: what is sent, and every shape of what comes back."""

from collections.abc import Callable

import pytest

from intake.envybox import Envybox, UnexpectedReply
from tests.envybox.client_examples import COMPANY, EMAIL, OK, PHONE
from tests.envybox.conftest import KEY
from tests.envybox.fake_crm import FakeCrm, answer


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
