"""What stands in a phone field beside the number: links, addresses, dates, other numbers.

Whatever is taken out leaves a comma behind, so that the digits round it do not join.
"""

import html
import re
import unicodedata

from intake.normalise.text import clean, percent_decode

GAP = " , "
MAX_UNESCAPES = 2

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－·•ー"), "-")
_KEYCAP = dict.fromkeys((0xFE0F, 0x20E3))
_ENTITY = re.compile(r"&#?\w{2,8};")
# Links that hold a number: WhatsApp, Viber, Telegram, and what a telephone makes itself.
_DIALLED = re.compile(
    r"(?:tel|sms|smsto|callto|facetime):/{0,2}([+\d\s().-]+(?:;ext=\d+)?)(?:[?;]\S*)?",
    re.IGNORECASE,
)
_LINKS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:https?://)?(?:www\.)?(?:wa\.me|t\.me|viber\.click)/\+?(\d{10,15})(?!\d)\S*",
        r"\S*(?:whatsapp|viber|tg)\S*[?&](?:phone|number)=\+?([\d-]{10,18})\S*",
        r"(\d{11,15})@(?:c\.us|s\.whatsapp\.net)",
    )
)
_WORDS = re.compile(r"[\s;|]+")
_WEB = re.compile(r"://|\.(?:com|ru|me|net|org|рф|su|kz|by|ua|click|example)/", re.IGNORECASE)
_SAFE_BEFORE_LINK = ("href=", "tel:", "<")
_BESIDE = re.compile(
    # when to call: 10:00-19:00, с 18.00 до 20.00, до 20-00
    r"(?<![\d:])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?![\d:])"
    r"|\b(?:с|до|после|по|в|от)\s+(?:[01]?\d|2[0-3])[.-][0-5]0(?!\d)"
    # с 9 до 18, после 6 вечера, пн-пт 9-18, 24/7
    r"|\b(?:с|от)\s+(?:[01]?\d|2[0-4])(?:\s*ч\w*\.?)?\s+(?:до|по)\s+(?:[01]?\d|2[0-4])\b"
    r"|\b(?:после|до|к|с|в)\s+(?:[01]?\d|2[0-4])\s*(?:ч(?:ас\w*)?|утра|вечера|дня)\b"
    r"|\b(?:пн|вт|ср|чт|пт|сб|вс|будн\w*|ежедневно)\b[^\d\n]{0,20}"
    r"(?:[01]?\d|2[0-4])\s*-\s*(?:[01]?\d|2[0-4])\b(?!-)"
    r"|(?<![\d/])24\s?/\s?7(?![\d/])"
    # days
    r"|(?<![\d.])(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d(?![\d.])"
    r"|(?<![\d-])(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:T[\d:.]+|(?!\d))"
    # addresses of machines, places on a map
    r"|(?<![\d.])(?:1?\d{1,2}|2[0-5]\d)(?:\.(?:1?\d{1,2}|2[0-5]\d)){3}(?![\d.])"
    r"|(?<!\d)-?\d{1,3}\.\d{3,}\s*[,;]\s*-?\d{1,3}\.\d{3,}(?!\d)"
    # money
    r"|(?<!\d)(?<!\d )\d{1,3} \d{3} 000(?![\d -]*\d)"
    r"|(?<!\d)\d+(?: \d{3})*\s*(?:руб|₽|тыс\b|млн)",
    re.IGNORECASE,
)
# The compatibility form of № is No.
_NUMBER_OF = r"\W{0,3}(?:no|номер|n\b)?\W{0,3}"
_LABELS = re.compile(
    rf"\b(?:инн{_NUMBER_OF}(?:\d[ -]?){{10,12}}|огрн(?:ип)?{_NUMBER_OF}(?:\d ?){{13,15}}"
    rf"|снилс{_NUMBER_OF}(?:\d[ -]?){{11}}|паспорт\w*{_NUMBER_OF}(?:\d ?){{10}}"
    rf"|карт[аыу]{_NUMBER_OF}(?:\d[ -]?){{16}}|бик{_NUMBER_OF}\d{{9}}"
    rf"|(?:сч[её]т\w*|[рк]/с){_NUMBER_OF}(?:\d ?){{20}}"
    r"|(?:заказ\w*|заявк\w*|артикул\w*)\s*(?:no|номер|n\b)\W{0,3}[\w/-]+"
    r"|(?:договор\w*|полис\w*)\W{0,3}(?:no|номер)?\W{0,3}\d[\w/-]*)",
    re.IGNORECASE,
)
_CARD = re.compile(r"(?<!\d)\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?!\d)")


def plain(text: str) -> str:
    r"""Return the text decoded, with digits, dashes and spaces of one kind.

    >>> plain("%252B7&nbsp;912\u2013３４５"), plain("٨ ⁹")
    ('+7 912-345', '8 9')
    """
    text = percent_decode(clean(text)) if "%" in text else clean(text)
    for _ in range(MAX_UNESCAPES):
        if "&" in text and _ENTITY.search(text):
            text = html.unescape(text)
    text = unicodedata.normalize("NFKC", text.translate(_KEYCAP)).translate(_DASHES)
    return clean(text if text.isascii() else "".join(map(_digit, text)))


def _digit(char: str) -> str:
    if char.isascii() or not char.isdecimal():
        return char
    return str(unicodedata.decimal(char))


def without_noise(text: str) -> str:
    """Return what is left of a plain text when that which is surely no number is taken out.

    >>> without_noise("https://wa.me/79123456789?text=1")
    ' +79123456789 '
    >>> without_noise("ИНН 7707083893"), without_noise("12.05.1985")
    (' , ', ' , ')
    """
    if ":" in text and (match := _DIALLED.fullmatch(text)):
        return match[1].strip()
    if "@" in text or _WEB.search(text):
        words = text.split() if "://" in text else _WORDS.split(text)
        text = " ".join(map(_number_of_address, words))
    text = _LABELS.sub(GAP, text)
    return _CARD.sub(GAP, _BESIDE.sub(GAP, text))


def _number_of_address(word: str) -> str:
    """Return the number of a messenger's link, nothing of another address, any other word."""
    for link in _LINKS:
        if match := link.fullmatch(word):
            return f" {match[1]} " if match[1].startswith("8") else f" +{match[1]} "
    if word.lower().startswith(_SAFE_BEFORE_LINK) or not ("@" in word or _WEB.search(word)):
        return word
    return GAP
