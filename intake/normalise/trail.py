"""What tells where a visitor came from, gathered from the browser, the page and its fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from intake.domain.json import JsonValue
from intake.domain.submission import RawSubmission
from intake.normalise.cookies import read_client_ids, read_cookies, whole_minutes
from intake.normalise.fields import Sorted, text_of
from intake.normalise.links import tells_marks
from intake.normalise.whereabouts import take_browser_zone


@dataclass(frozen=True, slots=True)
class Trail:
    """What tells where a visitor came from.

    `fields` has our names and the text; `values` the same as sent, `named` the page's
    names. `told` are addresses that stand in fields of the page. `first` and `last` are
    the touches a script remembers, `client_ids` what it asked the counters.
    """

    fields: Mapping[str, str]
    named: Mapping[str, str]
    page_url: str | None = None
    referrer: str | None = None
    cookies: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, JsonValue] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    first: JsonValue = None
    last: JsonValue = None
    client_ids: Mapping[str, str] = field(default_factory=dict)

    def name(self, ours: str) -> str:
        """Return the page's name of a field of ours, for issues."""
        return self.named.get(ours, ours)

    def given(self, ours: str) -> tuple[str, JsonValue, str | None]:
        """Return a field: the page's name, the value as sent, its text."""
        return self.name(ours), self.values.get(ours), self.fields.get(ours)


def trail_of(raw: RawSubmission, found: Sorted) -> Trail:
    """Return what a completed submission and its sorted fields tell."""
    said = found.technical
    return Trail(
        fields=found.texts(),
        named=found.names(),
        page_url=raw.page_url,
        referrer=raw.referrer,
        cookies=raw.cookies,
        values={slot: given[0].value for slot, given in found.slots.items() if given},
        told=tuple(given.text for given in found.others if tells_marks(given.text)),
        first=raw.first_touch or said.get("firsttouch"),
        last=raw.last_touch or said.get("lasttouch"),
        client_ids=read_client_ids(dict(raw.client_ids) or said.get("clientids")),
    )


def completed(raw: RawSubmission, found: Sorted) -> RawSubmission:
    """Complete what the browser told by what the page itself put into fields."""
    said = found.technical
    if not said and not found.of("timezone"):
        return raw
    offset = raw.tz_offset if raw.tz_offset is not None else whole_minutes(said.get("tzoffset"))
    return replace(
        raw,
        page_url=raw.page_url or text_of(said.get("pageurl")) or None,
        referrer=raw.referrer or text_of(said.get("referrer") or said.get("referer")) or None,
        timezone=take_browser_zone(raw.timezone, offset, found),
        tz_offset=offset,
        cookies={**read_cookies(said.get("cookies")), **raw.cookies},
    )
