"""Moments as numbers, in either database's SQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, extract, func

from intake.store.database import Database


def milliseconds(database: Database, moment: ColumnElement[Any]) -> ColumnElement[int]:
    """Return a moment's milliseconds since 1970, the fraction cut off.

    As the triggers write `arrivals.at`.
    """
    if not database.is_sqlite:
        return cast(func.floor(extract("epoch", moment) * 1000), BigInteger)
    # SQLite keeps moments as text, "2026-11-23 10:00:00.123456", in UTC.
    seconds = cast(func.strftime("%s", func.substr(moment, 1, 19)), BigInteger)
    return seconds * 1000 + cast(func.substr(moment, 21, 3), BigInteger)


def as_milliseconds(moment: datetime) -> int:
    """Return the same of a moment that is known."""
    # By whole seconds and then the rest: a float would round.
    return int(moment.replace(microsecond=0).timestamp()) * 1000 + moment.microsecond // 1000
