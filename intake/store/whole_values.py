"""What a person types whole: a telephone number in any spelling, an address, a number of ours.

Pasted from a letter, a card of the CRM or a messenger, with what stands around it there.
"""

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import unquote

from intake.domain.submission import read_half, read_number
from intake.store.words import split

LONGEST_TEXT = 200

# A number as it is usually written: digits and what stands between them.
_PHONE = re.compile(r"[\d\s()+.\-\u2010-\u2015]+")
# Any other sign may stand between the digits of what is surely a number.
_ODD_PHONE = re.compile(r"[\W\d_]+")
_FEWEST_DIGITS, _FEWEST_ODD = 4, 7
# What is shorter may be the end of a longer one.
FEWEST_OF_WHOLE = 10
# What a copied link of a number or an address has before it.
_SCHEME = re.compile(r"^(?:tel|sms|callto|mailto):\s*", re.IGNORECASE)
# A link that opens a talk with a number.
_LINK = re.compile(r"^(?:\w+://|(?:www\.)?(?:wa|t)\.me/|api\.whatsapp\.com/)\S+$", re.IGNORECASE)
_IN_LINK = re.compile(r"(?<!\d)\d{10,15}(?!\d)")
# "тел. 8 912 …", "8 912 … доб. 101"; «№» is read as «No».
_BEFORE_PHONE = re.compile(
    r"^(?:(?:т|тел|телефон|моб|мобильный|сот|номер|phone|tel|mob|mobile|whatsapp|viber|no|#)"
    r"(?![^\W\d_])[\s.:]*)+",
    re.IGNORECASE,
)
_EXTENSION = re.compile(
    r"[\s,;(]*(?:доб|добавочный|вн|внутр|внутренний|ext|x|#)[\s.:№#]*\d{1,6}\s*\)?$", re.IGNORECASE
)
_BEFORE_NUMBER = re.compile(
    r"^(?:(?:заявк[аиуе]|номер|submission|number|no|#)[\s.:]*)+", re.IGNORECASE
)


def cleaned(text: str) -> str:
    """Return what was typed as it is looked for: a link of a number is the number."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).replace("\0", " ").strip()
    return _SCHEME.sub("", plain)[:LONGEST_TEXT]


def whole_values(text: str) -> Mapping[str, tuple[str, ...]]:
    """Return what a submission's own columns have to hold, one of them; none for a text.

    >>> whole_values("№ 7f3k-2m9q"), whole_values("mailto:Ivan@mail.ru")
    ({'number': ('7F3K-2M9Q',)}, {'email': ('Ivan@mail.ru', 'ivan@mail.ru')})
    """
    text = cleaned(text)
    numbers = (read_number(text), read_number(_BEFORE_NUMBER.sub("", text)))
    found = {
        "phone": phone_spellings(text),
        "number": tuple(dict.fromkeys(filter(None, numbers))),
        "email": tuple(dict.fromkeys([text, text.casefold()])) if "@" in text else (),
    }
    return {name: values for name, values in found.items() if values}


def half_typed(text: str) -> str | None:
    """Return a half of a submission's number; None where it is none.

    >>> half_typed("№2m9q"), half_typed("заявка 2m9q"), half_typed("Иван")
    ('2M9Q', '2M9Q', None)
    """
    text = cleaned(text)
    return read_half(text) or read_half(_BEFORE_NUMBER.sub("", text))


def phone_spellings(text: str) -> tuple[str, ...]:
    """Return the digits of `text` as a number may be kept; none where it is no number.

    >>> phone_spellings("8 (912) 345-67-89")
    ('89123456789', '79123456789')
    >>> phone_spellings("912 345 67 89")
    ('9123456789', '79123456789')
    >>> phone_spellings("007 903 777-12-34")
    ('79037771234',)
    >>> phone_spellings("тел. 8/912/345-67-89 доб. 1")
    ('89123456789', '79123456789')
    >>> phone_spellings("https://wa.me/79123456789?text=1")
    ('79123456789',)
    >>> phone_spellings("Иван 8"), phone_spellings("10:30"), phone_spellings("тел. 101")
    ((), (), ())
    """
    digits = _digits_of(text).removeprefix("00")
    if len(digits) < _FEWEST_DIGITS:
        return ()
    if digits.startswith("8"):
        return (digits, "7" + digits[1:])
    return (digits, "7" + digits) if len(digits) == len("9123456789") else (digits,)


def is_spaced_number(text: str) -> bool:
    """Whether a text is a whole telephone number, or more digits than one, in several words.

    >>> [is_spaced_number(text) for text in ("345 345 345 345", "79123456789", "345-67", "Иван 8")]
    [True, False, False, False]
    """
    text = cleaned(text)
    is_whole = any(len(each) >= FEWEST_OF_WHOLE for each in phone_spellings(text))
    return is_whole and len(split(text)) > 1


def _digits_of(text: str) -> str:
    """Return the digits of a number; none of what is not one."""
    if _LINK.fullmatch(text):
        found = _IN_LINK.findall(unquote(text))
        return found[0] if len(found) == 1 else ""
    if _PHONE.fullmatch(text):
        return re.sub(r"\D", "", text)
    bare = _EXTENSION.sub("", _BEFORE_PHONE.sub("", text))
    digits = re.sub(r"\D", "", bare)
    return digits if _ODD_PHONE.fullmatch(bare) and len(digits) >= _FEWEST_ODD else ""
