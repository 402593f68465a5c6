"""The append-only ledger: every request, and whether it changed anything in the CRM."""

import json
import re
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

LONGEST_BODY = 64 * 1024
KEY_IN_BODY = re.compile(r'("api_key"\s*:\s*)"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True)
class Entry:
    """One request. `status` is None when the connection was closed without a reply.

    `source` is "api", "page" (a button of the sandbox's own page) or "widget" (the script on
    a page of another site). `did` says what changed, empty when nothing did; `fault` names
    the fault the call met.
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
    fault: str | None

    @property
    def effect(self) -> bool:
        """Whether the request changed anything in the CRM."""
        return bool(self.did)


def append(db: sqlite3.Connection, entry: Entry) -> None:
    """Write an entry; the API key is masked and a long body cut."""
    body = KEY_IN_BODY.sub(r'\1"•••"', entry.body)[:LONGEST_BODY]
    db.execute(
        "INSERT INTO ledger (at, source, verb, path, method, body, status, effect, did, message,"
        " fault) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry.at,
            entry.source,
            entry.verb,
            entry.path,
            entry.method,
            body,
            entry.status,
            entry.effect,
            entry.did,
            entry.message,
            entry.fault,
        ),
    )


def entries(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """Give the whole ledger, the earliest first, as `/sandbox/ledger.json` shows it."""
    return [_shown(row) for row in db.execute("SELECT * FROM ledger ORDER BY id")]


def latest(db: sqlite3.Connection, limit: int) -> list[dict[str, Any]]:
    """Give the latest entries, the latest first."""
    rows = db.execute("SELECT * FROM ledger ORDER BY id DESC LIMIT ?", (limit,))
    return [_shown(row) for row in rows]


def _shown(row: sqlite3.Row) -> dict[str, Any]:
    at = datetime.fromtimestamp(row["at"], tz=UTC).isoformat(timespec="milliseconds")
    return {**dict(row), "at": at, "effect": bool(row["effect"]), "body": _body(row["body"])}


def _body(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
