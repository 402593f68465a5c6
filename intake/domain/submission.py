"""A post from a page, as it was sent, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from intake.domain.json import JsonObject, JsonValue, int_or_none, text_or_none, texts

# Crockford's base 32: no I, L, O, U, so a number survives being read out on the phone.
NUMBER_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER_BITS = 40


class Channel(StrEnum):
    """By which way a submission came in."""

    FORM = "form"
    JSON = "json"
    WBK = "wbk"
    SNIPPET = "snippet"
    TRIAL = "trial"


class SubmissionState(StrEnum):
    """What became of a post at the door, or of a held one by a person's word."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    HELD = "held"
    SPAM = "spam"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class RawSubmission:
    """One post as sent; nothing repaired, nothing dropped.

    `fields` maps the page's own field names to what was typed: text, or any JSON value
    where the page sent JSON; a name given several times has a list. `timezone` is the
    browser's IANA name and `tz_offset` JavaScript's ``getTimezoneOffset()``: minutes,
    negative east of Greenwich. `received_at` is aware. `first_touch` and `last_touch` are
    the visits that the page's script remembers, ``{page_url, marks, referrer, at}``;
    `client_ids` what it asked the counters, ``{ga, ym}``.

    Of the script's own: `tries` is how many sends it took (1: the first arrived),
    `waited_ms` what lay between the visitor's click and the send that arrived, `fill_ms`
    between the form's first focus and the click. `consent` is the page's version of the
    text that the visitor agreed to, and when.
    """

    fields: Mapping[str, JsonValue]
    received_at: datetime
    channel: Channel = Channel.FORM
    page_url: str | None = None
    page_title: str | None = None
    referrer: str | None = None
    first_touch: JsonValue = None
    last_touch: JsonValue = None
    client_ids: Mapping[str, str] = field(default_factory=dict)
    consent: JsonValue = None
    cookies: Mapping[str, str] = field(default_factory=dict)
    ip: str | None = None
    user_agent: str | None = None
    timezone: str | None = None
    tz_offset: int | None = None
    tries: int | None = None
    waited_ms: int | None = None
    fill_ms: int | None = None

    def to_json(self) -> JsonObject:
        """Return it as JSON, for keeping beside the normalised lead."""
        # By hand: `asdict` copies everything deeply, and every post comes through here.
        return {
            "fields": dict(self.fields),
            "received_at": self.received_at.isoformat(),
            "channel": self.channel.value,
            "page_url": self.page_url,
            "page_title": self.page_title,
            "referrer": self.referrer,
            "first_touch": self.first_touch,
            "last_touch": self.last_touch,
            "client_ids": dict(self.client_ids),
            "consent": self.consent,
            "cookies": dict(self.cookies),
            "ip": self.ip,
            "user_agent": self.user_agent,
            "timezone": self.timezone,
            "tz_offset": self.tz_offset,
            "tries": self.tries,
            "waited_ms": self.waited_ms,
            "fill_ms": self.fill_ms,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, JsonValue]) -> Self:
        """Read what `to_json` wrote; ValueError where `received_at` is no date."""
        fields = data.get("fields")
        names = "page_url page_title referrer ip user_agent timezone"
        return cls(
            **{name: text_or_none(data.get(name)) for name in names.split()},
            fields=fields if isinstance(fields, dict) else {},
            received_at=parse_moment(str(data.get("received_at"))),
            channel=Channel(text_or_none(data.get("channel")) or Channel.FORM),
            first_touch=data.get("first_touch"),
            last_touch=data.get("last_touch"),
            client_ids=texts(data.get("client_ids")),
            consent=data.get("consent"),
            cookies=texts(data.get("cookies")),
            tz_offset=int_or_none(data.get("tz_offset")),
            tries=int_or_none(data.get("tries")),
            waited_ms=int_or_none(data.get("waited_ms")),
            fill_ms=int_or_none(data.get("fill_ms")),
        )


def parse_moment(text: str) -> datetime:
    """Read an ISO 8601 date and time; one without a zone is UTC. ValueError otherwise."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def spell_number(bits: int) -> str:
    """Spell 40 bits as a short number that can be read out.

    >>> spell_number(0)
    '0000-0000'
    >>> spell_number(2**40 - 1)
    'ZZZZ-ZZZZ'
    """
    digits = "".join(NUMBER_ALPHABET[bits >> shift & 31] for shift in range(35, -1, -5))
    return f"{digits[:4]}-{digits[4:]}"


def read_number(text: str) -> str | None:
    """Return the number a person typed in its written form, or None where it is none.

    >>> read_number("7f3k 2m9q")
    '7F3K-2M9Q'
    >>> read_number("O0il-0000")
    '0011-0000'
    """
    digits = _signs_of(text)
    return f"{digits[:4]}-{digits[4:]}" if digits and len(digits) == NUMBER_BITS // 5 else None


def read_half(text: str) -> str | None:
    """Return one half of a number, as it is dictated and half remembered; None where it is none.

    >>> read_half("6xys"), read_half("-bxxq"), read_half("7F3K-2M9Q")
    ('6XYS', 'BXXQ', None)
    """
    digits = _signs_of(text)
    return digits if digits and len(digits) == NUMBER_BITS // 10 else None


def _signs_of(text: str) -> str | None:
    digits = text.upper().translate(str.maketrans("OIL", "011", " -"))
    return digits if set(digits) <= set(NUMBER_ALPHABET) else None
