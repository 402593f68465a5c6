"""The methods about clients, their contacts and companies."""

from intake.sandbox.client_list import list_clients
from intake.sandbox.client_shapes import (
    Dossier,
    client_card,
    created_client,
    full_contact_row,
)
from intake.sandbox.clients import (
    Client,
    add_client,
    find_client,
    rename_client,
    touch_client,
)
from intake.sandbox.companies import add_company, companies_of, company_row, read_requisites
from intake.sandbox.contacts import CONTACT_TYPES, Person, add_person, shown_contacts
from intake.sandbox.elements import CLIENT_NAME, Element, Kind
from intake.sandbox.enquiry import check_employee, contact_keys
from intake.sandbox.errors import NO_CLIENT, RefusalError
from intake.sandbox.field_values import read_changes, set_values
from intake.sandbox.listing import day
from intake.sandbox.params import Params
from intake.sandbox.responsible import check_user

from .registry import Call, Reply, method

# What client/addContact takes as plain text. `mobile_phone` is a kind of lead/set alone.
TEXT_KINDS = tuple(kind for kind in CONTACT_TYPES if kind not in {"work_phone", "mobile_phone"})


@method("client/list")
def list_all(call: Call) -> Reply:
    """List the clients, the latest first, page by page."""
    return Reply(list_clients(call.db, call.params, call.account, call.now))


@method("client/get")
def get(call: Call) -> Reply:
    """Show one client. The reference prints no error here: the one of the update is given."""
    dossier = Dossier.read(call.db, _client(call), call.now)
    return Reply({"result": client_card(dossier, call.account)})


@method("client/create")
def create(call: Call) -> Reply:
    """Create a client with nothing but a name."""
    name = call.params.required_text("name")
    client = add_client(call.db, name, (), call.now)
    shown = created_client(client, call.account)
    return Reply({"result": {"client": shown}}, f"создан клиент {client.id}")


@method("client/getContacts")
def get_contacts(call: Call) -> Reply:
    """Show the contacts of a client, the earliest first."""
    contacts = shown_contacts(call.db, _client(call).id)
    shown = [full_contact_row(one, call.account) for one in contacts]
    return Reply({"result": {"contacts": shown}})


@method("client/addContact")
def add_contact(call: Call) -> Reply:
    """Add a person to a client; by its phone and email the client is found from now on."""
    client, person = _client(call), _person(call.params)
    add_person(call.db, client.id, person, call.now)
    touch_client(call.db, client.id, call.now)
    return Reply({}, f"клиенту {client.id} добавлен контакт «{person.name}»")


@method("client/updateClientValue")
def update_values(call: Call) -> Reply:
    """Set fields of a client; field 1001 is its name."""
    client = _client(call)
    user_id = check_user(call.params.id("user_id"), call.account)
    employee_id = check_employee(call.params.id("employee_id"), call.account)
    changes = read_changes(
        call.params, Element.CLIENT, call.account, array="fields", kind_name="value_type_id"
    )
    if not changes:
        raise RefusalError("Не указан fields")
    set_values(call.db, Element.CLIENT, client.id, changes, call.now)
    touch_client(call.db, client.id, call.now)
    for one in changes:
        if (one.kind, one.input_id) == (Kind.SYSTEM, CLIENT_NAME):
            rename_client(call.db, client.id, one.value)
    shown = {
        "client_id": str(client.id),
        "user_id": str(call.account.user_id if user_id is None else user_id),
        "employee_id": str(employee_id or 0),
        "fields": [one.to_json() for one in changes],
    }
    return Reply({"result": shown}, f"изменены поля клиента {client.id}")


@method("client/getCompanies", "GET")
def get_companies(call: Call) -> Reply:
    """Show the companies of a client, the earliest first."""
    companies = companies_of(call.db, _client(call).id)
    shown = [company_row(one, call.account) for one in companies]
    return Reply({"result": {"companies": shown}})


@method("client/addCompany")
def add_its_company(call: Call) -> Reply:
    """Add a company to a client."""
    client, requisites = _client(call), read_requisites(call.params)
    company = add_company(call.db, client.id, requisites, call.now)
    touch_client(call.db, client.id, call.now)
    did = f"клиенту {client.id} добавлена компания {company.id}"
    return Reply({"result": company_row(company, call.account)}, did)


def _client(call: Call) -> Client:
    client = find_client(call.db, call.params.required_id("client_id"))
    if client is None:
        raise RefusalError(NO_CLIENT)
    return client


def _person(params: Params) -> Person:
    name = params.required_text("name")
    texts = {kind: params.text(kind) for kind in TEXT_KINDS}
    if not texts["phone"] and not texts["email"]:
        raise RefusalError("Не указан phone или email")
    texts["phone"] = _digits(texts["phone"])
    items = [{"type": kind, "value": value} for kind, value in texts.items() if value]
    return Person(name, (*items, *_work_phone(params)), _birthday(params))


def _digits(phone: str) -> str:
    """Write a phone the way the CRM shows it: digits alone, 7 for the Russian trunk 8."""
    if not phone:
        return ""
    for _, digits in contact_keys(phone, ""):
        return digits
    raise RefusalError("В параметре phone нет ни одной цифры")


def _work_phone(params: Params) -> tuple[dict[str, str], ...]:
    given = params.object("work_phone")
    if not given:
        return ()
    inside = Params({f"work_phone.{name}": value for name, value in given.items()})
    value = inside.required_text("work_phone.value")
    return ({"type": "work_phone", "value": value, "addon": inside.text("work_phone.addon")},)


def _birthday(params: Params) -> str | None:
    # Read as a day only to be checked: it is shown the way it was sent.
    day(params, "birthday")
    return params.text("birthday") or None
