"""A worker process for one delivery: ``python -m tests.faults.delivering``.

The argument is a JSON object with `database_url`, `crm_url`, `now` and `delivery_id`. Where
it dies is told by the environment, as `intake.crash` says.
"""

import json
import sys
from datetime import datetime

from intake.deliver.work import Worker
from intake.store.database import Database
from tests.faults.scene import directory_of


def main() -> None:
    """Work on one delivery."""
    told = json.loads(sys.argv[1])
    now = datetime.fromisoformat(told["now"])
    database = Database(told["database_url"], clock=lambda: now)
    Worker(database, directory_of(told["crm_url"]), timeout=2.0).work_on(told["delivery_id"])


if __name__ == "__main__":
    main()
