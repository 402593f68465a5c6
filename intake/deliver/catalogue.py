"""Learning what accounts are called and offer: their number, pipelines, stages, people."""

import logging
import threading
from collections.abc import Callable, Iterable

from intake.domain.catalogue import Catalogue, Named, NamedPipeline
from intake.domain.site import CrmAccount
from intake.envybox import CrmData, Envybox, EnvyboxError, Pipeline
from intake.errors import IntakeError, StoreUnavailableError
from intake.store import schedule
from intake.store.catalogues import keep_catalogue
from intake.store.database import Database

log = logging.getLogger(__name__)

# In seconds. They change rarely, and a new stage is wanted the same day; an account that did
# not answer is asked again sooner.
LEARN_EVERY = 6 * 3600.0
LEARN_AGAIN = 300.0


def learn(database: Database, accounts: Iterable[CrmAccount], timeout: float) -> bool:
    """Ask every account once; False where one of them has not told it."""
    told = [_learn(database, account, timeout) for account in accounts]
    return all(told)


def keep_learning(
    database: Database,
    accounts: Callable[[], Iterable[CrmAccount]],
    timeout: float,
    stop: threading.Event,
) -> None:
    """Ask again and again until `stop` is set."""
    while not stop.is_set():
        try:
            is_known = learn(database, accounts(), timeout)
        except IntakeError as error:
            log.warning("accounts: %s", error)
            is_known = False
        stop.wait(LEARN_EVERY if is_known else LEARN_AGAIN)


def _learn(database: Database, account: CrmAccount, timeout: float) -> bool:
    try:
        with Envybox(account.url, account.api_key, account.path, deadline=timeout) as crm:
            data = crm.main.data()
        # Pages name a CRM by its number, where none is configured.
        if account.crm_id is None:
            schedule.learn_crm_id(database, account.key, data.id)
        keep_catalogue(database, account.key, read_catalogue(data))
    except (EnvyboxError, StoreUnavailableError) as error:
        log.warning("what account %s offers is not known yet: %s", account.key, error)
        return False
    return True


def read_catalogue(data: CrmData) -> Catalogue:
    """Return what of an account's main/data a person chooses from."""
    return Catalogue(
        pipelines=tuple(map(_pipeline, data.deal_pipelines)),
        employees=tuple(Named(each.id, each.name) for each in data.employees),
        inbox_types=tuple(Named(each.id, each.name) for each in data.inbox_types),
        user_id=data.user_id,
    )


def _pipeline(line: Pipeline) -> NamedPipeline:
    stages = tuple(Named(stage.id, stage.name) for stage in line.stages)
    return NamedPipeline(line.id, line.name, stages, line.allow_manual_change_stage)
