"""lead/updateLeadValue, lead/update_employee."""

from dataclasses import replace

from intake.sandbox.card import card_of
from intake.sandbox.elements import Element
from intake.sandbox.errors import WRONG_REQUEST, RefusalError
from intake.sandbox.events import CHANGED, Event, note_event
from intake.sandbox.field_values import read_changes, set_values, told_changes
from intake.sandbox.leads import (
    add_contacts,
    find_lead,
    open_to_changes,
    refuse_merged,
    remove_contacts,
    set_responsible,
    touch,
)
from intake.sandbox.log import GIVEN
from intake.sandbox.responsible import Responsible, named, read_responsible

from .registry import Call, Reply, method


@method("lead/updateLeadValue")
def change_values(call: Call) -> Reply:
    """Set fields of a lead; by a new phone or email it is found from now on."""
    lead = find_lead(call.db, call.params.required_id("lead_id"))
    if lead is None:
        raise RefusalError(WRONG_REQUEST)
    refuse_merged(lead)
    changes = read_changes(call.params, Element.LEAD, call.account, "fields", "value_type_id")
    if not changes:
        raise RefusalError("Не указан fields")
    before = card_of(call.db, lead).content.contacts
    set_values(call.db, Element.LEAD, lead.id, changes, call.now)
    after = card_of(call.db, lead).content.contacts
    remove_contacts(call.db, "lead", lead.id, before - after)
    add_contacts(call.db, "lead", lead.id, after)
    touch(call.db, lead.id, call.now)
    told = told_changes(changes, Element.LEAD, call.account)
    note_event(call.db, call.account, Event(Element.LEAD, lead.id, CHANGED, told), call.now)
    return Reply({}, f"изменены поля лида {lead.id}")


@method("lead/update_employee")
def change_responsible(call: Call) -> Reply:
    """Make an employee or a department responsible for a lead."""
    lead = open_to_changes(call.db, call.params.required_id("lead_id"))
    given = read_responsible(call.params, call.account)
    changed = replace(
        lead,
        user_id=given.user_id,
        employee_id=given.employee_id,
        old_employee_id=lead.employee_id,
        department_id=given.department_id,
    )
    set_responsible(call.db, changed, call.now)
    text = f"Ответственный: {named(given, call.account)}"
    event = Event(Element.LEAD, lead.id, GIVEN, text)
    note_event(call.db, call.account, event, call.now)
    asked = _asked(given)
    return Reply(
        {"lead_id": lead.id} | asked | {"crm_id": call.account.id},
        f"лид {lead.id}, {text[0].lower()}{text[1:]}",
    )


def _asked(given: Responsible) -> dict[str, int]:
    """Say again who became responsible, under the name that was sent."""
    if given.department_id and not given.employee_id:
        return {"department_id": given.department_id}
    return {"employee_id": given.employee_id}
