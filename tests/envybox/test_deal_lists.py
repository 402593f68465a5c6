"""Deals found and listed, and their logs, against the reference's examples."""

from collections.abc import Callable, Iterator

import pytest

from intake.envybox import Deal, Envybox, UnexpectedReply
from intake.envybox.payloads import CallData
from tests.envybox.asked import last_asked, posted
from tests.envybox.conftest import KEY
from tests.envybox.deal_examples import DEAL, ENTRY, FOUND, LISTED, OK
from tests.envybox.fake_crm import FakeCrm, answer


@pytest.mark.parametrize("deals", [[DEAL], {"326622": DEAL}, ["326622"]])
def test_clients_are_found_with_their_deals(crm: Envybox, server: FakeCrm, deals: object) -> None:
    client = {"id": 38155, "created_at": "2017-06-05 14:42:10", "deals_for_event": deals}
    server.script = answer({**OK, "clients": [client]})
    [found] = crm.deals.search(phone="74993229710", email="team@example.com")
    assert last_asked(server) == posted(
        "deal/search", {"phone": "74993229710", "email": "team@example.com"}
    )
    assert (found.id, found.created_at) == (38155, "2017-06-05 14:42:10")
    assert [deal.id for deal in found.deals] == [326622]


@pytest.mark.parametrize("nobody", [[], None, {}])
def test_nobody_found_is_an_empty_answer(crm: Envybox, server: FakeCrm, nobody: object) -> None:
    server.script = answer({**OK, "clients": nobody})
    assert crm.deals.search(phone="74993229710") == ()


def test_deals_are_searched_by_fields_in_a_reply_that_names_no_status(
    crm: Envybox, server: FakeCrm
) -> None:
    page = {"all_ids": [3698, "3700"], "count": 4, "result": [FOUND], "offset": -1, "keyword": None}
    server.script = answer(page)
    deals = crm.deals.search_by_fields(
        {"pipelines": [3674], "inputs": {"3": {"custom": {"13420": "тест"}}}}, keyword="Анна"
    )
    request = {
        "keyword": "Анна",
        "limit": 50,
        "offset": 0,
        "filter": {"pipelines": [3674], "inputs": {"3": {"custom": {"13420": "тест"}}}},
    }
    assert last_asked(server) == posted("deal/updateDealStage", request)
    assert (deals.all_ids, deals.count, deals.next_offset) == ((3698, 3700), 4, None)
    [deal] = deals
    assert (deal.id, deal.stage_name, deal.task_time) == (3820, "В работе", "2019-03-19 16:00:00")
    assert (deal.client_name, deal.contact_name) == ("Олег Газманов", None)
    assert (deal.phone, deal.email) == ("79123456789", "example@example.ru")
    assert (deal.short_name, deal.inn, deal.last_comment) == (
        "ООО Окна",
        "5401122334",
        "перезвонить",
    )
    [person] = deal.contacts
    assert (person.contact_id, person.name, person.phone, person.email) == (
        1705,
        "Филипп",
        None,
        "f@example.ru",
    )


def test_the_search_by_fields_goes_where_it_is_told(server: FakeCrm) -> None:
    server.script = answer({"result": [], "offset": -1})
    with Envybox(server.url, KEY, rate=None, search_by_fields="deal/searchByFields") as crm:
        assert list(crm.deals.iterate_by_fields({})) == []
    assert server.seen[0].path == "/openapi/v1/deal/searchByFields/"


def test_the_answer_to_a_change_of_stage_is_not_taken_for_deals(
    crm: Envybox, server: FakeCrm
) -> None:
    # What a CRM may answer at the doubtful path that the reference prints.
    server.script = answer({**OK, "result": {"stage_id": "5635"}})
    with pytest.raises(UnexpectedReply):
        crm.deals.search_by_fields({})


def test_a_page_of_deals_is_listed(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({**OK, "result": [LISTED], "offset": "50", "limit": 50, "count": "99"})
    page = crm.deals.list(date_start="2017-07-10", date_type="closed", stage_id=[915, 916])
    request = {
        "date_start": "2017-07-10",
        "date_type": "closed",
        "stage_id": [915, 916],
        "limit": 50,
        "offset": 0,
    }
    assert last_asked(server) == posted("deal/list", request)
    assert (page.next_offset, page.count, page.all_ids) == (50, 99, ())
    [deal] = page
    assert (deal.id, deal.stage_name, deal.client_name) == (78107, "В работе", "Анна")
    assert (deal.name, deal.values.service["name"].value) == ("Сделка", "Сделка")
    assert deal.values.custom_value(3824) == "40"


@pytest.mark.parametrize(
    "reply",
    [
        {"result": {"78107": LISTED}, "all_ids": ["78107"], "offset": -1},
        {"result": {"result": [LISTED], "all_ids": [78107], "offset": -1}},
    ],
)
def test_a_page_of_deals_is_read_in_every_wrapping(
    crm: Envybox, server: FakeCrm, reply: dict[str, object]
) -> None:
    server.script = answer({**OK, **reply})
    page = crm.deals.list()
    assert [deal.id for deal in page] == [78107]
    assert (page.all_ids, page.next_offset) == ((78107,), None)


def test_a_list_without_its_payload_does_not_mean_that_there_are_no_deals(
    crm: Envybox, server: FakeCrm
) -> None:
    with pytest.raises(UnexpectedReply):
        crm.deals.list()
    server.script = answer({**OK, "result": None, "offset": -1})
    assert len(crm.deals.list()) == 0


@pytest.mark.parametrize(
    ("iterate", "method"),
    [
        (lambda crm: crm.deals.iterate(keyword="окна"), "deal/list"),
        (lambda crm: crm.deals.iterate_by_fields({"tags": ["1"]}), "deal/updateDealStage"),
    ],
)
def test_all_deals_are_walked_through_page_by_page(
    crm: Envybox,
    server: FakeCrm,
    iterate: Callable[[Envybox], Iterator[Deal]],
    method: str,
) -> None:
    server.script = answer({**OK, "result": [LISTED], "offset": 1, "count": 2})
    deals = iterate(crm)
    assert next(deals).id == 78107
    server.script = answer({**OK, "result": [FOUND], "offset": -1, "count": 2})
    assert [deal.id for deal in deals] == [3820]
    verb, path, body = last_asked(server)
    assert (verb, path, len(server.seen)) == ("POST", method, 2)
    assert isinstance(body, dict)
    assert body["request"]["offset"] == 1


def test_the_log_of_a_deal_is_read_by_get_page_by_page(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({**OK, "result": [ENTRY], "count": 2, "limit": 50, "offset": 1})
    log = crm.deals.iterate_log(97787)
    assert next(log).comment == "Комментарий"
    server.script = answer({**OK, "result": [{**ENTRY, "id": 340338}], "offset": -1})
    assert [entry.id for entry in log] == [340338]
    query = {"api_key": [KEY], "deal_id": ["97787"], "limit": ["50"], "offset": ["1"]}
    assert last_asked(server) == ("GET", "deal/log/list", query)


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_comment_is_added_to_the_log_of_a_deal(
    crm: Envybox, server: FakeCrm, wrapped: bool
) -> None:
    entry = {"log": ENTRY}
    server.script = answer({**OK, "result": entry} if wrapped else {**OK, **entry})
    added = crm.deals.log_comment(97787, "Комментарий", user_id=6444)
    request = {"deal_id": 97787, "type_id": 2010, "data": {"comment": "Комментарий"}}
    assert last_asked(server) == posted("deal/log/create", {**request, "user_id": 6444})
    assert (added.id, added.element_id, added.user_id) == (340337, 97787, 6444)


def test_a_call_is_added_to_the_log_of_a_deal(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({**OK, "log": ENTRY})
    data: CallData = {"direction": 1, "status": 1, "from": "7987", "to": "7988"}
    entry = crm.deals.log_call(7, data, employee_id=0)
    request = {"deal_id": 7, "type_id": 2009, "data": data, "employee_id": 0}
    assert last_asked(server) == posted("deal/log/create", request)
    assert (entry.type_id, entry.data["duration_bill"]) == (2009, 5)


def test_the_fields_of_deals_are_listed_under_their_own_method(
    crm: Envybox, server: FakeCrm
) -> None:
    server.script = answer({**OK, "result": [], "count": 0})
    assert len(crm.deals.list_inputs()) == 0
    assert last_asked(server)[:2] == ("GET", "deal/getListInputs")
