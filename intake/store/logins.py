"""What people of the log are called: which words a login may be, and how it is kept."""

import re

from intake.errors import IntakeError

_LOGIN = re.compile(r"\w+(?:[.@+-]\w+)*")


class LoginError(IntakeError):
    """A login that nobody can be given."""


class LoginTakenError(IntakeError):
    """Somebody with this login is there already."""


class UnknownLoginError(IntakeError):
    """There is nobody with this login."""


def clean_login(text: str) -> str:
    """Return the login as it is kept: without spaces around, in small letters."""
    return text.replace("\0", "").strip().casefold()[:100]


def new_login(text: str) -> str:
    """Return the login of somebody new, as it is kept; raise `LoginError` where it is no word.

    Those that were given before this rule go on working: only new ones are asked.
    """
    login = clean_login(text)
    if not login:
        raise LoginError("Логин пуст: нужен хотя бы один знак, например anna.")
    if not _LOGIN.fullmatch(login):
        raise LoginError(
            "Логин — одно слово из букв и цифр; внутри можно точку, дефис, подчёркивание, плюс "
            "и @, например olga.petrova."
        )
    return login
