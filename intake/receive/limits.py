"""How much comes from one address: counted in memory, per process, in bounded space.

Each process of the web counts for itself, so what is allowed is allowed to each of them;
what has to hold exactly does not hang on this.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

# Addresses remembered at once; the one not seen for longest is forgotten first.
MOST_ADDRESSES = 20_000

# A token, but for what seconds lose as fractions.
ENOUGH = 1 - 1e-6

# Of all posts, and of refused ones, a minute from one address. An office shares an
# address, and so do a provider's customers: hundreds of people must fit.
ANY_PER_MINUTE = 600
REFUSED_PER_MINUTE = 60


class Buckets:
    """A bucket of tokens for each address, filled again evenly over a minute.

    `time` gives seconds. Safe to use from several threads.
    """

    def __init__(self, time: Callable[[], float] = time.monotonic) -> None:
        self._time = time
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, per_minute: int) -> float:
        """Take one token; return in how many seconds there is one, 0 where it was there."""
        now = self._time()
        with self._lock:
            left, seen = self._left.pop(key, (float(per_minute), now))
            left = min(left + (now - seen) * per_minute / 60, float(per_minute))
            missing = 1 - left if left < ENOUGH else 0.0
            self._left[key] = (left if missing else left - 1, now)
            if len(self._left) > MOST_ADDRESSES:
                self._left.popitem(last=False)
        return missing * 60 / per_minute


@dataclass(frozen=True, slots=True)
class Limits:
    """What one address may send. Raises nothing, knows nothing of posts."""

    buckets: Buckets

    def wait_for_any(self, ip: str | None) -> float:
        """Count a post; return the seconds to wait where there are far too many."""
        return self._take("any", ip, ANY_PER_MINUTE)

    def wait_for_refused(self, ip: str | None) -> float:
        """Count a refused post; return the seconds to wait where there are too many."""
        return self._take("refused", ip, REFUSED_PER_MINUTE)

    def is_flood(self, site: str, ip: str | None, per_minute: int) -> bool:
        """Count a post of a site; True where there are more than people would send."""
        return per_minute > 0 and self._take(f"post {site}", ip, per_minute) > 0

    def _take(self, kind: str, ip: str | None, per_minute: int) -> float:
        sender = sender_of(ip)
        return self.buckets.take(f"{kind} {sender}", per_minute) if sender else 0.0


def sender_of(ip: str | None) -> str | None:
    """Return what stands for one sender; None for an address that says nothing of who it is.

    A private one is a proxy's of our own that does not tell us the visitor's (or a test's):
    to count it would be to count everybody together. With IPv6 a household has a whole /64.

    >>> sender_of("93.158.134.3"), sender_of("2a02:6b8::feed:ff"), sender_of("127.0.0.1")
    ('93.158.134.3', '2a02:6b8::', None)
    """
    try:
        address = ip_address(ip or "")
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_private:
        return None
    if isinstance(address, IPv6Address):
        return str(IPv6Address(int(address) >> 64 << 64))
    return str(address)
