import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from intake.receive.body import MAX_BODY, MAX_FIELDS, UnreadableBodyError
from intake.receive.multipart import read_multipart

KIND = "multipart/form-data; boundary=b"
END = b"--b--\r\n"


def part(name: bytes, value: bytes, file: bytes | None = None) -> bytes:
    """Spell one part of a form."""
    called = b"" if file is None else b'; filename="' + file + b'"'
    head = b'--b\r\nContent-Disposition: form-data; name="' + name + b'"' + called
    return head + b"\r\n\r\n" + value + b"\r\n"


PHONE = part(b"phone", b"+7912")


class Counted(io.BytesIO):
    """A body that tells how much of it was read, and may fail at its end."""

    fault: Exception | None = None

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        if not piece and self.fault:
            raise self.fault
        return piece


def refused(body: io.BytesIO, kind: str = KIND) -> UnreadableBodyError:
    with pytest.raises(UnreadableBodyError) as caught:
        read_multipart(kind, body)
    return caught.value


def test_of_a_file_only_its_name_is_told() -> None:
    body = PHONE + part(b"plan", b"%PDF \x00\xff", b"plan.pdf") + END
    assert read_multipart(KIND, io.BytesIO(body)) == {
        "phone": "+7912",
        "plan": "файл «plan.pdf» (сам файл не сохранён)",
    }


@pytest.mark.parametrize("charset", ["utf-8", "cp1251"])
@pytest.mark.parametrize("file", ["", "план хаты.pdf"])
def test_both_spellings_are_read_beside_a_file(charset: str, file: str) -> None:
    names = "".join(chr(code) for code in range(ord("А"), ord("я") + 1))
    typed = {f"Ваше имя, {names}": f"Анна: хлопоты {names}"}
    body = b"".join(
        part(name.encode(charset), told.encode(charset)) for name, told in typed.items()
    )
    body += part("файл".encode(charset), b"%PDF \x98\xff\xd0", file.encode(charset)) + END
    note = {"файл": f"файл «{file}» (сам файл не сохранён)"} if file else {}
    assert read_multipart(KIND, io.BytesIO(body)) == typed | note


def test_a_file_called_in_windows_1251_leaves_the_text_readable() -> None:
    name = part(b"name", "Анна".encode())
    body = name + part("план".encode(), b"\xff\xd8", "дом.jpg".encode("cp1251")) + END
    assert read_multipart(KIND, io.BytesIO(body)) == {
        "name": "Анна",
        "план": "файл «дом.jpg» (сам файл не сохранён)",
    }


def test_a_file_name_spelled_out_in_its_header_is_read() -> None:
    head = b"--b\r\nContent-Disposition: form-data; name=\"f\"; filename*=UTF-8''"
    body = head + b"%D1%84.jpg\r\n\r\nxx\r\n" + END
    told = read_multipart(KIND, io.BytesIO(body))
    assert told == {"f": "файл «ф.jpg» (сам файл не сохранён)"}


def test_a_part_without_a_name_costs_no_lead() -> None:
    body = PHONE + b"--b\r\nContent-Disposition: form-data\r\n\r\nxx\r\n" + END
    assert read_multipart(KIND, io.BytesIO(body)) == {"phone": "+7912", "": "xx"}


def test_what_follows_the_end_of_a_form_is_nobodys() -> None:
    body = PHONE + END + b"x" * (2 * MAX_BODY)
    assert read_multipart(KIND, io.BytesIO(body)) == {"phone": "+7912"}


LONG = b"x" * 30_000
OTHER_HEAD = b'--b\r\nContent-Disposition: form-data; name="a"\r\nX-A: ' + LONG + b"\r\n\r\nv\r\n"


@pytest.mark.parametrize(
    "one",
    [part(LONG, b"v"), part(b"a", b"v", LONG), part(b"a", LONG), OTHER_HEAD],
    ids=["name", "file name", "value", "header"],
)
def test_text_has_its_limit_wherever_it_hides_and_reading_ends_there(one: bytes) -> None:
    body = Counted(PHONE + one * 400 + END)
    error = refused(body)
    assert error.code == "too_much_text"
    assert body.tell() < 2 * MAX_BODY
    assert error.told["phone"] == "+7912"


def test_a_header_without_end_is_too_much_text() -> None:
    body = Counted(PHONE + b"--b\r\nX" + b": y\r\nX" * MAX_BODY)
    assert refused(body).code == "too_much_text"
    assert body.tell() < MAX_BODY


def test_text_as_long_as_a_body_may_be_has_room_in_any_letters() -> None:
    text = "ж" * (MAX_BODY // 2 - 20)
    body = part(b"a", text.encode()) + part(b"f", b"1" * 2 * MAX_BODY, b"f") + END
    assert read_multipart(KIND, io.BytesIO(body))["a"] == text


def test_text_cut_in_the_middle_of_a_letter_stays_readable() -> None:
    error = refused(io.BytesIO(part(b"a", b"x" + "ж".encode() * MAX_BODY) + END))
    assert str(error.told["a"]).strip("ж") == "x"


@pytest.mark.parametrize("file", [None, b"a.jpg"])
def test_too_many_parts_are_told_with_the_first_of_them(file: bytes | None) -> None:
    error = refused(io.BytesIO(PHONE + part(b"a", b"1", file) * MAX_FIELDS + END))
    assert (error.code, error.told["phone"]) == ("too_many_fields", "+7912")


@pytest.mark.parametrize(
    ("fault", "code"),
    [(BadRequest(), "cut_short"), (RequestEntityTooLarge(), "files_too_large")],
)
def test_a_body_that_ends_early_is_told_by_why_it_does(fault: Exception, code: str) -> None:
    body = Counted(PHONE + part(b"f", b"1" * 100_000, b"a.jpg"))
    body.fault = fault
    error = refused(body)
    assert (error.code, error.told["phone"]) == (code, "+7912")


@pytest.mark.parametrize("start", [b"", b"--", PHONE, PHONE + PHONE[:20]])
def test_wherever_a_body_breaks_off_that_is_its_fault(start: bytes) -> None:
    body = Counted(start)
    body.fault = BadRequest()
    assert refused(body).code == "cut_short"


def test_a_form_without_its_end_was_cut_whatever_its_length_says() -> None:
    body = io.BytesIO(PHONE + part(b"f", b"1" * 100_000, b"a.jpg"))
    error = refused(body)
    assert (error.code, error.told["phone"]) == ("cut_short", "+7912")


def test_a_form_that_came_whole_is_taken_though_more_was_promised() -> None:
    body = Counted(PHONE + END)
    body.fault = BadRequest()
    assert read_multipart(KIND, body) == {"phone": "+7912"}


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", f"{KIND}other", "multipart/form-data; boundary=ж"]
)
@pytest.mark.parametrize("size", [10, 2 * MAX_BODY])
def test_without_its_boundary_a_form_is_broken_and_not_too_large(kind: str, size: int) -> None:
    body = io.BytesIO(PHONE + part(b"f", b"1" * size, b"a.jpg") + END)
    assert refused(body, kind).code == "broken_multipart"


@given(
    st.lists(
        st.sampled_from([b"--b", b"--b--", b"\r\n", b"\n", b" ", b'"', b"filename=", b"\0", PHONE])
        | st.binary(max_size=40)
    ).map(b"".join)
)
def test_whatever_comes_is_read_or_told(body: bytes) -> None:
    try:
        fields = read_multipart(KIND, io.BytesIO(body))
    except UnreadableBodyError:
        return
    assert isinstance(fields, dict)
