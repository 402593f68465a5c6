"""The extension beside a number: доб. 101, (вн. 101), x101, #101, ;ext=101."""

import re

ONE_NUMBER = range(10, 14)
WHOLE_RUSSIAN = 11

_WORD = (
    r"(?:доб(?:авочн?\w*|ав)?|дод|дад|ішкі|доп(?:олнительн\w*)?|внутр(?:енн?\w*)?|внут|вн|местн?\w*"
    r"|в\s+тонов\w+\s+режиме?|тон(?:ов\w*)?(?:\s+(?:набор\w*|режим\w*))?|затем|потом|далее"
    r"|ext(?:ension|n)?|xt|dob|vn)\.?(?:\s*(?:номер|ном|тел(?:ефон)?|н|no)\.?)?"
)
_BY_WORD = re.compile(
    rf"(?<![^\W\d_]){_WORD}[\s:.,=№#(-]*"
    r"(?P<digits>\d\d-\d\d(?![\d-])|\d{1,7}(?!\d))\s*\)?",
    re.IGNORECASE,
)
_BY_SIGN = re.compile(
    r"(?<=\d)\s*\)?\s*(?:[xхXХ*#~pwPW]|,+|;+(?:ext=)?|;|\+)\s*[#*]?\s*(\d{1,6})\s*[#)]?$"
)
_BY_SIGN_BEFORE_WORDS = re.compile(r"(?<=\d)\s*[xхXХ*#]\s*(\d{1,6})(?=[\s,;]+[^\W\d_])")
# "8-495-123-45-67-101": with its last digits it would be no number at all.
_AFTER_DASH = re.compile(r"(?<=\d)\s*[-/]\s*(\d{3,4})$")
_IN_BRACKETS = re.compile(r"(?<=\d)\s*\(\s*(\d{3,5}|\d{1,6}(?=\s*(?:доб|вн)))[^()]{0,15}\)$")
# "123-45-67 (68, 69)": the last digits of other numbers.
_OTHER_ENDS = re.compile(r"\s*\(\s*\d{1,2}(?:\s*[,;/]\s*\d{1,2})*\s*\)$")
_BEFORE = " \t\n(,;/-"
_FURTHER = re.compile(r"[\d\s()-]*")
_NOT_DIGITS = re.compile(r"\D+")
_NUMBER_LENGTHS = (7, 10, 11)


def split_extension(text: str) -> tuple[str, str | None, str]:
    """Return what stands before the extension, the extension, and what follows it.

    >>> split_extension("8 495 123-45-67 доб. 101")
    ('8 495 123-45-67', '101', '')
    >>> split_extension("84951234567#101"), split_extension("84951234567")
    (('84951234567', '101', ''), ('84951234567', None, ''))
    """
    for match in _BY_WORD.finditer(text):
        further = _FURTHER.match(text, match.start("digits"))
        if not _is_number(further[0] if further else "", match["digits"]):
            extension = match["digits"].replace("-", "")
            return text[: match.start()].rstrip(_BEFORE), extension, text[match.end() :]
    if (ends := _OTHER_ENDS.search(text)) and is_whole(text[: ends.start()]):
        return text[: ends.start()], None, ""
    for sign in (_BY_SIGN, _IN_BRACKETS, _BY_SIGN_BEFORE_WORDS):
        found = sign.search(text)
        if found and is_whole(text[: found.start()]):
            return text[: found.start()], found[1], text[found.end() :]
    dash = _AFTER_DASH.search(text)
    if dash and len(_digits(text[: dash.start()])) == WHOLE_RUSSIAN:
        return text[: dash.start()], dash[1], ""
    return text, None, ""


def _is_number(further: str, extension: str) -> bool:
    """Whether what follows the word is another number: "доп. 200-10-20"."""
    length = len(_digits(further))
    return length in _NUMBER_LENGTHS and length > len(extension)


def is_whole(text: str) -> bool:
    """Whether the digits of `text` are one whole number, to which an extension may be added.

    >>> is_whole("8 495 123 45 67"), is_whole("8 495 123 45")
    (True, False)
    """
    digits = _digits(text)
    if digits.startswith(("7", "8")) and len(digits) <= WHOLE_RUSSIAN:
        return len(digits) == WHOLE_RUSSIAN
    return len(digits) in ONE_NUMBER


def _digits(text: str) -> str:
    return _NOT_DIGITS.sub("", text)
