"""Whose turn it is to get a site's next lead."""

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from intake.domain.sharing import Share, choose, on_duty
from intake.store.database import Database
from intake.store.deliveries import Claim, remember
from intake.store.models import shares as table
from intake.store.schedule import insert_if_absent


def share_out(database: Database, claimed: Claim, shares: Sequence[Share]) -> int:
    """Choose who gets this lead and write it down with the delivery; return the employee.

    Choice and delivery are written together, so a crash neither loses nor repeats a turn.
    Raises LeaseLostError where another worker took the delivery over.
    """
    with database.write() as connection:
        working = on_duty(shares, database.now(connection))
        credit = _credit(connection, claimed.site, working)
        chosen, credit = choose(working, credit)
        for employee_id, left in credit.items():
            given = table.c.given + int(employee_id == chosen)
            connection.execute(
                update(table)
                .where(table.c.site == claimed.site, table.c.employee_id == employee_id)
                .values(credit=left, given=given)
            )
        remember(connection, claimed, {"employee_id": chosen})
        return chosen


def _credit(connection: Connection, site: str, shares: Sequence[Share]) -> dict[int, int]:
    """Return everybody's credit; nobody else changes it before we are done."""
    ids = [one.employee_id for one in shares]
    for employee_id in sorted(ids):
        insert_if_absent(connection, table, {"site": site, "employee_id": employee_id})
    rows = connection.execute(
        select(table.c.employee_id, table.c.credit)
        .where(table.c.site == site, table.c.employee_id.in_(ids))
        .order_by(table.c.employee_id)
        .with_for_update()
    )
    return {row.employee_id: row.credit for row in rows}
