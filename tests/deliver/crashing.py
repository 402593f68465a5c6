"""A worker process that kills itself at a named point: ``python -m tests.deliver.crashing``.

Arguments: one JSON object with `database_url`, `crm_url`, `api_key`, `now`, `delivery_id`,
and the point: `function` (a name in `POINTS`), `call` (which call of it, from 1) and
`after` (whether the function has done its work by then).
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from intake.deliver import attempt
from intake.deliver.work import Worker
from intake.domain.site import CrmAccount, Directory, Site, StageRule, StartRule
from intake.store import deliveries
from intake.store.database import Database

POINTS: dict[str, Any] = {
    "claim": deliveries,
    "begin_attempt": attempt,
    "end_attempt": attempt,
    "deliver": deliveries,
}
SITE = Site(
    "okna",
    "Окна",
    "main",
    pipeline_id=3689,
    start=StartRule(3844, 182),
    stage=StageRule(5636, 182),
)


def kill_at(module: Any, function: str, call: int, *, after: bool) -> None:
    """Make the process die at the given call of a function, before or after its work."""
    original: Callable[..., Any] = getattr(module, function)
    calls = [0]

    def dying(*args: Any, **kwargs: Any) -> Any:
        calls[0] += 1
        if calls[0] == call and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        value = original(*args, **kwargs)
        if calls[0] == call and after:
            os.kill(os.getpid(), signal.SIGKILL)
        return value

    setattr(module, function, dying)


def main() -> None:
    """Work on one delivery and die where it was told to."""
    told = json.loads(sys.argv[1])
    now = datetime.fromisoformat(told["now"])
    kill_at(POINTS[told["function"]], told["function"], told["call"], after=told["after"])
    account = CrmAccount("main", told["crm_url"], told["api_key"], rate=1000)
    directory = Directory({"okna": SITE}, {"main": account})
    database = Database(told["database_url"], clock=lambda: now)
    Worker(database, directory, timeout=2.0).work_on(told["delivery_id"])


if __name__ == "__main__":
    main()
