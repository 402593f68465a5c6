"""Replies of the API, as they are and as faults make them."""

import socket
import time
from collections.abc import Iterator
from http import HTTPStatus

from flask import Response, request

from .errors import WRONG_KEY, WRONG_REQUEST
from .faults import Fault, FaultKind
from .outcome import HTML, SERVER_ERROR, Outcome, page_instead, refusal

TOO_MANY = "429 Too Many Requests"
DRIPS = 20


def answered(outcome: Outcome) -> Response:
    """Give an outcome as JSON."""
    return Response(outcome.text, outcome.status, content_type="application/json; charset=utf-8")


def outcome_of(fault: Fault) -> Outcome:
    """Give what a call comes to that meets this fault before its effect."""
    match fault.kind:
        case FaultKind.WRONG_KEY:
            return refusal(WRONG_KEY)
        case FaultKind.REFUSE:
            return refusal(fault.message or WRONG_REQUEST)
        case FaultKind.HTTP500_JSON:
            return refusal(fault.message or "Внутренняя ошибка сервера")
        case FaultKind.ERROR200:
            return Outcome(HTTPStatus.OK, refusal(fault.message or WRONG_REQUEST).payload)
        case FaultKind.THROTTLE_JSON:
            message = fault.message or "Превышен лимит запросов"
            return refusal(message, HTTPStatus.TOO_MANY_REQUESTS)
        case FaultKind.THROTTLE | FaultKind.THROTTLE_BARE:
            return refusal(TOO_MANY, HTTPStatus.TOO_MANY_REQUESTS)
        case FaultKind.LOST_REQUEST:
            return refusal("обрыв связи")
        case FaultKind.HTML200:
            return refusal("Вход в CRM", HTTPStatus.OK)
        case _:
            return refusal(SERVER_ERROR)


def instead(fault: Fault, outcome: Outcome) -> Response:
    """Answer with the fault instead of carrying the call out."""
    if fault.kind is FaultKind.LOST_REQUEST:
        return hang_up()
    page = page_instead(outcome, fault)
    response = answered(outcome) if page is None else Response(page, outcome.status)
    if fault.kind in {FaultKind.THROTTLE, FaultKind.THROTTLE_JSON}:
        response.headers["Retry-After"] = str(round(fault.seconds) or 1)
    return response


def let_through(outcome: Outcome, fault: Fault | None) -> Response:
    """Answer a call that was carried out, the way the fault lets the answer through."""
    response = answered(outcome)
    match fault.kind if fault else None:
        case FaultKind.ERROR500_AFTER:
            page = HTML.format(SERVER_ERROR)
            return Response(page, HTTPStatus.INTERNAL_SERVER_ERROR)
        case FaultKind.LOST_REPLY:
            return hang_up()
        case FaultKind.SLOW if fault:
            time.sleep(fault.seconds)
        case FaultKind.DRIP if fault:
            response.response = _drip(response.get_data(), fault.seconds)
        case FaultKind.TRUNCATED:
            # Content-Length goes on telling the whole length.
            data = response.get_data()
            response.response = [data[: len(data) // 2]]
    return response


def hang_up() -> Response:
    """Close the connection under the reply; a server that hides its socket answers 502."""
    connection = request.environ.get("werkzeug.socket") or request.environ.get("gunicorn.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)
    return Response(HTML.format("502 Bad Gateway"), HTTPStatus.BAD_GATEWAY)


def _drip(data: bytes, seconds: float) -> Iterator[bytes]:
    size = max(1, len(data) // DRIPS)
    parts = [data[start : start + size] for start in range(0, len(data), size)]
    for part in parts:
        time.sleep(seconds / len(parts))
        yield part
