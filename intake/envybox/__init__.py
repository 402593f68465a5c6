"""The API of Envybox CRM as a library of its own: it knows nothing of the intake.

    with Envybox("https://mycrm.envycrm.com", api_key) as crm:
        lead = crm.leads.set({"values": {"phone": "79123456789"}})
        deal = crm.leads.start(lead.acting_id)
        for deal in crm.deals.iterate(date_start="2026-11-01"):
            print(deal.id, deal.stage_name)

A call goes one way: a method of `leads`, `deals` or `main` names its request and the
reader of its reply; `door` sends it through `transport`; `verdict` says what came of
it; `models` and `account` read the answer. Only EnvyboxError leaves a call, and its
class says what to do next:

===============  ==================================================================
NotSent          nothing reached the CRM: send again
Throttled        too many calls: send again after `retry_after` seconds
WrongKey         no call will succeed until the key is replaced
Refused          the CRM said no (NotFound, AlreadyStarted, WrongAddress are kinds)
UnknownOutcome   it may or may not have acted: look before sending again
===============  ==================================================================
"""

from intake.envybox.account import (
    CrmData,
    CustomField,
    Employee,
    InboxType,
    Pipeline,
    Stage,
)
from intake.envybox.api import Envybox
from intake.envybox.errors import (
    AlreadyStarted,
    EnvyboxError,
    NotFound,
    NotSent,
    Refused,
    Throttled,
    UnexpectedReply,
    UnknownOutcome,
    WrongAddress,
    WrongKey,
)
from intake.envybox.exchange import Exchange
from intake.envybox.models.deals import Deal, FoundClient
from intake.envybox.models.leads import ChangedLead, CreatedLead, FoundLead, Lead, StartedLead
from intake.envybox.models.log import LogEntry
from intake.envybox.page import Page
from intake.envybox.payloads import NewLead

__all__ = [
    "AlreadyStarted",
    "ChangedLead",
    "CreatedLead",
    "CrmData",
    "CustomField",
    "Deal",
    "Employee",
    "Envybox",
    "EnvyboxError",
    "Exchange",
    "FoundClient",
    "FoundLead",
    "InboxType",
    "Lead",
    "LogEntry",
    "NewLead",
    "NotFound",
    "NotSent",
    "Page",
    "Pipeline",
    "Refused",
    "Stage",
    "StartedLead",
    "Throttled",
    "UnexpectedReply",
    "UnknownOutcome",
    "WrongAddress",
    "WrongKey",
]
