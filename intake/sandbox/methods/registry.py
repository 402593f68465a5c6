"""The registry of the API's methods: one small function each, found by name."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from intake.sandbox.account import Account
from intake.sandbox.params import Params


@dataclass(frozen=True)
class Call:
    """One call of a method, inside one transaction.

    `now` is Unix seconds; `deal_delay` is how many seconds pass before a new deal is found.
    """

    method: str
    params: Params
    db: sqlite3.Connection
    account: Account
    api_key: str
    now: float
    deal_delay: float = 0.0


@dataclass(frozen=True)
class Reply:
    """The payload of a success, and what changed in the CRM in a few words (or "").

    `note` tells the ledger why nothing changed. A `bare` one is printed without `status_code`
    and `message`: one method's example is.
    """

    payload: dict[str, Any]
    did: str = ""
    note: str = ""
    bare: bool = False


Handler = Callable[[Call], Reply]


@dataclass(frozen=True)
class Method:
    """A method of the API: its name in the path, its HTTP verb, what it does."""

    name: str
    verb: str
    handler: Handler


METHODS: dict[str, Method] = {}


def method(name: str, verb: str = "POST") -> Callable[[Handler], Handler]:
    """Register a handler under the method's name.

    A handler checks everything before it writes anything, and raises RefusalError to refuse.
    """

    def register(handler: Handler) -> Handler:
        """Enter the handler under the name of its method."""
        METHODS[name] = Method(name, verb, handler)
        return handler

    return register
