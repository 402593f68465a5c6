"""`/submit` as pages, programs and people without JavaScript see it."""

import io
import json
from typing import Any

import pytest

from intake.receive.body import MAX_BODY
from tests.receive.conftest import Service

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
LEAD = {"name": "Анна", "phone": "+7 912 345-67-89"}


def test_a_program_gets_a_receipt_and_the_lead_is_kept(service: Service) -> None:
    answer = service.client.post("/submit/okna", json=LEAD)
    assert answer.status_code == 202
    row = service.rows()[0]
    assert answer.json is not None
    assert answer.json["ok"] is True
    assert (answer.json["id"], answer.json["number"]) == (row.uid, row.number)
    assert (row.site, row.state, row.phone, row.channel) == (
        "okna",
        "accepted",
        "79123456789",
        "json",
    )
    assert service.deliveries() == 1


def test_a_browser_is_led_to_the_thanks_page(service: Service) -> None:
    answer = service.client.post("/submit/okna", data=LEAD, headers=BROWSER)
    assert answer.status_code == 303
    assert answer.location == "https://okna.example/spasibo"


def test_without_a_thanks_page_ours_shows_the_number(service: Service) -> None:
    answer = service.client.post("/submit/dveri", data=LEAD, headers=BROWSER)
    page = service.client.get(answer.location)
    assert service.rows()[0].number in page.text


def test_a_redirect_on_an_allowed_origin_is_followed_and_another_is_not(service: Service) -> None:
    for target, expected in (
        ("https://okna.example/ok", "https://okna.example/ok"),
        ("https://evil.example/", "https://okna.example/spasibo"),
    ):
        answer = service.client.post(
            "/submit/okna", data=LEAD | {"redirect": target}, headers=BROWSER
        )
        assert answer.location == expected


@pytest.mark.parametrize("how", ["field", "header"])
def test_the_same_id_gives_the_same_answer_and_one_lead(service: Service, how: str) -> None:
    body = LEAD | ({"submission_id": "abc"} if how == "field" else {})
    headers = {"Idempotency-Key": "abc"} if how == "header" else {}
    answers = [service.client.post("/submit/okna", json=body, headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 200, 200]
    assert len({(answer.json or {})["id"] for answer in answers}) == 1
    assert len(service.rows()) == service.deliveries() == 1


def test_a_call_of_the_widget_finds_its_site_by_the_crm(service: Service) -> None:
    body = {
        "crm_id": 14,
        "name": "Анна",
        "phone": "89123456789",
        "utm_source": None,
        "pipeline_id": "0000",
        "values_custom": [{"input_id": "3824", "value": "40"}],
    }
    answer = service.client.post("/submit", json=body)
    assert answer.status_code == 202
    assert (service.rows()[0].site, service.rows()[0].channel) == ("dveri", "wbk")


def test_with_one_account_any_crm_id_finds_it_and_the_difference_is_told(one_site: Service) -> None:
    assert one_site.client.post("/submit", json=LEAD | {"crm_id": 7}).status_code == 202
    codes = [issue["code"] for issue in one_site.rows()[0].lead["issues"]]
    assert "other_crm_id" in codes


def test_with_one_site_naming_it_is_optional(one_site: Service) -> None:
    assert one_site.client.post("/submit", data=LEAD).status_code == 202
    assert one_site.client.post("/submit/okna", data=LEAD).status_code == 202


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_forms_with_russian_names_are_understood(service: Service, kind: str) -> None:
    data = {"Ваше имя": "Анна", "Телефон": "8 (912) 345-67-89", "Площадь": "40", "Этаж": "5"}
    answer = service.client.post("/submit/okna", data=data, content_type=kind)
    assert answer.status_code == 202
    lead = service.rows()[0].lead["lead"]
    assert (lead["name"], lead["phone"]["value"]) == ("Анна", "79123456789")
    assert lead["custom"] == [{"input_id": 3824, "value": "40"}]
    assert lead["extra"] == {"Этаж": "5"}


def test_without_a_contact_a_program_is_told_what_is_missing(service: Service) -> None:
    answer = service.client.post("/submit/okna", json={"name": "Анна"})
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["ok"] is False
    assert "phone" in answer.json["errors"]
    row = service.rows()[0]
    assert (row.state, row.reason, row.name) == ("rejected", "no_contact", "Анна")
    assert service.deliveries() == 0


def test_the_field_that_is_wrong_is_named_as_the_page_named_it(service: Service) -> None:
    answer = service.client.post("/submit/okna", json={"Телефон": "пять"})
    assert answer.json is not None
    assert list(answer.json["errors"]) == ["Телефон"]


def test_a_person_gets_the_form_back_with_everything_typed(service: Service) -> None:
    typed = {"Имя": 'О"Нил <b>', "Телефон": "123", "utm_source": "vk", "submission_id": "k1"}
    answer = service.client.post("/submit/okna", data=typed, headers=BROWSER)
    assert answer.status_code == 422
    for part in ("О&#34;Нил &lt;b&gt;", 'value="123"', 'value="vk"', 'value="k1"', "/submit/okna"):
        assert part in answer.text
    assert "<b>" not in answer.text.replace("<body", "")


def test_a_correction_after_a_refusal_is_a_lead(service: Service) -> None:
    service.client.post("/submit/okna", json={"phone": "12", "submission_id": "k"})
    answer = service.client.post(
        "/submit/okna", json={"phone": "89123456789", "submission_id": "k"}
    )
    assert answer.status_code == 202


def test_a_foreign_page_is_refused_and_its_post_is_kept(service: Service) -> None:
    answer = service.client.post(
        "/submit/okna", json=LEAD, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 403
    assert "https://evil.example" in (answer.json or {})["message"]
    assert (service.rows()[0].reason, service.deliveries()) == ("foreign_origin", 0)


def test_an_unknown_site_is_told_and_its_post_is_kept(service: Service) -> None:
    answer = service.client.post("/submit/okno", json=LEAD)
    assert answer.status_code == 404
    assert "okno" in (answer.json or {})["message"]
    assert (service.rows()[0].site, service.rows()[0].reason) == ("okno", "unknown_site")


def test_several_sites_and_none_named_is_told(service: Service) -> None:
    answer = service.client.post("/submit", json=LEAD)
    assert answer.status_code == 404
    assert "/submit/" in (answer.json or {})["message"]


def test_broken_json_is_told_and_kept(service: Service) -> None:
    body = '{"phone": "+79123456789", "name": "О"Нил"}'.encode()
    answer = service.client.post("/submit/okna", data=body, content_type="application/json")
    assert answer.status_code == 422
    assert "JSON" in (answer.json or {})["message"]
    row = service.rows()[0]
    assert row.state == "rejected"
    assert "+79123456789" in str(row.raw["fields"])


@pytest.mark.parametrize("body", [b"\x00\x01\xff\xfe" * 50, b"", b"\x1f\x8b\x08\x00junk"])
def test_binary_junk_gets_a_clear_answer(service: Service, body: bytes) -> None:
    answer = service.client.post("/submit/okna", data=body)
    assert answer.status_code == 422
    assert (answer.json or {})["message"]


@pytest.mark.parametrize("headers", [{}, BROWSER])
def test_a_body_that_is_too_large_is_told(service: Service, headers: dict[str, str]) -> None:
    answer = service.client.post("/submit/okna", data=b"x=" + b"1" * MAX_BODY, headers=headers)
    assert answer.status_code == 413
    assert str(MAX_BODY // 1024) in answer.text
    assert service.rows()[0].reason == "too_large"


@pytest.mark.parametrize("start", [b"phone=89123456789&comment=", b'{"phone": "', b"no fields "])
def test_a_body_without_a_length_is_not_cut(service: Service, start: bytes) -> None:
    stream = io.BytesIO(start + b"a" * MAX_BODY * 2)
    chunked = {"wsgi.input_terminated": True, "wsgi.input": stream}
    answer = service.client.post("/submit/okna", environ_overrides=chunked)
    assert answer.status_code == 413
    small = {"wsgi.input_terminated": True, "wsgi.input": io.BytesIO(b"phone=89123456789")}
    assert service.client.post("/submit/okna", environ_overrides=small).status_code == 202


class _BrokenStream(io.BytesIO):
    """What a server gives for a chunk that is none."""

    def read(self, size: int | None = -1) -> bytes:
        raise ArithmeticError(size)


def test_a_body_that_breaks_off_is_told_and_not_taken_for_the_whole(service: Service) -> None:
    broken = {"wsgi.input_terminated": True, "wsgi.input": _BrokenStream()}
    answer = service.client.post("/submit/okna", environ_overrides=broken)
    assert answer.status_code == 400
    assert (answer.json or {})["message"]
    short = {"wsgi.input": io.BytesIO(b"phone=89123456789&com"), "CONTENT_LENGTH": "500"}
    answer = service.client.post("/submit/okna", environ_overrides=short)
    assert answer.status_code == 400
    assert service.deliveries() == 0


def test_a_slash_at_the_end_does_not_matter(service: Service) -> None:
    assert service.client.post("/submit/okna/", json=LEAD).status_code == 202


def test_a_developer_may_read_that_the_site_does_not_exist(service: Service) -> None:
    origin = "https://okna.example"
    answer = service.client.post("/submit/okno", json=LEAD, headers={"Origin": origin})
    assert answer.status_code == 404
    assert answer.headers["Access-Control-Allow-Origin"] == origin


HOSTILE: list[Any] = [
    {"phone": "+79123456789", "name": "'; DROP TABLE submissions; --"},
    {"phone": "+79123456789", "name": "<script>alert(1)</script>\0\ud800"},
    {"phone": {"a": ["+79123456789"]}, "name": [None, {}]},
    {"phone": "+79123456789", "tags": {"a": 1}, "custom": 5, "contact_data": "x"},
    {"phone": "+79123456789", "values": "no", "request": [1]},
    {"phone": "+79123456789", "first_touch": [[[[1]]]], "cookies": [1], "tz_offset": "x"},
    {"phone": "+79123456789", "page_url": "http://[::1", "referrer": "\\\\", "redirect": 5},
    {"phone": "+79123456789", "visit_id": "9" * 300, "timezone": "UTC+99:99"},
    {"phone": "9" * 5000},
    {"": "", " ": "+79123456789"},
    {"phone\ud800": "12", "x": "\udfff"},
    {"phone": "+79123456789", "submission_id": {"a": 1}, "tags": [2119]},
    {f"field {n}": "x" * 400 for n in range(400)},
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_no_input_makes_it_stumble(service: Service, body: dict[str, Any]) -> None:
    sent = json.dumps(body)
    for headers in ({}, {"Sec-Fetch-Mode": "navigate"}):
        answer = service.client.post("/submit/okna", data=sent, headers=headers)
        assert answer.status_code in {202, 303, 422}
    assert len(service.rows()) == 2


@pytest.mark.parametrize("site", ["a" * 5000, "%00", "<script>", "..%2f..", "%F0%9F%98%80"])
def test_no_site_name_makes_it_stumble(service: Service, site: str) -> None:
    answer = service.client.post(f"/submit/{site}", json=LEAD)
    assert answer.status_code == 404
    assert "<script>" not in service.client.post(f"/submit/{site}", data=LEAD, headers=BROWSER).text


def test_an_allowed_page_may_read_the_answer(service: Service) -> None:
    origin = "https://okna.example"
    preflight = service.client.options("/submit/okna", headers={"Origin": origin})
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == origin
    assert "Content-Type" in preflight.headers["Access-Control-Allow-Headers"]
    answer = service.client.post("/submit/okna", json=LEAD, headers={"Origin": origin})
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_foreign_page_may_read_why_it_is_refused_and_nothing_else(service: Service) -> None:
    origin = "https://evil.example"
    preflight = service.client.options("/submit/okna", headers={"Origin": origin})
    assert preflight.headers["Access-Control-Allow-Origin"] == origin
    answer = service.client.post("/submit/okna", json=LEAD, headers={"Origin": origin})
    assert answer.status_code == 403
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert set(answer.json or {}) == {"ok", "message", "errors"}
    assert origin in (answer.json or {})["message"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    unknown = service.client.options("/submit/okno", headers={"Origin": origin})
    assert unknown.headers["Access-Control-Allow-Origin"] == origin


def test_our_own_pages_may_post_to_every_site(service: Service) -> None:
    answer = service.client.post("/submit/okna", json=LEAD, headers={"Origin": "http://localhost"})
    assert answer.status_code == 202


def test_english_is_spoken_to_those_who_ask_for_it(service: Service) -> None:
    answer = service.client.post(
        "/submit/okna", json={}, headers={"Accept-Language": "en-US,en;q=0.9"}
    )
    assert "phone" in (answer.json or {})["message"]


@pytest.mark.parametrize("headers", [{}, BROWSER])
def test_what_cannot_be_kept_is_not_acknowledged(service: Service, headers: dict[str, str]) -> None:
    with service.database.write() as connection:
        connection.exec_driver_sql("DROP TABLE attempts")
        connection.exec_driver_sql("DROP TABLE deliveries")
    answer = service.client.post("/submit/okna", data=LEAD, headers=headers)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    if headers:
        assert "+7 912 345-67-89" in answer.text


def test_other_methods_are_told_how_to_send(service: Service) -> None:
    answer = service.client.get("/submit/okna", headers=BROWSER)
    assert answer.status_code == 405
    assert "POST" in answer.text
