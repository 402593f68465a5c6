"""Set fields of the deal."""

from functools import partial
from typing import cast

from intake.deliver.attempt import Caller
from intake.deliver.steps.deal import deal_of, is_older, is_touched
from intake.deliver.steps.looking import answer, contacts, get_deal, let_settle
from intake.domain.delivery import Checkpoint, Step
from intake.domain.json import JsonObject
from intake.domain.site import SYSTEM_DEAL_FIELDS, Site
from intake.domain.wording import fill
from intake.envybox import Deal, DealPage, Envybox, FieldChange
from intake.store.attempts import Intent
from intake.store.deliveries import Claim

LISTED = 50
LEFT_ALONE = (
    "Между попытками сделку начали вести, а её поля CRM не показывает: не трогаем их, чтобы "
    "не затереть написанное. Проверьте, заполнены ли они."
)


def fields(caller: Caller, checkpoint: Checkpoint) -> Checkpoint:
    """Set the site's fields of the deal.

    A text that comes out empty for this lead is left alone; some time after the deal was
    made so is a field that holds something by now, which a manager may have written.
    """
    deal_id = deal_of(caller, Step.FIELDS, checkpoint)
    changes = deal_changes(caller.claimed, caller.site)
    if changes and is_older(caller):
        changes = _still_to_set(caller, deal_id, changes)
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


def _still_to_set(caller: Caller, deal_id: int, changes: list[FieldChange]) -> list[FieldChange]:
    let_settle(caller, Step.FIELDS)
    now = answer(caller, lambda: _listed(caller, deal_id, changes))
    if now is None:
        # Nobody can tell what stands there now; nothing that a manager wrote may be lost.
        return changes if not is_touched(_deal(caller, deal_id), caller.site.stage) else []
    return [change for change in changes if not _value(now, change)]


def _deal(caller: Caller, deal_id: int) -> Deal:
    def note(deal: Deal) -> str | None:
        return LEFT_ALONE if is_touched(deal, caller.site.stage) else None

    return get_deal(caller, Step.FIELDS, deal_id, note)


def _listed(caller: Caller, deal_id: int, changes: list[FieldChange]) -> Deal | None:
    """Return the deal with its fields, which only the list of deals tells."""

    def note(page: DealPage) -> str | None:
        deal = _in_page(page, deal_id)
        taken = [str(each["input_id"]) for each in changes if deal and _value(deal, each)]
        return f"Уже заполнены, не меняем: {', '.join(taken)}." if taken else None

    for contact in contacts(caller):
        keyword = next(iter(contact.values()))
        request: JsonObject = {"keyword": keyword, "limit": LISTED, "offset": 0}
        page = caller.look(Step.FIELDS, "deal/list", request, partial(_list, keyword), note)
        if deal := _in_page(page, deal_id):
            return deal
    return None


def _list(keyword: str, crm: Envybox) -> DealPage:
    return crm.deals.list(keyword=keyword, limit=LISTED)


def _in_page(page: DealPage, deal_id: int) -> Deal | None:
    return next((deal for deal in page.items if deal.id == deal_id), None)


def _value(deal: Deal, change: FieldChange) -> str | None:
    values = (*deal.values.service.values(), *deal.values.custom)
    input_id = int(change["input_id"])
    return next((one.value for one in values if one.input_id == input_id), None)


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
