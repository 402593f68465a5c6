"""What the methods client/* answer: clients, their contacts and companies."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from intake.envybox.models.deals import Deal
from intake.envybox.models.values import FieldValue, Values, printed
from intake.envybox.page import Page, an_object, read_page, unwrapped_list
from intake.envybox.proof import require_proof
from intake.envybox.reading import (
    JsonMapping,
    flag,
    identifier,
    mapping,
    members,
    required_id,
    text,
    unwrapped,
)

PHONE, EMAIL = 1, 4


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach a client. `type_id` 1 is a phone, 4 an email; others are not told.

    `addon` is an extension, `note` the CRM's element_note. Phone and email of one person
    may have the same id.
    """

    id: int | None
    client_id: int | None
    type_id: int | None
    group_id: int | None
    value: str | None = field(repr=False)
    addon: str | None = field(repr=False)
    primary: bool
    note: str | None = field(repr=False)
    birthday: str | None = field(repr=False)
    created_at: str | None
    updated_at: str | None
    deleted_at: str | None
    raw: JsonMapping = field(repr=False)

    @classmethod
    def read_one(cls, value: object) -> Self:
        """Read one contact."""
        data = mapping(value)
        return cls(
            id=identifier(data.get("id")),
            client_id=identifier(data.get("client_id")),
            type_id=identifier(data.get("type_id")),
            group_id=identifier(data.get("group_id")),
            value=printed(data.get("value")),
            addon=printed(data.get("addon")),
            primary=flag(data.get("primary")),
            note=text(data.get("element_note")),
            birthday=text(data.get("birthday")),
            created_at=text(data.get("created_at")),
            updated_at=text(data.get("updated_at")),
            deleted_at=text(data.get("deleted_at")),
            raw=data,
        )


@dataclass(frozen=True, slots=True)
class Client:
    """A client with the values of its fields, its contacts and its deals.

    `phone` and `email` are those the CRM names, or else the first of `contacts`, a primary
    one before others.
    """

    id: int
    crm_id: int | None
    name: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    email: str | None = field(repr=False)
    contacts: tuple[Contact, ...]
    deals: tuple[Deal, ...]
    values: Values
    created_at: str | None
    updated_at: str | None
    deleted_at: str | None
    raw: JsonMapping = field(repr=False)

    @classmethod
    def read(cls, body: JsonMapping) -> Self:
        """Read the reply of client/get."""
        data = unwrapped(body)
        return cls.read_one(data.get("client") or data)

    @classmethod
    def read_one(cls, value: object) -> Self:
        """Read one client: of client/get, or an element of client/list."""
        data = mapping(value)
        contacts = tuple(map(Contact.read_one, members(data.get("contacts"))))
        values = Values.read(data)
        named = values.service.get("name")
        return cls(
            id=required_id(data, "клиент"),
            crm_id=identifier(data.get("crm_id")),
            name=text(data.get("name")) or (named.value if named else None),
            phone=printed(data.get("phone")) or _first(contacts, PHONE),
            email=text(data.get("email")) or _first(contacts, EMAIL),
            contacts=contacts,
            deals=_deals(data.get("deals")),
            values=values,
            created_at=text(data.get("created_at")),
            updated_at=text(data.get("updated_at")),
            deleted_at=text(data.get("deleted_at")),
            raw=data,
        )


@dataclass(frozen=True, slots=True)
class CreatedClient:
    """What client/create answers."""

    id: int
    crm_id: int | None
    created_at: str | None
    raw: JsonMapping = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, body: JsonMapping) -> Self:
        """Read the reply: the client stands under `client`, within `result` or beside it."""
        data = unwrapped(body)
        client = mapping(data.get("client")) or data
        return cls(
            id=required_id(client, "созданный клиент"),
            crm_id=identifier(client.get("crm_id")),
            created_at=text(client.get("created_at")),
            raw=client,
        )


@dataclass(frozen=True, slots=True)
class ChangedClient:
    """What client/updateClientValue answers: it repeats what was asked for.

    `employee_id` is None for the administrator, whom the CRM writes as 0.
    """

    client_id: int | None
    user_id: int | None
    employee_id: int | None
    fields: tuple[FieldValue, ...]
    raw: JsonMapping = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, body: JsonMapping) -> Self:
        """Read the reply, flat or wrapped; Malformed where it confirms nothing."""
        data = unwrapped(body)
        require_proof(body, identifier(data.get("client_id")))
        return cls(
            client_id=identifier(data.get("client_id")),
            user_id=identifier(data.get("user_id")),
            employee_id=identifier(data.get("employee_id")),
            fields=tuple(FieldValue.read(mapping(one)) for one in members(data.get("fields"))),
            raw=data,
        )


@dataclass(frozen=True, slots=True)
class Company:
    """A company of a client, `primary` the main one.

    Everything else is text, also `inn`, which the CRM prints as a number (a zero at its
    beginning is then lost).
    """

    id: int
    client_id: int | None
    primary: bool
    short_name: str | None = field(repr=False)
    full_name: str | None = field(repr=False)
    inn: str | None = field(repr=False)
    kpp: str | None = field(repr=False)
    ogrn: str | None = field(repr=False)
    legal_address: str | None = field(repr=False)
    postal_address: str | None = field(repr=False)
    general_manager: str | None = field(repr=False)
    bank_name: str | None = field(repr=False)
    bik: str | None = field(repr=False)
    payment_account: str | None = field(repr=False)
    correspondent_account: str | None = field(repr=False)
    created_at: str | None
    updated_at: str | None
    deleted_at: str | None
    raw: JsonMapping = field(repr=False)

    @classmethod
    def read(cls, body: JsonMapping) -> Self:
        """Read the reply of client/addCompany: the company, flat or under `result`."""
        data = unwrapped(body)
        return cls.read_one(data.get("company") or data)

    @classmethod
    def read_one(cls, value: object) -> Self:
        """Read one company."""
        data = mapping(value)
        return cls(
            id=required_id(data, "компания"),
            client_id=identifier(data.get("element_id")),
            primary=flag(data.get("primary")),
            short_name=printed(data.get("short_name")),
            full_name=printed(data.get("full_name")),
            inn=printed(data.get("inn")),
            kpp=printed(data.get("kpp")),
            ogrn=printed(data.get("ogrn")),
            legal_address=printed(data.get("legal_address")),
            postal_address=printed(data.get("postal_address")),
            general_manager=printed(data.get("general_manager")),
            bank_name=printed(data.get("bank_name")),
            bik=printed(data.get("bik")),
            payment_account=printed(data.get("payment_account")),
            correspondent_account=printed(data.get("correspondent_account")),
            created_at=text(data.get("created_at")),
            updated_at=text(data.get("updated_at")),
            deleted_at=text(data.get("deleted_at")),
            raw=data,
        )


def read_clients(body: JsonMapping, offset: int, limit: int) -> Page[Client]:
    """Read the reply of client/list, asked for from `offset` on."""
    return read_page(body, Client.read_one, offset, limit, key="clients")


def read_contacts(body: JsonMapping) -> tuple[Contact, ...]:
    """Read the reply of client/getContacts."""
    return tuple(map(Contact.read_one, _listed(body, "contacts")))


def read_companies(body: JsonMapping) -> tuple[Company, ...]:
    """Read the reply of client/getCompanies."""
    return tuple(map(Company.read_one, _listed(body, "companies")))


def _listed(body: JsonMapping, key: str) -> Sequence[object]:
    """Return the members of the list under `key`, or of `result` where it is the list."""
    return [an_object(one) for one in members(unwrapped_list(body, key)[1])]


def _deals(value: object) -> tuple[Deal, ...]:
    """Read the deals of a client.

    client/get has a list of them, client/list an object that keys such lists by the client.
    """
    groups = [one if isinstance(one, list) else [one] for one in members(value) if one]
    return tuple(Deal.read_one(deal) for group in groups for deal in group)


def _first(contacts: Sequence[Contact], type_id: int) -> str | None:
    """Return the value of the contact of this kind, a primary one before others."""
    of_kind = [one for one in contacts if one.type_id == type_id and one.value]
    return max(of_kind, key=lambda one: one.primary).value if of_kind else None
