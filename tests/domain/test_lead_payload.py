from dataclasses import replace

from intake.domain.attribution import Attribution
from intake.domain.lead import Contact, CustomValue, Lead, Phone
from intake.domain.lead_payload import comment, lead_payload
from intake.domain.site import Site

SITE = Site(
    "okna", "Окна", "main", pipeline_id=3689, inbox_type_id=13045, employee_id=182, tags=("окна",)
)
LEAD = Lead(
    name="Анна",
    phone=Phone("79123456789", "101", "RU", valid=True, original="8 912 345-67-89 доб. 101"),
    email="anna@example.com",
    comment="Нужно окно",
    region="Свердловская область",
    timezone="UTC+05:00",
    visit_id="30897911865",
    custom=(CustomValue(3824, "40"),),
    contact_data=(Contact("telegram", "anna"), Contact("work_phone", "556688", "101")),
    extra={"Этаж": "5"},
    tags=("скидка", "окна"),
    record_link="https://okna.example/record.mp3",
    attribution=Attribution(
        utm_source="yandex",
        utm_medium="cpc",
        google_client_id="1060957297.1701261875",
        yandex_client_id="1701261875816719138",
    ),
)
NUMBER = "7F3K-2M9Q"


def test_a_full_lead_goes_where_the_api_wants_it() -> None:
    assert lead_payload(LEAD, SITE, NUMBER) == {
        "method": "create",
        "pipeline_id": 3689,
        "inbox_type_id": 13045,
        "employee_id": 182,
        "visit_id": 30897911865,
        "region": "Свердловская область",
        "timezone": "UTC+05:00",
        "tags": ["окна", "скидка"],
        "record_link": "https://okna.example/record.mp3",
        "values": {
            "name": "Анна",
            "phone": "79123456789",
            "email": "anna@example.com",
            "comment": "Нужно окно\nДобавочный: 101\nЭтаж: 5\nЗаявка № 7F3K-2M9Q",
            "utm_source": "yandex",
            "utm_medium": "cpc",
            "google_client_id": "1060957297.1701261875",
            "yandex_client_id": "1701261875816719138",
            "custom": [{"input_id": 3824, "value": "40"}],
        },
        "contact_data": [
            {"type": "telegram", "value": "anna"},
            {"type": "work_phone", "value": "556688", "addon": "101"},
        ],
    }


def test_what_is_not_known_is_not_sent() -> None:
    bare = Lead(email="anna@example.com")
    assert lead_payload(bare, Site("okna", "Окна", "main"), NUMBER) == {
        "method": "create",
        "values": {"email": "anna@example.com", "comment": "Заявка № 7F3K-2M9Q"},
    }


def test_what_the_page_chose_goes_before_the_site() -> None:
    request = lead_payload(replace(LEAD, pipeline_id=7, inbox_type_id=8), SITE, NUMBER)
    assert (request["pipeline_id"], request["inbox_type_id"]) == (7, 8)


def test_a_site_may_keep_the_rest_of_the_form_out_of_the_comment() -> None:
    assert "Этаж" not in comment(LEAD, replace(SITE, comment_extra=False), NUMBER)


def test_a_visit_that_is_no_number_is_not_sent() -> None:
    assert "visit_id" not in lead_payload(replace(LEAD, visit_id="abc"), SITE, NUMBER)
