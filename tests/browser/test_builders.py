"""Forms that builders and plugins send by their own scripts: stand-ins that behave as they do.

What each stand-in does was read in the builders' own scripts: who listens to what, what is
prevented, which fields are added.
"""

import pytest
from flask import Response, request
from playwright.sync_api import Page, expect

from intake.show.snippets import TILDA_FORMS, WORDPRESS_FORMS
from tests.browser.conftest import OpenPage
from tests.browser.forms import wait_for_helper
from tests.browser.site import CustomerSite, Service
from tests.servers import wait_until

pytestmark = pytest.mark.browser

# Listens to clicks on the button, lets none be a submit, checks for itself, sends by XHR,
# shows its box; asked to submit, it clicks. Its fields of its own change with each attempt.
TILDA = """
<div class="r"><form class="t-form js-form-proccess" method="POST" action="/own" novalidate>
  <input type="hidden" name="formservices[]" value="7f0c" class="js-formaction-services">
  <div class="js-successbox" style="display:none">Спасибо! Данные отправлены.</div>
  <input class="t-input" name="Name" aria-label="Имя">
  <input class="t-input" name="Phone" type="tel" aria-label="Телефон" data-tilda-req="1">
  <label><input type="checkbox" name="Checkbox" value="yes" data-tilda-req="1"> Согласен</label>
  <button type="submit" class="t-submit"><span>Отправить</span></button>
  <div hidden><input name="form-spec-comments" value="Its good"></div>
</form></div>
<script>
  const record = document.querySelector(".r");
  record.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    event.target.querySelector(".t-submit").click();
  });
  record.addEventListener("click", (event) => {
    const button = event.target.closest("[type=submit]");
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    const { form } = button;
    const filled = (field) => field.type === "checkbox" ? field.checked : field.value;
    if (![...form.querySelectorAll("[data-tilda-req]")].every(filled)) return;
    const spec = form.appendChild(document.createElement("input"));
    Object.assign(spec, { type: "hidden", name: "tildaspec-formid", value: Math.random() });
    const sending = new XMLHttpRequest();
    sending.open("POST", "/own");
    sending.onload = () => {
      form.querySelector(".js-successbox").style.display = "block";
      form.dispatchEvent(new CustomEvent("tildaform:aftersuccess"));
      form.reset();
    };
    sending.send(new URLSearchParams(new FormData(form)));
  });
</script>
"""

# Listens to submit on the form itself, prevents it, fetches its FormData, shows the answer.
CONTACT_FORM_7 = """
<form class="wpcf7-form init" action="/#wpcf7-f5-o1" method="post" novalidate data-status="init">
  <input type="hidden" name="_wpcf7" value="5">
  <input type="hidden" name="_wpcf7_unit_tag" value="f5">
  <input name="your-name" aria-required="true" aria-label="Имя">
  <input name="your-tel" type="tel" aria-required="true" aria-label="Телефон">
  <span class="wpcf7-form-control wpcf7-acceptance">
    <label><input type="checkbox" name="acceptance-1" value="1"> Согласен</label>
  </span>
  <input class="wpcf7-submit" type="submit" value="Отправить">
  <div class="wpcf7-response-output" aria-hidden="true"></div>
</form>
<script>
  const own = document.querySelector(".wpcf7-form");
  own.addEventListener("submit", (event) => {
    event.preventDefault();
    fetch("/own", { method: "POST", body: new FormData(own, event.submitter) }).then(() => {
      own.querySelector(".wpcf7-response-output").textContent = "Спасибо! Данные отправлены.";
      own.dispatchEvent(new CustomEvent("wpcf7mailsent", { bubbles: true }));
      own.reset();
    });
  });
</script>
"""

# Elementor and WPForms number their fields and say in the label what they ask for.
NUMBERED = """
<form class="{form_class}" method="post" action="/own">
  <input type="hidden" name="post_id" value="12"><input type="hidden" name="form_id" value="9ab3">
  <input type="hidden" name="wpforms[id]" value="31">
  <div class="elementor-field-group"><label for="a">Ваше имя</label>
    <input id="a" name="{name}" required></div>
  <div class="elementor-field-group"><label for="b">Телефон *</label>
    <input id="b" type="tel" name="{phone}" required aria-required="true"></div>
  <button type="submit">Отправить</button>
</form>
<script>
  document.forms[0].addEventListener("submit", (event) => {{
    event.preventDefault();
    fetch("/own", {{ method: "POST", body: new FormData(event.target) }})
      .then(() => event.target.insertAdjacentHTML("beforeend", "Спасибо! Данные отправлены."));
  }});
</script>
"""
ELEMENTOR = NUMBERED.format(
    form_class="elementor-form", name="form_fields[name]", phone="form_fields[field_3ab12c]"
)
WPFORMS = NUMBERED.format(
    form_class="wpforms-form", name="wpforms[fields][0]", phone="wpforms[fields][3]"
)


@pytest.fixture
def own(site: CustomerSite) -> list[dict[str, str]]:
    """Return what reaches the builder's own server."""
    got: list[dict[str, str]] = []

    def take() -> Response:
        got.append(request.form.to_dict())
        return Response("ok")

    site.app.add_url_rule("/own", "own", take, methods=["POST"])
    return got


def open_form(site: CustomerSite, open_page: OpenPage, forms: str, source: str) -> Page:
    url = site.page("index", source, script=f'data-forms="{forms}"')
    page = open_page("about:blank")
    with page.expect_response("**/static/intake-page.js"):
        page.goto(url + "?utm_source=vk")
    page.get_by_label("Имя").first.focus()
    wait_for_helper(page)
    return page


@pytest.mark.parametrize("by", ["click", "enter"])
def test_a_form_of_tilda_is_copied_once_and_goes_its_own_way(
    by: str, own: list[dict[str, str]], service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_form(site, open_page, TILDA_FORMS, TILDA)
    button = page.get_by_role("button", name="Отправить")

    button.click()  # nothing typed: Tilda will not send it, so no lead either
    page.get_by_label("Имя").fill("Анна")
    page.get_by_label("Телефон").fill("+7 912 345-67-89")
    button.click()  # the box is not ticked
    page.get_by_label("Согласен").check()
    with page.expect_response("**/submit/okna"):
        button.click() if by == "click" else page.get_by_label("Телефон").press("Enter")

    expect(page.locator(".js-successbox")).to_be_visible()
    [lead] = service.leads()
    assert service.posts == len(own) == 1
    assert dict(lead.fields) == {"Name": "Анна", "Phone": "+7 912 345-67-89", "Checkbox": "yes"}
    assert lead.lead.attribution.utm == {"utm_source": "vk"}
    assert service.told()["form_token"]
    # What Tilda got is what it would have got without us.
    assert set(own[0]) == {
        *("formservices[]", "Name", "Phone", "Checkbox", "form-spec-comments"),
        "tildaspec-formid",
    }
    expect(page.get_by_role("status")).to_have_count(0)


def test_a_second_try_of_a_builders_form_and_both_events_are_one_lead(
    own: list[dict[str, str]], service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_form(site, open_page, TILDA_FORMS, TILDA)
    for _ in range(2):
        page.get_by_label("Имя").fill("Анна")
        page.get_by_label("Телефон").fill("+7 912 345-67-89")
        page.get_by_label("Согласен").check()
        with page.expect_response("**/submit/okna"):
            page.evaluate("() => document.forms[0].requestSubmit()")
        expect(page.get_by_label("Телефон")).to_have_value("")

    assert len(own) == 2
    assert len(service.leads()) == 1


def test_a_builders_form_is_copied_though_its_own_server_is_gone(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_form(site, open_page, WORDPRESS_FORMS, CONTACT_FORM_7)
    page.route("**/own", lambda route: route.abort())
    page.get_by_label("Имя").fill("Анна")
    page.get_by_label("Телефон").fill("+7 912 345-67-89")
    page.get_by_label("Согласен").check()
    service.server.stop()
    page.get_by_role("button").click()
    page.wait_for_function(
        "() => Object.keys(localStorage).some((key) => /^intake[.]js:/.test(key))"
    )

    page.close(run_before_unload=True)
    service.server.start()
    page = page.context.new_page()
    page.goto(site.page("next", ""))

    page.wait_for_function(
        "() => !Object.keys(localStorage).some((key) => /^intake[.]js:/.test(key))"
    )
    assert [lead.lead.name for lead in service.leads()] == ["Анна"]


@pytest.mark.parametrize(
    ("source", "fields"),
    [
        (
            CONTACT_FORM_7,
            {"your-name": "Анна", "your-tel": "+7 912 345-67-89", "acceptance-1": "1"},
        ),
        (ELEMENTOR, {"name": "Анна", "Телефон": "+7 912 345-67-89"}),
        (WPFORMS, {"Ваше имя": "Анна", "Телефон": "+7 912 345-67-89"}),
    ],
    ids=["contact-form-7", "elementor", "wpforms"],
)
def test_forms_of_wordpress_are_copied_once_with_the_names_people_gave_them(
    source: str,
    fields: dict[str, str],
    own: list[dict[str, str]],
    service: Service,
    site: CustomerSite,
    open_page: OpenPage,
) -> None:
    page = open_form(site, open_page, WORDPRESS_FORMS, source)
    page.get_by_label("Имя").or_(page.get_by_label("Ваше имя")).first.fill("Анна")
    page.get_by_label("Телефон").fill("+7 912 345-67-89")
    if page.get_by_label("Согласен").count():
        page.get_by_label("Согласен").check()

    with page.expect_response("**/submit/okna"):
        page.get_by_role("button", name="Отправить").click()

    expect(page.get_by_text("Спасибо! Данные отправлены.")).to_be_visible()
    [lead] = service.leads()
    assert service.posts == len(own) == 1
    assert dict(lead.fields) == fields
    assert lead.lead.name == "Анна"
    assert "intake_trap" not in own[0]


# Turns its pages by buttons of no type, whose clicks it prevents; sends by `submit`.
PAGES = """
<form class="wpforms-form quiz" method="post" action="/own" novalidate>
  <div><label for="a">Имя</label><input id="a" name="name" required>
    <label for="b">Телефон</label><input id="b" type="tel" name="phone" required>
    <button class="wpforms-page-button wpforms-page-next">Далее</button></div>
  <div hidden><label for="c">Пожелания</label><input id="c" name="wishes">
    <button class="wpforms-page-button wpforms-page-prev">Назад</button>
    <button {type}>Отправить</button></div>
</form>
<script>
  const own = document.forms[0];
  own.addEventListener("click", (event) => {{
    if (!event.target.matches(".wpforms-page-button")) return;
    event.preventDefault();
    own.querySelectorAll("div").forEach((part) => {{ part.hidden = !part.hidden; }});
  }});
  {sends}
</script>
"""
ON_SUBMIT = """own.addEventListener("submit", (event) => {
  event.preventDefault();
  fetch("/own", { method: "POST", body: new FormData(own) });
});"""
ON_CLICK = """own.querySelector("button:last-of-type:not(.wpforms-page-button)")
  .addEventListener("click", (event) => {
    event.preventDefault();
    fetch("/own", { method: "POST", body: new FormData(own) });
  });"""


@pytest.mark.parametrize("kind", ["type=submit", ""])
@pytest.mark.parametrize("sends", [ON_SUBMIT, ON_CLICK], ids=["by-submit", "by-click"])
def test_the_pages_of_a_form_are_turned_without_a_copy(
    sends: str,
    kind: str,
    own: list[dict[str, str]],
    service: Service,
    site: CustomerSite,
    open_page: OpenPage,
) -> None:
    page = open_form(site, open_page, ".quiz", PAGES.format(type=kind, sends=sends))
    page.get_by_label("Имя").fill("Анна")
    page.get_by_label("Телефон").fill("+7 912 345-67-89")
    page.get_by_role("button", name="Далее").click()
    page.get_by_role("button", name="Назад").click()
    page.get_by_role("button", name="Далее").click()
    page.get_by_label("Пожелания").fill("окна")

    with page.expect_response("**/submit/okna"):
        page.get_by_role("button", name="Отправить").click()

    [lead] = service.leads()
    assert service.posts == len(own) == 1
    assert lead.fields["wishes"] == "окна"


def test_each_of_two_buttons_that_send_is_copied(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    buttons = "<button type=submit>Купить</button><button type=submit>Отправить</button>"
    source = f"""<form class=two><label>Имя <input name=name></label>
      <label>Телефон <input name=phone></label>{buttons}</form>
      <script>document.forms[0].addEventListener("click", (event) => {{
        if (event.target.matches("button")) event.preventDefault();
      }})</script>"""
    page = open_form(site, open_page, ".two", source)
    page.get_by_label("Телефон").fill("+7 912 345-67-89")

    with page.expect_response("**/submit/okna"):
        page.get_by_role("button", name="Купить").click()

    assert len(service.leads()) == 1


# Marks what it refuses; `stale` marks stay where they are though the field is mended.
REFUSING = """
<div class="r"><form class="t-form js-form-proccess" method="POST" action="/own" novalidate>
  <label>Имя <input name="Name"></label>
  <div class="box"><label>Телефон <input name="Phone" type="tel" data-tilda-req="1"></label></div>
  <button type="submit" class="t-submit">Отправить</button>
</form></div>
<script>
  const box = document.querySelector(".box");
  document.querySelector(".r").addEventListener("click", (event) => {{
    const button = event.target.closest("[type=submit]");
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    const refused = button.form.Phone.value.length < 11;
    if (refused || !{stale}) box.classList.toggle("js-error-control-box", refused);
    if (!refused) fetch("/own", {{ method: "POST", body: new FormData(button.form) }});
  }});
</script>
"""


@pytest.mark.parametrize("stale", ["false", "true"])
def test_what_a_builder_has_refused_is_copied_once_it_is_mended(
    stale: str,
    own: list[dict[str, str]],
    service: Service,
    site: CustomerSite,
    open_page: OpenPage,
) -> None:
    page = open_form(site, open_page, TILDA_FORMS, REFUSING.format(stale=stale))
    page.get_by_label("Имя").fill("Анна")
    page.get_by_label("Телефон").fill("891234567")
    page.get_by_role("button").click()
    expect(page.locator(".js-error-control-box")).to_have_count(1)

    page.get_by_label("Телефон").fill("89123456789")
    with page.expect_response("**/submit/okna"), page.expect_response("**/own"):
        page.get_by_role("button").click()

    assert service.posts == len(own) == 1
    assert [lead.fields["Phone"] for lead in service.leads()] == ["89123456789"]


# A form of nobody's make: its button has no type, sends by its click, and is not the last.
ANOTHER = """
<form class="own" onsubmit="return false">
  <label>Имя <input name="name"></label><label>Телефон <input name="phone" required></label>
  <button onclick="{sends}; return false">Отправить</button>
  {more}
</form>
"""


def open_another(site: CustomerSite, open_page: OpenPage, sends: str, more: str) -> Page:
    page = open_form(site, open_page, ".own", ANOTHER.format(sends=sends, more=more))
    page.get_by_label("Имя").fill("Анна")
    page.get_by_label("Телефон").fill("+7 912 345-67-89")
    return page


@pytest.mark.parametrize(
    "more", ["<button disabled>Сохранить</button>", "<input type=submit hidden>"]
)
def test_a_button_that_nobody_can_press_puts_no_copy_in_doubt(
    more: str, service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_another(site, open_page, "void 0", more)

    with page.expect_response("**/submit/okna"):
        page.get_by_role("button", name="Отправить").click()

    assert len(service.leads()) == 1


CLEAR = '<button onclick="return false">Очистить</button>'


@pytest.mark.parametrize(
    "sends",
    [
        "this.form.reset()",
        "setTimeout(() => this.form.reset(), 50)",
        "setTimeout(() => this.form.remove(), 50)",
        "setTimeout(() => (this.form.hidden = true), 50)",
        "setTimeout(() => (this.form.innerHTML = 'Спасибо'), 50)",
        "setTimeout(() => location.assign('/thanks'), 50)",
    ],
    ids=["cleared-at-once", "cleared", "removed", "hidden", "replaced", "page-left"],
)
def test_a_copy_in_doubt_is_sent_once_the_builder_is_done_with_the_form(
    sends: str, service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_another(site, open_page, sends, CLEAR)

    page.get_by_role("button", name="Отправить").click()

    wait_until(lambda: len(service.leads()) == 1)
    assert service.leads()[0].lead.name == "Анна"


def test_a_copy_in_doubt_is_sent_when_nobody_has_typed_for_a_minute(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_another(site, open_page, "void 0", CLEAR)
    page.clock.install()
    page.get_by_role("button", name="Отправить").click()
    page.clock.run_for(50_000)
    page.get_by_label("Имя").fill("Анна Петрова")
    page.clock.run_for(50_000)
    assert service.posts == 0

    page.clock.run_for(15_000)

    wait_until(lambda: len(service.leads()) == 1)
    assert service.leads()[0].lead.name == "Анна"  # as it was at the click


def test_a_turned_page_is_no_lead_beside_the_form_that_our_script_sends(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    source = PAGES.format(type="type=submit", sends="")
    page = open_form(site, open_page, ".quiz", source)
    page.get_by_label("Имя").fill("Анна")
    page.get_by_label("Телефон").fill("+7 912 345-67-89")
    page.get_by_role("button", name="Далее").click()
    page.get_by_label("Пожелания").fill("окна")
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_label("Пожелания")).to_have_value("")  # cleared after the success

    page.goto(site.page("next", ""))

    page.wait_for_function("() => window.Intake")
    assert service.posts == 1


def test_a_selector_with_a_mistake_is_no_error_of_the_page(
    site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page("about:blank")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    source = "<form onsubmit='return false'><button>Отправить</button></form>"
    url = site.page("index", source, script='data-forms=".a, "')
    with page.expect_response("**/static/intake-page.js"):
        page.goto(url)
    page.wait_for_function("() => Intake.isContact")

    page.get_by_role("button").click()
    page.evaluate("() => new Promise((resolve) => setTimeout(resolve))")

    assert errors == []
