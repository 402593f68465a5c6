from intake.domain.attribution import Attribution
from intake.domain.lead import Lead
from intake.domain.site import Site
from intake.domain.wording import fill
from tests.makers import PHONE

SITE = Site("okna", "Окна", "main")


def test_names_in_braces_become_what_is_known_of_the_lead() -> None:
    lead = Lead(name="Анна", phone=PHONE, attribution=Attribution(utm_source="yandex"))
    text = fill("{name}, {phone}: {site}, {utm_source}, № {number}", lead, SITE, "7F3K-2M9Q")
    assert text == "Анна, 79123456789: Окна, yandex, № 7F3K-2M9Q"


def test_what_is_not_known_is_left_out() -> None:
    assert fill("{region}", Lead(phone=PHONE), SITE, "7F3K-2M9Q") == ""


def test_words_of_the_visitor_are_not_read_as_names() -> None:
    lead = Lead(name="{phone}", phone=PHONE)
    assert fill("{name}", lead, SITE, "7F3K-2M9Q") == "{phone}"
