"""The one door to the CRM: every method goes through `Door.fetch`."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

from intake.envybox.catalogue import Method, method_of
from intake.envybox.errors import UnexpectedReply, without_numbers
from intake.envybox.exchange import Exchange
from intake.envybox.pace import Pace
from intake.envybox.reading import JsonMapping, Malformed
from intake.envybox.transport import Outgoing, Reply, Transport
from intake.envybox.verdict import Accepted, Failed, judge

Value = TypeVar("Value")
LONGEST_REPLY_TEXT = 8192
LONGEST_MESSAGE = 1000
_TURN_TOO_FAR = Reply(sent=False, fault="очередь вызовов длиннее, чем срок одного вызова")


@dataclass(frozen=True, slots=True)
class Manner:
    """How an account wants to be called.

    `wrapped`: a POST carries {"request": {…}}, otherwise the parameters alone, as some
    public programs do. `rate`: calls a second, None for no limit. `paths` stand in for
    the paths of the catalogue, by the name of the method. `patience`: how many seconds a
    call may wait for its turn.
    """

    wrapped: bool = True
    rate: float | None = None
    paths: Mapping[str, str] = field(default_factory=dict)
    patience: float = math.inf

    def __post_init__(self) -> None:
        if self.rate is not None and not 0 < self.rate < math.inf:
            raise ValueError("Частота вызовов CRM должна быть больше нуля, например 5 в секунду.")


class Door:
    """Sends a request, judges the reply, reports the exchange, and raises or returns."""

    def __init__(
        self,
        transport: Transport,
        manner: Manner,
        pace: Pace,
        on_exchange: Callable[[Exchange], None] | None,
    ) -> None:
        self._transport = transport
        self._manner = manner
        self._pace = pace
        self._on_exchange = on_exchange

    def fetch(
        self,
        method: str,
        request: Mapping[str, object] | None,
        read: Callable[[JsonMapping], Value],
    ) -> Value:
        """Call `method` and return what `read` makes of the reply.

        Raise EnvyboxError, UnexpectedReply where `read` finds the reply Malformed. An
        error of `on_exchange` is the caller's own and passes through.
        """
        outgoing = self._outgoing(method_of(method), request or {})
        reply = self._transport.send(outgoing) if self._turn_came() else _TURN_TOO_FAR
        value, failed = self._understand(reply, read)
        exchange = self._exchange(outgoing, reply, failed)
        if self._on_exchange is not None:
            self._on_exchange(exchange)
        if failed is not None:
            raise failed.kind(failed.sentence, exchange, failed.message, failed.retry_after)
        return value[0]

    def _turn_came(self) -> bool:
        manner = self._manner
        return manner.rate is None or self._pace.wait(manner.rate, manner.patience)

    def _outgoing(self, method: Method, request: Mapping[str, object]) -> Outgoing:
        path, request = method.located(request)
        path = self._manner.paths.get(method.name, path)
        if method.verb == "GET":
            return Outgoing(method.name, path, "GET", request or None)
        body = {"request": request} if self._manner.wrapped else request
        return Outgoing(method.name, path, "POST", body)

    def close(self) -> None:
        """Let go of what the connection holds."""
        self._transport.close()

    def _understand(
        self, reply: Reply, read: Callable[[JsonMapping], Value]
    ) -> tuple[tuple[Value, ...], Failed | None]:
        """Judge and read; one value and no failure, or a failure and no value."""
        verdict = judge(reply, datetime.now(UTC), self._transport.blot)
        if not isinstance(verdict, Accepted):
            return (), self._printable(verdict)
        try:
            return (read(verdict.body),), None
        except Malformed as problem:
            return (), Failed(UnexpectedReply, f"ответ CRM непонятен: {problem}")

    def _printable(self, failed: Failed) -> Failed:
        # Masked first and cut after: a cut could leave a part of the key unrecognised.
        sentence = without_numbers(self._transport.mask(failed.sentence))
        message = failed.message and self._transport.mask(failed.message)[:LONGEST_MESSAGE]
        return replace(failed, sentence=sentence[:LONGEST_MESSAGE], message=message)

    def _exchange(self, outgoing: Outgoing, reply: Reply, failed: Failed | None) -> Exchange:
        seen = reply.body.decode("utf-8", "replace").replace("\x00", "")
        return Exchange(
            method=outgoing.method,
            http_verb=outgoing.verb,
            request=outgoing.request,
            http_status=reply.status,
            reply_text=self._transport.mask(seen)[:LONGEST_REPLY_TEXT],
            duration_ms=reply.duration_ms,
            error=failed.sentence if failed else None,
        )
