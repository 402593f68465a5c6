"""What a person may set up differently in the account: kept in the database."""

import sqlite3

from .account import Account

BY_HAND = "by_hand:"


def keep_by_hand(db: sqlite3.Connection, pipeline_id: int, *, allowed: bool) -> None:
    """Keep whether deals of a pipeline may be moved by hand, and so by the API."""
    db.execute(
        "INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)",
        (f"{BY_HAND}{pipeline_id}", "1" if allowed else "0"),
    )


def applied(db: sqlite3.Connection, account: Account) -> Account:
    """Give the account with everything that was set up differently."""
    rows = db.execute("SELECT name, value FROM settings WHERE name LIKE ?", (f"{BY_HAND}%",))
    for name, value in rows.fetchall():
        account = account.with_by_hand(int(name.removeprefix(BY_HAND)), allowed=value == "1")
    return account
