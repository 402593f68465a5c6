"""The buttons on the cards: what the page does is what the API does."""

from typing import Any

import pytest
import requests

from intake.sandbox import RunningSandbox

from .conftest import CONTACT, Caller


def press(sandbox: RunningSandbox, path: str, **form: str) -> requests.Response:
    return requests.post(f"{sandbox.url}{path}", data=form, timeout=10)


def page(sandbox: RunningSandbox, path: str) -> str:
    reply = requests.get(sandbox.url + path, timeout=10)
    assert reply.status_code == 200
    return reply.text


def test_a_comment_on_a_deal_stands_in_its_history_and_in_the_api(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    deal_id = crm.deal()
    shown = press(sandbox, f"/deal/{deal_id}/comment", comment="Ждёт <b>замера</b>")
    assert shown.status_code == 200
    assert "Ждёт &lt;b&gt;замера&lt;/b&gt;" in shown.text
    log = crm.get("deal/log/list", deal_id=deal_id).json()["result"]
    assert "Ждёт <b>замера</b>" in [one["data"].get("comment") for one in log]
    assert sandbox.ledger("deal/createComment")[0]["source"] == "page"


def test_a_task_is_set_in_moscow_time(crm: Caller, sandbox: RunningSandbox) -> None:
    deal_id = crm.deal()
    path = f"/deal/{deal_id}/task"
    assert "Перезвонить" in press(sandbox, path, comment="Перезвонить", at="2027-01-15T10:30").text
    task = crm.ok("deal/getTask", {"deal_id": deal_id})["result"]["task"]
    assert (task["comment"], task["time"]) == ("Перезвонить", "2027-01-15 10:30:00")
    assert press(sandbox, path, comment="Ещё раз", at="завтра").status_code == 409


@pytest.mark.parametrize(
    ("choice", "who"), [("employee_id:183", "Павел Орлов"), ("department_id:2", "Сервис")]
)
def test_somebody_is_made_responsible(
    crm: Caller, sandbox: RunningSandbox, choice: str, who: str
) -> None:
    deal_id = crm.deal()
    assert (
        f"<bdi>{who}</bdi>"
        in press(sandbox, f"/deal/{deal_id}/responsible", responsible=choice).text
    )
    lead_id = crm.lead(values={"phone": "79990001122"})["id"]
    assert (
        f"<bdi>{who}</bdi>"
        in press(sandbox, f"/lead/{lead_id}/responsible", responsible=choice).text
    )


def test_an_unknown_choice_is_refused_in_words(crm: Caller, sandbox: RunningSandbox) -> None:
    shown = press(sandbox, f"/deal/{crm.deal()}/responsible", responsible="api_key:1")
    assert shown.status_code == 409
    assert "employee_id" in shown.text


def test_tags_are_added_by_commas(crm: Caller, sandbox: RunningSandbox) -> None:
    shown = press(sandbox, f"/deal/{crm.deal()}/tags", tags="окна, , срочно")
    assert "#окна" in shown.text
    assert "#срочно" in shown.text


def test_a_lead_is_commented(crm: Caller, sandbox: RunningSandbox) -> None:
    lead_id = crm.lead()["id"]
    assert "Просил утром" in press(sandbox, f"/lead/{lead_id}/comment", comment="Просил утром").text


def test_a_client_shows_contacts_and_companies(crm: Caller, sandbox: RunningSandbox) -> None:
    crm.deal()
    client_id = sandbox.state()["clients"][0]["id"]
    contact: dict[str, Any] = {"client_id": client_id, "name": "Бухгалтер", "phone": "79990001122"}
    crm.ok("client/addContact", contact)
    crm.ok(f"client/{client_id}/addCompany", {"short_name": "Империя", "inn": 785626523235})
    shown = page(sandbox, f"/client/{client_id}")
    for text in ("+7 912 345-67-89", "+7 999 000-11-22", "Бухгалтер", "Империя", "785626523235"):
        assert text in shown


def test_a_deal_without_a_lead_has_a_page(crm: Caller, sandbox: RunningSandbox) -> None:
    crm.deal()
    client_id = sandbox.state()["clients"][0]["id"]
    made = crm.ok("deal/create", {"name": "Дача", "client_id": client_id, "employee_id": 182})
    assert "Дача" in page(sandbox, f"/deal/{made['result']['deal']['id']}")
    assert "Сделка" in page(sandbox, "/?show=deals")


def test_moving_by_hand_is_switched_on_the_page_and_forgotten_at_a_reset(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    deal_id = crm.deal()
    move = {"deal_id": deal_id, "stage_id": 5636}
    press(sandbox, "/account/pipeline/3689", by_hand="0")
    assert "вручную" in crm.refused("deal/updateDealStage", move)
    assert "API откажет" in page(sandbox, f"/deal/{deal_id}")
    press(sandbox, "/account/pipeline/3689", by_hand="1")
    crm.ok("deal/updateDealStage", move)
    press(sandbox, "/account/pipeline/3690", by_hand="1")
    sandbox.reset()
    pipelines = crm.get("main/data").json()["result"]["deal"]["pipelines"]
    assert [one["allow_manual_change_stage"] for one in pipelines] == ["1", "0"]
    assert press(sandbox, "/account/pipeline/1", by_hand="1").status_code == 404


def test_a_card_that_is_gone_has_no_buttons(crm: Caller, sandbox: RunningSandbox) -> None:
    crm.lead(values=CONTACT)
    assert requests.get(f"{sandbox.url}/deal/1", timeout=10).status_code == 404
    assert press(sandbox, "/deal/1/comment", comment="Есть кто?").status_code == 409


def test_a_taken_lead_tells_what_became_of_it(crm: Caller, sandbox: RunningSandbox) -> None:
    lead_id = crm.lead(contact_data=[{"type": "work_phone", "value": "74951234567"}])["id"]
    fresh = page(sandbox, f"/lead/{lead_id}")
    assert "Рабочий телефон" in fresh
    assert "work_phone" not in fresh
    assert "Что станет сделкой" in fresh
    assert "Назначить" in fresh

    crm.ok("lead/start", {"lead_id": lead_id})

    taken = page(sandbox, f"/lead/{lead_id}")
    assert "Что стало сделкой" in taken
    assert "Назначить" not in taken


def test_the_choice_of_responsible_begins_with_the_present_one(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    deal_id = crm.deal()
    crm.ok("deal/updateEmployee", {"deal_id": deal_id, "employee_id": 183})
    assert '<option value="employee_id:183" selected>' in page(sandbox, f"/deal/{deal_id}")
    crm.ok("deal/updateEmployee", {"deal_id": deal_id, "department_id": 2})
    assert '<option value="department_id:2" selected>' in page(sandbox, f"/deal/{deal_id}")


def test_a_refused_comment_is_not_lost(crm: Caller, sandbox: RunningSandbox) -> None:
    deal_id = crm.deal()
    shown = press(sandbox, "/deal/1/comment", comment="Долго <i>писал</i>")
    assert "Долго &lt;i&gt;писал&lt;/i&gt;" in shown.text
    again = press(sandbox, f"/deal/{deal_id}/tags", tags=",")
    assert f'href="/deal/{deal_id}"' in again.text


def test_fields_keep_their_lines_and_companies_their_bank(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    lead_id = crm.lead(values=CONTACT | {"comment": "Первая\nВторая"})["id"]
    crm.ok("lead/start", {"lead_id": lead_id})
    state = sandbox.state()
    deal_id, client_id = state["deals"][0]["id"], state["clients"][0]["id"]
    requisites = {"short_name": "Империя", "inn": 785626523235, "ogrn": "1027700132195"}
    bank = {"bank_name": "Сбербанк", "bik": "044525225", "payment_account": "40702810"}
    crm.ok(f"client/{client_id}/addCompany", requisites | bank)

    assert '<dd class="text"><bdi>Первая\nВторая</bdi>' in page(sandbox, f"/deal/{deal_id}")
    shown = page(sandbox, f"/client/{client_id}")
    for text in ("1027700132195", "Сбербанк", "044525225", "40702810"):
        assert text in shown
