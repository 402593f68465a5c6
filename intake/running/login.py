"""The first person of the log."""

import secrets

from argon2 import PasswordHasher

from intake.domain.person import Rights, Role
from intake.store.database import Database
from intake.store.users import add_user, list_users

FIRST_LOGIN = "admin"


def add_first_login(database: Database) -> str | None:
    """Add the first person and return the password; None where somebody is there already."""
    if list_users(database):
        return None
    password = secrets.token_urlsafe(12)
    add_user(database, FIRST_LOGIN, PasswordHasher().hash(password), Rights(Role.ADMIN))
    return password
