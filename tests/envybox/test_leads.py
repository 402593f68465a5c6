"""Leads: their lists, their log, and what is changed of them."""

from collections.abc import Callable

import pytest

from intake.envybox import ChangedLead, Envybox, NotFound, Refused, UnexpectedReply
from intake.envybox.payloads import CallData, FieldChange
from tests.envybox.asked import last_asked, posted
from tests.envybox.conftest import KEY
from tests.envybox.fake_crm import FakeCrm, answer

OK = {"status_code": 200, "message": "success"}
LEAD: dict[str, object] = {
    "id": "1779773",
    "parent_id": "0",
    "crm_id": "14",
    "stage_id": "13898",
    "user_id": "3844",
    "employee_id": "0",
    "old_employee_id": "182",
    "department_id": "7",
    "pipeline_id": "2413",
    "deal_pipeline_id": "12",
    "deal_stage_id": 915,
    "status": "2",
    "inbox_type_id": "71",
    "stage_updated_at": "2017-12-02 17:50:39",
    "created_at": "2017-12-02 17:50:37",
    "updated_at": "2017-12-02 17:50:38",
    "deleted_at": None,
    "status_id": "1",
    "stage": "Новая",
    "stage_color": "rgb(35, 148, 254)",
    "name": "Сергей",
    "phone": 79674402685,
    "email": None,
    "values": {
        "service": {
            "ip_place_id": {"input_id": "10", "value": "16", "name": "Регион клиента"},
            "comment": {"input_id": "4", "value": "Доп информация"},
        },
        "custom": [{"input_id": "3824", "type_id": 2, "value": 40.5}],
    },
    "deals": [],
}
CALL: CallData = {
    "direction": 1,
    "status": 0,
    "from": "79875034433",
    "to": "79875034434",
    "record_link": "http://test.ru",
    "comment": "Комментарий",
    "duration_bill": 5,
}
USER = {"img": "/img/avatars/nophoto.png", "name": "Диана", "profession": "основатель"}
CALL_ENTRY: dict[str, object] = {
    "id": "340337",
    "crm_element_id": 1,
    "element_id": 21371,
    "user_id": "3844",
    "employee_id": 0,
    "type_id": 9,
    "data": {**CALL, "inbox_name": "Добавлен вручную", "user": USER},
    "level": 1,
    "updated_at": "2020-05-12 15:05:02",
    "created_at": "2020-05-12 15:05:01",
}
JOINED = {
    "id": 340338,
    "element_id": 21371,
    "type_id": 14,
    "data": {
        "text": "Прикреплен к клиенту",
        "client_name": "Test",
        "client_id": "38155",
        "deal_id": 40052,
        "user": USER,
    },
    "created_at": "2020-07-10 13:42:29",
}


def leads_page(*leads: dict[str, object], **page: object) -> dict[str, object]:
    return {"leads": {"dateType": "period", "result": [*leads], **page}, **OK}


def test_leads_are_asked_for_by_their_filters(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer(leads_page(LEAD, offset=-1, limit=None, count="5885"))
    page = crm.leads.list(
        keyword="Сергей",
        date_start="2017-07-10",
        date_end="2017-07-11",
        date_type="stage_changed",
        stage_id=[13898, 13901],
        limit=10,
        offset=20,
    )
    assert (len(page), page.next_offset, page.count) == (1, None, 5885)
    request = {
        "keyword": "Сергей",
        "date_start": "2017-07-10",
        "date_end": "2017-07-11",
        "date_type": "stage_changed",
        "stage_id": [13898, 13901],
        "limit": 10,
        "offset": 20,
    }
    assert last_asked(server) == posted("lead/list", request)


def test_all_that_the_crm_tells_of_a_lead_is_read(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer(leads_page(LEAD))
    [lead] = crm.leads.list()
    assert (lead.id, lead.parent_id, lead.crm_id, lead.deal_ids) == (1779773, None, 14, ())
    assert (lead.stage_id, lead.stage, lead.status, lead.status_id) == (13898, "Новая", 2, 1)
    assert (lead.stage_color, lead.stage_updated_at) == ("rgb(35, 148, 254)", "2017-12-02 17:50:39")
    assert (lead.pipeline_id, lead.deal_pipeline_id, lead.deal_stage_id) == (2413, 12, 915)
    assert (lead.user_id, lead.employee_id, lead.old_employee_id) == (3844, None, 182)
    assert (lead.department_id, lead.inbox_type_id) == (7, 71)
    assert (lead.created_at, lead.updated_at) == ("2017-12-02 17:50:37", "2017-12-02 17:50:38")
    assert lead.deleted_at is None


def test_the_values_of_a_lead_are_text_and_found_by_their_fields(
    crm: Envybox, server: FakeCrm
) -> None:
    server.script = answer(leads_page(LEAD))
    [lead] = crm.leads.list()
    assert (lead.name, lead.phone, lead.comment) == ("Сергей", "79674402685", "Доп информация")
    assert lead.values.service["ip_place_id"].value == "16"
    assert (lead.values.custom_value(3824), lead.values.custom_value(1)) == ("40.5", None)


def test_every_lead_is_yielded_page_by_page_with_the_filters(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer(leads_page(LEAD, offset=50))
    leads = crm.leads.iterate(keyword="Сергей")
    assert next(leads).id == 1779773
    server.script = answer(leads_page({**LEAD, "id": 7}, offset="-1"))
    assert [lead.id for lead in leads] == [7]
    assert [one.json for one in server.seen] == [
        {"request": {"keyword": "Сергей", "limit": 50, "offset": offset}} for offset in (0, 50)
    ]


@pytest.mark.parametrize("leads", [None, [], {}, {"result": []}, {"result": None, "offset": -1}])
def test_no_lead_found_is_an_empty_page(crm: Envybox, server: FakeCrm, leads: object) -> None:
    server.script = answer({"leads": leads, **OK})
    assert crm.leads.list(keyword="никто").items == ()


@pytest.mark.parametrize("reply", [{}, {"leads": {"offset": -1}}, {"leads": "нет"}])
def test_a_reply_without_a_list_does_not_mean_that_there_are_no_leads(
    crm: Envybox, server: FakeCrm, reply: dict[str, object]
) -> None:
    server.script = answer({**reply, **OK})
    with pytest.raises(UnexpectedReply):
        crm.leads.list()


def test_a_day_the_crm_could_not_read_is_refused_before_sending(
    crm: Envybox, server: FakeCrm
) -> None:
    with pytest.raises(ValueError, match=r"а здесь '10\.07\.2017'"):
        crm.leads.list(date_end="10.07.2017")
    assert not server.seen


def test_a_found_lead_names_its_stage_and_people(crm: Envybox, server: FakeCrm) -> None:
    found = {name: one for name, one in LEAD.items() if name not in ("id", "values")}
    server.script = answer({"leads": {**found, "lead_id": "979190"}, **OK})
    lead = crm.leads.search(phone="74993229710", email="info@example.com")
    assert lead is not None
    assert (lead.id, lead.parent_id, lead.stage_id, lead.status) == (979190, None, 13898, 2)
    assert (lead.pipeline_id, lead.deal_pipeline_id, lead.inbox_type_id) == (2413, 12, 71)
    assert (lead.user_id, lead.employee_id, lead.department_id) == (3844, None, 7)
    assert (lead.created_at, lead.updated_at) == ("2017-12-02 17:50:37", "2017-12-02 17:50:38")
    request = {"phone": "74993229710", "email": "info@example.com"}
    assert last_asked(server) == posted("lead/search", request)


def test_the_log_of_a_lead_is_read_by_pages(crm: Envybox, server: FakeCrm) -> None:
    page = {"result": [CALL_ENTRY, JOINED], "count": 3, "limit": 50, "offset": "2"}
    server.script = answer({**page, **OK})
    log = crm.leads.log_list(21371, limit=2)
    assert (len(log), log.next_offset, log.count) == (2, 2, 3)
    query = {"lead_id": ["21371"], "limit": ["2"], "offset": ["0"], "api_key": [KEY]}
    assert last_asked(server) == ("GET", "lead/log/list", query)


def test_entries_of_the_log_tell_who_wrote_what_and_when(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({"result": {"1": CALL_ENTRY, "2": JOINED}, "offset": -1, **OK})
    called, joined = crm.leads.log_list(21371)
    assert (called.id, called.crm_element_id, called.element_id) == (340337, 1, 21371)
    assert (called.type_id, called.user_id, called.employee_id) == (9, 3844, None)
    assert (called.comment, called.author) == ("Комментарий", "Диана")
    assert (called.created_at, called.updated_at) == ("2020-05-12 15:05:01", "2020-05-12 15:05:02")
    assert (joined.comment, joined.call) == ("Прикреплен к клиенту", None)
    assert (joined.client_id, joined.deal_id) == (38155, 40052)


def test_a_call_in_the_log_keeps_its_numbers_out_of_repr(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({"result": [CALL_ENTRY], **OK})
    [entry] = crm.leads.log_list(21371)
    call = entry.call
    assert call is not None
    assert (call.direction, call.status, call.duration_bill) == (1, 0, 5)
    assert (call.from_phone, call.to_phone) == ("79875034433", "79875034434")
    assert call.record_link == "http://test.ru"
    assert "7987503443" not in repr(entry)
    assert "Комментарий" not in repr(entry)


def test_every_entry_of_the_log_is_yielded(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({"result": [CALL_ENTRY], "offset": 50, **OK})
    entries = crm.leads.iterate_log(21371)
    assert next(entries).id == 340337
    server.script = answer({"result": [JOINED], "offset": -1, **OK})
    assert [entry.id for entry in entries] == [340338]
    assert [one.query["offset"] for one in server.seen] == [["0"], ["50"]]
    assert [one.query["lead_id"] for one in server.seen] == [["21371"]] * 2


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_comment_is_added_to_the_log(crm: Envybox, server: FakeCrm, wrapped: bool) -> None:
    entry = {"log": {**CALL_ENTRY, "type_id": 10, "data": {"comment": "Перезвонить"}}}
    server.script = answer({"result": entry, **OK} if wrapped else {**entry, **OK})
    added = crm.leads.log_comment(21371, "Перезвонить", employee_id=0)
    assert (added.id, added.type_id, added.comment) == (340337, 10, "Перезвонить")
    request = {"lead_id": 21371, "type_id": 10, "data": {"comment": "Перезвонить"}}
    assert last_asked(server) == posted("lead/log/create", {**request, "employee_id": 0})


def test_a_call_is_added_to_the_log_on_nobodys_behalf(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({"result": {"log": CALL_ENTRY}, **OK})
    assert crm.leads.log_call(21371, CALL).type_id == 9
    request = {"lead_id": 21371, "type_id": 9, "data": CALL}
    assert last_asked(server) == posted("lead/log/create", request)


@pytest.mark.parametrize("result", [None, {}, {"log": None}, {"log": []}])
def test_a_reply_without_the_added_entry_is_an_unexpected_one(
    crm: Envybox, server: FakeCrm, result: object
) -> None:
    server.script = answer({"result": result, **OK})
    with pytest.raises(UnexpectedReply) as caught:
        crm.leads.log_comment(21371, "Перезвонить")
    assert not caught.value.safe_to_resend


def test_fields_of_a_lead_are_changed(crm: Envybox, server: FakeCrm) -> None:
    crm.leads.update_values(21371, [{"input_id": 1011, "value": "753453", "value_type_id": 1}])
    fields = [{"input_id": 1011, "value": "753453", "value_type_id": 1}]
    request = {"lead_id": 21371, "fields": fields}
    assert last_asked(server) == posted("lead/updateLeadValue", request)


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_lead_is_given_to_an_employee_or_a_department(
    crm: Envybox, server: FakeCrm, wrapped: bool
) -> None:
    changed: dict[str, object] = {"lead_id": 96364859, "employee_id": "965612", "crm_id": 30912}
    server.script = answer({"result": changed, **OK} if wrapped else {**changed, **OK})
    lead = crm.leads.update_employee(96364859, employee_id=965612)
    assert lead == ChangedLead(96364859, 965612, None, crm_id=30912)
    assert lead.raw["crm_id"] == 30912
    request = {"lead_id": 96364859, "employee_id": 965612}
    assert last_asked(server) == posted("lead/update_employee", request)
    crm.leads.update_employee(96364859, department_id=7)
    request = {"lead_id": 96364859, "department_id": 7}
    assert last_asked(server) == posted("lead/update_employee", request)


def test_a_lead_is_given_to_nobody_only_by_mistake(crm: Envybox, server: FakeCrm) -> None:
    with pytest.raises(ValueError, match="employee_id или department_id"):
        crm.leads.update_employee(7)
    assert not server.seen


CHANGE: FieldChange = {"input_id": 1011, "value": "1", "value_type_id": 1}
UNKNOWN: list[tuple[str, type[Refused], Callable[[Envybox], object]]] = [
    ("Лид с данным id не найден", NotFound, lambda crm: crm.leads.log_list(5)),
    ("Лид не найден", NotFound, lambda crm: crm.leads.get(5)),
    ("Неверный request", Refused, lambda crm: crm.leads.update_values(5, [CHANGE])),
]


@pytest.mark.parametrize(("message", "kind", "call"), UNKNOWN)
def test_an_unknown_lead_is_told_in_the_words_of_the_method(
    crm: Envybox,
    server: FakeCrm,
    message: str,
    kind: type[Refused],
    call: Callable[[Envybox], object],
) -> None:
    server.script = answer({"status_code": 500, "message": message})
    with pytest.raises(Refused, match=message) as caught:
        call(crm)
    assert type(caught.value) is kind
