"""One spelling for the many ways a place name is written: Cyrillic keys and Latin keys."""

import re
import unicodedata
from functools import lru_cache

_NEIGHBOURS = str.maketrans("ёәіїңғґүұқөһєў", "еаиинггуукохеу")
_DROPPED = re.compile(r"['’ʼ`´\"«»“”„]")
_TOKEN = re.compile(r"[а-яa-z0-9]+")
_LATIN = re.compile(r"[a-z]")
_CYRILLIC = re.compile(r"[а-я]")

_LOOKALIKES = str.maketrans("aceopxykmthb", "асеорхукмтнв")
_QWERTY = str.maketrans("qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюе")

_SOUNDS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i",
    "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch",
    "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", " ": " ",
}  # fmt: skip
# In this order: every scheme of transliteration ends in the same letters.
_LATIN_RULES = (
    ("shch", "s"), ("sch", "s"), ("sh", "s"), ("ch", "c"), ("tch", "c"), ("kh", "h"), ("zh", "z"),
    ("ts", "c"), ("tz", "c"), ("yo", "e"), ("jo", "e"), ("ye", "e"), ("je", "e"), ("yu", "u"),
    ("ju", "u"), ("iu", "u"), ("ya", "a"), ("ja", "a"), ("ia", "a"), ("io", "e"), ("ie", "e"),
    ("ae", "a"), ("x", "ks"), ("w", "v"), ("y", "i"), ("j", "i"),
)  # fmt: skip


def fold(text: str) -> str:
    """Return `text` in lower case, without hyphens, quotes and letters of sister alphabets.

    >>> fold("Ростов-на-Дону"), fold("Орёл"), fold("Қостанай")
    ('ростов на дону', 'орел', 'костанай')
    """
    return " ".join(tokens(text))


def tokens(text: str) -> list[str]:
    """Return the words and numbers of `text`, folded."""
    return _TOKEN.findall(fold_letters(text))


def fold_letters(text: str) -> str:
    """Fold the letters and keep the punctuation."""
    text = unicodedata.normalize("NFKC", text).lower().translate(_NEIGHBOURS)
    text = "".join(
        c
        for c in unicodedata.normalize("NFD", text)
        if c == "\u0306" or not unicodedata.combining(c)
    )
    text = unicodedata.normalize("NFC", text)
    return _DROPPED.sub("", _one_alphabet(text))


def _one_alphabet(text: str) -> str:
    """Where Latin letters stand inside a Cyrillic word they are lookalikes."""
    if not (_LATIN.search(text) and _CYRILLIC.search(text)):
        return text
    return " ".join(
        word.translate(_LOOKALIKES) if _LATIN.search(word) and _CYRILLIC.search(word) else word
        for word in text.split(" ")
    )


def is_latin(text: str) -> bool:
    """Whether folded `text` is written in Latin letters."""
    return bool(_LATIN.search(text)) and not _CYRILLIC.search(text)


@lru_cache(maxsize=8192)
def latin_key(text: str) -> str:
    """Fold a name in Latin letters so that all transliterations of it agree.

    >>> latin_key("Sverdlovskaya"), latin_key("Ryazan'"), latin_key("Chelyabinsk")
    ('sverdlovsk', 'razan', 'celabinsk')
    """
    text = fold(text)
    for old, new in _LATIN_RULES:
        text = text.replace(old, new)
    text = re.sub(r"([a-z])\1+", r"\1", text)
    return re.sub(r"(sk|ck)(?:a|i|oe|oi|ai)\b", r"\1", text)


@lru_cache(maxsize=16384)
def transliterate(text: str) -> str:
    """Return the Latin key of a folded Cyrillic name.

    >>> transliterate("челябинск") == latin_key("Chelyabinsk")
    True
    """
    return latin_key("".join(_SOUNDS.get(char, char) for char in text))


def retype(text: str) -> str:
    """Return what was meant where the keyboard was switched to English.

    >>> retype("vjcrdf")
    'москва'
    """
    return text.lower().translate(_QWERTY)
