"""``python -m intake send``: a test submission the whole production way, and its fate."""

import time

import click
import requests

from intake.cli import Context
from intake.domain.delivery import DeliveryState
from intake.domain.doubt import Doubt, in_words
from intake.domain.submission import SubmissionState
from intake.errors import IntakeError
from intake.store.database import Database
from intake.store.detail import SubmissionRecord, read_submission

POLL_SECONDS = 0.3
WORDS = {
    DeliveryState.PENDING: "ждёт отправки",
    DeliveryState.RETRYING: "не дошла с первого раза, пробуем ещё",
    DeliveryState.DELIVERED: "в CRM",
    DeliveryState.ATTENTION: "сама не дойдёт",
    DeliveryState.STOPPED: "остановлена: спам",
}


@click.command()
@click.argument("site", required=False)
@click.option("--url", help="Адрес сервиса; без него — тот, где он отвечает на этой машине.")
@click.option("--phone", default="+7 912 345-67-89", show_default=True)
@click.option("--name", default="Проверка связи", show_default=True)
@click.option("--wait", default=60, show_default=True, help="Сколько секунд следить за заявкой.")
@click.pass_obj
def send(
    context: Context, site: str | None, url: str | None, phone: str, name: str, wait: int
) -> None:
    """Отправить проверочную заявку и проследить её до CRM."""
    service = url or context.settings.local_url
    fields = {"name": name, "phone": phone, "comment": "Проверочная заявка", "tags": "тест"}
    number = _post(service, site, fields | _token(service, site))
    click.echo(f"Заявка {number} принята.")
    state = _follow(context.database(), number, wait)
    if state is not DeliveryState.DELIVERED:
        raise IntakeError(f"Заявка {number} за {wait} с не дошла до CRM; подробности — в журнале.")


def _token(url: str, site: str | None) -> dict[str, str]:
    """Return the form's token, as the script of a page asks for it; nothing where none is given."""
    address = "/".join(part for part in (url.rstrip("/"), "form-token", site) if part)
    try:
        token = requests.get(address, timeout=10).json().get("token")
    except (requests.RequestException, ValueError, AttributeError):
        return {}  # the post itself tells what is wrong
    return {"form_token": token} if isinstance(token, str) else {}


def _post(url: str, site: str | None, fields: dict[str, str]) -> str:
    address = "/".join(part for part in (url.rstrip("/"), "submit", site) if part)
    try:
        answer = requests.post(address, json=fields, timeout=10)
        data = answer.json()
    except requests.ConnectionError:
        raise IntakeError(f"Сервис по адресу {url} не отвечает: он запущен?") from None
    except (requests.RequestException, ValueError):
        raise IntakeError(f"По адресу {address} ответил не наш сервис.") from None
    if not data.get("ok"):
        raise IntakeError(str(data.get("message")))
    return str(data["number"])


def _follow(database: Database, number: str, wait: int) -> DeliveryState | None:
    deadline, shown = time.monotonic() + wait, None
    while time.monotonic() < deadline:
        record = read_submission(database, number)
        _stop_where_held(record)
        summary = record.deliveries[0].summary if record and record.deliveries else None
        if summary is not None and summary.state != shown:
            shown = DeliveryState(summary.state)
            click.echo(f"  {WORDS[shown]}" + (f": {summary.message}" if summary.message else ""))
        if shown in {DeliveryState.DELIVERED, DeliveryState.ATTENTION}:
            return shown
        time.sleep(POLL_SECONDS)
    return shown


def _stop_where_held(record: SubmissionRecord | None) -> None:
    """Say why a submission will not go by itself, while nothing is still checking it."""
    doubts = record.row.doubts if record and record.row.state == SubmissionState.HELD else ()
    if record and doubts and Doubt.CAPTCHA_PENDING not in doubts:
        reasons = " ".join(map(in_words, doubts))
        raise IntakeError(
            f"Заявка {record.row.number} придержана: {reasons} Пропустить её можно в журнале; "
            "кнопка на странице «Подключение» отправляет проверку без этих подозрений."
        )
