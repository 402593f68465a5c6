"""The folder where everything that `run` keeps lives: data, secrets, logs, one lock."""

import fcntl
import os
import secrets
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from intake.errors import SettingsError

SETTING = "INTAKE_VAR"


@dataclass(frozen=True, slots=True)
class Place:
    """The folder, made readable for its owner only; `root` is absolute."""

    root: Path

    @property
    def logs(self) -> Path:
        """Where each process has its log."""
        return self.root / "log"

    @property
    def redis(self) -> Path:
        """Where the Redis that we start keeps its data."""
        return self.root / "redis"

    @property
    def settings(self) -> Path:
        """The settings of the last start, for the commands that go beside it."""
        return self.root / "env"

    def prepare(self) -> None:
        """Make the folders; SettingsError where that is impossible."""
        if set(str(self.root)) & set("%;#\n"):
            raise SettingsError(f"{SETTING}: в пути не может быть знаков %, ; и #: {self.root}.")
        try:
            for folder in (self.root, self.logs, self.redis):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.root.chmod(0o700)
            self.write("writable", "")
            (self.root / "writable").unlink()
        except OSError as error:
            raise SettingsError(
                f"{SETTING}: в каталог {self.root} нельзя писать ({error.strerror}); "
                f"выберите другой, например {SETTING}=/var/lib/intake."
            ) from None

    def write(self, name: str, text: str) -> Path:
        """Write a file that only its owner may read; whole or not at all."""
        path = self.root / name
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        draft.replace(path)
        return path

    def secret(self, name: str) -> str:
        """Return the secret kept under this name, made at the first call."""
        path = self.root / name
        kept = path.read_text().strip() if path.exists() else ""
        if not kept:
            kept = secrets.token_urlsafe(32)
            self.write(name, kept + "\n")
        path.chmod(0o600)
        return kept

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder; SettingsError where another `run` holds it."""
        with (self.root / "lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.seek(0)
                raise SettingsError(
                    f"{SETTING}: с каталогом {self.root} уже работает другой запуск "
                    f"(процесс {file.read().strip() or '?'}); остановите его (Ctrl-C) "
                    f"или возьмите другой каталог: {SETTING}=var2."
                ) from None
            file.truncate(0)
            file.write(f"{os.getpid()}\n")
            file.flush()
            yield


def place_of(env: Mapping[str, str]) -> Place:
    """Return the folder that the settings name: INTAKE_VAR, or ``var`` here."""
    return Place(Path(env.get(SETTING) or "var").absolute())


def read_env(path: Path) -> dict[str, str]:
    """Read ``NAME=value`` lines, values quoted or not; {} where there is no such file.

    SettingsError for a line that is neither that, a comment nor empty.
    """
    if not path.is_file():
        return {}
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if not name or name.startswith("#"):
            continue
        if not equals or not name.strip().isidentifier():
            raise SettingsError(f"{path}, строка {number}: нужно ИМЯ=значение, например PORT=8000.")
        found[name.strip()] = _unquote(value.strip())
    return found


def write_env(place: Place, settings: Mapping[str, str]) -> None:
    """Keep settings so that `read_env`, a shell and systemd all read them."""
    lines = [f"{name}={shlex.quote(value)}" for name, value in sorted(settings.items())]
    place.write(place.settings.name, "\n".join(lines) + "\n")


def _unquote(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
