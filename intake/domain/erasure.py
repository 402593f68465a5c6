"""Erasing a person's data: whom a telephone number or an address means in a text."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from intake.domain.contact_spelling import (
    AT,
    BETWEEN_DIGITS,
    DOT,
    MAYBE_BETWEEN_DIGITS,
    READ_AROUND,
    READ_AT,
    READ_DOT,
    ZEROS,
    maybe_around,
    readings,
)

# National numbers of Russia and Kazakhstan have ten digits, written after 8, 7 or nothing.
NATIONAL = 10
FEWEST_DIGITS = 7

_PHONE = re.compile(r"(?:\d|[^\w]|_)+")
_EMAIL = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\"]+")


@dataclass(frozen=True, slots=True)
class Whom:
    """A person by the digits of a number or by an address; exactly one is given."""

    digits: str | None = None
    email: str | None = None

    @property
    def spellings(self) -> tuple[str, ...]:
        """The numbers as they may be kept: digits with the country's code or without."""
        if self.digits is None:
            return ()
        return (
            (self.digits, *(code + self.core for code in "78"))
            if self.is_national
            else (self.digits,)
        )

    @property
    def is_national(self) -> bool:
        """Whether the number has the ten digits that stand after 7 or 8."""
        digits = self.digits or ""
        return len(digits) == NATIONAL or (len(digits) == NATIONAL + 1 and digits[0] in "78")

    @property
    def core(self) -> str:
        """The digits that every spelling of the number has."""
        digits = self.digits or ""
        return digits[-NATIONAL:] if self.is_national else digits

    @property
    def pattern(self) -> str:
        """What is found in every text that names them, and in JSON of such a text.

        A regular expression for Python and PostgreSQL alike, to choose rows by that
        `is_named_in` decides about.
        """
        if self.email is not None:
            return _address(self.email, _spelled, DOT, maybe_around(DOT), maybe_around(AT))
        return MAYBE_BETWEEN_DIGITS.join(map(_spelled, self.core))

    @property
    def rough(self) -> str | None:
        """What SQL's LIKE, in any case, finds in all that `pattern` finds, and more; None: nothing.

        It is quick, and spares most texts the expression.
        """
        if self.email is None:
            return None
        return re.sub(r"[^a-z+\-]+", "%", f"%{self.email}%")

    def is_named_in(self, text: str) -> bool:
        """Whether the text holds the whole number or address, however it is written."""
        if self.email is not None:
            return self._is_address_in(text, r"(?<![\w.+\-])")
        code = rf"(?:[{_ways('7')}{_ways('8')}]{BETWEEN_DIGITS})?" if self.is_national else ""
        number = BETWEEN_DIGITS.join(map(_spelled, self.core))
        whole = re.compile(rf"(?<!\d){code}{number}(?!\d)")
        return any(map(whole.search, readings(text)))

    def is_within(self, text: str) -> bool:
        """Whether a mark holds the number or address, with some word before it perhaps.

        In a mark "spring_ivan@mail.ru" is more likely to be a word and an address than an
        address; elsewhere it would be somebody else's.
        """
        if self.email is not None:
            return self._is_address_in(text, r"(?<![^\W_])")
        return self.is_named_in(text)

    def _is_address_in(self, text: str, start: str) -> bool:
        dot, at = (READ_AROUND + sign + READ_AROUND for sign in (READ_DOT, READ_AT))
        address = _address(self.email or "", re.escape, READ_DOT, dot, at)
        whole = re.compile(rf"{start}{address}(?![\w\-]|\.\w)")
        return any(whole.search(each.casefold()) for each in readings(text))


def _address(address: str, spelled: Callable[[str], str], point: str, dot: str, at: str) -> str:
    """Return the expression for an address: of its letters, a point of the name, dots, the at."""
    name, _, host = address.rpartition("@")
    before = "".join(point if sign == "." else spelled(sign) for sign in name)
    return before + at + "".join(dot if sign == "." else spelled(sign) for sign in host)


def _spelled(sign: str) -> str:
    """Return the expression for a sign in whatever spelling, within JSON too."""
    ways = _ways(sign)
    escaped = [rf"\\+u{ord(way):04x}" for way in ways if way.isalpha() and not way.isascii()]
    return f"(?:{'|'.join((f'[{ways}]', *escaped))})" if escaped else f"[{ways}]"


def _ways(sign: str) -> str:
    if sign.isdecimal():
        return "".join(chr(ord(zero) + int(sign)) for zero in ZEROS)
    if sign.isalpha():
        return "".join(each for each in (sign, sign.upper(), sign.lower()) if len(each) == 1)
    return "\\" + sign


def read_whom(text: str) -> Whom | None:
    """Read what somebody typed: a number in any spelling or an address; None for neither.

    >>> read_whom("8 (912) 345-67-89").core, read_whom("Ivan@Mail.ru").email
    ('9123456789', 'ivan@mail.ru')
    >>> read_whom("Иван") is read_whom("12") is None
    True
    """
    text = text.strip()[:254]
    if _EMAIL.fullmatch(text):
        return Whom(email=text.casefold())
    digits = "".join(str(int(sign)) for sign in text if sign.isdecimal())
    if _PHONE.fullmatch(text) and len(digits) >= FEWEST_DIGITS:
        return Whom(digits=digits)
    return None


@dataclass(frozen=True, slots=True)
class Card:
    """What an erased submission leaves in the CRM, which only the CRM can erase."""

    crm: str
    lead_id: int | None
    deal_id: int | None
    client_id: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """A submission of the person. `undelivered`: it has not reached the CRM and waits.

    `busy`: it is being sent this very moment, and cannot be erased meanwhile. `leftover`: it
    was erased before, and some mark or key of it still names the person.
    """

    number: str
    site: str
    received_at: datetime
    state: str
    undelivered: bool
    busy: bool
    attempts: int
    cards: tuple[Card, ...]
    leftover: bool = False


@dataclass(frozen=True, slots=True)
class Noted:
    """A submission, anybody's, by which `notes` notes stand that name the person."""

    number: str
    notes: int


@dataclass(frozen=True, slots=True)
class Report:
    """What was found of a person; `erased` are the numbers of what was erased of it.

    What is `noted` of them is erased in any case.
    """

    found: tuple[Found, ...]
    noted: tuple[Noted, ...] = ()
    erased: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is kept of the person, not even a note."""
        return not self.found and not self.noted

    @property
    def notes(self) -> int:
        """How many notes name the person."""
        return sum(each.notes for each in self.noted)

    @property
    def undelivered(self) -> tuple[Found, ...]:
        """What is erased only where that is said explicitly."""
        return tuple(each for each in self.found if each.undelivered)

    @property
    def kept(self) -> tuple[Found, ...]:
        """What was found and not erased."""
        return tuple(each for each in self.found if each.number not in self.erased)

    @property
    def attempts(self) -> int:
        """How many calls of the CRM hold the person's data."""
        return sum(each.attempts for each in self.found)

    @property
    def cards(self) -> tuple[Card, ...]:
        """What is left in the CRM: every lead, deal and client once."""
        return tuple(_each_once(card for one in self.found for card in one.cards))


def _each_once(cards: Iterable[Card]) -> Iterator[Card]:
    told: set[tuple[str, str, int | None]] = set()
    for card in dict.fromkeys(cards):
        ids = {"lead_id": card.lead_id, "deal_id": card.deal_id, "client_id": card.client_id}
        new = {kind: None if (card.crm, kind, id_) in told else id_ for kind, id_ in ids.items()}
        told |= {(card.crm, kind, id_) for kind, id_ in ids.items() if id_ is not None}
        if any(new.values()) or not any(ids.values()):
            yield Card(card.crm, **new)
