"""The snippet on pages of a web developer, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.forms import fill, form, send
from tests.browser.site import CustomerSite, Service
from tests.servers import wait_until

pytestmark = pytest.mark.browser

ANYONE = {"Access-Control-Allow-Origin": "*"}
HOSTILE = "<img src=x onerror=\"document.title='executed'\">"


def test_a_form_sends_one_lead_and_shows_its_number(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("contacts", form(service)))

    fill(page)
    send(page)

    expect(page.get_by_role("status")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Заявка принята")
    [lead] = service.leads()
    expect(page.get_by_role("status")).to_contain_text(lead.number)
    expect(page.get_by_role("status")).to_be_focused()
    assert lead.fields["name"] == "Анна"
    assert lead.fields["phone"] == "+7 912 345-67-89"
    assert lead.raw.timezone == "Asia/Yekaterinburg"
    assert lead.raw.tz_offset == -300
    assert lead.raw.page_url == page.url
    assert lead.raw.page_title == "contacts"


def test_marks_of_the_landing_outlive_a_click_to_another_page(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    site.page("contacts", form(service))
    landing = site.page("index", '<a href="/contacts?tab=1#form">Контакты</a>')
    page = open_page(
        f"{landing}?utm_source=yandex&utm_term=%EE%EA%ED%E0&yclid=15900717811726762190",
        referer="https://ya.ru/",
    )

    page.get_by_role("link", name="Контакты").click()
    fill(page)
    send(page)

    expect(page.get_by_role("status")).to_contain_text("Заявка принята")
    [lead] = service.leads()
    assert lead.raw.page_url == f"{site.url}/contacts?tab=1#form"
    assert lead.raw.referrer == "https://ya.ru/"
    assert lead.lead.attribution.utm == {"utm_source": "yandex", "utm_term": "окна"}
    assert lead.lead.attribution.click_ids == {"yclid": "15900717811726762190"}
    assert isinstance(lead.raw.first_touch, dict)
    assert str(lead.raw.first_touch["page_url"]).startswith(landing + "?utm_source=yandex")


def test_a_page_that_rewrites_its_address_does_not_lose_the_marks(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    rewrite = "<script>history.replaceState(0, '', '?utm_source={source}')</script>"
    page = open_page(site.page("index", form(service) + rewrite) + "?utm_source=vk_ads")

    fill(page)
    send(page)

    expect(page.get_by_role("status")).to_contain_text("Заявка принята")
    [lead] = service.leads()
    assert lead.raw.page_url == f"{site.url}/index?utm_source={{source}}"
    assert lead.lead.attribution.utm == {"utm_source": "vk_ads"}


def test_only_cookies_of_advertising_leave_the_page(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    cookies = "['_ym_uid=1701261875816719138', 'session=secret', 'WhiteCallback_visit=30897911865']"
    setting = f"<script>{cookies}.forEach((pair) => document.cookie = pair)</script>"
    page = open_page(site.page("index", form(service) + setting))

    fill(page)
    send(page)

    expect(page.get_by_role("status")).to_contain_text("Заявка принята")
    assert service.leads()[0].raw.cookies == {
        "_ym_uid": "1701261875816719138",
        "WhiteCallback_visit": "30897911865",
    }
    assert service.leads()[0].lead.attribution.yandex_client_id == "1701261875816719138"
    assert service.leads()[0].lead.visit_id == "30897911865"


def test_clicking_twice_and_pressing_enter_sends_once(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))

    fill(page)
    # Three in one task of the browser: nothing can have been disabled by a reply between.
    page.evaluate("() => { for (let i = 0; i < 3; i++) document.forms[0].requestSubmit() }")

    expect(page.get_by_role("status")).to_contain_text("Заявка принята")
    assert service.posts == 1


def test_the_same_text_after_a_reload_is_the_same_lead(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    for _ in range(2):
        fill(page)
        send(page)
        expect(page.get_by_role("status")).to_contain_text("Заявка принята")
        page.reload()

    fill(page, "+7 912 345-67-80")
    send(page)

    expect(page.get_by_role("status")).to_contain_text("Заявка принята")
    assert service.posts == 3
    assert [lead.fields["phone"] for lead in service.leads()] == [
        "+7 912 345-67-89",
        "+7 912 345-67-80",
    ]


def test_an_error_stands_beside_its_field_and_nothing_typed_is_lost(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))

    fill(page, "12")
    send(page)

    phone = page.get_by_role("textbox", name="Телефон")
    expect(phone).to_be_focused()
    expect(phone).to_have_attribute("aria-invalid", "true")
    expect(phone).to_have_value("12")
    expect(phone).to_have_accessible_description(re.compile("не похоже.*С кодом города"))
    expect(page.get_by_label("Имя")).to_have_value("Анна")
    expect(page.get_by_role("button")).to_be_enabled()

    phone.fill("+7 912 345-67-89")
    expect(page.locator(".intake-error")).to_have_count(0)
    expect(phone).to_have_accessible_description("С кодом города")
    send(page)
    expect(page.get_by_role("status")).to_contain_text("Заявка принята")
    assert len(service.leads()) == 1


def test_a_form_shown_later_in_a_popup_is_caught(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(
        site.page("index", '<div id="popup"></div>', script='data-forms="#popup form"')
    )
    page.evaluate(
        "() => { popup.innerHTML = '<form><label>Телефон <input name=phone></label>"
        "<button>Отправить</button></form>' }"
    )

    page.get_by_label("Телефон").fill("+7 912 345-67-89")
    send(page)

    expect(page.get_by_role("status")).to_contain_text("Заявка принята")
    assert [lead.site for lead in service.leads()] == ["okna"]


@pytest.mark.parametrize(
    "field",
    [
        *[f'name="{name}"' for name in ("Телефон", "tel", "your-tel", "email", "mail", "Почта")],
        "name=q autocomplete=tel",
        "name=q inputmode=tel",
    ],
)
def test_all_forms_with_a_contact_are_ours_however_they_call_it(
    field: str, service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    source = f"<form><input {field} aria-label=Контакт><button>Отправить</button></form>"
    page = open_page(site.page("index", source, script='data-forms="form"'))

    page.get_by_label("Контакт").fill("12")
    send(page)

    expect(page.get_by_role("status")).to_contain_text(re.compile("не ушла|Оставьте"))
    assert service.posts == 1


def again(page: Page) -> None:
    fill(page)
    send(page)
    expect(page.get_by_role("status")).to_contain_text("Заявка принята")


def test_the_same_text_on_another_page_or_in_another_form_is_another_lead(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("p-okna", form(service)))
    again(page)
    page.goto(site.page("p-dveri", form(service)) + "?tovar=1")
    again(page)
    page.goto(page.url.replace("=1", "=2"))
    again(page)
    page.evaluate("() => document.forms[0].before(document.createElement('form'))")
    again(page)
    again(page)

    assert service.posts == 5
    assert len(service.leads()) == 4


def test_calls_from_two_pages_are_two_leads(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page("about:blank")
    for query in ("?tovar=1", "?tovar=2"):
        page.goto(site.page("index", "") + query)
        page.evaluate("() => WBK.sendCrmLead(2119, {phone: '+79123456789'})")

    assert len(service.leads()) == 2


def test_what_nobody_has_typed_makes_no_second_lead(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    button = "<input type=image alt=Отправить width=90 height=30></form>"
    page = open_page("about:blank")
    for x in (5, 50):
        changing = f"<input type=hidden name=sessid value=f{x}c0de>{button}"
        page.goto(site.page("index", form(service).replace("</form>", changing)))
        fill(page)
        page.locator("[type=image]").click(position={"x": x, "y": 5})
        expect(page.get_by_role("status")).to_contain_text("Заявка принята")

    [lead] = service.leads()
    assert not {"x", "y"} & set(lead.fields)


def test_without_consent_going_back_makes_no_second_lead_either(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    site.page("spasibo", "<h1>Ждите звонка</h1>")
    line = 'data-consent="2026-11" data-redirect="/spasibo"'
    page = open_page(site.page("index", form(service), script=line))
    for _ in range(2):
        fill(page)
        send(page)
        expect(page.get_by_role("heading")).to_have_text("Ждите звонка")
        page.go_back()

    assert service.posts == 2
    assert len(service.leads()) == 1


def test_a_page_may_lead_on_to_its_own_thanks_page(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    site.page("spasibo", "<h1>Ждите звонка</h1>")
    page = open_page(site.page("index", form(service), script='data-redirect="/spasibo"'))

    fill(page)
    send(page)

    expect(page.get_by_role("heading")).to_have_text("Ждите звонка")


def test_an_answer_is_shown_as_text_whatever_stands_in_it(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    told = {"message": HOSTILE, "number": HOSTILE}
    answers = [
        (422, told | {"ok": False, "errors": {"phone": HOSTILE, "age": HOSTILE}}),
        (200, told | {"ok": True, "id": HOSTILE}),
    ]

    def answer(route: Route) -> None:
        status, said = answers.pop(0)
        route.fulfill(status=status, json=said, headers=ANYONE)

    page.route("**/submit/okna", answer)

    for _ in range(2):
        fill(page)
        send(page)
        expect(page.get_by_role("button")).to_be_enabled()
        expect(page.get_by_role("status")).to_contain_text("<img")

    expect(page).to_have_title("index")
    expect(page.locator("img")).to_have_count(0)


def test_a_script_hears_of_success_and_of_errors(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", ""))

    heard = page.evaluate(
        """async () => {
          const heard = [];
          Intake.on('error', (answer) => heard.push(Object.keys(answer.errors)));
          Intake.on('success', () => { throw new Error('of the page') });
          Intake.on('success', (answer) => heard.push(answer.number));
          await Intake.send({phone: '12'});
          const receipt = await Intake.send({phone: '89123456789'}, {site: 'dveri'});
          await new Promise((resolve) => setTimeout(resolve));
          return [...heard, receipt.number];
        }"""
    )

    [lead] = service.leads()
    assert heard == [["phone"], lead.number, lead.number]
    assert lead.site == "dveri"


def test_a_form_in_an_open_shadow_root_is_caught_and_one_in_a_closed_root_posts_itself(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", '<div id="widget"></div><div id="inner"></div>'))
    page.evaluate(
        "() => { widget.attachShadow({mode: 'open'}).innerHTML = '<form data-intake>"
        "<label>Телефон <input name=phone></label><button>Отправить</button></form>' }"
    )

    page.get_by_label("Телефон").fill("+7 912 345-67-89")
    send(page)

    expect(page.get_by_role("status")).to_contain_text("Заявка принята")
    assert len(service.leads()) == 1

    page.evaluate(
        "(action) => { const root = inner.attachShadow({mode: 'closed'});"
        "root.innerHTML = `<form data-intake method=post action=${action}>"
        "<input name=phone value='+79123456780'><button>Отправить</button></form>`;"
        "root.querySelector('button').click() }",
        f"{service.url}/submit/okna",
    )
    expect(page.get_by_role("heading")).to_have_text("Спасибо, заявка принята")
    assert len(service.leads()) == 2


def test_all_forms_are_those_with_a_contact_and_without_a_password(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    forms = (
        "<form action=/search><input name=q aria-label=Поиск></form>"
        "<form action=/login><input type=email aria-label=Вход><input type=password></form>"
        "<form><label>Телефон <input type=tel name=tel></label><button>Отправить</button></form>"
    )
    url = site.page("index", forms, script='data-forms="form"')
    for name in ("search", "login"):
        site.page(name, f"<h1>{name}</h1>")
    page = open_page(url)

    for field, heading in (("Поиск", "search"), ("Вход", "login")):
        page.get_by_label(field).fill("anna@mail.ru")
        page.get_by_label(field).press("Enter")
        if heading == "login":  # two fields and no button: Enter does nothing by itself
            page.evaluate("() => document.forms[1].requestSubmit()")
        expect(page.get_by_role("heading")).to_have_text(heading)
        page.go_back()
    page.get_by_label("Телефон").fill("+7 912 345-67-89")
    send(page)

    expect(page.get_by_role("status")).to_contain_text("Заявка принята")
    assert service.posts == 1


def test_a_form_that_a_selector_names_may_call_its_fields_anything(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    field = "<label>Телефон <input name=Контакт></label>"
    source = f"<form class=call>{field}<button>Отправить</button></form>"
    page = open_page(site.page("index", source, script='data-forms=".call"'))

    page.get_by_label("Телефон").fill("12")
    send(page)

    expect(page.get_by_role("status")).to_contain_text("Оставьте телефон или электронную почту")
    assert service.told()["Контакт"] == "12"


def test_going_back_and_sending_the_same_again_is_one_lead(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    site.page("spasibo", "<h1>Ждите звонка</h1>")
    page = open_page(site.page("index", form(service), script='data-redirect="/spasibo"'))
    for _ in range(2):
        fill(page)
        send(page)
        expect(page.get_by_role("heading")).to_have_text("Ждите звонка")
        page.go_back()

    assert service.posts == 2
    assert len(service.leads()) == 1


def test_the_line_may_be_pasted_with_async_and_anywhere(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    # The page's own first timer, and a button that it has disabled: not ours to touch.
    own = "<script>setTimeout(() => { document.title = 'own' }, 900)</script>"
    source = form(service).replace("</form>", "<button disabled>Наверх</button></form>")
    line = f'<script src="{service.url}/static/intake.js" data-site="dveri"></script>'
    page = open_page(site.page("index", source + line, script="async", before=own))
    page.wait_for_load_state("load")

    fill(page)
    send(page)

    expect(page.get_by_role("status")).to_contain_text("Заявка принята")
    assert service.told()["tries"] == service.posts == 1
    expect(page.get_by_role("button", name="Отправить")).to_be_enabled()
    expect(page.get_by_role("button", name="Наверх")).to_be_disabled()
    expect(page).to_have_title("own")


def test_whatever_a_form_holds_arrives_though_it_is_gone_by_then(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    boxes = (
        "<label><input type=checkbox name=Что value=Окна checked></label>"
        "<label><input type=checkbox name=Что value=Двери checked></label>"
        "<select name=Где multiple><option selected>Дача<option selected>Дом</select>"
        "<fieldset disabled><input name=Нет value=1></fieldset>"
        "<input type=file name=План aria-label=План><input type=file name=Пусто>"
        "<button name=Кнопка value=Замер>Отправить</button></form>"
        "<textarea name=Снаружи form=f>с формой</textarea>"
    )
    source = form(service).replace("<button>Отправить</button>\n</form>", boxes)
    page = open_page(site.page("index", source.replace("<form", "<form id=f")))
    page.get_by_label("План").set_input_files(
        {"name": "план.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    )

    fill(page)
    page.locator("[name=Кнопка]").evaluate("(button) => { button.click(); button.form.remove() }")

    wait_until(service.leads)
    told = service.told()
    names = ("Что", "Где", "План", "Кнопка", "Снаружи")
    assert [told[name] for name in names] == [
        "Окна, Двери",
        "Дача, Дом",
        "план.pdf",
        "Замер",
        "с формой",
    ]
    assert {"Нет", "Пусто"}.isdisjoint(told)


def test_fields_may_be_called_anything(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    # Each hides a property of the form or of the object that is sent.
    names = ["action", "method", "name", "id", "submit", "target", "elements", "length"]
    names += [
        "reset",
        "constructor",
        "toString",
        "hasOwnProperty",
        "__proto__",
        "intake",
        "url",
        "at",
    ]
    inputs = "".join(f'<input type=hidden name="{name}" value="{name} 1">' for name in names)
    own = f'<form data-intake action="/nowhere"><input name=phone value=89123456789>{inputs}'
    page = open_page(site.page("index", f"{own}<button>Отправить</button></form>"))
    with page.expect_response("**/form-token/okna"):
        page.locator("[name=phone]").focus()

    send(page)

    expect(page.get_by_role("status")).to_contain_text("Заявка принята")
    [lead] = service.leads()
    assert page.url.endswith("/index")
    expect(page.get_by_role("status")).to_be_focused()
    assert {name: service.told()[name] for name in names} == {name: f"{name} 1" for name in names}
    assert lead.fields["constructor"] == "constructor 1"


def test_a_field_that_is_called_as_ours_hides_nothing_that_the_script_knows(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    boxes = "".join(
        f"<input type=checkbox checked name={name} value=on>"
        for name in ("cookies", "page_url", "referrer", "timezone", "first_touch")
    )
    cookie = "<script>document.cookie = '_ym_uid=1701261875816719138'</script>"
    page = open_page(
        site.page("index", form(service).replace("<button>", f"{boxes}<button>") + cookie)
    )

    fill(page)
    send(page)

    expect(page.get_by_role("status")).to_contain_text("Заявка принята")
    [lead] = service.leads()
    assert lead.raw.page_url == page.url
    assert lead.raw.cookies == {"_ym_uid": "1701261875816719138"}
    assert lead.raw.timezone == "Asia/Yekaterinburg"


def test_the_service_may_stand_on_a_host_of_the_same_name(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    host = service.url.replace("127.0.0.1", "submit.localhost")
    own = form(service).replace(service.url, host)
    line = f'<script src="{host}/static/intake.js" data-site="okna"></script>'
    page = open_page(site.page("index", own, before=line))

    with page.expect_response(f"{host}/form-token/okna"):
        page.get_by_label("Имя").focus()
