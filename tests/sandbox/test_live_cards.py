"""The pages of one card: they follow what happens, and a stale one moves nothing back."""

from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from intake.sandbox import RunningSandbox

from .conftest import Caller


def press(sandbox: RunningSandbox, path: str, **form: Any) -> requests.Response:
    return requests.post(sandbox.url + path, data=form, timeout=10)


@pytest.mark.parametrize("kind", ["lead", "deal", "client"])
def test_the_changing_part_of_a_card_is_not_sent_again(
    crm: Caller, sandbox: RunningSandbox, kind: str
) -> None:
    deal_id = crm.deal()
    shown = sandbox.state()[f"{kind}s"][0]["id"]
    url = f"{sandbox.url}/{kind}/{shown}"
    assert f'data-live="/{kind}/{shown}?part=1"' in requests.get(url, timeout=10).text

    first = requests.get(f"{url}?part=1", timeout=10)
    assert first.text.count("<html") == 0
    mark = {"If-None-Match": first.headers["ETag"]}
    assert requests.get(f"{url}?part=1", headers=mark, timeout=10).status_code == 304
    crm.ok("deal/createComment", {"deal_id": deal_id, "comment": "Ждёт"})
    assert requests.get(f"{url}?part=1", headers=mark, timeout=10).status_code == 200


@pytest.mark.parametrize("back", ["", "deals"])
def test_a_page_made_before_the_deal_was_moved_does_not_move_it_back(
    crm: Caller, sandbox: RunningSandbox, back: str
) -> None:
    deal_id = crm.deal()
    crm.ok("deal/updateDealStage", {"deal_id": deal_id, "stage_id": 5637})

    reply = press(sandbox, f"/deal/{deal_id}/stage", stage_id=5636, seen=5635, back=back)

    assert reply.status_code == 409
    assert "перенесли на этап «Договор»" in reply.text
    assert f'href="/deal/{deal_id}"' in reply.text
    assert sandbox.state()["deals"][0]["stage_id"] == 5637
    press(sandbox, f"/deal/{deal_id}/stage", stage_id=5636, seen=5637)
    assert sandbox.state()["deals"][0]["stage_id"] == 5636


@pytest.mark.browser
def test_a_card_follows_and_what_is_being_typed_stays(
    crm: Caller, sandbox: RunningSandbox, chromium: Browser
) -> None:
    deal_id = crm.deal()
    page: Page = chromium.new_page(base_url=sandbox.url)
    page.goto(f"/deal/{deal_id}")
    page.get_by_label("Комментарий").fill("Начал писать")

    crm.ok("deal/updateDealStage", {"deal_id": deal_id, "stage_id": 5637})
    crm.ok("deal/createComment", {"deal_id": deal_id, "comment": "Ждёт замера"})

    expect(page.locator(".history")).to_contain_text("Ждёт замера")
    expect(page.locator(".steps [aria-current]")).to_contain_text("Договор")
    expect(page.locator("[name=seen]")).to_have_value("5637")
    expect(page.get_by_label("Комментарий")).to_have_value("Начал писать")
    expect(page.get_by_label("Комментарий")).to_be_focused()
    page.close()
