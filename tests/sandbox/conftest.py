"""A sandbox answering over real HTTP, and a caller of its API."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from intake.sandbox import RunningSandbox
from intake.sandbox.methods import METHODS

CONTACT = {"name": "Анна", "phone": "79123456789", "email": "anna@mail.example"}


def keys(text: str) -> set[str]:
    """Give the names written with spaces between them."""
    return set(text.split())


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 1_795_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Caller:
    """Calls the API as a client would."""

    sandbox: RunningSandbox
    prefix: str = "/openapi/v1"

    def post(
        self,
        method: str,
        request: Any = None,
        *,
        body: bytes | None = None,
        key: str | None = None,
        timeout: float = 10,
    ) -> requests.Response:
        return requests.post(
            f"{self.sandbox.url}{self.prefix}/{method}/",
            params={"api_key": self.sandbox.api_key if key is None else key},
            json={"request": request or {}} if body is None else None,
            data=body,
            timeout=timeout,
        )

    def get(self, method: str, *, key: str | None = None, **query: Any) -> requests.Response:
        """Call with GET: the parameters stand in the query, beside the key."""
        return requests.get(
            f"{self.sandbox.url}{self.prefix}/{method}/",
            params={"api_key": self.sandbox.api_key if key is None else key} | query,
            timeout=10,
        )

    def ok(self, method: str, params: Any = None) -> dict[str, Any]:
        """Call the way the method is called, and succeed."""
        reply = self.send(method, params)
        body: dict[str, Any] = reply.json()
        assert (reply.status_code, body["status_code"], body["message"]) == (200, 200, "success")
        return body

    def send(self, method: str, params: Any = None) -> requests.Response:
        """Call with the verb the method has; one there is not with POST."""
        known = METHODS.get(method)
        if known is not None and known.verb == "GET":
            return self.get(method, **(params or {}))
        return self.post(method, params)

    def refused(self, method: str, params: Any = None, status: int = 500) -> str:
        """Call the way the method is called, be refused and give the message."""
        reply = self.send(method, params)
        body = reply.json()
        assert (reply.status_code, body["status_code"]) == (status, status), body
        assert set(body) == {"status_code", "message"}
        return str(body["message"])

    def lead(self, method: str = "lead/set", **params: Any) -> dict[str, Any]:
        """Create a lead; `values` stand for the usual contact when they are not given."""
        return self.ok(method, {"method": "create", "values": CONTACT} | params)

    def deal(self, **params: Any) -> int:
        """Create a lead, take it into work and give its deal."""
        lead_id = self.lead(**params)["id"]
        started = self.ok("lead/start", {"lead_id": lead_id, "user_id": 3844, "employee_id": 0})
        return int(started["result"]["deal_id"])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[RunningSandbox]:
    with RunningSandbox(clock=clock) as running:
        yield running


@pytest.fixture
def crm(sandbox: RunningSandbox) -> Caller:
    return Caller(sandbox)
