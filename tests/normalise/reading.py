"""Short ways to normalise one thing in a test."""

from datetime import UTC, datetime

from intake.domain.json import JsonValue
from intake.domain.lead import Lead
from intake.domain.site import FieldRules
from intake.normalise import normalise
from intake.normalise.jsonlines import read_request

MOMENT = "2026-11-23T10:00:00Z"
WINTER = datetime(2026, 11, 23, 10, tzinfo=UTC)


def read(fields: dict[str, JsonValue], **more: JsonValue) -> Lead:
    """Normalise a post with these fields; `more` as in the command's JSON."""
    raw, rules = read_request({"fields": fields, "received_at": MOMENT, **more})
    return normalise(raw, rules)


def read_by(rules: FieldRules, fields: dict[str, JsonValue]) -> Lead:
    """Normalise a post by the rules of a site."""
    raw, _ = read_request({"fields": fields, "received_at": MOMENT})
    return normalise(raw, rules)


def codes(lead: Lead) -> list[str]:
    """Return the codes of a lead's issues."""
    return [issue.code for issue in lead.issues]
