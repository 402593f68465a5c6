from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from intake.normalise.places import regions
from intake.reference.keeping import OLD_AFTER, Store, is_old
from intake.reference.region_text import codes_of
from intake.reference.registry import Registry
from intake.reference.registry_rows import RegistryError, read_ranges
from tests.reference.files import OLD_HEADER, ROWS, write_registry

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "var" / "numbering.dat")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_registry(tmp_path / "DEF-9xx.csv")


@pytest.mark.parametrize(
    ("number", "codes"),
    [
        ("79120000000", ("RU-SVE",)),
        ("79120499999", ("RU-SVE",)),
        ("79120500000", ("RU-SVE",)),
        ("79121999999", ("RU-KYA",)),
        ("79122000000", ()),
        ("79119999999", ()),
        ("79161234567", ("RU-MOS", "RU-MOW")),
        ("79780000001", ("RU-CR", "RU-SEV")),
        ("79810000001", ("RU-ARK", "RU-NEN")),
        ("79540000001", ()),
        ("7912000000", ()),
        ("380912000000", ()),
        ("", ()),
    ],
)
def test_a_number_is_found_in_the_range_it_was_given_out_in(
    store: Store, file: Path, number: str, codes: tuple[str, ...]
) -> None:
    assert store.take([file], NOW).regions_of(number) == codes
    kept = store.load()
    assert kept is not None
    assert kept.regions_of(number) == codes


def test_what_is_told_of_the_registry_is_kept_with_it(store: Store, file: Path) -> None:
    made = store.take([file], NOW).about
    kept = store.load()
    assert kept is not None
    assert kept.about == made
    assert (made.made, made.files, made.rows) == (NOW, ("DEF-9xx.csv",), 7)
    assert (made.numbers, made.without, made.unknown) == (14_100_000, 100_000, ())
    assert round(made.coverage, 3) == 0.993


def test_ranges_of_one_region_that_touch_become_one(store: Store, file: Path) -> None:
    assert len(store.take([file], NOW).firsts) == 5


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1251"])
def test_every_encoding_it_came_in_is_read(tmp_path: Path, encoding: str) -> None:
    file = write_registry(tmp_path / "DEF.csv", encoding=encoding)
    assert [each.regions for each in read_ranges(file)][:2] == [("RU-SVE",), ("RU-SVE",)]


def test_the_old_layout_has_no_territory(tmp_path: Path) -> None:
    row = '912;0;499999;500000;ООО "СВЯЗЬ; И КО";г. Ревда|Свердловская обл.'
    old = [row.replace("; И", " И"), "843;2000000;2999999;1000000;ПАО;Республика Татарстан"]
    file = write_registry(tmp_path / "ABC.csv", *old, header=OLD_HEADER, encoding="cp1251")
    assert [each.regions for each in read_ranges(file)] == [("RU-SVE",), ("RU-TA",)]


@pytest.mark.parametrize("header", ["Код;С;По;Ёмкость;Оператор;Район", ROWS[1]])
def test_a_file_may_name_its_columns_otherwise_or_not_at_all(tmp_path: Path, header: str) -> None:
    file = write_registry(tmp_path / "DEF.csv", ROWS[0], header=header)
    assert ("RU-SVE",) in {each.regions for each in read_ranges(file)}


def test_several_files_are_one_registry(store: Store, file: Path, tmp_path: Path) -> None:
    row = "496;2420000;2429999;10000;ПАО;г.о. Балашиха|Московская обл.;;1"
    more = write_registry(tmp_path / "ABC-4xx.csv", row)
    registry = store.take([file, more], NOW)
    assert registry.regions_of("74962421020") == ("RU-MOS",)
    assert registry.about.files == ("DEF-9xx.csv", "ABC-4xx.csv")


def test_of_rows_that_overlap_the_first_is_kept(store: Store, tmp_path: Path) -> None:
    rows = ("912;0;9;10;О;Томская обл.;;1", "912;5;19;15;О;Омская обл.;;1")
    registry = store.take([write_registry(tmp_path / "a.csv", *rows)], NOW)
    assert registry.regions_of("79120000009") == ("RU-TOM",)
    assert registry.regions_of("79120000010") == ("RU-OMS",)
    assert registry.about.numbers == 20


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x01" * 50, b"<html>403</html>", b"a;b\n"])
def test_another_file_is_refused_and_the_registry_stays(
    store: Store, file: Path, tmp_path: Path, content: bytes
) -> None:
    store.take([file], NOW)
    other = tmp_path / "other.csv"
    other.write_bytes(content)
    with pytest.raises(RegistryError, match=r"other\.csv"):
        store.take([other], NOW)
    kept = store.load()
    assert kept is not None
    assert kept.about.rows == len(ROWS)


def test_a_file_that_shrinks_by_much_is_refused_unless_forced(
    store: Store, file: Path, tmp_path: Path
) -> None:
    store.take([file], NOW)
    cut = write_registry(tmp_path / "cut.csv", *ROWS[:3])
    with pytest.raises(RegistryError, match="2 000 000, а было 14 100 000"):
        store.take([cut], NOW)
    assert store.take([cut], NOW, force=True).about.rows == 3


def test_a_file_whose_regions_are_not_understood_is_refused(store: Store, tmp_path: Path) -> None:
    file = write_registry(tmp_path / "new.csv", "912;0;9999999;1;О;Атлантида;;1")
    with pytest.raises(RegistryError, match="Атлантида"):
        store.take([file], NOW)


def test_the_registry_before_can_be_returned_and_returned_again(
    store: Store, file: Path, tmp_path: Path
) -> None:
    store.take([file], NOW)
    more = (*ROWS, "999;0;9;10;О;Томская обл.;;1")
    store.take([write_registry(tmp_path / "more.csv", *more)], NOW)
    assert store.roll_back().about.rows == len(ROWS)
    assert store.roll_back().about.rows == len(more)


def test_there_is_nothing_to_return_to_at_first(store: Store, file: Path) -> None:
    store.take([file], NOW)
    with pytest.raises(RegistryError, match="прежнего"):
        store.roll_back()


def test_nothing_but_the_two_registries_is_left_beside(store: Store, file: Path) -> None:
    store.take([file], NOW)
    store.take([file], NOW)
    names = sorted(path.name for path in store.path.parent.iterdir())
    assert names == ["numbering.dat", "numbering.dat.previous"]


def test_every_damage_to_the_file_is_noticed(store: Store, file: Path) -> None:
    store.take([file], NOW)
    whole = store.path.read_bytes()
    for place in range(0, len(whole), 7):
        damaged = whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :]
        try:
            read = Registry.load(damaged)
        except RegistryError:
            continue
        # What is told of it may read otherwise; where a number belongs may not.
        assert read.firsts == Registry.load(whole).firsts
    with pytest.raises(RegistryError, match="повреждён"):
        Registry.load(whole[:-10])


def test_a_file_of_another_version_says_so(store: Store, file: Path) -> None:
    store.take([file], NOW)
    other = store.path.read_bytes().replace(b'"version": 1', b'"version": 2', 1)
    with pytest.raises(RegistryError, match="другой версией"):
        Registry.load(other)


def test_a_registry_is_old_after_two_issues_of_the_official_one(store: Store, file: Path) -> None:
    registry = store.take([file], NOW)
    assert not is_old(registry, NOW + OLD_AFTER)
    assert is_old(registry, NOW + OLD_AFTER + timedelta(seconds=1))
    assert is_old(replace(registry, about=replace(registry.about, made=NOW - OLD_AFTER * 2)), NOW)


def test_every_region_of_russia_is_known_by_its_official_name() -> None:
    russian = {code: each.name for code, each in regions().items() if code.startswith("RU-")}
    assert {code: codes_of(name) for code, name in russian.items()} == {
        code: (code,) for code in russian
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Республика Удмуртская", "RU-UD"),
        ("Республика Донецкая Народная", "RU-DON"),
        ("Ханты - Мансийский - Югра АО", "RU-KHM"),
        ("Ханты-Мансийский Автономный округ - Югра АО", "RU-KHM"),
        ("Кемеровская область - Кузбасс обл.", "RU-KEM"),
        ("Чувашская Республика - Чувашия", "RU-CU"),
        ("Республика Саха /Якутия/", "RU-SA"),
        ("Еврейская автономная обл.", "RU-YEV"),
        ("г. Москва", "RU-MOW"),
        ("р-н Богородский|Нижегородская обл.", "RU-NIZ"),
        ("Республика Алтай", "RU-AL"),
        ("Алтайский край", "RU-ALT"),
        ("Республика Северная Осетия-Алания", "RU-SE"),
    ],
)
def test_a_region_is_known_in_every_spelling_of_the_registry(text: str, code: str) -> None:
    assert codes_of(text) == (code,)


@pytest.mark.parametrize("text", ["-", "", "Российская Федерация", "г. Байконур", "Атлантида"])
def test_what_names_no_region_has_none(text: str) -> None:
    assert codes_of(text) == ()
