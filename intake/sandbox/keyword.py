"""A keyword in a text: in any case, and a phone however it is typed."""

import re

# Digits as people type phones; a word with letters is none.
PHONE = re.compile(r"[\d\s()+.\-]+", re.ASCII)
FULL_LENGTH = 11
# Fewer digits with signs between them are a date or a size rather than a phone.
SHORTEST = 4


def says(text: object, keyword: str) -> bool:
    """Tell whether a text holds a keyword: what `says(text, keyword)` is in SQL.

    SQLite itself knows no case of Cyrillic letters. A phone is found in whatever form both
    are typed: «8 916 000-00-04» in "79160000004".
    """
    if not isinstance(text, str):
        return False
    return keyword.casefold() in text.casefold() or _dials(text, keyword)


def _dials(text: str, keyword: str) -> bool:
    if not (PHONE.fullmatch(keyword) and PHONE.fullmatch(text)):
        return False
    wanted = _digits(keyword)
    return len(wanted) >= SHORTEST and wanted in _digits(text)


def _digits(phone: str) -> str:
    digits = "".join(filter(str.isdecimal, phone))
    # The Russian trunk prefix.
    return f"7{digits[1:]}" if len(digits) == FULL_LENGTH and digits[0] == "8" else digits
