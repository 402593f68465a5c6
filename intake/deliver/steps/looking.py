"""What several steps look at in the CRM before they act."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from intake.deliver.attempt import Caller, StepFailedError
from intake.domain.delivery import Outcome, Step
from intake.domain.json import JsonObject
from intake.envybox import Deal, FoundClient, Lead, NotFound, Refused, UnknownOutcome

T = TypeVar("T")

# A deal has been seen to appear seconds after its lead; after this many failures what is
# not there is not late but missing.
LATE_TRIES = 6
# After this many failures a look that the CRM does not answer is done without.
PATIENT_TRIES = 3


def contacts(caller: Caller) -> Iterator[dict[str, str]]:
    """Yield what a search takes, one contact of the lead at a time."""
    lead = caller.claimed.lead
    if lead.phone:
        yield {"phone": lead.phone.value}
    if lead.email:
        yield {"email": lead.email}


def answer(caller: Caller, look: Callable[[], T]) -> T | None:
    """Return what a look found; None where this CRM does not give such a look.

    An account without the method must not keep its leads waiting for it. Raises
    UnknownOutcome while there is hope for an answer.
    """
    try:
        return look()
    except Refused:
        return None
    except UnknownOutcome:
        if caller.claimed.failures < PATIENT_TRIES:
            raise
        return None


def get_lead(caller: Caller, step: Step, lead_id: int) -> Lead | None:
    """Return a lead, None where the CRM does not know it (yet)."""
    request: JsonObject = {"lead_id": lead_id}
    try:
        return caller.look(step, "lead/get", request, lambda crm: crm.leads.get(lead_id))
    except NotFound:
        return None


def get_deal(
    caller: Caller,
    step: Step,
    deal_id: int,
    noted: Callable[[Deal], str | None] | None = None,
) -> Deal:
    """Return a deal; `noted` says what it means. One that is not there yet is waited for."""
    request: JsonObject = {"deal_id": deal_id}
    try:
        return caller.look(step, "deal/get", request, lambda crm: crm.deals.get(deal_id), noted)
    except NotFound:
        raise late(caller, "Сделка") from None


def search_clients(
    caller: Caller, step: Step, contact: Mapping[str, str]
) -> tuple[FoundClient, ...]:
    """Return the clients with this contact, each with its deals."""
    return caller.look(step, "deal/search", dict(contact), lambda crm: crm.deals.search(**contact))


def shows_number(caller: Caller, shown: object) -> bool:
    """Whether what the CRM shows carries this submission's number."""
    return caller.claimed.number in json.dumps(shown, ensure_ascii=False, default=str)


def late(caller: Caller, what: str) -> StepFailedError:
    """Return the failure of a step that needs `what`, which the CRM does not show (yet)."""
    if caller.claimed.failures < LATE_TRIES:
        return StepFailedError(Outcome.NOT_YET, f"{what} в CRM пока не показывается, подождём.")
    return StepFailedError(
        Outcome.REFUSED, f"{what} в CRM так и не появляется: проверьте карточку лида вручную."
    )
