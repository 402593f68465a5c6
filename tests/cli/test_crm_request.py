"""The JSON of a call: where it may come from and how its errors are told."""

import io
import os
import pty
import sys
from collections.abc import Callable

import pytest

from intake.cli.crm import crm
from intake.cli.crm_request import given_request, read_request
from intake.errors import IntakeError
from tests.cli.calling import Shell
from tests.envybox.fake_crm import FakeCrm

Piped = Callable[[bytes], int]


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Piped:
    """Put a pipe that holds these bytes in the place of standard input; give its other end."""

    def put(data: bytes) -> int:
        ours, theirs = os.pipe()
        stdin = os.fdopen(ours, encoding="utf-8")
        request.addfinalizer(stdin.close)
        os.write(theirs, data)
        monkeypatch.setattr(sys, "stdin", stdin)
        return theirs

    return put


@pytest.mark.parametrize("typed", [b'{"lead_id": 5}', b'\xef\xbb\xbf{"lead_id": 5}\r\n'])
@pytest.mark.parametrize("argument", [None, "-"])
def test_what_is_piped_in_is_taken(argument: str | None, typed: bytes, piped: Piped) -> None:
    os.close(piped(typed))
    assert given_request(argument) == {"lead_id": 5}


def test_an_argument_goes_before_what_is_piped_in(piped: Piped) -> None:
    os.close(piped(b'{"lead_id": 5}'))
    assert given_request('{"lead_id": 6}') == {"lead_id": 6}


def test_what_the_reference_prints_is_taken_without_its_wrapper() -> None:
    assert read_request('{"request": {"lead_id": 5}}') == {"lead_id": 5}
    assert read_request('{"request": 1, "lead_id": 5}') == {"request": 1, "lead_id": 5}
    with pytest.raises(IntakeError, match="Под «request»"):
        read_request('{"request": [5]}')


def test_an_empty_pipe_and_a_closed_input_mean_no_parameters(
    piped: Piped, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.close(piped(b""))
    assert given_request(None) == {}
    monkeypatch.setattr(sys, "stdin", None)
    assert given_request(None) == {}
    with pytest.raises(IntakeError, match="закрыт"):
        given_request("-")


def test_a_person_at_the_terminal_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()
    with open(theirs, encoding="utf-8") as terminal:  # noqa: PTH123 - a descriptor has no path
        monkeypatch.setattr(sys, "stdin", terminal)
        assert given_request(None) == {}
    os.close(ours)


@pytest.mark.parametrize("name", ["lead/start", "lead/list"])
def test_an_open_pipe_that_brings_nothing_is_told_and_nothing_sent(
    name: str, shell: Shell, server: FakeCrm, piped: Piped, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.cli.crm_request._PATIENCE", 0.01)
    other_end = piped(b"")
    with pytest.raises(IntakeError, match="ничего нет"):
        crm.main([name], obj=shell.context, standalone_mode=False)
    assert server.seen == []
    os.close(other_end)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{lead_id: 5}", "строка 1, знак 2: нужно имя в двойных кавычках"),
        ("{'lead_id': 5}", "строка 1, знак 2"),
        ('{"a": 1\n "b": 2}', "строка 2, знак 2: не хватает запятой"),
        ('{"a" 1}', "двоеточие"),
        ('{"a": }', "нужно значение"),
        ('{"a": 1} x', "после конца"),
        ('{"a": "x}', "не закрыта"),
        ('{"a": "x\ny"}', "перевод строки"),
        ('{"a": "\\x"}', "обратной черты"),
        ('{"a": NaN}', "NaN"),
        ('{"a": Infinity}', "Infinity"),
        ('{"a": "\\ud800"}', "UTF-8"),
        ("\udcff", "UTF-8"),
        ('{"a": 1e400}', "число 1e400 слишком велико"),
        ("[" * 100_000, "вложенность"),
        ('{"a": ' + "9" * 5000 + "}", "число"),
        ("[1]", "это список"),
        ("5", "одно значение"),
        ("null", "одно значение"),
    ],
)
def test_a_slip_in_the_json_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(IntakeError, match="JSON") as caught:
        read_request(text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_another_encoding_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO('{"name": "Анна"}'.encode("cp1251")))
    monkeypatch.setattr(sys, "stdin", stdin)
    with pytest.raises(IntakeError, match="UTF-8"):
        given_request("-")
