"""lead/log/list, lead/log/create."""

from intake.sandbox.elements import Element
from intake.sandbox.enquiry import check_employee
from intake.sandbox.leads import known_lead, open_to_changes
from intake.sandbox.log import Entry, add_entry, log_page
from intake.sandbox.log_request import created_row, read_data

from .registry import Call, Reply, method


@method("lead/log/list", verb="GET")
def list_log(call: Call) -> Reply:
    """List what happened to a lead, the earliest first, page by page."""
    lead = known_lead(call.db, call.params.required_id("lead_id"))
    return Reply(log_page(call.db, Element.LEAD, lead.id, call.params, call.account))


@method("lead/log/create")
def create(call: Call) -> Reply:
    """Add the end of a call, or a comment."""
    lead = open_to_changes(call.db, call.params.required_id("lead_id"))
    employee_id = check_employee(call.params.id("employee_id"), call.account) or 0
    data = read_data(call.params, Element.LEAD, call.account, lead.inbox_type_id)
    entry = Entry(
        id=0,
        element=Element.LEAD,
        element_id=lead.id,
        type_id=call.params.required_id("type_id"),
        data=data,
        user_id=call.account.user_id,
        employee_id=employee_id,
        created_at=call.now,
    )
    added = add_entry(call.db, entry)
    return Reply(
        {"result": {"log": created_row(added, call.account)}}, f"запись в журнале лида {lead.id}"
    )
