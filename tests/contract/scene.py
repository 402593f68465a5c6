"""A sandbox with a life in it, so that every example of the reference can be tried there.

The examples come from different accounts and different years: each scene has the date of
its example, and the ids of other accounts give way to ids that exist here.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from intake.envybox import Envybox
from intake.sandbox import RunningSandbox
from tests.contract.reference import METHODS, Json

KEY = "CANARY-key-2119"
ADMINISTRATOR, EMPLOYEE, DEPARTMENT = 3844, 182, 1
DEAL_PIPELINE, INBOX_TYPE = 3689, 13045
NEW_LEAD, NEW_DEAL, NEXT_STAGE = 15017, 5635, 5636
DEAL_TEXT, CLIENT_TEXT = 3819, 3822
ANNA = {"name": "Анна", "phone": "79123456789"}
MOSCOW = ZoneInfo("Europe/Moscow")


def moment(text: str) -> float:
    """Return the Unix seconds of a Moscow time."""
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW).timestamp()


@dataclass
class Clock:
    """A clock that stands still until it is set."""

    now: float

    def __call__(self) -> float:
        return self.now


@dataclass
class Scene:
    """The sandbox, its clock, and the client that fills it (not the one under test)."""

    sandbox: RunningSandbox
    filler: Envybox
    clock: Clock

    def call(self, method: str, /, **params: Any) -> Json:
        return self.filler.call(method, params)

    def lead(self, **values: Any) -> int:
        """Create a lead; Anna's, where nothing is said."""
        reply = self.call("lead/set", method="create", values=values or ANNA)
        return int(reply["id"])

    def started(self, **values: Any) -> dict[str, int]:
        """Take a lead into work; give lead_id, client_id and deal_id."""
        return self.start(self.lead(**values))

    def start(self, lead_id: int, employee_id: int = 0) -> dict[str, int]:
        people = {"user_id": ADMINISTRATOR, "employee_id": employee_id}
        reply = self.call("lead/start", lead_id=lead_id, **people)
        result = reply["result"]
        return {name: int(result[name]) for name in ("client_id", "deal_id")} | {"lead_id": lead_id}

    def company(self, client_id: int) -> None:
        company = METHODS["client/addCompany"].parameters
        self.call("client/addCompany", client_id=client_id, **company)


@contextmanager
def opened(at: str = "2026-11-23 10:00:00") -> Iterator[Scene]:
    """Open a sandbox where it is `at` by the Moscow clock."""
    clock = Clock(moment(at))
    with (
        RunningSandbox(api_key=KEY, clock=clock) as sandbox,
        Envybox(sandbox.url, KEY, rate=None) as filler,
    ):
        yield Scene(sandbox, filler, clock)


def filled(params: Json, ids: Mapping[str, Json], lost: Mapping[str, Json], key: str = "") -> Json:
    """Give the parameters of an example with ids of this account; 0 and system fields stay.

    What is printed as text stays text. What is lost in print comes from `lost`.
    """
    if isinstance(params, dict):
        return {name: filled(value, ids, lost, name) for name, value in params.items()}
    if isinstance(params, list):
        return [filled(value, ids, lost, key) for value in params]
    if params is None and key not in ids:
        return lost[key]
    if key not in ids or params in (0, "0", 1011):
        return params
    return str(ids[key]) if isinstance(params, str) else ids[key]
