"""Erasing a person's data: whom a telephone number or an address means in a text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

# National numbers of Russia and Kazakhstan have ten digits, written after 8, 7 or nothing.
NATIONAL = 10
FEWEST_DIGITS = 7

# What stands between the digits of a number: blanks, those that are not seen, dashes, other
# signs. Spelled out, not as \s: PostgreSQL reads this too, and has a list of its own for \s.
_BLANKS = (
    " \t\n\v\f\r\x1c-\x1f\x85\xa0\xad\u1680\u180e\u2000-\u200f\u2028\u2029\u202f\u205f-\u2064"
    "\u3000\ufeff"
)
_DASHES = "\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d-"
_SIGN_BETWEEN = rf"[{_BLANKS}()+./_*~\xb7\u2022\uff08\uff09\uff0b\uff0e\uff0f{_DASHES}]"
# The same within JSON, however deep, and within an address of a page.
_ESCAPED = (
    r"\\+(?:[bfnrt/]|u(?:00[01][0-9a-f]|00[89ab][0-9a-f]|20[0-6][0-9a-f]"
    r"|1680|180e|2212|3000|fe58|fe63|feff|ff0[89bdef]|(?:ff1|066|06f)(?=[0-9])))"
)
_IN_ADDRESS = r"%(?:0[9aAdD]|2[089bBdDfF]|[cC]2%[aA]0|[eE]2%80%[89aA][0-9a-fA-F])|&nbsp;"
_BETWEEN = rf"(?:{_SIGN_BETWEEN}|{_ESCAPED}|{_IN_ADDRESS})*"
# The digit of such an escape is none of a number; only that it ends with, of a wide one, is.
_START = r"(?:(?<!\d)|(?<=%[0-9a-fA-F]{2})|(?<=\\u[0-9a-f]{4})|(?<=\\u(?:ff1|066|06f)))"
# Zeros of the digits that keyboards of people have: wide ones, Arabic, Persian. Within JSON
# the escape of each ends with the digit that it is.
_ZEROS = "0\uff10\u0660\u06f0"

_PHONE = re.compile(rf"(?:\d|{_SIGN_BETWEEN})+")
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
            return "".join(map(_spelled, self.email))
        return _BETWEEN.join(map(_spelled, self.core))

    @property
    def rough(self) -> str | None:
        """What SQL's LIKE, in any case, finds in all that `pattern` finds, and more; None: nothing.

        It is quick, and spares most texts the expression.
        """
        if self.email is None:
            return None
        return re.sub(r"[^a-z.+\-]+", "%", f"%{self.email}%")

    def is_named_in(self, text: str) -> bool:
        """Whether the text holds the whole number or address, however it is written."""
        if self.email is not None:
            return self._is_address_in(text, r"(?<![\w.+\-])")
        code = rf"(?:[{_ways('7')}{_ways('8')}]{_BETWEEN})?" if self.is_national else ""
        return re.search(rf"{_START}{code}{self.pattern}(?!\d)", text) is not None

    def is_within(self, text: str) -> bool:
        """Whether a mark holds the number or address, with some word before it perhaps.

        In a mark "spring_ivan@mail.ru" is more likely to be a word and an address than an
        address; elsewhere it would be somebody else's.
        """
        if self.email is not None:
            return self._is_address_in(text, r"(?<![^\W_])")
        return self.is_named_in(text)

    def _is_address_in(self, text: str, start: str) -> bool:
        name, _, host = (self.email or "").rpartition("@")
        whole = rf"{start}{re.escape(name)}(?:@|%40){re.escape(host)}(?![\w\-]|\.\w)"
        return re.search(whole, text.casefold()) is not None


def _spelled(sign: str) -> str:
    """Return the expression for a sign in whatever spelling, within JSON too."""
    if sign == "@":
        return "(?:@|%40)"
    ways = _ways(sign)
    escaped = [rf"\\+u{ord(way):04x}" for way in ways if way.isalpha() and not way.isascii()]
    return f"(?:{'|'.join((f'[{ways}]', *escaped))})" if escaped else f"[{ways}]"


def _ways(sign: str) -> str:
    if sign.isdecimal():
        return "".join(chr(ord(zero) + int(sign)) for zero in _ZEROS)
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
