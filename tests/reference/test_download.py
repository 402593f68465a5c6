from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.reference import download
from intake.reference.download import fetch
from intake.reference.registry_rows import RegistryError
from tests.reference.https import Answer, Mirror, serving

NAME = "DEF-9xx.csv"
PATH = f"/downloads/{NAME}"


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    with serving(tmp_path) as running:
        yield running


def test_a_file_is_fetched_from_a_server_whose_authority_is_named(
    mirror: Mirror, tmp_path: Path
) -> None:
    mirror.answers[PATH] = Answer("АВС/ DEF;От\n".encode() * 100_000)
    found = fetch(mirror.url, NAME, tmp_path, mirror.ca)
    assert found.read_bytes() == mirror.answers[PATH].body


def test_a_server_that_nobody_vouches_for_is_asked_for_nothing(
    mirror: Mirror, tmp_path: Path
) -> None:
    with pytest.raises(RegistryError, match="--ca-file"):
        fetch(mirror.url, NAME, tmp_path)
    assert mirror.asked == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/downloads", "file:///etc", "ftp://x.example"])
def test_nothing_but_https_is_asked(url: str, tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="только по https"):
        fetch(url, NAME, tmp_path)


def test_a_redirect_to_plain_http_is_not_followed(mirror: Mirror, tmp_path: Path) -> None:
    mirror.answers[PATH] = Answer(location="http://127.0.0.1:9/DEF-9xx.csv")
    with pytest.raises(RegistryError, match="только по https"):
        fetch(mirror.url, NAME, tmp_path, mirror.ca)


def test_a_redirect_within_https_is_followed(mirror: Mirror, tmp_path: Path) -> None:
    mirror.answers[PATH] = Answer(location="/elsewhere.csv")
    mirror.answers["/elsewhere.csv"] = Answer(b"found")
    assert fetch(mirror.url, NAME, tmp_path, mirror.ca).read_bytes() == b"found"


def test_redirects_that_go_round_come_to_an_end(mirror: Mirror, tmp_path: Path) -> None:
    mirror.answers[PATH] = Answer(location=PATH)
    with pytest.raises(RegistryError, match="302"):
        fetch(mirror.url, NAME, tmp_path, mirror.ca)


def test_a_file_that_ends_too_early_is_no_file(mirror: Mirror, tmp_path: Path) -> None:
    mirror.answers[PATH] = Answer(b"912;0;1", cut=True)
    with pytest.raises(RegistryError, match=r"не скачивается|нет связи"):
        fetch(mirror.url, NAME, tmp_path, mirror.ca)


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_refusal_is_told(mirror: Mirror, tmp_path: Path, status: int) -> None:
    mirror.answers[PATH] = Answer(b"no", status=status)
    with pytest.raises(RegistryError, match=str(status)):
        fetch(mirror.url, NAME, tmp_path, mirror.ca)


def test_a_file_without_end_is_given_up(
    mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "LARGEST_BYTES", 2**20)
    mirror.answers[PATH] = Answer(b"x" * 2**21)
    with pytest.raises(RegistryError, match="больше 1 МБ"):
        fetch(mirror.url, NAME, tmp_path, mirror.ca)


def test_a_server_that_is_slow_without_end_is_given_up(
    mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "LONGEST_SECONDS", -1)
    mirror.answers[PATH] = Answer(b"x")
    with pytest.raises(RegistryError, match="дольше"):
        fetch(mirror.url, NAME, tmp_path, mirror.ca)


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="нет связи"):
        fetch("https://127.0.0.1:9/", NAME, tmp_path)
