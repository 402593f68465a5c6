"""The JSON of ``python -m intake crm``: where it comes from and what is wrong with it."""

import io
import json
import math
import select
import sys
from typing import NoReturn, TextIO

from intake.errors import IntakeError

SHELL_HINT = "В оболочке берите JSON в одинарные кавычки: '{\"lead_id\": 1}'."
_PATIENCE = 3.0  # seconds until a pipe that brings nothing is taken for an idle one
_WORDS = {
    "Expecting property name": "нужно имя в двойных кавычках",
    "Expecting value": "нужно значение: число, текст в двойных кавычках, объект или список",
    "Expecting ',' delimiter": "не хватает запятой или закрывающей скобки",
    "Expecting ':' delimiter": "после имени нужно двоеточие",
    "Extra data": "после конца JSON есть что-то ещё",
    "Unterminated string": "не закрыта двойная кавычка",
    "Invalid control character": "в тексте перевод строки или табуляция: пишите \\n и \\t",
    "Invalid \\": "после обратной черты — неизвестный знак",
    "Illegal trailing comma": "лишняя запятая в конце",
}


def given_request(argument: str | None) -> dict[str, object]:
    """Return the parameters of a call: of the argument, or piped in where there is none.

    "-" waits for standard input for as long as it takes. What the API reference prints,
    {"request": {…}}, is taken for the parameters inside. Raise IntakeError, also where a
    pipe brings nothing for three seconds: what comes later may be the filter that matters.
    """
    text = _waited_for() if argument == "-" else argument
    if text is None:
        text = _piped()
    return read_request(text) if text.strip() else {}


def read_request(text: str) -> dict[str, object]:
    """Read the parameters; IntakeError, with line and column, for what is not a JSON object."""
    data = _parsed(text)
    if not isinstance(data, dict):
        what = "список" if isinstance(data, list) else "одно значение"
        raise IntakeError(f'Нужен объект JSON вроде {{"lead_id": 1}}, а это {what}.')
    inner = data["request"] if data.keys() == {"request"} else data
    if not isinstance(inner, dict):
        raise IntakeError('Под «request» нужен объект, например {"request": {"lead_id": 1}}.')
    return inner


def _parsed(text: str) -> object:
    try:
        # JSON can spell half of a character; what cannot be printed cannot be meant.
        text.encode()
        data: object = json.loads(
            text.removeprefix("\ufeff"), parse_constant=_refuse_constant, parse_float=_finite
        )
        json.dumps(data, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise IntakeError(_in_words(error)) from None
    except UnicodeError:
        raise IntakeError("Это не JSON: текст не в кодировке UTF-8.") from None
    except (ValueError, RecursionError):
        raise IntakeError("Это не JSON: слишком длинное число или вложенность.") from None
    return data


def _refuse_constant(name: str) -> NoReturn:
    raise IntakeError(f"Это не JSON: {name} в нём не бывает, пишите null или число.")


def _finite(written: str) -> float:
    number = float(written)
    if math.isinf(number):
        raise IntakeError(f"Это не JSON для CRM: число {written[:20]} слишком велико.")
    return number


def _in_words(error: json.JSONDecodeError) -> str:
    problem = next((ours for theirs, ours in _WORDS.items() if error.msg.startswith(theirs)), "")
    where = f"строка {error.lineno}, знак {error.colno}"
    return f"Это не JSON: {where}: {problem or 'ошибка в записи'}. {SHELL_HINT}"


def _waited_for() -> str:
    if sys.stdin is None:
        raise IntakeError("Стандартный ввод закрыт: передайте JSON аргументом.")
    return _read(sys.stdin)


def _piped() -> str:
    """Return what is piped in: nothing where a person would have to type it."""
    if sys.stdin is None or sys.stdin.isatty():
        return ""
    if not _brings_something(sys.stdin):
        raise IntakeError(
            f"На стандартном вводе {_PATIENCE:g} с ничего нет. Передайте JSON аргументом; "
            "чтобы ждать ввода, поставьте «-», а чтобы вызвать без JSON, добавьте </dev/null."
        )
    return _read(sys.stdin)


def _brings_something(stdin: TextIO) -> bool:
    """Whether there is something to read, be it the end."""
    try:
        return bool(select.select([stdin.fileno()], [], [], _PATIENCE)[0])
    except (io.UnsupportedOperation, OSError, ValueError):
        return True


def _read(stdin: TextIO) -> str:
    try:
        # JSON is UTF-8 whatever the terminal speaks.
        return stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise IntakeError("Это не JSON: стандартный ввод не в кодировке UTF-8.") from None
    except OSError as error:
        raise IntakeError(f"Стандартный ввод не читается ({error.strerror}).") from None
