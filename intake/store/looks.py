"""Who has looked at whose contacts: a deed for each person and submission, once a day."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, select

from intake.store.audit import SEEN, AuditEntry, record
from intake.store.database import Database
from intake.store.models import audit
from intake.store.people_models import users

# Longer than anybody asks who has seen a contact; other deeds are kept for good.
KEPT = timedelta(days=365)
AT_ONCE = 1000


def note_look(database: Database, submission_id: int, login: str, since: datetime) -> bool:
    """Write down that a person looks at a submission; False where it is written `since`.

    A second look of the day writes nothing and locks nothing.
    """
    with database.read() as connection:
        if _is_noted(connection, submission_id, login, since):
            return False
    with database.write() as connection:
        # Two tabs at once: the second finds what the first has written.
        mine = select(users.c.id).where(users.c.login == login)
        connection.execute(mine.with_for_update(key_share=True)).all()
        if _is_noted(connection, submission_id, login, since):
            return False
        entry = AuditEntry(database.now(connection), login, SEEN, {})
        record(connection, entry, submission_id)
        return True


def forget_looks(database: Database) -> int:
    """Forget some of the looks that were `KEPT` long enough; return how many."""
    with database.read() as connection:
        before = database.now(connection) - KEPT
        query = select(audit.c.id, audit.c.at).where(audit.c.action == SEEN)
        oldest = connection.execute(query.order_by(audit.c.id).limit(AT_ONCE)).all()
    old = [row.id for row in oldest if row.at < before]
    if old:
        with database.write() as connection:
            connection.execute(delete(audit).where(audit.c.id.in_(old)))
    return len(old)


def _is_noted(connection: Connection, submission_id: int, login: str, since: datetime) -> bool:
    columns = audit.c
    same: tuple[ColumnElement[bool], ...] = (
        columns.submission_id == submission_id,
        columns.actor == login[:100],
        columns.action == SEEN,
        columns.at >= since,
    )
    return connection.execute(select(columns.id).where(*same).limit(1)).first() is not None
