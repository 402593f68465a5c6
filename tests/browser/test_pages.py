"""The demo page and the pages for visitors without JavaScript, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from intake.domain.submission import Channel
from tests.browser.conftest import OpenPage
from tests.browser.site import Service

pytestmark = pytest.mark.browser


def test_the_demo_form_shows_the_number_in_its_place(service: Service, open_page: OpenPage) -> None:
    page = open_page(f"{service.url}/demo?utm_source=yandex")

    page.locator("#order").get_by_label("Телефон").fill("8 (912) 345-67-89 доб. 101")
    page.get_by_label("Согласен").check()
    page.get_by_role("button", name="Рассчитать стоимость").click()

    expect(page.locator("#order").get_by_role("status")).to_contain_text("Заявка принята")
    [lead] = service.leads()
    expect(page.locator("#receipt")).to_contain_text(lead.number)
    expect(page.locator("#marks")).to_contain_text("yandex")
    expect(page.get_by_role("button", name="Рассчитать стоимость")).to_be_hidden()


def test_on_a_phone_the_receipt_is_in_view_though_the_form_has_shrunk(
    service: Service, open_page: OpenPage
) -> None:
    page = open_page(f"{service.url}/demo", viewport={"width": 390, "height": 700})

    page.locator("#order").get_by_label("Телефон").fill("+7 912 345-67-89")
    page.get_by_label("Согласен").check()
    page.get_by_role("button", name="Рассчитать стоимость").click()

    receipt = page.locator("#order").get_by_role("status")
    expect(receipt).to_contain_text("Заявка принята")
    expect(receipt).to_be_in_viewport(ratio=1)


def test_the_demo_button_calls_the_vendors_function(service: Service, open_page: OpenPage) -> None:
    page = open_page(f"{service.url}/demo")
    callback = page.locator("#callback")

    callback.get_by_role("button").click()
    expect(callback.get_by_role("status")).to_contain_text("телефон")
    callback.get_by_label("Телефон").fill("+7 912 345-67-89")
    callback.get_by_role("button").click()

    expect(callback.get_by_role("status")).to_contain_text("Спасибо")
    [lead] = service.leads()
    assert lead.raw.channel is Channel.WBK


def test_the_demo_page_gives_the_content_policy_nothing_to_complain_of(
    service: Service, open_page: OpenPage
) -> None:
    page = open_page("about:blank")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    answer = page.goto(f"{service.url}/demo?utm_source=vk")
    assert answer
    page.locator("#order").get_by_label("Телефон").fill("+7 912 345-67-89")
    page.get_by_label("Согласен").check()
    page.get_by_role("button", name="Рассчитать стоимость").click()

    expect(page.locator("#order").get_by_role("status")).to_contain_text("Заявка принята")
    assert [text for text in complaints if "favicon" not in text and "404" not in text] == []
    assert (policy := answer.header_value("content-security-policy"))
    assert "unsafe" not in policy


def test_without_javascript_a_visitor_reaches_the_thanks_page(
    service: Service, open_page: OpenPage
) -> None:
    page = open_page(f"{service.url}/demo", java_script_enabled=False)

    page.locator("#order").get_by_label("Телефон").fill("+7 912 345-67-89")
    page.get_by_label("Согласен").check()
    page.get_by_role("button", name="Рассчитать стоимость").click()

    expect(page.get_by_role("heading")).to_have_text("Спасибо, заявка принята")
    [lead] = service.leads()
    expect(page.locator(".number")).to_contain_text(lead.number)


def test_without_javascript_a_typo_is_explained_and_everything_typed_is_there(
    service: Service, open_page: OpenPage
) -> None:
    page = open_page(f"{service.url}/demo", java_script_enabled=False)
    order = page.locator("#order")

    order.get_by_label("Имя").fill('Анна "Ы" <b>')
    order.get_by_label("Телефон").fill("12")
    order.get_by_label("Что нужно").fill("Два окна")
    page.get_by_label("Согласен").check()
    page.get_by_role("button", name="Рассчитать стоимость").click()

    phone = page.locator("[name=phone]")
    expect(phone).to_have_attribute("aria-invalid", "true")
    expect(phone).to_have_accessible_description(re.compile("не похоже"))
    expect(phone).to_have_value("12")
    expect(page.locator("[name=name]")).to_have_value('Анна "Ы" <b>')
    expect(page.locator("[name=comment]")).to_have_value("Два окна")
    phone.fill("+7 912 345-67-89")
    page.get_by_role("button", name="Отправить ещё раз").click()
    expect(page.get_by_role("heading")).to_have_text("Спасибо, заявка принята")
    assert service.leads()[0].fields["comment"] == "Два окна"


def test_a_hostile_number_in_the_address_is_no_number(
    service: Service, open_page: OpenPage
) -> None:
    page = open_page(f"{service.url}/thanks/%3Cimg%20src=x%20onerror=document.title=1%3E")

    expect(page.get_by_role("heading")).to_have_text("Такого адреса нет")
    expect(page.locator("img")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_the_demo_page_never_scrolls_sideways(
    width: int, service: Service, open_page: OpenPage
) -> None:
    page = open_page(f"{service.url}/demo", viewport={"width": width, "height": 800})

    expect(page.get_by_role("button", name="Рассчитать стоимость")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
