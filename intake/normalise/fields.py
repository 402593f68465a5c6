"""A page's fields sorted by what they mean; what means nothing known is kept as it is."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from intake.domain.json import JsonValue
from intake.domain.site import FieldRules, FieldTarget
from intake.normalise.aliases import SLOTS, compact, is_technical, likely_slot, slot_of
from intake.normalise.emails import parse_email
from intake.normalise.extra import Extra
from intake.normalise.issues import IssueCode, Notes
from intake.normalise.phone import looks_like_phone
from intake.normalise.text import MAX_INPUT, clean, is_nothing, repair_encoding

# As many as the receiver lets through, and the members of objects among them.
MAX_FIELDS = 500
MAX_DEPTH = 3
# However deep Python itself may go, which differs between processes.
DEEPEST = 50
# Objects whose members are fields of their own, in every shape seen.
WRAPPERS = frozenset({"request", "values", "fields", "data", "form", "lead", "contacts", "contact"})
# An object of marks: ``{"utm": {"source": …}}``.
MARKS = frozenset({"utm", "utms", "utm_marks", "utm_tags"})
STRUCTURED = frozenset({"custom", "contact_data", "tags"})
# Forms can only send lists and objects by names such as values_custom[0][input_id].
_ROW_NAME = re.compile(
    r"(?:\w{1,20}\[)?(custom|values_custom|contact_data)\]?\[(\d{1,3})\]\[(\w{1,20})\]",
    re.IGNORECASE,
)
_PHONE_INSIDE = re.compile(r"(?<![\d.,])\+?\(?\d[\d ()–-]{8,20}\d(?![\d.,]*\d)")
_EMAIL_INSIDE = re.compile(r"[\w.+-]{1,64}@[\w-]{1,60}(?:\.[\w-]{2,60}){1,4}")
_CUSTOM_NAME = re.compile(r"(?:values_)?custom(?:_|\[)(\d{1,9})\]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Given:
    """One field: the page's name for it, the value as sent and as text."""

    name: str
    value: JsonValue
    text: str


@dataclass(slots=True)
class Sorted:
    """The fields of one submission by slot, in the order sent."""

    slots: dict[str, list[Given]] = field(default_factory=dict)
    custom: list[tuple[int, Given]] = field(default_factory=list)
    contacts: list[tuple[str, Given]] = field(default_factory=list)
    technical: dict[str, JsonValue] = field(default_factory=dict)
    others: list[Given] = field(default_factory=list)

    def of(self, slot: str) -> list[Given]:
        """Return the fields that claim a slot."""
        return self.slots.get(slot, [])

    def texts(self) -> dict[str, str]:
        """Return the first text of every slot."""
        return {slot: given[0].text for slot, given in self.slots.items() if given}

    def names(self) -> dict[str, str]:
        """Return the page's name of every slot."""
        return {slot: given[0].name for slot, given in self.slots.items() if given}


def sort_fields(fields: Mapping[str, JsonValue], rules: FieldRules, notes: Notes) -> Sorted:
    """Give every field its place: by the site's own names, then by the usual ones."""
    found = Sorted()
    targets = {compact(name): target for name, target in rules.targets.items()}
    flat = _join_rows(list(_flatten(fields)))
    if len(flat) > MAX_FIELDS:
        notes.add(IssueCode.FIELDS_CUT, None, str(len(flat)))
    for name, value in flat[:MAX_FIELDS]:
        given = Given(name, value, _text(name, value, notes))
        target = rules.targets.get(name) or targets.get(compact(name))
        if target:
            _by_rule(given, target, found)
        else:
            _by_name(given, found)
    _guess(found, rules, notes)
    return found


def _flatten(fields: Mapping[str, JsonValue], depth: int = 0) -> Iterator[tuple[str, JsonValue]]:
    for name, value in fields.items():
        folded = str(name).lower()
        if isinstance(value, dict) and depth < MAX_DEPTH and folded in WRAPPERS:
            yield from _flatten(value, depth + 1)
        elif isinstance(value, dict) and folded in MARKS:
            yield from ((_mark_name(str(inner)), mark) for inner, mark in value.items())
        else:
            yield str(name), value


def _mark_name(inner: str) -> str:
    return inner if inner.lower().startswith("utm") else f"utm_{inner}"


def _join_rows(flat: list[tuple[str, JsonValue]]) -> list[tuple[str, JsonValue]]:
    """Put the objects together whose members a form sent one by one."""
    rows: dict[str, dict[str, dict[str, JsonValue]]] = {}
    joined: list[tuple[str, JsonValue]] = []
    for name, value in flat:
        if match := _ROW_NAME.fullmatch(name):
            rows.setdefault(match[1], {}).setdefault(match[2], {})[match[3].lower()] = value
        else:
            joined.append((name, value))
    for name, objects in rows.items():
        joined.append((name, list(objects.values())))
    return joined


def text_of(value: JsonValue) -> str:
    """Write a JSON value as people read it.

    >>> text_of(["Плита", 2, None]), text_of(True), text_of(None)
    ('Плита, 2', 'да', '')
    """
    if isinstance(value, str):
        return "" if is_nothing(value) else value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        return ", ".join(filter(None, map(text_of, value)))
    return as_json(value) if isinstance(value, list | dict) and value else _number(value)


def _number(value: JsonValue) -> str:
    try:
        return "" if isinstance(value, list | dict) else str(value)
    except ValueError:
        # Whole numbers of more than some thousand digits are not turned into text.
        return ""


def as_json(value: JsonValue) -> str:
    """Write an object compactly; one nested too deep for anybody to read is "…"."""
    if not _within(value, DEEPEST):
        return "…"
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    except ValueError:
        return "…"


def _within(value: JsonValue, levels: int) -> bool:
    if not isinstance(value, list | dict):
        return True
    inside = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_within(one, levels - 1) for one in inside)


def _text(name: str, value: JsonValue, notes: Notes) -> str:
    raw = text_of(value)[:MAX_INPUT]
    mended = repair_encoding(raw)
    if mended != raw:
        notes.add(IssueCode.ENCODING_REPAIRED, name, raw)
    return clean(mended)


def _by_rule(given: Given, target: FieldTarget, found: Sorted) -> None:
    if target.custom is not None:
        found.custom.append((target.custom, given))
    elif target.contact is not None:
        found.contacts.append((target.contact, given))
    elif target.field in SLOTS:
        _claim(str(target.field), given, found)
    else:
        found.others.append(given)


def _by_name(given: Given, found: Sorted) -> None:
    if is_technical(given.name):
        found.technical.setdefault(compact(given.name), given.value)
    elif match := _CUSTOM_NAME.fullmatch(given.name):
        found.slots.setdefault("custom", []).append(
            Given(given.name, {match[1]: given.value}, given.text)
        )
    elif slot := slot_of(given.name):
        _claim(slot, given, found)
    else:
        found.others.append(given)


def _claim(slot: str, given: Given, found: Sorted) -> None:
    if given.text or (slot in STRUCTURED and given.value):
        found.slots.setdefault(slot, []).append(given)


def _guess(found: Sorted, rules: FieldRules, notes: Notes) -> None:
    """Look among the unknown fields for what is missing: by words in the name, by the value."""
    for slot in ("phone", "email", "name", "comment"):
        if found.of(slot) and slot in ("name", "comment"):
            continue
        for given in _candidates(slot, found, rules):
            found.others.remove(given)
            found.slots.setdefault(slot, []).append(given)
    if not found.of("phone") and not found.of("email"):
        _guess_by_value(found, rules, notes)


def _candidates(slot: str, found: Sorted, rules: FieldRules) -> list[Given]:
    named = [g for g in found.others if g.text and likely_slot(g.name) == slot]
    if slot == "phone":
        return [g for g in named if looks_like_phone(g.text, rules.default_country)]
    if slot == "email":
        return [g for g in named if parse_email(g.text)]
    return named[:1]


def _guess_by_value(found: Sorted, rules: FieldRules, notes: Notes) -> None:
    elsewhere = [*found.others, *found.of("name"), *found.of("comment")]
    for given in elsewhere:
        for slot, fits in (
            ("phone", looks_like_phone(given.text, rules.default_country)),
            ("email", parse_email(given.text) is not None),
        ):
            if fits and not found.of(slot):
                _remove(given, found)
                found.slots.setdefault(slot, []).append(given)
                notes.add(IssueCode.FIELD_GUESSED, given.name, given.text)
    if not found.of("phone") and not found.of("email"):
        _guess_inside(found, rules, notes)


def _guess_inside(found: Sorted, rules: FieldRules, notes: Notes) -> None:
    """Take a contact out of the name or the words round it, where there is no other."""
    for slot, shape in (("phone", _PHONE_INSIDE), ("email", _EMAIL_INSIDE)):
        for given in (*found.of("name"), *found.of("comment"), *found.others):
            match = shape.search(given.text)
            if match is None or found.of("phone") or found.of("email"):
                continue
            if slot == "email" or looks_like_phone(match[0], rules.default_country):
                found.slots[slot] = [Given(given.name, match[0], match[0])]
                notes.add(IssueCode.FIELD_GUESSED, given.name, given.text)
                _keep_rest_of_name(given, match, found)


def _keep_rest_of_name(given: Given, contact: re.Match[str], found: Sorted) -> None:
    names = found.of("name")
    if given in names:
        rest = (given.text[: contact.start()] + given.text[contact.end() :]).strip(" ,;:.-—")
        names[names.index(given)] = Given(given.name, rest, rest)


def _remove(given: Given, found: Sorted) -> None:
    for where in (found.others, found.of("name"), found.of("comment")):
        if given in where:
            where.remove(given)


def keep_others(found: Sorted, extra: Extra) -> None:
    """Keep every field that found no place."""
    for given in found.others:
        extra.keep(given.name, given.text)
