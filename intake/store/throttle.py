"""The throttle of sign-ins: how often a password may be guessed, and by whom.

Failures are counted by who seems to try. Where a person has signed in before, on a device
that remembers it or from that address, their own mistakes count and nobody else's: a
stranger who guesses keeps them out no more. All strangers share one count for a login, and
each address has one for whatever logins it tries. A login that nobody has is counted as one
that somebody has: what is answered, and when, tells nobody which it is.

The rows are bounded: a few for each person and place they are known at, and a fixed number
of buckets for addresses. A login that nobody has costs a row only where the address may
still try, and an address that goes on trying may some seventy times a day.
"""

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, delete, select, update

from intake.store.people_models import sessions, sign_in_tries
from intake.store.schedule import insert_if_absent

FREE_TRIES = 5
# Of one address, behind which a whole office may sit.
FREE_TRIES_OF_ADDRESS = 20
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(minutes=30)
FORGOTTEN_AFTER = timedelta(days=1)
KNOWN_FOR = timedelta(days=90)
ADDRESS_BUCKETS = 4096


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a sign-in comes from. `device` is the secret its browser was given, if any."""

    address: str = ""
    browser: str = ""
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """A try that was let through; `keys` are the counts it stands in until it succeeds.

    `closes`: it is one too many, and only the right password keeps the door open.
    """

    keys: tuple[str, ...]
    closes: bool = False


def digest(secret: str) -> str:
    """Return what is kept of a secret of 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def network_of(address: str) -> str:
    """Return what is counted as one place: an IPv4 address, or the network of an IPv6 one.

    >>> network_of("2001:db8:1:2:3:4:5:6"), network_of("203.0.113.9")
    ('2001:db8:1:2::/64', '203.0.113.9')
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:50]
    if parsed.version == 4:  # noqa: PLR2004  # the protocol's own number
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a try names. `user_id` None: nobody has this login, or they may not sign in."""

    login: str
    user_id: int | None

    @property
    def key(self) -> str:
        """The count that all strangers who try this login share."""
        if self.user_id is None:
            return f"login:nobody:{digest(self.login)[:32]}"
        return f"login:{self.user_id}"


def may_try(connection: Connection, named: Named, visit: Visit, now: datetime) -> bool:
    """Whether a try would be let through now: a look that counts nothing and waits for nobody."""
    keys = _keys(connection, named, visit, now)
    return not any(is_shut_out(connection, key, now) for key in keys)


def count_try(connection: Connection, named: Named, visit: Visit, now: datetime) -> Counted | None:
    """Count a try as failed, beforehand; None where it is not let through.

    Guesses sent side by side so pass no more often than guesses in a row.
    """
    keys = _keys(connection, named, visit, now)
    if any(_is_locked(connection, key, now) for key in keys):
        return None
    closes = [_count(connection, key, now) for key in keys]
    if any(closes):
        drop_old(connection, now)
    return Counted(keys, any(closes))


def address_key(address: str, what: str) -> str:
    """Return the count that an address shares with others of its bucket, for tries at `what`."""
    bucket = int(digest(network_of(address))[:8], 16) % ADDRESS_BUCKETS
    return f"address:{what}:{bucket}"


def is_shut_out(connection: Connection, key: str, now: datetime) -> bool:
    """Whether so many tries under this key have failed that no more are let through now."""
    columns = sign_in_tries.c
    found = select(columns.key).where(columns.key == key, columns.locked_until > now)
    return connection.execute(found).first() is not None


def count_miss(connection: Connection, key: str, now: datetime, free: int | None = None) -> None:
    """Count a try that has failed and that no right one will take back; `free` are let go by."""
    insert_if_absent(connection, sign_in_tries, {"key": key, "failed_at": now})
    _count(connection, key, now, free)
    drop_old(connection, now)


def forgive(connection: Connection, counted: Counted) -> None:
    """Forget the failures of whoever has just shown the right password.

    Of an address only this try is taken back: whoever has one login of their own must not
    wipe out what they have guessed at others.
    """
    columns = sign_in_tries.c
    for key in counted.keys:
        mine = columns.key == key
        if key.startswith("address:"):
            left = case((columns.failed > 0, columns.failed - 1), else_=0)
            connection.execute(update(sign_in_tries).where(mine).values(failed=left))
        else:
            connection.execute(delete(sign_in_tries).where(mine))


def forget(connection: Connection, user_id: int) -> None:
    """Let a person try again at once, wherever they are."""
    for kind in ("device", "place"):
        mine = sign_in_tries.c.key.startswith(f"{kind}:{user_id}:")
        connection.execute(delete(sign_in_tries).where(mine))
    connection.execute(delete(sign_in_tries).where(sign_in_tries.c.key == f"login:{user_id}"))


def drop_old(connection: Connection, now: datetime) -> None:
    """Delete the counts that no longer count."""
    columns = sign_in_tries.c
    old = select(columns.key).where(columns.failed_at < now - FORGOTTEN_AFTER)
    # What another try holds just now is its own to count, and not to be waited for.
    old = old.with_for_update(skip_locked=True)
    connection.execute(delete(sign_in_tries).where(columns.key.in_(old)))


def locked_until(failed: int, now: datetime, free: int = FREE_TRIES) -> datetime | None:
    """Decide until when nobody may try after so many failures in a row."""
    if failed < free:
        return None
    doublings = min(failed - free, 10)
    wait: timedelta = min(FIRST_LOCK * 2**doublings, LONGEST_LOCK)
    return now + wait


def _keys(connection: Connection, named: Named, visit: Visit, now: datetime) -> tuple[str, ...]:
    user_id, network = named.user_id, network_of(visit.address)
    bucket = int(digest(network)[:8], 16) % ADDRESS_BUCKETS
    address = f"address:{bucket}"
    device = digest(visit.device) if visit.device else ""
    # Asked for a login that nobody has too: how long an answer takes must tell nothing.
    if device and _is_known(connection, user_id or 0, now, device=device):
        return (f"device:{user_id}:{device[:32]}",)
    if network and _is_known(connection, user_id or 0, now, address=network):
        return (f"place:{user_id}:{digest(network)[:32]}",)
    # The address first: one that is shut out makes no rows of the logins it thinks of.
    return (address, named.key)


def _is_known(
    connection: Connection,
    user_id: int,
    now: datetime,
    *,
    device: str | None = None,
    address: str | None = None,
) -> bool:
    columns = sessions.c
    same = columns.device_digest == device if device else columns.address == address
    found = select(columns.id).where(
        columns.user_id == user_id, columns.started_at > now - KNOWN_FOR, same
    )
    return connection.execute(found.limit(1)).first() is not None


def _is_locked(connection: Connection, key: str, now: datetime) -> bool:
    columns = sign_in_tries.c
    # The row stays ours until the try is counted.
    insert_if_absent(connection, sign_in_tries, {"key": key, "failed_at": now})
    row = connection.execute(
        select(columns.locked_until).where(columns.key == key).with_for_update()
    ).one()
    return row.locked_until is not None and row.locked_until > now


def _count(connection: Connection, key: str, now: datetime, free: int | None = None) -> bool:
    columns = sign_in_tries.c
    row = connection.execute(
        select(columns.failed, columns.failed_at).where(columns.key == key)
    ).one()
    failed = (0 if row.failed_at < now - FORGOTTEN_AFTER else row.failed) + 1
    usual = FREE_TRIES_OF_ADDRESS if key.startswith("address:") else FREE_TRIES
    locked = locked_until(failed, now, free or usual)
    values = {"failed": failed, "failed_at": now, "locked_until": locked}
    connection.execute(update(sign_in_tries).where(columns.key == key).values(values))
    return locked is not None
