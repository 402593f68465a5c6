"""Where a soak runs, and what its visitors were told."""

import json
import sqlite3
import threading
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen


@dataclass
class Told:
    """What visitors were told; `acked` by the number they got, with when."""

    submitted: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    acked: dict[str, float] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    recoveries: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class Place:
    """The folder and the ports of one run."""

    folder: Path
    port: int
    crm_port: int

    @property
    def url(self) -> str:
        """Where visitors post."""
        return f"http://127.0.0.1:{self.port}/submit"

    def crm(self, path: str, data: dict[str, Any] | None = None) -> Any:
        """Ask the sandbox itself."""
        body = None if data is None else json.dumps(data).encode()
        request = Request(f"http://127.0.0.1:{self.crm_port}/sandbox/{path}", body)
        with urlopen(request, timeout=60) as reply:  # noqa: S310  # as above
            return json.load(reply)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Read the service's database."""
        with closing(sqlite3.connect(self.folder / "var/intake.db", timeout=30)) as connection:
            return connection.execute(statement).fetchall()
