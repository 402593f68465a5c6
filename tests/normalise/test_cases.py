import pytest

from intake.normalise.issues import Notes
from intake.normalise.region import Hints, Place, read_region
from intake.normalise.tables import rows

LARGE = 60


def place(text: str, country: str = "RU") -> Place | None:
    return read_region(text, Hints(country), "city", Notes())


def region(text: str, country: str = "RU") -> str | None:
    found = place(text, country)
    return found.name if found else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("в Самаре", "Самарская область"),
        ("Самаре", "Самарская область"),
        ("живу в Самаре", "Самарская область"),
        ("в Самару", "Самарская область"),
        ("в Кирове", "Кировская область"),
        ("Кирове", "Кировская область"),
        ("из Кирова", "Кировская область"),
        ("г. Кирова", "Кировская область"),
        ("в Шуе", "Ивановская область"),
        ("в Орле", "Орловская область"),
        ("в Ельце", "Липецкая область"),
        ("в Кемерове", "Кемеровская область"),
        ("в Мытищах", "Московская область"),
        ("в Волжском", "Волгоградская область"),
        ("из Питера", "Санкт-Петербург"),
        ("живу в Крыму", "Республика Крым"),
        ("на Камчатке", "Камчатский край"),
        ("из Подмосковья", "Московская область"),
        ("в Нижнем Новгороде", "Нижегородская область"),
        ("в Набережных Челнах", "Республика Татарстан"),
        ("в Ростове-на-Дону", "Ростовская область"),
        ("в Каменске-Уральском", "Свердловская область"),
        ("в Сосновом Бору", "Ленинградская область"),
        ("в Куйбышеве", "Новосибирская область"),
    ],
)
def test_a_place_is_known_in_every_case(text: str, expected: str) -> None:
    assert region(text) == expected


def test_the_sites_country_decides_whose_town_a_case_means() -> None:
    assert region("в Самаре", country="UA") == "Днепропетровская область"
    assert region("Ровное", country="UA") is None


@pytest.mark.parametrize(
    "text",
    ["Кирова 12", "Пушкина", "Королёва, 7", "Чехова 3", "Жуковского 5", "в Пушкине", "горах"],
)
def test_a_street_named_after_a_person_is_no_town(text: str) -> None:
    assert region(text) is None


@pytest.mark.parametrize("text", ["в Пушкине", "в горах", "в долине", "в Петропавловске"])
def test_what_may_be_another_place_in_a_case_stays_open(text: str) -> None:
    assert region(text) is None


@pytest.mark.parametrize("street", ["Кирова 12", "Пушкина 5", "Жуковского, 5"])
def test_a_street_named_after_a_person_does_not_hide_the_town(street: str) -> None:
    assert region(f"Самара, {street}") == "Самарская область"


def in_cases(name: str) -> set[str]:
    """Write a town in the prepositional, the genitive and the accusative by the plainest rules."""
    body = name[:-1]
    for ending, cases in {
        "ия": (f"{body}и", f"{body}ю"),
        "ая": (f"{name[:-2]}ой", f"{name[:-2]}ую"),
        "а": (f"{body}е", f"{body}ы", f"{body}и", f"{body}у"),
        "я": (f"{body}е", f"{body}и", f"{body}ю"),
        "ий": (f"{name[:-2]}ом", f"{name[:-2]}ого"),
        "ый": (f"{name[:-2]}ом", f"{name[:-2]}ого"),
        "ое": (f"{name[:-2]}ом", f"{name[:-2]}ого"),
        "й": (f"{body}е", f"{body}я"),
        "ы": (f"{body}ах", body),
        "и": (f"{body}ах", body),
        "ь": (f"{body}и", f"{body}е", f"{body}я"),
        "о": (f"{body}е", f"{body}а"),
    }.items():
        if name.endswith(ending):
            return {name, *cases}
    return {name} if name[-1] in "еуэю" else {name, f"{name}е", f"{name}а"}


def test_no_large_town_of_russia_comes_out_abroad_in_any_case() -> None:
    abroad = {}
    for row in rows("towns.csv"):
        if not row["code"].startswith("RU") or int(row["thousands"]) < LARGE:
            continue
        for name in filter(str.isalpha, row["names"].split("|")):
            for said in in_cases(name):
                for text in (said, f"в {said}", f"живу в {said}", f"из {said}"):
                    found = place(text)
                    if found and not found.code.startswith("RU"):
                        abroad[text] = found.code
    assert abroad == {}
