"""The steps of a delivery in the CRM's terms: create, start, stage.

Each takes the checkpoint reached so far and returns the one it reached. A step an
earlier attempt of which may have had its effect unseen looks before it acts.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import cast

from intake.deliver.attempt import Caller, StepFailedError
from intake.deliver.lead_payload import lead_payload
from intake.domain.delivery import Checkpoint, Outcome, Step, needs_lead_id
from intake.domain.json import JsonObject
from intake.domain.site import StartRule
from intake.envybox import (
    AlreadyStarted,
    CreatedLead,
    Envybox,
    FoundLead,
    Lead,
    NewLead,
    NotFound,
    Refused,
    StartedLead,
    UnknownOutcome,
)
from intake.store.deliveries import Intent

# A deal has been seen to appear seconds after its lead; after this many failures what is
# not there is not late but missing.
LATE_TRIES = 6
# The most that lead/list gives at once.
LISTED = 50
LOOK_ELSEWHERE_AFTER = 2


def create(caller: Caller, checkpoint: Checkpoint) -> Checkpoint:
    """Create the lead; adopt the one an unanswered attempt left behind."""
    if Step.CREATE in caller.claimed.unsettled:
        adopted = _find_own_lead(caller)
        if adopted is not None:
            return caller.save(checkpoint.after(Step.CREATE, lead_id=adopted))
    claimed = caller.claimed
    request = lead_payload(claimed.lead, caller.site, claimed.number)
    if needs_lead_id(caller.site):
        return _set(caller, checkpoint, request)
    intent = Intent(Step.CREATE, "lead/workset", request, effect=True)
    reached = checkpoint.after(Step.CREATE)
    caller.call(intent, lambda crm: crm.leads.workset(cast(NewLead, request)), lambda _: reached)
    return reached


def _set(caller: Caller, checkpoint: Checkpoint, request: JsonObject) -> Checkpoint:
    def reached(created: CreatedLead) -> Checkpoint:
        # Leads with the same contacts are merged; only the parent may be worked with.
        return checkpoint.after(Step.CREATE, lead_id=created.acting_id)

    intent = Intent(Step.CREATE, "lead/set", request, effect=True)
    return reached(caller.call(intent, lambda crm: crm.leads.set(cast(NewLead, request)), reached))


def _find_own_lead(caller: Caller) -> int | None:
    """Find the lead that carries this submission's number; None where there is none.

    The search gives one lead a contact, and for a returning visitor that may be an older
    one: then every lead of the contact is looked through.
    """
    for contact in _contacts(caller):
        found = _search_lead(caller, contact)
        if found is None:
            continue
        for lead_id in dict.fromkeys((found.id, found.parent_id or found.id)):
            if _carries_number(caller, lead_id):
                return found.parent_id or lead_id
        for lead in _list_leads(caller, contact):
            if _shows_number(caller, lead):
                return lead.parent_id or lead.id
    return None


def _contacts(caller: Caller) -> Iterator[dict[str, str]]:
    lead = caller.claimed.lead
    if lead.phone:
        yield {"phone": lead.phone.value}
    if lead.email:
        yield {"email": lead.email}


def _search_lead(caller: Caller, contact: Mapping[str, str]) -> FoundLead | None:
    try:
        return caller.look(
            Step.CREATE, "lead/search", dict(contact), lambda crm: crm.leads.search(**contact)
        )
    except NotFound:
        return None


def _list_leads(caller: Caller, contact: Mapping[str, str]) -> tuple[Lead, ...]:
    keyword = next(iter(contact.values()))
    request: JsonObject = {"keyword": keyword, "limit": LISTED, "offset": 0}
    try:
        page = caller.look(
            Step.CREATE,
            "lead/list",
            request,
            lambda crm: crm.leads.list(keyword=keyword, limit=LISTED),
        )
    except Refused:
        return ()  # an account without this method must not keep its leads waiting
    except UnknownOutcome:
        if caller.claimed.failures < LOOK_ELSEWHERE_AFTER:
            raise
        return ()
    return page.items


def _carries_number(caller: Caller, lead_id: int) -> bool:
    lead = _get_lead(caller, Step.CREATE, lead_id)
    return lead is not None and _shows_number(caller, lead)


def _shows_number(caller: Caller, lead: Lead) -> bool:
    return caller.claimed.number in json.dumps(lead.raw, ensure_ascii=False, default=str)


def _get_lead(caller: Caller, step: Step, lead_id: int) -> Lead | None:
    request: JsonObject = {"lead_id": lead_id}
    try:
        return caller.look(step, "lead/get", request, lambda crm: crm.leads.get(lead_id))
    except NotFound:
        return None


def start(caller: Caller, checkpoint: Checkpoint) -> Checkpoint:
    """Take the lead into work; where that has happened before, find its deal."""
    lead_id = _lead_id(checkpoint)
    rule = caller.site.start or StartRule(user_id=0)
    request: JsonObject = {
        "lead_id": lead_id,
        "user_id": rule.user_id,
        "employee_id": rule.employee_id,
    }

    def reached(started: StartedLead) -> Checkpoint:
        ids = {"client_id": started.client_id, "deal_id": started.deal_id}
        return checkpoint.after(Step.START, **ids)

    def act(crm: Envybox) -> StartedLead:
        return crm.leads.start(lead_id, rule.user_id, rule.employee_id)

    try:
        intent = Intent(Step.START, "lead/start", request, effect=True)
        return reached(caller.call(intent, act, reached))
    except AlreadyStarted:
        deal_id = _find_deal(caller, Step.START, lead_id)
        return caller.save(checkpoint.after(Step.START, deal_id=deal_id))
    except NotFound:
        raise _late(caller, "Лид") from None


def _lead_id(checkpoint: Checkpoint) -> int:
    if checkpoint.lead_id is None:
        raise StepFailedError(
            Outcome.REFUSED,
            'Номер лида неизвестен: заявка ушла через очередь CRM (create = "workset"), '
            "а теперь сайту нужен номер. Отправьте заявку заново.",
        )
    return checkpoint.lead_id


def _find_deal(caller: Caller, step: Step, lead_id: int) -> int | None:
    """Find the deal that taking this lead into work has made; None where it is not there yet."""
    lead = _get_lead(caller, step, lead_id)
    if lead is not None and lead.deal_ids:
        return max(lead.deal_ids)
    if caller.claimed.failures < LOOK_ELSEWHERE_AFTER:
        return None
    # Another deal of the same client would be moved in its stead: only a lone one will do.
    deals = {deal for contact in _contacts(caller) for deal in _search_deals(caller, step, contact)}
    return deals.pop() if len(deals) == 1 else None


def _search_deals(caller: Caller, step: Step, contact: Mapping[str, str]) -> list[int]:
    clients = caller.look(
        step, "deal/search", dict(contact), lambda crm: crm.deals.search(**contact)
    )
    return [deal.id for client in clients for deal in client.deals]


def stage(caller: Caller, checkpoint: Checkpoint) -> Checkpoint:
    """Move the deal to the site's stage; a deal that stands there already is done."""
    rule = caller.site.stage
    if rule is None:
        return checkpoint.after(Step.STAGE)
    deal_id = checkpoint.deal_id or _find_deal(caller, Step.STAGE, _lead_id(checkpoint))
    if deal_id is None:
        raise _late(caller, "Сделка")
    reached = checkpoint.after(Step.STAGE, deal_id=deal_id)
    if Step.STAGE in caller.claimed.unsettled and _stands_there(caller, deal_id, rule.stage_id):
        return caller.save(reached)
    request: JsonObject = {"deal_id": deal_id, "stage_id": rule.stage_id}
    if rule.employee_id is not None:
        request["employee_id"] = rule.employee_id

    def act(crm: Envybox) -> None:
        crm.deals.update_stage(deal_id, rule.stage_id, rule.employee_id)

    try:
        caller.call(
            Intent(Step.STAGE, "deal/updateDealStage", request, effect=True), act, lambda _: reached
        )
    except NotFound:
        raise _late(caller, "Сделка") from None
    except Refused:
        # A repeated move to the same stage is refused; so is a move that is not allowed.
        if not _stands_there(caller, deal_id, rule.stage_id):
            raise
        caller.save(reached)
    return reached


def _stands_there(caller: Caller, deal_id: int, stage_id: int) -> bool:
    try:
        deal = caller.look(
            Step.STAGE, "deal/get", {"deal_id": deal_id}, lambda crm: crm.deals.get(deal_id)
        )
    except NotFound:
        return False
    return deal.stage_id == stage_id


def _late(caller: Caller, what: str) -> StepFailedError:
    if caller.claimed.failures < LATE_TRIES:
        return StepFailedError(Outcome.NOT_YET, f"{what} в CRM пока не показывается, подождём.")
    return StepFailedError(
        Outcome.REFUSED, f"{what} в CRM так и не появляется: проверьте карточку лида вручную."
    )


STEPS: Mapping[Step, Callable[[Caller, Checkpoint], Checkpoint]] = {
    Step.CREATE: create,
    Step.START: start,
    Step.STAGE: stage,
}
