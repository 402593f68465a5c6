"""Whether a reply has the shape of the example: same keys, same JSON types, all the way down."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from tests.contract.reference import METHODS, Json, leaves

Kinds = Mapping[str, AbstractSet[str]]
NO_KINDS: Kinds = {}
# Null in the examples of one method, a value in those of another that tells the same thing.
PRINTED_ELSEWHERE: Mapping[str, Mapping[str, Sequence[str]]] = {
    "client/get": {"addon": ["client/getContacts"]},
    "client/list": {"addon": ["client/getContacts"], "email": ["deal/search-by-fields"]},
    "deal/list": {"client_name": ["deal/search-by-fields"]},
    "deal/getTask": {"from_employee_id": ["deal/getTasks"]},
}
# Keyed by the system names of fields: every account has the printed ones, and may have more.
BY_FIELD = "service"


def kind(value: Json) -> str:
    """Name the JSON type of a value."""
    names = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")


def printed_kinds(name: str) -> Kinds:
    """Tell which types the examples of a method print for each key; lost values tell nothing."""
    method = METHODS[name]
    kinds: dict[str, set[str]] = defaultdict(set)
    for path, key, value in leaves(method.response):
        if path not in method.lost_in_response:
            kinds[key].add(kind(value))
    for _, key, value in leaves(method.extra_response):
        kinds[key].add(kind(value))
    for key, others in PRINTED_ELSEWHERE.get(name, {}).items():
        kinds[key].update(*(printed_kinds(other)[key] for other in others))
    return kinds


def differences(
    example: Json,
    reply: Json,
    lost: AbstractSet[str] = frozenset(),
    kinds: Kinds = NO_KINDS,
    path: str = "",
    key: str = "",
) -> Iterator[str]:
    """Yield in what `reply` departs from `example`.

    A value lost in print may be anything. A printed null may be what `kinds` has for that
    key, and a value may be null where `kinds` has that for the key.
    """
    if path in lost:
        return
    if kind(example) != kind(reply):
        both = {kind(example), kind(reply)}
        if not (None in (example, reply) and both <= kinds.get(key, frozenset())):
            yield f"{path}: {kind(reply)} {reply!r} instead of {kind(example)} {example!r}"
    elif isinstance(example, dict):
        yield from _of_objects(example, reply, lost, kinds, path, key)
    elif isinstance(example, list):
        yield from _of_arrays(example, reply, lost, kinds, path, key)


def _of_objects(
    example: dict[str, Json],
    reply: dict[str, Json],
    lost: AbstractSet[str],
    kinds: Kinds,
    path: str,
    key: str,
) -> Iterator[str]:
    by_field = key == BY_FIELD
    if by_field or not all(name.isdigit() for name in example):
        yield from (f"{path}.{name}: missing" for name in example.keys() - reply.keys())
    if by_field or all(name.isdigit() for name in example):
        elements = [*example.values()], [*reply.values()], _renumbered(example, lost, path)
        yield from _of_arrays(*elements, kinds, path)
        return
    for name in reply.keys() - example.keys():
        yield f"{path}.{name}: not in the example ({reply[name]!r})"
    for name in example.keys() & reply.keys():
        below = f"{path}.{name}" if path else name
        yield from differences(example[name], reply[name], lost, kinds, below, name)
        if example[name] is None and reply[name] is not None and name.endswith("_id"):
            yield from _unlike_its_neighbour(example, reply[name], below)


def _unlike_its_neighbour(example: dict[str, Json], value: Json, path: str) -> Iterator[str]:
    """Tell of an id that is a number among strings, or a string among numbers."""
    neighbour = example.get("id") or example.get("crm_id")
    if neighbour is not None and kind(neighbour) != kind(value):
        yield f"{path}: {kind(value)} {value!r} beside {kind(neighbour)}s"


def _renumbered(example: dict[str, Json], lost: AbstractSet[str], path: str) -> AbstractSet[str]:
    """Say by position what is lost by name."""
    places = {f"{path}.{name}": f"{path}[{number}]" for number, name in enumerate(example)}
    return {
        place + one.removeprefix(name)
        for one in lost
        for name, place in places.items()
        if one.startswith(name)
    }


def _of_arrays(
    example: list[Json],
    reply: list[Json],
    lost: AbstractSet[str],
    kinds: Kinds,
    path: str,
    key: str = "",
) -> Iterator[str]:
    """Hold every element against the printed one it is most like."""
    if not example:
        return
    if not reply:
        yield f"{path}: empty"
    for number, element in enumerate(reply):
        attempts = [
            [*differences(printed, element, lost, kinds, f"{path}[{place}]", key)]
            for place, printed in enumerate(example)
        ]
        yield from (f"{line} (element {number})" for line in min(attempts, key=len))
