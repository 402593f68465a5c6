"""What a post is about: the visitor's fields, and apart from them what a page adds."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from intake.domain.json import JsonObject, JsonValue
from intake.domain.submission import Channel, RawSubmission

# Told by the page about itself and the visit; not something the visitor typed.
CONTEXT_FIELDS = frozenset(
    {"page_url", "referrer", "page_title", "tz_offset", "first_touch", "cookies"}
    | {"submission_id", "redirect", "crm_id", "last_touch", "client_ids"}
    | {"tries", "waited_ms", "fill_ms", "form_token", "intake_trap", "captcha_token"}
    | {"intake_trial"}
    # As the widgets themselves name their answer.
    | {"smart-token", "cf-turnstile-response"}
)
CAPTCHA_FIELDS = ("captcha_token", "smart-token", "cf-turnstile-response")

# Least data kept: of all cookies only those that advertising marks and ids are read from.
ATTRIBUTION_COOKIES = re.compile(
    r"(_ga(_\w+)?|_ym_(uid|d)|sbjs_\w+|TILDAUTM|WhiteCallback_visit(orId)?|roistat_\w+"
    r"|_fb[pc]|_ct_session_id|cted|_comagic_id\w*)"
)

IANA_ZONE = re.compile(r"[A-Za-z_]{2,20}/[A-Za-z_/+-]{2,40}\d{0,2}")
ZONES_WITHOUT_A_PLACE = frozenset({"UTC", "GMT"})
PLAIN_KEY = re.compile(r"[\x21-\x7e]{1,190}")

MAX_URL = 4000
MAX_TITLE = 300
MAX_COOKIE = 2000
MAX_COOKIES = 40
MAX_TOKEN = 4000
MAX_CLIENT_ID = 100
MAX_TOUCH = 10_000  # characters as JSON
MAX_TRIES = 10_000
MAX_WAIT = 2**31 - 1  # milliseconds, three weeks and a half


@dataclass(frozen=True, slots=True)
class Sender:
    """What the connection tells of who is posting; header values as they came."""

    ip: str | None = None
    user_agent: str | None = None
    origin: str | None = None
    referer: str | None = None
    cookies: Mapping[str, str] = field(default_factory=dict)
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A post that was read: what to keep, and what steers its answer.

    `from_page`: a browser shows the answer as its next page, no script and no program waits.
    `trial_pass`: what the page «Подключение» gave its form, as it came.
    """

    raw: RawSubmission
    key: str | None
    redirect: str | None
    crm_id: int | None
    origin: str | None
    form_token: str | None = None
    captcha_token: str | None = None
    trapped: bool = False
    from_page: bool = False
    trial_pass: str | None = None


def read_post(data: JsonObject, sender: Sender, received_at: datetime, *, is_json: bool) -> Post:
    """Sort a body's fields into what was typed and what the page says of itself."""
    inner = data.get("request")
    told = {**inner, **data} if isinstance(inner, dict) else data
    crm_id = _whole(told.get("crm_id"))
    zone = _browser_zone(told)
    consent = _consent(told.get("consent"))
    # Nobody types the name of a time zone: it is the browser's word, not the visitor's.
    context = CONTEXT_FIELDS | ({"timezone"} if zone else set())
    context |= {"consent"} if consent else set()
    raw = RawSubmission(
        fields={name: value for name, value in data.items() if name not in context},
        received_at=received_at,
        channel=_channel(told, crm_id, is_json=is_json),
        page_url=_text(told.get("page_url"), MAX_URL) or _text(sender.referer, MAX_URL),
        page_title=_text(told.get("page_title"), MAX_TITLE),
        referrer=_text(told.get("referrer"), MAX_URL),
        first_touch=told.get("first_touch"),
        last_touch=_touch(told.get("last_touch")),
        client_ids=_client_ids(told.get("client_ids")),
        consent=consent,
        cookies=_cookies(told.get("cookies"), sender.cookies),
        ip=sender.ip,
        user_agent=_text(sender.user_agent, MAX_TITLE),
        timezone=zone,
        tz_offset=_offset(told.get("tz_offset")),
        tries=_count(told.get("tries"), 1, MAX_TRIES),
        waited_ms=_count(told.get("waited_ms"), 0, MAX_WAIT),
        fill_ms=_count(told.get("fill_ms"), 0, MAX_WAIT),
    )
    key = sender.idempotency_key or _text_or_number(told.get("submission_id"))
    captcha = (_text(told.get(name), MAX_TOKEN) for name in CAPTCHA_FIELDS)
    return Post(
        raw,
        key=_key(key),
        redirect=_text(told.get("redirect"), MAX_URL),
        crm_id=crm_id,
        origin=sender.origin,
        form_token=_text(told.get("form_token"), MAX_TOKEN),
        captcha_token=next((token for token in captcha if token), None),
        trapped=bool(_text_or_number(told.get("intake_trap"))),
        trial_pass=_text(told.get("intake_trial"), MAX_TOKEN),
    )


def _channel(told: Mapping[str, JsonValue], crm_id: int | None, *, is_json: bool) -> Channel:
    if crm_id is not None:
        return Channel.WBK
    if "tz_offset" in told or "page_title" in told:
        return Channel.SNIPPET
    return Channel.JSON if is_json else Channel.FORM


def _text(value: JsonValue, limit: int) -> str | None:
    if not isinstance(value, str):
        return None
    return value.replace("\0", "").strip()[:limit] or None


def _offset(value: JsonValue) -> int | None:
    """Return minutes from UTC; None for what no place on Earth keeps."""
    minutes = None if isinstance(value, bool) else _whole(value)
    return minutes if minutes is not None and minutes % 15 == 0 else None


def _whole(value: JsonValue) -> int | None:
    try:
        number = int(value) if isinstance(value, int | str) else None
    except ValueError:
        return None
    return number if number is not None and abs(number) < 2**31 else None


def _count(value: JsonValue, least: int, most: int) -> int | None:
    """Return a number that a script has counted; None for one it cannot have meant."""
    number = round(value) if isinstance(value, float) else _whole(value)
    return number if number is not None and least <= number <= most else None


def _touch(value: JsonValue) -> JsonValue:
    """Return what a script remembered of a visit; None for what is too much to be that."""
    is_one = isinstance(value, dict | str) and len(json.dumps(value)) <= MAX_TOUCH
    return value if is_one else None


def _client_ids(told: JsonValue) -> dict[str, str]:
    """Return the ids that the counters told the script: ``ga`` and ``ym``."""
    pairs = told.items() if isinstance(told, dict) else ()
    found = {name: _text_or_number(value) for name, value in pairs if name in {"ga", "ym"}}
    return {name: text[:MAX_CLIENT_ID] for name, text in found.items() if text}


def _consent(told: JsonValue) -> JsonObject | None:
    """Return what the script says of the visitor's consent.

    A ticked box of the same name is the visitor's own word, and stays among the fields.
    """
    if not isinstance(told, dict) or not {"text_version", "at"} & told.keys():
        return None
    at = told.get("at")
    return {
        "text_version": _text(told.get("text_version"), MAX_TITLE),
        "at": at if isinstance(at, int) else _text(at, MAX_TITLE),
    }


def _text_or_number(value: JsonValue) -> str | None:
    return str(value) if isinstance(value, int) else _text(value, MAX_URL)


def _browser_zone(told: Mapping[str, JsonValue]) -> str | None:
    name = told.get("timezone")
    if not isinstance(name, str):
        return None
    by_browser = name in ZONES_WITHOUT_A_PLACE and "tz_offset" in told
    return name if by_browser or IANA_ZONE.fullmatch(name) else None


def _key(key: str | None) -> str | None:
    """Return a key that every database can hold: an odd or long one becomes its digest."""
    if key is None or PLAIN_KEY.fullmatch(key):
        return key
    return "sha256:" + hashlib.sha256(json.dumps(key).encode()).hexdigest()


def _cookies(told: JsonValue, sent: Mapping[str, str]) -> dict[str, str]:
    """Return the attribution cookies that the page told, or else that the browser sent."""
    found = _read_cookies(told) or dict(sent)
    kept = {
        name: value[:MAX_COOKIE]
        for name, value in found.items()
        if ATTRIBUTION_COOKIES.fullmatch(name)
    }
    return dict(list(kept.items())[:MAX_COOKIES])


def _read_cookies(told: JsonValue) -> dict[str, str]:
    if isinstance(told, dict):
        return {name: str(value) for name, value in told.items() if isinstance(value, str | int)}
    if not isinstance(told, str):
        return {}
    pairs = (part.partition("=") for part in told.split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}
