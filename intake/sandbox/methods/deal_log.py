"""deal/log/list, deal/log/create, deal/createComment."""

from intake.sandbox.elements import Element
from intake.sandbox.enquiry import check_employee
from intake.sandbox.errors import NO_DEAL_TO_GET
from intake.sandbox.events import Event, note_event
from intake.sandbox.log import COMMENT, Entry, add_entry, log_page
from intake.sandbox.log_request import created_row, read_data
from intake.sandbox.responsible import check_user

from .registry import Call, Reply, method
from .wanted import wanted_deal


@method("deal/log/list", verb="GET")
def list_log(call: Call) -> Reply:
    """List what happened to a deal, the earliest first, page by page."""
    deal = wanted_deal(call, NO_DEAL_TO_GET)
    return Reply(log_page(call.db, Element.DEAL, deal.id, call.params, call.account))


@method("deal/log/create")
def create(call: Call) -> Reply:
    """Add the end of a call, or a comment."""
    deal = wanted_deal(call, NO_DEAL_TO_GET)
    user_id = check_user(call.params.id("user_id"), call.account)
    employee_id = check_employee(call.params.id("employee_id"), call.account)
    entry = Entry(
        id=0,
        element=Element.DEAL,
        element_id=deal.id,
        type_id=call.params.required_id("type_id"),
        data=read_data(call.params, Element.DEAL, call.account, deal.inbox_type_id),
        user_id=call.account.user_id if user_id is None else user_id,
        employee_id=employee_id or 0,
        created_at=call.now,
    )
    log = created_row(add_entry(call.db, entry), call.account)
    return Reply({"result": {"log": log}}, f"запись в журнале сделки {deal.id}")


@method("deal/createComment")
def comment(call: Call) -> Reply:
    """Add a comment, which is an entry of the deal's log."""
    deal = wanted_deal(call)
    text = call.params.required_text("comment")
    note_event(call.db, call.account, Event(Element.DEAL, deal.id, COMMENT, text), call.now)
    return Reply({}, f"комментарий к сделке {deal.id}")
