"""Who may what: every address of the log, and the least role it takes.

The one place where roles are decided. An address that is not named here is refused to
everybody, and a test names it.
"""

from collections.abc import Mapping

from flask import g

from intake.domain.person import Role
from intake.store.users import User

# Addresses that need nobody to be signed in.
OPEN = frozenset({"sign_in", "sign_out", "language"})

RIGHTS: Mapping[str, Role] = {
    # Reading.
    "list": Role.VIEWER,
    "newest": Role.VIEWER,
    "changes": Role.VIEWER,
    "overview": Role.VIEWER,
    "submission": Role.VIEWER,
    "state": Role.VIEWER,
    "health": Role.VIEWER,
    "unknown": Role.VIEWER,
    "utm": Role.VIEWER,
    # Acting.
    "redeliver": Role.MARKETER,
    "correct": Role.MARKETER,
    "release": Role.MARKETER,
    "spam": Role.MARKETER,
    "install": Role.MARKETER,
    "install_state": Role.MARKETER,
    "dismiss_finding": Role.MARKETER,
    # Telling colleagues, and acting on many.
    "add_note": Role.MARKETER,
    "delete_note": Role.MARKETER,
    "assign": Role.MARKETER,
    "bulk_runs": Role.MARKETER,
    "bulk_prepare": Role.MARKETER,
    "bulk_run": Role.MARKETER,
    "bulk_progress": Role.MARKETER,
    "bulk_start": Role.MARKETER,
    "bulk_cancel": Role.MARKETER,
    # Taking out of the log, and showing to others.
    "export": Role.MARKETER,
    "export_file": Role.MARKETER,
    "export_state": Role.MARKETER,
    "export_stop": Role.MARKETER,
    "links": Role.MARKETER,
    "make_link": Role.MARKETER,
    "revoke_link": Role.MARKETER,
    # One's own views of the list, sessions and password.
    "views": Role.VIEWER,
    "view": Role.VIEWER,
    "columns": Role.VIEWER,
    "account": Role.VIEWER,
    "change_password": Role.VIEWER,
    "end_own_session": Role.VIEWER,
    "end_other_sessions": Role.VIEWER,
    # Managing.
    "try_alert": Role.ADMIN,
    "people": Role.ADMIN,
    "add_person": Role.ADMIN,
    "person": Role.ADMIN,
    "change_rights": Role.ADMIN,
    "change_access": Role.ADMIN,
    "reset_password": Role.ADMIN,
    "end_person_session": Role.ADMIN,
    "end_person_sessions": Role.ADMIN,
    "audit": Role.ADMIN,
    "erase": Role.ADMIN,
}


def may(user: User | None, endpoint: str) -> bool:
    """Whether this person may open or do what `endpoint` is; never for one not named."""
    least = RIGHTS.get(endpoint.rpartition(".")[2])
    return user is not None and least is not None and user.role.reaches(least)


def i_may(endpoint: str) -> bool:
    """Whether whoever looks at this page may do what `endpoint` is; for templates."""
    return may(g.get("user"), endpoint)
