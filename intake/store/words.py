"""The words of a text as the search keeps them, and as a person types them.

Both databases index these words as they are: what is one word, and which letters are
alike, is decided here, once.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# Longer ones are no words: a page's secret, or somebody leaning on a key.
LONGEST_WORD = 64
# The words of one submission; a longer text is found by its end.
MOST_WORDS = 2000
MOST_ASKED = 8
# A beginning of fewer signs would mean half of the log.
FEWEST_OF_BEGINNING = 3
FEWEST_OF_NUMBER = 4

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word that is looked for: whole, or by its beginning."""

    text: str
    is_beginning: bool


def split(text: str) -> list[str]:
    """Return the words of `text`: small letters, «ё» as «е», cut to `LONGEST_WORD`.

    >>> split("Семён Ёлкин, semen@mail.example")
    ['семен', 'елкин', 'semen', 'mail', 'example']
    """
    plain = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return [word[:LONGEST_WORD] for word in _WORD.findall(plain)]


def kept_words(texts: Iterable[str], phone: str | None = None) -> str:
    """Return what the index of a submission is made of: its words, each once, spaced.

    `phone` is digits; its endings are words too, so that any part of it is found.

    >>> kept_words(["Анна, анна", "окно"], "79123")
    'анна окно 79123 9123'
    """
    found = dict.fromkeys(word for text in texts for word in split(text))
    if phone:
        ends = range(max(1, len(phone) - FEWEST_OF_NUMBER + 1))
        found |= dict.fromkeys(phone[start:] for start in ends)
    # A phone's endings come last, and are kept.
    return " ".join(list(found)[-MOST_WORDS:])


def asked_words(text: str, *, is_covered: bool = False) -> tuple[Word, ...]:
    """Return what a person looks for: every one of these has to be there.

    `is_covered`: whoever asks may not learn an address letter by letter; what may be a part
    of one is looked for as a whole word.

    >>> [(word.text, word.is_beginning) for word in asked_words("Ива 5 1200")]
    [('ива', True), ('5', False), ('1200', True)]
    >>> [word.is_beginning for word in asked_words("Ива iva 1200", is_covered=True)]
    [True, False, False]
    """
    words = dict.fromkeys(split(text)[:MOST_ASKED])
    return tuple(
        Word(word, _can_begin(word) and not (is_covered and word.isascii())) for word in words
    )


def _can_begin(word: str) -> bool:
    return len(word) >= (FEWEST_OF_NUMBER if word.isdigit() else FEWEST_OF_BEGINNING)
