"""The pages of the log, each in the states it has: what a walk over all of them opens.

A new page is one line here.
"""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import request
from playwright.sync_api import Page
from sqlalchemy import insert

from intake.domain.bulk import BulkAction, Order
from intake.domain.health import Figures, Health, Vitals, examine
from intake.domain.lead import Issue
from intake.domain.person import Rights, Role
from intake.errors import StoreUnavailableError
from intake.show import Installing, Watchers
from intake.store.assigning import assign
from intake.store.bulk_preview import prepare
from intake.store.bulk_runs import start
from intake.store.bulk_work import Rules, work_on
from intake.store.correction_models import corrections
from intake.store.links import NewLink, make_link
from intake.store.notes import add_note
from tests.show import factory

HOSTILE = "</td><b>жирно\u202e" + "Ы" * 300

# Whose data are erased on the walk.
LEAVING = "leaving@mail.example"
EMPTY = "somebody of no site"

# Who opens it: the administrator unless another is named; NOBODY is not signed in.
NOBODY = "nobody"


@dataclass(frozen=True)
class Visit:
    """A page to open: its address, with numbers of submissions to put in; who opens it.

    `then` is done on the page once it is open, for what only a form's answer shows.
    """

    path: str
    who: str = Role.ADMIN
    then: Callable[[Page], None] | None = None


def _send(label: str, text: str, button: str) -> Callable[[Page], None]:
    def fill(page: Page) -> None:
        page.get_by_label(label, exact=False).first.fill(text)
        with page.expect_navigation():
            page.get_by_role("button", name=button).first.click()

    return fill


def _sign_in_wrongly(page: Page) -> None:
    page.get_by_label("Пароль").fill("не тот")
    _send("Логин", "anna", "Войти")(page)


def _press(button: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        with page.expect_navigation():
            page.get_by_role("button", name=button).first.click()

    return press


def _forget_who_asked(page: Page) -> None:
    page.locator(".languages [name=csrf_token]").evaluate("each => { each.value = 'stale' }")
    _press("EN — English")(page)


def _choose_all(button: str) -> Callable[[Page], None]:
    def choose(page: Page) -> None:
        page.get_by_label("выбрать всё найденное").check()
        # A row's own buttons are called the same.
        with page.expect_navigation():
            page.locator("#bulk").get_by_role("button", name=button).click()

    return choose


def _correct_all(page: Page) -> None:
    _choose_all("Исправить…")(page)
    page.get_by_label("Ответственный").select_option("")
    _press("Посмотреть, что изменится")(page)


def _open_numbers(page: Page) -> None:
    page.get_by_text("Те же числа таблицей").click()


def _erase(page: Page) -> None:
    _send("Телефон или почта", LEAVING, "Найти")(page)
    page.get_by_label("Стереть навсегда").check()
    _press("Стереть данные")(page)


def _add_boris(page: Page) -> None:
    form = page.locator("form", has=page.get_by_label("Логин"))
    form.locator("[name=role]").first.check()
    form.locator("[name=all_sites]").first.check()
    _send("Логин", "boris", "Завести и показать пароль")(page)


VISITS: Mapping[str, Visit] = {
    "list": Visit("/log"),
    "list, filtered": Visit("/log?site=okna&source=yandex&period=week&issue=utm_macro&again=new"),
    "list, nothing found": Visit("/log?text=криптовалюта&status=held"),
    "list, not understood": Visit("/log?since=когда-то&status=никакое&period=вечность"),
    "list, empty": Visit("/log", EMPTY),
    "list of a viewer": Visit("/log", Role.VIEWER),
    "keys": Visit("/log", then=lambda page: page.keyboard.press("?")),
    "delivered": Visit("/log/{delivered}"),
    "pending": Visit("/log/{pending}"),
    "retrying": Visit("/log/{retrying}"),
    "attention": Visit("/log/{attention}"),
    "held": Visit("/log/{held}"),
    "spam": Visit("/log/{spam}"),
    "rejected": Visit("/log/{rejected}"),
    "duplicate": Visit("/log/{duplicate}"),
    "erased": Visit("/log/{erased}"),
    "hostile": Visit("/log/{hostile}"),
    "health": Visit("/log/health"),
    "people": Visit("/log/people"),
    "person": Visit("/log/people/{person}"),
    "person, added": Visit("/log/people", then=_add_boris),
    "account": Visit("/log/account"),
    "audit": Visit("/log/audit"),
    "audit, nothing found": Visit("/log/audit?number=7"),
    "erase": Visit("/log/erase"),
    "erase, found": Visit("/log/erase", then=_send("Телефон или почта", "79123456789", "Найти")),
    "install": Visit("/install/okna"),
    "views": Visit("/log/views"),
    "utm": Visit("/log/utm?period=all"),
    "utm, in order": Visit("/log/utm?site=dveri"),
    "utm, checked": Visit(
        "/log/utm",
        then=_send("Ссылка из объявления", "https://a.example/?utm_source=Ya\nпривет", "Проверить"),
    ),
    "overview": Visit("/log/overview?period=month", then=_open_numbers),
    "overview of a viewer": Visit("/log/overview?period=quarter", Role.VIEWER, _open_numbers),
    "overview, empty": Visit("/log/overview", EMPTY),
    "noted and corrected": Visit("/log/{corrected}"),
    "correct": Visit("/log/{held}/correct"),
    "correct, rejected": Visit(
        "/log/{rejected}/correct", then=_send("Телефон", "12", "Посмотреть, что уйдёт")
    ),
    "correct, preview": Visit("/log/{attention}/correct", then=_press("Посмотреть, что уйдёт")),
    "list, ticked": Visit("/log", then=lambda page: page.get_by_label("Отметить").first.check()),
    "bulk, preview": Visit("/log?status=held", then=_choose_all("Спам")),
    "bulk, note": Visit("/log?status=held", then=_choose_all("Заметка…")),
    "bulk, correct": Visit("/log?status=held", then=_choose_all("Исправить…")),
    "bulk, correct, preview": Visit("/log?status=held", then=_correct_all),
    "bulk, nothing to do": Visit("/log?status=delivered", then=_choose_all("Спам")),
    "bulk, running": Visit("/log/bulk/{running}"),
    "bulk, done": Visit("/log/bulk/{done}"),
    "bulk, all": Visit("/log/bulk"),
    "bulk, none": Visit("/log/bulk", Role.MARKETER),
    "export": Visit("/log/export?site=okna&text=иван"),
    "export, nothing": Visit("/log/export", EMPTY),
    "links": Visit("/log/links"),
    "links, none": Visit("/log/links", EMPTY),
    "links, new": Visit("/log/links?new=1&site=okna"),
    "links, made": Visit("/log/links?new=1", Role.MARKETER, _press("Сделать ссылку")),
    "shared": Visit("/shared/{shared}", NOBODY),
    "shared, empty": Visit("/shared/{shared_empty}", NOBODY),
    "shared, over": Visit("/shared/long-gone", NOBODY),
    "erase, nobody": Visit(
        "/log/erase", then=_send("Телефон или почта", "nobody@mail.example", "Найти")
    ),
    "erase, finished": Visit("/log/erase", then=_erase),
    "stale form": Visit("/log/account", then=_forget_who_asked),
    "our mistake": Visit("/log/health?fail=mistake"),
    "no database": Visit("/log/health?fail=outage"),
    "no such page": Visit("/log/nowhere/at/all"),
    "no such submission": Visit("/log/7F3K-2M9Q"),
    "not allowed": Visit("/log/people", Role.VIEWER),
    "login": Visit("/login", NOBODY),
    "login, wrong": Visit("/login", NOBODY, _sign_in_wrongly),
}


def open_full_log(folder: Path, template: Path) -> factory.Log:
    """Open a log of a copy of `template` with every page and feature it may have."""
    shutil.copyfile(template, folder / "log.db")
    ill = examine(Figures(True, Vitals(timedelta(minutes=9), None), 10**7, 4000))
    installing = Installing("https://leads.example", True, lambda _site: "pass")
    return factory.open_log(folder, Watchers(lambda: _look(ill), list), installing)


def _look(health: Health) -> Health:
    """Look how everything is; the address may ask for a failure of the page."""
    match request.args.get("fail"):
        case "mistake":
            raise ZeroDivisionError
        case "outage":
            raise StoreUnavailableError
    return health


def fill(log: factory.Log) -> dict[str, object]:
    """Add a submission of every kind; return what paths have to be filled in with."""
    database = log.database
    numbers: dict[str, object] = {}
    for state in ("delivered", "pending", "retrying", "attention"):
        issues = (Issue("utm_macro", "utm_term", "Так вышло.", "{keyword}"),)
        number = factory.add_submission(database, factory.lead(issues=issues), repeats=2)
        ids = {"lead_id": 104210, "deal_id": 77} if state == "delivered" else {}
        message = "CRM не приняла телефон" if state == "attention" else None
        more = {"outcome": "refused", "message": message} if message else {}
        delivery = factory.add_delivery(database, number, state, **ids, **more)
        factory.add_attempt(database, delivery)
        factory.add_deed(database, number)
        numbers[state] = number
    for state, row in _others(str(numbers["delivered"]), log).items():
        numbers[state] = factory.add_submission(database, **row)
    strange = factory.lead(HOSTILE, comment=HOSTILE, extra={HOSTILE: HOSTILE})
    numbers["hostile"] = factory.add_submission(database, strange, site=HOSTILE[:90])
    person = factory.add_person(database, "vera", Rights(Role.MARKETER, frozenset({"okna"})))
    return {**numbers, "person": person.id, **_handled(log)}


def _others(parent: str, log: factory.Log) -> dict[str, dict[str, Any]]:
    doubtful = {"doubts": ["too_fast", "links"]}
    original = factory.submission_id(log.database, parent)
    return {
        "held": {"state": "held", **doubtful},
        "spam": {"state": "spam", **doubtful},
        "rejected": {"state": "rejected", "reason": "no_contact"},
        "duplicate": {"state": "duplicate", "duplicate_of": original},
        "erased": {"erased_at": factory.NOW, "name": None, "phone": None},
    }


def _handled(log: factory.Log) -> dict[str, object]:
    """Add what people do: notes, corrections, deeds to many, links."""
    database, person = log.database, log.person
    leaving = factory.add_submission(database, factory.lead("Зоя", None, email=LEAVING))
    factory.add_delivery(database, leaving)
    corrected = factory.add_submission(database, state="rejected", reason="no_contact")
    id_ = factory.submission_id(database, corrected)
    for text in ("Перезвонить в шесть", HOSTILE):
        add_note(database, id_, person.login, text)
    assign(database, id_, person.id, person.login)
    _correct(log, id_)
    held = [factory.add_submission(database, state="held", doubts=["trap"]) for _ in range(3)]
    runs = [prepare(database, person, Order(BulkAction.SPAM), held) for _ in range(2)]
    for run in runs:
        start(database, run, person.login)
    work_on(database, runs[0], Rules({"okna": "main"}))
    shared, empty = (_share(log, title) for title in ("Иван", "никого нет"))
    return {
        "corrected": corrected,
        "done": runs[0],
        "running": runs[1],
        "shared": shared,
        "shared_empty": empty,
    }


def _correct(log: factory.Log, submission_id: int) -> None:
    row = {"submission_id": submission_id, "at": factory.NOW, "actor": log.person.login}
    changes = [{"field": "phone", "was": "8 912", "now": "79123456789"}]
    changes += [{"field": "comment", "was": "", "now": HOSTILE}]
    left = [{"crm": "main", "lead_id": 7, "deal_id": None, "client_id": None}]
    row |= {"site": "okna", "effect": "new", "before": factory.lead().to_json()}
    with log.database.write() as connection:
        connection.execute(insert(corrections).values(**row, changes=changes, left_in_crm=left))


def _share(log: factory.Log, text: str) -> str:
    query = urlencode({"text": text, "site": "okna"})
    wanted = NewLink("агентство", query, "Europe/Moscow", timedelta(days=7), downloads=True)
    token = make_link(log.database, log.person, wanted)
    assert token
    return token
