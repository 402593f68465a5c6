"""Where a lead came from: advertising marks, client ids and the visit's addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from intake.domain.json import JsonObject, text_or_none, texts

UTM_MARKS = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")


@dataclass(frozen=True, slots=True)
class Attribution:
    """The advertising marks of the visit that led to a submission.

    Every id is text and kept letter for letter: `yandex_client_id` and `yclid` exceed
    what a JavaScript number holds, `fbclid` is case-sensitive. `landing_page` and
    `referrer` are addresses without their query.
    """

    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    utm_content: str | None = None
    utm_term: str | None = None
    google_client_id: str | None = None
    yandex_client_id: str | None = None
    click_ids: Mapping[str, str] = field(default_factory=dict)
    landing_page: str | None = None
    referrer: str | None = None

    def to_json(self) -> JsonObject:
        """Return it as JSON, every key present."""
        return {
            "utm_source": self.utm_source,
            "utm_medium": self.utm_medium,
            "utm_campaign": self.utm_campaign,
            "utm_content": self.utm_content,
            "utm_term": self.utm_term,
            "google_client_id": self.google_client_id,
            "yandex_client_id": self.yandex_client_id,
            "click_ids": dict(self.click_ids),
            "landing_page": self.landing_page,
            "referrer": self.referrer,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Self:
        """Read what `to_json` wrote; what is missing or not text is None."""
        names = (*UTM_MARKS, "google_client_id", "yandex_client_id", "landing_page", "referrer")
        return cls(
            **{name: text_or_none(data.get(name)) for name in names},
            click_ids=texts(data.get("click_ids")),
        )

    @property
    def utm(self) -> dict[str, str]:
        """The marks that are known, by their name in the CRM."""
        return {name: value for name in UTM_MARKS if (value := getattr(self, name))}
