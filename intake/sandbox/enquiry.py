"""What one `lead/set` or `lead/workset` says: read, checked against the account, merged."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .account import Account
from .errors import RefusalError
from .params import Params, as_id, as_text

VALUE_NAMES = (
    "name",
    "phone",
    "email",
    "comment",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_content",
    "utm_term",
    "google_client_id",
    "yandex_client_id",
)
CONTACT_TYPES = frozenset(
    {
        "viber",
        "instagram",
        "whatsapp",
        "telegram",
        "vkontakte",
        "facebook",
        "skype",
        "note",
        "position",
        "work_phone",
        "home_phone",
        # These two are not in the reference; public programs send them and are answered.
        "mobile_phone",
        "email",
    }
)
REQUEST_NAMES = frozenset(
    {
        "method",
        "pipeline_id",
        "employee_id",
        "inbox_type_id",
        "visit_id",
        "region",
        "timezone",
        "tags",
        "record_link",
        "values",
        "contact_data",
        "stage_id",
        "department_id",
    }
)
TIMEZONE = re.compile(r"UTC[+-](?:(?:0\d|1[01]):[0-5]\d|12:00)", re.ASCII)

Contact = tuple[str, str]
Item = dict[str, str]


@dataclass(frozen=True)
class Enquiry:
    """One enquiry as the card keeps it.

    `values` holds the filled system fields, `custom` objects of `input_id` and `value`,
    `contact_data` objects of `type`, `value` and sometimes `addon`. `employee_id` is None
    for "anyone may take it". `ignored` names the parameters the CRM does not know: a
    sender's mistake the CRM itself would swallow in silence.
    """

    values: Item
    custom: tuple[Item, ...]
    contact_data: tuple[Item, ...]
    tags: tuple[str, ...]
    region: str
    timezone: str
    visit_id: str
    record_link: str
    deal_pipeline_id: int
    inbox_type_id: int
    employee_id: int | None
    ignored: tuple[str, ...] = ()

    @property
    def contacts(self) -> frozenset[Contact]:
        """The contacts by which the CRM knows that two enquiries are of one person."""
        return contact_keys(self.values.get("phone", ""), self.values.get("email", ""))

    @property
    def system(self) -> Item:
        """All filled system fields, by their system names."""
        fields = self.values | {
            "ip_place_id": self.region,
            "timezone": self.timezone,
            "record_link": self.record_link,
        }
        return {name: value for name, value in fields.items() if value}

    @property
    def fingerprint(self) -> str:
        """Tell the same enquiry sent again from another one."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def to_json(self) -> str:
        """Write the enquiry as one line of JSON, the same for the same enquiry."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Enquiry":
        """Read what `to_json` wrote."""
        data: dict[str, Any] = json.loads(text)
        many = {"custom", "contact_data", "tags", "ignored"}
        kept: dict[str, Any] = {name: tuple(v) if name in many else v for name, v in data.items()}
        return cls(**kept)


def contact_keys(phone: str, email: str) -> frozenset[Contact]:
    """Give a phone and an email in the one form in which the CRM compares them."""
    digits = "".join(filter(str.isdecimal, phone))
    if len(digits) == 11 and digits[0] == "8":  # noqa: PLR2004 -- the Russian trunk prefix
        digits = "7" + digits[1:]
    keys = {("phone", digits), ("email", email.strip().casefold())}
    return frozenset((kind, key) for kind, key in keys if key)


def read_enquiry(params: Params, account: Account) -> Enquiry:
    """Read and check the request of `lead/set`; raise RefusalError naming what is wrong."""
    if params.required_text("method") != "create":
        raise RefusalError('Неверный параметр method: должно быть "create"')
    values = Params(params.object("values"))
    return Enquiry(
        values={name: text for name in VALUE_NAMES if (text := values.text(name))},
        custom=tuple(_custom(one, account) for one in values.objects("custom")),
        contact_data=tuple(_contact(one) for one in params.objects("contact_data")),
        # The reference prints `tags` in both places.
        tags=tuple(dict.fromkeys(params.texts("tags") + values.texts("tags"))),
        region=params.text("region"),
        timezone=_timezone(params.text("timezone")),
        visit_id=str(params.id("visit_id") or ""),
        record_link=params.text("record_link"),
        deal_pipeline_id=check_pipeline(params.id("pipeline_id"), account),
        inbox_type_id=_inbox_type(params.id("inbox_type_id"), account),
        employee_id=check_employee(params.id("employee_id"), account),
        ignored=_ignored(params, values),
    )


def merged(enquiries: Sequence[Enquiry]) -> Enquiry:
    """Give the card that several enquiries of one person make, the earliest first.

    The first filled value stands; comments follow each other, so that none is lost.
    """
    first = enquiries[0]
    values = {name: v for one in reversed(enquiries) for name, v in one.values.items()}
    comments = dict.fromkeys(one.values.get("comment", "") for one in enquiries)
    if comment := "\n\n".join(filter(None, comments)):
        values["comment"] = comment
    custom = {item["input_id"]: item for one in reversed(enquiries) for item in one.custom}
    return Enquiry(
        values=values,
        custom=tuple(custom.values()),
        contact_data=_unique(item for one in enquiries for item in one.contact_data),
        tags=tuple(dict.fromkeys(tag for one in enquiries for tag in one.tags)),
        region=_first(one.region for one in enquiries),
        timezone=_first(one.timezone for one in enquiries),
        visit_id=_first(one.visit_id for one in enquiries),
        record_link=_first(one.record_link for one in enquiries),
        deal_pipeline_id=first.deal_pipeline_id,
        inbox_type_id=first.inbox_type_id,
        employee_id=first.employee_id,
        ignored=tuple(dict.fromkeys(name for one in enquiries for name in one.ignored)),
    )


def check_employee(employee_id: int | None, account: Account) -> int | None:
    """Let 0 (the administrator) and a known employee through; refuse an unknown one."""
    if employee_id and account.employee(employee_id) is None:
        raise RefusalError(f"Сотрудник с employee_id {employee_id} не найден")
    return employee_id


def check_pipeline(pipeline_id: int | None, account: Account) -> int:
    """Let a known pipeline of deals through, the first one when none is given."""
    if not pipeline_id:
        return account.deal_pipelines[0].id
    if account.deal_pipeline(pipeline_id) is None:
        raise RefusalError(f"Воронка сделок с pipeline_id {pipeline_id} не найдена")
    return pipeline_id


def _inbox_type(type_id: int | None, account: Account) -> int:
    if not type_id:
        return account.inbox_types[0].id
    if account.inbox_type(type_id) is None:
        raise RefusalError(f"Тип обращения с inbox_type_id {type_id} не найден")
    return type_id


def _timezone(text: str) -> str:
    if text and not TIMEZONE.fullmatch(text):
        raise RefusalError(
            "Неверный параметр timezone: нужен вид UTC±ЧЧ:ММ от UTC-12:00 до UTC+12:00"
        )
    return text


def _custom(item: dict[str, Any], account: Account) -> Item:
    input_id = as_id("values.custom.input_id", item.get("input_id", ""))
    if account.custom_field(input_id) is None:
        raise RefusalError(f"Поле с input_id {input_id} в values.custom не найдено")
    return {
        "input_id": str(input_id),
        "value": _sent_value("values.custom.value", item),
    }


def _contact(item: dict[str, Any]) -> Item:
    kind = as_text("contact_data.type", item.get("type"))
    if kind not in CONTACT_TYPES:
        raise RefusalError(f"Неизвестный тип в contact_data.type: «{kind[:40]}»")
    contact = {"type": kind, "value": _sent_value("contact_data.value", item)}
    if addon := as_text("contact_data.addon", item.get("addon")):
        if kind != "work_phone":
            raise RefusalError("Параметр contact_data.addon есть только у типа work_phone")
        contact["addon"] = addon
    return contact


def _sent_value(name: str, item: dict[str, Any]) -> str:
    # An empty value is a field left empty; one that was left out is a mistake.
    if item.get("value") is None:
        raise RefusalError(f"Не указан {name}")
    return as_text(name, item["value"])


def _ignored(params: Params, values: Params) -> tuple[str, ...]:
    unknown = params.names() - REQUEST_NAMES
    inside = values.names() - {*VALUE_NAMES, "custom", "tags"}
    return tuple(sorted(name[:80] for name in unknown)) + tuple(
        sorted(f"values.{name[:80]}" for name in inside)
    )


def _unique(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple({tuple(sorted(item.items())): item for item in items}.values())


def _first(texts: Iterable[str]) -> str:
    return next(filter(None, texts), "")
