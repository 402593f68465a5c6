"""Under which key a submission is kept, so that a repeat of it is known."""

import hashlib
from datetime import timedelta

# A double click, a reload, the back button and the button again; later it is meant anew.
SAME_FILL = timedelta(minutes=10)

# With a blank, so that no key of a page's own can be the same.
REFUSED = "refused "
ANEW = "anew "


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
