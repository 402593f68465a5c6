"""``python -m intake reconcile``: our log held against the CRM's list of leads."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click

from intake.cli import Context
from intake.domain.reconciliation import FindingKind
from intake.errors import IntakeError
from intake.reconcile import Outcome, Reconciler

WORDS = {FindingKind.MISSING: "нет в CRM", FindingKind.TWICE: "в CRM дважды"}
DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--account", help="Имя аккаунта CRM; без него — все.")
@click.option("--since", type=DAY, help="Доставленные с этого дня; без него — с прошлой сверки.")
@click.option("--until", type=DAY, help="По этот день включительно; без него — по сей час.")
@click.pass_obj
def reconcile(
    context: Context, account: str | None, since: datetime | None, until: datetime | None
) -> None:
    """Сверить доставленное со списком лидов CRM: чего там нет, что там дважды.

    Состояние выхода 1, если что-то нашлось или сверить не удалось.
    """
    settings, database = context.settings, context.database()
    accounts = settings.directory.accounts
    if account is not None and account not in accounts:
        raise IntakeError(f"Аккаунта «{account}» нет; есть: {', '.join(accounts)}.")
    zone = ZoneInfo(settings.display_timezone)
    start = since.replace(tzinfo=zone) if since else None
    end = until.replace(tzinfo=zone) + timedelta(days=1) if until else None
    reconciler = Reconciler(database, settings.timeout)
    try:
        outcomes = [
            _tell(key, reconciler.run(one, datetime.now(UTC), start, end))
            for key, one in accounts.items()
            if account in {None, key}
        ]
    finally:
        database.close()
    if any(outcome.findings or outcome.message for outcome in outcomes):
        raise SystemExit(1)


def _tell(key: str, outcome: Outcome) -> Outcome:
    if outcome.message:
        click.echo(f"[crm.{key}] {outcome.message}")
        return outcome
    click.echo(f"[crm.{key}] сверено заявок: {outcome.compared}, лидов в CRM: {outcome.listed}.")
    for kind, words in WORDS.items():
        count = sum(finding.kind is kind for finding in outcome.findings)
        if count:
            click.echo(f"  ✗ {words}: {count} (какие — в журнале, страница «Здоровье»)")
    return outcome
