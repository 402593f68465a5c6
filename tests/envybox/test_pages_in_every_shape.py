"""Lists are read in every wrapping, and never cut short in silence."""

from collections.abc import Callable

import pytest

from intake.envybox import Envybox, NotSent, UnexpectedReply
from tests.envybox.conftest import KEY
from tests.envybox.fake_crm import FakeCrm, answer

OK = {"status_code": 200, "message": "success"}
ONE = {"id": 7, "name": "x"}
LISTS: dict[str, Callable[[Envybox], object]] = {
    "leads.list": lambda crm: crm.leads.list(),
    "leads.log_list": lambda crm: crm.leads.log_list(1),
    "deals.list": lambda crm: crm.deals.list(),
    "deals.log_list": lambda crm: crm.deals.log_list(1),
    "deals.list_inputs": lambda crm: crm.deals.list_inputs(),
    "deals.search_by_fields": lambda crm: crm.deals.search_by_fields({}),
    "clients.list": lambda crm: crm.clients.list(),
    "tasks.list": lambda crm: crm.tasks.list(),
}


@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize("call", LISTS.values(), ids=LISTS.keys())
def test_a_page_is_read_flat_or_within_another(
    crm: Envybox, server: FakeCrm, call: Callable[[Envybox], object], wrapped: bool
) -> None:
    page = {"result": [ONE], "count": 2, "offset": -1, "all_ids": ["7", 8], "inputs_sum": {"1": 5}}
    server.script = answer({**OK, "result": page} if wrapped else {**OK, **page})
    read = call(crm)
    assert [one.id for one in read.items] == [7]  # type: ignore[attr-defined] # a page of any kind
    assert (read.count, read.next_offset, read.all_ids) == (2, None, (7, 8))  # type: ignore[attr-defined] # as above
    assert read.raw["inputs_sum"] == {"1": 5}  # type: ignore[attr-defined] # as above


@pytest.mark.parametrize("member", [1, "x", None, []])
@pytest.mark.parametrize("call", LISTS.values(), ids=LISTS.keys())
def test_what_is_no_object_is_no_element(
    crm: Envybox, server: FakeCrm, call: Callable[[Envybox], object], member: object
) -> None:
    server.script = answer({**OK, "result": [ONE, member]})
    with pytest.raises(UnexpectedReply, match="в списке"):
        call(crm)


def test_a_full_page_without_a_clear_end_is_not_the_last(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({**OK, "result": [{"id": 1}, {"id": 2}]})
    assert crm.deals.list(limit=2).next_offset == 2
    assert crm.deals.list(limit=3).next_offset is None
    assert [deal.id for deal in crm.deals.iterate(limit=2)] == [1, 2]
    assert len(server.seen) == 4


def test_a_walk_begins_where_it_is_told(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({**OK, "result": [ONE], "offset": -1})
    assert len(list(crm.leads.iterate_log(5, limit=10, offset=20))) == 1
    assert (server.seen[0].query["limit"], server.seen[0].query["offset"]) == (["10"], ["20"])


@pytest.mark.parametrize("reply", [{"result": None}, {"result": {}}, {"result": []}])
def test_no_contacts_and_no_companies_are_empty(
    crm: Envybox, server: FakeCrm, reply: dict[str, object]
) -> None:
    server.script = answer({**OK, **reply})
    assert crm.clients.get_contacts(1) == ()
    assert crm.clients.get_companies(1) == ()
    assert crm.deals.search(phone="7") == ()


def test_other_wrappings_of_the_same_thing(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({**OK, "leads": {"979190": {"id": "979190"}}})
    found = crm.leads.search(phone="7")
    assert found is not None
    assert found.id == 979190
    server.script = answer({**OK, "result": [{"id": 5, "deals": []}]})
    assert [client.id for client in crm.deals.search(phone="7")] == [5]
    server.script = answer({**OK, "result": {"lead": {"id": 5, "parent_id": "0"}}})
    assert crm.leads.set({}).acting_id == 5
    server.script = answer({**OK, "crm": {"id": 5, "deal": {"pipelines": []}}})
    assert crm.main.data().id == 5


def test_what_hides_is_told_to_be_there(crm: Envybox, server: FakeCrm) -> None:
    values = {
        "service": {"name": {"value": "Анна"}},
        "custom": [{"value": ["а", 1]}, {"value": True}],
    }
    server.script = answer({**OK, "result": {"id": 5, "values": values}})
    lead = crm.leads.get(5)
    assert "values=<1 service, 2 custom>" in repr(lead)
    assert "Анна" not in repr(lead)
    assert [one.value for one in lead.values.custom] == ["а, 1", "1"]


def test_a_started_lead_names_who_is_responsible(crm: Envybox, server: FakeCrm) -> None:
    result = {"client_id": 1, "deal_id": 2, "user_id": "3844", "employee_id": "182", "x": 1}
    server.script = answer({**OK, "result": result})
    started = crm.leads.start(7, user_id=3844, employee_id=182)
    assert (started.user_id, started.employee_id, started.raw["x"]) == (3844, 182, 1)


def test_a_turn_beyond_the_deadline_is_told_as_not_sent(server: FakeCrm) -> None:
    with Envybox(server.url, f"{KEY}-slow", rate=0.01, deadline=0.5) as crm:
        crm.leads.workset({})
        with pytest.raises(NotSent, match="очередь вызовов"):
            crm.leads.workset({})
    assert len(server.seen) == 1
