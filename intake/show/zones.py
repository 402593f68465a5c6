"""Whose time it is: the reader's, as their browser tells it, and the client's."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from flask import has_request_context, request

from intake.show.language import _
from intake.show.text import Clock

# Set by static/log.js; not a secret, and worth nothing to anybody.
COOKIE = "zone"

_OFFSET = re.compile(r"UTC([+-])(\d\d):(\d\d)")
# When a client may be called without waking anybody.
_DAY = range(8, 22)


class ReadersClock(Clock):
    """Moments in the zone of whoever reads the page; in `zone` where that is not known."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.default = zone

    @property
    def zone(self) -> ZoneInfo:  # type: ignore[override]  # the same to whoever reads it
        """The reader's zone."""
        name = request.cookies.get(COOKIE) if has_request_context() else None
        return ZoneInfo(name) if name in _zones() and name else self.default

    def name(self, now: datetime) -> str:
        """Say which zone it is, and whose: ``ваше время, UTC+5``."""
        told = super().name(now)
        return told if "," in told else _("ваше время, %(zone)s", zone=told)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


@dataclass(frozen=True, slots=True)
class ClientsTime:
    """What a client's clock says now; `offset` is in minutes east of Greenwich."""

    text: str
    offset: int
    is_day: bool


def clients_time(timezone: str | None, now: datetime) -> ClientsTime | None:
    """Return the time at a client's, given their zone as the CRM writes it (``UTC+05:00``).

    >>> from datetime import UTC
    >>> clients_time("UTC+05:00", datetime(2026, 11, 23, 20, 5, tzinfo=UTC))
    ClientsTime(text='01:05', offset=300, is_day=False)
    """
    found = _OFFSET.fullmatch(timezone or "")
    if found is None:
        return None
    minutes = int(found[2]) * 60 + int(found[3])
    offset = -minutes if found[1] == "-" else minutes
    local = now.replace(tzinfo=None) - (now.utcoffset() or timedelta()) + timedelta(minutes=offset)
    return ClientsTime(f"{local:%H:%M}", offset, local.hour in _DAY)
