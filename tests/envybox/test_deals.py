"""The methods deal/* against the examples of the API reference and their variants."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from intake.envybox import Envybox, NotFound, Refused, UnexpectedReply
from tests.envybox.asked import last_asked, posted
from tests.envybox.deal_examples import DEAL, FOUND, LISTED, NEW_DEAL, OK
from tests.envybox.fake_crm import FakeCrm, answer


@pytest.mark.parametrize(
    "reply", [{"result": DEAL}, DEAL, {"result": {"deal": DEAL}}, {"deal": DEAL}]
)
def test_a_deal_is_read_in_every_wrapping(
    crm: Envybox, server: FakeCrm, reply: dict[str, object]
) -> None:
    server.script = answer({**OK, **reply})
    deal = crm.deals.get(326622)
    assert last_asked(server) == posted("deal/get", {"deal_id": 326622})
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
    assert last_asked(server) == posted(
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
    assert last_asked(server) == posted(
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
    assert last_asked(server) == posted("deal/create", request)
    crm.deals.create(1, department_id=5, task={})
    assert last_asked(server) == posted(
        "deal/create", {"client_id": 1, "department_id": 5, "task": {}}
    )


def test_a_deal_created_without_an_id_is_an_unexpected_reply(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({**OK, "result": {"deal": {**NEW_DEAL, "id": None}}})
    with pytest.raises(UnexpectedReply, match="сделка") as caught:
        crm.deals.create(1, employee_id=0)
    assert not caught.value.safe_to_resend


def test_a_deal_is_moved_on_behalf_of_the_administrator_unless_told_otherwise(
    crm: Envybox, server: FakeCrm
) -> None:
    assert crm.deals.update_stage(40052, 5635) is None
    assert last_asked(server) == posted(
        "deal/updateDealStage", {"deal_id": 40052, "stage_id": 5635}
    )
    server.script = answer({**OK, "result": {"stage_id": "5635"}})
    assert crm.deals.update_stage(40052, 5635, employee_id=0) == 5635
    assert last_asked(server) == posted(
        "deal/updateDealStage", {"deal_id": 40052, "stage_id": 5635, "employee_id": 0}
    )


def test_the_responsible_person_of_a_deal_is_changed(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({**OK, "result": {"deal": NEW_DEAL}})
    deal = crm.deals.update_employee(5572, employee_id=0)
    assert last_asked(server) == posted("deal/updateEmployee", {"deal_id": 5572, "employee_id": 0})
    assert (deal.id, deal.old_employee_id) == (5572, 64)
    crm.deals.update_employee(5572, department_id=1)
    assert last_asked(server) == posted(
        "deal/updateEmployee", {"deal_id": 5572, "department_id": 1}
    )


def test_what_the_crm_only_confirms_returns_nothing(crm: Envybox, server: FakeCrm) -> None:
    crm.deals.to_inbox(7)
    assert last_asked(server) == posted("deal/toInbox", {"deal_id": 7})
    crm.deals.create_comment(546432, "Текст комментария")
    assert last_asked(server) == posted(
        "deal/createComment", {"deal_id": 546432, "comment": "Текст комментария"}
    )
    crm.deals.add_tags(5572, ("тег1", "тег2"))
    assert last_asked(server) == posted(
        "deal/tag/addDealTags", {"deal_id": 5572, "tags": ["тег1", "тег2"]}
    )


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
    assert last_asked(server) == posted("deal/updateDealValue", request)
    assert (changed.deal_id, changed.client_id) == (761939, 1625369)
    assert (changed.user_id, changed.employee_id) == (59699, None)
    assert [(one.input_id, one.value) for one in changed.fields] == [(3824, "40")]


def test_fields_of_an_unknown_deal_are_refused_without_naming_it(
    crm: Envybox, server: FakeCrm
) -> None:
    server.script = answer({"status_code": 500, "message": "Неверный request"}, 500)
    with pytest.raises(Refused) as caught:
        crm.deals.update_values(1, 2, [{"input_id": 2001, "value": "x", "value_type_id": 1}])
    assert type(caught.value) is Refused


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda crm: crm.deals.search(), "телефон"),
        (lambda crm: crm.deals.create(1), "ответственного"),
        (lambda crm: crm.deals.update_employee(1), "ответственного"),
        (lambda crm: crm.deals.list(date_start="23.11.2026"), "День пишется"),
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
