"""The CRM as a whole: its account, its memory, its clock; calls are made against it."""

import hmac
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask, current_app

from . import faults, ledger, settings
from .account import SEED, Account
from .database import Database
from .errors import RefusalError
from .faults import Fault, FaultKind
from .methods import METHODS, Call
from .outcome import SUCCESS, Outcome, Told, entry_of, refusal
from .params import Params
from .state import snapshot

Clock = Callable[[], float]
NAME = "sandbox"


class World:
    """Everything the sandbox is, without HTTP. Safe to use from many threads."""

    def __init__(self, database: str | Path, api_key: str, clock: Clock) -> None:
        self.database = Database(database)
        self._account = self._configured()
        self.api_key = api_key
        self.clock = clock
        self._boot = secrets.token_hex(4)

    @property
    def account(self) -> Account:
        """The account as it is set up now."""
        return self._account

    def allow_by_hand(self, pipeline_id: int, *, allowed: bool) -> None:
        """Switch «Разрешить менять статусы вручную» of a pipeline of deals."""
        with self.database.transaction() as db:
            settings.keep_by_hand(db, pipeline_id, allowed=allowed)
        self._account = self._configured()

    def _configured(self) -> Account:
        with self.database.transaction() as db:
            return settings.applied(db, SEED)

    def accepts(self, key: str) -> bool:
        """Whether the API key is the right one."""
        return hmac.compare_digest(key.encode(), self.api_key.encode())

    def perform(self, told: Told, params: Mapping[str, Any], fault: Fault | None) -> Outcome:
        """Carry a call out and write it down, both or neither."""
        now = self.clock()
        late = fault is not None and fault.kind is FaultKind.LATE_DEAL
        with self.database.transaction() as db:
            call = Call(
                method=told.method,
                params=Params(params),
                db=db,
                account=self.account,
                api_key=self.api_key,
                now=now,
                deal_delay=fault.seconds if fault and late else 0.0,
            )
            outcome = _outcome(call)
            ledger.append(db, entry_of(told, outcome, fault, now))
        return outcome

    def note(self, told: Told, outcome: Outcome, fault: Fault | None = None) -> None:
        """Write a call down that was answered without being carried out."""
        with self.database.transaction() as db:
            ledger.append(db, entry_of(told, outcome, fault, self.clock()))

    def take_fault(self, method: str) -> Fault | None:
        """Give the fault this call shall meet, and count it off."""
        with self.database.transaction() as db:
            return faults.take_fault(db, method)

    def set_fault(self, given: Mapping[str, Any]) -> None:
        """Switch a fault on as told; raise ValueError with a sentence for people."""
        fault = faults.read_fault(given, frozenset(METHODS))
        with self.database.transaction() as db:
            faults.set_fault(db, fault)

    def clear_faults(self, method: str | None = None) -> None:
        """Switch off the fault of a method, or all of them."""
        with self.database.transaction() as db:
            faults.clear_faults(db, method)

    def faults(self) -> list[Fault]:
        """Give the faults that are on."""
        with self.database.transaction() as db:
            return faults.active_faults(db)

    def state(self) -> dict[str, Any]:
        """Give all leads, clients, deals and faults."""
        with self.database.transaction() as db:
            shown = [one.to_json() for one in faults.active_faults(db)]
            return snapshot(db, self.account, self.clock()) | {"faults": shown}

    def ledger(self) -> list[dict[str, Any]]:
        """Give every request so far, the earliest first."""
        with self.database.transaction() as db:
            return ledger.entries(db)

    def latest_requests(self, limit: int) -> list[dict[str, Any]]:
        """Give the latest requests, the latest first."""
        with self.database.transaction() as db:
            return ledger.latest(db, limit)

    def reset(self) -> None:
        """Forget leads, clients, deals, settings, faults, the ledger; ids go on counting."""
        self.database.clear()
        self._account = self._configured()

    def version(self) -> str:
        """Give a mark that changes whenever what the page shows may have changed."""
        with self.database.transaction() as db:
            visible = db.execute(
                "SELECT count(*) AS n FROM deals WHERE visible_at <= ?", (self.clock(),)
            ).fetchone()["n"]
        return f"{self._boot}-{self.database.changes}-{visible}"

    def close(self) -> None:
        """Close the database."""
        self.database.close()


def world_of(app: Flask) -> World:
    """Give the world an app serves."""
    world = app.extensions[NAME]
    assert isinstance(world, World)  # noqa: S101 -- create_sandbox put it there
    return world


def current_world() -> World:
    """Give the world of the request."""
    return world_of(current_app)


def _outcome(call: Call) -> Outcome:
    try:
        reply = METHODS[call.method].handler(call)
    except RefusalError as refused:
        return refusal(refused.message, refused.status)
    around = {} if reply.bare else {"status_code": 200, "message": SUCCESS}
    return Outcome(200, reply.payload | around, reply.did, reply.note)
