"""deal/updateEmployee, deal/toInbox, deal/tag/addDealTags, deal/updateDealValue."""

from intake.sandbox.deal_shapes import deal_numbers
from intake.sandbox.deals import Deal, change_values, give_deal, put_in_inbox
from intake.sandbox.elements import Element
from intake.sandbox.enquiry import check_employee
from intake.sandbox.errors import WRONG_REQUEST, RefusalError
from intake.sandbox.events import CHANGED, TAGGED, TO_INBOX, Event, note_event
from intake.sandbox.field_values import Change, read_changes, told_changes
from intake.sandbox.log import GIVEN
from intake.sandbox.responsible import check_user, named, read_responsible
from intake.sandbox.shapes import JSONObject
from intake.sandbox.tags import add_tags

from .registry import Call, Reply, method
from .wanted import wanted_deal


@method("deal/updateEmployee")
def give(call: Call) -> Reply:
    """Make an employee, the administrator or a department responsible for a deal."""
    deal = wanted_deal(call)
    to = read_responsible(call.params, call.account)
    given = give_deal(call.db, deal, to, call.now)
    told = f"Ответственный: {named(to, call.account)}"
    note_event(call.db, call.account, Event(Element.DEAL, deal.id, GIVEN, told), call.now)
    row = deal_numbers(given, call.account)
    # The example has no crm_id.
    del row["crm_id"]
    return Reply({"result": {"deal": row}}, f"сделка {deal.id}. {told}")


@method("deal/toInbox")
def to_inbox(call: Call) -> Reply:
    """Put a deal into the section «Входящие»."""
    deal = wanted_deal(call)
    put_in_inbox(call.db, deal.id, call.now)
    event = Event(Element.DEAL, deal.id, TO_INBOX, "Сделка отправлена в раздел «Входящие»")
    note_event(call.db, call.account, event, call.now)
    return Reply({}, f"сделка {deal.id} отправлена во «Входящие»")


@method("deal/tag/addDealTags")
def tag(call: Call) -> Reply:
    """Give a deal tags; those it has already stay."""
    deal = wanted_deal(call)
    tags = call.params.texts("tags")
    if not tags:
        raise RefusalError("Не указан tags")
    add_tags(call.db, deal.id, tags)
    told = f"Добавлены теги: {', '.join(tags)}"
    note_event(call.db, call.account, Event(Element.DEAL, deal.id, TAGGED, told), call.now)
    return Reply({}, f"сделка {deal.id}, теги: {', '.join(tags)}")


@method("deal/updateDealValue")
def set_fields(call: Call) -> Reply:
    """Set fields of a deal; the system field 2001 renames it.

    `client_id` is required by the reference, but public programs leave it out and are
    answered.
    """
    deal = wanted_deal(call, WRONG_REQUEST)
    if call.params.id("client_id") not in {None, deal.client_id}:
        raise RefusalError(WRONG_REQUEST)
    changes = read_changes(call.params, Element.DEAL, call.account, "fields", "value_type_id")
    if not changes:
        raise RefusalError("Не указан fields")
    result = _told(call, deal, changes)
    change_values(call.db, deal.id, changes, call.now)
    told = told_changes(changes, Element.DEAL, call.account)
    event = Event(Element.DEAL, deal.id, CHANGED, told, call.params.id("employee_id") or 0)
    note_event(call.db, call.account, event, call.now)
    return Reply({"result": result}, f"изменены поля сделки {deal.id}")


def _told(call: Call, deal: Deal, changes: list[Change]) -> JSONObject:
    user_id = check_user(call.params.id("user_id"), call.account)
    employee_id = check_employee(call.params.id("employee_id"), call.account)
    return {
        "deal_id": str(deal.id),
        "client_id": str(deal.client_id),
        "employee_id": str(deal.employee_id if employee_id is None else employee_id),
        "user_id": str(deal.user_id if user_id is None else user_id),
        "fields": [one.to_json() for one in changes],
    }
