import os
from pathlib import Path

import pytest

from intake.errors import SettingsError
from intake.running.place import Place, place_of, read_env, write_env


def test_a_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    place = Place(tmp_path / "var")
    place.prepare()
    secret = place.secret("secret")
    assert len(secret) > 40
    assert place.secret("secret") == secret
    assert (place.root / "secret").stat().st_mode & 0o777 == 0o600
    assert place.root.stat().st_mode & 0o777 == 0o700


def test_a_second_run_in_the_same_folder_is_told_who_holds_it(tmp_path: Path) -> None:
    place = Place(tmp_path)
    with (
        place.lock(),
        pytest.raises(SettingsError, match=rf"уже работает.*процесс {os.getpid()}.*INTAKE_VAR="),
        place.lock(),
    ):
        pass
    with place.lock():
        assert (tmp_path / "lock").read_text().strip() == str(os.getpid())


def test_a_folder_that_cannot_be_written_is_named_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"INTAKE_VAR: в каталог .*file/var нельзя писать"):
        place_of({"INTAKE_VAR": str(tmp_path / "file/var")}).prepare()


def test_settings_are_read_from_a_file_as_a_shell_would_read_them(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "# comment\n\nPORT=9000\nexport HOST='10.0.0.1'\nTITLE=\"Окна и двери\"\nEMPTY=\n"
    )
    assert read_env(file) == {
        "PORT": "9000",
        "HOST": "10.0.0.1",
        "TITLE": "Окна и двери",
        "EMPTY": "",
    }
    assert read_env(tmp_path / "nothing") == {}


def test_a_line_that_is_no_setting_is_pointed_at(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=1\nпорт восемь тысяч\n")
    with pytest.raises(SettingsError, match=r"\.env, строка 2: нужно ИМЯ=значение"):
        read_env(tmp_path / ".env")


def test_what_is_written_down_reads_back(tmp_path: Path) -> None:
    place = Place(tmp_path)
    settings = {"DATABASE_URL": "sqlite:////a b/c.db", "SECRET_KEY": "x$y"}
    write_env(place, settings)
    assert read_env(place.settings) == settings
