"""The three kinds of things fields and logs belong to, and their system fields."""

from dataclasses import dataclass
from enum import IntEnum


class Element(IntEnum):
    """`crm_element_id` of the API."""

    LEAD = 1
    CLIENT = 2
    DEAL = 3


class Kind(IntEnum):
    """`value_type_id` of the API: whose field it is."""

    SYSTEM = 1
    CUSTOM = 2


@dataclass(frozen=True)
class SystemField:
    """A field every account has: its id, system name and label."""

    input_id: int
    name_id: str
    label: str


LEAD_COMMENT = 4
# 1, 2, 4, 10 and 1011 are the reference's; the others are not printed there and are the
# sandbox's own.
LEAD_FIELDS = (
    SystemField(1, "name", "Имя"),
    SystemField(2, "phone", "Телефон"),
    SystemField(3, "email", "Email"),
    SystemField(LEAD_COMMENT, "comment", "Примечание"),
    SystemField(5, "utm_source", "utm_source"),
    SystemField(6, "utm_medium", "utm_medium"),
    SystemField(7, "utm_campaign", "utm_campaign"),
    SystemField(8, "utm_content", "utm_content"),
    SystemField(9, "utm_term", "utm_term"),
    SystemField(10, "ip_place_id", "Регион клиента"),
    SystemField(1011, "timezone", "Часовой пояс"),
    SystemField(12, "google_client_id", "Google Client ID"),
    SystemField(13, "yandex_client_id", "Yandex Client ID"),
    SystemField(14, "record_link", "Запись разговора"),
)
CLIENT_NAME = 1001
CLIENT_FIELDS = (
    SystemField(CLIENT_NAME, "name", "Имя"),
    SystemField(1010, "ip_place_id", "Регион клиента"),
    SystemField(1011, "timezone", "Часовой пояс"),
)
DEAL_NAME = 2001
# 2001 and 2005 to 2009 are the reference's, so is 20012, five digits as printed.
DEAL_FIELDS = (
    SystemField(DEAL_NAME, "name", "Название сделки"),
    SystemField(2004, "comment", "Примечание"),
    SystemField(2005, "utm_source", "utm_source"),
    SystemField(2006, "utm_medium", "utm_medium"),
    SystemField(2007, "utm_campaign", "utm_campaign"),
    SystemField(2008, "utm_content", "utm_content"),
    SystemField(2009, "utm_term", "utm_term"),
    SystemField(20012, "google_client_id", "Google Client ID"),
    SystemField(20013, "yandex_client_id", "Yandex Client ID"),
)
SYSTEM_FIELDS = {
    Element.LEAD: LEAD_FIELDS,
    Element.CLIENT: CLIENT_FIELDS,
    Element.DEAL: DEAL_FIELDS,
}


def system_field(element: Element, input_id: int) -> SystemField | None:
    """Give the system field of that id."""
    return next((one for one in SYSTEM_FIELDS[element] if one.input_id == input_id), None)
