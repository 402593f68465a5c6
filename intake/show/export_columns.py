"""The columns of a file: what a marketer wants of a submission, under which heading."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain

from intake.domain.attribution import UTM_MARKS, Touch
from intake.domain.site import CrmAccount, Directory
from intake.show import visit_words, words
from intake.show.crm_links import deal_link, lead_link
from intake.show.export_handling import HANDLING
from intake.show.issue_words import issue
from intake.show.language import RUSSIAN, _
from intake.show.pauses import Paused, with_pause
from intake.show.sheet import Cell, PhoneCell
from intake.show.status import status_of
from intake.show.text import Clock, phone, short, visible
from intake.store.export import ExportRow
from intake.store.log import DeliverySummary

# So many fields of pages' own get a column each; the others share one.
MOST_OWN = 20
LONGEST_OWN_TITLE = 60


@dataclass(frozen=True, slots=True)
class Place:
    """What is known beside the rows: sites, accounts, whose time and language, what waits."""

    directory: Directory
    clock: Clock
    now: datetime
    paused: Paused
    language: str = RUSSIAN


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `is_inner`: it is our own affair, and no reader of a link gets it.

    `is_extra`: it is there only for whoever asks for it.
    """

    name: str
    title: str
    group: str
    value: Callable[[ExportRow, Place], Cell]
    is_inner: bool = False
    is_extra: bool = False


def columns_named(names: Iterable[str]) -> tuple[Column, ...]:
    """Return the columns with these names in the order of the file; the usual, if none is known."""
    wanted = set(names)
    return tuple(each for each in COLUMNS if each.name in wanted) or USUAL


def own_names(rows: Iterable[ExportRow]) -> tuple[str, ...]:
    """Return the fields of pages' own that most of these rows have, the most common first."""
    counted = Counter(chain.from_iterable(own_fields(each) for each in rows))
    return tuple(name for name, _ in counted.most_common(MOST_OWN))


def own_fields(row: ExportRow) -> dict[str, str]:
    """Return what has no column of its own: other fields of the page, of the CRM, contacts."""
    lead = row.lead
    fields = dict(lead.extra)
    fields |= {_("Поле CRM № %(id)s", id=each.input_id): each.value for each in lead.custom}
    fields |= {words.contact(each.type): each.value for each in lead.contact_data}
    return fields


def own_columns(names: Sequence[str]) -> tuple[Column, ...]:
    """Return a column for each of these fields, and one for whatever fields there are besides."""
    own = tuple(
        Column(f"own {name}", short(name, LONGEST_OWN_TITLE), "own", partial(_own, name))
        for name in names
    )
    return (*own, Column("others", _("Другие поля"), "own", partial(_others, frozenset(names))))


def _own(name: str, row: ExportRow, _place: Place) -> Cell:
    return own_fields(row).get(name)


def _others(known: frozenset[str], row: ExportRow, _place: Place) -> Cell:
    rest = (f"{name}: {value}" for name, value in own_fields(row).items() if name not in known)
    return "; ".join(rest) or None


def _site(row: ExportRow, place: Place) -> Cell:
    site = place.directory.sites.get(row.row.site)
    return site.title if site else row.row.site


def _state(row: ExportRow, place: Place) -> Cell:
    return status_of(row.row, place.clock, place.now).word


def _reason(row: ExportRow, place: Place) -> Cell:
    status = status_of(row.row, place.clock, place.now)
    return with_pause(status, row.row.deliveries, place.paused).note


def _phone(row: ExportRow, _place: Place) -> Cell:
    return PhoneCell(phone(row.row.phone)) if row.row.phone else None


def _extension(row: ExportRow, _place: Place) -> Cell:
    return row.lead.phone.extension if row.lead.phone else None


def _mark(name: str, row: ExportRow, _place: Place) -> Cell:
    return row.lead.attribution.utm.get(name)


def _click(name: str, row: ExportRow, _place: Place) -> Cell:
    return row.lead.attribution.click_ids.get(name)


def _other_clicks(row: ExportRow, _place: Place) -> Cell:
    told = row.lead.attribution
    others = {**told.click_ids, **told.counter_ids}
    return "; ".join(f"{n}: {v}" for n, v in others.items() if n not in _CLICKS) or None


def _of_visit(name: str, row: ExportRow, _place: Place) -> Cell:
    value: str | None = getattr(row.lead.attribution, name)
    return value


def _utm_from(row: ExportRow, _place: Place) -> Cell:
    return visit_words.utm_from(row.lead.attribution.utm_from)


def _first(tell: Callable[[Touch], str | None], row: ExportRow, _place: Place) -> Cell:
    touch = row.lead.attribution.first_touch
    return tell(touch) if touch else None


def _touch_source(touch: Touch) -> str | None:
    if touch.source is None:
        return None
    kind = visit_words.visit_kind(touch.source.kind)
    return f"{kind}: {touch.source.name}" if touch.source.name else kind


def _touch_marks(touch: Touch) -> str | None:
    return "&".join(f"{name}={value}" for name, value in touch.utm.items()) or None


def _crm_id(name: str, row: ExportRow, _place: Place) -> Cell:
    ids = [getattr(each, name) for each in row.row.deliveries]
    known = [each for each in ids if each is not None]
    return known[0] if len(known) == 1 else ", ".join(map(str, known)) or None


def _deal(each: DeliverySummary) -> int | None:
    return each.deal_id or each.joined_deal_id


def _deals(row: ExportRow, _place: Place) -> Cell:
    known = [id_ for each in row.row.deliveries if (id_ := _deal(each))]
    return known[0] if len(known) == 1 else ", ".join(map(str, known)) or None


def _lead_links(row: ExportRow, place: Place) -> Cell:
    links = (
        lead_link(place.directory, each.crm, each.lead_id)
        for each in row.row.deliveries
        if each.lead_id and (account := _account(place, each)) and account.lead_page
    )
    return "\n".join(filter(None, links)) or None


def _deal_links(row: ExportRow, place: Place) -> Cell:
    links = (
        deal_link(place.directory, each.crm, id_)
        for each in row.row.deliveries
        if (id_ := _deal(each)) and (account := _account(place, each)) and account.deal_page
    )
    return "\n".join(filter(None, links)) or None


def _account(place: Place, delivery: DeliverySummary) -> CrmAccount | None:
    # Of an account whose cards have no known address the CRM's front door would be linked.
    return place.directory.accounts.get(delivery.crm)


def _seconds(row: ExportRow, _place: Place) -> Cell:
    """How long it took to the CRM: from the visitor's click, where that is told."""
    if row.delivered_at is None:
        return None
    took = row.delivered_at - row.row.received_at
    took += timedelta(milliseconds=row.row.waited_ms or 0)
    return round(max(took.total_seconds(), 0.0), 1)


def _issues(row: ExportRow, _place: Place) -> Cell:
    return "; ".join(dict.fromkeys(issue(visible(each.code)) for each in row.lead.issues)) or None


def _moment(of: Callable[[ExportRow], datetime | None], row: ExportRow, place: Place) -> Cell:
    moment = of(row)
    return moment.astimezone(place.clock.zone) if moment else None


_CLICKS = ("yclid", "gclid")

GROUPS: Mapping[str, str] = {
    "enquiry": "Заявка",
    "client": "Клиент",
    "marks": "Реклама",
    "visit": "Визит",
    "crm": "CRM",
    "log": "Журнал",
    "own": "Поля страницы",
}

_OWN_CHOICE = Column("own", "Другие поля, по колонке на каждое", "own", lambda *_: None)

COLUMNS: tuple[Column, ...] = (
    Column("number", "Номер", "enquiry", lambda each, _: each.row.number),
    Column("received", "Получена", "enquiry", partial(_moment, lambda each: each.row.received_at)),
    Column("site", "Сайт", "enquiry", _site),
    Column("state", "Состояние", "enquiry", _state),
    Column("reason", "Причина", "enquiry", _reason),
    Column("parent", "Дубль заявки", "enquiry", lambda each, _: each.row.parent),
    Column("repeats", "Повторов", "enquiry", lambda each, _: each.row.repeats or None),
    Column("name", "Имя", "client", lambda each, _: each.row.name),
    Column("phone", "Телефон", "client", _phone),
    Column("extension", "Добавочный", "client", _extension),
    Column("email", "Почта", "client", lambda each, _: each.row.email),
    Column("comment", "Комментарий", "client", lambda each, _: each.lead.comment),
    Column("region", "Регион", "client", lambda each, _: each.row.region),
    Column("timezone", "Часовой пояс", "client", lambda each, _: each.row.timezone),
    *(Column(name, name, "marks", partial(_mark, name)) for name in UTM_MARKS),
    Column("utm_from", "Откуда метки", "marks", _utm_from),
    *(Column(name, name, "marks", partial(_click, name)) for name in _CLICKS),
    Column("clicks", "Другие метки клика и счётчиков", "marks", _other_clicks),
    Column(
        "yandex_client_id",
        "ClientID Метрики",
        "marks",
        partial(_of_visit, "yandex_client_id"),
    ),
    Column(
        "google_client_id",
        "ClientID Google",
        "marks",
        partial(_of_visit, "google_client_id"),
    ),
    Column("landing_page", "Страница входа", "visit", partial(_of_visit, "landing_page")),
    Column("referrer", "Реферер", "visit", partial(_of_visit, "referrer")),
    Column("first_source", "Первый визит", "visit", partial(_first, _touch_source)),
    Column("first_marks", "Метки первого визита", "visit", partial(_first, _touch_marks)),
    Column("first_at", "Когда был первый визит", "visit", partial(_first, lambda each: each.at)),
    Column(
        "first_page",
        "Страница первого визита",
        "visit",
        partial(_first, lambda each: each.landing_page),
    ),
    Column("lead", "Лид", "crm", partial(_crm_id, "lead_id")),
    Column("lead_link", "Ссылка на лид", "crm", _lead_links, is_inner=True),
    Column("deal", "Сделка", "crm", _deals),
    Column("deal_link", "Ссылка на сделку", "crm", _deal_links, is_inner=True),
    Column(
        "employee",
        "Ответственный (№ сотрудника)",
        "crm",
        partial(_crm_id, "employee_id"),
        is_inner=True,
    ),
    Column("delivered", "В CRM", "crm", partial(_moment, lambda each: each.delivered_at)),
    Column("seconds", "До CRM, секунд", "crm", _seconds),
    Column("issues", "Исправления и сомнения", "enquiry", _issues),
    *(Column(*each[:2], "log", each[2], is_inner=True, is_extra=True) for each in HANDLING),
    _OWN_CHOICE,
)
USUAL = tuple(each for each in COLUMNS if not each.is_extra)


def laid_out(chosen: Sequence[Column], own: Sequence[str]) -> tuple[Column, ...]:
    """Return the columns of a file, given the fields of pages' own that get a column."""
    spread = own_columns(own)
    return tuple(
        chain.from_iterable(
            spread if each is _OWN_CHOICE else (replace(each, title=_(each.title)),)
            for each in chosen
        )
    )


def has_own(chosen: Sequence[Column]) -> bool:
    """Whether the fields of pages' own are wanted."""
    return _OWN_CHOICE in chosen
