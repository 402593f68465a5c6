"""Clients: people the CRM knows, their fields, contacts and companies."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Unpack

from intake.envybox.asking import LARGEST_PAGE, changes, given, known
from intake.envybox.client_payloads import ClientFilters, NewCompany, NewContact
from intake.envybox.days import with_days
from intake.envybox.inputs import Inputs
from intake.envybox.models.clients import (
    ChangedClient,
    Client,
    Company,
    Contact,
    CreatedClient,
    read_clients,
    read_companies,
    read_contacts,
)
from intake.envybox.page import Page, walk
from intake.envybox.payloads import FieldChange
from intake.envybox.proof import read_confirmation


class Clients(Inputs):
    """The methods client/*.

    A client the CRM does not know is NotFound ("Клиент не найден") where the CRM says so; the
    reference promises that for update_values only.
    """

    element = "client"

    # API: client/list, "Список клиентов"
    def list(
        self, *, limit: int = LARGEST_PAGE, offset: int = 0, **filters: Unpack[ClientFilters]
    ) -> Page[Client]:
        """Return a page of clients; filters: keyword, date_start, date_end (of creation).

        crm.clients.list(keyword="79123456789", date_start="2026-11-01")

        Nobody found is an empty page. ValueError for a day that is not "YYYY-MM-DD".
        """
        known(filters, ClientFilters)
        request = {**with_days(filters, "date_start", "date_end"), "limit": limit, "offset": offset}
        return self._door.fetch(
            "client/list", request, lambda body: read_clients(body, offset, limit)
        )

    def iterate(
        self, *, limit: int = LARGEST_PAGE, offset: int = 0, **filters: Unpack[ClientFilters]
    ) -> Iterator[Client]:
        """Yield every client the filters of `list` let through, by pages of `limit`."""
        return walk(lambda start: self.list(limit=limit, offset=start, **filters), offset)

    # API: client/get, "Получение клиента по идентификатору (id)"
    def get(self, client_id: int) -> Client:
        """Return a client with its field values, contacts and deals; may raise NotFound."""
        return self._door.fetch("client/get", {"client_id": client_id}, Client.read)

    # API: client/create, "Добавление клиента"
    def create(self, name: str) -> CreatedClient:
        """Create a client with a name; go on with `add_contact` and the `id` returned.

        client = crm.clients.create("Анна")
        crm.clients.add_contact(client.id, name="Анна", phone="79123456789")

        Whether the CRM looks for a namesake is told nowhere: after UnknownOutcome, see with
        `list` whether the client is there before calling again.
        """
        if not isinstance(name, str) or not name.strip():
            raise ValueError("Новому клиенту нужно имя, name.")
        return self._door.fetch("client/create", {"name": name}, CreatedClient.read)

    # API: client/getContacts, "Получение контактов клиента"
    def get_contacts(self, client_id: int) -> tuple[Contact, ...]:
        """Return the phones (type_id 1), emails (4) and other contacts of a client."""
        return self._door.fetch("client/getContacts", {"client_id": client_id}, read_contacts)

    # API: client/updateClientValue, "Обновление полей клиента"
    def update_values(
        self,
        client_id: int,
        fields: Sequence[FieldChange],
        user_id: int | None = None,
        employee_id: int | None = None,
    ) -> ChangedClient:
        """Set fields of a client, on behalf of an employee (0: the administrator).

        crm.clients.update_values(18062, [{"input_id": 3823, "value": "12", "value_type_id": 2}])

        `user_id` is the account's owner, `crm.main.data().user_id`. The ids of the fields
        stand in `iterate_inputs`. May raise NotFound.
        """
        request = {"client_id": client_id, "fields": changes(fields)}
        author = given(user_id=user_id, employee_id=employee_id)
        return self._door.fetch("client/updateClientValue", request | author, ChangedClient.read)

    # API: client/addContact, "Добавление контакта клиенту"
    def add_contact(self, client_id: int, **contact: Unpack[NewContact]) -> None:
        """Add a contact to a client: `name`, a `phone` or an `email`, and what else is known.

        crm.clients.add_contact(
            18062, name="Анна", email="anna@example.com", birthday="1990-04-12",
            work_phone={"value": "79875552211", "addon": "777"},
        )

        Also viber, instagram, whatsapp, telegram, vkontakte, facebook, skype, note, position,
        home_phone. No id comes back: `get_contacts` has it. ValueError without a name, or
        with neither phone nor email, and for a birthday that is not "YYYY-MM-DD".
        """
        known(contact, NewContact)
        _need(contact, "name", "Контакту клиента нужно имя, name.")
        if not contact.get("email"):
            _need(contact, "phone", "Контакту клиента нужен телефон (phone) или почта (email).")
        request = {**with_days(contact, "birthday"), "client_id": client_id}
        self._door.fetch("client/addContact", request, read_confirmation)

    # API: client/{client_id}/getCompanies, "Получение компании клиента"
    def get_companies(self, client_id: int) -> tuple[Company, ...]:
        """Return the companies of a client; one of them is `primary`."""
        return self._door.fetch("client/getCompanies", {"client_id": client_id}, read_companies)

    # API: client/{client_id}/addCompany, "Добавление компании клиенту"
    def add_company(self, client_id: int, **company: Unpack[NewCompany]) -> Company:
        """Add a company to a client and return it: `short_name`, `inn` and what else is known.

        crm.clients.add_company(18062, short_name="Империя", inn=785626523235)

        Also full_name, kpp, ogrn, legal_address, postal_address, general_manager, bank_name,
        bik, payment_account, correspondent_account. ValueError without short_name or inn.
        """
        known(company, NewCompany)
        _need(company, "short_name", "Компании нужно краткое название, short_name.")
        _need(company, "inn", "Компании нужен ИНН, inn.")
        return self._door.fetch(
            "client/addCompany", {**company, "client_id": client_id}, Company.read
        )


def _need(request: Mapping[str, object], name: str, otherwise: str) -> None:
    if not str(request.get(name) or "").strip():
        raise ValueError(otherwise)
