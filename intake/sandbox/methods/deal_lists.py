"""deal/list and the search by fields."""

from intake.sandbox.deal_list import list_deals
from intake.sandbox.deal_search import search_deals

from .registry import Call, Reply, method


@method("deal/list")
def list_all(call: Call) -> Reply:
    """List the deals, the latest first, page by page."""
    return Reply(list_deals(call.db, call.params, call.account, call.now))


@method("deal/search-by-fields")
def search_by_fields(call: Call) -> Reply:
    """Search deals with a rich filter; its reply has no status_code and no message.

    The reference prints another method's path for it; the name is the sandbox's own.
    """
    return Reply(search_deals(call.db, call.params, call.account, call.now), bare=True)
