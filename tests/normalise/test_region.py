import pytest

from intake.normalise.issues import Notes
from intake.normalise.places import INSIDE, NOWHERE, names, regions
from intake.normalise.region import Hints, read_region
from intake.normalise.tables import rows
from intake.normalise.zones import find_key


def region(text: str, country: str = "RU", by_phone: str | None = None) -> str | None:
    place = read_region(text, Hints(country, by_phone), "region", Notes())
    return place.name if place else None


def issues(text: str) -> list[str]:
    notes = Notes()
    read_region(text, Hints(), "region", notes)
    return [issue.code for issue in notes.all()]


UGRA = "Ханты-Мансийский автономный округ - Югра"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Свердловская область", "Свердловская область"),
        ("СВЕРДЛОВСКАЯ ОБЛ.", "Свердловская область"),
        ("обл. Свердловская", "Свердловская область"),
        ("Свердловская", "Свердловская область"),
        ("в Свердловской области", "Свердловская область"),
        ("МО", "Московская область"),
        ("Подмосковье", "Московская область"),
        ("Ленобласть", "Ленинградская область"),
        ("Мск обл.", "Московская область"),
        ("СПб область", "Ленинградская область"),
        ("мск", "Москва"),
        ("Питер", "Санкт-Петербург"),
        ("С-Пб", "Санкт-Петербург"),
        ("ХМАО-Югра", UGRA),
        ("Ханты-Мансийский Автономный округ - Югра АО", UGRA),
        ("ЯНАО", "Ямало-Ненецкий автономный округ"),
        ("Республика Татарстан (Татарстан)", "Республика Татарстан"),
        ("Респ Саха /Якутия/", "Республика Саха (Якутия)"),
        ("Чувашская Республика - Чувашия", "Чувашская Республика"),
        ("Кемеровская область - Кузбасс", "Кемеровская область"),
        ("Республика Северная Осетия — Алания", "Республика Северная Осетия - Алания"),
        ("Алтайский край", "Алтайский край"),
        ("Краснодарский кр.", "Краснодарский край"),
        ("Горный Алтай", "Республика Алтай"),
        ("Пермский", "Пермский край"),
        ("Еврейская АО", "Еврейская автономная область"),
        ("Донецкая область", "Донецкая область"),
        ("ДНР", "Донецкая Народная Республика"),
        ("Харківська область", "Харьковская область"),
        ("область Абай", "Абайская область"),
        ("Жетісу облысы", "Жетысуская область"),
        ("Ұлытау облысы", "Улытауская область"),
        ("Южно-Казахстанская область", "Туркестанская область"),
    ],
)
def test_a_region_is_known_by_all_its_names(text: str, expected: str) -> None:
    assert region(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sverdlovsk Oblast", "Свердловская область"),
        ("Sverdlovskaya Oblast'", "Свердловская область"),
        ("Moscow", "Москва"),
        ("Moscow Region", "Московская область"),
        ("St.-Petersburg", "Санкт-Петербург"),
        ("Leningrad Oblast", "Ленинградская область"),
        ("Nizhny Novgorod Oblast", "Нижегородская область"),
        ("Krasnodarskiy Kray", "Краснодарский край"),
        ("Tatarstan Republic", "Республика Татарстан"),
        ("Khanty-Mansia", UGRA),
        ("Kaluga Oblast", "Калужская область"),
        ("Oryol Oblast", "Орловская область"),
        ("Zabaykalskiy (Transbaikal) Kray", "Забайкальский край"),
        ("North Ossetia–Alania", "Республика Северная Осетия - Алания"),
        ("RU-SVE", "Свердловская область"),
        ("KZ-75", "Алматы"),
        ("Ekaterinburg", "Свердловская область"),
        ("Vjcrdf", "Москва"),
        ("Mocквa", "Москва"),
    ],
)
def test_a_region_is_known_in_latin_letters(text: str, expected: str) -> None:
    assert region(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Екатеринбург", "Свердловская область"),
        ("в Екатеринбурге", "Свердловская область"),
        ("из Казани", "Республика Татарстан"),
        ("Сочи", "Краснодарский край"),
        ("Благовещенск", "Амурская область"),
        ("Зеленоград", "Москва"),
        ("Сургут", UGRA),
        ("Н.Новгород", "Нижегородская область"),
        ("Великий Новгород", "Новгородская область"),
        ("Донецк", "Донецкая Народная Республика"),
        ("Симферополь", "Республика Крым"),
        ("Алма-Ата", "Алматы"),
        ("Уральск", "Западно-Казахстанская область"),
        ("Днепр", "Днепропетровская область"),
        ("Наб. Челны", "Республика Татарстан"),
        ("Приморский", "Приморский край"),
        ("станица Ленинградская", "Краснодарский край"),
    ],
)
def test_a_town_names_its_region(text: str, expected: str) -> None:
    assert region(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "620014, Россия, Свердловская обл, г Екатеринбург, ул Московская, д 5",
            "Свердловская область",
        ),
        ("Самара, Ленинградская 15", "Самарская область"),
        ("Самара, Московское шоссе 12", "Самарская область"),
        ("Тюменская обл, Ханты-Мансийский АО, Сургут", UGRA),
        ("Тюменская область, г Сургут", UGRA),
        ("Архангельская область, Нарьян-Мар", "Ненецкий автономный округ"),
        ("Ростовская обл. г. Донецк", "Ростовская область"),
        ("Приморский район, Санкт-Петербург", "Санкт-Петербург"),
        ("Московская обл., г. Химки, Ленинградское шоссе", "Московская область"),
        ("г екатеринбург свердловская область", "Свердловская область"),
        ("Россия Москва", "Москва"),
        ("Тюменская обл. (без ХМАО и ЯНАО)", "Тюменская область"),
        ("Химки, Москва", "Московская область"),
    ],
)
def test_in_an_address_the_most_specific_subject_wins(text: str, expected: str) -> None:
    assert region(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ул. Московская, 5", "region_unknown"),
        ("Ленинградский пр-т 10", "region_unknown"),
        ("Ленинский район", "region_unknown"),
        ("asdf", "region_unknown"),
        ("Россия", "region_is_country"),
        ("Уральский федеральный округ", "region_is_country"),
        ("Минск", "region_foreign"),
        ("New York", "region_foreign"),
        ("Железногорск", "region_ambiguous"),
        ("Троицк", "region_ambiguous"),
        ("Ростов", "region_ambiguous"),
        ("Новгород", "region_ambiguous"),
        ("Алтай", "region_ambiguous"),
        ("Ивановка", "region_ambiguous"),
        ("Красногородск", "region_unknown"),
        ("Усть-Ишим", "region_unknown"),
        ("Екатеринбург, Челябинск", "region_ambiguous"),
    ],
)
def test_nothing_is_better_than_a_wrong_region(text: str, code: str) -> None:
    assert region(text) is None
    assert issues(text) == [code]


@pytest.mark.parametrize("text", ["", "не указан", "Выберите регион", "undefined", "-"])
def test_an_empty_choice_is_no_issue(text: str) -> None:
    assert region(text) is None
    assert issues(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Екатиринбург", "Свердловская область"),
        ("Новосибирс", "Новосибирская область"),
        ("Краснадар", "Краснодарский край"),
        ("Хабаровскк", "Хабаровский край"),
        ("Нижний Новгрод", "Нижегородская область"),
        ("Свердловсая область", "Свердловская область"),
    ],
)
def test_a_slip_is_corrected_and_told(text: str, expected: str) -> None:
    assert region(text) == expected
    assert issues(text) == ["region_corrected"]


def test_the_phones_region_decides_between_towns_of_one_name() -> None:
    assert region("Берёзовский") is None
    assert region("Берёзовский", by_phone="RU-SVE") == "Свердловская область"


def test_the_sites_country_decides_where_two_countries_name_a_town() -> None:
    assert region("Петропавловск") is None
    assert region("Петропавловск", country="KZ") == "Северо-Казахстанская область"
    assert region("Донецк", country="UA") == "Донецкая область"


def test_of_a_city_and_the_oblast_round_it_the_city_is_taken_with_an_issue() -> None:
    assert region("Москва и Московская область") == "Москва"
    assert issues("Москва и Московская область") == ["region_two_in_one"]


def test_every_region_is_there_and_finds_itself() -> None:
    counts = [sum(code.startswith(country) for code in regions()) for country in ("RU", "UA", "KZ")]
    # Four of Ukraine's 27 bear a name that stands among the 89.
    assert counts == [89, 24, 20]
    assert {r.code: region(r.name) for r in regions().values()} == {
        r.code: r.name for r in regions().values()
    }


def test_every_capital_leads_to_its_region() -> None:
    wrong = {
        row["capital"]: region(row["capital"])
        for row in rows("regions.csv")
        if row["capital"] and "(" not in row["capital"] and region(row["capital"]) != row["name"]
    }
    assert wrong == {}


def test_every_region_has_a_zone_that_exists() -> None:
    assert all(find_key(r.zone) == r.zone for r in regions().values())
    assert set(INSIDE) | set(INSIDE.values()) <= set(regions())


def test_every_town_lies_in_a_region() -> None:
    known = set(regions()) | {"UA-14", "UA-09", NOWHERE.region}
    assert {town.region for towns in names().towns.values() for town in towns} <= known


BIG_TOWNS = {
    "Магнитогорск": "Челябинская область",
    "Нижний Тагил": "Свердловская область",
    "Набережные Челны": "Республика Татарстан",
    "Тольятти": "Самарская область",
    "Новокузнецк": "Кемеровская область",
    "Волжский": "Волгоградская область",
    "Череповец": "Вологодская область",
    "Стерлитамак": "Республика Башкортостан",
    "Нижневартовск": UGRA,
    "Новый Уренгой": "Ямало-Ненецкий автономный округ",
    "Комсомольск-на-Амуре": "Хабаровский край",
    "Таганрог": "Ростовская область",
    "Мытищи": "Московская область",
    "Королёв": "Московская область",
    "Бийск": "Алтайский край",
    "Рыбинск": "Ярославская область",
    "Норильск": "Красноярский край",
    "Находка": "Приморский край",
    "Дербент": "Республика Дагестан",
    "Пятигорск": "Ставропольский край",
    "Керчь": "Республика Крым",
    "Мариуполь": "Донецкая Народная Республика",
    "Мелитополь": "Запорожская область",
    "Темиртау": "Карагандинская область",
    "Кривой Рог": "Днепропетровская область",
}


@pytest.mark.parametrize(("town", "expected"), BIG_TOWNS.items())
def test_large_towns_are_known(town: str, expected: str) -> None:
    assert region(town) == expected
