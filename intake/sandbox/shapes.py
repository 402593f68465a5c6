"""What all shapes of the API share: objects of JSON, and times as the CRM writes them."""

from datetime import UTC, datetime, timedelta
from typing import Any

JSONObject = dict[str, Any]

MOSCOW_OFFSET = timedelta(hours=3)


def date(seconds: float | None) -> str | None:
    """Write a time as the CRM does: Moscow time, no zone."""
    if seconds is None:
        return None
    moscow = datetime.fromtimestamp(seconds, tz=UTC) + MOSCOW_OFFSET
    return moscow.strftime("%Y-%m-%d %H:%M:%S")
