"""The client of one Envybox CRM account."""

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from intake.envybox.address import account_of, api_root, method_name, usable_key
from intake.envybox.catalogue import SEARCH_BY_FIELDS, method_of
from intake.envybox.clients import Clients
from intake.envybox.deals import Deals
from intake.envybox.door import Door, Manner
from intake.envybox.exchange import Exchange
from intake.envybox.leads import Leads
from intake.envybox.main import Main
from intake.envybox.masking import MASK
from intake.envybox.pace import pace_of
from intake.envybox.proof import read_proven
from intake.envybox.reading import JsonMapping
from intake.envybox.stats import Stats
from intake.envybox.tasks import Tasks
from intake.envybox.transport import Limits, Transport


class Envybox:
    """One account of the CRM; creating it touches no network.

    >>> crm = Envybox("https://mycrm.envycrm.com", "the key of «Настройки» - «API»")
    >>> crm
    Envybox('https://mycrm.envycrm.com/openapi/v1', api_key='***')

    The methods stand in groups: `crm.main`, `crm.leads`, `crm.deals`, `crm.clients`,
    `crm.tasks`, `crm.stats`; help() of each tells what is there. `crm.call` reaches any
    method by its name in the API.

    What people wrote (names, phones, comments, `raw`) stays out of the repr of what comes
    back: a lead that looks bare is not, read `lead.name`, `lead.values`, `lead.raw`.

    `url` and `path` make the address ("/crm/api/v1" for older accounts, and partners have
    domains of their own). `connect_timeout` and `deadline` are seconds, the deadline for
    the call once its turn has come; `max_reply_bytes` caps a reply after decompression.
    `rate` is how many calls a second go to the account from this process, all clients of
    one address and key together; None for no limit. A turn further off than the deadline
    is NotSent. `wrapped` False sends a POST without the `request` wrapper.
    `search_by_fields` is the path of `deals.search_by_fields`, which the reference prints
    wrongly. `on_exchange` is told of every call, before its error is raised.

    Raise ValueError, with a Russian sentence, for a wrong address or key. Calls let out
    nothing but EnvyboxError, and ValueError or TypeError for a request that cannot be
    sent. May be shared between threads.
    """

    def __init__(  # noqa: PLR0913 - one knob each, all with a default, by name
        self,
        url: str,
        api_key: str,
        path: str = "/openapi/v1",
        *,
        connect_timeout: float = 3.0,
        deadline: float = 15.0,
        max_reply_bytes: int = 5_000_000,
        rate: float | None = 5.0,
        wrapped: bool = True,
        search_by_fields: str | None = None,
        on_exchange: Callable[[Exchange], None] | None = None,
    ) -> None:
        self._root, key = api_root(url, path), usable_key(api_key)
        limits = Limits(connect_timeout, deadline, max_reply_bytes)
        paths = {SEARCH_BY_FIELDS: method_name(search_by_fields)} if search_by_fields else {}
        self._door = Door(
            Transport(self._root, key, limits),
            Manner(wrapped, rate, paths, deadline),
            pace_of(account_of(self._root, key)),
            on_exchange,
        )
        self.main = Main(self._door)
        self.leads = Leads(self._door)
        self.deals = Deals(self._door)
        self.clients = Clients(self._door)
        self.tasks = Tasks(self._door)
        self.stats = Stats(self._door)

    def call(
        self, method: str, request: Mapping[str, object] | None = None
    ) -> Mapping[str, object]:
        """Call any method of the API by its name, "lead/set"; return the reply as it is.

        crm.call("deal/getTask", {"deal_id": 761939})

        The `request` wrapper is put around the parameters by itself, and a name that is not
        in the API reference is sent as a POST. Only the API key, which main/data repeats, is
        blotted out. UnexpectedReply where a method that changes something neither says
        success nor tells an id.
        """
        read = read_proven if _is_known_to_change(method) else _as_it_is
        return self._door.fetch(method, _without_wrapper(request), read)

    def close(self) -> None:
        """Let go of what the client holds."""
        self._door.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Envybox({self._root!r}, api_key={MASK!r})"


def _is_known_to_change(method: str) -> bool:
    found = method_of(method)
    return found.changes and bool(found.title)


def _as_it_is(body: JsonMapping) -> JsonMapping:
    return body


def _without_wrapper(request: Mapping[str, object] | None) -> Mapping[str, object] | None:
    """Return the parameters, also where they come in the wrapper the reference prints."""
    inner = request.get("request") if request is not None and len(request) == 1 else None
    return inner if isinstance(inner, Mapping) else request
