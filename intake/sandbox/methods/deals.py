"""deal/get, deal/search, deal/updateDealStage."""

from http import HTTPStatus
from typing import Any

from intake.sandbox.client_shapes import client_row
from intake.sandbox.clients import clients_with
from intake.sandbox.deal_shapes import deal_card
from intake.sandbox.deals import deals_of_client, find_deal, move_deal
from intake.sandbox.enquiry import check_employee, contact_keys
from intake.sandbox.errors import NO_DEAL, NO_DEAL_TO_GET, RefusalError

from .registry import Call, Reply, method

EXTRAS: dict[str, Any] = {"parent_deal": None, "child_deals": []}


@method("deal/get")
def get(call: Call) -> Reply:
    """Show one deal; `with` adds the parent and child deals, of which there are none here."""
    deal = find_deal(call.db, call.params.required_id("deal_id"), call.now)
    found = call.account.deal_stage(deal.stage_id) if deal else None
    if deal is None or found is None:
        raise RefusalError(NO_DEAL_TO_GET)
    extras = {name: v for name, v in EXTRAS.items() if name in call.params.texts("with")}
    return Reply({"result": deal_card(deal, found[1], call.account) | extras})


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
    """Move a deal to another stage of its pipeline; the same stage again is an error."""
    deal = find_deal(call.db, call.params.required_id("deal_id"), call.now)
    if deal is None:
        raise RefusalError(NO_DEAL)
    pipeline = call.account.deal_pipeline(deal.pipeline_id) or call.account.deal_pipelines[0]
    stage_id = call.params.required_id("stage_id")
    check_employee(call.params.id("employee_id"), call.account)
    stage = pipeline.stage(stage_id)
    if stage is None:
        raise RefusalError(f"Этапа {stage_id} нет в воронке «{pipeline.name}» этой сделки")
    if not pipeline.by_hand:
        raise RefusalError(f"В воронке «{pipeline.name}» не разрешено менять статусы вручную")
    if deal.stage_id == stage_id:
        # Seen by a public program: the first call answers 200, a repeated one HTTP 400.
        raise RefusalError("Сделка уже находится на этом этапе", HTTPStatus.BAD_REQUEST)
    move_deal(call.db, deal.id, stage, call.now)
    return Reply(
        {"result": {"stage_id": call.params.raw("stage_id")}},
        f"сделка {deal.id} перенесена на этап {stage_id}",
    )
