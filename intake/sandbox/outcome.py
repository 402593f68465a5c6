"""What a call was and what it came to, as the caller sees it and as the ledger tells it."""

import json
from dataclasses import dataclass
from typing import Any

from .faults import BEFORE_EFFECT, Fault, FaultKind
from .ledger import Entry, masked

SUCCESS = "success"
HTML = "<!doctype html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
SERVER_ERROR = "500 Internal Server Error"
LOST = frozenset({FaultKind.LOST_REPLY, FaultKind.LOST_REQUEST})
AS_JSON = frozenset(
    {
        FaultKind.WRONG_KEY,
        FaultKind.REFUSE,
        FaultKind.HTTP500_JSON,
        FaultKind.ERROR200,
        FaultKind.THROTTLE_JSON,
    }
)


@dataclass(frozen=True)
class Told:
    """A request as it came, for the ledger: from where, how, and its body as text."""

    source: str
    verb: str
    path: str
    method: str
    body: str


@dataclass(frozen=True)
class Outcome:
    """What a call came to: the HTTP status and JSON, and what changed ("" for nothing).

    `note` tells the reader of the ledger what the reply does not: why nothing changed.
    """

    status: int
    payload: dict[str, Any]
    did: str = ""
    note: str = ""

    @property
    def message(self) -> str:
        """The message for people, "success" when all is well."""
        return str(self.payload.get("message", SUCCESS))

    @property
    def text(self) -> str:
        """The JSON of the reply."""
        return json.dumps(self.payload, ensure_ascii=False)


def refusal(message: str, status: int = 500) -> Outcome:
    """Give the outcome of a refused call."""
    return Outcome(status, {"status_code": status, "message": message})


def page_instead(outcome: Outcome, fault: Fault) -> str | None:
    """Give the HTML page a fault answers with; None where the reply is JSON all the same."""
    if fault.kind is FaultKind.ERROR500_AFTER:
        return HTML.format(SERVER_ERROR)
    if fault.kind in BEFORE_EFFECT - AS_JSON:
        return HTML.format(outcome.message)
    return None


def entry_of(told: Told, outcome: Outcome, fault: Fault | None, now: float) -> Entry:
    """Give the ledger's line of a call; what the fault does to the reply is told too."""
    return Entry(
        at=now,
        source=told.source,
        verb=told.verb,
        path=told.path,
        method=told.method,
        body=told.body,
        status=_seen_status(outcome, fault),
        did=outcome.did,
        message=outcome.note or outcome.message,
        reply=_seen_reply(outcome, fault),
        fault=fault.kind.value if fault else None,
    )


def _seen_status(outcome: Outcome, fault: Fault | None) -> int | None:
    if fault is None:
        return outcome.status
    if fault.kind in LOST:
        return None
    return 500 if fault.kind is FaultKind.ERROR500_AFTER else outcome.status


def _seen_reply(outcome: Outcome, fault: Fault | None) -> str:
    text = masked(outcome.text)
    if fault is None:
        return text
    if fault.kind in LOST:
        return ""
    if fault.kind is FaultKind.TRUNCATED:
        return text[: len(text) // 2]
    return page_instead(outcome, fault) or text
