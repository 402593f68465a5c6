"""What a site wants done with a lead once it is there: `start` to `task`, and who gets it."""

import re
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from intake.domain.hours import DAYS, WorkingTime, read_days, read_hours
from intake.domain.sharing import Share
from intake.domain.site import Repeat, StageRule, StartRule, TaskRule
from intake.domain.wording import PLACEHOLDERS, unknown_places
from intake.toml_table import Table

WORKING_KEYS = {"hours", "days", "timezone"}
# What is done to the deal: then the lead has to be taken into work first.
DEAL_KEYS = {"stage", "tags_deal", "comment", "deal_fields", "task"}
AFTER_KEYS = {"start", "repeat", "responsible", *DEAL_KEYS, *WORKING_KEYS}

MOST_WEIGHT = 1000
LONGEST_AFTER = timedelta(days=30)

_EMPLOYEE = "номер сотрудника, например 182"
_HOURS = 'часы работы, например "09:00-18:00"'
_DAYS = 'дни недели, например "пн-пт" или "пн, ср, сб"'
_ZONE = 'часовой пояс, например "Europe/Moscow"'
_AFTER = 'срок, например "15m", "2h" или "1d"'
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def read_start(table: Table) -> StartRule | None:
    """Read `start`; what is done to the deal wants it for nobody in particular."""
    data = table.data.get("start")
    if data is None:
        return StartRule(user_id=0) if DEAL_KEYS & table.data.keys() else None
    inner = Table(f"{table.name}.start", data, {"user_id", "employee_id"})
    employee = inner.id("employee_id", _EMPLOYEE) or 0
    return StartRule(inner.need_id("user_id", "номер администратора, например 3844"), employee)


def read_stage(table: Table) -> StageRule | None:
    """Read `stage`."""
    data = table.data.get("stage")
    if data is None:
        return None
    inner = Table(f"{table.name}.stage", data, {"stage_id", "employee_id"})
    return StageRule(
        inner.need_id("stage_id", "номер этапа, например 5635"),
        inner.id("employee_id", _EMPLOYEE),
    )


def read_repeat(table: Table) -> Repeat:
    """Read `repeat`."""
    example = " или ".join(f'"{each}"' for each in Repeat)
    try:
        return Repeat(table.get("repeat", str, example) or Repeat.NEW)
    except ValueError:
        raise table.wrong("repeat", example) from None


def read_tags(table: Table) -> tuple[str, ...]:
    """Read `tags_deal`."""
    example = 'список слов, например ["сайт"]'
    tags = [tag.strip() for tag in table.list_of("tags_deal", str, example)]
    if not all(tags):
        raise table.wrong("tags_deal", example)
    return tuple(tags)


def read_comment(table: Table) -> str | None:
    """Read `comment`, the text of a comment of the deal."""
    return _text(table, "comment", 'текст, например "Пришла с сайта {site}"')


def read_fields(table: Table) -> dict[int, str]:
    """Read `deal_fields`: the ids of fields and what is written into them."""
    data = table.get("deal_fields", dict, 'таблицу, например { 3444 = "15000" }') or {}
    inner = Table(f"{table.name}.deal_fields", data, set(data))
    return {_field_id(inner, key): _needed_text(inner, key) for key in data}


def _field_id(table: Table, key: str) -> int:
    if not (key.isascii() and key.isdecimal() and int(key) > 0):
        raise table.wrong(key, 'номер поля, например 3444 = "15000"')
    return int(key)


def read_task(table: Table) -> TaskRule | None:
    """Read `task`."""
    data = table.data.get("task")
    if data is None:
        return None
    inner = Table(f"{table.name}.task", data, {"text", "after", "employee_id"})
    text, after = _needed_text(inner, "text"), inner.get("after", str, _AFTER) or "0m"
    return TaskRule(text, _delay(inner, after), inner.id("employee_id", _EMPLOYEE))


def _delay(table: Table, text: str) -> timedelta:
    found = re.fullmatch(r"(\d{1,5})\s?([mhd])", text.strip(), re.ASCII)
    delay = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else None
    if delay is None or delay > LONGEST_AFTER:
        raise table.wrong("after", f"{_AFTER}, не больше 30 дней")
    return delay


def _needed_text(table: Table, key: str) -> str:
    text = _text(table, key, 'текст, например "Перезвонить: {name}, {phone}"')
    if text is None:
        raise table.wrong(key, 'текст, например "Перезвонить: {name}, {phone}"')
    return text


def _text(table: Table, key: str, example: str) -> str | None:
    text = table.get(key, str, example)
    if text is None:
        return None
    if not text.strip():
        raise table.wrong(key, example)
    if unknown_places(text):
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise table.wrong(key, f"в фигурных скобках что-то из этого: {known}")
    return text


def read_responsible(table: Table) -> tuple[Share, ...]:
    """Read `responsible`: among whom leads are shared out.

    Hours, days and time zone that an employee does not tell are the site's.
    """
    data = table.data.get("responsible")
    if data is None:
        return ()
    inner = Table(f"{table.name}.responsible", data, {"employees"})
    example = "список сотрудников, например [{ id = 182 }, { id = 183, weight = 2 }]"
    people = inner.list_of("employees", dict, example)
    shares = tuple(_share(inner.name, one, table.data) for one in people)
    if not shares or len({one.employee_id for one in shares}) < len(shares):
        raise inner.wrong("employees", f"{example}, каждый по одному разу")
    return shares


def _share(name: str, data: dict[str, Any], site: dict[str, Any]) -> Share:
    table = Table(f"{name}.employees", data, {"id", "weight", *WORKING_KEYS})
    weight = table.data.get("weight", 1)
    if type(weight) is not int or not 0 < weight <= MOST_WEIGHT:
        raise table.wrong("weight", f"целое число от 1 до {MOST_WEIGHT}, например 2")
    inherited = {key: site[key] for key in WORKING_KEYS & site.keys()} | data
    working = read_working(Table(table.name, inherited, {*inherited}))
    return Share(table.need_id("id", _EMPLOYEE), weight, working)


def read_working(table: Table) -> WorkingTime | None:
    """Read `hours`, `days` and `timezone`; None where none of them is told."""
    if not WORKING_KEYS & table.data.keys():
        return None
    starts, ends = _hours(table)
    return WorkingTime(starts, ends, _days(table), _zone(table))


def _hours(table: Table) -> tuple[time, time]:
    try:
        return read_hours(table.get("hours", str, _HOURS) or "00:00-24:00")
    except ValueError:
        raise table.wrong("hours", _HOURS) from None


def _days(table: Table) -> frozenset[int]:
    try:
        return read_days(table.get("days", str, _DAYS) or f"{DAYS[0]}-{DAYS[-1]}")
    except ValueError:
        raise table.wrong("days", _DAYS) from None


def _zone(table: Table) -> ZoneInfo:
    try:
        return ZoneInfo(table.get("timezone", str, _ZONE) or "Europe/Moscow")
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        raise table.wrong("timezone", _ZONE) from None
