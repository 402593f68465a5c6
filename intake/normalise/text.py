"""Text as people and browsers send it: cleaned of what cannot be seen, repaired, capped."""

import html
import re
from urllib.parse import unquote

MAX_NAME = 200
MAX_COMMENT = 5_000
# Longer input is not looked at: every expression below is linear, and a cap keeps it short.
MAX_INPUT = 20_000
MOST_ROUNDS = 5
# Of Windows-1251: signs come before it, letters from it on.
FIRST_LETTER = 0xC0
FIRST_NOT_ASCII = 0x80

NOTHING = frozenset({"undefined", "null", "none", "nan", "[object object]", "(none)", "(not set)"})

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_SPACES = re.compile(r"\s+")
_BLANKS = re.compile(r"[^\S\n]+")
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[a-zA-Z]{2,8});")
_ENCODED = re.compile(r"(?:%[0-9a-fA-F]{2})+")
# JavaScript's escape(), and an escape that was cut after a letter of another alphabet.
_ESCAPE = re.compile(r"%u([0-9a-fA-F]{4})")
_CUT_ESCAPE = re.compile(r"(%[89a-fA-F][0-9a-fA-F])%[0-9a-fA-F]?$")
_CYRILLIC = re.compile(r"[А-Яа-яЁё]")
_LATIN = re.compile(r"[A-Za-z]")
_WORD = re.compile(r"[^\W\d_]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
# The bytes of Cyrillic in UTF-8 begin with D0 or D1; this is how they look elsewhere.
_UTF8_TRACE = re.compile("[ÐÑРСГВ][\x80-\u04ff\u2010-\u2122]")
_BETWEEN = re.compile("[À-ÿ¨¸ .,!?-]+")


def clean(text: str) -> str:
    r"""Return `text` without control and invisible characters; line ends become ``\\n``."""
    if text.isprintable():  # then it has nothing of what is looked for below
        return text[:MAX_INPUT].strip()
    text = _join_surrogates(text[:MAX_INPUT]).replace("\r\n", "\n").replace("\r", "\n")
    return _INVISIBLE.sub("", text).strip()


def clean_line(text: str, cap: int) -> str:
    """Return `text` cleaned, in one line, at most `cap` characters long."""
    text = clean(text)
    return (text if _is_plain_line(text) else _SPACES.sub(" ", text))[:cap].strip()


def clean_block(text: str, cap: int) -> str:
    """Return `text` cleaned, its lines kept, at most `cap` characters long."""
    text = clean(text)
    if _is_plain_line(text):
        return text[:cap].strip()
    lines = (_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))[:cap].strip()


def _is_plain_line(text: str) -> bool:
    # The only white space that is printable is the plain space.
    return text.isprintable() and "  " not in text


def _join_surrogates(text: str) -> str:
    """JSON may carry halves of characters: pairs become one, lone halves a question mark."""
    if not _SURROGATES.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def is_nothing(text: str) -> bool:
    """Whether a script wrote "no value" in place of a value.

    >>> is_nothing(" undefined "), is_nothing("Анна")
    (True, False)
    """
    return text.strip().lower() in NOTHING or not text.strip()


def unescape(text: str) -> str:
    """Resolve HTML entities where there are any.

    >>> unescape("ООО &quot;Ромашка&quot;")
    'ООО "Ромашка"'
    """
    return html.unescape(text) if _ENTITY.search(text) else text


def percent_decode(text: str) -> str:
    """Decode ``%XX``: UTF-8 where it is UTF-8, otherwise Windows-1251; as often as needed.

    >>> percent_decode("%EA%F3%EF%E8%F2%FC"), percent_decode("%25D0%25AF"), percent_decode("50%off")
    ('купить', 'Я', '50%off')
    """
    return decode_percent(text)[0]


def decode_percent(text: str) -> tuple[str, int, bool]:
    """Decode ``%XX``; tell how often that was needed, and whether any of it was not UTF-8.

    >>> decode_percent("%25D0%25AF"), decode_percent("окна %EF%E2%F5")
    (('Я', 2, False), ('окна пвх', 1, True))
    """
    if "%" not in text:
        return text, 0, False
    if (plain := _decode_plainly(text)) is not None:
        return plain, 1, False
    foreign = False

    def decoded(found: re.Match[str]) -> str:
        nonlocal foreign
        run, is_foreign = _decode_run(found[0], first=rounds == 1)
        foreign = foreign or is_foreign
        return run

    rounds = 0
    while rounds < MOST_ROUNDS and "%" in text:
        rounds += 1
        before = text
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), _CUT_ESCAPE.sub(r"\1", text))
        text = _ENCODED.sub(decoded, text)
        if text == before:
            rounds -= 1
            break
    return text, rounds, foreign


def _decode_plainly(text: str) -> str | None:
    """Decode what is encoded once and in UTF-8, as most is; None for anything else."""
    try:
        once = unquote(text, errors="strict")
    except UnicodeDecodeError:
        return None
    return once if "%" not in once else None


def _decode_run(run: str, *, first: bool) -> tuple[str, bool]:
    """Decode neighbouring escapes; later rounds leave alone what may not be one any more."""
    raw = bytes.fromhex(run.replace("%", ""))
    try:
        return raw.decode("utf-8"), False
    except UnicodeDecodeError as error:
        whole = _cut_short(raw, error)
    if whole is not None:
        return whole, False
    return (raw.decode("cp1251", "replace"), True) if first or _are_words(raw) else (run, False)


def _are_words(raw: bytes) -> bool:
    """Whether bytes are Cyrillic letters of Windows-1251 with spaces and signs between."""
    letters = sum(byte >= FIRST_LETTER for byte in raw)
    signs = sum(chr(byte).isprintable() for byte in raw if byte < FIRST_NOT_ASCII)
    return letters > 1 and letters + signs == len(raw)


def _cut_short(raw: bytes, error: UnicodeDecodeError) -> str | None:
    """Decode UTF-8 that was cut in the middle of its last letter."""
    whole = raw[: error.start]
    if error.reason != "unexpected end of data" or whole.isascii():
        return None
    return whole.decode("utf-8")


def repair_encoding(text: str) -> str:
    r"""Undo a wrong decoding where it is certain; otherwise return `text`.

    >>> repair_encoding("РђРЅРЅР°"), repair_encoding("Ð\x90Ð½Ð½Ð°"), repair_encoding("Àííà")
    ('Анна', 'Анна', 'Анна')
    >>> repair_encoding("Роза"), repair_encoding("José")
    ('Роза', 'José')
    """
    if text.isascii():
        return text
    if _UTF8_TRACE.search(text):
        for encoding in ("cp1251", "cp1252"):
            if repaired := _redecode(text, encoding, "utf-8"):
                return repaired
    if _BETWEEN.fullmatch(text) and sum("À" <= char <= "ÿ" for char in text) > 2:  # noqa: PLR2004
        return _redecode(text, "cp1252", "cp1251") or text
    return text


def _encode(text: str, encoding: str) -> bytes | None:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        raw = bytearray()
    for char in text:
        # Browsers keep the few bytes that a Windows code page leaves out as they are.
        code = ord(char)
        if code <= 0xFF and not char.isprintable():  # noqa: PLR2004
            raw.append(code)
        elif byte := char.encode(encoding, "ignore"):
            raw += byte
        else:
            return None
    return bytes(raw)


def _redecode(text: str, wrong: str, right: str) -> str | None:
    raw = _encode(text, wrong)
    if raw is None:
        return None
    try:
        repaired = raw.decode(right)
    except UnicodeDecodeError:
        return None
    letters = _WORD.findall(repaired)
    return (
        repaired
        if letters
        and all(_CYRILLIC.search(word) or _LATIN.search(word) for word in letters)
        and _CYRILLIC.search(repaired)
        else None
    )
