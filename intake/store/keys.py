"""Under which key a submission is kept, so that a repeat of it is known."""

import hashlib
import re
from datetime import timedelta

# A double click, a reload, the back button and the button again; later it is meant anew.
SAME_FILL = timedelta(minutes=10)

# With a blank, so that no key of a page's own can be the same.
REFUSED = "refused "
ANEW = "anew "
ERASED = "erased "

# A page's odd key, as `intake.receive.post` keeps it: whoever guesses the key makes the same.
_DIGESTED = ("sha256:", ANEW)
# What is drawn by lot, or made of a secret, names nobody, whatever its digits look like; the
# second line is a key of our own script.
_BY_LOT = re.compile(
    r"(?:\w+[: ])?(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?:[0-9a-f]{8}){4,8})"
    r"|(?=[\d\-]{31})(?:\d{1,10}-){3}\d{1,10}:-?\d{1,10}",
    re.IGNORECASE,
)
# As many digits as the shortest number that a person is looked for by, or an address.
_CONTACT = re.compile(r"@|%40|\d(?:\D{0,3}\d){6}")
# Some milliseconds: all numbers of a country take years to try.
_COST = {"n": 2**11, "r": 8, "p": 1, "dklen": 32}


def kept_key(key: str | None, refused_for: str | None, print_: str) -> str | None:
    """Return the key a submission is kept under: its own, unless it was `refused_for` something.

    A refused post does not use its own up, because the visitor corrects it and sends again;
    sent again as it was, refused for the same reason, it adds nothing to the log.
    """
    if key is None or refused_for is None:
        return key
    again = f"{key}\n{refused_for}\n{print_}"
    return f"{REFUSED}{hashlib.sha256(again.encode()).hexdigest()}"


def next_key(key: str) -> str:
    """Return the key of what was sent anew under a key that an earlier submission has."""
    return f"{ANEW}{hashlib.sha256(key.encode()).hexdigest()}"


def erased_key(site: str, key: str | None) -> str | None:
    """Return the key that an erased submission keeps, so that a late repeat is known.

    The same key, unless it may tell of whom it was: pages make keys of numbers and addresses.
    Of such a key a digest stays, which is slow to make, and so to guess.
    """
    if key is None or not _may_tell(key):
        return key
    salt = site.encode(errors="backslashreplace")
    digest = hashlib.scrypt(key.encode(errors="backslashreplace"), salt=salt, **_COST)
    return f"{ERASED}{digest.hex()}"


def _may_tell(key: str) -> bool:
    return key.startswith(_DIGESTED) or (not _BY_LOT.fullmatch(key) and bool(_CONTACT.search(key)))
