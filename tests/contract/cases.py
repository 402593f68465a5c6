"""What each of the 41 methods needs to be tried out, and which typed function calls it.

A call is given the parameters of the printed example, ids and lost values filled in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from intake.envybox import Envybox
from tests.contract.reference import METHODS, Json
from tests.contract.scene import (
    ADMINISTRATOR,
    ANNA,
    CLIENT_TEXT,
    DEAL_PIPELINE,
    DEAL_TEXT,
    EMPLOYEE,
    INBOX_TYPE,
    NEW_DEAL,
    NEW_LEAD,
    NEXT_STAGE,
    Scene,
    filled,
    moment,
)
from tests.contract.search import search_account

Params = Any  # typed dictionaries of many kinds, read from JSON
Ids = dict[str, Json]
DAY_OF_LISTS = "2017-07-10 12:00:00"

ACCOUNT: Ids = {
    "user_id": ADMINISTRATOR,
    "employee_id": EMPLOYEE,
    "pipeline_id": DEAL_PIPELINE,
    "inbox_type_id": INBOX_TYPE,
    "input_id": DEAL_TEXT,
}
LOST: Ids = {
    "limit": 50,
    "offset": 0,
    "phone": "79123456789",
    "utm_medium": "cpc",
    "utm_campaign": "okna",
    "google_client_id": "1060957297.1701261875",
    "yandex_client_id": "1701261875816719138",
    "dateStages": [],
}


@dataclass(frozen=True)
class Case:
    """How a method is tried: `prepare` fills the sandbox and gives the ids to ask with."""

    call: Callable[[Envybox, Params], object]
    prepare: Callable[[Scene], Ids] = lambda _: {}
    at: str = "2026-11-23 10:00:00"

    def params(self, name: str, scene: Scene) -> dict[str, Json]:
        """Prepare the scene and give the parameters of the example, fit for it."""
        ids = ACCOUNT | self.prepare(scene)
        params: dict[str, Json] = filled(METHODS[name].parameters, ids, LOST)
        in_path = "{client_id}" in METHODS[name].path
        return params | ({"client_id": ids["client_id"]} if in_path else {})


def _printed_lead(scene: Scene) -> int:
    """Create the lead that the reference creates."""
    params = filled(METHODS["lead/set"].parameters, ACCOUNT, LOST)
    return int(scene.call("lead/set", **params)["id"])


def _lead(scene: Scene) -> Ids:
    return {"lead_id": scene.lead(), "stage_id": NEW_LEAD}


def _listed_lead(scene: Scene) -> Ids:
    """Create a lead with all the fields that the list prints, and no contact, as there."""
    values = {"name": "Сергей", "comment": "Доп информация"}
    scene.call("lead/set", method="create", values=values, region="Татарстан")
    return {"stage_id": NEW_LEAD}


def _known(scene: Scene) -> Ids:
    """Make a deal of the printed lead."""
    return scene.start(_printed_lead(scene)) | {"stage_id": NEW_DEAL}


def _owned(scene: Scene) -> Ids:
    """Take the printed lead into work for the employee."""
    ids = scene.start(_printed_lead(scene), EMPLOYEE)
    return ids | {"stage_id": NEW_DEAL}


def _owned_lead(scene: Scene) -> Ids:
    made = scene.call("lead/set", method="create", values=ANNA, employee_id=EMPLOYEE)
    return scene.start(int(made["id"]), EMPLOYEE)


def _with_task(scene: Scene) -> Ids:
    """Give the deal's responsible person a task."""
    ids = _known(scene)
    scene.call("deal/updateEmployee", deal_id=ids["deal_id"], employee_id=EMPLOYEE)
    task = {"time": int(moment("2017-07-10 00:00:00")), "comment": "Связаться с клиентом"}
    scene.call("deal/updatetask", deal_id=ids["deal_id"], **task)
    return ids


def _with_company(scene: Scene) -> Ids:
    ids = _known(scene)
    scene.company(ids["client_id"])
    return ids


def _task_time(params: Params) -> Params:
    return params | {"time": datetime.fromtimestamp(params["time"], UTC)}


def _numbers(params: Params, *names: str) -> Params:
    """Turn ids that are printed as text into the numbers the client takes."""
    return params | {name: int(params[name]) for name in names}


CASES: Mapping[str, Case] = {
    "main/data": Case(lambda crm, _: crm.main.data()),
    "lead/set": Case(lambda crm, p: crm.leads.set(p)),
    "lead/workset": Case(lambda crm, p: crm.leads.workset(p)),
    "lead/get": Case(lambda crm, p: crm.leads.get(**p), _owned_lead),
    "lead/search": Case(
        lambda crm, p: crm.leads.search(**p), lambda scene: {"lead_id": _printed_lead(scene)}
    ),
    "lead/list": Case(lambda crm, p: crm.leads.list(**p), _listed_lead, DAY_OF_LISTS),
    "lead/start": Case(lambda crm, p: crm.leads.start(**p), _lead),
    "lead/log/list": Case(lambda crm, p: crm.leads.log_list(**p), _known),
    "lead/log/create": Case(
        lambda crm, p: crm.leads.log_call(p["lead_id"], p["data"], p["employee_id"]), _lead
    ),
    "lead/updateLeadValue": Case(lambda crm, p: crm.leads.update_values(**p), _lead),
    "lead/update_employee": Case(lambda crm, p: crm.leads.update_employee(**p), _lead),
    "deal/get": Case(lambda crm, p: crm.deals.get(**p), _owned),
    "deal/create": Case(
        lambda crm, p: crm.deals.create(**_numbers(p, "client_id", "pipeline_id", "employee_id")),
        _known,
    ),
    "deal/search": Case(lambda crm, p: crm.deals.search(**p), _owned),
    "deal/search-by-fields": Case(
        lambda crm, p: crm.deals.search_by_fields(**p), search_account, "2024-02-05 12:00:00"
    ),
    "deal/updateDealStage": Case(
        lambda crm, p: crm.deals.update_stage(**p),
        lambda scene: _known(scene) | {"stage_id": NEXT_STAGE},
    ),
    "deal/updateEmployee": Case(lambda crm, p: crm.deals.update_employee(**p), _known),
    "deal/toInbox": Case(lambda crm, p: crm.deals.to_inbox(**p), _known),
    "deal/list": Case(lambda crm, p: crm.deals.list(**p), _owned, DAY_OF_LISTS),
    "deal/log/list": Case(lambda crm, p: crm.deals.log_list(**p), _known),
    "deal/log/create": Case(
        lambda crm, p: crm.deals.log_call(p["deal_id"], p["data"], employee_id=p["employee_id"]),
        _known,
    ),
    "deal/createComment": Case(lambda crm, p: crm.deals.create_comment(**p), _known),
    "deal/updatetask": Case(lambda crm, p: crm.tasks.update(**_task_time(p)), _known),
    "deal/getTask": Case(lambda crm, p: crm.tasks.get(**p), _with_task),
    "deal/getTasks": Case(lambda crm, p: crm.tasks.get_all(**p), _with_task),
    "deal/tag/addDealTags": Case(lambda crm, p: crm.deals.add_tags(**p), _known),
    "client/list": Case(lambda crm, p: crm.clients.list(**p), _known, DAY_OF_LISTS),
    "client/get": Case(lambda crm, p: crm.clients.get(**p), _known),
    "client/create": Case(lambda crm, p: crm.clients.create(**p)),
    "client/getContacts": Case(lambda crm, p: crm.clients.get_contacts(**p), _known),
    "client/getListInputs": Case(lambda crm, p: crm.clients.list_inputs(**p)),
    "client/updateClientValue": Case(
        lambda crm, p: crm.clients.update_values(**p),
        lambda scene: _known(scene) | {"input_id": CLIENT_TEXT},
    ),
    "client/getInput": Case(
        lambda crm, p: crm.clients.get_input(**p), lambda _: {"input_id": 1001}
    ),
    "client/addContact": Case(lambda crm, p: crm.clients.add_contact(**p), _known),
    "client/getCompanies": Case(lambda crm, p: crm.clients.get_companies(**p), _with_company),
    "client/addCompany": Case(lambda crm, p: crm.clients.add_company(**p), _known),
    "deal/updateDealValue": Case(lambda crm, p: crm.deals.update_values(**p), _known),
    "deal/getListInputs": Case(lambda crm, p: crm.deals.list_inputs(**p)),
    "deal/getInput": Case(lambda crm, p: crm.deals.get_input(**p), lambda _: {"input_id": 2001}),
    "task/list": Case(lambda crm, p: crm.tasks.list(**p), _with_task, "2017-07-10 00:00:00"),
    "stat/custom": Case(lambda crm, p: crm.stats.custom(**p), _known, "2021-02-01 12:00:00"),
}
