"""``python -m intake run``: everything on one machine, until it is told to stop."""

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import click

from intake.errors import IntakeError
from intake.running.keeper import Keeper
from intake.running.login import FIRST_LOGIN, add_first_login
from intake.running.output import LogWatch, say, tail
from intake.running.place import Place, place_of, read_env
from intake.running.plan import Plan, environment_beside, make_plan
from intake.running.ports import Port
from intake.running.supervisord import log_of
from intake.settings import Settings
from intake.store.database import Database

STARTS_IN = 60.0
ASK_IN = 2.0


@click.command(context_settings={"allow_interspersed_args": False})
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def run(command: tuple[str, ...]) -> None:
    """Запустить всё на этой машине: приём, доставку, журнал, а без CRM — и учебную CRM.

    С COMMAND — выполнить команду с теми же настройками, например:
    python -m intake run users password admin
    """
    given = {**read_env(Path(".env")), **os.environ}
    os.umask(0o077)
    place = place_of(given)
    place.prepare()
    if command:
        _run_beside(place, given, command)
    with place.lock():
        _run(make_plan(place, given))


def _run_beside(place: Place, given: Mapping[str, str], command: tuple[str, ...]) -> None:
    os.environ.update(environment_beside(place, given))
    main = click.get_current_context().find_root().command
    main.main(args=list(command), prog_name="python -m intake", standalone_mode=True)


def _run(plan: Plan) -> None:
    password = _prepare_database(Settings.from_environ(plan.env))
    keeper = Keeper(plan)
    watch = LogWatch(plan.place.logs)
    with keeper.stopped_by_signals():
        say("Запускаю…")
        try:
            keeper.start()
            keeper.wait_while(lambda: watch.look() and not _answers(plan), STARTS_IN)
            if keeper.is_running:
                _greet(plan, password)
                keeper.wait_while(watch.look)
        finally:
            asked = keeper.asked_to_stop
            say("\nОстанавливаю…" if asked else "\nОстанавливаю: что-то пошло не так…")
            keeper.stop()
    if not asked:
        raise IntakeError(_what_broke(plan))
    say("Остановлено. Принятые заявки сохранены.")


def _prepare_database(settings: Settings) -> str | None:
    database = Database(settings.database_url)
    try:
        database.upgrade()
        return add_first_login(database)
    finally:
        database.close()


def _answers(plan: Plan) -> bool:
    urls = [f"{plan.url}/healthz"]
    if plan.sandbox_url:
        urls.append(f"{plan.sandbox_url}/sandbox/health")
    try:
        for url in urls:
            # Proxies of the environment are for the world outside.
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            opener.open(url, timeout=ASK_IN).close()
    except (OSError, urllib.error.URLError):
        return False
    return True


def _greet(plan: Plan, password: str | None) -> None:
    for name, setting, port in (
        ("Приём", "PORT", plan.port),
        ("Учебная CRM", "SANDBOX_PORT", plan.sandbox_port),
    ):
        _tell_of_another_port(name, setting, port)
    rows = {"Проверочная страница": f"{plan.url}/demo"} if plan.sandbox_url else {}
    rows |= {"Приём заявок": f"{plan.url}/submit", "Журнал заявок": f"{plan.url}/log"}
    if plan.sandbox_url:
        rows["Учебная CRM"] = plan.sandbox_url
    rows["Вход в журнал"] = _login_words(password)
    rows["Записи о работе"] = f"{plan.place.logs}/"
    width = max(map(len, rows))
    say("\nВсё работает.\n")
    for name, value in rows.items():
        say(f"  {name:<{width}}  {value}")
    if plan.sandbox_url:
        say("\n  CRM не настроена: заявки идут в учебную. Свою задают ENVYBOX_URL и")
        say("  ENVYBOX_API_KEY (в окружении или файле .env) либо файл sites.toml.")
    say("\nОстановить: Ctrl-C\n")


def _login_words(password: str | None) -> str:
    if password:
        return f"{FIRST_LOGIN} / {password}  (пароль показан один раз — сохраните)"
    python = os.path.relpath(sys.executable)
    return f"логин уже есть; другой пароль: {python} -m intake run users password {FIRST_LOGIN}"


def _tell_of_another_port(name: str, setting: str, port: Port | None) -> None:
    if port and port.usual:
        say(f"{name}: порт {port.usual} занят, взят {port.number} (выбрать свой: {setting}).")


def _what_broke(plan: Plan) -> str:
    log = log_of(plan.place, "web")
    last = tail(log)
    told = f" Последнее, что сказал приём:\n{last}" if last else ""
    return f"сервис не запустился или остановился сам; подробности в {plan.place.logs}/.{told}"
