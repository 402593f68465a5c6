"""What troubles are decided by: what the store shows at a moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from intake.domain.health import Vitals
from intake.domain.reconciliation import FindingKind
from intake.domain.silence import Span


@dataclass(frozen=True, slots=True)
class Stuck:
    """Deliveries of a site that wait for a person: since `day`, or trying again by themselves.

    Those that nobody looks after for weeks must not hide the ones that come anew, so
    each day's are a trouble of their own.
    """

    site: str
    day: date | None
    count: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """Submissions of a site that came on a `day`, are held and wait for a person's word."""

    site: str
    day: date
    count: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Pause:
    """An account whose deliveries are paused, and why: a code of the breaker.

    `since` is when the first of several pauses in quick succession began. `on` False: it has
    just been resumed, and may be paused again any moment.
    """

    crm: str
    since: datetime
    reason: str | None
    on: bool = True


@dataclass(frozen=True, slots=True)
class Failing:
    """Deliveries of a site that have failed many times and are still tried again."""

    site: str
    count: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What a comparison found of the submissions that were delivered to an account on a `day`.

    `kind` is the comparison's word: not found in the CRM, or found there twice. Each day's
    are a trouble of their own, so that those of yesterday do not hide those of today.
    """

    crm: str
    kind: FindingKind
    day: date
    count: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Signs:
    """What the store shows at `now`.

    `paused` are of configured accounts only: no other is ever resumed. `arrivals` are the
    moments at which leads of a site came, in order, for the sites that have been quiet for
    a while; `last` is when the last one came, of every site, `days_off` the public holidays
    of its country since then. `free_bytes` is the room on the disk of the database, None where
    that cannot be told.
    """

    now: datetime
    stuck: Sequence[Stuck] = ()
    held: Sequence[Held] = ()
    paused: Sequence[Pause] = ()
    failing: Sequence[Failing] = ()
    found: Sequence[Found] = ()
    vitals: Vitals = field(default_factory=Vitals)
    free_bytes: int | None = None
    arrivals: Mapping[str, Sequence[datetime]] = field(default_factory=dict)
    last: Mapping[str, datetime] = field(default_factory=dict)
    days_off: Mapping[str, Sequence[Span]] = field(default_factory=dict)
