import pytest

from intake.domain.json import JsonValue
from tests.normalise.reading import codes, read

HOME = "https://okna.example/"


def utm(address: str) -> dict[str, str]:
    return read({}, page_url=HOME + address).attribution.utm


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("?utm_source=ya&utm_medium=cpc", {"utm_source": "ya", "utm_medium": "cpc"}),
        ("p?utm_source=a?utm_medium=b", {"utm_source": "a", "utm_medium": "b"}),
        ("?utm_source=ya&amp;utm_medium=cpc", {"utm_source": "ya", "utm_medium": "cpc"}),
        ("?x=1#utm_source=feed", {"utm_source": "feed"}),
        ("#/catalog?utm_source=vk", {"utm_source": "vk"}),
        ("?a&&utm_source=x&&", {"utm_source": "x"}),
        ("&utm_source=ya&utm_medium=cpc", {"utm_source": "ya", "utm_medium": "cpc"}),
        ("?utm_utm_source=x", {"utm_source": "x"}),
        ("?UTM_Source=Ya", {"utm_source": "Ya"}),
        ("?utm_source%3Dya%26utm_medium%3Dcpc", {"utm_source": "ya", "utm_medium": "cpc"}),
        ("?utm_term=%25D0%25AF%25D0%25BD", {"utm_term": "Ян"}),
        ("?utm_term=%EA%F3%EF%E8%F2%FC", {"utm_term": "купить"}),
        ("?utm_term=san%20fran+accelerator", {"utm_term": "san fran accelerator"}),
        ("?utm_content=17476504130|none", {"utm_content": "17476504130|none"}),
        ("?utm_campaign=a%2Cb", {"utm_campaign": "a,b"}),
        ("?utm_term=100%25", {"utm_term": "100%"}),
        ("?utm_source=ya%26utm_medium%3Dcpc", {"utm_source": "ya", "utm_medium": "cpc"}),
        ("?utm_term=%D0%BE%D0%BA%D0%BD%D0", {"utm_term": "окн"}),
        ("?utm_content=a%26b", {"utm_content": "a&b"}),
        ("?utm_content=a?b=c", {"utm_content": "a?b=c"}),
        ("?utm_source=a&utm_source=b", {"utm_source": "a"}),
        ("?utm_content=banner;color=red", {"utm_content": "banner;color=red"}),
        ("?utm_content=a/size=5", {"utm_content": "a/size=5"}),
        ("?utm_source=a;utm_medium=b;yclid=5", {"utm_source": "a", "utm_medium": "b"}),
        ("?utm_campaign={campaign_id}_brand", {"utm_campaign": "{campaign_id}_brand"}),
    ],
)
def test_marks_are_read_however_damaged_the_link_is(address: str, expected: dict[str, str]) -> None:
    assert utm(address) == expected


@pytest.mark.parametrize(
    "value",
    [
        "%7B%7Bcampaign.name%7D%7D",
        "{campaign_id}",
        "{campaign}|{keyword}",
        "__CAMPAIGN_NAME__",
        "(none)",
        "undefined",
        "(not%20set)",
        "null",
        "--",
        "%257Bcampaign_id%257D",
    ],
)
def test_a_placeholder_is_no_mark_and_is_told(value: str) -> None:
    lead = read({}, page_url=f"{HOME}?utm_source=ya&utm_campaign={value}")
    assert lead.attribution.utm == {"utm_source": "ya"}
    assert {"utm_placeholder", "utm_macro"} & set(codes(lead))


SBJS = (
    "typ%3Dutm%7C%7C%7Csrc%3Dgoogle%7C%7C%7Cmdm%3Dcpc%7C%7C%7Ccmp%3D%28none%29"
    "%7C%7C%7Ctrm%3D%25D0%25AF"
)
TILDA = "utm_source%3Dvk%7C%7C%7Cutm_medium%3Dsocial"


def test_the_form_wins_over_the_page_and_marks_of_two_visits_are_not_mixed() -> None:
    lead = read({"utm_source": "vk"}, page_url=f"{HOME}?utm_source=ya&utm_medium=cpc")
    assert lead.attribution.utm == {"utm_source": "vk"}
    assert codes(lead) == ["utm_conflict"]


def test_marks_that_the_form_and_the_page_do_not_share_complete_each_other() -> None:
    lead = read({"utm_campaign": "F"}, page_url=f"{HOME}?utm_source=u&utm_medium=m")
    assert lead.attribution.utm == {"utm_source": "u", "utm_medium": "m", "utm_campaign": "F"}
    assert codes(lead) == []


def test_a_placeholder_of_the_page_is_told_where_the_form_has_no_such_mark() -> None:
    lead = read({"utm_campaign": "F"}, page_url=f"{HOME}?utm_source=u&utm_term={{keyword}}")
    assert lead.attribution.utm == {"utm_source": "u", "utm_campaign": "F"}
    assert codes(lead) == ["utm_macro"]


def test_a_plus_in_a_hidden_field_is_the_links_space() -> None:
    lead = read({"utm_term": "окна+пвх"}, page_url=f"{HOME}?utm_term=Окна+пвх&utm_source=u")
    assert lead.attribution.utm == {"utm_term": "окна+пвх", "utm_source": "u"}


def test_the_page_completes_a_form_that_says_the_same() -> None:
    lead = read({"utm_source": "ya"}, page_url=f"{HOME}?utm_source=ya&utm_medium=cpc")
    assert lead.attribution.utm == {"utm_source": "ya", "utm_medium": "cpc"}


def test_the_page_serves_where_the_forms_marks_are_placeholders() -> None:
    lead = read({"utm_source": "{source}"}, page_url=f"{HOME}?utm_source=ya")
    assert lead.attribution.utm == {"utm_source": "ya"}


def test_only_a_referrer_of_the_same_site_gives_marks() -> None:
    own = read({}, page_url=HOME, referrer=f"{HOME}?utm_source=ya&yclid=7")
    assert own.attribution.utm == {"utm_source": "ya"}
    assert own.attribution.click_ids == {"yclid": "7"}
    other = read({}, page_url=HOME, referrer="https://other.example/?utm_source=ya&yclid=7")
    assert other.attribution.utm == {}
    assert other.attribution.click_ids == {}


def test_cookies_serve_last() -> None:
    lead = read({}, page_url=HOME, cookies={"sbjs_current": SBJS, "TILDAUTM": TILDA})
    assert lead.attribution.utm == {
        "utm_source": "google",
        "utm_medium": "cpc",
        "utm_term": "Я",
    }
    lead = read({}, cookies={"TILDAUTM": TILDA})
    assert lead.attribution.utm == {"utm_source": "vk", "utm_medium": "social"}
    lead = read({}, page_url=f"{HOME}?utm_source=ya", cookies={"TILDAUTM": TILDA})
    assert lead.attribution.utm == {"utm_source": "ya"}


def test_nothing_is_inferred_from_an_organic_visit() -> None:
    cookies: dict[str, JsonValue] = {
        "sbjs_current": "typ=organic|||src=google|||mdm=organic|||cmp=(none)"
    }
    assert read({}, cookies=cookies, referrer="https://ya.ru/").attribution.utm == {}


@pytest.mark.parametrize(
    ("cookie", "expected"),
    [
        ("GA1.2.1060957297.1701261875", "1060957297.1701261875"),
        ("GA1.1-2.1060957297.1701261875", "1060957297.1701261875"),
        ("GS1.1.1691661027.1.1.1691662105.60.0.0", None),
        ("", None),
    ],
)
def test_the_google_id_is_the_last_two_groups_of_its_cookie(
    cookie: str, expected: str | None
) -> None:
    assert read({}, cookies={"_ga": cookie}).attribution.google_client_id == expected


def test_other_counters_cookies_are_no_client_ids() -> None:
    cookies: dict[str, JsonValue] = {
        "_gid": "GA1.2.5.6",
        "_ga_ABC": "GS1.1.1.1",
        "yandexuid": "1701261875816719138",
    }
    attribution = read({}, cookies=cookies).attribution
    assert (attribution.google_client_id, attribution.yandex_client_id) == (None, None)


def test_ids_are_kept_letter_for_letter() -> None:
    lead = read(
        {"yandex_client_id": "65787647359844941234", "google_client_id": "6578764735984494"},
        page_url=f"{HOME}?yclid=17476504130123456789012&gclid=CjwKC-Ab_c&ysclid=x",
        cookies="WhiteCallback_visit=30897911865; _ym_uid=1701261875816719138",
    )
    assert lead.attribution.yandex_client_id == "65787647359844941234"
    assert lead.attribution.google_client_id == "6578764735984494"
    assert lead.attribution.click_ids == {
        "yclid": "17476504130123456789012",
        "gclid": "CjwKC-Ab_c",
    }
    assert lead.visit_id == "30897911865"


def test_a_visit_of_zero_is_none() -> None:
    lead = read({"visit_id": 0}, cookies={"WhiteCallback_visit": "393098121"})
    assert lead.visit_id == "393098121"
    assert codes(lead) == []


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://okna.example/?utm_source=ya", "https://okna.example/"),
        ("https://okna.example", "https://okna.example/"),
        ("https://user:pass@okna.example/a#b", "https://okna.example/a"),
        ("HTTPS://okna.example/Путь", "https://okna.example/Путь"),
        ("about:blank", None),
        ("http://[::1", None),
        ("undefined", None),
    ],
)
def test_addresses_are_kept_without_their_query(address: str, expected: str | None) -> None:
    lead = read({}, page_url=address, referrer=address)
    assert (lead.attribution.landing_page, lead.attribution.referrer) == (expected, expected)
