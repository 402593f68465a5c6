"""Whose a submission is: the person of the log who takes care of it.

A mark stands for it in the log's filters (`intake.store.filter`), written here beside the
row, in the same transaction: these are the only statements that write either.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from intake.domain.json import JsonValue
from intake.domain.person import sees
from intake.errors import IntakeError
from intake.store.audit import AuditEntry, record
from intake.store.database import Database
from intake.store.filter import ASSIGNED_TO_ANYBODY, assigned_to
from intake.store.handling_models import assignments
from intake.store.models import marks, submissions
from intake.store.people_models import users
from intake.store.users import User, list_users, read_user


class CannotSeeError(IntakeError):
    """A submission is not given to somebody who may not see it."""


def assign(database: Database, submission_id: int, assignee: int | None, actor: str) -> bool:
    """Give a submission to a person, or to nobody; False where it is so already.

    CannotSeeError where that person is shut out or may not see its site.
    """
    with database.write() as connection:
        now = database.now(connection)
        return assign_within(connection, now, submission_id, assignee, actor)


def assign_within(
    connection: Connection, now: datetime, submission_id: int, assignee: int | None, actor: str
) -> bool:
    """Do what `assign` does within the caller's transaction."""
    query = select(submissions.c.site).where(submissions.c.id == submission_id)
    # Two people who give it away at once: the second sees what the first has done.
    site = connection.execute(query.with_for_update(key_share=True)).scalar_one_or_none()
    if site is None:
        return False
    person = _person(connection, assignee, site)
    before = _assignee(connection, submission_id)
    if before == assignee:
        return False
    if before is not None:
        _forget(connection, submission_id, before)
    if assignee is not None:
        row = {"submission_id": submission_id, "user_id": assignee, "at": now, "actor": actor[:100]}
        connection.execute(insert(assignments).values(row))
        named = [ASSIGNED_TO_ANYBODY, assigned_to(assignee)]
        lines = [{"mark": mark, "submission_id": submission_id} for mark in named]
        connection.execute(insert(marks), lines)
    detail: dict[str, JsonValue] = {"assignee": person.login if person else None}
    record(connection, AuditEntry(now, actor, "assign", detail), submission_id)
    return True


def people_for(database: Database, site: str) -> tuple[User, ...]:
    """Return who may be given a submission of this site, by login."""
    return tuple(user for user in list_users(database) if may_be_given(user, site))


def may_be_given(user: User, site: str) -> bool:
    """Whether a submission of this site can be somebody's: only who sees it."""
    return not user.disabled and sees(user.reach, site)


def colleagues(database: Database) -> tuple[User, ...]:
    """Return who may see at least one of the sites that whoever asks may see, by login."""
    reach = database.reach()
    return tuple(
        user
        for user in list_users(database)
        if not user.disabled and (reach is None or user.reach is None or user.reach & reach)
    )


def assignees(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Return whose each of these submissions is, by login; those that are nobody's are left out."""
    columns = assignments.c
    query = (
        select(columns.submission_id, users.c.login)
        .join_from(assignments, users, users.c.id == columns.user_id)
        .where(columns.submission_id.in_(ids))
    )
    return {row.submission_id: row.login for row in connection.execute(query)}


def _person(connection: Connection, assignee: int | None, site: str) -> User | None:
    if assignee is None:
        return None
    person = read_user(connection, assignee)
    if person is None or not may_be_given(person, site):
        raise CannotSeeError("Этому человеку заявки такого сайта не видны: назначьте другого.")
    return person


def _assignee(connection: Connection, submission_id: int) -> int | None:
    query = select(assignments.c.user_id).where(assignments.c.submission_id == submission_id)
    return connection.execute(query).scalar_one_or_none()


def _forget(connection: Connection, submission_id: int, assignee: int) -> None:
    mine = assignments.c.submission_id == submission_id
    connection.execute(delete(assignments).where(mine))
    named = marks.c.mark.in_([ASSIGNED_TO_ANYBODY, assigned_to(assignee)])
    connection.execute(delete(marks).where(marks.c.submission_id == submission_id, named))
