"""A method that changes something has not succeeded because HTTP says 200."""

from collections.abc import Callable

import pytest

from intake.envybox import Envybox, FieldChange, UnexpectedReply, UnknownOutcome
from tests.envybox.fake_crm import FakeCrm, answer

CHANGE: FieldChange = {"input_id": 7, "value": "x", "value_type_id": 2}
CHANGING: dict[str, Callable[[Envybox], object]] = {
    "leads.set": lambda crm: crm.leads.set({}),
    "leads.workset": lambda crm: crm.leads.workset({}),
    "leads.start": lambda crm: crm.leads.start(1),
    "leads.log_comment": lambda crm: crm.leads.log_comment(1, "x"),
    "leads.update_values": lambda crm: crm.leads.update_values(1, [CHANGE]),
    "leads.update_employee": lambda crm: crm.leads.update_employee(1, employee_id=0),
    "deals.create": lambda crm: crm.deals.create(1, employee_id=0),
    "deals.update_stage": lambda crm: crm.deals.update_stage(1, 2),
    "deals.update_employee": lambda crm: crm.deals.update_employee(1, employee_id=0),
    "deals.to_inbox": lambda crm: crm.deals.to_inbox(1),
    "deals.log_comment": lambda crm: crm.deals.log_comment(1, "x"),
    "deals.create_comment": lambda crm: crm.deals.create_comment(1, "x"),
    "deals.add_tags": lambda crm: crm.deals.add_tags(1, ["x"]),
    "deals.update_values": lambda crm: crm.deals.update_values(1, 2, [CHANGE]),
    "clients.create": lambda crm: crm.clients.create("x"),
    "clients.update_values": lambda crm: crm.clients.update_values(1, [CHANGE]),
    "clients.add_contact": lambda crm: crm.clients.add_contact(1, name="x", phone="79123456789"),
    "clients.add_company": lambda crm: crm.clients.add_company(1, short_name="x", inn=1),
    "tasks.update": lambda crm: crm.tasks.update(1, comment="x"),
    "call": lambda crm: crm.call("deal/toInbox", {"deal_id": 1}),
}


@pytest.mark.parametrize("reply", [{"success": False}, {"result": False}])
@pytest.mark.parametrize("call", CHANGING.values(), ids=CHANGING.keys())
def test_a_reply_that_says_no_in_its_own_way_is_no_success(
    crm: Envybox, server: FakeCrm, call: Callable[[Envybox], object], reply: object
) -> None:
    server.script = answer(reply)
    with pytest.raises(UnknownOutcome) as caught:
        call(crm)
    assert not caught.value.safe_to_resend


@pytest.mark.parametrize("reply", [{"result": None}, {"foo": 1}, {"result": {"foo": 1}}])
@pytest.mark.parametrize("call", CHANGING.values(), ids=CHANGING.keys())
def test_a_reply_that_confirms_nothing_is_unexpected(
    crm: Envybox, server: FakeCrm, call: Callable[[Envybox], object], reply: object
) -> None:
    server.script = answer(reply)
    with pytest.raises(UnexpectedReply):
        call(crm)


@pytest.mark.parametrize("reply", [{"status_code": 200}, {"message": "success", "result": True}])
@pytest.mark.parametrize(
    "name", ["leads.update_employee", "deals.update_stage", "deals.to_inbox", "deals.add_tags"]
)
def test_a_bare_confirmation_is_enough_where_no_id_is_promised(
    crm: Envybox, server: FakeCrm, name: str, reply: object
) -> None:
    server.script = answer(reply)
    CHANGING[name](crm)


def test_an_id_is_proof_without_a_word(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({"result": {"deal": {"id": "5"}}})
    assert crm.call("deal/create", {"client_id": 1})["result"] == {"deal": {"id": "5"}}
    assert crm.deals.create(1, employee_id=0).id == 5


def test_a_lead_started_without_a_deal_is_unexpected(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({"status_code": 200, "message": "success", "client_id": 5})
    with pytest.raises(UnexpectedReply, match="нет номера: сделка"):
        crm.leads.start(7)
