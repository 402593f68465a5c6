"""Our log held against the CRM's list of leads: what is missing there, what stands twice."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

_NUMBER = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{4}-[0-9A-Z]{4}(?:/\d+)?(?![0-9A-Z])")


class FindingKind(StrEnum):
    """What a comparison may find: no card of ours, or more than one."""

    MISSING = "missing"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Ours:
    """A submission that we say is delivered, with what it can be found by."""

    submission_id: int
    number: str
    lead_id: int | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A lead of the CRM: its own id, or its parent's where it was merged into one."""

    lead_id: int
    numbers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a submission that a person should look at."""

    submission_id: int
    kind: FindingKind
    lead_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a list of cards says of ours; those in `unseen` are to be looked for by name."""

    findings: tuple[Finding, ...]
    unseen: tuple[Ours, ...]


def numbers_in(text: str) -> frozenset[str]:
    """Return what may be submissions' numbers in a card.

    One with “/2” is of a second lead that a person asked for.

    >>> sorted(numbers_in("Окно. Заявка № 7F3K-2M9Q, 7F3K-2M9Q/2, тел. 8-912-345"))
    ['7F3K-2M9Q', '7F3K-2M9Q/2']
    """
    return frozenset(_NUMBER.findall(text))


def compare(ours: Sequence[Ours], cards: Iterable[Card]) -> Comparison:
    """Hold ours against the cards.

    A card that carries a submission's number is its own; so is the one whose id we were
    told, whose number a merge may have overwritten.
    """
    wanted = {each.number for each in ours}
    by_number: dict[str, set[int]] = defaultdict(set)
    listed = set()
    for card in cards:
        listed.add(card.lead_id)
        for number in card.numbers & wanted:
            by_number[number].add(card.lead_id)
    found = [finding for each in ours if (finding := judge(each, by_number[each.number]))]
    unseen = [each for each in ours if not _is_seen(each, by_number, listed)]
    return Comparison(tuple(found), tuple(unseen))


def judge(ours: Ours, lead_ids: Iterable[int]) -> Finding | None:
    """Say whether a submission stands on more than one card."""
    cards = tuple(sorted(set(lead_ids)))
    return Finding(ours.submission_id, FindingKind.TWICE, cards) if len(cards) > 1 else None


def _is_seen(ours: Ours, by_number: Mapping[str, set[int]], listed: set[int]) -> bool:
    return bool(by_number.get(ours.number)) or ours.lead_id in listed
