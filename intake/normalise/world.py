"""Countries and towns outside the regions of the CRM, and what the clock shows there."""

from functools import cache

from intake.normalise.cases import nominatives
from intake.normalise.spelling import fold
from intake.normalise.tables import rows

# A word before a name says nothing of where it is.
_BEFORE = frozenset({"в", "во", "г", "город", "из", "на", "по", "время"})

LONGEST = 120
MOST_PARTS = 3


@cache
def world() -> dict[str, str | None]:
    """Return the IANA zone of every name, folded; None of a country of many zones."""
    return {
        name: row["zone"] or None for row in rows("world.csv") for name in row["names"].split("|")
    }


def zone_abroad(text: str) -> str | None:
    """Return the IANA zone of a town or country of one zone, whatever case it stands in.

    >>> zone_abroad("Дубай"), zone_abroad("по Минску"), zone_abroad("США")
    ('Asia/Dubai', 'Europe/Minsk', None)
    >>> zone_abroad("Нью-Йорк, США")
    'America/New_York'
    """
    parts = text[:LONGEST].split(",")[:MOST_PARTS]
    names = [text[:LONGEST], *parts] if len(parts) > 1 else parts
    return next((zone for name in names if (zone := _zone_of(name))), None)


def _zone_of(name: str) -> str | None:
    words = [word for word in fold(name).split() if word not in _BEFORE]
    name = " ".join(words)
    if name in world() or len(words) != 1:
        return world().get(name)
    return next((zone for name in nominatives(words[0]) if (zone := world().get(name))), None)
