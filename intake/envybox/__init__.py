"""The API of Envybox CRM as a library of its own: it knows nothing of the intake.

    from intake.envybox import Envybox

    with Envybox("https://mycrm.envycrm.com", api_key) as crm:
        account = crm.main.data()                       # ids of pipelines, stages, people
        lead = crm.leads.set({"values": {"name": "Анна", "phone": "79123456789"}})
        started = crm.leads.start(lead.acting_id, user_id=account.user_id or 0)
        for deal in crm.deals.iterate(date_start="2026-11-01"):
            print(deal.id, deal.stage_name)

The groups are `crm.main`, `crm.leads`, `crm.deals`, `crm.clients`, `crm.tasks` and
`crm.stats`: 41 methods, a function each, told by `help(crm.leads)`. `crm.call("lead/set",
{…})` reaches any of them by the API's own name; METHODS lists the names. What is sent are
plain dictionaries and keywords (NewLead, DealSearch, …), what comes back are frozen
dataclasses with their JSON under `raw`. What people wrote (names, phones, comments, `raw`)
stays out of their repr, so that no log gets it: print(lead.name) shows what print(lead) hides.

A call goes one way: a method names its request and the reader of its reply; `door` sends
it through `transport`; `verdict` says what came of it; `models` and `account` read the
answer. Only EnvyboxError leaves a call, and its class says what to do next:

===============  ==================================================================
NotSent          nothing reached the CRM: send again
Throttled        too many calls: send again after `retry_after` seconds
WrongKey         no call will succeed until the key is replaced
Forbidden        the door is closed (HTTP 403): to the address, the key, or this request
Refused          the CRM said no (NotFound, AlreadyStarted, WrongAddress are kinds)
UnknownOutcome   it may or may not have acted: look before sending again
===============  ==================================================================

Each has `method`, `http_status`, `message` (the CRM's own words), `safe_to_resend` (nothing
can happen twice) and `worth_resending` (the same request may succeed later).
"""

from intake.envybox.account import CrmData, CustomField, Employee, InboxType, Pipeline, Stage
from intake.envybox.api import Envybox
from intake.envybox.catalogue import METHODS, Method
from intake.envybox.client_payloads import ClientFilters, NewCompany, NewContact, WorkPhone
from intake.envybox.deal_payloads import (
    DealFilters,
    DealSearch,
    NewDeal,
    NewField,
    NewTask,
    TaskFilters,
)
from intake.envybox.errors import (
    AlreadyStarted,
    EnvyboxError,
    Forbidden,
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
from intake.envybox.models.clients import ChangedClient, Client, Company, Contact, CreatedClient
from intake.envybox.models.deals import ChangedDeal, Deal, DealContact, DealPage, FoundClient
from intake.envybox.models.inputs import FormulaPart, Input
from intake.envybox.models.leads import ChangedLead, CreatedLead, FoundLead, Lead, StartedLead
from intake.envybox.models.log import LogEntry, LoggedCall
from intake.envybox.models.stats import Column, Row, RowParameter, Statistic
from intake.envybox.models.tasks import Task
from intake.envybox.models.values import FieldValue, Values
from intake.envybox.page import Page
from intake.envybox.payloads import (
    CallData,
    ContactData,
    CustomValue,
    FieldChange,
    LeadFilters,
    LeadValues,
    NewLead,
)

__all__ = [
    "METHODS",
    "AlreadyStarted",
    "CallData",
    "ChangedClient",
    "ChangedDeal",
    "ChangedLead",
    "Client",
    "ClientFilters",
    "Column",
    "Company",
    "Contact",
    "ContactData",
    "CreatedClient",
    "CreatedLead",
    "CrmData",
    "CustomField",
    "CustomValue",
    "Deal",
    "DealContact",
    "DealFilters",
    "DealPage",
    "DealSearch",
    "Employee",
    "Envybox",
    "EnvyboxError",
    "Exchange",
    "FieldChange",
    "FieldValue",
    "Forbidden",
    "FormulaPart",
    "FoundClient",
    "FoundLead",
    "InboxType",
    "Input",
    "Lead",
    "LeadFilters",
    "LeadValues",
    "LogEntry",
    "LoggedCall",
    "Method",
    "NewCompany",
    "NewContact",
    "NewDeal",
    "NewField",
    "NewLead",
    "NewTask",
    "NotFound",
    "NotSent",
    "Page",
    "Pipeline",
    "Refused",
    "Row",
    "RowParameter",
    "Stage",
    "StartedLead",
    "Statistic",
    "Task",
    "TaskFilters",
    "Throttled",
    "UnexpectedReply",
    "UnknownOutcome",
    "Values",
    "WorkPhone",
    "WrongAddress",
    "WrongKey",
]
