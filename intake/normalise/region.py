"""The region a visitor names: from its own name, a town's, or a whole address."""

import re
from functools import lru_cache
from itertools import chain

from intake.normalise.address import (
    FILLERS,
    MAX_ADDRESS,
    TOWN_WORDS,
    Address,
    take_apart,
)
from intake.normalise.choosing import Hints, Hits, Place, choose
from intake.normalise.issues import IssueCode, Notes
from intake.normalise.lookup import is_adjective, town_named, whole
from intake.normalise.misspelling import begun, nearest_region
from intake.normalise.places import (
    CITIES,
    INSIDE,
    names,
)
from intake.normalise.recognise import recognise
from intake.normalise.spelling import cyrillic, fold, is_latin, lookalikes, retype, retype_in_latin
from intake.normalise.subject_codes import region_of_code
from intake.normalise.tables import word_list
from intake.normalise.text import is_nothing, percent_decode
from intake.normalise.world import world

__all__ = ["Hints", "Place", "read_region"]

_CITY_AND_ROUND = re.compile(r"(?:москва|санкт петербург|спб) (?:и |московская|ленинградская)")
_ADDRESS_OF_A_PAGE = re.compile(r"\w@\w|://|\bwww\.")
# "Екатеринб.": cut short by who wrote it.
_CUT = re.compile(r"[а-яё]{4,}(?:-[а-яё]+)?\.", re.IGNORECASE)
_ONE_NAME = re.compile(r"[а-яё]{4,20}(?:[ -][а-яё]{3,20})?", re.IGNORECASE)
_ROUND = re.compile(r"\b(?:под|пригород\w*|near|рядом с|недалеко от|около|возле)\s")
_NO_REGION = word_list("no_region")


def read_region(text: str, hints: Hints, field: str | None, notes: Notes) -> Place | None:
    """Find the one region that `text` means; None, with an issue, where there is none."""
    text = text[:MAX_ADDRESS]
    place, problem = _locate(text, hints)
    if problem:
        notes.add(problem, field, text)
    return place


# A site's visitors name the same few hundred towns day after day.
@lru_cache(maxsize=2048)
def _locate(text: str, hints: Hints) -> tuple[Place | None, IssueCode | None]:
    """Return the place that `text` means, and what is to be told of it."""
    text = percent_decode(text).replace("+", " и ")
    key = fold(text)
    if is_nothing(key) or key in _NO_REGION:
        return None, None
    if _ADDRESS_OF_A_PAGE.search(text):
        return None, IssueCode.REGION_UNKNOWN
    place, problem = _find(text, hints)
    if corrected := _corrected(text, problem, hints):
        place, problem = corrected, IssueCode.REGION_CORRECTED
    if place and _ROUND.search(text.lower()):
        place = _round(place)
    return place, problem


def _corrected(text: str, problem: IssueCode | None, hints: Hints) -> Place | None:
    if problem is IssueCode.REGION_UNKNOWN:
        return _correct(text, hints)
    return _two_words_misspelt(text, hints) if problem is IssueCode.REGION_AMBIGUOUS else None


def _round(place: Place) -> Place:
    """Near a city that is a region lies the region round it."""
    return Place(INSIDE[place.code]) if place.code in CITIES else place


def _two_words_misspelt(text: str, hints: Hints) -> Place | None:
    """Read "Нижнй Новгород", whose second word alone is ambiguous."""
    parts = take_apart(text).parts
    words = tuple(w for w in parts[0] if w not in FILLERS | TOWN_WORDS) if len(parts) == 1 else ()
    code = nearest_region(words, hints.country) if len(words) > 1 else None
    return Place(code) if code else None


def _correct(text: str, hints: Hints) -> Place | None:
    """Try other readings of Latin letters, then the nearest name."""
    if is_latin(fold(text)):
        in_case = cyrillic(text) if " " in text.strip() else None
        for reading in (retype(text), lookalikes(text), in_case):
            if reading and (place := _find(reading, hints)[0]):
                return place
    elif _ONE_NAME.fullmatch(text.strip()) and (place := _find(retype_in_latin(text), hints)[0]):
        return place
    code = _misspelt(text, hints)
    if not code and _CUT.fullmatch(text.strip()):
        code = begun(fold(text), hints.country)
    return Place(code) if code else None


def _find(text: str, hints: Hints) -> tuple[Place | None, IssueCode | None]:
    if code := region_of_code(text, hints.country):
        return Place(code), None
    if code := whole(tuple(word for word in fold(text).split() if word not in TOWN_WORDS)):
        return Place(code), IssueCode.REGION_TWO_IN_ONE if _CITY_AND_ROUND.match(
            fold(text)
        ) else None
    key = fold(text)
    if key in world():
        return None, IssueCode.REGION_FOREIGN
    words = tuple(key.split())
    if (
        key in names().towns
        and not is_adjective(words)
        and (town := town_named(words, hints.country))
    ):
        return choose(Hits(towns=(town,)), Address(), hints)
    address = take_apart(text)
    if address.country or (address.federal and not (address.parts or address.numbered)):
        return None, IssueCode.REGION_IS_COUNTRY
    return choose(recognise(address, hints.country), address, hints)


def _misspelt(text: str, hints: Hints) -> str | None:
    address = take_apart(text)
    known = world().keys()
    words = set(chain.from_iterable(address.parts))
    if words & known or " ".join(fold(text).split()) in known:
        return None
    found = {code for part in address.parts if (code := nearest_region(part, hints.country))}
    return found.pop() if len(found) == 1 else None
