"""Take the lead into work."""

from intake.deliver.attempt import Caller
from intake.deliver.steps.deal import find_deal, lead_of
from intake.deliver.steps.looking import late
from intake.domain.delivery import Checkpoint, Step
from intake.domain.lead_payload import start_request
from intake.domain.site import StartRule
from intake.envybox import AlreadyStarted, Envybox, NotFound, StartedLead
from intake.store.attempts import Intent


def start(caller: Caller, checkpoint: Checkpoint) -> Checkpoint:
    """Take the lead into work; where that has happened before, find its deal."""
    if checkpoint.deal_id is not None:
        return caller.save(checkpoint.after(Step.START))
    lead_id = lead_of(caller, Step.START, checkpoint)
    rule = caller.site.start or StartRule(user_id=0)
    request = start_request(lead_id, rule)

    def reached(started: StartedLead) -> Checkpoint:
        ids = {"client_id": started.client_id, "deal_id": started.deal_id}
        return checkpoint.after(Step.START, lead_id=lead_id, **ids)

    def act(crm: Envybox) -> StartedLead:
        return crm.leads.start(lead_id, rule.user_id, rule.employee_id)

    try:
        intent = Intent(Step.START, "lead/start", request, effect=True)
        return reached(caller.call(intent, act, reached))
    except AlreadyStarted:
        deal_id = find_deal(caller, Step.START, lead_id)
        return caller.save(checkpoint.after(Step.START, lead_id=lead_id, deal_id=deal_id))
    except NotFound:
        raise late(caller, "Лид") from None
