"""Finding the deal of a lead that was taken into work."""

from intake.deliver.attempt import Caller, StepFailedError
from intake.deliver.steps.looking import answer, contacts, get_lead, late, search_clients
from intake.deliver.steps.own import find_own
from intake.domain.delivery import Checkpoint, Outcome, Step
from intake.domain.site import StageRule
from intake.envybox import Deal, Lead

LOOK_ELSEWHERE_AFTER = 2

# The status of the first stage of a pipeline, where a deal stands that nobody has touched
# (API reference, main/data: `status_id` of a stage).
UNTOUCHED = 2001
# The statuses of deals that are over, won or lost.
CLOSED = frozenset({2003, 2004})


def lead_of(caller: Caller, step: Step, checkpoint: Checkpoint) -> int:
    """Return the lead's id; one that went through the CRM's queue is looked for."""
    lead_id = checkpoint.lead_id or find_own(caller, step).lead_id
    if lead_id is None:
        raise StepFailedError(
            Outcome.REFUSED,
            'Номер лида неизвестен: заявка ушла через очередь CRM (create = "workset"), '
            "а теперь сайту нужен номер. Отправьте заявку заново.",
        )
    return lead_id


def deal_of(caller: Caller, step: Step, checkpoint: Checkpoint) -> int:
    """Return the deal's id; a deal that is late is waited for."""
    if Step.JOIN in checkpoint.done and checkpoint.joined_deal_id is not None:
        return checkpoint.joined_deal_id
    if checkpoint.deal_id is not None:
        return checkpoint.deal_id
    deal_id = find_deal(caller, step, lead_of(caller, step, checkpoint))
    if deal_id is None:
        raise late(caller, "Сделка")
    return deal_id


def find_deal(caller: Caller, step: Step, lead_id: int) -> int | None:
    """Find the deal that taking this lead into work has made; None where it is not there yet."""
    lead = answer(caller, lambda: get_lead(caller, step, lead_id))
    if lead is not None and lead.deal_ids:
        return max(lead.deal_ids)
    if lead is None or caller.claimed.failures < LOOK_ELSEWHERE_AFTER:
        return None
    deals = {
        deal.id
        for contact in contacts(caller)
        for client in search_clients(caller, step, contact)
        for deal in client.deals
        if _may_be_of(lead, deal)
    }
    # Another deal of the same client would be moved in its stead: only a lone one will do.
    return deals.pop() if len(deals) == 1 else None


def _may_be_of(lead: Lead, deal: Deal) -> bool:
    # Both dates are of the CRM's clock and written alike. A deal from before the lead is of
    # an earlier enquiry, and the manager's.
    return (deal.created_at or "") >= (lead.created_at or "")


def is_touched(deal: Deal, ours: StageRule | None = None) -> bool:
    """Whether somebody has moved this deal on already; not where the CRM does not tell.

    `ours` is the stage that we have moved it to ourselves.
    """
    if ours is not None and deal.stage_id == ours.stage_id:
        return False
    return deal.status_id is not None and deal.status_id != UNTOUCHED


def is_older(caller: Caller) -> bool:
    """Whether the deal is from before this attempt: a manager may have been at it since."""
    return Step.START in caller.claimed.checkpoint.done


def is_open(deal: Deal) -> bool:
    """Whether a deal is still worked on."""
    return deal.status_id not in CLOSED and not (deal.closed_at or deal.deleted_at)
