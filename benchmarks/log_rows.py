"""Many submissions as a few years of advertising leave them, written fast."""

import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import text

from intake.domain.attribution import Attribution
from intake.domain.lead import Issue, Lead, Phone
from intake.domain.submission import spell_number
from intake.store.database import Database
from intake.store.words import kept_words

START = datetime(2024, 1, 1, tzinfo=UTC)
BATCH = 20_000
RARE = 3

SITES = {"okna": 34, "dveri": 22, "kuhni": 16, "bani": 12, "zabory": 8, "lestnicy": 5, "septik": 3}
SOURCES = {"yandex": 44, "": 20, "google": 12, "vk": 12, "avito": 7, "telegram": 4, "mytarget": 1}
STATES = {"accepted": 920, "rejected": 45, "duplicate": 25, "held": 10}
DELIVERIES = {"delivered": 9960, "attention": 30, "retrying": 8, "pending": 2}
# A robot sends a good part of all with one number.
ROBOT, OF_ROBOT = "79999999999", 0.02
ISSUES = {"": 70, "phone_repaired": 14, "utm_macro": 8, "region_corrected": 4, "name_recased": 3}
ISSUES |= {"utm_case": 1}
CAMPAIGNS = {
    f"{kind}_{place}": 60 // (turn + 1) + 1
    for turn, (kind, place) in enumerate(
        (kind, place)
        for kind in ("poisk", "rsya", "brand", "smart", "retarget")
        for place in ("msk", "spb", "ekb", "nsk", "kzn", "krd", "rf", "sam")
    )
}
_REGIONS = """Москва; Московская область; Санкт-Петербург; Свердловская область; Пермский край;
Краснодарский край; Республика Татарстан; Новосибирская область; Самарская область; Омская область;
Ростовская область; Челябинская область; Нижегородская область; Приморский край;
Воронежская область; Тюменская область; Курская область"""
MEDIUMS = {"cpc": 60, "": 20, "organic": 9, "social": 6, "referral": 3, "email": 2}
REGIONS = {name.strip(): 80 // (turn + 1) + 1 for turn, name in enumerate(_REGIONS.split(";"))}
_NAMES = """Александр Сергей Елена Анна Ольга Иван Дмитрий Татьяна Мария Наталья Андрей Алексей
Ирина Светлана Екатерина Юлия Михаил Николай Владимир Артём Максим Семён Пётр Зоя Ия Глеб"""
_STEMS = """Иван Петр Кузнец Смирн Поп Сокол Лебед Козл Новик Мороз Волк Солов Васил Зайц Павл
Семён Голуб Виноград Богдан Воробь Фёдор Михайл Беля Тарас Бел Комар Орл Кисел"""
_WORDS = """нужно окно дверь замер завтра утром вечером позвоните цена сколько стоит балкон кухня
лестница забор монтаж доставка срочно квартира дом дача рассрочка скидка хочу узнать можно ли
приехать после обеда остекление лоджия веранда баня септик колодец профиль стекло"""
NAMES, STEMS, WORDS = _NAMES.split(), _STEMS.split(), _WORDS.split()
FAMILIES = [stem + end for end in ("ов", "ев", "ин", "ский", "енко", "ова") for stem in STEMS]


def fill(database: Database, rows: int) -> None:
    """Write that many submissions with their deliveries, in the order they came."""
    made = _rows(random.Random(rows), rows)
    while batch := list(islice(made, BATCH)):
        with database.write() as connection:
            raw: Any = connection.connection.driver_connection
            (_copy_sqlite if database.is_sqlite else _copy_postgres)(raw, batch)
    _assign(database)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")


def _assign(database: Database) -> None:
    """Give nineteen of twenty to five people, and three of a log to a sixth."""
    with database.write() as connection:
        for mark, whose in (
            ("'assigned:any'", "id % 20 <> 0"),
            ("'assigned:' || (1 + id % 5)", "id % 20 <> 0"),
            ("'assigned:6'", "id <= 3"),
        ):
            chosen = f"SELECT {mark}, id FROM submissions WHERE {whose}"  # noqa: S608  # our own
            insert = f"INSERT INTO marks (mark, submission_id) {chosen}"
            # Of a driver's own SQL one would take «%» for the place of a value.
            connection.execute(text(insert.replace(":", "\\:")))


COLUMNS = (
    *("id", "uid", "number", "site", "channel", "state", "reason", "repeats", "received_at"),
    *("raw", "lead", "fingerprint", "name", "phone", "email", "region", "timezone"),
    *("utm_source", "utm_campaign", "search_text"),
)
DELIVERY_COLUMNS = (
    *("id", "submission_id", "crm", "state", "ring_after", "steps_done", "lead_id", "deal_id"),
    *("created_at", "updated_at", "delivered_at"),
)

Row = tuple[tuple[Any, ...], tuple[Any, ...] | None]


def _copy_sqlite(raw: Any, batch: Sequence[Row]) -> None:
    for table, columns, values in _tables(batch):
        places = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608  # our own names
        raw.executemany(statement, values)


def _copy_postgres(raw: Any, batch: Sequence[Row]) -> None:
    for table, columns, values in _tables(batch):
        statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        with raw.cursor() as cursor, cursor.copy(statement) as copy:
            for each in values:
                copy.write_row(each)


def _tables(
    batch: Sequence[Row],
) -> tuple[tuple[str, Sequence[str], list[tuple[Any, ...]]], ...]:
    return (
        ("submissions", COLUMNS, [one for one, _ in batch]),
        ("deliveries", DELIVERY_COLUMNS, [two for _, two in batch if two]),
    )


def _rows(dice: random.Random, rows: int) -> Iterator[Row]:
    rare = set(dice.sample(range(1, rows + 1), RARE))
    step = timedelta(days=1000) / rows
    phones: list[str] = []
    for id_ in range(1, rows + 1):
        at = (START + step * id_).strftime("%Y-%m-%d %H:%M:%S.%f")
        lead = _lead(dice, phones, is_rare=id_ in rare)
        state = _draw(dice, STATES)
        yield (
            _submission(dice, id_, at, state, lead),
            (_delivery(dice, id_, at) if state == "accepted" else None),
        )


def _lead(dice: random.Random, phones: list[str], *, is_rare: bool) -> Lead:
    name = f"{dice.choice(NAMES)} {dice.choice(FAMILIES)}"
    known = phones and dice.random() < 0.08  # noqa: PLR2004  # a share of people come again
    phone = dice.choice(phones) if known else f"79{dice.randrange(10**9):09}"
    if dice.random() < OF_ROBOT:
        phone = ROBOT
    if not known and len(phones) < 200_000:  # noqa: PLR2004  # enough to choose from
        phones.append(phone)
    issue = "phone_second_number" if is_rare else _draw(dice, ISSUES)
    comment = " ".join(dice.choices(WORDS, k=dice.randrange(2, 14)))
    return Lead(
        name=name,
        phone=Phone(phone, None, "RU", valid=True, original=f"+{phone}"),
        email=f"u{phone[4:]}@mail.example" if dice.random() < 0.4 else None,  # noqa: PLR2004  # some have one
        comment=f"{comment} бассейн" if is_rare else comment,
        region=_draw(dice, REGIONS),
        timezone="UTC+05:00",
        attribution=Attribution(
            utm_source=_draw(dice, SOURCES) or None,
            utm_medium=_draw(dice, MEDIUMS) or None,
            utm_campaign="probnaya_2024" if is_rare else _draw(dice, CAMPAIGNS),
        ),
        issues=(Issue(issue, "phone", "Исправлено.", "8912"),) if issue else (),
    )


def _submission(dice: random.Random, id_: int, at: str, state: str, lead: Lead) -> tuple[Any, ...]:
    phone = lead.phone.value if lead.phone else None
    raw = {
        "fields": {"Имя": lead.name, "Телефон": phone, "Комментарий": lead.comment},
        "received_at": at,
        "page_url": f"https://okna.example/?utm_source={lead.attribution.utm_source}&yclid={id_}",
        "user_agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile",
    }
    mail = (lead.name, lead.email, lead.comment, lead.region, *lead.attribution.utm.values())
    return (
        *(id_, f"uid-{id_}", spell_number(0x5DEECE66D * id_ % 2**40), _draw(dice, SITES), "form"),
        *(state, "no_contact" if state == "rejected" else None, int(dice.random() < 0.02), at),  # noqa: PLR2004  # some send twice
        *(json.dumps(raw, ensure_ascii=False), json.dumps(lead.to_json(), ensure_ascii=False)),
        *("0", lead.name, phone, lead.email, lead.region, lead.timezone),
        *(lead.attribution.utm_source, lead.attribution.utm_campaign),
        kept_words((each for each in mail if each), phone),
    )


def _delivery(dice: random.Random, id_: int, at: str) -> tuple[Any, ...]:
    state, ids = _draw(dice, DELIVERIES), (id_ + 10**5, id_ + 10**6)
    made = datetime.fromisoformat(at) + timedelta(seconds=dice.lognormvariate(0.8, 1.5))
    done = f"{made:%Y-%m-%d %H:%M:%S.%f}" if state == "delivered" else None
    return (id_, id_, "main", state, at, "[]", *ids, at, at, done)


_weights: dict[int, tuple[list[str], list[float]]] = {}


def _draw(dice: random.Random, among: dict[str, int]) -> str:
    names, edges = _weights.setdefault(id(among), (list(among), _edges(among)))
    return dice.choices(names, cum_weights=edges)[0]


def _edges(among: dict[str, int]) -> list[float]:
    total, edges = 0, []
    for weight in among.values():
        total += weight
        edges.append(float(total))
    return edges
