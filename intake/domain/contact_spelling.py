r"""How people and programs spell a contact: what stands between the parts of one.

One definition for all that look for contacts: what a viewer is not shown, what an erasure
finds and what does not outlast a submission. The expressions are for Python and PostgreSQL
alike: both cases are spelled out, nothing is possessive. Each text is read in one way only,
so that none takes long: a sign is either part of a coded one or stands for itself.
"""

import re

# Where addresses are written in Russian letters.
RUSSIAN_ZONES = frozenset({"рф", "рус", "бел"})

_HEX = "[0-9A-Fa-f]"
_OF_HTML = rf"(?:#[0-9]{{2,5}}|#[xX]{_HEX}{{2,4}});"
# Zeros of the digits that keyboards of people have: wide ones, Arabic, Persian. Within JSON
# the escape of each ends with the digit that it is.
ZEROS = "0\uff10\u0660\u06f0"
_DIGITS = "".join(f"{zero}-{chr(ord(zero) + 9)}" for zero in ZEROS)
_DIGIT_OF_JSON = "(?:ff1|066|06f)[0-9]"

# Signs that programs have written in letters and digits: those of an address of a page, once
# or several times over, of HTML, of JSON, and what our own pages show of an unseen one.
_OF_PAGE = (
    rf"%(?:25)*(?:2[0-46-9A-Fa-f]|25(?!{_HEX}{{2}})|[89A-Fa-f]{_HEX}|0[9AaDd]|3[A-Fa-f]"
    r"|5[B-Fb-f]|60|7[B-Fb-f])"
)
_OF_MARKUP = (
    rf"&(?:amp;)*{_OF_HTML}|&(?:amp;)*(?!amp;)[a-zA-Z]{{2,8}};"
    rf"|&(?:amp;)+(?!{_OF_HTML}|[a-zA-Z]{{2,8}};)"
)
_OF_JSON = (
    rf"\\u(?!{_DIGIT_OF_JSON})(?:00[01]{_HEX}|002{_HEX}|003[a-f]|005[b-f]|007[b-f]"
    rf"|00[89ab]{_HEX}|061c|1680|180e|2{_HEX}{{3}}|30[01]{_HEX}|f[ef]{_HEX}{{2}})"
    r"|\\u(?:ff1|066|06f)(?=[0-9])|\\[bfnrt]"
)
_SHOWN = rf"\[U\+{_HEX}{{4,6}}\]"
CODED = rf"{_OF_PAGE}|{_OF_MARKUP}|{_OF_JSON}|{_SHOWN}"

# Any other sign that is no part of a word, and begins nothing coded.
_BEGINS_NOTHING = rf"%(?!{_HEX}{{2}})|&(?!(?:amp;)*#[0-9xX])"
BETWEEN_DIGITS = rf"(?:[^\w%&]|_|{_BEGINS_NOTHING})*"
# The same before a text is read, for choosing what is decided about later; lists of letters
# differ, so that there are those of other alphabets too.
MAYBE_BETWEEN_DIGITS = (
    rf"(?:{_OF_MARKUP}|[^A-Za-z{_DIGITS}%&]|{_BEGINS_NOTHING}"
    rf"|%(?:25)*(?:(?!25){_HEX}{{2}}|25(?!{_HEX}{{2}}))"
    rf"|\\u(?!{_DIGIT_OF_JSON}){_HEX}{{4}}|\\u(?:ff1|066|06f)(?=[0-9])|\\[bfnrt]"
    rf"|\[U\+{_HEX}{{4,6}}\])*"
)

UNSEEN = (
    "\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2069\ufeff"
)
_BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_QUOTES = "'\"`\xb4\xbb\u2018\u2019\u201c\u201d"
_BLANK_OF_PAGE = (
    rf"%(?:25)*(?:2[0267]|0[9AaDd]|[cC]2%(?:25)*[aA][0dD]|[eE]2%(?:25)*8[01]%(?:25)*[89aA]{_HEX})"
)
# What may stand around the at-sign of an address, and how that sign is spelled.
_AROUND = rf"(?:[{_BLANKS}{UNSEEN}{_QUOTES}\\&+]|{_BLANK_OF_PAGE}|{_OF_MARKUP}|{_OF_JSON}|{_SHOWN})"
AT = (
    r"(?:[@\uff20\ufe6b]|%(?:25)*40|%(?:25)*[eE][fF]%(?:25)*(?:[bB][cC]%(?:25)*[aA]0|[bB]9%(?:25)*[aA][bB])"
    r"|&(?:amp;)*(?:commat|#0?64|#[xX]40);|\\u(?:ff20|fe6b))"
)
DOT = (
    r"(?:[.\uff0e\u3002\uff61\ufe52]|%(?:25)*2[Ee]|%(?:25)*[eE]3%(?:25)*80%(?:25)*82"
    r"|%(?:25)*[eE][fF]%(?:25)*(?:[bB][cC]%(?:25)*8[eE]|[bB][dD]%(?:25)*[aA]1|[bB]9%(?:25)*92)"
    r"|&(?:amp;)*(?:period|#0?46|#[xX]2[eE]);|\\u(?:ff0e|3002|ff61|fe52))"
)
# No more of them: between an address and the next there are as many.
MOST_AROUND = 6
READ_AROUND = rf"[{_BLANKS}{UNSEEN}{_QUOTES}\\&+]{{0,{MOST_AROUND}}}"
READ_AT, READ_DOT = "[@\uff20\ufe6b]", "[.\uff0e\u3002\uff61\ufe52]"
_CODED_AT, _CODED_DOT, _CODED = map(re.compile, (AT, DOT, CODED))


def readings(text: str) -> tuple[str, ...]:
    """Return a text as it is and with its coded signs read; what they are matters not.

    >>> readings("8&#39;916%202223344, ivan%40mail.ru")[-1]
    '8 916 2223344, ivan@mail.ru'
    """
    signs = _CODED_AT.sub("@", text)
    read = _CODED.sub(" ", _CODED_DOT.sub(".", signs))
    return tuple(dict.fromkeys((text, signs, read)))


def maybe_around(sign: str) -> str:
    """Return the expression for `AT` or `DOT` and all that may be around it, before it is read."""
    around = rf"(?:(?!{sign})(?:[{_BLANKS}{UNSEEN}{_QUOTES}\\&+]|{CODED}))*"
    return around + sign + around


# What nobody sees may stand within a host, blanks around its dots.
_UNSEEN_SIGN = (
    rf"(?:[{UNSEEN}]|\[U\+{_HEX}{{4,6}}\]|%(?:25)*(?:[eE]2%(?:25)*8[01]%(?:25)*[89aA]{_HEX}|[cC]2%(?:25)*[aA][dD])"
    r"|&(?:amp;)*(?:shy|zwnj|zwj|lrm|rlm|#8203|#8288|#65279|#173);)"
)
_PART_OF_HOST = rf"(?:[\w\-]|{_UNSEEN_SIGN})++"
_FEW_AROUND = rf"(?:(?!{AT}){_AROUND}){{0,{MOST_AROUND}}}"
# What follows the name in any address; for Python alone.
AT_HOST = (
    rf"(?P<at>{_FEW_AROUND}{AT}{_FEW_AROUND})"
    rf"(?P<host>{_PART_OF_HOST}(?:(?:{DOT}|[ \u00a0]{{1,3}}\.[ \u00a0]?){_PART_OF_HOST})+)"
)
