"""Who the client is and how to reach them: name, phone, email, further contacts."""

from intake.domain.lead import CONTACT_TYPES, Contact, Phone
from intake.normalise.crm_fields import structure
from intake.normalise.emails import parse_email, read_email
from intake.normalise.extra import Extra
from intake.normalise.fields import Given, Sorted, text_of
from intake.normalise.issues import IssueCode, Notes
from intake.normalise.names import is_no_name, is_trial, recase_name, tidy_name
from intake.normalise.phone import looks_like_phone, read_phone
from intake.normalise.text import (
    MAX_COMMENT,
    MAX_NAME,
    clean_block,
    clean_line,
    unescape,
)

MAX_CONTACTS = 20
MAX_CONTACT = 300


def read_person_name(found: Sorted, extra: Extra, notes: Notes) -> str | None:
    """Return the name: a field of its own, or first, middle and last name together."""
    name = None
    for given in found.of("name"):
        text = tidy_name(given.text)
        if parse_email(text):
            notes.add(IssueCode.NAME_IS_CONTACT, given.name, given.text)
            extra.keep(given.name, given.text)
        elif is_no_name(text):
            notes.add(IssueCode.NAME_PLACEHOLDER, given.name, given.text)
        elif name is None:
            name = _tidy(text, given, notes)
            if is_trial(text):
                notes.add(IssueCode.NAME_IS_TRIAL, given.name, given.text)
            if text.replace(" ", "") not in given.text.replace(" ", ""):
                notes.add(IssueCode.NAME_REPAIRED, given.name, given.text)
        elif text.lower() != name.lower():
            _second(given, extra, notes)
    return _with_parts(name, found, extra, notes)


def _with_parts(name: str | None, found: Sorted, extra: Extra, notes: Notes) -> str | None:
    """Join first, middle and last name; a field "Имя" of one word is the first name."""
    parts = [
        given
        for slot in ("first_name", "middle_name", "last_name")
        for given in found.of(slot)[:1]
        if not is_no_name(given.text)
    ]
    others = [given for given in parts if given.text.lower() not in (name or "").lower()]
    if not others or (name and " " in name) or (name and others[0] in found.of("first_name")):
        for given in others:
            extra.keep(given.name, given.text)
        return name
    whole = " ".join(filter(None, [name, *(given.text for given in others)]))
    return _tidy(clean_line(whole, MAX_NAME), others[0], notes)


def _tidy(text: str, given: Given, notes: Notes) -> str:
    if len(given.text) > MAX_NAME:
        notes.add(IssueCode.TEXT_CUT, given.name, None)
    recased = recase_name(text)
    if recased != text:
        notes.add(IssueCode.NAME_RECASED, given.name, text)
    return recased


def _second(given: Given, extra: Extra, notes: Notes) -> None:
    notes.add(IssueCode.SECOND_VALUE, given.name, given.text)
    extra.keep(given.name, given.text)


def read_phones(found: Sorted, country: str, extra: Extra, notes: Notes) -> Phone | None:
    """Return the first usable number; any other, and what is none, is kept aside."""
    phone = None
    misplaced = [g for g in found.of("email") if looks_like_phone(g.text, country)]
    for given in [*found.of("phone"), *misplaced]:
        misplaced_email = _is_email(given.text, country)
        quiet = Notes() if phone or misplaced_email else notes
        read = read_phone(given.text, country, given.name, quiet)
        if misplaced_email:
            notes.add(IssueCode.FIELD_GUESSED, given.name, given.text)
            found.slots.setdefault("email", []).append(given)
        elif read is None and any(char.isalnum() for char in given.text):
            extra.keep(given.name, given.text)
        elif read and phone is None:
            phone = read
        elif read and phone and read.value != phone.value:
            _second(given, extra, notes)
    return phone


def _is_email(text: str, country: str) -> bool:
    """Whether a phone field holds an address; WhatsApp's 79123456789@c.us is a number."""
    if "@" not in text or parse_email(text) is None:
        return False
    return read_phone(text, country, None, Notes()) is None


def read_emails(found: Sorted, phone: Phone | None, extra: Extra, notes: Notes) -> str | None:
    """Return the first usable address; any other, and what is none, is kept aside."""
    email = None
    for given in found.of("email"):
        if phone is not None and phone.original == clean_line(given.text, MAX_CONTACT):
            continue
        read = read_email(given.text, given.name, Notes() if email else notes)
        if read is None:
            extra.keep(given.name, given.text)
        elif email is None:
            email = read
        elif read.lower() != email.lower():
            _second(given, extra, notes)
    return email


def read_comment(found: Sorted, extra: Extra, notes: Notes) -> str | None:
    """Return the comment, its lines kept; a second one is kept aside."""
    comment = None
    for given in found.of("comment"):
        text = clean_block(unescape(given.text), MAX_COMMENT)
        if comment is None and text:
            comment = text
            if len(given.text) > MAX_COMMENT:
                notes.add(IssueCode.TEXT_CUT, given.name, None)
        elif text and text != comment:
            _second(given, extra, notes)
    return comment


def read_contacts(found: Sorted, extra: Extra, notes: Notes) -> tuple[Contact, ...]:
    """Return further contacts: a list of ``{type, value, addon}``, an object, the site's fields."""
    contacts: list[Contact] = []
    given_pairs = [(kind, given.text, None, given.name) for kind, given in found.contacts]
    pairs = [pair for given in found.of("contact_data") for pair in _pairs(given)]
    for kind, value, addon, name in [*given_pairs, *pairs]:
        if kind not in CONTACT_TYPES:
            notes.add(IssueCode.CONTACT_TYPE_UNKNOWN, name, f"{kind}: {value}")
            extra.keep(kind or name, value)
        elif value and len(contacts) < MAX_CONTACTS:
            contact = Contact(kind, clean_line(value, MAX_CONTACT),
                              addon if kind == "work_phone" else None)  # fmt: skip
            contacts.append(contact)
        elif value:
            extra.keep(kind, value)
    return tuple(dict.fromkeys(contacts))


def _pairs(given: Given) -> list[tuple[str, str, str | None, str]]:
    data = structure(given.value)
    if isinstance(data, dict) and "type" not in data:
        data = [{"type": kind, "value": value} for kind, value in data.items()]
    items = data if isinstance(data, list) else [data]
    pairs: list[tuple[str, str, str | None, str]] = []
    for item in items:
        if isinstance(item, dict):
            kind = clean_line(text_of(item.get("type")), MAX_CONTACT).lower()
            addon = clean_line(text_of(item.get("addon")), MAX_CONTACT) or None
            pairs.append((kind, text_of(item.get("value")), addon, given.name))
        else:
            pairs.append(("", text_of(item), None, given.name))
    return pairs
