"""Looking for our own lead: by the number that stands in the comment of its card."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from intake.deliver.attempt import Caller, NotYourTurnError
from intake.deliver.steps.looking import (
    answer,
    contacts,
    get_lead,
    search_clients,
    shows_number,
)
from intake.domain.delivery import Checkpoint, Step
from intake.domain.json import JsonObject
from intake.envybox import Deal, FoundLead, Lead, LogEntry, NotFound, Page
from intake.errors import LeaseLostError, StoreUnavailableError
from intake.store import deliveries

# The most that lead/list gives at once.
LISTED = 50
# Of a client's deals the newest; ours is among them if it is there at all.
DEALS_READ = 5

# The card of a lead that went through the CRM's queue is looked for as often as this.
FIRST_LOOK = timedelta(seconds=15)
MORE_LOOKS = (timedelta(minutes=2), timedelta(minutes=15), timedelta(hours=2))
# Leads that wait to be delivered go first.
GIVE_WAY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of our lead: the lead itself, or the deal that was made of it.

    Nothing found and `sure`: it is not there. Not `sure`: the CRM gave no means to tell.
    """

    lead_id: int | None = None
    client_id: int | None = None
    deal_id: int | None = None
    sure: bool = True

    @property
    def anything(self) -> bool:
        """Whether it was found."""
        return bool(self.lead_id or self.deal_id)


NOTHING = Found()


def find_own(caller: Caller, step: Step, *, among_deals: bool = True) -> Found:
    """Look for the lead that carries this submission's number.

    lead/search gives one lead a contact, and for a returning visitor that may be an older
    one: then every lead of the contact is looked through, and `among_deals` the deals of
    the client, for a lead that somebody has taken into work meanwhile.
    """
    sure = True
    for contact in contacts(caller):
        found = _by_contact(caller, step, contact, among_deals=among_deals)
        if found.anything:
            return found
        sure = sure and found.sure
    return Found(sure=sure)


def _by_contact(
    caller: Caller, step: Step, contact: Mapping[str, str], *, among_deals: bool
) -> Found:
    searched = answer(caller, lambda: _search(caller, step, contact))
    newest = searched[0] if searched else None
    if newest is not None and (found := _of_found(caller, step, newest)).anything:
        return found
    listed = answer(caller, lambda: _list(caller, step, contact))
    for lead in listed.items if listed else ():
        if shows_number(caller, lead.raw):
            return Found(lead_id=lead.parent_id or lead.id)
    dealt = answer(caller, lambda: _of_deals(caller, step, contact)) if among_deals else None
    if dealt and dealt.anything:
        return dealt
    # A list that leaves out the lead just found is no proof of anything.
    listed_all = listed is not None and bool(listed.items or newest is None)
    return Found(sure=listed_all or bool(searched and newest is None and dealt))


def _search(caller: Caller, step: Step, contact: Mapping[str, str]) -> tuple[FoundLead | None]:
    try:
        return (
            caller.look(
                step, "lead/search", dict(contact), lambda crm: crm.leads.search(**contact)
            ),
        )
    except NotFound:
        return (None,)


def _of_found(caller: Caller, step: Step, found: FoundLead) -> Found:
    for lead_id in dict.fromkeys((found.id, found.parent_id or found.id)):
        lead = get_lead(caller, step, lead_id)
        if lead is not None and shows_number(caller, lead.raw):
            return Found(lead_id=found.parent_id or lead_id)
    return NOTHING


def _list(caller: Caller, step: Step, contact: Mapping[str, str]) -> Page[Lead]:
    keyword = next(iter(contact.values()))
    request: JsonObject = {"keyword": keyword, "limit": LISTED, "offset": 0}
    return caller.look(
        step,
        "lead/list",
        request,
        lambda crm: crm.leads.list(keyword=keyword, limit=LISTED),
    )


def _of_deals(caller: Caller, step: Step, contact: Mapping[str, str]) -> Found:
    clients = search_clients(caller, step, contact)
    deals = sorted(
        ((deal, client.id) for client in clients for deal in client.deals),
        key=lambda pair: pair[0].id,
        reverse=True,
    )
    for deal, client_id in deals[:DEALS_READ]:
        entry = _own_entry(caller, step, deal)
        if entry is not None:
            return Found(_told_lead(entry), client_id, deal.id)
    return NOTHING


def _own_entry(caller: Caller, step: Step, deal: Deal) -> LogEntry | None:
    # What the visitor sent stands at the beginning of the deal's log.
    request: JsonObject = {"deal_id": deal.id, "limit": LISTED, "offset": 0}
    page = caller.look(
        step, "deal/log/list", request, lambda crm: crm.deals.log_list(deal.id, limit=LISTED)
    )
    own = [entry for entry in page.items if shows_number(caller, entry.raw)]
    return next((entry for entry in own if _told_lead(entry)), own[0] if own else None)


def _told_lead(entry: LogEntry) -> int | None:
    told = str(entry.data.get("lead_id") or "")
    return int(told) if told.isascii() and told.isdecimal() else None


def find(caller: Caller, checkpoint: Checkpoint) -> Checkpoint:
    """Look for the card of a delivered lead, so that the log names it.

    Never undoes the delivery: what goes wrong is looked for again a few times, and then
    let be. Leads that wait for this account go first.
    """
    if deliveries.others_wait(caller.database, caller.claimed.crm):
        deliveries.look_again(caller.database, caller.claimed, GIVE_WAY, caller.claimed.failures)
        return checkpoint
    found = _find_quietly(caller)
    tries = caller.claimed.failures
    if not found.anything and tries < len(MORE_LOOKS):
        deliveries.look_again(caller.database, caller.claimed, MORE_LOOKS[tries], tries + 1)
        return checkpoint
    reached = checkpoint.after(Step.FIND, lead_id=found.lead_id, deal_id=found.deal_id)
    caller.save(reached)
    deliveries.look_again(caller.database, caller.claimed, None)
    return reached


def _find_quietly(caller: Caller) -> Found:
    try:
        return find_own(caller, Step.FIND, among_deals=False)
    except (LeaseLostError, StoreUnavailableError, NotYourTurnError):
        raise
    except Exception:  # noqa: BLE001  # whatever it is, the lead itself has been delivered
        return NOTHING
