"""Clients and what belongs to them in the shapes of the API reference's examples."""

from typing import Any

from .account import Account
from .clients import Client
from .deal_shapes import deal_row
from .deals import Deal
from .shapes import date

JSONObject = dict[str, Any]


def client_row(client: Client, deals: list[Deal], account: Account) -> JSONObject:
    """Give a client with its deals as `deal/search` prints it."""
    return {
        "id": str(client.id),
        "crm_id": str(account.id),
        "created_at": date(client.created_at),
        "updated_at": None,
        "deleted_at": None,
        "name": client.name,
        "deals_for_event": [deal_row(deal, account) for deal in deals],
    }
