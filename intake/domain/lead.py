"""The normalised meaning of a submission."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from intake.domain.attribution import Attribution
from intake.domain.json import JsonObject, JsonValue, int_or_none, objects, text_or_none, texts


class KnownFrom(StrEnum):
    """What told the region or the time zone, from the most trusted to the least."""

    FIELD = "field"
    PHONE = "phone"
    BROWSER = "browser"
    IP = "ip"
    VISIT = "visit"
    REGION = "region"


@dataclass(frozen=True, slots=True)
class Issue:
    """A repair or a doubt that a marketer may want to know of.

    `code` is for programs and filters, `field` names the field as the page sent it (or
    ours, where the page sent none), `message` is a Russian sentence, `original` the
    value before the repair.
    """

    code: str
    field: str | None
    message: str
    original: str | None = None

    def to_json(self) -> JsonObject:
        """Return it as JSON, every key present."""
        return {
            "code": self.code,
            "field": self.field,
            "message": self.message,
            "original": self.original,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Self:
        """Read what `to_json` wrote."""
        return cls(
            code=str(data.get("code") or ""),
            field=text_or_none(data.get("field")),
            message=str(data.get("message") or ""),
            original=text_or_none(data.get("original")),
        )


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number: `value` is country code and number, digits only, no plus.

    `country` is an ISO 3166-1 code; `valid` says that the numbering plan knows such a
    number: one that it does not is doubtful and still sent.
    """

    value: str
    extension: str | None
    country: str | None
    valid: bool
    original: str

    def to_json(self) -> JsonObject:
        """Return it as JSON, every key present."""
        return {
            "value": self.value,
            "extension": self.extension,
            "country": self.country,
            "valid": self.valid,
            "original": self.original,
        }

    @classmethod
    def from_json(cls, data: object) -> Self | None:
        """Read what `to_json` wrote; None where there is no number."""
        if not isinstance(data, Mapping) or not (value := text_or_none(data.get("value"))):
            return None
        return cls(
            value=value,
            extension=text_or_none(data.get("extension")),
            country=text_or_none(data.get("country")),
            valid=bool(data.get("valid")),
            original=str(data.get("original") or value),
        )


@dataclass(frozen=True, slots=True)
class CustomValue:
    """A value for a custom field of the CRM; `input_id` as in its main/data."""

    input_id: int
    value: str


@dataclass(frozen=True, slots=True)
class Contact:
    """One more way to reach the client; `type` is one of `CONTACT_TYPES`."""

    type: str
    value: str
    addon: str | None = None

    def to_json(self) -> JsonObject:
        """Return it as JSON, every key present."""
        return {"type": self.type, "value": self.value, "addon": self.addon}


# API: lead/set, contact_data[].type.
CONTACT_TYPES = frozenset(
    {"viber", "instagram", "whatsapp", "telegram", "vkontakte", "facebook", "skype"}
    | {"note", "position", "work_phone", "home_phone"}
)


@dataclass(frozen=True, slots=True)
class Lead:
    """What a submission means, ready to become a lead in the CRM.

    `region` is an official Russian name, `timezone` is ``UTC±HH:MM``; both None where
    not known. `extra` keeps every field that has no place of its own, by the name the
    page gave it. `inbox_type_id`, `pipeline_id` are what the page asked for and the site
    allows.
    """

    name: str | None = None
    phone: Phone | None = None
    email: str | None = None
    comment: str | None = None
    region: str | None = None
    region_from: str | None = None
    timezone: str | None = None
    timezone_from: str | None = None
    visit_id: str | None = None
    custom: tuple[CustomValue, ...] = ()
    contact_data: tuple[Contact, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    record_link: str | None = None
    inbox_type_id: int | None = None
    pipeline_id: int | None = None
    attribution: Attribution = field(default_factory=Attribution)
    issues: tuple[Issue, ...] = ()

    @property
    def has_contact(self) -> bool:
        """Whether anyone can be reached: a number or an address that can be one."""
        return self.phone is not None or self.email is not None

    def to_json(self) -> JsonObject:
        """Return the contract of ``python -m intake normalise``: lead, attribution, issues."""
        # By hand: `asdict` copies everything deeply, and every post comes through here.
        lead: JsonObject = {
            "name": self.name,
            "phone": self.phone.to_json() if self.phone else None,
            "email": self.email,
            "comment": self.comment,
            "region": self.region,
            "region_from": self.region_from,
            "timezone": self.timezone,
            "timezone_from": self.timezone_from,
            "visit_id": self.visit_id,
            "custom": [{"input_id": each.input_id, "value": each.value} for each in self.custom],
            "contact_data": [each.to_json() for each in self.contact_data],
            "extra": dict(self.extra),
            "tags": list(self.tags),
            "record_link": self.record_link,
            "inbox_type_id": self.inbox_type_id,
            "pipeline_id": self.pipeline_id,
        }
        issues: list[JsonValue] = [issue.to_json() for issue in self.issues]
        return {"lead": lead, "attribution": self.attribution.to_json(), "issues": issues}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Self:
        """Read what `to_json` wrote; members that are missing take their default."""
        lead = data.get("lead")
        lead = lead if isinstance(lead, Mapping) else {}
        attribution = data.get("attribution")
        names = "name email comment region region_from timezone timezone_from visit_id record_link"
        tags = lead.get("tags")
        return cls(
            **{name: text_or_none(lead.get(name)) for name in names.split()},
            phone=Phone.from_json(lead.get("phone")),
            custom=tuple(_custom_values(lead.get("custom"))),
            contact_data=tuple(_contacts(lead.get("contact_data"))),
            extra=texts(lead.get("extra")),
            tags=tuple(str(tag) for tag in tags) if isinstance(tags, list) else (),
            inbox_type_id=int_or_none(lead.get("inbox_type_id")),
            pipeline_id=int_or_none(lead.get("pipeline_id")),
            attribution=Attribution.from_json(
                attribution if isinstance(attribution, Mapping) else {}
            ),
            issues=tuple(Issue.from_json(issue) for issue in objects(data.get("issues"))),
        )


def _custom_values(data: object) -> list[CustomValue]:
    return [
        CustomValue(input_id, str(item.get("value") or ""))
        for item in objects(data)
        if (input_id := int_or_none(item.get("input_id"))) is not None
    ]


def _contacts(data: object) -> list[Contact]:
    return [
        Contact(
            str(item.get("type")), str(item.get("value") or ""), text_or_none(item.get("addon"))
        )
        for item in objects(data)
    ]
