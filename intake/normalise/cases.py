"""Names out of the case they stand in: "в Самаре" is Самара, "Нижнем Новгороде" Нижний Новгород."""

import re
from collections import defaultdict
from itertools import chain, pairwise, product

from intake.normalise.places import DOMINANT, Town, names, opening

# What a case ends in, and what the name itself does; "-" stands for nothing.
_RULES = """
е -|а|ь|я|о|й  у -|а  ы а  и ь|я|а  а -|о  я ь|й|я|е  ю ь|я|й
ой а|ая  ую ая  ом -|ий|ый|ой|ое|о  ого ий|ый|ой|ое  ем ь|ий|ее  ью ь  ами а|ы|и  его ий|ее
ах ы|и|а  ях и  ов ы|и  ых ые  их ие|ий  ии ия  ию ия
ле ел  ла ел  лу ел  це ец  ца ец  цу ец  ьце ец  ьца ец  ке ок  ка ок  ок ки  ец цы  щ щи
"""
# "Кирова 12" and "Жуковского, 5" are streets: a town stands so only after "из" or "г.".
_OF_A_PERSON = re.compile(r".+(?:ов|ев|ин|ын)а|.+ого")
_BEFORE_A_REGION = frozenset({"в", "во", "до", "за", "на", "из", "по", "под", "с", "со"})
LONGEST = 4
# Smaller towns of another country bear the names of hills and valleys; in thousands.
KNOWN_ABROAD = 40
SHORTEST_REGION = 4


def _endings() -> dict[str, list[tuple[str, str]]]:
    pairs = _RULES.split()
    by_letter: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for old, news in zip(pairs[::2], pairs[1::2], strict=True):
        by_letter[old[-1]] += [(old, new.strip("-")) for new in news.split("|")]
    return dict(by_letter)


_ENDINGS = _endings()


def nominatives(word: str) -> list[str]:
    """List what a folded word may be where it stands alone; few of them are words.

    >>> nominatives("нижнем"), nominatives("ельце")[-1]
    (['нижнь', 'нижний', 'нижнее'], 'елец')
    """
    return [
        word.removesuffix(old) + new
        for old, new in _ENDINGS.get(word[-1:], ())
        if word.endswith(old) and len(word) > len(old) + 1
    ]


def town_in_case(words: tuple[str, ...], country: str, *, marked: bool) -> tuple[Town, ...]:
    """Return the towns whose name in some case is `words`: the largest first, one of a region.

    Names of towns in the site's `country` go before names of none. `marked` says that
    something before the words tells of a town.
    """
    known = names().towns
    hits = [known[key] for key in _keys(words, marked=marked) if key in known]
    at_home = [hit for hit in hits if any(town.region.startswith(country) for town in hit)]
    ranked = sorted(chain(*(at_home or hits)), key=lambda town: town.thousands, reverse=True)
    if not at_home and ranked and ranked[0].thousands < KNOWN_ABROAD:
        return ()
    largest: dict[str, Town] = {}
    for town in ranked:
        largest.setdefault(town.region, town)
    return tuple(largest.values())


def _keys(words: tuple[str, ...], *, marked: bool) -> list[str]:
    if len(words) == 1:
        of_a_person = not marked and _OF_A_PERSON.fullmatch(words[0])
        return [] if of_a_person else nominatives(words[0])
    if len(words) > LONGEST or opening(words) not in names().openings:
        return []
    return [" ".join(found) for found in product(*([w, *nominatives(w)] for w in words))]


def is_meant(case: tuple[Town, ...], plain: tuple[Town, ...], country: str) -> bool:
    """Whether a name in a case is likelier than the little place abroad that is written so.

    "в Кирове" is Киров, although "Кирове" is a settlement's name in Ukrainian.
    """
    if not case or any(town.region.startswith(country) for town in plain):
        return False
    if not plain:
        return True
    return case[0].region.startswith(country) and case[0].thousands >= DOMINANT * max(
        town.thousands for town in plain
    )


def region_in_case(words: tuple[str, ...]) -> str | None:
    """Return the region named as in "живу в Крыму", "из Питера", "на Камчатке"."""
    for before, word in pairwise(("", *words)):
        if before in _BEFORE_A_REGION or len(words) == 1:
            keys = (key for key in nominatives(word) if len(key) >= SHORTEST_REGION)
            found = {code for key in keys if (code := names().whole.get(key))}
            if len(found) == 1:
                return found.pop()
    return None
