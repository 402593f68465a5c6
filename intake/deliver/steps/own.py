"""Looking for our own lead: by the number that stands in the comment of its card."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from intake.deliver.attempt import Caller
from intake.deliver.steps.looking import (
    answer,
    contacts,
    get_lead,
    pages,
    search_clients,
    shows_number,
)
from intake.domain.delivery import Step
from intake.domain.json import JsonObject
from intake.envybox import Deal, FoundLead, Lead, LogEntry, NotFound, Page

# The most that lead/list and the logs give at once.
LISTED = 50
# Of a client's deals the newest; ours is among them if it is there at all.
DEALS_READ = 5
# Of the leads that ours may have been merged into, the newest.
LOGS_READ = 2


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of our lead: the lead itself, or the deal that was made of it.

    Nothing found and `sure`: it is not there. Not `sure`: the CRM gave no means to tell.
    """

    lead_id: int | None = None
    client_id: int | None = None
    deal_id: int | None = None
    sure: bool = False

    @property
    def anything(self) -> bool:
        """Whether it was found."""
        return bool(self.lead_id or self.deal_id)


NOTHING = Found()


@dataclass(frozen=True, slots=True)
class _Listing:
    leads: tuple[Lead, ...]
    complete: bool


def find_own(caller: Caller, step: Step, *, among_deals: bool = True) -> Found:
    """Look for the lead that carries this submission's number.

    lead/search gives one lead a contact, and for a returning visitor that may be an older
    one: then every lead of the contact is looked through, and `among_deals` the deals of
    the client, for a lead that somebody has taken into work meanwhile.
    """
    proofs = []
    for contact in contacts(caller):
        found = _by_contact(caller, step, contact, among_deals=among_deals)
        if found.anything:
            return found
        proofs.append(found.sure)
    # A lead without a contact to look for proves nothing by not being found.
    return Found(sure=bool(proofs) and all(proofs))


def _by_contact(
    caller: Caller, step: Step, contact: Mapping[str, str], *, among_deals: bool
) -> Found:
    newest = answer(caller, lambda: _search(caller, step, contact))
    if newest is not None and (found := _of_found(caller, step, newest)).anything:
        return found
    listing = answer(caller, lambda: _list(caller, step, contact))
    leads = listing.leads if listing else ()
    for lead in leads:
        if shows_number(caller, lead.raw):
            return Found(lead_id=lead.parent_id or lead.id)
    older = tuple(_open_leads(newest, leads))
    for lead_id in older[:LOGS_READ]:
        if answer(caller, partial(_is_in_log, caller, step, lead_id)):
            return Found(lead_id=lead_id)
    dealt = answer(caller, lambda: _of_deals(caller, step, contact)) if among_deals else None
    if dealt and dealt.anything:
        return dealt
    return Found(sure=_is_proof(listing, older))


def _is_proof(listing: _Listing | None, older: tuple[int, ...]) -> bool:
    """Whether a list without our lead proves that it is not there.

    One that was read to its end does, unless ours may have been merged into an older lead
    whose card does not show it; a list that shows merged leads would show it too.
    """
    if listing is None or not listing.complete:
        return False
    return not older or any(lead.parent_id for lead in listing.leads)


def _open_leads(newest: FoundLead | None, leads: tuple[Lead, ...]) -> Iterator[int]:
    """Yield, the newest first, the leads of this contact that a later one is merged into."""
    known = [newest.parent_id or newest.id] if newest else []
    known += [lead.parent_id or lead.id for lead in leads if not lead.deal_ids]
    yield from sorted(set(known), reverse=True)


def _search(caller: Caller, step: Step, contact: Mapping[str, str]) -> FoundLead | None:
    try:
        return caller.look(
            step, "lead/search", dict(contact), lambda crm: crm.leads.search(**contact)
        )
    except NotFound:
        return None


def _of_found(caller: Caller, step: Step, found: FoundLead) -> Found:
    for lead_id in dict.fromkeys((found.id, found.parent_id or found.id)):
        lead = answer(caller, partial(get_lead, caller, step, lead_id))
        if lead is not None and shows_number(caller, lead.raw):
            return Found(lead_id=found.parent_id or lead_id)
    return NOTHING


def _list(caller: Caller, step: Step, contact: Mapping[str, str]) -> _Listing:
    """Return the leads of this contact, read until ours is among them."""
    leads: list[Lead] = []
    complete = False
    for page in pages(partial(_page, caller, step, next(iter(contact.values())))):
        leads += page.items
        complete = page.next_offset is None
        if any(shows_number(caller, lead.raw) for lead in page.items):
            break
    return _Listing(tuple(leads), complete)


def _page(caller: Caller, step: Step, keyword: str, offset: int) -> Page[Lead]:
    request: JsonObject = {"keyword": keyword, "limit": LISTED, "offset": offset}
    return caller.look(
        step,
        "lead/list",
        request,
        lambda crm: crm.leads.list(keyword=keyword, limit=LISTED, offset=offset),
    )


def _is_in_log(caller: Caller, step: Step, lead_id: int) -> bool:
    """Whether a lead's log tells of our enquiry."""

    def page_at(offset: int) -> Page[LogEntry]:
        request: JsonObject = {"lead_id": lead_id, "limit": LISTED, "offset": offset}
        return caller.look(
            step,
            "lead/log/list",
            request,
            lambda crm: crm.leads.log_list(lead_id, limit=LISTED, offset=offset),
        )

    entries = (entry for page in pages(page_at) for entry in page.items)
    return any(shows_number(caller, entry.raw) for entry in entries)


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
