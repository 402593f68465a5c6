"""Add tags to the deal."""

from collections.abc import Sequence

from intake.deliver.attempt import Caller
from intake.deliver.steps.deal import deal_of
from intake.deliver.steps.looking import late
from intake.domain.delivery import Checkpoint, Step
from intake.domain.json import JsonObject
from intake.envybox import NotFound
from intake.store.attempts import Intent


def tags(caller: Caller, checkpoint: Checkpoint) -> Checkpoint:
    """Add the site's tags to the deal; an open deal that was joined gets the lead's too."""
    site = caller.site
    deal_id = deal_of(caller, Step.TAGS, checkpoint)
    names = site.tags_deal
    if Step.JOIN in checkpoint.done:
        names = tuple(dict.fromkeys((*site.tags, *caller.claimed.lead.tags, *site.tags_deal)))
    return _add(caller, checkpoint.after(Step.TAGS), deal_id, names)


def _add(caller: Caller, reached: Checkpoint, deal_id: int, names: Sequence[str]) -> Checkpoint:
    # A deal has each tag once, so asking again changes nothing.
    request: JsonObject = {"deal_id": deal_id, "tags": list(names)}
    intent = Intent(Step.TAGS, "deal/tag/addDealTags", request, effect=True)
    try:
        caller.call(intent, lambda crm: crm.deals.add_tags(deal_id, names), lambda _: reached)
    except NotFound:
        raise late(caller, "Сделка") from None
    return reached
