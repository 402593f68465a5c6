"""What was asked and what came back: the record of one call."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call of the API, fit for a log: the API key is nowhere in it.

    `method` is the API's name ("lead/set"); `request` the JSON body as it was sent,
    with its `request` wrapper (for GET the query parameters, None without any);
    `http_status` None when no answer came; `reply_text` the answer as text, its first
    8192 characters; `duration_ms` whole milliseconds; `error` a Russian sentence for
    people, None after a success. What holds personal data stays out of `repr`.
    """

    method: str
    http_verb: str
    request: Mapping[str, object] | None = field(repr=False)
    http_status: int | None
    reply_text: str = field(repr=False)
    duration_ms: int
    error: str | None
