import pytest

from intake.domain.origin import origin_of
from intake.domain.site import Site
from intake.receive.guard import may_post, safe_redirect

SITE = Site("okna", "Окна", "main", origins=frozenset({"https://okna.example"}))
OPEN = Site("okna", "Окна", "main")
OWN = frozenset({"https://intake.example"})


@pytest.mark.parametrize(
    ("site", "origin", "allowed"),
    [
        (SITE, "https://okna.example", True),
        (SITE, "HTTPS://OKNA.EXAMPLE:443", True),
        (SITE, "https://intake.example", True),
        (SITE, None, True),
        (SITE, "null", True),
        (OPEN, "https://anything.example", True),
        (SITE, "http://okna.example", False),
        (SITE, "https://okna.example.evil.example", False),
        (SITE, "https://sub.okna.example", False),
        (SITE, "https://okna.example:8443", False),
        (SITE, "nonsense", False),
        (SITE, "", False),
    ],
)
def test_only_pages_of_the_site_may_post(site: Site, origin: str | None, allowed: bool) -> None:
    assert may_post(site, origin, OWN) is allowed


PAGE = "https://okna.example/form"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("https://okna.example/spasibo?x=1", "https://okna.example/spasibo?x=1"),
        ("/spasibo", "https://okna.example/spasibo"),
        ("https://intake.example/thanks", "https://intake.example/thanks"),
        ("https://evil.example/", None),
        ("//evil.example/", None),
        ("/\\evil.example/", None),
        ("https://okna.example@evil.example/", None),
        ("https://user@okna.example/", None),
        ("javascript:alert(1)", None),
        ("https://okna.example/\r\nSet-Cookie: a=b", None),
        ("spasibo", None),
        ("", None),
        (None, None),
        ("https://[broken", None),
    ],
)
def test_a_visitor_is_led_to_allowed_places_only(target: str | None, expected: str | None) -> None:
    assert safe_redirect(target, SITE, PAGE, OWN) == expected


def test_a_path_is_of_no_use_without_a_page_of_the_site() -> None:
    assert safe_redirect("/spasibo", SITE, "https://evil.example/", OWN) is None
    assert safe_redirect("/spasibo", SITE, None, OWN) is None


@pytest.mark.parametrize("url", [None, "", "about:blank", "file:///a", "http://", "http://a:x/"])
def test_what_has_no_origin_has_none(url: str | None) -> None:
    assert origin_of(url) is None
