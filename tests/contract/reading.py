"""Whether a typed result says what the JSON says that it was read from, field by field."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields, is_dataclass
from itertools import count

from intake.envybox import Page
from tests.contract.reference import Json

EMPTY: Sequence[Json] = (None, "", 0, "0", [], {}, ())
# Attributes the client names otherwise than the API does.
RENAMED: Mapping[str, str] = {
    "Contact.note": "element_note",
    "Company.client_id": "element_id",
    "Deal.connected_lead_ids": "connected_lead_id",
    "FoundClient.deals": "deals_for_event",
    "Lead.deal_ids": "deals",
}
# Where the key says nothing, something beside it does.
SAID_ELSEWHERE = {"Client.phone", "Client.email", "Lead.phone"}
# More than its key says: a name with the surname, the lead that was asked for.
SAYS_MORE = {"Employee.name", "StartedLead.lead_id"}
VERDICT = {"status_code", "message"}


@dataclass(frozen=True)
class Read:
    """An attribute of a typed result, and what stands under its key in the JSON."""

    name: str
    key: str
    held: object
    told: Json

    @property
    def right(self) -> bool:
        """Tell whether the attribute says what the JSON says."""
        if self.name in SAYS_MORE:
            return bool(self.held)
        if isinstance(self.held, bool):
            return self.held == (str(self.told) in {"1", "True"})
        if self.told in EMPTY:
            return self.held in EMPTY or self.name in SAID_ELSEWHERE
        if isinstance(self.told, list | dict):
            return bool(self.held)
        return str(self.held) == str(self.told)


def attributes(value: object) -> Iterator[Read]:
    """Walk those attributes of a typed result whose key is in the JSON."""
    if isinstance(value, tuple | Mapping):
        for member in value.values() if isinstance(value, Mapping) else value:
            yield from attributes(member)
    elif is_dataclass(value) and not isinstance(value, type):
        raw = getattr(value, "raw", {})
        for one in fields(value):
            name, held = f"{type(value).__name__}.{one.name}", getattr(value, one.name)
            key = RENAMED.get(name, one.name)
            if one.name != "raw":
                if key in raw:
                    yield Read(name, key, held, raw[key])
                yield from attributes(held)


def named(kind: type) -> Iterator[str]:
    """Name the attributes of a typed result that keeps the JSON it was read from."""
    if is_dataclass(kind) and kind is not Page:
        names = [one.name for one in fields(kind)]
        if "raw" in names:
            yield from (f"{kind.__name__}.{name}" for name in names if name != "raw")


def marked(reply: Json, flag: str = "", kept: AbstractSet[str] = frozenset()) -> Json:
    """Give a reply of the same form, with a number of its own in place of every value.

    Each is a text of digits, which can be an id, a count and a text; only what stands under
    the key `flag` is a yes, and under those of `kept` everything stays.
    """
    numbers = count(1001)

    def mark(value: Json, key: str = "") -> Json:
        if isinstance(value, dict):
            return {name: mark(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [mark(one, key) for one in value]
        if key == flag:
            return "1"
        return value if key in kept else str(next(numbers))

    verdict = {name: reply[name] for name in VERDICT & reply.keys()}
    return mark(reply) | verdict
