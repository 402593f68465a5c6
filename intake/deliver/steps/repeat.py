"""The same person again: look for an open deal, and add the enquiry to it."""

from collections.abc import Mapping
from dataclasses import replace

from intake.deliver.attempt import Caller
from intake.deliver.steps.comment import add_comment, comment_stands
from intake.deliver.steps.deal import is_open
from intake.deliver.steps.looking import answer, contacts, let_settle, may_come_late, search_clients
from intake.domain.delivery import Checkpoint, Step
from intake.domain.lead_payload import enquiry
from intake.domain.site import Repeat
from intake.envybox import Deal, FoundClient, NotFound

# Of a person's deals the newest; one that is worked on is hardly older.
DEALS_READ = 5


def look(caller: Caller, checkpoint: Checkpoint) -> Checkpoint:
    """Look for an open deal of the same person in the site's pipeline.

    Where the CRM gives no such look, the enquiry becomes a lead as for anybody.
    """
    reached = checkpoint.after(Step.REPEAT)
    # A lead that may stand in the CRM already is settled by its own step.
    if Step.CREATE in caller.claimed.unsettled:
        return caller.save(reached)
    deal = _open_deal(caller)
    return caller.save(reached.after(Step.REPEAT, joined_deal_id=deal.id) if deal else reached)


def join(caller: Caller, checkpoint: Checkpoint) -> Checkpoint:
    """Add the enquiry to the open deal, as a comment.

    A deal that is gone, or has been closed since it was found, is done without: nobody
    would see the enquiry there.
    """
    claimed = caller.claimed
    deal_id = checkpoint.joined_deal_id or 0
    text = enquiry(claimed.lead, caller.site, claimed.number)
    reached = checkpoint.after(Step.JOIN)
    try:
        if _was_found_before(caller) and not _is_there_or_open(caller, deal_id):
            return caller.save(_without_deal(caller, checkpoint, deal_id))
        return add_comment(caller, Step.JOIN, deal_id, text, reached)
    except NotFound:
        return caller.save(_without_deal(caller, checkpoint, deal_id))


def _without_deal(caller: Caller, checkpoint: Checkpoint, deal_id: int) -> Checkpoint:
    """Return the checkpoint from which a lead is made in place of the comment.

    Unless it is certain that an earlier attempt has left no comment there, the enquiry may
    stand in the CRM twice.
    """
    without = replace(checkpoint, joined_deal_id=None)
    if Step.JOIN not in caller.claimed.unsettled:
        return without
    stands = answer(caller, lambda: comment_stands(caller, Step.JOIN, deal_id))
    is_certain = stands is False and not may_come_late(caller, Step.JOIN)
    return without if is_certain else without.doubted()


def _was_found_before(caller: Caller) -> bool:
    # Some time ago, that is: by an attempt before this one.
    return Step.REPEAT in caller.claimed.checkpoint.done


def _is_there_or_open(caller: Caller, deal_id: int) -> bool:
    """Whether our comment stands in the deal, or somebody will still read one there."""
    if Step.JOIN in caller.claimed.unsettled:
        if answer(caller, lambda: comment_stands(caller, Step.JOIN, deal_id)):
            return True
        let_settle(caller, Step.JOIN)
    deal = _seen(caller, Step.JOIN, deal_id)
    return deal is None or is_open(deal)


def _open_deal(caller: Caller) -> Deal | None:
    known = (deal for contact in contacts(caller) for deal in _deals(caller, contact))
    seen = (_seen(caller, Step.REPEAT, deal.id) for deal in known)
    return next((deal for deal in seen if deal is not None and is_open(deal)), None)


def _deals(caller: Caller, contact: Mapping[str, str]) -> list[Deal]:
    clients = answer(caller, lambda: search_clients(caller, Step.REPEAT, contact))
    return _of_pipeline(caller, clients or ())[:DEALS_READ]


def _of_pipeline(caller: Caller, clients: tuple[FoundClient, ...]) -> list[Deal]:
    """Return the deals of the pipeline the lead would go to, the newest first."""
    wanted = caller.claimed.lead.pipeline_id or caller.site.pipeline_id
    deals = (deal for client in clients for deal in client.deals)
    mine = (deal for deal in deals if wanted is None or deal.pipeline_id in {None, wanted})
    return sorted(mine, key=lambda deal: deal.id, reverse=True)


def _seen(caller: Caller, step: Step, deal_id: int) -> Deal | None:
    def look() -> Deal:
        return caller.look(
            step,
            "deal/get",
            {"deal_id": deal_id},
            lambda crm: crm.deals.get(deal_id),
            lambda deal: _note(caller, deal),
        )

    return answer(caller, look)


def _note(caller: Caller, deal: Deal) -> str:
    if not is_open(deal):
        return f"Сделка № {deal.id} уже закрыта."
    if caller.site.repeat is Repeat.COMMENT:
        return f"Есть открытая сделка № {deal.id}: дописываем заявку в неё."
    return f"Есть открытая сделка № {deal.id}: назовём её в новой заявке."
