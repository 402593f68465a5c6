"""The append-only ledger: every request, and whether it changed anything in the CRM."""

import re
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .json_text import read_json

LONGEST_BODY = 64 * 1024
LONGEST_PATH = 300
LONGEST_REPLY = 16 * 1024
KEY_IN_BODY = re.compile(r'("api_key"\s*:\s*)"(?:[^"\\]|\\.)*(?:"|$)')


@dataclass(frozen=True)
class Entry:
    """One request. `status` is None when the connection was closed without a reply.

    `source` is "api", "page" (a button of the sandbox's own page) or "widget" (the script on
    a page of another site). `did` says what changed, empty when nothing did; `fault` names
    the fault the call met. `reply` is what was answered, empty where the connection broke.
    """

    at: float
    source: str
    verb: str
    path: str
    method: str
    body: str
    status: int | None
    did: str
    message: str
    reply: str
    fault: str | None

    @property
    def effect(self) -> bool:
        """Whether the request changed anything in the CRM."""
        return bool(self.did)


def append(db: sqlite3.Connection, entry: Entry) -> None:
    """Write an entry; the API key is masked, a long body or reply cut."""
    db.execute(
        "INSERT INTO ledger (at, source, verb, path, method, body, status, effect, did, message,"
        " reply, fault) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry.at,
            entry.source,
            entry.verb,
            entry.path,
            entry.method,
            masked(entry.body)[:LONGEST_BODY],
            entry.status,
            entry.effect,
            entry.did,
            entry.message,
            masked(entry.reply)[:LONGEST_REPLY],
            entry.fault,
        ),
    )


def masked(text: str) -> str:
    """Write JSON without the API key in it."""
    return KEY_IN_BODY.sub(r'\1"•••"', text)


def entries(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """Give the whole ledger, the earliest first, as `/sandbox/ledger.json` shows it."""
    return [_shown(row) for row in db.execute("SELECT * FROM ledger ORDER BY id")]


def latest(db: sqlite3.Connection, limit: int) -> list[dict[str, Any]]:
    """Give the latest entries, the latest first."""
    rows = db.execute("SELECT * FROM ledger ORDER BY id DESC LIMIT ?", (limit,))
    return [_shown(row) for row in rows]


def _shown(row: sqlite3.Row) -> dict[str, Any]:
    at = datetime.fromtimestamp(row["at"], tz=UTC).isoformat(timespec="milliseconds")
    shown = {"body": _read(row["body"]), "reply": _read(row["reply"]) if row["reply"] else None}
    return {**dict(row), "at": at, "effect": bool(row["effect"]), **shown}


def _read(text: str) -> Any:
    try:
        return read_json(text)
    except ValueError:
        return text
