import pytest

from intake.domain.json import JsonValue
from intake.domain.lead import Contact, CustomValue
from intake.domain.site import FieldRules, FieldTarget
from intake.normalise.aliases import slot_of
from tests.normalise.reading import codes, read, read_by


@pytest.mark.parametrize(
    ("name", "slot"),
    [
        ("Имя", "name"),
        ("Ваше имя *", "name"),
        ("your-name", "name"),
        ("client_name", "name"),
        ("ФИО", "name"),
        ("Телефон", "phone"),
        ("Номер телефона", "phone"),
        ("your-tel", "phone"),
        ("tel-123", "phone"),
        ("PHONE_NUMBER", "phone"),
        ("Контактный телефон", "phone"),
        ("E-mail", "email"),
        ("Эл. почта", "email"),
        ("your-email", "email"),
        ("Сообщение", "comment"),
        ("your-message", "comment"),
        ("Примечание", "comment"),
        ("Регион", "region"),
        ("Город", "city"),
        ("values[phone]", "phone"),
        ("utm-source", "utm_source"),
        ("_ym_uid", "yandex_client_id"),
        ("values_custom", "custom"),
        ("Цвет профиля", None),
        ("почтовый индекс", None),
    ],
)
def test_a_field_is_known_by_its_usual_names(name: str, slot: str | None) -> None:
    assert slot_of(name) == slot


def test_what_has_no_place_is_kept_by_the_pages_name() -> None:
    lead = read({"Цвет": ["белый", "синий"], "agree": True, "Размер": {"w": 1}, "пусто": ""})
    assert lead.extra == {"Цвет": "белый, синий", "agree": "да", "Размер": '{"w":1}'}


def test_fields_that_steer_the_intake_are_not_part_of_the_lead() -> None:
    lead = read({"csrf_token": "x", "submission_id": "y", "redirect": "/", "crm_id": 2119})
    assert lead.extra == {}


def test_the_first_of_two_wins_and_the_other_stays() -> None:
    lead = read(
        {
            "phone": "8 912 345 67 89",
            "phone2": "8 922 111 22 33",
            "comment": "a",
            "Вопрос": "b",
            "utm_source": "ya",
            "UTM_SOURCE": "vk",
        }
    )
    assert lead.phone is not None
    assert lead.phone.value == "79123456789"
    assert lead.comment == "a"
    assert lead.extra == {"phone2": "8 922 111 22 33", "Вопрос": "b", "UTM_SOURCE": "vk"}
    assert codes(lead) == ["second_value"] * 3


def test_a_usable_second_phone_replaces_a_useless_first() -> None:
    lead = read({"phone": "позвоните", "Телефон": "8 912 345 67 89"})
    assert lead.phone is not None
    assert lead.phone.value == "79123456789"
    assert lead.extra == {"phone": "позвоните"}


def test_the_same_number_twice_is_no_issue() -> None:
    assert codes(read({"phone": "8 912 345 67 89", "Phone": "+7 912 345-67-89"})) == []


def test_a_phone_in_the_email_field_and_an_email_in_the_phone_field_change_places() -> None:
    lead = read({"Телефон": "ivan@mail.ru", "Почта": "89123456789"})
    assert lead.phone is not None
    assert (lead.phone.value, lead.email) == ("79123456789", "ivan@mail.ru")
    assert lead.extra == {}


def test_an_unknown_field_serves_where_its_value_is_clearly_a_contact() -> None:
    lead = read({"q1": "8 912 345-67-89", "q2": "a@b.ru"})
    assert lead.phone is not None
    assert (lead.phone.value, lead.email) == ("79123456789", "a@b.ru")
    assert codes(lead) == ["field_guessed", "field_guessed"]


def test_long_questions_are_understood_by_their_words() -> None:
    lead = read(
        {
            "Номер телефона для обратной связи": "8 912 345-67-89",
            "Как к вам обращаться?": "Пётр",
            "Модель телефона": "Nokia 3310",
        }
    )
    assert lead.phone is not None
    assert (lead.name, lead.extra) == ("Пётр", {"Модель телефона": "Nokia 3310"})


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"first_name": "Иван", "last_name": "Петров"}, "Иван Петров"),
        ({"Имя": "Иван", "Фамилия": "Петров", "Отчество": "Ильич"}, "Иван Ильич Петров"),
        ({"name": "ИВАН ПЕТРОВ"}, "Иван Петров"),
        ({"name": "не указан"}, None),
        ({"name": "---"}, None),
        ({"name": "РђРЅРЅР°"}, "Анна"),
        ({"name": "  Анна\u200b\n Петровна "}, "Анна Петровна"),
        ({"name": "O&#39;Neil"}, "O'Neil"),
        ({"name": "undefined"}, None),
    ],
)
def test_names_are_cleaned(fields: dict[str, str], name: str | None) -> None:
    assert read({**fields}).name == name


def test_the_shape_of_the_api_is_flattened() -> None:
    lead = read(
        {
            "request": {
                "method": "create",
                "pipeline_id": "0000",
                "region": "Свердловская область",
                "timezone": "UTC+03:00",
                "tags": ["тег", "тег2", "тег"],
                "record_link": "https://site.example/record.mp3",
                "values": {
                    "name": "Test",
                    "phone": "74993229710",
                    "utm_source": "",
                    "utm_medium": None,
                    "custom": [{"input_id": "3824", "value": "12"}, {"input_id": 9, "value": "x"}],
                },
                "contact_data": [
                    {"type": "work_phone", "value": "123", "addon": "5"},
                    {"type": "max", "value": "y"},
                ],
            }
        },
        custom_inputs=[3824],
    )
    assert (lead.name, lead.region, lead.timezone) == ("Test", "Свердловская область", "UTC+03:00")
    assert lead.tags == ("тег", "тег2")
    assert lead.record_link == "https://site.example/record.mp3"
    assert lead.custom == (CustomValue(3824, "12"),)
    assert lead.contact_data == (Contact("work_phone", "123", "5"),)
    assert lead.extra == {"Поле 9": "x", "max": "y"}
    assert codes(lead) == [
        "name_is_trial",
        "region_conflict",
        "custom_not_allowed",
        "contact_type_unknown",
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"values_custom": [{"input_id": 3824, "value": "12"}]},
        {"custom": {"3824": "12"}},
        {"custom": '[{"input_id": 3824, "value": "12"}]'},
        {"custom[3824]": "12"},
        {"custom_3824": "12"},
        {"values_custom[0][input_id]": "3824", "values_custom[0][value]": "12"},
        {"values[custom][0][input_id]": "3824", "values[custom][0][value]": "12"},
    ],
)
def test_custom_fields_come_in_many_shapes(fields: dict[str, JsonValue]) -> None:
    lead = read(fields, custom_inputs=[3824])
    assert lead.custom == (CustomValue(3824, "12"),)
    assert codes(lead) == []


def test_ids_of_the_crm_come_only_from_the_sites_list() -> None:
    rules = FieldRules(inbox_types=frozenset({13045}), pipelines=frozenset({3689}))
    lead = read_by(rules, {"inbox_type_id": "13045", "pipeline_id": 1})
    assert (lead.inbox_type_id, lead.pipeline_id) == (13045, None)
    assert lead.extra == {"pipeline_id": "1"}
    assert codes(lead) == ["id_not_allowed"]


def test_the_sites_own_names_win() -> None:
    rules = FieldRules(
        targets={
            "Город": FieldTarget(field="comment"),
            "Площадь": FieldTarget(custom=3824),
            "Телеграм": FieldTarget(contact="telegram"),
        }
    )
    lead = read_by(rules, {"город": "Казань", "Площадь": "30", "Телеграм": "@anna"})
    assert (lead.comment, lead.region) == ("Казань", None)
    assert lead.custom == (CustomValue(3824, "30"),)
    assert lead.contact_data == (Contact("telegram", "@anna"),)


def test_a_town_beside_a_region_stays_readable() -> None:
    lead = read({"Область": "Тюменская", "Город": "Сургут"})
    assert lead.region == "Ханты-Мансийский автономный округ - Югра"
    assert lead.extra == {"Город": "Сургут"}


def test_an_address_stays_and_names_the_region() -> None:
    lead = read({"Адрес": "г. Казань, ул. Московская, 5"})
    assert lead.region == "Республика Татарстан"
    assert lead.extra == {"Адрес": "г. Казань, ул. Московская, 5"}


def test_a_region_that_is_none_is_kept_aside() -> None:
    lead = read({"Город": "Железногорск"})
    assert (lead.region, lead.extra) == (None, {"Город": "Железногорск"})


@pytest.mark.parametrize(
    ("text", "email", "code"),
    [
        ("Anna@Mail.RU", "Anna@mail.ru", None),
        (" anna @mail.ru ", "anna@mail.ru", "email_repaired"),
        ("<anna@mail.ru>", "anna@mail.ru", "email_repaired"),
        ("mailto:anna@mail.ru", "anna@mail.ru", "email_repaired"),
        ("anna@mail.ru, b@c.ru", "anna@mail.ru", "email_second"),
        ("anna@gmial.com", "anna@gmial.com", "email_maybe_misspelt"),
        ("анна@почта.рф", "анна@почта.рф", None),
        ("нет", None, "email_unusable"),
        ("anna@mail,ru", "anna@mail.ru", "email_repaired"),
    ],
)
def test_emails(text: str, email: str | None, code: str | None) -> None:
    lead = read({"email": text})
    assert lead.email == email
    assert codes(lead) == ([code] if code else [])
    assert lead.extra == ({} if email else {"email": text})


def test_a_long_comment_is_cut_and_told() -> None:
    lead = read({"comment": "я" * 6000})
    assert lead.comment == "я" * 5000
    assert codes(lead) == ["text_cut"]


def test_too_many_fields_are_told() -> None:
    lead = read({f"поле {number}": "x" for number in range(80)})
    assert len(lead.extra) == 50
    assert codes(lead) == ["fields_cut"]


def test_a_phone_is_found_among_as_many_fields_as_a_post_may_have() -> None:
    others: dict[str, JsonValue] = {f"поле {number}": "x" for number in range(499)}
    lead = read({**others, "Телефон": "8 912 345 67 89"})
    assert lead.phone is not None
    assert lead.phone.value == "79123456789"


def test_a_cookie_header_among_the_fields_is_read() -> None:
    lead = read({"COOKIES": "_ym_uid=1701261875816719138; TILDAUTM=utm_source%3Dvk"})
    assert lead.attribution.yandex_client_id == "1701261875816719138"
    assert lead.attribution.utm_source == "vk"


@pytest.mark.parametrize(
    ("fields", "name", "phone", "email"),
    [
        ({"Имя": "Иван 89123456789"}, "Иван", "79123456789", None),
        ({"Имя": "+7 (912) 345-67-89, Иван"}, "Иван", "79123456789", None),
        ({"Имя": "Анна anna@mail.ru"}, "Анна", None, "anna@mail.ru"),
        ({"Имя": "Анна", "comment": "звоните 8 912 345 67 89"}, "Анна", "79123456789", None),
        ({"Имя": "Анна 1985", "comment": "бюджет 1500000"}, "Анна 1985", None, None),
    ],
)
def test_a_contact_among_other_words_serves_where_there_is_no_other(
    fields: dict[str, JsonValue], name: str, phone: str | None, email: str | None
) -> None:
    lead = read(fields)
    assert (lead.name, lead.email) == (name, email)
    assert (lead.phone.value if lead.phone else None) == phone
    assert lead.comment == fields.get("comment")


def test_an_address_in_the_name_field_is_no_name_and_is_not_lost() -> None:
    lead = read({"Имя": "anna@mail.ru", "phone": "89123456789"})
    assert (lead.name, lead.extra) == (None, {"Имя": "anna@mail.ru"})
    assert "name_is_contact" in codes(lead)
