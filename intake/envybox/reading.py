"""Reading the CRM's JSON without trusting it.

Ids come as "2119" or 2119, lists as lists or as objects keyed by id, a payload stands
under a key or beside `status_code` (API reference, "Oddities of the source").
"""

from collections.abc import Mapping, Sequence

JsonMapping = Mapping[str, object]
_LONGEST_ID = 18


class Malformed(ValueError):  # noqa: N818 - says what the reply is
    """A reply lacks what the method cannot do without; the text is a Russian phrase."""


def identifier(value: object) -> int | None:
    """Return an id or a code; None for absent ones, which the CRM writes null, "", 0 and "0".

    >>> identifier("2119"), identifier(2119), identifier("0"), identifier(True)
    (2119, 2119, None, None)
    """
    if isinstance(value, str):
        digits = value.strip()
        readable = digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_ID
        value = int(digits) if readable else None
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 < value < 10**_LONGEST_ID else None


def integer(value: object) -> int | None:
    """Return a whole number that is no id: an offset, a count. None for anything else.

    >>> integer("5885"), integer(-1), integer("-1"), integer(""), integer(True)
    (5885, -1, -1, None, None)
    """
    if isinstance(value, str):
        digits = value.strip().removeprefix("-")
        readable = digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_ID
        value = int(value) if readable else None
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if abs(value) < 10**_LONGEST_ID else None


def flag(value: object) -> bool:
    """Read "1", 1 and true as yes, everything else as no."""
    return value is True or identifier(value) == 1


def text(value: object, longest: int = 10_000) -> str | None:
    """Return text that any database and terminal can take; None where there is none."""
    if not isinstance(value, str) or not value.strip():
        return None
    clean = value[:longest].replace("\x00", "").encode("utf-8", "replace").decode()
    return clean.strip() or None


def mapping(value: object) -> JsonMapping:
    """Return a JSON object as it is, anything else as an empty one."""
    return value if isinstance(value, Mapping) else {}


def members(value: object) -> Sequence[object]:
    """Return the members of a list, or of the object keyed by id that PHP makes of it."""
    if isinstance(value, Mapping):
        return tuple(value.values())
    return value if isinstance(value, list) else ()


def identifiers(value: object) -> tuple[int, ...]:
    """Return the ids of a list that holds bare ids or objects.

    >>> identifiers(["261920", 7, {"id": "8"}, None])
    (261920, 7, 8)
    """
    found = [
        identifier(item.get("id") if isinstance(item, Mapping) else item) for item in members(value)
    ]
    return tuple(item for item in found if item is not None)


def living(value: object) -> Sequence[JsonMapping]:
    """Return those members that are objects and are not marked as deleted."""
    objects = [mapping(member) for member in members(value)]
    return [item for item in objects if item and not item.get("deleted_at")]


def unwrapped(body: JsonMapping) -> JsonMapping:
    """Return what stands under `result`, or the reply itself where it is flat."""
    return mapping(body.get("result")) or body


def promised(body: JsonMapping, key: str) -> object:
    """Return the payload under `key`, flat or within `result`; Malformed without it."""
    for place in (body, mapping(body.get("result"))):
        if key in place:
            return place[key]
    raise Malformed(f"в ответе нет «{key}»")


def required_id(data: JsonMapping, what: str) -> int:
    """Return the id of `data`; Malformed, naming `what` it is, where there is none."""
    found = identifier(data.get("id"))
    if found is None:
        raise Malformed(f"в ответе нет номера: {what}")
    return found
