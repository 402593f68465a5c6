import pytest

from intake.normalise.issues import Notes
from intake.normalise.numbering import MOBILE_CODES, region_of_number
from intake.normalise.phone import looks_like_phone, read_phone
from intake.normalise.places import regions
from intake.normalise.tables import rows


def reading(text: str, country: str = "RU") -> tuple[str, str | None, str | None, bool] | None:
    phone = read_phone(text, country, "phone", Notes())
    return (phone.value, phone.extension, phone.country, phone.valid) if phone else None


def issues(text: str, country: str = "RU") -> list[str]:
    notes = Notes()
    read_phone(text, country, "phone", notes)
    return [issue.code for issue in notes.all()]


@pytest.mark.parametrize(
    "text",
    [
        "8 (912) 345-67-89",
        "+7 912 345 67 89",
        "79123456789",
        "9123456789",
        "+8 912 345 67 89",
        "007 912 345 67 89",
        "8~10 7 912 345 67 89",
        "+7 8 912 345 67 89",
        "+7 +7 912 345 67 89",
        "+7 7912 345 67 89",
        "+9123456789",
        "8–912–345–67–89",
        "8/912/345/67/89",
        "8.912.345.67.89",
        "٨٩١٢٣٤٥٦٧٨٩",
        "８９１２３４５６７８９",
        "+7\u200b912\u202a345\u00a067 89",
        "+7&nbsp;912&nbsp;345&nbsp;67&nbsp;89",
        "%2B7%20912%20345-67-89",
        "tel:+79123456789",
        "79123456789.0",
        "тел. 89123456789 Иван",
        "звоните 8-912-345-67-89 с 9 до 18",
        "Телефон: +7 (912) 345-67-89 Екатеринбург",
        "89123456789 viber",
        "8 9I2 345 67 89",
        "+7 (912) 345-67-89_",
    ],
)
def test_every_spelling_of_a_number_is_one_number(text: str) -> None:
    assert reading(text) == ("79123456789", None, "RU", True)


@pytest.mark.parametrize(
    ("text", "extension"),
    [
        ("8 (495) 123-45-67 доб. 101", "101"),
        ("8 495 123-45-67 добавочный 101", "101"),
        ("84951234567 вн. 5", "5"),
        ("8 495 1234567 внутр 77", "77"),
        ("8 495 123-45-67, внутр. номер 123", "123"),
        ("+7 495 123-45-67 ext 12", "12"),
        ("+74951234567 x12", "12"),
        ("+7 495 1234567#101", "101"),
        ("+7 495 1234567*101", "101"),
        ("84951234567,101", "101"),
        ("84951234567;ext=101", "101"),
        ("+7 (495) 123 45 67 (доб. 101)", "101"),
        ("+7 495 123 45 67 доб", None),
    ],
)
def test_the_extension_stands_apart(text: str, extension: str | None) -> None:
    assert reading(text) == ("74951234567", extension, "RU", True)


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("8 912 345-67-89, 8 922 111-22-33", "79123456789", "89221112233"),
        ("+79261112233,+79221112233", "79261112233", "+79221112233"),
        ("8 912 345 67 89 или 8 922 111 22 33", "79123456789", "89221112233"),
        ("89123456789 89221112233", "79123456789", "89221112233"),
        ("89123456789/89221112233", "79123456789", "89221112233"),
    ],
)
def test_of_two_numbers_the_first_is_taken_and_the_other_told(
    text: str, first: str, second: str
) -> None:
    notes = Notes()
    phone = read_phone(text, "RU", "phone", notes)
    assert phone is not None
    assert phone.value == first
    assert [(i.code, i.original) for i in notes.all()] == [("phone_second_number", second)]


@pytest.mark.parametrize(
    "text", ["7.9123456789E+10", "7,9123456789E+10", "8.9123456789e10", "9,123456789Е+9"]
)
def test_a_number_a_spreadsheet_wrote_with_an_exponent_is_written_out(text: str) -> None:
    assert reading(text) == ("79123456789", None, "RU", True)
    assert issues(text) == ["phone_repaired"]


@pytest.mark.parametrize("hours", ["(10:00-19:00)", "с 9:00 до 18:00", "после 18:30", ", 9:00"])
def test_the_hours_to_call_at_are_no_part_of_a_number(hours: str) -> None:
    assert reading(f"8-912-345-67-89 {hours}") == ("79123456789", None, "RU", True)
    assert issues(f"8-912-345-67-89 {hours}") == []


def test_an_extension_after_the_second_number_is_not_the_first_ones() -> None:
    assert reading("моб. 8-912-345-67-89, раб. 8 (343) 200-10-20 доб. 15") == (
        "79123456789",
        None,
        "RU",
        True,
    )


@pytest.mark.parametrize(
    "text",
    [
        "+7 (___) ___-__-__",
        "+7 (9__) ___-__-__",
        "+7 (912) 345-67-8_",
        "+7 (XXX) XXX-XX-XX",
        "0000000000",
        "+7 999 999-99-99",
        "+7 111 111 11 11",
        "1234567890",
        "+7 123 456 78 90",
        "9876543210",
    ],
)
def test_filler_is_no_number(text: str) -> None:
    assert reading(text) is None
    assert issues(text) == ["phone_filler"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("нет", "phone_unusable"),
        ("позвоните мне", "phone_unusable"),
        ("7.91235E+10", "phone_unusable"),
        ("112", "phone_unusable"),
        ("345-67-89", "phone_incomplete"),
        ("8 912 345 67", "phone_incomplete"),
        ("8 912 345 67 890", "phone_too_long"),
        ("", "phone_unusable"),
    ],
)
def test_what_cannot_be_dialled_is_no_number(text: str, code: str) -> None:
    assert reading(text) is None
    assert issues(text) == [code]


@pytest.mark.parametrize("text", ["+7 907 123 45 67", "+7 935 123-45-67"])
def test_a_code_that_was_never_given_out_is_doubtful_and_kept(text: str) -> None:
    phone = reading(text)
    assert phone is not None
    assert phone[3] is False
    assert issues(text) == ["phone_doubtful"]


def test_a_code_the_library_does_not_know_is_valid_where_the_registry_has_it() -> None:
    assert reading("+7 930 012 34 56") == ("79300123456", None, "RU", True)


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("8 701 123 45 67", "RU", ("77011234567", "KZ")),
        ("8 701 123 45 67", "KZ", ("77011234567", "KZ")),
        ("8 912 345 67 89", "KZ", ("79123456789", "RU")),
        ("380671234567", "RU", ("380671234567", "UA")),
        ("067 123 45 67", "UA", ("380671234567", "UA")),
        ("067 123 45 67", "RU", ("380671234567", "UA")),
        ("8 029 123 45 67", "RU", ("375291234567", "BY")),
        ("+375 29 123-45-67", "RU", ("375291234567", "BY")),
        ("998901234567", "RU", ("998901234567", "UZ")),
        ("+1 202 555 0123", "RU", ("12025550123", "US")),
        ("+49 30 123456", "RU", ("4930123456", "DE")),
        ("8 10 380 67 123 45 67", "RU", ("380671234567", "UA")),
        ("8 912 345 67 89", "UA", ("79123456789", "RU")),
    ],
)
def test_the_country_follows_from_the_number(
    text: str, country: str, expected: tuple[str, str]
) -> None:
    phone = reading(text, country)
    assert phone is not None
    assert (phone[0], phone[2]) == expected


def test_the_original_stays_beside_the_number() -> None:
    phone = read_phone("8 (912) 345-67-89 доб. 101", "RU", "phone", Notes())
    assert phone is not None
    assert phone.original == "8 (912) 345-67-89 доб. 101"


@pytest.mark.parametrize(
    ("digits", "region"),
    [
        ("74951234567", "Москва"),
        ("74991234567", "Москва"),
        ("74961234567", "Московская область"),
        ("78121234567", "Санкт-Петербург"),
        ("78131234567", "Ленинградская область"),
        ("78185312345", "Ненецкий автономный округ"),
        ("78182123456", "Архангельская область"),
        ("73462123456", "Ханты-Мансийский автономный округ - Югра"),
        ("77272501234", "Алматы"),
        ("77172501234", "Астана"),
        ("380441234567", "Киев"),
    ],
)
def test_an_area_code_names_its_region(digits: str, region: str) -> None:
    code = region_of_number(digits)
    assert code is not None
    assert regions()[code].name == region


def test_a_mobile_code_names_no_region() -> None:
    assert not any(region_of_number(f"7{code}1234567") for code in MOBILE_CODES)


def test_every_area_code_leads_to_a_region() -> None:
    assert {row["region"] for row in rows("codes.csv")} <= set(regions())


def test_only_a_whole_number_looks_like_one() -> None:
    assert looks_like_phone("+7 912 345-67-89", "RU")
    assert not looks_like_phone("дом 8, 912 345 67 89", "RU")
    assert not looks_like_phone("123", "RU")
