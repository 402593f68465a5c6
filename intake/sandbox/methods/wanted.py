"""The deal a call is about."""

from intake.sandbox.deals import Deal, find_deal
from intake.sandbox.errors import NO_DEAL, RefusalError

from .registry import Call


def wanted_deal(call: Call, missing: str = NO_DEAL) -> Deal:
    """Give the deal of `deal_id`; refuse the call with `missing` when there is none."""
    deal = find_deal(call.db, call.params.required_id("deal_id"), call.now)
    if deal is None:
        raise RefusalError(missing)
    return deal
