"""Probing paused accounts: one light call, which resumes the account once it succeeds."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from intake.deliver.attempt import report_of
from intake.deliver.work import Worker
from intake.domain.breaker import Breaker, CallReport, Circumstances, after_probe, before_probe
from intake.domain.delivery import Outcome
from intake.envybox import Envybox, EnvyboxError
from intake.errors import IntakeError, SettingsError
from intake.store import breakers
from intake.store.database import Database

log = logging.getLogger(__name__)

# A probe is booked for longer than its call can take.
MARGIN = timedelta(seconds=5)


def in_a_thread(action: Callable[[], None]) -> None:
    """Do something beside the sweep, which must not wait for a CRM that hangs."""
    threading.Thread(target=action, name="probe", daemon=True).start()


def probe_due(
    database: Database,
    open_worker: Callable[[], Worker],
    aside: Callable[[Callable[[], None]], object] = in_a_thread,
) -> None:
    """Probe every paused account whose time has come, unless another sweeper does.

    The settings are read anew, so that a key which was replaced in its file is tried.
    """
    due = breakers.probes_due(database)
    if not due:
        return
    try:
        worker = open_worker()
    except SettingsError as error:
        log.warning("probe: %s", error)
        return
    for crm in due:
        if _book(worker, crm):
            aside(partial(_try_to_probe, worker, crm))


def _book(worker: Worker, crm: str) -> bool:
    lasts = timedelta(seconds=worker.timeout) + MARGIN

    def decide(breaker: Breaker, now: datetime) -> Breaker | None:
        return before_probe(breaker, lasts, _given(worker, now))

    return breakers.change(worker.database, crm, decide) is not None


def _try_to_probe(worker: Worker, crm: str) -> None:
    try:
        _probe(worker, crm)
    except IntakeError as error:  # the next probe is booked already
        log.warning("probe of %s: %s", crm, error)


def _probe(worker: Worker, crm: str) -> None:
    with worker.database.read() as connection:
        began = worker.database.now(connection)
    report = _ask(worker, crm, began)

    def decide(breaker: Breaker, now: datetime) -> Breaker:
        return after_probe(breaker, report, _given(worker, now))

    changed = breakers.change(worker.database, crm, decide)
    if changed is not None:
        log.warning("account %s %s", crm, "is still paused" if changed.is_paused else "goes on")


def _ask(worker: Worker, crm: str, began: datetime) -> CallReport:
    account = worker.directory.accounts.get(crm)
    if account is None:
        # Its deliveries say by themselves that it left the settings.
        return CallReport(Outcome.OK, began)
    deadline = worker.timeout
    try:
        with Envybox(account.url, account.api_key, account.path, deadline=deadline) as crm_client:
            crm_client.main.data()
    except EnvyboxError as error:
        return report_of(error, began)
    return CallReport(Outcome.OK, began)


def _given(worker: Worker, now: datetime) -> Circumstances:
    return Circumstances(now, worker.chance(), worker.breaker)
