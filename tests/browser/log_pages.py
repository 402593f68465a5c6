"""The pages of the log, each in the states it has: what a walk over all of them opens.

A new page is one line here.
"""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from intake.domain.health import Figures, Vitals, examine
from intake.domain.lead import Issue
from intake.domain.person import Rights, Role
from intake.show import Installing, Watchers
from tests.show import factory

HOSTILE = "</td><b>жирно\u202e" + "Ы" * 300

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


VISITS: Mapping[str, Visit] = {
    "list": Visit("/log"),
    "list, filtered": Visit("/log?site=okna&source=yandex&period=week&issue=utm_macro&again=new"),
    "list, nothing found": Visit("/log?text=криптовалюта&status=held"),
    "list, not understood": Visit("/log?since=когда-то&status=никакое&period=вечность"),
    "list, empty": Visit("/log", "somebody of no site"),
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
    "person, added": Visit(
        "/log/people", then=_send("Логин", "boris", "Завести и показать пароль")
    ),
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
    return factory.open_log(folder, Watchers(lambda: ill, list), installing)


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
    return {**numbers, "person": person.id}


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
