"""WBK.sendCrmLead: what the vendor's widget sends from a page."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from intake.sandbox.enquiry import VALUE_NAMES, Enquiry, contact_keys, read_enquiry
from intake.sandbox.errors import RefusalError
from intake.sandbox.leads import Repeat
from intake.sandbox.params import Params

from .leads import queued
from .registry import Call, Reply, method

SEND_LEAD = "WBK.sendCrmLead"
# The first four values are the reference's; marks, values_custom and the two ids are what
# public pages send; the visit is the script's own addition.
AS_THEY_ARE = ("inbox_type_id", "pipeline_id", "visit_id")
NAMES = frozenset({"crm_id", *VALUE_NAMES, "values_custom", *AS_THEY_ARE})
WITHOUT_PREFIX = 10
# A button pressed twice sends the same within these seconds; later it is another wish.
PRESSED_TWICE = 5 * 60


@method(SEND_LEAD, verb="JS")
def send_lead(call: Call) -> Reply:
    """Make a lead as lead/workset would; the phone may be typed in any form."""
    crm_id = call.params.required_id("crm_id")
    if crm_id != call.account.id:
        raise RefusalError(f"CRM с crm_id {crm_id} не найдена")
    since = call.now - PRESSED_TWICE
    return queued(call, _enquiry(call), Repeat(since, since))


def _enquiry(call: Call) -> Enquiry:
    params = call.params
    values: dict[str, Any] = {name: params.raw(name) for name in VALUE_NAMES}
    values["phone"] = _brought_into_form(params.text("phone"))
    values["custom"] = params.objects("values_custom")
    sent = {name: params.raw(name) for name in AS_THEY_ARE}
    request: Mapping[str, Any] = {"method": "create", "values": values, **sent}
    enquiry = read_enquiry(Params(request), call.account)
    return replace(enquiry, ignored=tuple(sorted(name[:80] for name in params.names() - NAMES)))


def _brought_into_form(phone: str) -> str:
    """Give the digits of a phone, a Russian one with its 7; what has no digits as it is."""
    digits = next((value for _, value in contact_keys(phone, "")), "")
    return f"7{digits}" if len(digits) == WITHOUT_PREFIX else digits or phone
