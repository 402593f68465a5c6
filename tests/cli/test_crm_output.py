"""What becomes of a call whose answer is not waited for, or cannot be printed."""

import json
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from intake.cli.crm import crm
from intake.envybox import Envybox
from intake.errors import IntakeError
from tests.cli.calling import Shell
from tests.envybox.fake_crm import FakeCrm, answer

LIST = ("lead/list", "{}")
FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize(
    "words",
    [(), ("--json",), LIST, (*LIST, "--table"), ("lead/set", "{}")],
)
def test_an_answer_that_cannot_be_printed_is_told(
    words: tuple[str, ...], shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FULL.open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(IntakeError, match="вывод не записался") as caught:
            crm.main([*words], obj=shell.context, standalone_mode=False)
    assert words[:1] != ("lead/set",) or "Вызов lead/set сделан" in str(caught.value)


def test_nothing_is_sent_where_the_answer_cannot_be_printed(
    shell: Shell, server: FakeCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(IntakeError, match="Стандартный вывод закрыт"):
        crm.main(["lead/set", "{}"], obj=shell.context, standalone_mode=False)
    assert server.seen == []


def test_what_was_collected_before_an_interruption_is_printed(
    shell: Shell, server: FakeCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = {"result": [{"id": "1"}, {"id": "2"}], "offset": 2}
    server.script = answer({"leads": page, "status_code": 200, "message": "success"})
    monkeypatch.setattr(Envybox, "call", _interrupted_at(2))
    result = shell.call("lead/list", "--all")
    assert [one["id"] for one in json.loads(result.stdout)] == ["1", "2"]
    assert "Прервано. Собрано: 2" in str(result.exception)
    assert '"offset": 2' in str(result.exception)


def test_an_interrupted_change_is_to_be_looked_for(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Envybox, "call", _interrupted_at(1))
    assert "посмотрите в CRM" in shell.fails("lead/set", "{}")
    assert shell.fails("lead/list", "{}") == "Прервано."


def _interrupted_at(turn: int) -> Callable[..., object]:
    """Call as ever, but let the person press Ctrl+C at this call and the later ones."""
    call, turns = Envybox.call, count(1)

    def pressed(*args: Any) -> object:
        if next(turns) >= turn:
            raise KeyboardInterrupt
        return call(*args)

    return pressed
