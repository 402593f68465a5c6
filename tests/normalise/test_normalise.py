import io
import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.domain.lead import Lead
from intake.normalise import normalise
from intake.normalise.issues import SENTENCES, IssueCode
from intake.normalise.jsonlines import read_request, run
from tests.normalise.reading import MOMENT, read

REQUEST: dict[str, Any] = {
    "fields": {"Телефон": "8 (912) 345-67-89 доб. 101", "Город": "Екатеринбург"},
    "page_url": "https://okna.example/?utm_source=yandex&utm_medium=cpc",
    "referrer": "https://ya.ru/",
    "cookies": {"_ga": "GA1.2.1060957297.1701261875", "_ym_uid": "1701261875816719138"},
    "ip": None,
    "timezone": "Asia/Yekaterinburg",
    "tz_offset": None,
    "default_country": "RU",
    "received_at": MOMENT,
}
ANSWER: dict[str, Any] = {
    "lead": {
        "name": None,
        "phone": {
            "value": "79123456789",
            "extension": "101",
            "country": "RU",
            "valid": True,
            "original": "8 (912) 345-67-89 доб. 101",
        },
        "email": None,
        "comment": None,
        "region": "Свердловская область",
        "region_from": "field",
        "timezone": "UTC+05:00",
        "timezone_from": "browser",
        "visit_id": None,
        "custom": [],
        "contact_data": [],
        "extra": {},
    },
    "attribution": {
        "utm_source": "yandex",
        "utm_medium": "cpc",
        "utm_campaign": None,
        "utm_content": None,
        "utm_term": None,
        "google_client_id": "1060957297.1701261875",
        "yandex_client_id": "1701261875816719138",
        "click_ids": {},
        "landing_page": "https://okna.example/",
        "referrer": "https://ya.ru/",
    },
    "issues": [],
}


def answers(*lines: str) -> list[Any]:
    out = io.StringIO()
    run(lines, out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_contract_holds() -> None:
    (answer,) = answers(json.dumps(REQUEST))
    assert ANSWER["lead"].items() <= answer["lead"].items()
    assert ANSWER["attribution"].items() <= answer["attribution"].items()
    assert answer["issues"] == []


def test_an_issue_says_what_where_and_from_what() -> None:
    (answer,) = answers('{"fields": {"Телефон": "нет"}}')
    assert answer["issues"] == [
        {
            "code": "phone_unusable",
            "field": "Телефон",
            "message": SENTENCES[IssueCode.PHONE_UNUSABLE],
            "original": "нет",
        }
    ]


def test_every_key_is_there_for_an_empty_post() -> None:
    (answer,) = answers("{}")
    assert answer["lead"].keys() >= ANSWER["lead"].keys()
    empty = dict.fromkeys(ANSWER["attribution"]) | {"click_ids": {}}
    assert empty.items() <= answer["attribution"].items()


def test_a_line_that_cannot_be_read_is_answered_and_the_next_one_served() -> None:
    found = answers("garbage", "[1]", '{"received_at": "вчера"}', "", "{}")
    assert [set(answer) for answer in found] == [
        {"error"},
        {"error"},
        {"error"},
        {"lead", "attribution", "issues"},
    ]
    assert found[0]["error"].startswith("Строка 1 — не JSON")


def test_the_cookie_header_serves_as_well_as_an_object() -> None:
    header = "; ".join(f"{name}={value}" for name, value in REQUEST["cookies"].items())
    (answer,) = answers(json.dumps(REQUEST | {"cookies": header}))
    assert ANSWER["attribution"].items() <= answer["attribution"].items()


def test_every_code_has_its_sentence() -> None:
    assert set(SENTENCES) == set(IssueCode)
    assert len(set(SENTENCES.values())) == len(SENTENCES)


NAMES = st.sampled_from(
    [
        "name",
        "phone",
        "email",
        "comment",
        "Город",
        "region",
        "address",
        "timezone",
        "tags",
        "custom",
        "contact_data",
        "utm_source",
        "request",
        "values",
        "record_link",
        "visit_id",
        "inbox_type_id",
        "COOKIES",
        "page_url",
        "tz_offset",
        "first_name",
        "google_client_id",
        "custom[5]",
        "values_custom[0][input_id]",
        "employee_id",
    ]
)
TEXT = st.one_of(
    st.text(st.characters(), max_size=60),
    st.text("0123456789+()- ,доб.xX_#*;%&amp=", max_size=40),
    st.text("абвгдеобл. край,гул-Москва", max_size=40),
    st.text("https://?#&=utm_source[]{}%|@:;", max_size=60),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | TEXT, inner, max_size=4),
    max_leaves=8,
)
REQUESTS = st.fixed_dictionaries(
    {"fields": st.dictionaries(NAMES | TEXT, VALUES, max_size=8)},
    optional={
        "page_url": TEXT | st.none(),
        "referrer": TEXT,
        "timezone": TEXT,
        "tz_offset": st.integers() | TEXT | st.floats(),
        "default_country": st.sampled_from(["RU", "KZ", "UA", "kz", "", "??", "DEU"]),
        "cookies": TEXT
        | st.dictionaries(
            st.sampled_from(["_ga", "_ym_uid", "sbjs_current", "TILDAUTM", "WhiteCallback_visit"]),
            TEXT,
        ),
        "received_at": st.sampled_from([MOMENT, "0001-01-01", "9999-12-31T23:59:59Z"]),
    },
)


@given(REQUESTS)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_post_becomes_a_lead_that_survives_being_stored(request: dict[str, Any]) -> None:
    raw, rules = read_request(request)
    lead = normalise(raw, rules)
    assert normalise(raw, rules) == lead
    stored = json.dumps(lead.to_json(), ensure_ascii=False).encode()
    assert Lead.from_json(json.loads(stored)) == lead
    assert len(stored) < 400_000


def test_a_post_nested_too_deep_is_no_trouble() -> None:
    deep: Any = "x"
    for _ in range(5000):
        deep = [deep]
    assert read({"поле": deep, "custom": deep, "tags": deep}).extra["поле"] == "…"


LONG = (
    "+7 912 345-67-89 доб. " * 900,
    "utm_" * 5000,
    "?" * 20_000,
    "&utm_source=" * 1600,
    "{{a}}" * 4000,
    "a@" * 10_000,
    "[" * 20_000,
    "%25" * 6000,
    "ул. Московская область, " * 800,
    "Ð" * 20_000,
    "как " * 5000,
    " " * 20_000 + "x",
    "1 " * 10_000,
)


@pytest.mark.parametrize("text", LONG, ids=range(len(LONG)))
def test_no_text_keeps_the_visitor_waiting(text: str) -> None:
    names = [
        "name",
        "phone",
        "email",
        "comment",
        "region",
        "timezone",
        "tags",
        "custom",
        "utm_source",
        "visit_id",
    ]
    fields: dict[str, Any] = dict.fromkeys([*names, text], text)
    began = time.process_time()
    read(fields, page_url=f"https://a.example/?{text}", referrer=text, cookies={"TILDAUTM": text})
    assert time.process_time() - began < 0.5


def test_a_usual_post_takes_less_than_a_millisecond() -> None:
    raw, rules = read_request(REQUEST)
    normalise(raw, rules)
    best = float("inf")
    for _ in range(50):
        began = time.process_time()
        for _ in range(10):
            normalise(raw, rules)
        best = min(best, (time.process_time() - began) / 10)
    assert best < 0.001
