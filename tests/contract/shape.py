"""Whether a reply has the shape of the example: same keys, same JSON types, all the way down."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from tests.contract.reference import METHODS, Json, leaves

# Objects keyed by something of the account's own: the keys differ, what they hold does not.
BY_FIELD = {"service"}


def kind(value: Json) -> str:
    """Name the JSON type of a value."""
    names = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")


def _printed_kinds() -> Mapping[str, AbstractSet[str]]:
    """Tell which types the examples print for each key; lost values tell nothing."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for method in METHODS.values():
        for path, key, value in leaves(method.response):
            if path not in method.lost_in_response:
                kinds[key].add(kind(value))
        for _, key, value in leaves(method.extra_response):
            kinds[key].add(kind(value))
    return kinds


PRINTED_KINDS = _printed_kinds()


def differences(
    example: Json, reply: Json, lost: AbstractSet[str] = frozenset(), path: str = "", key: str = ""
) -> Iterator[str]:
    """Yield in what `reply` departs from `example`.

    A value lost in print may be anything. A printed null may be what other examples print
    for that key, and a value may be null where other examples print that key null.
    """
    if path in lost:
        return
    if kind(example) != kind(reply):
        if not (None in (example, reply) and {kind(example), kind(reply)} <= PRINTED_KINDS[key]):
            yield f"{path}: {kind(reply)} {reply!r} instead of {kind(example)} {example!r}"
    elif isinstance(example, dict):
        yield from _of_objects(example, reply, lost, path, key)
    elif isinstance(example, list):
        yield from _of_arrays(example, reply, lost, path, key)


def _of_objects(
    example: dict[str, Json], reply: dict[str, Json], lost: AbstractSet[str], path: str, key: str
) -> Iterator[str]:
    if key in BY_FIELD or all(name.isdigit() for name in example):
        yield from _of_arrays(
            [*example.values()], [*reply.values()], _renumbered(example, lost, path), path, key
        )
        return
    for name in example.keys() - reply.keys():
        yield f"{path}.{name}: missing"
    for name in reply.keys() - example.keys():
        yield f"{path}.{name}: not in the example ({reply[name]!r})"
    for name in example.keys() & reply.keys():
        below = f"{path}.{name}" if path else name
        yield from differences(example[name], reply[name], lost, below, name)
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
    example: list[Json], reply: list[Json], lost: AbstractSet[str], path: str, key: str
) -> Iterator[str]:
    """Hold every element against the printed one it is most like."""
    if not example:
        return
    if not reply:
        yield f"{path}: empty"
    for number, element in enumerate(reply):
        attempts = [
            [*differences(printed, element, lost, f"{path}[{place}]", key)]
            for place, printed in enumerate(example)
        ]
        yield from (f"{line} (element {number})" for line in min(attempts, key=len))
