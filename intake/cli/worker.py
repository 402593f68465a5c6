"""``python -m intake worker`` and ``sweep``: the processes that deliver."""

import logging
import signal
import threading
from collections.abc import Iterable
from zoneinfo import ZoneInfo

import click

from intake.alert import Channels, Watch, keep_watching
from intake.cli import Context
from intake.deliver.bulk import BulkWorker, keep_working_off
from intake.deliver.catalogue import keep_learning
from intake.deliver.job import open_worker
from intake.deliver.retention import Retention
from intake.deliver.sweep import Sweeper
from intake.domain.site import CrmAccount
from intake.queue import Doorbell
from intake.reconcile import Night, Reconciler, keep_reconciling
from intake.running.worker import keep_working
from intake.settings import Settings
from intake.store.database import Database

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


@click.command()
@click.pass_obj
def worker(context: Context) -> None:
    """Доставлять заявки в CRM: один исполнитель очереди; запускайте сколько нужно.

    SIGTERM останавливает его после начатой доставки.
    """
    start_logging()
    settings = context.settings
    # Loads the database's driver before a child is forked; nothing is connected yet.
    context.database().close()
    keep_working(settings.redis_url)


@click.command()
@click.pass_obj
def sweep(context: Context) -> None:
    """Находить заявки, которым пора, и звать исполнителей; достаточно одного."""
    start_logging()
    settings, database = context.settings, context.database()
    doorbell, retention = Doorbell(settings.redis_url), Retention(database)
    sweeper = Sweeper(database, doorbell, open_worker, retention=retention)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=sweeper.stop.set).start())
    # An account that does not answer must not keep the sweeper from its work.
    learning = (database, _accounts, settings.timeout, sweeper.stop)
    threading.Thread(target=keep_learning, args=learning, daemon=True).start()
    _watch(settings, database)
    keep_working_off(BulkWorker(database, lambda: open_worker().directory, stop=sweeper.stop))
    sweeper.run_forever()


def _watch(settings: Settings, database: Database) -> None:
    """Look for troubles and compare at night, beside the sweeping."""
    channels, zone = Channels(settings.alerts), ZoneInfo(settings.display_timezone)
    keep_watching(Watch(database, settings.directory, channels, settings.outside_url, zone))
    if settings.reconcile_hour is not None:
        night = Night(settings.reconcile_hour, zone)
        accounts = settings.directory.accounts.values()
        keep_reconciling(Reconciler(database, settings.timeout), accounts, night)


def start_logging() -> None:
    """Log to standard error: of libraries only warnings and worse."""
    logging.basicConfig(level=logging.WARNING, format=LOG_FORMAT)
    logging.getLogger("intake").setLevel(logging.INFO)


def _accounts() -> Iterable[CrmAccount]:
    # As they are configured by then: an account or a key may be new.
    return open_worker().directory.accounts.values()
