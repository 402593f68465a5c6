"""What may be sent about clients, as dictionaries with known keys."""

from typing import Required, TypedDict

from intake.envybox.days import Day
from intake.envybox.payloads import Period


class ClientFilters(Period, total=False):
    """What client/list filters by: the days of creation and a keyword.

    `keyword` is looked for in the fields of the clients and their deals, and in the contacts.
    """

    keyword: str


class WorkPhone(TypedDict, total=False):
    """A telephone at work; `addon` is its extension."""

    value: Required[str]
    addon: str


class NewContact(TypedDict, total=False):
    """A contact of a client: `name` and a `phone` or an `email` are needed.

    `birthday` is "YYYY-MM-DD". `viber`, `whatsapp` and `home_phone` are telephone numbers,
    `skype` a login, `position` a job title; the other networks are addresses.
    """

    name: Required[str]
    phone: str | int
    email: str
    viber: str
    instagram: str
    whatsapp: str
    telegram: str
    vkontakte: str
    facebook: str
    skype: str
    note: str
    position: str
    work_phone: WorkPhone
    home_phone: str
    birthday: Day | None


class NewCompany(TypedDict, total=False):
    """A company of a client: `short_name` and `inn` are needed.

    `inn` is a number for the reference; as text it keeps a zero at its beginning. `kpp` has
    9 characters, `ogrn` (of a sole trader: ОГРНИП) 15.
    """

    short_name: Required[str]
    inn: Required[int | str]
    full_name: str
    kpp: str
    ogrn: str
    legal_address: str
    postal_address: str
    general_manager: str
    bank_name: str
    bik: str
    payment_account: str
    correspondent_account: str
