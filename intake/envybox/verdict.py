"""What a reply means: pure, no clock, no network.

The CRM tells its business errors in JSON, with HTTP 200, 400 or 500 as it pleases
(API reference, "Response"; public clients): the body decides, the HTTP status only
where there is no body of the API's own.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypeAlias

from intake.envybox.errors import (
    AlreadyStarted,
    EnvyboxError,
    NotFound,
    NotSent,
    Refused,
    Throttled,
    UnknownOutcome,
    WrongAddress,
    WrongKey,
)
from intake.envybox.reading import identifier, text
from intake.envybox.transport import MASK, Reply

LONGEST_PAUSE = 3600.0
_MISSING = re.compile(
    r"(лид|заявка|сделка|клиент|контакт|компания|задача|поле)\b.*\bне найден[ао]?", re.DOTALL
)
_STARTED = re.compile(r"(лид|заявка) уже взята? в работу.*", re.DOTALL)
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
# Said by servers in front of the CRM about themselves, not about the request.
_SERVER_PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY}
_NO_SUCH_ADDRESS = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}


@dataclass(frozen=True, slots=True)
class Accepted:
    """The CRM did what was asked; `body` is its whole reply."""

    body: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Failed:
    """The call failed: the error to raise, and what it says."""

    kind: type[EnvyboxError]
    sentence: str
    message: str | None = None
    retry_after: float | None = None


Verdict: TypeAlias = Accepted | Failed


def judge(reply: Reply, now: datetime) -> Verdict:
    """Decide what `reply` means; `now` (aware) only turns a date in Retry-After to seconds."""
    if not reply.sent or reply.status is None:
        return _judge_silence(reply)
    body = None if reply.fault else json_object(reply.body)
    message = text(body.get("message")) if body else None
    if _is_throttled(reply, body):
        pause = pause_seconds(reply.retry_after, now)
        return Failed(Throttled, "CRM просит обращаться реже", message, pause)
    if _is_wrong_key(reply.status, body, message):
        return Failed(WrongKey, "CRM не приняла ключ API, проверьте его в настройках", message)
    if reply.fault:
        return Failed(UnknownOutcome, f"{reply.fault}, и неизвестно, принят ли запрос")
    if body is not None and _is_success(reply.status, body):
        return Accepted(body)
    if body is not None and _is_refusal(reply.status, body, message):
        return _judge_refusal(message)
    return _judge_status(reply.status)


def pause_seconds(header: str | None, now: datetime) -> float | None:
    """Read Retry-After (RFC 9110, 10.2.3): seconds or a date, as seconds from 0 to 3600.

    None where it is absent, unreadable or in the past.
    """
    value = (header or "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), LONGEST_PAUSE)
    try:
        moment = parsedate_to_datetime(value)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (aware - now).total_seconds()
    except (ValueError, TypeError, LookupError, OverflowError):
        return None
    return min(seconds, LONGEST_PAUSE) if seconds >= 0 else None


def json_object(body: bytes) -> Mapping[str, object] | None:
    """Read a JSON object; None for anything else. The account's api_key is blotted out."""
    try:
        value = json.loads(body.decode("utf-8-sig", "replace"), object_pairs_hook=_without_key)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def confirms(body: Mapping[str, object]) -> bool:
    """Tell whether the reply itself says success, rather than just holding a payload."""
    return identifier(body.get("status_code")) == HTTPStatus.OK or _is_praise(body.get("message"))


def _without_key(pairs: list[tuple[str, object]]) -> dict[str, object]:
    # main/data answers with the very key it was asked with.
    return {name: MASK if name == "api_key" else value for name, value in pairs}


def _judge_silence(reply: Reply) -> Failed:
    if not reply.sent:
        return Failed(NotSent, f"до CRM ничего не дошло: {reply.fault}")
    return Failed(UnknownOutcome, f"{reply.fault}, и неизвестно, принят ли запрос")


def _is_throttled(reply: Reply, body: Mapping[str, object] | None) -> bool:
    code = identifier(body.get("status_code")) if body else None
    if HTTPStatus.TOO_MANY_REQUESTS in (reply.status, code):
        return True
    return reply.status == HTTPStatus.SERVICE_UNAVAILABLE and reply.retry_after is not None


def _is_wrong_key(status: int, body: Mapping[str, object] | None, message: str | None) -> bool:
    code = identifier(body.get("status_code")) if body else None
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) or code == HTTPStatus.UNAUTHORIZED:
        return True
    return "ключ api" in _plain(message or "")


def _is_success(status: int, body: Mapping[str, object]) -> bool:
    code, message = identifier(body.get("status_code")), body.get("message")
    if code is not None:
        return code == HTTPStatus.OK and (message in (None, "") or _is_praise(message))
    if message is not None:
        return _is_praise(message)
    if body.get("status_code") is not None:
        return False
    return status == HTTPStatus.OK and bool(body) and not {"error", "errors"} & body.keys()


def _is_refusal(status: int, body: Mapping[str, object], message: str | None) -> bool:
    """Tell whether the CRM itself said no, and not some server in front of it."""
    if status >= HTTPStatus.MULTIPLE_CHOICES and status < HTTPStatus.BAD_REQUEST:
        return False
    if _CYRILLIC.search(message or ""):
        return True
    # The CRM speaks Russian; English words under HTTP 500 are a server's about itself.
    if identifier(body.get("status_code")) is not None:
        return status < HTTPStatus.INTERNAL_SERVER_ERROR
    passing = status in _SERVER_PASSING | _NO_SUCH_ADDRESS
    return message is not None and status < HTTPStatus.INTERNAL_SERVER_ERROR and not passing


def _judge_refusal(message: str | None) -> Failed:
    sentence = f"CRM отказала: «{message}»" if message else "CRM отказала и не сказала почему"
    plain = _plain(message or "")
    if _STARTED.fullmatch(plain):
        return Failed(AlreadyStarted, sentence, message)
    if _MISSING.fullmatch(plain):
        return Failed(NotFound, sentence, message)
    return Failed(Refused, sentence, message)


def _judge_status(status: int) -> Failed:
    """Judge a reply that is not the API's own JSON."""
    if status in _NO_SUCH_ADDRESS:
        return Failed(
            WrongAddress,
            f"по этому адресу нет API (HTTP {status}), проверьте url и path в настройках CRM",
        )
    if status in _SERVER_PASSING or not (
        HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    ):
        what = "перенаправлением" if status // 100 == 3 else "не так, как обещает её API"  # noqa: PLR2004 - 3xx
        return Failed(
            UnknownOutcome,
            f"CRM ответила {what} (HTTP {status}), и неизвестно, принят ли запрос",
        )
    return Failed(Refused, f"сервер CRM не принял запрос (HTTP {status})")


def _is_praise(message: object) -> bool:
    return isinstance(message, str) and _plain(message) == "success"


def _plain(message: str) -> str:
    """Return the words alone: the CRM varies case, blanks and full stops."""
    return " ".join(re.findall(r"\w+", message.casefold().replace("ё", "е")))
