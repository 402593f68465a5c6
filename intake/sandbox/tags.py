"""The tags of deals: an account has each of them once, a deal carries any number."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Tag:
    """A tag of the account; the search by fields asks for its id."""

    id: int
    name: str


def add_tags(db: sqlite3.Connection, deal_id: int, names: Iterable[str]) -> None:
    """Give a deal these tags; those it has already stay as they are."""
    for name in dict.fromkeys(names):
        db.execute("INSERT INTO tags (name) VALUES (?) ON CONFLICT DO NOTHING", (name,))
        db.execute(
            "INSERT OR IGNORE INTO deal_tags (deal_id, tag_id)"
            " SELECT ?, id FROM tags WHERE name = ?",
            (deal_id, name),
        )


def tags_of(db: sqlite3.Connection, deal_id: int) -> list[Tag]:
    """Give the tags of a deal, the earliest known first."""
    rows = db.execute(
        "SELECT tags.* FROM tags JOIN deal_tags ON tag_id = tags.id WHERE deal_id = ? ORDER BY id",
        (deal_id,),
    )
    return [Tag(**dict(row)) for row in rows]
