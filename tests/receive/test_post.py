from datetime import UTC, datetime

import pytest

from intake.domain.json import JsonObject, JsonValue
from intake.domain.submission import Channel, RawSubmission
from intake.receive.post import Sender, read_post

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def test_what_the_page_adds_is_kept_apart_from_what_was_typed() -> None:
    data: JsonObject = {
        "phone": "+7912",
        "page_url": "https://okna.example/?utm_source=vk",
        "referrer": "https://vk.com/",
        "timezone": "Asia/Yekaterinburg",
        "tz_offset": -300,
        "cookies": {"_ga": "GA1.2.3.4", "session": "secret"},
        "submission_id": "abc",
        "redirect": "/spasibo",
    }
    post = read_post(data, Sender(), NOW, is_json=True)
    assert post.raw.fields == {"phone": "+7912"}
    assert post.raw.timezone == "Asia/Yekaterinburg"
    assert post.raw.tz_offset == -300
    assert post.raw.cookies == {"_ga": "GA1.2.3.4"}
    assert (post.key, post.redirect) == ("abc", "/spasibo")
    assert post.raw.channel is Channel.SNIPPET


def test_headers_serve_where_the_page_adds_nothing() -> None:
    sender = Sender(
        ip="203.0.113.5",
        referer="https://okna.example/",
        cookies={"_ym_uid": "1701261875816719138", "session": "secret"},
        idempotency_key="from-header",
    )
    post = read_post({"phone": "1", "submission_id": "x"}, sender, NOW, is_json=False)
    assert post.raw.page_url == "https://okna.example/"
    assert post.raw.cookies == {"_ym_uid": "1701261875816719138"}
    assert post.key == "from-header"
    assert post.raw.channel is Channel.FORM


def test_a_cookie_header_told_by_the_page_is_read() -> None:
    post = read_post({"cookies": "_ga=GA1.2.3.4; other=1"}, Sender(), NOW, is_json=True)
    assert post.raw.cookies == {"_ga": "GA1.2.3.4"}


@pytest.mark.parametrize("crm_id", [2119, "2119", " 2119 "])
def test_a_crm_id_makes_it_a_call_of_the_widget(crm_id: int | str) -> None:
    post = read_post({"crm_id": crm_id, "phone": "1"}, Sender(), NOW, is_json=True)
    assert (post.crm_id, post.raw.channel) == (2119, Channel.WBK)


@pytest.mark.parametrize("crm_id", ["", "abc", None, [], 10**40, True, {}])
def test_a_crm_id_that_is_none_does_not_matter(crm_id: object) -> None:
    post = read_post({"crm_id": crm_id}, Sender(), NOW, is_json=True)  # type: ignore[dict-item]  # that is the point
    assert post.crm_id is None or post.crm_id == 1


def test_an_odd_key_becomes_one_that_every_database_can_hold() -> None:
    odd = [
        read_post({"submission_id": key}, Sender(), NOW, is_json=True).key
        for key in ("ключ", "a b", "x" * 500, "\ud800")
    ]
    assert all(key and key.startswith("sha256:") and len(key) < 200 for key in odd)
    assert len(set(odd)) == 4


def test_the_wrapper_of_the_api_is_looked_into() -> None:
    data: JsonObject = {"request": {"page_url": "https://okna.example/", "values": {}}}
    assert read_post(data, Sender(), NOW, is_json=True).raw.page_url == "https://okna.example/"


@pytest.mark.parametrize(
    ("told", "zone", "kept"),
    [
        ({"timezone": "UTC", "tz_offset": 0}, "UTC", False),
        ({"timezone": "Europe/Moscow"}, "Europe/Moscow", False),
        ({"timezone": "UTC"}, None, True),
        ({"timezone": "UTC+03:00", "tz_offset": -180}, None, True),
        ({"timezone": 3}, None, True),
    ],
)
def test_the_browsers_time_zone_is_not_something_typed(
    told: JsonObject, zone: str | None, kept: bool
) -> None:
    post = read_post(told, Sender(), NOW, is_json=True)
    assert post.raw.timezone == zone
    assert ("timezone" in post.raw.fields) is kept


def test_a_number_is_a_key_too() -> None:
    assert read_post({"submission_id": 1042}, Sender(), NOW, is_json=True).key == "1042"


TOLD: JsonObject = {
    "tries": 3,
    "waited_ms": 840_000,
    "fill_ms": 12_345.6,
    "form_token": "abc.def",
    "intake_trap": "",
    "captcha_token": "c",
    "first_touch": {"page_url": "https://okna.example/"},
    "last_touch": {"page_url": "https://okna.example/b", "at": 1},
    "client_ids": {"ga": "1.2", "ym": 17012618757, "other": "x"},
    "consent": {"text_version": "3", "at": 1701261875000},
}


def test_what_the_script_adds_is_context_and_not_typed() -> None:
    post = read_post({"phone": "1", **TOLD}, Sender(), NOW, is_json=True)
    raw = post.raw
    assert raw.fields == {"phone": "1"}
    assert (raw.tries, raw.waited_ms, raw.fill_ms) == (3, 840_000, 12_346)
    assert raw.last_touch == TOLD["last_touch"]
    assert raw.client_ids == {"ga": "1.2", "ym": "17012618757"}
    assert raw.consent == TOLD["consent"]
    assert (post.form_token, post.captcha_token, post.trapped) == ("abc.def", "c", False)
    assert RawSubmission.from_json(raw.to_json()) == raw


def test_numbers_of_a_form_are_read_too_and_impossible_ones_are_not() -> None:
    post = read_post({"tries": "2", "waited_ms": "50"}, Sender(), NOW, is_json=False)
    assert (post.raw.tries, post.raw.waited_ms, post.raw.fill_ms) == (2, 50, None)
    odd: JsonValue
    for odd in (0, -1, "x", [], {}, 10**40, -5.5):
        post = read_post({"tries": odd, "waited_ms": "-1"}, Sender(), NOW, is_json=True)
        assert (post.raw.tries, post.raw.waited_ms) == (None, None)


def test_the_boxes_and_answers_of_other_makers_are_read() -> None:
    for name in ("smart-token", "cf-turnstile-response"):
        post = read_post({name: "t", "phone": "1"}, Sender(), NOW, is_json=False)
        assert (post.captcha_token, post.raw.fields) == ("t", {"phone": "1"})


def test_a_box_named_consent_is_the_visitors_word() -> None:
    post = read_post({"consent": "on"}, Sender(), NOW, is_json=False)
    assert (post.raw.consent, post.raw.fields) == (None, {"consent": "on"})


def test_a_filled_trap_is_noticed_and_what_is_too_large_is_left_out() -> None:
    post = read_post(
        {"intake_trap": "x", "last_touch": {"a": "b" * 20_000}}, Sender(), NOW, is_json=True
    )
    assert post.trapped
    assert post.raw.last_touch is None
