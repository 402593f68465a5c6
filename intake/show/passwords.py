"""Passwords of the log's people: made, hashed with Argon2id, checked in constant work."""

import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1000

# Letters and digits that are not taken for one another when a password is read out.
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 5

_hasher = PasswordHasher()

# One check takes 64 MiB: a flood of sign-ins must not take the machine's memory.
_checking = threading.BoundedSemaphore(2)


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

    So an answer takes as long for an unknown login as for a wrong password.
    """

    def __init__(self) -> None:
        self._stand_in = _hash_of_nobody()

    def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether `password` belongs to `password_hash`; never for None."""
        try:
            with _checking:
                _hasher.verify(password_hash or self._stand_in, password[:LONGEST_PASSWORD])
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None
