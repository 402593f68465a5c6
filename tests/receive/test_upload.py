"""A form with files as the service takes it in: over HTTP, down to the row."""

from typing import Any

import pytest

from intake.receive.body import MAX_BODY
from intake.receive.stream import MAX_UPLOAD
from tests.receive.conftest import Service

BROWSER = {"Accept": "text/html"}
KIND = "multipart/form-data; boundary=b"
HEAD = b'--b\r\nContent-Disposition: form-data; name="'
PHONE = "+7 912 345-67-89"


def _form(comment: str, photo: bytes, end: bytes = b"--b--\r\n") -> dict[str, Any]:
    typed = {"phone": PHONE, "comment": comment}
    parts = [HEAD + f'{name}"\r\n\r\n{value}\r\n'.encode() for name, value in typed.items()]
    file = 'plan"; filename="план.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'.encode()
    data = b"".join(parts) + HEAD + file + photo + b"\r\n" + end
    return {"data": data, "content_type": KIND}


@pytest.mark.parametrize("megabytes", [1, 20])
def test_a_photograph_of_any_phone_costs_no_lead(service: Service, megabytes: int) -> None:
    photo = bytes(range(256)) * (4096 * megabytes)
    answer = service.client.post("/submit/okna", **_form("окна", photo), headers=BROWSER)
    assert answer.status_code == 303
    row = service.rows()[0]
    assert row.state == "accepted"
    assert row.raw["fields"] == {
        "phone": PHONE,
        "comment": "окна",
        "plan": "файл «план.jpg» (сам файл не сохранён)",
    }


def test_a_photograph_may_come_without_a_length(service: Service) -> None:
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    post = _form("окна", b"1" * 400_000)
    answer = service.client.post("/submit/okna", **post, environ_overrides=chunked)
    assert answer.status_code == 202
    assert service.rows()[0].raw["fields"]["comment"] == "окна"


def test_too_much_text_is_told_as_that_and_its_beginning_kept(service: Service) -> None:
    post = _form("a" * (MAX_BODY + 1), b"1" * MAX_BODY)
    answer = service.client.post("/submit/okna", **post)
    assert answer.status_code == 413
    assert "Текста в заявке больше 256 КБ" in answer.text
    row = service.rows()[0]
    assert row.reason == "too_large"
    fields = row.raw["fields"]
    assert (fields["phone"], fields["размер запроса"]) == (PHONE, "512 КБ")
    assert 10_000 < len(fields["comment"]) < 20_000


def test_names_made_to_fill_the_log_do_not(service: Service) -> None:
    long = [HEAD + b"%d" % n + b"x" * 30_000 + b'"\r\n\r\nv\r\n' for n in range(20)]
    data = b"".join([*long[:3], _form("окна", b"", end=b"")["data"], *long[3:], b"--b--\r\n"])
    answer = service.client.post("/submit/okna", data=data, content_type=KIND)
    assert answer.status_code == 413
    raw = service.rows()[0].raw["fields"]
    assert raw["phone"] == PHONE
    assert len(str(raw)) < 21_000


def test_files_that_no_form_can_hold_cost_only_themselves(service: Service) -> None:
    answer = service.client.post("/submit/okna", **_form("окна", b"1" * MAX_UPLOAD))
    assert answer.status_code == 413
    assert "Файлы больше 64 МБ" in answer.text
    row = service.rows()[0]
    assert row.reason == "too_large"
    assert (row.raw["fields"]["phone"], row.raw["fields"]["comment"]) == (PHONE, "окна")


@pytest.mark.parametrize("length", ["900000", None])
def test_an_upload_that_broke_off_is_told_as_that_and_kept(
    service: Service, length: str | None
) -> None:
    post = _form("окна", b"1" * 400_000, end=b"")
    promised = {"CONTENT_LENGTH": length or str(len(post["data"]))}
    answer = service.client.post("/submit/okna", **post, environ_overrides=promised)
    assert answer.status_code == 400
    assert "оборвался" in answer.text
    row = service.rows()[0]
    assert (row.reason, row.raw["fields"]["phone"]) == ("broken_multipart", PHONE)


@pytest.mark.parametrize("size", [10, 400_000])
@pytest.mark.parametrize("kind", [f"{KIND}other", "multipart/form-data"])
def test_a_form_that_cannot_be_read_is_kept_as_it_begins(
    service: Service, size: int, kind: str
) -> None:
    post = _form("окна", b"1" * size) | {"content_type": kind}
    answer = service.client.post("/submit/okna", **post)
    assert answer.status_code == 422
    assert "boundary" in answer.text
    kept = service.rows()[0].raw["fields"]["тело запроса"]
    assert PHONE in kept
    assert len(kept) <= 20_000


def test_of_too_many_parts_the_first_are_kept(service: Service) -> None:
    more = b"".join(HEAD + b'a%d"\r\n\r\n1\r\n' % n for n in range(520))
    post = _form("окна", b"1" * MAX_BODY, end=more + b"--b--\r\n")
    answer = service.client.post("/submit/okna", **post)
    assert answer.status_code == 422
    row = service.rows()[0]
    assert (row.reason, row.raw["fields"]["phone"]) == ("too_many_fields", PHONE)


def test_a_zero_byte_is_taken_as_it_is_elsewhere(service: Service) -> None:
    typed = {"pho\0ne": "1\0", "phone": "+7912345\x006789", "name": "\0Анна\0"}
    parts = [HEAD + f'{name}"\r\n\r\n{value}\r\n'.encode() for name, value in typed.items()]
    data = b"".join(parts) + b"--b--\r\n"
    answers = [
        service.client.post("/submit/okna", data=data, content_type=KIND),
        service.client.post("/submit/okna", json=typed),
        service.client.post("/submit/okna", data=typed),
    ]
    assert {answer.status_code for answer in answers} <= {200, 202}
    rows = service.rows()
    assert [row.raw["fields"] for row in rows] == [rows[0].raw["fields"]] * len(rows)
    assert [row.lead["lead"] for row in rows] == [rows[0].lead["lead"]] * len(rows)
