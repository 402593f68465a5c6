import pytest

from intake.domain.erasure import Whom, read_whom


@pytest.mark.parametrize(
    "typed", ["8 (912) 345-67-89", "+7 912 345-67-89", "79123456789", "9123456789"]
)
def test_a_number_is_the_same_in_every_spelling(typed: str) -> None:
    whom = read_whom(typed)
    assert whom is not None
    assert whom.core == "9123456789"
    assert {"79123456789", "89123456789", "9123456789"} <= {*whom.spellings, whom.core}
    for text in ("тел. 8(912)345 67 89!", "+79123456789", "912-345-67-89", "7912.3456789"):
        assert whom.is_named_in(text), text
    for text in ("891234567890", "19123456789", "912345678", "9123456780", ""):
        assert not whom.is_named_in(text), text


def test_a_foreign_number_is_taken_as_it_is() -> None:
    whom = read_whom("+49 1511 2345678")
    assert whom == Whom(digits="4915112345678")
    assert whom.is_named_in("4915112345678")
    assert not whom.is_named_in("15112345678")


def test_an_address_is_taken_whole_and_in_any_case() -> None:
    whom = read_whom(" Ivan@Mail.ru ")
    assert whom == Whom(email="ivan@mail.ru")
    assert whom.is_named_in("Пишите: IVAN@mail.ru.")
    for text in ("xivan@mail.ru", "ivan@mail.ru.example", "ivan@mail.rus", "van@mail.ru"):
        assert not whom.is_named_in(text), text


@pytest.mark.parametrize("typed", ["", "Иван", "123456", "ivan@", "@mail.ru", "a b@c.ru", "+"])
def test_neither_a_number_nor_an_address_is_nobody(typed: str) -> None:
    assert read_whom(typed) is None
