"""Set fields of the deal."""

from typing import cast

from intake.deliver.attempt import Caller
from intake.deliver.steps.deal import deal_of
from intake.deliver.steps.looking import get_deal
from intake.domain.delivery import Checkpoint, Step
from intake.domain.json import JsonObject
from intake.domain.site import SYSTEM_DEAL_FIELDS, Site
from intake.domain.wording import fill
from intake.envybox import FieldChange
from intake.store.deliveries import Claim, Intent


def fields(caller: Caller, checkpoint: Checkpoint) -> Checkpoint:
    """Set the site's fields of the deal; setting them again changes nothing.

    A text that comes out empty for this lead is left alone.
    """
    deal_id = deal_of(caller, Step.FIELDS, checkpoint)
    changes = deal_changes(caller.claimed, caller.site)
    reached = checkpoint.after(Step.FIELDS, deal_id=deal_id)
    if not changes:
        return caller.save(reached)
    client_id = checkpoint.client_id or get_deal(caller, Step.FIELDS, deal_id).client_id or 0
    reached = reached.after(Step.FIELDS, client_id=client_id or None)
    request: JsonObject = {
        "deal_id": deal_id,
        "client_id": client_id,
        "fields": [cast(JsonObject, change) for change in changes],
    }
    caller.call(
        Intent(Step.FIELDS, "deal/updateDealValue", request, effect=True),
        lambda crm: crm.deals.update_values(deal_id, client_id, changes),
        lambda _: reached,
    )
    return reached


def deal_changes(claimed: Claim, site: Site) -> list[FieldChange]:
    """Return what is set, with the lead's own words in the places of the texts."""
    filled = {
        input_id: fill(text, claimed.lead, site, claimed.number)
        for input_id, text in site.deal_fields.items()
    }
    return [
        {
            "input_id": input_id,
            "value": value,
            "value_type_id": 1 if input_id in SYSTEM_DEAL_FIELDS else 2,
        }
        for input_id, value in filled.items()
        if value
    ]
