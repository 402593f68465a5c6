"""One spelling for the many ways a place name is written: Cyrillic keys and Latin keys."""

import re
import unicodedata
from functools import lru_cache

_NEIGHBOURS = str.maketrans("ёәіїңғґүұқөһєў", "еаиинггуукохеу")
_DROPPED = re.compile(r"['’ʼ`´\"«»“”„]")
# Nothing here is composed of two characters or has a double in another alphabet.
_PLAIN = re.compile(r"[ -~\n«»–—а-я]*")
_TOKEN = re.compile(r"[а-яa-z0-9]+")
_LATIN = re.compile(r"[a-z]")
_CYRILLIC = re.compile(r"[а-я]")

_DOUBLED = re.compile(r"([a-z])\1+")
_ADJECTIVE_END = re.compile(r"(sk|ck)(?:a|i|oi|ai)\b")
_LOOKALIKES = str.maketrans("aceopxykmthb", "асеорхукмтнв")
_LOOKS_CYRILLIC = re.compile(r"[aceopxykmthb\s.-]+")
_QWERTY = str.maketrans("qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюе")

_SOUNDS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i",
    "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch",
    "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", " ": " ",
}  # fmt: skip
# In this order: every scheme of transliteration ends in the same letters.
_LATIN_RULES = (
    ("yye", "ye"), ("iye", "ie"),
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
    if _PLAIN.fullmatch(plain := text.lower().replace("ё", "е")):
        return _DROPPED.sub("", _one_alphabet(plain))
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
def latin_sounds(text: str) -> str:
    """Spell a name of either alphabet in Latin letters so that all transliterations agree.

    >>> latin_sounds("Chelyabinsk") == latin_sounds("челябинск") == "celabinsk"
    True
    >>> latin_sounds("Volzhsky"), latin_sounds("Волжск")
    ('volzski', 'volzsk')
    """
    text = "".join(_SOUNDS.get(char, char) for char in fold(text))
    for old, new in _LATIN_RULES:
        text = text.replace(old, new)
    return _DOUBLED.sub(r"\1", text)


def latin_key(text: str) -> str:
    """Return the sounds of a region's name without the ending of an adjective.

    >>> latin_key("Sverdlovskaya"), latin_key("Ryazan'"), latin_key("свердловск")
    ('sverdlovsk', 'razan', 'sverdlovsk')
    """
    return _ADJECTIVE_END.sub(r"\1", latin_sounds(text))


_JCUKEN = str.maketrans("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`")


def retype_in_latin(text: str) -> str:
    """Return what was meant where a name in Latin letters was typed on the Russian keyboard.

    >>> retype_in_latin("ьщысщц")
    'moscow'
    """
    return text.lower().translate(_JCUKEN)


def retype(text: str) -> str:
    """Return what was meant where the keyboard was switched to English.

    >>> retype("vjcrdf")
    'москва'
    """
    return text.lower().translate(_QWERTY)


def lookalikes(text: str) -> str | None:
    """Return the Cyrillic word that Latin letters were picked to look like; None for others.

    >>> lookalikes("MOCKBA"), lookalikes("Omsk")
    ('москва', None)
    """
    text = text.lower()
    return text.translate(_LOOKALIKES) if _LOOKS_CYRILLIC.fullmatch(text) else None


_LETTERS = (
    ("shch", "щ"), ("sch", "щ"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("ch", "ч"), ("sh", "ш"),
    ("yu", "ю"), ("ju", "ю"), ("iu", "ю"), ("ya", "я"), ("ja", "я"), ("ia", "я"), ("yo", "е"),
    ("jo", "е"), ("ye", "е"), ("je", "е"), ("iy", "ий"), ("ij", "ий"), ("yy", "ый"), ("yj", "ый"),
)  # fmt: skip
_ONE_LETTER = str.maketrans("abvgdezijklmnoprstufhcyw'", "абвгдезийклмнопрстуфхцывь")


def cyrillic(text: str) -> str:
    """Return a Russian reading of Latin letters, good enough to find a name in a case.

    >>> cyrillic("v Moskve"), cyrillic("iz Kazani")
    ('в москве', 'из казани')
    """
    text = text.lower()
    for old, new in _LETTERS:
        text = text.replace(old, new)
    return text.translate(_ONE_LETTER)
