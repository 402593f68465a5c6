"""Create the lead; adopt the one an unanswered attempt left behind."""

from typing import cast

from intake.deliver.attempt import Caller
from intake.deliver.steps.looking import let_settle, may_come_late
from intake.deliver.steps.own import Found, find_own
from intake.domain.delivery import Checkpoint, Step, needs_lead_id
from intake.domain.json import JsonObject
from intake.domain.lead_payload import earlier_lines, lead_payload
from intake.envybox import CreatedLead, NewLead
from intake.store.attempts import Intent

QUEUE = "lead/workset"


def create(caller: Caller, checkpoint: Checkpoint) -> Checkpoint:
    """Create the lead; adopt the one an unanswered attempt left behind."""
    by_queue = not needs_lead_id(caller.site)
    if Step.CREATE in caller.claimed.unsettled:
        found = find_own(caller, Step.CREATE)
        if found.anything:
            ids = {"client_id": found.client_id, "deal_id": found.deal_id}
            return caller.save(checkpoint.after(Step.CREATE, lead_id=found.lead_id, **ids))
        checkpoint = _sending_again(caller, checkpoint, found, by_queue=by_queue)
    claimed = caller.claimed
    request = lead_payload(claimed.lead, caller.site, claimed.number, _earlier(caller, checkpoint))
    return (_put_in_queue if by_queue else _set)(caller, checkpoint, request)


def _sending_again(
    caller: Caller, checkpoint: Checkpoint, found: Found, *, by_queue: bool
) -> Checkpoint:
    """Return the checkpoint to send the lead again with, which may tell of a doubt.

    The CRM's queue promises to make no duplicates of what came by it; lead/set does not. A
    doubt is written down before there may be reason for it: a crash must not hide it.
    """
    calls = caller.claimed.unsettled[Step.CREATE]
    if by_queue and all(call.method == QUEUE for call in calls):
        return checkpoint
    let_settle(caller, Step.CREATE)
    if found.sure and not may_come_late(caller, Step.CREATE):
        return checkpoint
    return caller.save(checkpoint.doubted())


def _earlier(caller: Caller, checkpoint: Checkpoint) -> str | None:
    # Where in the CRM a deal has its page is not documented: the front door has to do.
    deal_id, replaces = checkpoint.joined_deal_id, caller.claimed.route.replaces
    return earlier_lines(deal_id, caller.account.url, replaces)


def _put_in_queue(caller: Caller, checkpoint: Checkpoint, request: JsonObject) -> Checkpoint:
    reached = checkpoint.after(Step.CREATE)
    intent = Intent(Step.CREATE, QUEUE, request, effect=True)
    caller.call(intent, lambda crm: crm.leads.workset(cast(NewLead, request)), lambda _: reached)
    return reached


def _set(caller: Caller, checkpoint: Checkpoint, request: JsonObject) -> Checkpoint:
    def reached(created: CreatedLead) -> Checkpoint:
        # Leads with the same contacts are merged; only the parent may be worked with.
        return checkpoint.after(Step.CREATE, lead_id=created.acting_id)

    intent = Intent(Step.CREATE, "lead/set", request, effect=True)
    return reached(caller.call(intent, lambda crm: crm.leads.set(cast(NewLead, request)), reached))
