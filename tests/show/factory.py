"""Rows for the log's tests: written as the rest of the service would write them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update

from intake.domain.attribution import Attribution
from intake.domain.lead import Lead, Phone
from intake.domain.person import Rights, Role
from intake.domain.site import CrmAccount, Directory, Site, StageRule, StartRule
from intake.domain.submission import spell_number
from intake.normalise import normalise
from intake.normalise.link_check import check_link
from intake.show import Hosts, Installing, Watchers, create_blueprint, create_shared_blueprint
from intake.show.passwords import hash_password
from intake.store.database import Database
from intake.store.models import attempts, audit, deliveries, submissions
from intake.store.sessions import finish_sign_in
from intake.store.throttle import Visit
from intake.store.users import User, add_user, begin_sign_in
from intake.store.words import kept_words

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 11, 5, 9, tzinfo=UTC)
LOGIN, PASSWORD = "anna", "верный пароль 1"
CANARY = "canary-api-key-8f1c"
ADMIN = Rights(Role.ADMIN)

_serial = count(1)
_hash = hash_password(PASSWORD)

SITES = {
    "okna": Site("okna", "Пластиковые окна", "main"),
    "dveri": Site(
        "dveri", "Двери и лестницы", "main", start=StartRule(3844), stage=StageRule(5635)
    ),
}
ACCOUNTS = {"main": CrmAccount("main", "https://mycrm.envycrm.com", CANARY)}


@dataclass
class Log:
    """A log over a database of its own, with one person in it; `rung` are the rings."""

    database: Database
    app: Flask
    clock: list[datetime]
    person: User
    rung: list[int] = field(default_factory=list)

    def client(self) -> FlaskClient:
        return self.app.test_client()

    def signed_in(self, person: User | None = None) -> FlaskClient:
        """Give the session that a sign-in gives, without its slow password check."""
        client, visit = self.client(), Visit("127.0.0.1", "Firefox/140.0 Linux")
        found = begin_sign_in(self.database, (person or self.person).login, visit)
        assert found is not None
        opened = finish_sign_in(self.database, found, visit)
        with client.session_transaction() as session:
            session["key"] = opened.key
        return client

    def as_(self, role: str, *sites: str) -> FlaskClient:
        """Sign in as somebody of this role who is given these sites, or all."""
        rights = Rights(Role(role), frozenset(sites) or None)
        return self.signed_in(add_person(self.database, f"{role}-{next(_serial)}", rights))


def open_log(
    path: Path,
    watchers: Watchers | None = None,
    installing: Installing | None = None,
    directory: Directory | None = None,
    hosts: Hosts | None = None,
) -> Log:
    clock = [NOW]
    file = path / "log.db"
    is_new = not file.exists()
    database = Database(f"sqlite:///{file}", clock=lambda: clock[0])
    if is_new:
        database.upgrade()
    person = add_person(database)
    app = Flask("test", template_folder=ROOT / "templates", static_folder=ROOT / "static")
    app.config.update(SECRET_KEY="test", SESSION_COOKIE_SAMESITE="Lax")
    log = Log(database, app, clock, person)
    app.register_blueprint(
        create_blueprint(
            database,
            directory or Directory(SITES, ACCOUNTS),
            log.rung.append,
            demo_url="/demo",
            now=lambda: clock[0],
            watchers=watchers,
            installing=installing,
            check_link=check_link,
            reread=lambda raw, _site: normalise(raw),
            hosts=hosts,
        )
    )
    shared = create_shared_blueprint(
        database, directory or Directory(SITES, ACCOUNTS), now=lambda: clock[0], hosts=hosts
    )
    app.register_blueprint(shared)
    return log


def add_person(database: Database, login: str = LOGIN, rights: Rights = ADMIN) -> User:
    return add_user(database, login, _hash, rights)


def token(client: FlaskClient, address: str) -> str:
    text = client.get(address).text
    return text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


def sign_in(client: FlaskClient, login: str, password: str, **more: str) -> Any:
    form = {"csrf_token": token(client, "/login"), "login": login, "password": password}
    return client.post("/login", data={**form, **more})


def lead(name: str | None = "Иван Петров", phone: str | None = "79123456789", **more: Any) -> Lead:
    number = Phone(phone, None, "RU", valid=True, original=phone) if phone else None
    defaults: dict[str, Any] = {
        "region": "Свердловская область",
        "region_from": "phone",
        "timezone": "UTC+05:00",
        "timezone_from": "browser",
        "attribution": Attribution(utm_source="yandex", utm_campaign="okna_msk"),
    }
    return Lead(name=name, phone=number, **{**defaults, **more})


def add_submission(
    database: Database,
    understood: Lead | None = None,
    *,
    raw: Mapping[str, Any] | None = None,
    at: datetime = NOW,
    **more: Any,
) -> str:
    """Add a submission; return its number."""
    understood = lead() if understood is None else understood
    serial = next(_serial)
    phone = understood.phone.value if understood.phone else None
    texts = (understood.name, phone, understood.email, understood.comment)
    row = {
        "uid": f"uid-{serial}",
        "number": spell_number(0x5DEECE66D * serial % 2**40),
        "site": "okna",
        "channel": "form",
        "state": "accepted",
        "received_at": at,
        "raw": {"fields": {"Имя": understood.name, "Телефон": phone}, **(raw or {})},
        "lead": understood.to_json(),
        "fingerprint": "0",
        "name": understood.name,
        "phone": phone,
        "email": understood.email,
        "region": understood.region,
        "timezone": understood.timezone,
        "utm_source": understood.attribution.utm_source,
        "utm_campaign": understood.attribution.utm_campaign,
        "search_text": kept_words((text for text in texts if text), phone),
    }
    with database.write() as connection:
        connection.execute(insert(submissions).values({**row, **more}))
    return str(more.get("number", row["number"]))


def submission_id(database: Database, number: str) -> int:
    with database.read() as connection:
        query = select(submissions.c.id).where(submissions.c.number == number)
        return int(connection.execute(query).scalar_one())


def add_delivery(database: Database, number: str, state: str = "delivered", **more: Any) -> int:
    """Add a delivery to a submission; return its id."""
    row = {
        "submission_id": submission_id(database, number),
        "crm": "main",
        "state": state,
        "steps_done": [],
        "ring_after": NOW,
        "created_at": NOW,
        "updated_at": NOW,
    }
    with database.write() as connection:
        answer = connection.execute(
            insert(deliveries).values({**row, **more}).returning(deliveries.c.id)
        )
        return int(answer.scalar_one())


def add_attempt(database: Database, delivery: int, **more: Any) -> None:
    row = {
        "delivery_id": delivery,
        "generation": 1,
        "number": 1,
        "step": "create",
        "method": "lead/workset",
        "effect": True,
        "request": {"request": {"name": "Иван", "phone": "79123456789"}},
        "started_at": NOW,
        "outcome": "ok",
        "duration_ms": 142.7,
        "http_status": 200,
        "reply": '{"status_code": 200, "message": "Успех"}',
    }
    with database.write() as connection:
        connection.execute(insert(attempts).values({**row, **more}))
        connection.execute(
            update(deliveries)
            .where(deliveries.c.id == delivery)
            .values(attempts=deliveries.c.attempts + 1)
        )


def add_deed(database: Database, number: str, at: datetime = NOW, **more: Any) -> None:
    row = {
        "at": at,
        "actor": LOGIN,
        "action": "redeliver",
        "submission_id": submission_id(database, number),
        "detail": {},
    }
    with database.write() as connection:
        connection.execute(insert(audit).values({**row, **more}))


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)
