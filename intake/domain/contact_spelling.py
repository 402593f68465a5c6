r"""How people and programs spell a contact: what stands between the parts of one.

One definition for all that look for contacts: what a viewer is not shown, what an erasure
finds and what does not outlast a submission. The expressions are for Python and PostgreSQL
alike: both cases are spelled out, nothing is possessive. Each text is read in one way only,
so that none takes long: a sign is either part of a coded one or stands for itself.
"""

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

# Any other sign that is no part of a word.
BETWEEN_DIGITS = rf"(?:{CODED}|(?!{CODED})(?:[^\w]|_))*"
# The same for choosing what is decided about later: lists of letters differ.
MAYBE_BETWEEN_DIGITS = (
    rf"(?:{CODED}|\\u(?!{_DIGIT_OF_JSON}){_HEX}{{4}}|(?!{CODED}|\\u{_HEX}{{4}})[^A-Za-z{_DIGITS}])*"
)
# A digit after a coded sign begins a number, though that sign ends with one.
BEFORE_NUMBER = r"(?:(?<!\d)|(?<=%[0-9a-fA-F]{2})|(?<=\\u[0-9a-f]{4})|(?<=\\u(?:ff1|066|06f)))"

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
_AROUND = rf"(?:[{_BLANKS}{UNSEEN}{_QUOTES}\\&]|{_BLANK_OF_PAGE}|{_OF_MARKUP}|{_OF_JSON}|{_SHOWN})"
AT = r"(?:[@\uff20\ufe6b]|%(?:25)*40|&(?:amp;)*(?:commat|#0?64|#[xX]40);|\\u(?:ff20|fe6b))"
DOT = (
    r"(?:[.\uff0e\u3002\uff61\ufe52]|%(?:25)*2[Ee]|&(?:amp;)*(?:period|#0?46|#[xX]2[eE]);"
    r"|\\u(?:ff0e|3002|ff61|fe52))"
)
# No more of them: between an address and the next there are as many.
MOST_AROUND = 6


def with_around(sign: str, most: int | None = MOST_AROUND) -> str:
    """Return the expression for a sign of an address, `AT` or `DOT`, and what is around it.

    `most`: how many signs are at most on each side; None: any number.
    """
    around = rf"(?:(?!{sign}){_AROUND}){'*' if most is None else f'{{0,{most}}}'}"
    return around + sign + around


# What nobody sees may stand within a host, blanks around its dots.
_UNSEEN_SIGN = (
    rf"(?:[{UNSEEN}]|\[U\+{_HEX}{{4,6}}\]|%(?:25)*(?:[eE]2%(?:25)*8[01]%(?:25)*[89aA]{_HEX}|[cC]2%(?:25)*[aA][dD])"
    r"|&(?:amp;)*(?:shy|zwnj|zwj|lrm|rlm|#8203|#8288|#65279|#173);)"
)
_PART_OF_HOST = rf"(?:[\w\-]|{_UNSEEN_SIGN})++"
# What follows the name in any address; for Python alone.
AT_HOST = (
    rf"(?P<at>{with_around(AT)})"
    rf"(?P<host>{_PART_OF_HOST}(?:(?:{DOT}|[ \u00a0]{{1,3}}\.[ \u00a0]?){_PART_OF_HOST})+)"
)
