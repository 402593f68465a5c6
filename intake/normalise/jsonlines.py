"""``python -m intake normalise``: JSON lines in, JSON lines out; nothing is stored or sent."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TextIO

from intake.domain.json import JsonObject, JsonValue, text_or_none, texts
from intake.domain.lead import CONTACT_TYPES
from intake.domain.site import FieldRules, FieldTarget, TouchChoice
from intake.domain.submission import RawSubmission, parse_moment
from intake.normalise import normalise
from intake.normalise.cookies import read_cookies, whole_minutes
from intake.normalise.sources import NO_SOURCES, Sources

# A line that does not say when it came is read as one of this winter moment.
NO_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)

NOT_JSON = 'Строка {number} — не JSON. Нужен один объект на строку, например {{"fields": {{}}}}.'
NOT_OBJECT = "Строка {number} — не объект JSON. Нужен объект с ключом fields."
BAD_MOMENT = "Строка {number}: received_at не похоже на дату. Пример: 2026-11-23T10:00:00Z."


def run(
    lines: Iterable[str],
    out: TextIO,
    now: datetime = NO_MOMENT,
    sources: Sources = NO_SOURCES,
) -> None:
    """Answer every line; one that cannot be read is answered with what is wrong with it.

    `now` is the moment of lines that have no ``received_at``; `sources` may be asked for
    regions.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            out.write(json.dumps(_answer(line, number, now, sources), ensure_ascii=False) + "\n")
            out.flush()


def _answer(line: str, number: int, now: datetime, sources: Sources) -> JsonObject:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return {"error": NOT_JSON.format(number=number)}
    if not isinstance(data, dict):
        return {"error": NOT_OBJECT.format(number=number)}
    try:
        raw, rules = read_request(data, now)
    except ValueError:
        return {"error": BAD_MOMENT.format(number=number)}
    return normalise(raw, rules, sources).to_json()


def read_request(data: JsonObject, now: datetime = NO_MOMENT) -> tuple[RawSubmission, FieldRules]:
    """Read one request of the command; ValueError where ``received_at`` is no date.

    Every key may be missing or null. ``custom_inputs``, ``inbox_types``, ``pipelines``,
    ``targets``, ``attribution`` and ``infer_utm`` may give what a site's configuration would.
    """
    fields = data.get("fields")
    received_at = data.get("received_at")
    raw = RawSubmission(
        fields=fields if isinstance(fields, dict) else {},
        received_at=parse_moment(str(received_at)) if received_at else now,
        page_url=text_or_none(data.get("page_url")),
        page_title=text_or_none(data.get("page_title")),
        referrer=text_or_none(data.get("referrer")),
        first_touch=data.get("first_touch"),
        last_touch=data.get("last_touch"),
        client_ids=texts(data.get("client_ids")),
        ip=text_or_none(data.get("ip")),
        user_agent=text_or_none(data.get("user_agent")),
        timezone=text_or_none(data.get("timezone")),
        cookies=read_cookies(data.get("cookies")),
        tz_offset=whole_minutes(data.get("tz_offset")),
    )
    return raw, _rules(data)


def _rules(data: JsonObject) -> FieldRules:
    targets = data.get("targets")
    return FieldRules(
        default_country=text_or_none(data.get("default_country")) or "RU",
        targets={name: target for name, value in targets.items() if (target := _target(value))}
        if isinstance(targets, dict)
        else {},
        custom_inputs=_ids(data.get("custom_inputs")),
        inbox_types=_ids(data.get("inbox_types")),
        pipelines=_ids(data.get("pipelines")),
        attribution=TouchChoice.FIRST if data.get("attribution") == "first" else TouchChoice.LAST,
        infer_utm=data.get("infer_utm") is True,
    )


def _ids(value: JsonValue) -> frozenset[int]:
    items = value if isinstance(value, list) else []
    return frozenset(item for item in items if isinstance(item, int))


def _target(value: JsonValue) -> FieldTarget | None:
    if isinstance(value, str):
        return FieldTarget(field=value)
    if not isinstance(value, dict):
        return None
    custom, contact = value.get("custom"), value.get("contact")
    if isinstance(custom, int):
        return FieldTarget(custom=custom)
    return FieldTarget(contact=str(contact)) if contact in CONTACT_TYPES else None
