import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.receive.body import MAX_FIELDS, UnreadableBodyError, read_body

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def test_a_form_is_read() -> None:
    fields, is_json = read_body(FORM, "name=Анна&phone=%2B7+912".encode())
    assert fields == {"name": "Анна", "phone": "+7 912"}
    assert not is_json


def test_a_name_given_twice_keeps_both_values() -> None:
    assert read_body(FORM, b"a=1&a=2&a=2")[0] == {"a": ["1", "2", "2"]}


def test_a_form_in_windows_1251_is_read_whether_it_says_so_or_not() -> None:
    body = b"name=%C0%ED%ED%E0"
    assert read_body(FORM, body)[0] == {"name": "Анна"}
    assert read_body(f"{FORM}; charset=windows-1251", body)[0] == {"name": "Анна"}


@pytest.mark.parametrize("kind", [JSON, "application/vnd.api+json", "text/plain", "", FORM])
def test_json_is_read_under_whatever_type_it_comes(kind: str) -> None:
    fields, is_json = read_body(kind, '{"name": "Анна"}'.encode())
    assert (fields, is_json) == ({"name": "Анна"}, True)


def test_json_may_begin_with_a_byte_order_mark_or_be_in_windows_1251() -> None:
    assert read_body(JSON, b"\xef\xbb\xbf" + b'{"a": "1"}')[0] == {"a": "1"}
    assert read_body(JSON, '{"name": "Анна"}'.encode("cp1251"))[0] == {"name": "Анна"}


def test_numbers_that_no_program_holds_exactly_stay_text() -> None:
    body = b'{"id": 1701261875816719138, "x": 1e999, "y": NaN, "z": 42}'
    assert read_body(JSON, body)[0] == {
        "id": "1701261875816719138",
        "x": "1e999",
        "y": "NaN",
        "z": 42,
    }


@pytest.mark.parametrize("name", ["values_custom", "contact_data", "tags"])
def test_a_list_that_prototype_js_has_made_a_text_is_a_list(name: str) -> None:
    items = [{"input_id": "3824", "value": "12 м²"}]
    body = json.dumps({"phone": "+7912", name: json.dumps(items)}).encode()
    assert read_body(JSON, body)[0] == {"phone": "+7912", name: items}


@pytest.mark.parametrize("text", ["[окна", "окна", "", "[" * 100_000])
def test_a_text_that_spells_no_list_stays_a_text(text: str) -> None:
    fields = {"tags": text, "comment": '["a"]'}
    assert read_body(JSON, json.dumps(fields).encode())[0] == fields


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        (JSON, b'{"name": ', "broken_json"),
        (JSON, b"", "broken_json"),
        (JSON, b"[1, 2]", "not_an_object"),
        (JSON, b'"text"', "not_an_object"),
        (JSON, b"[" * 100_000, "broken_json"),
        (JSON, b'{"a":' * 30 + b"1" + b"}" * 30, "too_many_fields"),
        (JSON, b'{"a": 1' + b"0" * 5000 + b"}", None),
        (FORM, b"\x00\xff\xfe binary", "not_a_form"),
        (FORM, b"&".join(b"a%d=1" % n for n in range(MAX_FIELDS + 1)), "too_many_fields"),
    ],
)
def test_a_body_without_fields_is_told_by_its_fault(kind: str, body: bytes, code: str) -> None:
    if code is None:
        read_body(kind, body)
        return
    with pytest.raises(UnreadableBodyError) as caught:
        read_body(kind, body)
    assert caught.value.code == code


def test_an_empty_form_has_no_fields() -> None:
    assert read_body(FORM, b"") == ({}, False)


@given(
    kind=st.sampled_from([JSON, FORM, "text/plain", "", "a/b;"]) | st.text(),
    body=st.binary(max_size=300),
)
def test_whatever_comes_is_read_or_told(kind: str, body: bytes) -> None:
    try:
        fields, _ = read_body(kind, body)
    except UnreadableBodyError:
        return
    assert isinstance(fields, dict)
