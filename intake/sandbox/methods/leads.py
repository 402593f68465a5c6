"""lead/set, lead/workset, lead/get, lead/search, lead/list, lead/start."""

from dataclasses import replace
from typing import Any

from intake.sandbox.account import Account
from intake.sandbox.clients import Client, add_client, clients_with
from intake.sandbox.contacts import note_contacts
from intake.sandbox.deals import Deal, add_deal, find_deal
from intake.sandbox.enquiry import Enquiry, check_employee, contact_keys, read_enquiry
from intake.sandbox.errors import NO_LEAD, NO_LEAD_TO_GET, TAKEN, RefusalError
from intake.sandbox.lead_list import list_leads
from intake.sandbox.leads import (
    Lead,
    Told,
    add_lead,
    card_of_same,
    contacts_of,
    content_of,
    find_lead,
    keep_enquiry,
    mark_taken,
    open_card,
)
from intake.sandbox.shapes import lead_card, lead_row

from .registry import Call, Reply, method


@method("lead/set")
def create(call: Call) -> Reply:
    """Create a lead at once; one with a known contact becomes a child of the card there is."""
    enquiry = read_enquiry(call.params, call.account)
    card = open_card(call.db, enquiry.contacts)
    parent_id = card.id if card else 0
    lead_id = add_lead(call.db, enquiry, call.account, parent_id, call.now)
    told = Told(lead_id, call.method, call.now, enquiry)
    keep_enquiry(call.db, parent_id or lead_id, told)
    did = f"лид {lead_id} объединён с {parent_id}" if parent_id else f"создан лид {lead_id}"
    return Reply({"id": lead_id, "parent_id": parent_id}, did)


@method("lead/workset")
def create_through_queue(call: Call) -> Reply:
    """Create a lead without duplicates: the same body again changes nothing; no id is told."""
    enquiry = read_enquiry(call.params, call.account)
    if card_of_same(call.db, enquiry):
        return Reply({})
    card = open_card(call.db, enquiry.contacts)
    lead_id = card.id if card else add_lead(call.db, enquiry, call.account, 0, call.now)
    keep_enquiry(call.db, lead_id, Told(lead_id, call.method, call.now, enquiry))
    return Reply({}, f"дополнен лид {lead_id}" if card else f"создан лид {lead_id}")


@method("lead/get")
def get(call: Call) -> Reply:
    """Show one lead."""
    lead = find_lead(call.db, call.params.required_id("lead_id"))
    if lead is None:
        raise RefusalError(NO_LEAD_TO_GET)
    return Reply({"result": _card(call, lead)})


@method("lead/search")
def search(call: Call) -> Reply:
    """Find the lead with this phone or email that nobody took into work."""
    contacts = contact_keys(call.params.text("phone"), call.params.text("email"))
    if not contacts:
        raise RefusalError("Укажите параметр phone или email")
    card = open_card(call.db, contacts)
    found = {"lead_id": str(card.id)} | lead_row(card, call.account) if card else None
    return Reply({"leads": found})


@method("lead/list")
def list_all(call: Call) -> Reply:
    """List the cards, the latest first, page by page."""
    page = list_leads(call.db, call.params, call.account)
    result = [
        _card(call, lead) | {"status_id": str(_stage_status(lead, call.account)), "mask": None}
        for lead in page.leads
    ]
    return Reply({"leads": page.envelope | {"result": result, "count": str(page.count)}})


@method("lead/start")
def start(call: Call) -> Reply:
    """Take a lead into work: find or create the client, create the deal."""
    lead, user_id, employee_id = _startable(call)
    contacts = contacts_of(call.db, "lead", lead.id)
    content = content_of(call.db, lead)
    known = next(iter(clients_with(call.db, contacts)), None)
    client = known or add_client(call.db, content.values.get("name", ""), contacts, call.now)
    note_contacts(call.db, client.id, client.name, contacts, call.now)
    taken = replace(lead, client_id=client.id, user_id=user_id, employee_id=employee_id)
    deal_id = add_deal(call.db, _deal_of(call, taken, client))
    stage = call.account.taken_lead(known_client=known is not None)
    mark_taken(call.db, replace(taken, deal_id=deal_id), stage, call.now)
    sent = {name: call.params.raw(name) or 0 for name in ("lead_id", "user_id", "employee_id")}
    return Reply(
        {"result": sent | {"client_id": client.id, "deal_id": deal_id}},
        f"лид {lead.id} взят в работу, сделка {deal_id}",
    )


def _startable(call: Call) -> tuple[Lead, int, int]:
    lead = find_lead(call.db, call.params.required_id("lead_id"))
    if lead is None:
        raise RefusalError(NO_LEAD)
    if lead.parent_id:
        raise RefusalError(
            f"Лид {lead.id} объединён с лидом {lead.parent_id}: берите в работу parent_id"
        )
    if lead.taken:
        raise RefusalError(TAKEN)
    return lead, *_responsible(call, lead)


def _responsible(call: Call, lead: Lead) -> tuple[int, int]:
    """Read who shall be responsible; what is not given at all stays as the lead has it."""
    user_id = call.params.id("user_id")
    employee_id = check_employee(call.params.id("employee_id"), call.account)
    if employee_id and not user_id:
        raise RefusalError("Вместе с employee_id нужно указать user_id")
    if user_id and user_id != call.account.user_id:
        raise RefusalError(f"Администратор с user_id {user_id} не найден")
    if user_id is None and employee_id is None:
        return lead.user_id, lead.employee_id or 0
    return user_id or 0, employee_id or 0


def _deal_of(call: Call, lead: Lead, client: Client) -> Deal:
    pipeline = call.account.deal_pipeline(lead.deal_pipeline_id) or call.account.deal_pipelines[0]
    return Deal(
        id=0,
        name="Сделка",
        client_id=client.id,
        lead_id=lead.id,
        pipeline_id=pipeline.id,
        stage_id=pipeline.stages[0].id,
        user_id=lead.user_id,
        employee_id=lead.employee_id or 0,
        old_employee_id=None,
        department_id=lead.department_id,
        inbox_type_id=lead.inbox_type_id,
        in_inbox=False,
        visible_at=call.now + call.deal_delay,
        created_at=call.now,
        updated_at=None,
        stage_updated_at=call.now,
        closed_at=None,
    )


def _card(call: Call, lead: Lead) -> dict[str, Any]:
    content: Enquiry = content_of(call.db, lead)
    visible = lead.deal_id and find_deal(call.db, lead.deal_id, call.now)
    return lead_card(
        lead, content, [lead.deal_id] if visible and lead.deal_id else [], call.account
    )


def _stage_status(lead: Lead, account: Account) -> int:
    return (account.lead_pipeline.stage(lead.stage_id) or account.new_lead).status_id
