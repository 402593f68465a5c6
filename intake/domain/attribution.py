"""Where a lead came from: advertising marks, client ids, and the first and the last touch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from intake.domain.json import JsonObject, text_or_none, texts

UTM_MARKS = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")


class UtmFrom(StrEnum):
    """What told the marks, from the most trusted to the least."""

    FIELD = "field"
    PAGE = "page"
    REFERRER = "referrer"
    LAST_TOUCH = "last_touch"
    SOURCEBUSTER = "sbjs_current"
    TILDA = "TILDAUTM"
    FIRST_TOUCH = "first_touch"
    INFERRED = "inferred"


class VisitKind(StrEnum):
    """How a visitor came, by marks, by the click's id or by the page before."""

    TAGGED = "tagged"
    AD = "ad"
    ORGANIC = "organic"
    SOCIAL = "social"
    MESSENGER = "messenger"
    REFERRAL = "referral"
    INTERNAL = "internal"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class VisitSource:
    """The source of a visit: its kind, and the site or system where one is known."""

    kind: VisitKind
    name: str | None = None

    def to_json(self) -> JsonObject:
        """Return it as JSON, every key present."""
        return {"kind": self.kind.value, "name": self.name}

    @classmethod
    def from_json(cls, data: object) -> Self | None:
        """Read what `to_json` wrote; None where there is none."""
        if not isinstance(data, Mapping) or data.get("kind") not in set(VisitKind):
            return None
        return cls(VisitKind(str(data["kind"])), text_or_none(data.get("name")))


@dataclass(frozen=True, slots=True)
class Touch:
    """One visit: its marks and the ids of its click, where it began, what it came from.

    `at` is ISO 8601; without an offset it is the visitor's own time. The addresses have
    no query.
    """

    utm: Mapping[str, str] = field(default_factory=dict)
    click_ids: Mapping[str, str] = field(default_factory=dict)
    landing_page: str | None = None
    referrer: str | None = None
    at: str | None = None
    source: VisitSource | None = None

    def to_json(self) -> JsonObject:
        """Return it as JSON, every key present."""
        return {
            **{name: self.utm.get(name) for name in UTM_MARKS},
            "click_ids": dict(self.click_ids),
            "landing_page": self.landing_page,
            "referrer": self.referrer,
            "at": self.at,
            "source": self.source.to_json() if self.source else None,
        }

    @classmethod
    def from_json(cls, data: object) -> Self | None:
        """Read what `to_json` wrote; None where there is none."""
        if not isinstance(data, Mapping):
            return None
        return cls(
            utm={name: mark for name, mark in texts(data).items() if name in UTM_MARKS},
            click_ids=texts(data.get("click_ids")),
            landing_page=text_or_none(data.get("landing_page")),
            referrer=text_or_none(data.get("referrer")),
            at=text_or_none(data.get("at")),
            source=VisitSource.from_json(data.get("source")),
        )


@dataclass(frozen=True, slots=True)
class Attribution:
    """The advertising marks of the visit that led to a submission.

    Every id is text and kept letter for letter: `yandex_client_id` and `yclid` exceed
    what a JavaScript number holds, `fbclid` is case-sensitive. `landing_page` and
    `referrer` are addresses without their query. The marks are those that go to the CRM,
    and `utm_from` says what told them (one of `UtmFrom`); `last_touch` is the visit of
    the submission and `first_touch` the visitor's first one, where it is known.
    `counter_ids` are what other counters call the visitor: Roistat, Calltouch, CoMagic, Meta.
    """

    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    utm_content: str | None = None
    utm_term: str | None = None
    utm_from: str | None = None
    google_client_id: str | None = None
    yandex_client_id: str | None = None
    click_ids: Mapping[str, str] = field(default_factory=dict)
    counter_ids: Mapping[str, str] = field(default_factory=dict)
    landing_page: str | None = None
    referrer: str | None = None
    first_touch: Touch | None = None
    last_touch: Touch | None = None

    def to_json(self) -> JsonObject:
        """Return it as JSON, every key present."""
        return {
            "utm_source": self.utm_source,
            "utm_medium": self.utm_medium,
            "utm_campaign": self.utm_campaign,
            "utm_content": self.utm_content,
            "utm_term": self.utm_term,
            "utm_from": self.utm_from,
            "google_client_id": self.google_client_id,
            "yandex_client_id": self.yandex_client_id,
            "click_ids": dict(self.click_ids),
            "counter_ids": dict(self.counter_ids),
            "landing_page": self.landing_page,
            "referrer": self.referrer,
            "first_touch": self.first_touch.to_json() if self.first_touch else None,
            "last_touch": self.last_touch.to_json() if self.last_touch else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Self:
        """Read what `to_json` wrote; what is missing or not text is None."""
        ids = ("google_client_id", "yandex_client_id")
        names = (*UTM_MARKS, "utm_from", *ids, "landing_page", "referrer")
        return cls(
            **{name: text_or_none(data.get(name)) for name in names},
            click_ids=texts(data.get("click_ids")),
            counter_ids=texts(data.get("counter_ids")),
            first_touch=Touch.from_json(data.get("first_touch")),
            last_touch=Touch.from_json(data.get("last_touch")),
        )

    @property
    def utm(self) -> dict[str, str]:
        """The marks that are known, by their name in the CRM."""
        return {name: value for name in UTM_MARKS if (value := getattr(self, name))}
