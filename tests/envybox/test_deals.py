"""The methods deal/* against the examples of the API reference and their variants."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from intake.envybox import Envybox, NotFound, Refused, UnexpectedReply
from tests.envybox.conftest import KEY
from tests.envybox.fake_crm import FakeCrm, answer

OK = {"status_code": 200, "message": "success"}
DEAL = {
    "id": "326622",
    "crm_id": "5417",
    "pipeline_id": "9520",
    "client_id": "549342",
    "stage_id": "27669",
    "user_id": "3844",
    "employee_id": "0",
    "old_employee_id": None,
    "department_id": "0",
    "inbox_type_id": "38773",
    "it_reaction": "0",
    "with_event": "0",
    "stage_updated_at": "2017-11-06 18:01:41",
    "created_at": "2017-11-06 18:01:40",
    "updated_at": None,
    "deleted_at": None,
    "stage_name": "Уточнение",
    "stage_color": "rgb(245,58,255)",
    "status_id": "2002",
    "name": "Сделка",
    "connected_lead_id": ["1643973"],
}
NEW_DEAL = {
    "id": 5572,
    "pipeline_id": 229,
    "client_id": 2661,
    "stage_id": 376,
    "user_id": 0,
    "employee_id": 0,
    "old_employee_id": 64,
    "department_id": 1,
}
LISTED = {
    "id": "78107",
    "client_id": "63953",
    "stage_id": "915",
    "stage": "В работе",
    "status_id": "2002",
    "client_name": "Анна",
    "values": {
        "service": {"name": {"id": "322525", "input_id": "2001", "value": "Сделка"}},
        "custom": [{"input_id": 3824, "value": 40}],
    },
    "connected_lead_id": [],
}
FOUND = {
    "id": 3820,
    "stage": "В работе",
    "task_time": "2019-03-19 16:00:00",
    "closed_at": None,
    "client_name": "Олег Газманов",
    "lead_created_at": "2019-03-18 09:00:26",
    "contact_name": "",
    "phone": 79123456789,
    "email": "example@example.ru",
    "short_name": "ООО Окна",
    "inn": "5401122334",
    "last_comment": "перезвонить",
    "contacts": [
        {
            "contact_name": "Филипп",
            "phone": "",
            "email": "f@example.ru",
            "contact_id": 1705,
            "indexUnqId": 0,
        }
    ],
    "companies": [],
    "values": {"found_in": None, "custom": [], "service": {}},
}
ENTRY = {
    "id": 340337,
    "crm_element_id": 3,
    "element_id": 97787,
    "type_id": 2009,
    "data": {"direction": 1, "comment": "Комментарий", "duration_bill": 5},
    "user_id": 6444,
    "employee_id": 0,
    "created_at": "2021-01-27 12:18:48",
}


def sent(server: FakeCrm) -> tuple[str, str, object]:
    """Return how the last request was sent: verb, method, and what it asked."""
    seen = server.seen[-1]
    asked = seen.json if seen.verb == "POST" else seen.query
    return seen.verb, seen.path.removeprefix("/openapi/v1/").removesuffix("/"), asked


def posted(method: str, request: object) -> tuple[str, str, object]:
    return "POST", method, {"request": request}


@pytest.mark.parametrize(
    "reply", [{"result": DEAL}, DEAL, {"result": {"deal": DEAL}}, {"deal": DEAL}]
)
def test_a_deal_is_read_in_every_wrapping(
    crm: Envybox, server: FakeCrm, reply: dict[str, object]
) -> None:
    server.script = answer({**OK, **reply})
    deal = crm.deals.get(326622)
    assert sent(server) == posted("deal/get", {"deal_id": 326622})
    assert (deal.id, deal.pipeline_id, deal.stage_id, deal.client_id) == (
        326622,
        9520,
        27669,
        549342,
    )
    assert (deal.name, deal.stage_name, deal.status_id) == ("Сделка", "Уточнение", 2002)
    assert (deal.user_id, deal.employee_id, deal.department_id) == (3844, None, None)
    assert (deal.inbox_type_id, deal.connected_lead_ids) == (38773, (1643973,))
    assert (deal.created_at, deal.updated_at) == ("2017-11-06 18:01:40", None)
    assert deal.raw["stage_color"] == "rgb(245,58,255)"
    assert (deal.parent_deal, deal.child_deals, deal.contacts) == (None, (), ())


def test_a_deal_may_bring_the_deals_it_is_related_to(crm: Envybox, server: FakeCrm) -> None:
    crm_reply = {**DEAL, "parent_deal": NEW_DEAL, "child_deals": [LISTED]}
    server.script = answer({**OK, "result": crm_reply})
    deal = crm.deals.get(326622, parent_deal=True, child_deals=True)
    assert sent(server) == posted(
        "deal/get", {"deal_id": 326622, "with": ["parent_deal", "child_deals"]}
    )
    assert deal.parent_deal is not None
    assert deal.parent_deal.id == 5572
    assert [child.id for child in deal.child_deals] == [78107]


@pytest.mark.parametrize(
    ("related", "ids"),
    [
        (None, []),
        ([], []),
        ({}, []),
        ("", []),
        ({"id": None}, []),
        ("7", [7]),
        ([7, "8", {"id": 9}, {}], [7, 8, 9]),
        ({"7": {"id": "7"}}, [7]),
        ({"id": 7}, [7]),
    ],
)
def test_related_deals_are_read_in_whatever_shape_they_come(
    crm: Envybox, server: FakeCrm, related: object, ids: list[int]
) -> None:
    server.script = answer({**OK, "result": {**DEAL, "child_deals": related}})
    deal = crm.deals.get(326622, child_deals=True)
    assert [child.id for child in deal.child_deals] == ids


def test_a_missing_deal_is_not_found(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({"status_code": 500, "message": "Сделка с данным id не найдена"}, 500)
    for call in (crm.deals.get, crm.deals.to_inbox, crm.deals.log_list):
        with pytest.raises(NotFound):
            call(1)


def test_the_repr_of_a_deal_shows_no_personal_data(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({**OK, "result": FOUND})
    shown = repr(crm.deals.get(3820))
    for personal in ("Газманов", "79123456789", "example", "Филипп", "5401122334", "перезвонить"):
        assert personal not in shown


def test_a_deal_is_created_for_a_client(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({**OK, "result": {"deal": NEW_DEAL}})
    deal = crm.deals.create(363963, name="Тест", pipeline_id=1358, employee_id=0)
    assert sent(server) == posted(
        "deal/create",
        {"client_id": 363963, "name": "Тест", "pipeline_id": 1358, "employee_id": 0},
    )
    assert (deal.id, deal.client_id, deal.department_id) == (5572, 2661, 1)


def test_a_new_deal_takes_a_task_and_field_values_along(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({**OK, "result": {"deal": NEW_DEAL}})
    crm.deals.create(
        1,
        department_id=5,
        task={"text": "Позвонить", "time": datetime(2018, 10, 18, 21, 43, 21, tzinfo=UTC)},
        values=[{"input_id": 2005, "value": "yandex", "type_id": 1}],
    )
    request = {
        "client_id": 1,
        "department_id": 5,
        "task": {"text": "Позвонить", "time": 1539899001},
        "values": [{"input_id": 2005, "value": "yandex", "type_id": 1}],
    }
    assert sent(server) == posted("deal/create", request)
    crm.deals.create(1, department_id=5, task={})
    assert sent(server) == posted("deal/create", {"client_id": 1, "department_id": 5, "task": {}})


def test_a_deal_created_without_an_id_is_an_unexpected_reply(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({**OK, "result": {"deal": {**NEW_DEAL, "id": None}}})
    with pytest.raises(UnexpectedReply, match="сделка") as caught:
        crm.deals.create(1, employee_id=0)
    assert not caught.value.safe_to_resend


@pytest.mark.parametrize("deals", [[DEAL], {"326622": DEAL}, ["326622"]])
def test_clients_are_found_with_their_deals(crm: Envybox, server: FakeCrm, deals: object) -> None:
    client = {"id": 38155, "created_at": "2017-06-05 14:42:10", "deals_for_event": deals}
    server.script = answer({**OK, "clients": [client]})
    [found] = crm.deals.search(phone="74993229710", email="team@example.com")
    assert sent(server) == posted(
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
    assert sent(server) == posted("deal/updateDealStage", request)
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
    assert (person.id, person.name, person.phone, person.email) == (
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


def test_a_deal_is_moved_on_behalf_of_the_administrator_unless_told_otherwise(
    crm: Envybox, server: FakeCrm
) -> None:
    assert crm.deals.update_stage(40052, 5635) is None
    assert sent(server) == posted("deal/updateDealStage", {"deal_id": 40052, "stage_id": 5635})
    server.script = answer({**OK, "result": {"stage_id": "5635"}})
    assert crm.deals.update_stage(40052, 5635, employee_id=0) == 5635
    assert sent(server) == posted(
        "deal/updateDealStage", {"deal_id": 40052, "stage_id": 5635, "employee_id": 0}
    )


def test_the_responsible_person_of_a_deal_is_changed(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({**OK, "result": {"deal": NEW_DEAL}})
    deal = crm.deals.update_employee(5572, employee_id=0)
    assert sent(server) == posted("deal/updateEmployee", {"deal_id": 5572, "employee_id": 0})
    assert (deal.id, deal.old_employee_id) == (5572, 64)
    crm.deals.update_employee(5572, department_id=1)
    assert sent(server) == posted("deal/updateEmployee", {"deal_id": 5572, "department_id": 1})


def test_what_the_crm_only_confirms_returns_nothing(crm: Envybox, server: FakeCrm) -> None:
    crm.deals.to_inbox(7)
    assert sent(server) == posted("deal/toInbox", {"deal_id": 7})
    crm.deals.create_comment(546432, "Текст комментария")
    assert sent(server) == posted(
        "deal/createComment", {"deal_id": 546432, "comment": "Текст комментария"}
    )
    crm.deals.add_tags(5572, ("тег1", "тег2"))
    assert sent(server) == posted(
        "deal/tag/addDealTags", {"deal_id": 5572, "tags": ["тег1", "тег2"]}
    )


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
    assert sent(server) == posted("deal/list", request)
    assert (page.next_offset, page.count, page.all_ids) == (50, 99, ())
    [deal] = page
    assert (deal.id, deal.stage_name, deal.client_name) == (78107, "В работе", "Анна")
    assert deal.values.service["name"].value == "Сделка"
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
    iterate: Callable[[Envybox], object],
    method: str,
) -> None:
    server.script = answer({**OK, "result": [LISTED], "offset": 1, "count": 2})
    deals = iter(iterate(crm))  # type: ignore[call-overload] # an iterator, whichever it is
    assert next(deals).id == 78107
    server.script = answer({**OK, "result": [FOUND], "offset": -1, "count": 2})
    assert [deal.id for deal in deals] == [3820]
    verb, path, body = sent(server)
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
    assert sent(server) == ("GET", "deal/log/list", query)


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_comment_is_added_to_the_log_of_a_deal(
    crm: Envybox, server: FakeCrm, wrapped: bool
) -> None:
    entry = {"log": ENTRY}
    server.script = answer({**OK, "result": entry} if wrapped else {**OK, **entry})
    added = crm.deals.log_comment(97787, "Комментарий", user_id=6444)
    request = {"deal_id": 97787, "type_id": 2010, "data": {"comment": "Комментарий"}}
    assert sent(server) == posted("deal/log/create", {**request, "user_id": 6444})
    assert (added.id, added.element_id, added.user_id) == (340337, 97787, 6444)


def test_a_call_is_added_to_the_log_of_a_deal(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({**OK, "log": ENTRY})
    entry = crm.deals.log_call(7, {"direction": 1, "status": 1, "from": "7987"}, employee_id=0)
    data = {"direction": 1, "status": 1, "from": "7987"}
    request = {"deal_id": 7, "type_id": 2009, "data": data, "employee_id": 0}
    assert sent(server) == posted("deal/log/create", request)
    assert (entry.type_id, entry.data["duration_bill"]) == (2009, 5)


@pytest.mark.parametrize("wrapped", [True, False])
def test_fields_of_a_deal_are_changed(crm: Envybox, server: FakeCrm, wrapped: bool) -> None:
    echo = {
        "deal_id": "761939",
        "client_id": "1625369",
        "employee_id": "0",
        "user_id": "59699",
        "fields": [{"input_id": 3824, "value": "40", "value_type_id": 2}],
    }
    server.script = answer({**OK, "result": echo} if wrapped else {**OK, **echo})
    changed = crm.deals.update_values(
        761939, 1625369, ({"input_id": 3824, "value": "40", "value_type_id": 2},), user_id=59699
    )
    request = {"deal_id": 761939, "client_id": 1625369, "fields": echo["fields"], "user_id": 59699}
    assert sent(server) == posted("deal/updateDealValue", request)
    assert (changed.deal_id, changed.client_id) == (761939, 1625369)
    assert (changed.user_id, changed.employee_id) == (59699, None)
    assert [(one.input_id, one.value) for one in changed.fields] == [(3824, "40")]


def test_fields_of_an_unknown_deal_are_refused_without_naming_it(
    crm: Envybox, server: FakeCrm
) -> None:
    server.script = answer({"status_code": 500, "message": "Неверный request"}, 500)
    with pytest.raises(Refused) as caught:
        crm.deals.update_values(1, 2, [])
    assert type(caught.value) is Refused


def test_the_fields_of_deals_are_listed_under_their_own_method(
    crm: Envybox, server: FakeCrm
) -> None:
    server.script = answer({**OK, "result": [], "count": 0})
    assert len(crm.deals.list_inputs()) == 0
    assert sent(server)[:2] == ("GET", "deal/getListInputs")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda crm: crm.deals.search(), "телефон"),
        (lambda crm: crm.deals.create(1), "ответственного"),
        (lambda crm: crm.deals.create(1, employee_id=1, department_id=2), "ответственного"),
        (lambda crm: crm.deals.update_employee(1), "ответственного"),
        (lambda crm: crm.deals.add_tags(1, []), "списком"),
        (lambda crm: crm.deals.add_tags(1, "окна"), "списком"),
        (
            lambda crm: crm.deals.create(
                1,
                employee_id=0,
                task={"time": datetime(2026, 11, 24)},  # noqa: DTZ001 - the slip itself
            ),
            "часового пояса",
        ),
    ],
)
def test_wrong_arguments_are_told_before_anything_is_sent(
    crm: Envybox, server: FakeCrm, call: Callable[[Envybox], object], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        call(crm)
    assert not server.seen
