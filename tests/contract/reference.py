"""The vendor's reference as data (reference.json): what each method takes and answers.

`lost` are the paths of values that cannot be read in the source any more; they are null
in the examples. `stated` tells a requirement that the source prints from one that was
concluded from its examples.
"""

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = Any


@dataclass(frozen=True)
class Param:
    """A parameter of a request: `name` is a path, "fields[].input_id"."""

    name: str
    type: str
    required: bool | str
    stated: bool
    allowed: Sequence[Json] = ()


@dataclass(frozen=True)
class Printed:
    """One method, as printed."""

    name: str
    verb: str
    path: str
    title: str
    params: Sequence[Param]
    request: Json
    response: Json
    lost: Mapping[str, Sequence[str]] = field(default_factory=dict)
    extra: Sequence[Mapping[str, Json]] = ()
    errors: Sequence[str] = ()

    @property
    def parameters(self) -> dict[str, Json]:
        """A copy of the example's parameters, out of the wrapper."""
        request: dict[str, Json] = copy.deepcopy(self.request or {})
        parameters: dict[str, Json] = request.get("request", request)
        return parameters

    @property
    def extra_response(self) -> Json:
        """The second response example; every method has at most one."""
        return next((one["response"] for one in self.extra if "response" in one), None)

    @property
    def lost_in_response(self) -> frozenset[str]:
        return frozenset(self.lost.get("response", ()))


def _read(one: dict[str, Json]) -> Printed:
    params = [Param(name, **about) for name, about in one.pop("params").items()]
    return Printed(params=params, **one)


_DATA = json.loads(Path(__file__).with_name("reference.json").read_text(encoding="utf-8"))
PRINTED: Mapping[str, Printed] = {one["name"]: _read(one) for one in _DATA["methods"]}
METHODS: Mapping[str, Printed] = {name: one for name, one in PRINTED.items() if one.verb != "JS"}
WRONG_KEY: str = _DATA["common_errors"][0]


def leaves(value: Json, path: str = "", key: str = "") -> Iterator[tuple[str, str, Json]]:
    """Walk all that is no container, and empty containers: path, name of the key, value."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else name, name)
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{number}]", key)
    else:
        yield path, key, value
