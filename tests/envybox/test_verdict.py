"""A corpus of replies and what each means."""

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pickle import dumps, loads

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.envybox import (
    AlreadyStarted,
    EnvyboxError,
    Exchange,
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
from intake.envybox.transport import Reply
from intake.envybox.verdict import Accepted, Failed, judge, pause_seconds

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
HTML = b"<html><title>502 Bad Gateway</title></html>"


def reply(status: int, body: bytes | object, retry_after: str | None = None) -> Reply:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(sent=True, fault=None, status=status, retry_after=retry_after, body=data)


def failure(got: Reply) -> Failed:
    verdict = judge(got, NOW)
    assert isinstance(verdict, Failed)
    return verdict


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"status_code": 200, "message": "success"}),
        (200, {"status_code": "200", "message": "Success."}),
        (200, {"status_code": 200}),
        (200, {"status_code": 200, "message": None}),
        (200, {"message": "success"}),
        (200, {"result": {"id": 1}}),
        (200, {"status_code": None, "message": "success"}),
        (201, {"status_code": 200, "message": "success"}),
        (200, b'\xef\xbb\xbf{"status_code": 200, "message": "success"}'),
        (200, b'{"status_code": 200, "message": "success", "name": "\xff"}'),
        (200, b'{"status_code": 500, "status_code": 200, "message": "success"}'),
    ],
)
def test_the_body_tells_a_success(status: int, body: bytes | object) -> None:
    assert isinstance(judge(reply(status, body), NOW), Accepted)


@pytest.mark.parametrize("status", [200, 400, 422, 500])
@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Неверный request", Refused),
        ("Лид с данным id не найден", NotFound),
        ("Лид не найден", NotFound),
        ("Сделка не найдена", NotFound),
        ("Сделка с данным id не найдена.", NotFound),
        ("Клиент не найден", NotFound),
        ("Этап не найден", Refused),
        ("Лид уже взят в работу", AlreadyStarted),
        ("Неправильный ключ api", WrongKey),
        ("НЕПРАВИЛЬНЫЙ  КЛЮЧ API.", WrongKey),
    ],
)
def test_a_business_error_is_told_by_its_words_whatever_the_http_status(
    status: int, message: str, kind: type[EnvyboxError]
) -> None:
    for code in (500, "500", None):
        failed = failure(reply(status, {"status_code": code, "message": message}))
        assert (failed.kind, failed.message) == (kind, message)
    assert failure(reply(status, {"message": message})).kind is kind


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"status_code": 500, "message": "success"}, UnexpectedReply),
        (500, {"status_code": 200, "message": "success"}, UnexpectedReply),
        (400, {"status_code": 200}, UnexpectedReply),
        (500, {"message": "success"}, UnexpectedReply),
        (200, {"status_code": 200, "message": "OK"}, UnexpectedReply),
        (200, {"status_code": 200, "message": "Успешно"}, UnexpectedReply),
        (200, {"status_code": 200, "message": ["success"]}, UnexpectedReply),
        (200, {"success": False}, UnknownOutcome),
        (200, {"result": False}, UnknownOutcome),
        (200, {"status_code": 200, "message": "Неверный request"}, Refused),
        (200, {"status_code": 500}, Refused),
        (500, {"status_code": 500, "message": ["x"]}, UnknownOutcome),
        (500, {"status_code": 500, "message": "Internal Server Error"}, UnknownOutcome),
        (400, {"message": "The given data was invalid."}, Refused),
        (413, HTML, Refused),
        (400, b"", Refused),
        (404, HTML, WrongAddress),
        (405, b"", WrongAddress),
        (404, {"message": "Not Found"}, WrongAddress),
        (401, HTML, WrongKey),
        (403, b"", Forbidden),
        (403, HTML, Forbidden),
        (403, {"status_code": 403, "message": "Доступ закрыт"}, Forbidden),
        (200, {"status_code": 403, "message": "Доступ закрыт"}, Forbidden),
        (403, {"status_code": 500, "message": "Неправильный ключ api"}, WrongKey),
        (200, {"status_code": 401, "message": "Unauthorized"}, WrongKey),
        (429, HTML, Throttled),
        (200, {"status_code": 429, "message": "Too Many Requests"}, Throttled),
        (408, HTML, UnknownOutcome),
        (500, HTML, UnknownOutcome),
        (500, b"", UnknownOutcome),
        (500, {"message": "Server Error"}, UnknownOutcome),
        (502, {"status_code": 502, "message": "Bad Gateway"}, UnknownOutcome),
        (503, HTML, UnknownOutcome),
        (504, HTML, UnknownOutcome),
        (301, b"", UnknownOutcome),
        (302, {"status_code": 500, "message": "Неверный request"}, UnknownOutcome),
        (204, b"", UnknownOutcome),
        (200, HTML, UnknownOutcome),
        (200, b"", UnknownOutcome),
        (200, b'{"status_code": 200, "mess', UnknownOutcome),
        (200, b"\xff\xfe", UnknownOutcome),
        (200, b"[" * 100_000, UnknownOutcome),
        (200, b'{"id": ' + b"9" * 10_000 + b"}", UnknownOutcome),
        (200, [1], UnknownOutcome),
        (200, "success", UnknownOutcome),
        (200, {}, UnknownOutcome),
        (200, {"error": "x"}, UnknownOutcome),
        (200, {"status_code": "abc", "result": 1}, UnknownOutcome),
    ],
)
def test_each_fault_has_its_kind(
    status: int, body: bytes | object, kind: type[EnvyboxError]
) -> None:
    assert failure(reply(status, body)).kind is kind


def test_what_never_went_out_is_not_sent() -> None:
    failed = failure(Reply(sent=False, fault="имя сервера не нашлось в DNS"))
    assert failed.kind is NotSent
    assert "ничего не дошло" in failed.sentence


def test_an_incomplete_answer_is_unknown_even_when_its_beginning_looks_well() -> None:
    body = b'{"status_code": 200, "message": "success"}'
    failed = failure(Reply(sent=True, fault="связь оборвалась", status=200, body=body))
    assert failed.kind is UnknownOutcome


def test_an_overload_is_throttled_only_when_it_names_a_pause() -> None:
    failed = failure(reply(503, HTML, retry_after="30"))
    assert (failed.kind, failed.retry_after) == (Throttled, 30.0)
    assert failure(reply(429, HTML)).retry_after is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("5", 5.0),
        (" 0 ", 0.0),
        ("3601", 3600.0),
        ("9" * 400, 3600.0),
        ("Mon, 23 Nov 2026 10:02:00 GMT", 120.0),
        ("Mon, 23 Nov 2026 10:02:00 -0000", 120.0),
        ("Mon, 23 Nov 2027 10:02:00 GMT", 3600.0),
        ("Mon, 23 Nov 2026 09:59:59 GMT", None),
        ("-5", None),
        ("1.5", None),
        ("inf", None),
        ("скоро", None),
        ("", None),
        (None, None),
    ],
)
def test_the_pause_is_read_from_seconds_or_a_date(
    header: str | None, seconds: float | None
) -> None:
    assert pause_seconds(header, NOW) == seconds


@given(st.text() | st.from_regex(r"\w{3}, \d+ \w{3} \d{1,12} \d+:\d+:\d+ [+-]?\w+"))
def test_any_header_gives_a_pause_within_an_hour_or_none(header: str) -> None:
    pause = pause_seconds(header, NOW)
    assert pause is None or 0 <= pause <= 3600


KINDS = {NotSent, Throttled, WrongKey, Refused, NotFound, AlreadyStarted, UnknownOutcome}


def of_kinds(method: str) -> list[EnvyboxError]:
    exchange = Exchange(method, "POST", None, None, "", 0, None)
    return [kind("нет", exchange) for kind in (*KINDS, WrongAddress, UnexpectedReply)]


@pytest.mark.parametrize(
    ("method", "unsafe"),
    [
        ("lead/set", {UnknownOutcome, UnexpectedReply}),
        ("lead/unheard-of", {UnknownOutcome, UnexpectedReply}),
        ("lead/list", set()),
    ],
)
def test_only_what_may_have_changed_something_is_unsafe_to_resend(
    method: str, unsafe: set[type[EnvyboxError]]
) -> None:
    assert {type(error) for error in of_kinds(method) if not error.safe_to_resend} == unsafe


def test_a_request_that_would_fail_again_is_not_worth_resending() -> None:
    useless = {type(error) for error in of_kinds("lead/list") if not error.worth_resending}
    assert useless == {WrongKey, Refused, AlreadyStarted, WrongAddress}


def pickled(error: EnvyboxError) -> EnvyboxError:
    copied: EnvyboxError = loads(dumps(error))  # noqa: S301 - what it loads was just made here
    return copied


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, pickled])
def test_an_error_is_copied_and_sent_to_another_process_whole(
    again: Callable[[EnvyboxError], EnvyboxError],
) -> None:
    exchange = Exchange("lead/set", "POST", {"request": {}}, 429, "{}", 5, "нет")
    error = again(Throttled("CRM просит обращаться реже", exchange, "Реже", 30.0))
    assert type(error) is Throttled
    assert str(error) == "lead/set: CRM просит обращаться реже"
    assert (error.exchange, error.message, error.retry_after) == (exchange, "Реже", 30.0)


def test_a_page_that_closes_the_access_is_told_as_such() -> None:
    assert failure(reply(403, HTML)).sentence == "CRM закрыла доступ (HTTP 403)"
