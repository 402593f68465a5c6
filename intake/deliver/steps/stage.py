"""Move the deal to the site's stage."""

from intake.deliver.attempt import Caller
from intake.deliver.steps.deal import deal_of, is_touched
from intake.deliver.steps.looking import get_deal, late
from intake.domain.delivery import Checkpoint, Step
from intake.domain.lead_payload import stage_request
from intake.domain.site import StageRule
from intake.envybox import Deal, Envybox, NotFound, Refused
from intake.store.attempts import Intent


def stage(caller: Caller, checkpoint: Checkpoint) -> Checkpoint:
    """Move the deal, unless it stands there already or a manager has moved it on.

    The CRM refuses a move to the stage where the deal stands, so it is looked at first.
    """
    rule = caller.site.stage
    if rule is None:
        return checkpoint.after(Step.STAGE)
    deal_id = deal_of(caller, Step.STAGE, checkpoint)
    deal = get_deal(caller, Step.STAGE, deal_id, lambda deal: _note(caller, deal, rule))
    reached = checkpoint.after(Step.STAGE, deal_id=deal_id, client_id=deal.client_id)
    if deal.stage_id == rule.stage_id or is_touched(deal) or _may_be_moved_on(caller, deal):
        return caller.save(reached)
    try:
        _move(caller, deal_id, rule, reached)
    except NotFound:
        raise late(caller, "Сделка") from None
    except Refused:
        # Somebody may have moved it between the look and the call.
        if get_deal(caller, Step.STAGE, deal_id).stage_id != rule.stage_id:
            raise
        caller.save(reached)
    return reached


def _move(caller: Caller, deal_id: int, rule: StageRule, reached: Checkpoint) -> None:
    request = stage_request(deal_id, rule)

    def act(crm: Envybox) -> None:
        crm.deals.update_stage(deal_id, rule.stage_id, rule.employee_id)

    intent = Intent(Step.STAGE, "deal/updateDealStage", request, effect=True)
    caller.call(intent, act, lambda _: reached)


def _may_be_moved_on(caller: Caller, deal: Deal) -> bool:
    # Our unanswered move may have been made, and a manager's after it; only the status tells.
    return Step.STAGE in caller.claimed.unsettled and deal.status_id is None


def _note(caller: Caller, deal: Deal, rule: StageRule) -> str | None:
    if deal.stage_id == rule.stage_id:
        return "Сделка уже стоит на нужном этапе."
    if _may_be_moved_on(caller, deal):
        return (
            "CRM не показывает, трогал ли кто-нибудь сделку после прошлой попытки: оставляем её "
            "на месте. Проверьте, на том ли она этапе."
        )
    if not is_touched(deal):
        return None
    where = f"«{deal.stage_name}»" if deal.stage_name else f"№ {deal.stage_id}"
    return f"Сделку уже ведут: она на этапе {where}. Оставляем её там."
