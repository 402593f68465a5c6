"""Everything that may leave a call of the CRM besides its result."""

import re
from typing import ClassVar

from intake.envybox.catalogue import method_of
from intake.envybox.exchange import Exchange

_LONG_NUMBER = re.compile(r"\+?\d(?:[\s()\-]{0,2}\d){8,}")


def without_numbers(text: str) -> str:
    """Return `text` with every run of nine or more digits cut to its last two.

    >>> without_numbers("Номер +7 (912) 345-67-89 уже есть")
    'Номер …89 уже есть'
    """
    return _LONG_NUMBER.sub(lambda found: "…" + found.group()[-2:].strip("()- "), text)


class EnvyboxError(Exception):
    """A call of the CRM did not succeed; the only error a call lets out.

    `exchange` is the whole call, `message` the CRM's own Russian words where it said
    any, `retry_after` the pause in seconds it asked for. The text of the exception is
    a Russian sentence for people and holds neither the API key nor a phone number.
    """

    worth_resending: ClassVar[bool] = False
    """Whether the same request may succeed later. False: mend the request, the key or the
    address first; and where the lead is started already, there is nothing left to do."""

    def __init__(
        self,
        sentence: str,
        exchange: Exchange,
        message: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(without_numbers(f"{exchange.method}: {sentence}"))
        self._sentence = sentence
        self.exchange = exchange
        self.message = message
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[object, ...]:
        # An exception is otherwise made anew from its text alone, which is not enough here.
        return type(self), (self._sentence, self.exchange, self.message, self.retry_after)

    @property
    def safe_to_resend(self) -> bool:
        """Whether the same request may be sent again without anything happening twice.

        True where the CRM certainly did not act, a refusal too, and after an unknown outcome
        of a method that only reads. Whether it is any use: `worth_resending`.
        """
        return True

    @property
    def method(self) -> str:
        """The API's name of the method, "lead/set"."""
        return self.exchange.method

    @property
    def http_status(self) -> int | None:
        """The HTTP status of the answer; None when none came."""
        return self.exchange.http_status


class NotSent(EnvyboxError):  # noqa: N818 - the names tell outcomes; callers read "except NotSent"
    """Nothing reached the CRM: no such name, no connection, no trusted TLS."""

    worth_resending = True


class Refused(EnvyboxError):  # noqa: N818 - see NotSent
    """The CRM read the request and said no; the same request will be refused again."""


class NotFound(Refused):
    """The lead, deal, client, task or field of that id does not exist, or not yet."""

    worth_resending = True


class AlreadyStarted(Refused):
    """The lead is taken into work already: for whoever wanted that, a success."""


class WrongAddress(Refused):
    """No API answers at this address (HTTP 404 or 405): a slip in the configuration."""


class WrongKey(EnvyboxError):  # noqa: N818 - see NotSent
    """The CRM does not accept the API key: every call will fail until it is replaced."""


class Forbidden(EnvyboxError):  # noqa: N818 - see NotSent
    """The CRM, or a server before it, has closed its door (HTTP 403).

    To this address, to whoever has this key, or to this one request.
    """

    worth_resending = True


class Throttled(EnvyboxError):  # noqa: N818 - see NotSent
    """Too many calls (HTTP 429, or 503 with Retry-After).

    `retry_after` is in seconds, from 0 to 3600; None when the CRM named no usable pause.
    """

    worth_resending = True


class UnknownOutcome(EnvyboxError):  # noqa: N818 - see NotSent
    """The request went out and nobody knows what became of it.

    No answer in time, a broken one, a fault of the server. Look before sending again,
    unless the method only reads.
    """

    worth_resending = True

    @property
    def safe_to_resend(self) -> bool:
        """Whether the method only reads."""
        return not method_of(self.method).changes


class UnexpectedReply(UnknownOutcome):
    """The CRM reported success and left out what the method promises, or contradicts itself.

    Left out: an id, a list, the very word "success". A contradiction: HTTP 500 with a body
    that says success, or the code 200 with other words.
    """
