"""``python -m intake check``: the configuration held against what the CRM says of itself."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import click

from intake.cli import Context
from intake.domain.site import SYSTEM_DEAL_FIELDS, Directory, Site
from intake.envybox import CrmData, Envybox, EnvyboxError, Pipeline
from intake.errors import IntakeError
from intake.reference import Reference
from intake.reference.keeping import Store, age_of, is_old
from intake.reference.registry import Registry
from intake.settings import ReferenceSettings
from intake.store.breakers import PausedAccount, paused_accounts


@click.command()
@click.pass_obj
def check(context: Context) -> None:
    """Сверить настройки сайтов с воронками, этапами и сотрудниками CRM."""
    settings = context.crm
    wrong = _check_reference(ReferenceSettings.from_environ())
    pauses = _pauses(context)
    for key, account in settings.directory.accounts.items():
        try:
            with Envybox(
                account.url, account.api_key, account.path, deadline=settings.timeout
            ) as crm:
                data = crm.main.data()
        except EnvyboxError as error:
            click.echo(f"[crm.{key}] {error.exchange.error or error}")
            wrong += 1
            continue
        click.echo(f"[crm.{key}] на связи: «{data.name}», номер CRM {data.id}.")
        if pause := pauses.get(key):
            click.echo(f"  ! {pause}")
        for problem in problems(settings.directory, key, data):
            click.echo(f"  ✗ {problem}")
            wrong += 1
    if wrong:
        raise SystemExit(1)
    click.echo("Всё, что названо в настройках, в CRM есть.")


def _check_reference(settings: ReferenceSettings) -> int:
    """Tell of the files that name regions; return how many cannot be read."""
    problems = Reference(settings.numbering, settings.geoip).problems()
    for problem in problems:
        click.echo(f"✗ {problem}")
    if not problems:
        click.echo(_numbering(Store(settings.numbering).load(), datetime.now(UTC)))
    return len(problems)


def _numbering(registry: Registry | None, now: datetime) -> str:
    if registry is None:
        return "Реестра номеров нет: регион мобильных номеров не определяется (numbering update)."
    days = age_of(registry, now).days
    advice = " — обновите: numbering update" if is_old(registry, now) else ""
    return f"Реестр номеров загружен {days} дн. назад{advice}."


def _pauses(context: Context) -> dict[str, str]:
    """Say which accounts' deliveries are paused; nothing where there is no database yet."""
    try:
        found = paused_accounts(context.database())
    except IntakeError:
        return {}
    return {each.crm: _pause(each) for each in found}


def _pause(paused: PausedAccount) -> str:
    told = f" ({paused.message})" if paused.message else ""
    since = f"{paused.since:%d.%m.%Y %H:%M} UTC"
    return (
        f"отправка приостановлена с {since}{told}: ждёт заявок — {paused.waiting}. "
        "Обходчик пробует CRM сам и продолжит по порядку."
    )


def problems(directory: Directory, account_key: str, data: CrmData) -> list[str]:
    """Return a sentence for everything an account's sites name and the CRM does not know."""
    account = directory.accounts[account_key]
    found = []
    if account.crm_id is not None and account.crm_id != data.id:
        found.append(f"[crm.{account_key}] crm_id = {account.crm_id}, а у CRM номер {data.id}.")
    for site in directory.sites.values():
        if site.crm == account_key:
            found += [f"[site.{site.key}] {problem}" for problem in _site_problems(site, data)]
    return found


def _site_problems(site: Site, data: CrmData) -> Iterator[str]:
    pipelines = {pipeline.id: pipeline for pipeline in data.deal_pipelines}
    fields = (*data.lead_custom_fields, *data.client_custom_fields, *data.deal_custom_fields)
    yield from _missing("pipeline_id", [site.pipeline_id, *site.rules.pipelines], pipelines)
    yield from _missing(
        "inbox_type_id",
        [site.inbox_type_id, *site.rules.inbox_types],
        [each.id for each in data.inbox_types],
    )
    yield from _missing("custom_inputs", site.rules.custom_inputs, [each.id for each in fields])
    yield from _missing(
        "deal_fields",
        set(site.deal_fields) - SYSTEM_DEAL_FIELDS,
        [each.id for each in data.deal_custom_fields],
    )
    yield from _missing("employee_id", _employees(site), [each.id for each in data.employees])
    yield from _stage_problems(site, pipelines.values())


def _missing(setting: str, named: Iterable[int | None], known: Iterable[int]) -> Iterator[str]:
    known = set(known)
    for number in sorted({each for each in named if each}):
        if number not in known:
            there = ", ".join(map(str, sorted(known))) or "ни одного"
            yield f"{setting} = {number}: в CRM такого нет (есть: {there})."


def _employees(site: Site) -> Iterator[int | None]:
    yield site.employee_id
    yield site.start.employee_id if site.start else None
    yield site.stage.employee_id if site.stage else None
    yield site.task.employee_id if site.task else None
    yield from (one.employee_id for one in site.responsible)


def _stage_problems(site: Site, pipelines: Iterable[Pipeline]) -> Iterator[str]:
    if site.stage is None:
        return
    stage_id = site.stage.stage_id
    home = next((p for p in pipelines if stage_id in {stage.id for stage in p.stages}), None)
    if home is None:
        yield f"stage.stage_id = {stage_id}: такого этапа сделок в CRM нет."
        return
    if site.pipeline_id is not None and home.id != site.pipeline_id:
        yield (
            f"stage.stage_id = {stage_id} — этап воронки «{home.name}» ({home.id}), "
            f"а заявки идут в воронку {site.pipeline_id}."
        )
    if not home.allow_manual_change_stage:
        yield (
            f"в воронке «{home.name}» ({home.id}) выключено «Разрешить менять статусы вручную»: "
            "включите его в настройках воронки, иначе сделку не передвинуть."
        )
