"""Keeping the registry on the disk: written whole, the one before it kept, shrinking refused."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from intake.reference.registry import Registry, build, in_thousands
from intake.reference.registry_rows import RegistryError, read_ranges

# The plan only grows; a file with less was cut on its way.
LEAST_LEFT = 0.95
LEAST_KNOWN = 0.9
# It is published monthly.
OLD_AFTER = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Store:
    """Where the registry lies."""

    path: Path

    @property
    def previous(self) -> Path:
        """Where the one before it lies."""
        return self.path.with_name(f"{self.path.name}.previous")

    def load(self) -> Registry | None:
        """Return the registry, None where there is none; RegistryError where it is damaged."""
        return _load(self.path)

    def take(self, files: Iterable[Path], now: datetime, *, force: bool = False) -> Registry:
        """Make a registry of `files` and put it in the place of the one that is there.

        RegistryError where a file is not of the registry, where there is much less in
        them than before, or where too few regions are recognised; `force` does without
        the last two.
        """
        files = list(files)
        ranges = (found for file in files for found in read_ranges(file))
        registry = build(ranges, (file.name for file in files), now)
        if not force:
            self._compare(registry)
        self._put(registry.dump())
        return registry

    def roll_back(self) -> Registry:
        """Change places with the registry before; RegistryError where there is none."""
        before = _load(self.previous)
        if before is None:
            raise RegistryError("прежнего реестра номеров нет: возвращаться не к чему.")
        self._put(before.dump())
        return before

    def _compare(self, new: Registry) -> None:
        if new.about.coverage < LEAST_KNOWN:
            texts = ", ".join(new.about.unknown[:3]) or "без региона"
            raise RegistryError(
                f"регион понятен только у {new.about.coverage:.0%} номеров ({texts}): похоже, "
                "изменился вид файла. Прежний реестр оставлен; взять всё равно — --force."
            )
        old = self._known()
        if old and new.about.numbers < old.about.numbers * LEAST_LEFT:
            raise RegistryError(
                f"номеров в файле {in_thousands(new.about.numbers)}, а было "
                f"{in_thousands(old.about.numbers)}: файл, похоже, обрезан или не весь. Прежний "
                "реестр оставлен; взять всё равно — --force."
            )

    def _known(self) -> Registry | None:
        try:
            return self.load()
        except RegistryError:
            return None

    def _put(self, content: bytes) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            draft = self.path.with_name(f".{self.path.name}.{os.getpid()}")
            with draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            self._keep_previous()
            draft.replace(self.path)
        except OSError as error:
            raise RegistryError(f"{self.path}: не записывается ({error.strerror}).") from None

    def _keep_previous(self) -> None:
        """Keep what is there under the other name; at no moment is there nothing to read."""
        if self.path.exists():
            link = self.previous.with_name(f".{self.previous.name}.{os.getpid()}")
            link.unlink(missing_ok=True)
            link.hardlink_to(self.path)
            link.replace(self.previous)


def _load(path: Path) -> Registry | None:
    try:
        return Registry.load(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RegistryError(f"{path}: не читается ({error.strerror}).") from None


def age_of(registry: Registry, now: datetime) -> timedelta:
    """Return how long ago the registry was made."""
    return now.astimezone(UTC) - registry.about.made


def is_old(registry: Registry, now: datetime) -> bool:
    """Whether a registry is older than two issues of the official one."""
    return age_of(registry, now) > OLD_AFTER
