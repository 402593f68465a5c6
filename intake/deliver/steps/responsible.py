"""Make somebody responsible: sharing leads out among several employees."""

from collections.abc import Callable

from intake.deliver.attempt import Caller, StepFailedError
from intake.deliver.steps.deal import deal_of, is_older, is_touched, lead_of
from intake.deliver.steps.looking import get_deal, late
from intake.domain.delivery import Checkpoint, Outcome, Step
from intake.domain.json import JsonObject
from intake.envybox import Deal, Envybox, Lead, NotFound
from intake.store.attempts import Intent
from intake.store.shares import share_out


def responsible(caller: Caller, checkpoint: Checkpoint) -> Checkpoint:
    """Make the employee whose turn it is responsible for the deal, or else for the lead.

    Looked at first: what somebody has taken over already stays theirs.
    """
    if caller.site.start is not None:
        return _for_deal(caller, checkpoint)
    return _for_lead(caller, checkpoint)


def _for_deal(caller: Caller, checkpoint: Checkpoint) -> Checkpoint:
    deal_id = deal_of(caller, Step.RESPONSIBLE, checkpoint)

    def note(deal: Deal) -> str | None:
        taken = _is_taken(caller, deal, checkpoint)
        return "Сделку уже ведут: ответственного не меняем." if taken else None

    deal = get_deal(caller, Step.RESPONSIBLE, deal_id, note)
    reached = checkpoint.after(Step.RESPONSIBLE, deal_id=deal_id, client_id=deal.client_id)
    if _is_taken(caller, deal, checkpoint):
        return caller.save(reached)

    def give(crm: Envybox, employee_id: int) -> None:
        crm.deals.update_employee(deal_id, employee_id=employee_id)

    of: JsonObject = {"deal_id": deal_id}
    return _give(caller, reached, ("deal/updateEmployee", of), deal.employee_id, give)


def _is_taken(caller: Caller, deal: Deal, checkpoint: Checkpoint) -> bool:
    """Whether a manager has moved the deal on, or taken it since it was made."""
    start = caller.site.start
    ours = {None, 0, checkpoint.employee_id, start.employee_id if start else None}
    return is_touched(deal) or (is_older(caller) and deal.employee_id not in ours)


def _for_lead(caller: Caller, checkpoint: Checkpoint) -> Checkpoint:
    lead_id = lead_of(caller, Step.RESPONSIBLE, checkpoint)
    lead = _look_at_lead(caller, lead_id, checkpoint)
    reached = checkpoint.after(Step.RESPONSIBLE, lead_id=lead_id)
    if _is_somebodys(caller, lead, checkpoint):
        return caller.save(reached)

    def give(crm: Envybox, employee_id: int) -> None:
        crm.leads.update_employee(lead_id, employee_id=employee_id)

    of: JsonObject = {"lead_id": lead_id}
    return _give(caller, reached, ("lead/update_employee", of), lead.employee_id, give)


def _look_at_lead(caller: Caller, lead_id: int, checkpoint: Checkpoint) -> Lead:
    def note(lead: Lead) -> str | None:
        somebodys = _is_somebodys(caller, lead, checkpoint)
        return "У заявки уже есть ответственный: не меняем." if somebodys else None

    request: JsonObject = {"lead_id": lead_id}
    try:
        return caller.look(
            Step.RESPONSIBLE, "lead/get", request, lambda crm: crm.leads.get(lead_id), note
        )
    except NotFound:
        raise late(caller, "Лид") from None


def _is_somebodys(caller: Caller, lead: Lead, checkpoint: Checkpoint) -> bool:
    # A lead that was merged with an earlier one may be in good hands already.
    return bool(lead.employee_id) and lead.employee_id not in {
        caller.site.employee_id,
        checkpoint.employee_id,
    }


def _give(
    caller: Caller,
    reached: Checkpoint,
    of: tuple[str, JsonObject],
    now_responsible: int | None,
    give: Callable[[Envybox, int], None],
) -> Checkpoint:
    chosen = _chosen(caller, reached)
    reached = reached.after(Step.RESPONSIBLE, employee_id=chosen)
    if now_responsible == chosen:
        return caller.save(reached)
    method, request = of
    intent = Intent(Step.RESPONSIBLE, method, request | {"employee_id": chosen}, effect=True)
    try:
        caller.call(intent, lambda crm: give(crm, chosen), lambda _: reached)
    except NotFound as error:
        raise StepFailedError(Outcome.REFUSED, str(error)) from None
    return reached


def _chosen(caller: Caller, checkpoint: Checkpoint) -> int:
    """Return whom this lead was given; chosen once, and anew where they left the settings."""
    shares = caller.site.responsible
    if checkpoint.employee_id in {one.employee_id for one in shares}:
        return checkpoint.employee_id or 0
    return share_out(caller.database, caller.claimed, shares)
