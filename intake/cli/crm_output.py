"""Standard output of ``python -m intake crm``: there to print to, or told in a sentence."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from intake.errors import IntakeError


def require_output() -> None:
    """Raise IntakeError where standard output is closed, before anything is asked of a CRM."""
    if sys.stdout is None:
        raise IntakeError(
            "Стандартный вывод закрыт, ответ печатать некуда. Ничего не отправлено; направьте "
            "вывод в файл или, если ответ не нужен, в /dev/null."
        )


@contextmanager
def printing(done: str) -> Iterator[None]:
    """Turn a failure to print into IntakeError that begins with what has been `done`.

    A reader who has seen enough (`| head`) is no failure to tell of: click ends the command.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _let_go_of_output()
        raise IntakeError(f"{done}, но вывод не записался ({error.strerror}).") from None


def _let_go_of_output() -> None:
    # What waits in the buffer would fail once more, and loudly, as Python ends.
    with suppress(io.UnsupportedOperation, OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
