"""Trying a method out: through the client, over HTTP, to the sandbox, and all that was seen."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Any

from intake.envybox import Envybox
from intake.envybox.reading import identifier
from intake.envybox.transport import Limits, Outgoing, Reply, Transport
from tests.contract.cases import CASES, Params
from tests.contract.reference import Json
from tests.contract.scene import KEY, Scene, opened

LIMITS = Limits(3, 15, 5_000_000)
Rewrite = Callable[[Json], Json]


class Wire(Transport):
    """A transport that keeps what came off the wire, and may rewrite it for the client."""

    def __init__(self, root: str, rewrite: Rewrite) -> None:
        super().__init__(root, KEY, LIMITS)
        self.bodies: list[Json] = []
        self._rewrite = rewrite

    def send(self, outgoing: Outgoing) -> Reply:
        reply = super().send(outgoing)
        self.bodies.append(json.loads(reply.body))
        return replace(reply, body=json.dumps(self._rewrite(self.bodies[-1])).encode())


@dataclass(frozen=True)
class Tried:
    """What was asked for, what the client made of the answer, and what went over the wire."""

    params: dict[str, Json]
    result: object
    reply: Json
    request: Mapping[str, Any]


@dataclass(frozen=True)
class Manner:
    """How an account is called."""

    path: str = "/openapi/v1"
    wrapped: bool = True
    rewrite: Rewrite = lambda reply: reply


AS_PRINTED = Manner()


@contextmanager
def client(scene: Scene, manner: Manner) -> Iterator[tuple[Envybox, Wire]]:
    """Open the client under test, on a wire that is listened to."""
    url = scene.sandbox.url
    with Envybox(url, KEY, manner.path, rate=None, wrapped=manner.wrapped) as crm:
        wire = Wire(url + manner.path, manner.rewrite)
        crm._door._transport = wire
        yield crm, wire


@cache
def tried(name: str, manner: Manner) -> Tried:
    """Call a method with its printed example, in a sandbox of its own."""
    case = CASES[name]
    with opened(case.at) as scene, client(scene, manner) as (crm, wire):
        params = case.params(name, scene)
        result = case.call(crm, dict(params))
        (reply,) = wire.bodies
        return Tried(params, result, reply, scene.sandbox.ledger()[-1])


class _Scripted(Transport):
    """A transport that answers from memory."""

    def __init__(self, reply: Json) -> None:
        super().__init__("https://crm.example", KEY, LIMITS)
        self._reply = reply

    def send(self, outgoing: Outgoing) -> Reply:
        outgoing.body()
        return Reply(True, None, 200, None, json.dumps(self._reply).encode())


def answered(name: str, params: Params, reply: Json) -> object:
    """Give what the client makes of a reply that nobody sent."""
    with Envybox("https://crm.example", KEY, rate=None) as crm:
        crm._door._transport = _Scripted(reply)
        return CASES[name].call(crm, dict(params))


def plain(value: object) -> Json:
    """Turn a typed result into what can be compared; without the JSON it was read from."""
    if is_dataclass(value) and not isinstance(value, type):
        names = (one.name for one in fields(value) if one.name != "raw")
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        # The CRM's own JSON, where a number may as well be text.
        return {
            str(name): str(one) if isinstance(one, int) else plain(one)
            for name, one in value.items()
        }
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def ids_of(value: object) -> Iterator[tuple[str, int]]:
    """Walk the ids a typed result holds, each with its name."""
    if is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            held = getattr(value, one.name)
            if one.name == "id" or one.name.endswith("_id"):
                if isinstance(held, int):
                    yield one.name, held
            elif one.name != "raw":
                yield from ids_of(held)
    elif isinstance(value, tuple):
        for member in value:
            yield from ids_of(member)


def printed_ids(value: Json) -> Iterator[tuple[str, int | None]]:
    """Walk the ids of a reply, each with its name."""
    if isinstance(value, dict):
        for name, held in value.items():
            if name == "id" or name.endswith("_id"):
                yield name, identifier(held)
            yield from printed_ids(held)
    elif isinstance(value, str) and value.startswith("[{"):
        # The formula of a computed field is JSON within text.
        yield from printed_ids(json.loads(value))
    elif isinstance(value, list):
        for member in value:
            yield from printed_ids(member)
