"""lead/start."""

from dataclasses import replace

from intake.sandbox.card import Card, card_of
from intake.sandbox.clients import Client, add_client, clients_with
from intake.sandbox.contacts import note_contacts
from intake.sandbox.deal_of_lead import Taken, inherit
from intake.sandbox.deals import Deal, add_deal
from intake.sandbox.enquiry import check_employee
from intake.sandbox.errors import TAKEN, RefusalError
from intake.sandbox.leads import Lead, contacts_of, mark_taken, open_to_changes
from intake.sandbox.responsible import Responsible, check_user

from .registry import Call, Reply, method


@method("lead/start")
def start(call: Call) -> Reply:
    """Take a lead into work: find or create the client, create the deal."""
    lead, wanted = _startable(call)
    card = card_of(call.db, lead)
    client, known = _client_of(call, card)
    deal = _deal_of(call, lead, client, wanted)
    deal = replace(deal, id=add_deal(call.db, deal))
    taken = replace(
        lead,
        user_id=wanted.user_id,
        employee_id=wanted.employee_id,
        client_id=client.id,
        deal_id=deal.id,
    )
    mark_taken(call.db, taken, call.account.taken_lead(known_client=known), call.now)
    inherit(call.db, Taken(card, client, deal, call.now), call.account)
    was_set = {"lead_id": lead.id, "user_id": wanted.user_id, "employee_id": wanted.employee_id}
    # What was sent is said again as it was written, a number or a string.
    told = {name: call.params.raw(name) or value for name, value in was_set.items()}
    return Reply(
        {"result": told | {"client_id": client.id, "deal_id": deal.id}},
        f"лид {lead.id} взят в работу, сделка {deal.id}",
    )


def _startable(call: Call) -> tuple[Lead, Responsible]:
    lead = open_to_changes(call.db, call.params.required_id("lead_id"))
    if lead.taken:
        raise RefusalError(TAKEN)
    return lead, _responsible(call, lead)


def _responsible(call: Call, lead: Lead) -> Responsible:
    """Read who shall be responsible; what is not given at all stays as the lead has it.

    A department that is responsible for the lead stays so for the deal, unless an employee
    is named.
    """
    user_id = check_user(call.params.id("user_id"), call.account)
    employee_id = check_employee(call.params.id("employee_id"), call.account)
    if employee_id and not user_id:
        raise RefusalError("Вместе с employee_id нужно указать user_id")
    if user_id is None and employee_id is None:
        return Responsible(lead.user_id, lead.employee_id or 0, lead.department_id)
    return Responsible(user_id or 0, employee_id or 0, 0 if employee_id else lead.department_id)


def _client_of(call: Call, card: Card) -> tuple[Client, bool]:
    """Find or create the client of a lead, and tell whether the CRM knew it."""
    contacts = contacts_of(call.db, "lead", card.lead.id)
    known = next(iter(clients_with(call.db, contacts)), None)
    if known is not None:
        note_contacts(call.db, known.id, known.name, contacts, call.now)
        return known, True
    name = card.content.values.get("name", "")
    return add_client(call.db, name, contacts, call.now), False


def _deal_of(call: Call, lead: Lead, client: Client, responsible: Responsible) -> Deal:
    pipeline = call.account.deal_pipeline(lead.deal_pipeline_id) or call.account.deal_pipelines[0]
    return Deal(
        id=0,
        name="Сделка",
        client_id=client.id,
        lead_id=lead.id,
        pipeline_id=pipeline.id,
        stage_id=pipeline.stages[0].id,
        user_id=responsible.user_id,
        employee_id=responsible.employee_id,
        old_employee_id=None,
        department_id=responsible.department_id,
        inbox_type_id=lead.inbox_type_id,
        in_inbox=False,
        visible_at=call.now + call.deal_delay,
        created_at=call.now,
        updated_at=None,
        stage_updated_at=call.now,
        closed_at=None,
    )
