"""Passwords of the log's people: made, hashed with Argon2id, checked in constant work."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from intake.errors import IntakeError

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1000

# Letters and digits that are not taken for one another when a password is read out.
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 5

BUSY = "Сейчас слишком много попыток входа. Подождите несколько секунд и попробуйте снова."

_hasher = PasswordHasher()

# One check takes 64 MiB and every core for a tenth of a second, and holds a thread of those
# that take leads: of a flood of sign-ins a process does so much, and sends the rest away.
MOST_AT_ONCE = 1
MOST_WAITING = 2
LONGEST_WAIT = 2.0

_checking = threading.BoundedSemaphore(MOST_AT_ONCE)
_inside = threading.BoundedSemaphore(MOST_AT_ONCE + MOST_WAITING)


class BusyError(IntakeError):
    """So many passwords are being checked that another has to come later."""


@contextmanager
def room_for_a_check() -> Iterator[None]:
    """Hold room for the work on one password; BusyError where there is none soon.

    Waited for by few and not for long: whoever waits holds a thread that leads need.
    """
    if not _inside.acquire(blocking=False):
        raise BusyError(BUSY)
    try:
        if not _checking.acquire(timeout=LONGEST_WAIT):
            raise BusyError(BUSY)
        try:
            yield
        finally:
            _checking.release()
    finally:
        _inside.release()


def new_password() -> str:
    """Make a password of 100 random bits in groups, ``k3f7q-…``."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password; it carries its own salt and parameters."""
    return _hasher.hash(password)


def needs_new_hash(password_hash: str) -> bool:
    """Whether a hash was made with parameters that are no longer ours."""
    return _hasher.check_needs_rehash(password_hash)


@cache
def _hash_of_nobody() -> str:
    return hash_password(secrets.token_urlsafe())


class PasswordCheck:
    """Compares a password with a hash, or with a stand-in where there is nobody.

    So an answer takes as long for an unknown login as for a wrong password. Of those who
    ask from outside each first gets its `room_for_a_check`.
    """

    def __init__(self) -> None:
        self._stand_in = _hash_of_nobody()

    def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether `password` belongs to `password_hash`; never for None."""
        try:
            _hasher.verify(password_hash or self._stand_in, password[:LONGEST_PASSWORD])
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None
