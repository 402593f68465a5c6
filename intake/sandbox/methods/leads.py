"""lead/set, lead/workset, lead/get, lead/search, lead/list."""

from intake.sandbox.card import Card, card_of
from intake.sandbox.deals import find_deal
from intake.sandbox.enquiry import Enquiry, contact_keys, read_enquiry
from intake.sandbox.errors import NO_LEAD_TO_GET, RefusalError
from intake.sandbox.lead_list import list_leads
from intake.sandbox.lead_shapes import lead_card, lead_row, listed_lead
from intake.sandbox.leads import (
    Lead,
    Repeat,
    Told,
    add_lead,
    card_of_same,
    find_lead,
    keep_enquiry,
    open_cards,
)
from intake.sandbox.merging import merge_cards

from .registry import Call, Reply, method

# How long the queue knows a body again whose lead was taken into work meanwhile, in seconds.
REMEMBERED = 60 * 60


@method("lead/set")
def create(call: Call) -> Reply:
    """Create a lead at once; one with a known contact becomes a child of the card there is."""
    enquiry = read_enquiry(call.params, call.account)
    card = _card_for(call, enquiry)
    parent_id = card.id if card else 0
    lead_id = add_lead(call.db, enquiry, call.account, parent_id, call.now)
    told = Told(lead_id, call.method, call.now, enquiry)
    keep_enquiry(call.db, parent_id or lead_id, told)
    did = f"лид {lead_id} объединён с {parent_id}" if parent_id else f"создан лид {lead_id}"
    return Reply({"id": lead_id, "parent_id": parent_id}, did)


@method("lead/workset")
def create_through_queue(call: Call) -> Reply:
    """Create a lead without duplicates: the same body again changes nothing; no id is told."""
    since = Repeat(open_since=0, taken_since=call.now - REMEMBERED)
    return queued(call, read_enquiry(call.params, call.account), since)


def queued(call: Call, enquiry: Enquiry, since: Repeat) -> Reply:
    """Put an enquiry through the queue; one that is a repeat changes nothing."""
    same = card_of_same(call.db, enquiry, since)
    if same:
        return Reply({}, note=f"повтор: такая заявка уже есть в лиде {same}")
    card = _card_for(call, enquiry)
    lead_id = card.id if card else add_lead(call.db, enquiry, call.account, 0, call.now)
    keep_enquiry(call.db, lead_id, Told(lead_id, call.method, call.now, enquiry))
    return Reply({}, f"дополнен лид {lead_id}" if card else f"создан лид {lead_id}")


def _card_for(call: Call, enquiry: Enquiry) -> Lead | None:
    """Give the card an enquiry belongs to; several that it shows to be one person's are one."""
    return merge_cards(call.db, open_cards(call.db, enquiry.contacts), call.account, call.now)


@method("lead/get")
def get(call: Call) -> Reply:
    """Show one lead."""
    lead = find_lead(call.db, call.params.required_id("lead_id"))
    if lead is None:
        raise RefusalError(NO_LEAD_TO_GET)
    return Reply({"result": lead_card(*_card(call, lead), call.account)})


@method("lead/search")
def search(call: Call) -> Reply:
    """Find the lead with this phone or email that nobody took into work."""
    contacts = contact_keys(call.params.text("phone"), call.params.text("email"))
    if not contacts:
        raise RefusalError("Укажите параметр phone или email")
    card = next(iter(open_cards(call.db, contacts)), None)
    found = {"lead_id": str(card.id)} | lead_row(card, call.account) if card else None
    return Reply({"leads": found})


@method("lead/list")
def list_all(call: Call) -> Reply:
    """List the cards, the latest first, page by page."""
    page = list_leads(call.db, call.params, call.account)
    result = [listed_lead(*_card(call, lead), call.account) for lead in page.leads]
    return Reply({"leads": page.envelope | {"result": result, "count": str(page.count)}})


def _card(call: Call, lead: Lead) -> tuple[Card, list[int]]:
    """Give a lead's card, and its deal once the CRM finds it."""
    visible = lead.deal_id and find_deal(call.db, lead.deal_id, call.now)
    return card_of(call.db, lead), [lead.deal_id] if visible and lead.deal_id else []
