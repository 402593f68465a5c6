"""A log that holds one of everything it can show; what people typed is in Latin letters."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain, cycle
from typing import Any

from sqlalchemy import insert, select

from intake.domain.attribution import Attribution, Touch, UtmFrom, VisitKind, VisitSource
from intake.domain.breaker import Breaker, PauseReason
from intake.domain.bulk import BulkAction, RunState
from intake.domain.bulk import Order as BulkOrder
from intake.domain.correction import Change
from intake.domain.delivery import DeliveryState, Outcome, Step
from intake.domain.doubt import SENTENCES, Doubt
from intake.domain.lead import CONTACT_TYPES, Contact, CustomValue, Issue, KnownFrom, Lead, Phone
from intake.domain.place import AS_CONFIGURED, CRM_CHOOSES
from intake.domain.reconciliation import FindingKind
from intake.domain.site import CrmAccount, Directory, Site, StageRule, StartRule
from intake.domain.submission import Channel
from intake.domain.trouble import Kind
from intake.normalise.issues import SENTENCES as ISSUES
from intake.show.list_parts import ALL
from intake.show.words import _REASONS
from intake.store import breakers, exports
from intake.store.assigning import assign
from intake.store.bulk_preview import prepare
from intake.store.correction_models import corrections
from intake.store.exports import ExportState, Taking
from intake.store.handling_models import bulk_runs
from intake.store.links import NewLink, make_link
from intake.store.models import findings, reconciliations, troubles
from intake.store.notes import add_note, delete_note
from intake.store.views import save_view
from tests.show.factory import (
    ACCOUNTS,
    NOW,
    Log,
    add_attempt,
    add_deed,
    add_delivery,
    add_submission,
    minutes,
    submission_id,
)

SITES = Directory(
    {
        "okna": Site("okna", "Windows", "main"),
        "dveri": Site("dveri", "Doors", "main", start=StartRule(3844), stage=StageRule(5635)),
    },
    {**ACCOUNTS, "second": CrmAccount("second", "https://second.envycrm.com", "other-key")},
)

MESSAGES = (
    "CRM отказала: «No such stage».",
    "Связь оборвалась, и неизвестно, принят ли запрос.",
    "Внутренняя ошибка при отправке: ValueError.",
)
TROUBLES = {
    Kind.ATTENTION: "«Windows»: заявок, которым нужно внимание: 2. Сами они в CRM не попадут. "
    "Откройте их в журнале: там сказано, что случилось и кто что делает.",
    Kind.PAUSED: "Доставка в CRM «main» приостановлена: CRM не отвечает. Проверьте, открывается "
    "ли её адрес с сервера. Заявки копятся и уйдут сами, как только CRM ответит.",
    Kind.LATE: "Заявка ждёт доставки уже 14 мин, обычно это секунды. Проверьте, работают ли "
    "процессы worker и sweep; какая заявка ждёт, видно в журнале.",
    Kind.SILENCE: "«Windows»: заявок нет 3 ч, а в эти же часы прошлых недель их было в среднем 7. "
    "Откройте сайт, отправьте форму сами и проверьте рекламу.",
}


def latin_lead(**more: Any) -> Lead:
    """A lead with something in every place."""
    marks: dict[str, Any] = {"utm_source": "google", "utm_campaign": "windows"}
    sources = cycle(VisitSource(kind, "Google") for kind in VisitKind)
    touch = Touch(marks, {}, "https://okna.example/", "https://google.com/", "2026-11-20T10:00:00")
    values: dict[str, Any] = {
        "name": "Ann Smith",
        "phone": Phone("79123456789", "101", "RU", valid=False, original="8 912 345 67 89 x101"),
        "email": "ann@mail.example",
        "comment": "Two windows",
        "region": "Ural",
        "region_from": "phone",
        "timezone": "UTC+05:00",
        "timezone_from": "browser",
        "visit_id": "v-1",
        "custom": (CustomValue(3824, "12 m"),),
        "contact_data": tuple(Contact(each, "ann") for each in sorted(CONTACT_TYPES)),
        "extra": {"size": "big"},
        "tags": ("windows",),
        "record_link": "https://records.example/1",
        "inbox_type_id": 1,
        "pipeline_id": 2,
        "attribution": Attribution(
            **marks,
            utm_from="field",
            google_client_id="1.2",
            yandex_client_id="3",
            click_ids={"gclid": "abc"},
            landing_page="https://okna.example/",
            referrer="https://google.com/",
            first_touch=Touch(**{**_members(touch), "source": next(sources)}),
            last_touch=Touch(**{**_members(touch), "source": None}),
        ),
    }
    return Lead(**{**values, **more})


def _members(touch: Touch) -> dict[str, Any]:
    return {name: getattr(touch, name) for name in Touch.__slots__}


def raw() -> dict[str, Any]:
    return {
        "fields": {"name": "Ann", "agree": True, "sizes": ["a", "b"]},
        "page_url": "https://okna.example/",
        "page_title": "Windows",
        "referrer": "https://google.com/",
        "ip": "203.0.113.5",
        "user_agent": "Firefox",
        "tz_offset": -300,
        "first_touch": {"utm_source": "google"},
        "last_touch": {"utm_source": "google"},
        "client_ids": {"ga": "1.2"},
        "consent": {"text_version": "v3", "at": "2026-11-23T10:00:00Z"},
        "fill_ms": 12_500,
        "tries": 3,
        "waited_ms": 90_000,
        "cookies": {"_ga": "GA1.2.1.2"},
    }


def fill(log: Log) -> list[str]:
    """Put one of everything into the log; return the numbers of its submissions."""
    numbers = [*_at_the_door(log), *_on_the_way(log), *_understood(log)]
    _service(log, numbers)
    _by_people(log, numbers)
    save_view(log.database, log.person.id, "Today", "period=today")
    return numbers


def _add(log: Log, lead: Lead | None = None, **more: Any) -> str:
    return add_submission(log.database, lead or latin_lead(), **{"raw": raw(), **more})


def _at_the_door(log: Log) -> Iterator[str]:
    for reason in _REASONS:
        yield _add(log, state="rejected", reason=reason)
    for doubt in Doubt:
        yield _add(log, state="held", doubts=[doubt.value])
    yield _add(log, state="held", doubts=[*SENTENCES])
    spam = _add(log, state="spam", doubts=["trap"])
    add_deed(log.database, spam, action="spam")
    yield spam
    first = _add(log, repeats=2, tries=2, waited_ms=30_000, doubts=["links"])
    yield first
    yield _add(log, state="duplicate", duplicate_of=submission_id(log.database, first))
    nothing: dict[str, Any] = {"raw": {"fields": {}}}
    yield _add(log, Lead(), **nothing, state="rejected", reason="no_contact")
    yield _add(log, Lead(), **nothing, erased_at=NOW, site="gone")


def _on_the_way(log: Log) -> Iterator[str]:
    later = {"next_attempt_at": NOW + minutes(7), "message": MESSAGES[0]}
    for outcome, message in zip(Outcome, cycle(MESSAGES), strict=False):
        number = _add(log)
        failed = {"outcome": outcome.value, "message": message, "steps_done": ["create"]}
        delivery = add_delivery(log.database, number, "attention", doubtful=True, **failed)
        for place, step in enumerate(Step, 1):
            add_attempt(
                log.database,
                delivery,
                number=place,
                step=step.value,
                outcome=outcome.value,
                message=message,
                effect=bool(place % 2),
                request={"request": {"name": "Ann"}},
                reply=None if place == 1 else "{}",
            )
        cut_short: dict[str, Any] = {
            "outcome": None,
            "duration_ms": None,
            "request": {},
            "reply": None,
        }
        add_attempt(log.database, delivery, number=20, **cut_short)
        add_deed(log.database, number, detail={"from_scratch": True})
        yield number
    for state in (DeliveryState.PENDING, DeliveryState.RETRYING, DeliveryState.ATTENTION):
        number = _add(log, site="dveri")
        add_delivery(log.database, number, state.value, **later)
        yield number
    done: dict[str, Any] = {
        "lead_id": 1,
        "deal_id": 2,
        "client_id": 3,
        "employee_id": 4,
        "task_id": 5,
    }
    joined: tuple[dict[str, Any], ...] = ({}, {"joined_deal_id": 7}, {"doubtful": True})
    for more in joined:
        number = _add(log, waited_ms=1200)
        moment = NOW + minutes(0.1)
        add_delivery(log.database, number, delivered_at=moment, crm="second", **done, **more)
        add_delivery(log.database, number, delivered_at=moment, **done)
        yield number


def _understood(log: Log) -> Iterator[str]:
    issues = [Issue(code, "phone", message, "as typed") for code, message in ISSUES.items()]
    yield _add(log, latin_lead(issues=tuple(issues)))
    sources: Iterator[Any] = chain(
        ({"region_from": each.value, "timezone_from": each.value} for each in KnownFrom),
        ({"region": None, "region_from": "visit"} for _ in range(1)),
        ({"attribution": Attribution(utm_source="x", utm_from=each.value)} for each in UtmFrom),
        ({"attribution": _visit(each)} for each in VisitKind),
    )
    for more, channel in zip(sources, cycle(Channel), strict=False):
        yield _add(log, latin_lead(**more), channel=channel.value)


def _visit(kind: VisitKind) -> Attribution:
    return Attribution(last_touch=Touch(source=VisitSource(kind, "Google")))


def _service(log: Log, numbers: list[str]) -> None:
    ids = [submission_id(log.database, number) for number in numbers[:4]]
    with log.database.write() as connection:
        for kind in Kind:
            row = {"kind": kind.value, "subject": "okna", "since": NOW}
            message = TROUBLES.get(kind, TROUBLES[Kind.LATE])
            connection.execute(insert(troubles).values(**row, message=message))
            over = {"over_at": NOW + minutes(5), "told_at": NOW}
            connection.execute(insert(troubles).values(**row, **over, message=message))
        for failed in (None, "Сверки не было: доставка приостановлена."):
            row = {"crm": "main", "since": NOW, "until": NOW, "started_at": NOW, "ended_at": NOW}
            made = insert(reconciliations).values(**row, message=failed)
            connection.execute(made)
        row = {"crm": "main", "since": NOW, "until": NOW, "started_at": NOW}
        for more in ({}, {"ended_at": NOW}):
            made = insert(reconciliations).values(**row, **more).returning(reconciliations.c.id)
            comparison = connection.execute(made).scalar_one()
        for kind, of in zip((*FindingKind, *FindingKind), ids, strict=False):
            finding = {"reconciliation_id": comparison, "submission_id": of, "lead_ids": [1, 2]}
            connection.execute(insert(findings).values(**finding, kind=kind.value))


KEY = "k" * 20
# Filters are kept with a deed in Russian words.
_FILTER = "Состояние: придержано; Период: 7 дней; Исправления: телефон: исправлен; Источник: ya"
_CHANGES = (
    Change("phone", "+79123456789 доб. 101", "+79123456780"),
    Change("stage", AS_CONFIGURED, CRM_CHOOSES),
    Change("site", "Windows", "Doors"),
)


def _by_people(log: Log, numbers: list[str]) -> None:
    """Do what people do: note, assign, correct, do to many, export, share."""
    database, me = log.database, log.person
    ids = [submission_id(database, number) for number in numbers]
    for whose in (ids[0], ids[-1]):
        add_note(database, whose, me.login, "Call after six")
        add_note(database, whose, me.login, "Called")
        assign(database, whose, me.id, me.login)
        with database.write() as connection:
            for changes, cards in ((_CHANGES, [{"crm": "main", "lead_id": 7}]), ((), [])):
                row = {"submission_id": whose, "at": NOW, "actor": me.login, "site": "okna"}
                row |= {"effect": "first", "before": {}, "left_in_crm": cards}
                told = [each.to_json() for each in changes]
                connection.execute(insert(corrections).values(**row, changes=told))
    delete_note(database, ids[0], 1, me.login, anybodys=True)
    assign(database, ids[-1], None, me.login)
    detail: dict[str, Any] = {"fields": ["phone", "site"], "effect": "first"}
    add_deed(database, numbers[-1], action="correct", detail=detail)
    _bulk(log, numbers)
    for state, kept in zip(ExportState, cycle((_FILTER, ALL)), strict=False):
        taking = Taking(me.id, me.login, f"{state}-{KEY}")
        taken = exports.begin(database, taking, {"format": "csv", "filter": kept})
        if taken is not None:
            exports.finish(database, taken, state, 3)
    link(log, masked=True)


def _bulk(log: Log, numbers: list[str]) -> None:
    sites = frozenset(SITES.sites)
    for action in BulkAction:
        run_id = prepare(log.database, log.person, BulkOrder(action, sites), numbers)
        for state in RunState:
            values = {"state": state.value, "ended_at": NOW, "started_at": NOW}
            with log.database.write() as connection:
                ran = select(bulk_runs).where(bulk_runs.c.id == run_id)
                row = dict(connection.execute(ran).mappings().one())
                del row["id"]
                connection.execute(insert(bulk_runs).values(row | values))


def link(log: Log, **more: Any) -> str:
    """Share everything; return the key of the link."""
    wanted = NewLink("", "status=accepted", "UTC", timedelta(days=7), downloads=True, **more)
    return str(make_link(log.database, log.person, wanted))


def pause(log: Log, reason: PauseReason) -> None:
    """Pause both accounts, the one until soon and the other until later."""
    for crm, moment in (("main", NOW + minutes(0.5)), ("second", NOW + minutes(30))):
        paused = Breaker(
            NOW - minutes(20),
            reason,
            "CRM не приняла ключ API, проверьте его в настройках.",
            moment,
        )
        breakers.change(log.database, crm, lambda *_, paused=paused: paused)
