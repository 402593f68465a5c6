"""What a reply means: pure, no clock, no network.

The CRM tells its business errors in JSON, with HTTP 200, 400 or 500 as it pleases
(API reference, "Response"; public clients): the body decides, the HTTP status only
where there is no body of the API's own.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypeAlias

from intake.envybox.errors import (
    AlreadyStarted,
    EnvyboxError,
    Forbidden,
    NotFound,
    NotSent,
    Refused,
    Throttled,
    UnexpectedReply,
    UnknownOutcome,
    WrongAddress,
    WrongKey,
)
from intake.envybox.masking import MASK
from intake.envybox.proof import is_praise, plain
from intake.envybox.reading import identifier, text
from intake.envybox.transport import Reply

LONGEST_PAUSE = 3600.0
_DEEPEST = 50  # lists within lists
_MISSING = re.compile(
    r"(лид|заявка|сделка|клиент|контакт|компания|задача|поле)\b.*\bне найден[ао]?", re.DOTALL
)
_STARTED = re.compile(r"(лид|заявка) уже взята? в работу.*", re.DOTALL)
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_REFUSING = re.compile(r"\b(не|нет|уже|нельзя|неверн\w*|неправильн\w*|ошибк\w*)\b", re.IGNORECASE)
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
Blot: TypeAlias = Callable[[str], str]
_CONTRADICTION = "ответ CRM противоречит сам себе, и неизвестно, принят ли запрос"


def judge(reply: Reply, now: datetime, blot: Blot | None = None) -> Verdict:
    """Decide what `reply` means; `now` (aware) only turns a date in Retry-After to seconds.

    `blot` takes the API key out of every text of the reply.
    """
    if not reply.sent or reply.status is None:
        return _judge_silence(reply)
    body = None if reply.fault else json_object(reply.body, blot)
    message = text(body.get("message")) if body else None
    if _is_throttled(reply, body):
        pause = pause_seconds(reply.retry_after, now)
        return Failed(Throttled, "CRM просит обращаться реже", message, pause)
    if _is_wrong_key(reply.status, body, message):
        return Failed(WrongKey, "CRM не приняла ключ API, проверьте его в настройках", message)
    if _is_forbidden(reply.status, body):
        return Failed(Forbidden, "CRM закрыла доступ (HTTP 403)", message)
    if reply.fault:
        return Failed(UnknownOutcome, f"{reply.fault}, и неизвестно, принят ли запрос")
    if body is not None and _is_contradiction(reply.status, body):
        return Failed(UnexpectedReply, _CONTRADICTION, message)
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


def json_object(body: bytes, blot: Blot | None = None) -> Mapping[str, object] | None:
    """Read a JSON object; None for anything else. The account's api_key is blotted out."""

    def without_key(pairs: list[tuple[str, object]]) -> dict[str, object]:
        # main/data answers with the very key it was asked with.
        return {name: MASK if name == "api_key" else blotted(one) for name, one in pairs}

    def blotted(value: object, depth: int = 0) -> object:
        if not key_is_there or blot is None or not isinstance(value, (str, list)):
            return value
        if isinstance(value, str) or depth == _DEEPEST:
            return blot(value) if isinstance(value, str) else MASK
        return [blotted(one, depth + 1) for one in value]

    written = body.decode("utf-8-sig", "replace")
    key_is_there = blot is not None and blot(written) != written
    try:
        value = json.loads(written, object_pairs_hook=without_key)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


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
    if HTTPStatus.UNAUTHORIZED in (status, code):
        return True
    return "ключ api" in plain(message or "")


def _is_forbidden(status: int, body: Mapping[str, object] | None) -> bool:
    code = identifier(body.get("status_code")) if body else None
    return HTTPStatus.FORBIDDEN in (status, code)


def _is_contradiction(status: int, body: Mapping[str, object]) -> bool:
    """Tell whether one part of a reply says success and another does not."""
    code, message = identifier(body.get("status_code")), body.get("message")
    if is_praise(message):
        return code not in (HTTPStatus.OK, None) or status >= HTTPStatus.MULTIPLE_CHOICES
    if code != HTTPStatus.OK:
        return False
    if message in (None, ""):
        return status >= HTTPStatus.MULTIPLE_CHOICES
    # "OK" or «Успешно» in place of the promised word: the lead is probably there.
    return not _REFUSING.search(str(message))


def _is_success(status: int, body: Mapping[str, object]) -> bool:
    code, message = identifier(body.get("status_code")), body.get("message")
    if code is not None:
        return code == HTTPStatus.OK and (message in (None, "") or is_praise(message))
    if message is not None:
        return is_praise(message)
    if body.get("status_code") is not None:
        return False
    denied = body.get("success") is False or body.get("result") is False
    failed = denied or bool({"error", "errors"} & body.keys())
    return status == HTTPStatus.OK and bool(body) and not failed


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
    words = plain(message or "")
    if _STARTED.fullmatch(words):
        return Failed(AlreadyStarted, sentence, message)
    if _MISSING.fullmatch(words):
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
