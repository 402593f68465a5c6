"""The one door to the CRM: every method goes through `Door.fetch`."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from intake.envybox.address import method_name
from intake.envybox.errors import UnexpectedReply, without_numbers
from intake.envybox.exchange import Exchange
from intake.envybox.reading import JsonMapping, Malformed
from intake.envybox.transport import Outgoing, Reply, Transport
from intake.envybox.verdict import Accepted, Failed, judge

Value = TypeVar("Value")
LONGEST_REPLY_TEXT = 8192
LONGEST_MESSAGE = 1000
# The API reference gives a verb to every method; these are the ones that are not POST.
_BY_GET = frozenset(
    {
        "main/data",
        "lead/log/list",
        "deal/log/list",
        "deal/getListInputs",
        "deal/getInput",
        "client/getListInputs",
        "client/getInput",
    }
)


class Door:
    """Sends a request, judges the reply, reports the exchange, and raises or returns."""

    def __init__(
        self, transport: Transport, on_exchange: Callable[[Exchange], None] | None
    ) -> None:
        self._transport = transport
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
        outgoing = _outgoing(method_name(method), request)
        reply = self._transport.send(outgoing)
        value, failed = self._understand(reply, read)
        exchange = self._exchange(outgoing, reply, failed)
        if self._on_exchange is not None:
            self._on_exchange(exchange)
        if failed is not None:
            raise failed.kind(failed.sentence, exchange, failed.message, failed.retry_after)
        return value[0]

    def close(self) -> None:
        """Let go of what the connection holds."""
        self._transport.close()

    def _understand(
        self, reply: Reply, read: Callable[[JsonMapping], Value]
    ) -> tuple[tuple[Value, ...], Failed | None]:
        """Judge and read; one value and no failure, or a failure and no value."""
        verdict = judge(reply, datetime.now(UTC))
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


def _outgoing(method: str, request: Mapping[str, object] | None) -> Outgoing:
    if method in _BY_GET or (method.startswith("client/") and method.endswith("/getCompanies")):
        return Outgoing(method, "GET", request or None)
    return Outgoing(method, "POST", {"request": request or {}})
