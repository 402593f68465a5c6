"""Every method against the examples of the API reference."""

import pytest

from intake.envybox import (
    AlreadyStarted,
    CreatedLead,
    CustomField,
    Employee,
    Envybox,
    Exchange,
    InboxType,
    NotFound,
    Stage,
    StartedLead,
    UnexpectedReply,
)
from tests.envybox.conftest import KEY
from tests.envybox.fake_crm import FakeCrm, answer

OK = {"status_code": 200, "message": "success"}
LEAD = {
    "id": "1643973",
    "parent_id": "0",
    "stage": "Существующий клиент",
    "created_at": "2017-11-06 17:38:04",
    "name": "Денис",
    "phone": "79674402685",
    "email": None,
    "values": {"service": {"comment": {"value": "Номер заявки 7F3K-2M9Q"}}, "custom": []},
    "deals": ["261920"],
}


def test_a_post_carries_the_key_in_the_address_and_the_request_in_a_wrapper(
    crm: Envybox, server: FakeCrm
) -> None:
    crm.leads.workset({"values": {"phone": "79123456789"}})
    seen = server.seen[0]
    assert (seen.verb, seen.path) == ("POST", "/openapi/v1/lead/workset/")
    assert seen.query == {"api_key": [KEY]}
    assert seen.json == {"request": {"method": "create", "values": {"phone": "79123456789"}}}
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["accept-encoding"] == "identity"


def test_every_call_opens_a_connection_of_its_own(crm: Envybox, server: FakeCrm) -> None:
    crm.leads.workset({})
    crm.leads.workset({})
    assert server.connections == 2
    assert server.seen[1].headers["connection"] == "close"


def test_a_get_carries_its_parameters_in_the_query(crm: Envybox, server: FakeCrm) -> None:
    crm.call("lead/log/list", {"lead_id": 7})
    seen = server.seen[0]
    assert (seen.verb, seen.path, seen.body) == ("GET", "/openapi/v1/lead/log/list/", b"")
    assert seen.query == {"lead_id": ["7"], "api_key": [KEY]}


def test_the_companies_of_a_client_are_read_by_get(crm: Envybox, server: FakeCrm) -> None:
    crm.call("client/38155/getCompanies")
    assert server.seen[0].verb == "GET"
    assert server.seen[0].path == "/openapi/v1/client/38155/getCompanies/"


def test_an_older_account_is_reached_by_its_own_path(server: FakeCrm) -> None:
    with Envybox(server.url + "/", KEY, path="crm/api/v1/") as crm:
        crm.call("lead/workset")
    assert server.seen[0].path == "/crm/api/v1/lead/workset/"


def test_the_exchange_tells_what_was_sent_and_what_came_back(
    crm: Envybox, server: FakeCrm, exchanges: list[Exchange]
) -> None:
    server.script = answer({**OK, "id": 5})
    crm.leads.set({"values": {"name": "Ян"}})
    [exchange] = exchanges
    assert exchange.method == "lead/set"
    assert exchange.http_verb == "POST"
    assert exchange.request == {"request": {"method": "create", "values": {"name": "Ян"}}}
    assert exchange.http_status == 200
    assert exchange.reply_text == '{"status_code": 200, "message": "success", "id": 5}'
    assert exchange.error is None
    assert 0 <= exchange.duration_ms < 15_000


@pytest.mark.parametrize(
    ("reply", "lead", "acting"),
    [
        ({"id": "12", "parent_id": "7"}, CreatedLead(12, 7), 7),
        ({"id": 12, "parent_id": 0}, CreatedLead(12, None), 12),
        ({"id": 12}, CreatedLead(12, None), 12),
        ({"id": None, "parent_id": "7"}, CreatedLead(None, 7), 7),
        ({"result": {"id": 12, "parent_id": "0"}}, CreatedLead(12, None), 12),
    ],
)
def test_a_merged_lead_is_acted_on_by_its_parent(
    crm: Envybox, server: FakeCrm, reply: dict[str, object], lead: CreatedLead, acting: int
) -> None:
    server.script = answer({**OK, **reply})
    created = crm.leads.set({})
    assert created == lead
    assert created.acting_id == acting


def test_a_success_without_an_id_is_an_unexpected_reply(
    crm: Envybox, server: FakeCrm, exchanges: list[Exchange]
) -> None:
    server.script = answer(OK)
    with pytest.raises(UnexpectedReply, match="нет номера") as caught:
        crm.leads.set({})
    assert caught.value.exchange is exchanges[0]
    assert exchanges[0].error
    assert not caught.value.safe_to_resend


def test_a_lead_put_in_the_queue_must_be_confirmed_in_words(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({"result": True})
    with pytest.raises(UnexpectedReply, match="не подтвердила"):
        crm.leads.workset({})


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_lead_is_read_with_its_comment_and_deals(
    crm: Envybox, server: FakeCrm, wrapped: bool
) -> None:
    server.script = answer({**OK, "result": LEAD} if wrapped else {**OK, **LEAD})
    lead = crm.leads.get(1643973)
    assert (lead.id, lead.parent_id, lead.deal_ids) == (1643973, None, (261920,))
    assert lead.comment == "Номер заявки 7F3K-2M9Q"
    assert (lead.name, lead.phone, lead.email) == ("Денис", "79674402685", None)
    assert (lead.stage, lead.created_at) == ("Существующий клиент", "2017-11-06 17:38:04")
    assert lead.raw["id"] == "1643973"


def test_the_repr_of_a_lead_shows_no_personal_data(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({**OK, "result": LEAD})
    shown = repr(crm.leads.get(1643973))
    assert "79674402685" not in shown
    assert "Денис" not in shown


@pytest.mark.parametrize("found", [{"leads": LEAD}, {"leads": [LEAD]}, {"result": {"leads": LEAD}}])
def test_a_lead_is_found_in_every_wrapping(
    crm: Envybox, server: FakeCrm, found: dict[str, object]
) -> None:
    server.script = answer({**OK, **found})
    lead = crm.leads.search(phone="79674402685")
    assert lead is not None
    assert lead.id == 1643973
    assert server.seen[0].json == {"request": {"phone": "79674402685"}}


@pytest.mark.parametrize("nothing", [None, [], {}, False, ""])
def test_no_such_lead_is_none(crm: Envybox, server: FakeCrm, nothing: object) -> None:
    server.script = answer({**OK, "leads": nothing})
    assert crm.leads.search(email="a@b.ru") is None


def test_a_search_reply_without_its_payload_does_not_mean_that_there_is_no_lead(
    crm: Envybox, server: FakeCrm
) -> None:
    server.script = answer(OK)
    with pytest.raises(UnexpectedReply):
        crm.leads.search(phone="79674402685")


def test_a_search_by_nothing_is_refused_before_it_finds_somebody(
    crm: Envybox, server: FakeCrm
) -> None:
    with pytest.raises(ValueError, match="телефон"):
        crm.leads.search(phone="", email=None)
    with pytest.raises(ValueError, match="телефон"):
        crm.deals.search()
    assert not server.seen


def test_a_page_of_leads_names_the_next_offset(crm: Envybox, server: FakeCrm) -> None:
    page = {"offset": "50", "count": "5885", "result": [LEAD]}
    server.script = answer({**OK, "leads": page})
    leads = crm.leads.list(limit=50)
    assert (leads.next_offset, leads.count, leads.items[0].id) == (50, 5885, 1643973)
    server.script = answer({**OK, "leads": {**page, "offset": -1, "result": []}})
    assert crm.leads.list().next_offset is None


def test_taking_a_lead_into_work_answers_the_client_and_the_deal(
    crm: Envybox, server: FakeCrm
) -> None:
    server.script = answer({**OK, "result": {"client_id": "38155", "deal_id": 40052}})
    assert crm.leads.start(7, user_id=3844, employee_id=182) == StartedLead(7, 38155, 40052)
    assert server.seen[0].json == {"request": {"lead_id": 7, "user_id": 3844, "employee_id": 182}}


@pytest.mark.parametrize(
    "message",
    ["Лид уже взят в работу", " лид  уже взят в работу. ", "Лид уже взят в работу!"],
)
def test_a_lead_taken_already_has_an_error_of_its_own(
    crm: Envybox, server: FakeCrm, message: str
) -> None:
    server.script = answer({"status_code": 500, "message": message}, status=500)
    with pytest.raises(AlreadyStarted):
        crm.leads.start(7)


def test_a_missing_deal_is_not_found(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({"status_code": 500, "message": "Сделка не найдена"})
    with pytest.raises(NotFound) as caught:
        crm.deals.get(1)
    assert caught.value.message == "Сделка не найдена"
    assert caught.value.method == "deal/get"
    assert str(caught.value) == "deal/get: CRM отказала: «Сделка не найдена»"


def account() -> dict[str, object]:
    stages = {
        "5635": {"id": "5635", "name": "Новая", "status_id": "2001"},
        "5636": {"id": "5636", "name": "Удалена", "deleted_at": "2017-06-05 15:34:57"},
    }
    pipeline = {
        "id": "3689",
        "name": "Для вебинара",
        "allow_manual_change_stage": "1",
        "primary": "1",
        "stages": stages,
    }
    return {
        "id": "2119",
        "user_id": "3844",
        "name": "Тестовая CRM",
        "api_key": KEY,
        "inbox_types": [{"id": "13045", "name": "Добавлен вручную"}, {"name": "без номера"}],
        "employees": [{"id": "182", "name": "Диана", "surname": "Гусева"}],
        "lead": {"pipelines": [{"id": 3585, "stages": []}], "custom_fields": []},
        "client": {"custom_fields": []},
        "deal": {"pipelines": [pipeline], "custom_fields": [{"id": "3444", "name": "Сумма"}]},
    }


@pytest.mark.parametrize("wrapped", [True, False])
def test_an_account_is_read_with_its_pipelines_people_and_fields(
    crm: Envybox, server: FakeCrm, wrapped: bool
) -> None:
    server.script = answer({**OK, "result": account()} if wrapped else {**OK, **account()})
    data = crm.main.data()
    assert (server.seen[0].verb, server.seen[0].query) == ("GET", {"api_key": [KEY]})
    assert (data.id, data.user_id, data.name) == (2119, 3844, "Тестовая CRM")
    assert data.inbox_types == (InboxType(13045, "Добавлен вручную"),)
    assert data.employees == (Employee(182, "Диана Гусева"),)
    assert data.deal_custom_fields == (CustomField(3444, "Сумма", None),)
    [pipeline] = data.deal_pipelines
    assert pipeline.allow_manual_change_stage
    assert pipeline.primary
    assert pipeline.stages == (Stage(5635, "Новая", 2001),)
    assert not data.lead_pipelines[0].allow_manual_change_stage


def test_any_method_is_called_by_its_name(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({**OK, "result": {"task": 1}})
    assert crm.call("/deal/getTask/", {"deal_id": 1}) == {**OK, "result": {"task": 1}}


@pytest.mark.parametrize("method", ["", "lead", "../admin", "lead/set?x=1", "lead/set#", "лид/set"])
def test_what_cannot_be_a_method_is_refused(crm: Envybox, method: str) -> None:
    with pytest.raises(ValueError, match="Метод API"):
        crm.call(method)


def test_a_request_that_is_no_json_is_refused_before_sending(crm: Envybox, server: FakeCrm) -> None:
    with pytest.raises(ValueError, match="JSON"):
        crm.leads.set({"values": float("nan")})  # type: ignore[typeddict-item] # a slip
    assert not server.seen
