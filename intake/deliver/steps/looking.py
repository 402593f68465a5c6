"""What several steps look at in the CRM before they act."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import TypeVar

from intake.deliver.attempt import Caller, StepFailedError
from intake.domain.delivery import Outcome, Step, time_to_settle
from intake.domain.json import JsonObject
from intake.envybox import (
    Deal,
    FoundClient,
    Lead,
    LogEntry,
    NotFound,
    Page,
    Refused,
    Task,
    UnknownOutcome,
)

T = TypeVar("T")
Item = TypeVar("Item", Lead, LogEntry, Task)

# A deal has been seen to appear seconds after its lead; so long after the CRM was last
# changed, what is not there is not late but missing.
LATE_FOR = timedelta(hours=1)
# A list or a log longer than this many pages is not read to its end.
PAGES_READ = 20
# A clock's own grain.
MOMENT = timedelta(seconds=1)
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

    An account without the method, or whose key has no right to it, must not keep its leads
    waiting for it. Raises UnknownOutcome and StepFailedError while there is hope for an answer.
    """
    is_patient = caller.claimed.failures < PATIENT_TRIES
    try:
        return look()
    except Refused:
        return None
    except UnknownOutcome:
        if is_patient:
            raise
        return None
    except StepFailedError as failure:
        if failure.not_before is None or (failure.outcome is Outcome.THROTTLED and is_patient):
            raise
        return None


def pages(page_at: Callable[[int], Page[Item]]) -> Iterator[Page[Item]]:
    """Yield the pages of a list or a log, up to PAGES_READ of them."""
    offset = 0
    for _ in range(PAGES_READ):
        page = page_at(offset)
        yield page
        if page.next_offset is None:
            return
        offset = page.next_offset


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


def let_settle(caller: Caller, step: Step) -> None:
    """Raise StepFailedError while an unanswered call of this step may yet have its effect.

    What a look has not found until then may still appear.
    """
    left = time_to_settle(caller.claimed.unsettled.get(step, ()))
    if left > timedelta(0):
        raise StepFailedError(
            Outcome.NOT_YET,
            "CRM не ответила и, возможно, ещё записывает то, что мы прислали. Подождём, "
            "посмотрим ещё раз и только тогда отправим снова.",
            wait=left + MOMENT,
        )


def may_come_late(caller: Caller, step: Step) -> bool:
    """Whether an unseen call of this step may have its effect after any wait of ours."""
    timeout = timedelta(seconds=caller.timeout)
    return any(call.may_come_late(timeout) for call in caller.claimed.unsettled.get(step, ()))


def late(caller: Caller, what: str) -> StepFailedError:
    """Return the failure of a step that needs `what`, which the CRM does not show (yet)."""
    if caller.claimed.since_effect < LATE_FOR:
        return StepFailedError(Outcome.NOT_YET, f"{what} в CRM пока не показывается, подождём.")
    return StepFailedError(
        Outcome.REFUSED, f"{what} в CRM так и не появляется: проверьте карточку лида вручную."
    )
