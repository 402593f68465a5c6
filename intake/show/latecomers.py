"""How a page says which submissions below its newest one it has not seen.

A mark in letters: a viewer's page hides long runs of digits.
"""

import re

from intake.store.latecomers import LOOKED_BELOW

_LETTERS = "ghijklmnopqrstuv"
_SPELLED = str.maketrans("0123456789abcdef", _LETTERS)
_READ = str.maketrans(_LETTERS, "0123456789abcdef")
_MARK = re.compile(rf"[{_LETTERS}]{{1,{LOOKED_BELOW // 4}}}")


def spell_missing(newest: int, missing: tuple[int, ...]) -> str | None:
    """Return the mark of these ids, None where there are none.

    >>> spell_missing(12, (11, 8)), spell_missing(12, ())
    ('p', None)
    """
    bits = sum(1 << (newest - 1 - id_) for id_ in missing)
    return f"{bits:x}".translate(_SPELLED) if bits else None


def read_missing(newest: int, mark: str) -> tuple[int, ...]:
    """Return the ids that a mark stands for; none where it is no mark.

    >>> read_missing(12, "p"), read_missing(12, "9"), read_missing(2, "v")
    ((8, 11), (), (1,))
    """
    if not _MARK.fullmatch(mark):
        return ()
    bits = int(mark.translate(_READ), 16)
    places = (place for place in range(LOOKED_BELOW) if bits >> place & 1)
    return tuple(sorted(newest - 1 - place for place in places if place < newest - 1))
