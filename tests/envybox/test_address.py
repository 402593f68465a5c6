import pytest

from intake.envybox import Envybox
from intake.envybox.address import account_of, api_root


@pytest.mark.parametrize(
    "url",
    [
        "https://mycrm.envycrm.com",
        "https://crm.partner.example:8443/",
        "http://localhost:5000",
        "http://127.0.0.1",
        "http://127.8.9.1:81",
        "http://[::1]:5000",
    ],
)
def test_https_and_this_very_machine_are_accepted(url: str) -> None:
    assert api_root(url, "/openapi/v1") == url.rstrip("/") + "/openapi/v1"


@pytest.mark.parametrize("path", ["/openapi/v1", "/crm/api/v1"])
def test_either_path_of_the_api_pasted_with_the_address_is_the_path(path: str) -> None:
    assert api_root(f"https://host{path}/", "/openapi/v1") == f"https://host{path}"


def test_a_host_of_russian_letters_is_written_as_the_dns_has_it() -> None:
    assert api_root("https://срм.рф:8443", "/openapi/v1") == (
        "https://xn--l1ahc.xn--p1ai:8443/openapi/v1"
    )


def test_one_account_has_one_pace_however_its_address_is_spelt() -> None:
    spellings = [
        ("https://host", "/openapi/v1"),
        ("https://HOST:443/", "/openapi/v1"),
        ("https://host/crm/api/v1", "/openapi/v1"),
    ]
    assert len({account_of(api_root(*one), "key") for one in spellings}) == 1
    others = [("https://host", "another"), ("https://host:444", "key"), ("http://localhost", "key")]
    named = {
        account_of(api_root(url, "/x"), key) for url, key in [*others, ("https://host", "key")]
    }
    assert len(named) == 4
    assert not any("another" in one for one in named)


@pytest.mark.parametrize("url", [None, 5])
def test_an_address_or_a_key_that_is_no_text_is_refused_in_words(url: object) -> None:
    with pytest.raises(ValueError, match="Адрес CRM"):
        Envybox(url, "key")  # type: ignore[arg-type] # a slip
    with pytest.raises(ValueError, match="Ключ API"):
        Envybox("https://host", url)  # type: ignore[arg-type] # a slip


def test_a_path_pasted_with_the_address_is_not_doubled() -> None:
    root = api_root("https://mycrm.envycrm.com/openapi/v1/", "/openapi/v1")
    assert root == "https://mycrm.envycrm.com/openapi/v1"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://mycrm.envycrm.com", "https://"),
        ("http://localhost.evil.example", "https://"),
        ("http://127.0.0.1.evil.example", "https://"),
        ("http://10.0.0.1", "https://"),
        ("ftp://mycrm.envycrm.com", "записан неверно"),
        ("mycrm.envycrm.com", "записан неверно"),
        ("https://", "записан неверно"),
        ("https://host:99999", "записан неверно"),
        ("https://[::1", "записан неверно"),
        ("http://[::1].evil", "записан неверно"),
        ("https://evil[::1]", "записан неверно"),
        ("", "пуст"),
        ("https://my crm", "пробелы"),
        ("https://host\r\nX: y", "пробелы"),
        ("https://host\\@evil", "пробелы"),
        ("https://user:SECRET@host", "имя и пароль"),
        ("https://host/?api_key=SECRET", "«\\?»"),
        ("https://host/#SECRET", "«#»"),
        ("https://host/../x", "Путь"),
    ],
)
def test_another_address_is_refused_with_advice_and_without_secrets(
    url: str, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence) as caught:
        Envybox(url, "key")
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("path", ["/../admin", "/a b", "/open?x", "//evil.example/x y"])
def test_a_path_that_leads_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="Путь API"):
        Envybox("https://host", "key", path=path)


@pytest.mark.parametrize("key", ["", "  ", "two words", "line\nbreak", "ключ"])
def test_what_cannot_be_a_key_is_refused_without_repeating_it(key: str) -> None:
    with pytest.raises(ValueError, match="Ключ API") as caught:
        Envybox("https://host", key)
    assert not key.strip() or key not in str(caught.value)


@pytest.mark.parametrize("name", ["connect_timeout", "deadline", "max_reply_bytes"])
def test_limits_must_be_positive(name: str) -> None:
    with pytest.raises(ValueError, match="больше нуля"):
        Envybox("https://host", "key", **{name: 0})  # type: ignore[arg-type] # one of three


def test_the_repr_masks_the_key() -> None:
    shown = repr(Envybox("https://host", "SECRET"))
    assert shown == "Envybox('https://host/openapi/v1', api_key='***')"
