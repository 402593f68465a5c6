"""deal/get, deal/create, deal/search, deal/updateDealStage."""

from http import HTTPStatus
from typing import Any

from intake.sandbox.account import DEAL_LOST, DEAL_WON, Pipeline, Stage
from intake.sandbox.client_shapes import client_row
from intake.sandbox.clients import clients_with, find_client
from intake.sandbox.deal_shapes import deal_card, deal_numbers
from intake.sandbox.deals import (
    Deal,
    add_deal,
    change_values,
    deals_of_client,
    find_deal,
    move_deal,
    place_of,
)
from intake.sandbox.elements import Element
from intake.sandbox.enquiry import check_employee, check_pipeline, contact_keys
from intake.sandbox.errors import NO_CLIENT, NO_DEAL, NO_DEAL_TO_GET, RefusalError
from intake.sandbox.events import MOVED, Event, note_event
from intake.sandbox.field_values import read_changes
from intake.sandbox.params import Params
from intake.sandbox.responsible import Responsible, read_responsible
from intake.sandbox.tasks import Plan, add_task, due_time, finish_tasks

from .registry import Call, Reply, method
from .wanted import wanted_deal

EXTRAS: dict[str, Any] = {"parent_deal": None, "child_deals": []}


@method("deal/get")
def get(call: Call) -> Reply:
    """Show one deal; `with` adds the parent and child deals, of which there are none here."""
    deal = wanted_deal(call, NO_DEAL_TO_GET)
    extras = {name: v for name, v in EXTRAS.items() if name in call.params.texts("with")}
    _, stage = place_of(deal, call.account)
    return Reply({"result": deal_card(deal, stage, call.account) | extras})


@method("deal/create")
def create(call: Call) -> Reply:
    """Create a deal of a client on the first stage of a pipeline, with a task if asked for."""
    client_id = call.params.required_id("client_id")
    if find_client(call.db, client_id) is None:
        raise RefusalError(NO_CLIENT)
    wanted = _new_deal(call, client_id, read_responsible(call.params, call.account))
    changes = read_changes(call.params, Element.DEAL, call.account, "values", "type_id")
    plan = _plan(call.params)
    deal_id = add_deal(call.db, wanted)
    change_values(call.db, deal_id, changes, call.now)
    deal = find_deal(call.db, deal_id, wanted.visible_at) or wanted
    if plan is not None:
        add_task(call.db, deal, plan, call.account, call.now)
    return Reply(
        {"result": {"deal": deal_numbers(deal, call.account)}}, f"создана сделка {deal_id}"
    )


def _new_deal(call: Call, client_id: int, responsible: Responsible) -> Deal:
    pipeline_id = check_pipeline(call.params.id("pipeline_id"), call.account)
    pipeline = call.account.deal_pipeline(pipeline_id) or call.account.deal_pipelines[0]
    return Deal(
        id=0,
        name=call.params.text("name") or "Сделка",
        client_id=client_id,
        lead_id=None,
        pipeline_id=pipeline.id,
        stage_id=pipeline.stages[0].id,
        user_id=responsible.user_id,
        employee_id=responsible.employee_id,
        old_employee_id=None,
        department_id=responsible.department_id,
        inbox_type_id=call.account.inbox_types[0].id,
        in_inbox=False,
        visible_at=call.now + call.deal_delay,
        created_at=call.now,
        updated_at=call.now,
        stage_updated_at=None,
        closed_at=None,
    )


def _plan(params: Params) -> Plan | None:
    """Read the task a new deal shall have: none when it is left out, a default one when empty."""
    if params.raw("task") is None:
        return None
    task = Params(params.object("task"))
    return Plan(comment=task.text("text") or None, due_at=due_time(task))


@method("deal/search")
def search(call: Call) -> Reply:
    """Find the clients with this phone or email, each with its deals."""
    contacts = contact_keys(call.params.text("phone"), call.params.text("email"))
    if not contacts:
        raise RefusalError("Укажите параметр phone или email")
    found = [
        client_row(client, deals, call.account)
        for client in clients_with(call.db, contacts)
        if (deals := deals_of_client(call.db, client.id, call.now))
    ]
    return Reply({"clients": found})


@method("deal/updateDealStage")
def move(call: Call) -> Reply:
    """Move a deal to another stage of its pipeline; the same stage again is an error.

    A deal that is won or lost has no open tasks left.
    """
    deal = wanted_deal(call)
    stage_id = call.params.required_id("stage_id")
    # The reference tells this error though it does not list the parameter.
    if call.params.id("client_id") not in {None, deal.client_id}:
        raise RefusalError(NO_DEAL)
    employee_id = check_employee(call.params.id("employee_id"), call.account) or 0
    pipeline, before = place_of(deal, call.account)
    stage = _reachable(deal, stage_id, pipeline)
    move_deal(call.db, deal.id, stage, call.now)
    if stage.status_id in {DEAL_WON, DEAL_LOST}:
        finish_tasks(call.db, deal.id, call.now)
    event = Event(
        Element.DEAL, deal.id, MOVED, f"Этап изменён: {before.name} → {stage.name}", employee_id
    )
    note_event(call.db, call.account, event, call.now)
    return Reply(
        {"result": {"stage_id": call.params.raw("stage_id")}},
        f"сделка {deal.id} перенесена на этап {stage_id}",
    )


def _reachable(deal: Deal, stage_id: int, pipeline: Pipeline) -> Stage:
    """Give the stage a deal may be moved to; raise RefusalError when it may not."""
    stage = pipeline.stage(stage_id)
    if stage is None:
        raise RefusalError(f"Этапа {stage_id} нет в воронке «{pipeline.name}» этой сделки")
    if not pipeline.by_hand:
        raise RefusalError(f"В воронке «{pipeline.name}» не разрешено менять статусы вручную")
    if deal.stage_id == stage_id:
        # Seen by a public program: the first call answers 200, a repeated one HTTP 400.
        raise RefusalError("Сделка уже находится на этом этапе", HTTPStatus.BAD_REQUEST)
    return stage
