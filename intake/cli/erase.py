"""``python -m intake erase``: a person's data, found and erased for good."""

import click

from intake.cli import Context
from intake.domain.erasure import Found, Report, read_whom
from intake.errors import IntakeError
from intake.store.erasing import erase_person, find_person
from intake.store.users import OPERATOR


@click.command()
@click.argument("who")
@click.option("--undelivered", is_flag=True, help="Стереть и то, что ещё не дошло до CRM.")
@click.option("--dry-run", is_flag=True, help="Только показать, что нашлось.")
@click.option("--yes", is_flag=True, help="Не спрашивать.")
@click.pass_obj
def erase(context: Context, who: str, undelivered: bool, dry_run: bool, yes: bool) -> None:
    """Стереть данные человека: WHO — его телефон или почта целиком.

    Остаются номер, время, сайт, состояние и рекламные метки без контактов. Что осталось в
    CRM, будет названо.
    Состояние выхода 1, если что-то из найденного не стёрто.
    """
    whom = read_whom(who)
    if whom is None:
        raise IntakeError("Нужен телефон целиком, например 79123456789, или почта.")
    database = context.database()
    try:
        report = find_person(database, whom)
        _tell_found(report)
        if dry_run or report.is_empty:
            return
        if not yes:
            click.confirm("Стереть навсегда?", abort=True, err=True)
        report = erase_person(database, whom, actor=OPERATOR, undelivered=undelivered)
    finally:
        database.close()
    _tell_done(report)
    if report.kept:
        raise SystemExit(1)


def _tell_found(report: Report) -> None:
    click.echo(f"Нашлось заявок: {len(report.found)}, заметок: {report.notes}.")
    if report.attempts:
        click.echo(f"С этими заявками обращались в CRM: {report.attempts} раз.")
    for each in report.found:
        click.echo(f"  {each.number}  {each.received_at:%Y-%m-%d}  {each.site}  {_state(each)}")
    for noted in report.noted:
        click.echo(f"  {noted.number}  заметок, где назван человек: {noted.notes}")
    for card in report.cards:
        ids = {"лид": card.lead_id, "сделка": card.deal_id, "клиент": card.client_id}
        named = ", ".join(f"{word} {number}" for word, number in ids.items() if number)
        click.echo(f"  осталось в CRM «{card.crm}»: {named or 'карточка без известного номера'}")


def _state(each: Found) -> str:
    if each.busy:
        return f"{each.state}, отправляется прямо сейчас"
    if each.leftover:
        return f"{each.state}, стёрта раньше, но человек назван в метке"
    return f"{each.state}, ещё не в CRM" if each.undelivered else each.state


def _tell_done(report: Report) -> None:
    click.echo(f"Стёрто заявок: {len(report.erased)}, заметок: {report.notes}.")
    if report.kept:
        numbers = ", ".join(each.number for each in report.kept)
        click.echo(f"Не стёрто, потому что ещё не в CRM: {numbers}. Стереть и их: --undelivered.")
    if report.cards:
        click.echo("То, что осталось в CRM, удалите в самой CRM.")
