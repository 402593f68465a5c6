"""The configuration: the environment and `sites.toml`, read once, frozen, checked.

The only reader of ``os.environ``. Every mistake stops the start with one sentence that
names the setting, says what is wrong with it, and gives an example.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from redis import ConnectionPool

from intake.domain.origin import origin_of
from intake.domain.site import CrmAccount, Directory, Site
from intake.errors import SettingsError
from intake.sites import DEFAULT_PATH, check_crm_key, check_crm_url, read_directory

MIN_SECRET_LENGTH = 16
RECONCILE_HOUR = 4
DEFAULT_SITE = "main"
NUMBERING = "var/numbering.dat"

# gunicorn.conf.py reads these by itself, too late for a sentence: name, least, most.
WEB_NUMBERS = (("WEB_CONCURRENCY", 1, 64), ("WEB_THREADS", 1, 256), ("GRACEFUL_TIMEOUT", 1, 600))


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the service is told from outside.

    `timeout` is the total time of one call to the CRM, in seconds, `longest_probe` the
    longest interval between probes of a paused account. `proxies` is how many
    reverse proxies stand before the service and may name the visitor's address. `alerts`
    are Apprise's addresses, which hold secrets. `reconcile_hour` is in `display_timezone`,
    None for never. `log_hosts` are the names by which the log may be called, any where there
    is none. `numbering` is where the numbering registry lies, or will,
    `geoip` a GeoIP database.
    """

    directory: Directory
    database_url: str = "sqlite:///var/intake.db"
    redis_url: str = field(default="redis://127.0.0.1:6379/0", repr=False)
    secret_key: str = field(default="", repr=False)
    public_url: str | None = None
    demo: bool = False
    sandbox_url: str | None = None
    timeout: float = 15.0
    longest_probe: float = 60.0
    proxies: int = 0
    display_timezone: str = "Europe/Moscow"
    host: str = "127.0.0.1"
    port: int = 8000
    alerts: tuple[str, ...] = field(default=(), repr=False)
    metrics_token: str | None = field(default=None, repr=False)
    reconcile_hour: int | None = RECONCILE_HOUR
    numbering: Path = Path(NUMBERING)
    geoip: Path | None = None
    log_hosts: tuple[str, ...] = ()

    @property
    def believed_hosts(self) -> frozenset[str]:
        """The names by which the log may be called, that of the address outside too."""
        outside = urlsplit(self.public_url or "").hostname
        return frozenset({*self.log_hosts, *([outside] if outside and self.log_hosts else [])})

    @property
    def public_origin(self) -> str | None:
        """The origin of the service's own pages, where the address outside is told."""
        return origin_of(self.public_url)

    @property
    def local_url(self) -> str:
        """The service's address for a program on the same machine."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "", "::"} else self.host  # noqa: S104
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def outside_url(self) -> str:
        """The service's address for people: the one outside, where it is told."""
        return self.public_url or self.local_url

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read the settings; raises SettingsError at the first that is wrong."""
        env = os.environ if environ is None else environ
        directory = read_sites(env)
        for name, low, high in WEB_NUMBERS:
            _whole(env, name, low, low, high)
        return cls(
            directory=directory,
            database_url=env.get("DATABASE_URL") or "sqlite:///var/intake.db",
            redis_url=_redis_url(env),
            secret_key=_secret_key(env),
            public_url=_public_url(env),
            demo=env.get("INTAKE_DEMO", "") == "1",
            sandbox_url=env.get("SANDBOX_URL") or None,
            timeout=_timeout(env),
            longest_probe=_number(env, "INTAKE_PROBE_SECONDS", 60.0, 5, 3600),
            proxies=_whole(env, "INTAKE_PROXIES", 0, 0, 10),
            host=env.get("HOST") or "127.0.0.1",
            port=_whole(env, "PORT", 8000, 1, 65535),
            display_timezone=_zone(env),
            alerts=_alerts(env),
            metrics_token=_metrics_token(env),
            reconcile_hour=_reconcile_hour(env),
            numbering=read_numbering(env),
            geoip=read_geoip(env),
            log_hosts=_log_hosts(env),
        )


@dataclass(frozen=True, slots=True)
class CrmSettings:
    """What it takes to call the CRM, and nothing of the service that receives posts."""

    directory: Directory
    timeout: float

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read them; raises SettingsError at the first that is wrong."""
        env = os.environ if environ is None else environ
        return cls(read_sites(env), _timeout(env))


@dataclass(frozen=True, slots=True)
class ReferenceSettings:
    """Where the files of reference lie, for commands that need no CRM."""

    numbering: Path
    geoip: Path | None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read them; none is ever wrong, the files may be."""
        env = os.environ if environ is None else environ
        return cls(read_numbering(env), read_geoip(env))


def read_numbering(env: Mapping[str, str]) -> Path:
    """Return where the numbering registry lies, or will."""
    return Path(env.get("NUMBERING_REGISTRY") or NUMBERING)


def read_geoip(env: Mapping[str, str]) -> Path | None:
    """Return where the GeoIP database lies, None where none is used."""
    path = env.get("GEOIP_DATABASE")
    return Path(path) if path else None


def _timeout(env: Mapping[str, str]) -> float:
    return _number(env, "ENVYBOX_TIMEOUT", 15.0, 1, 60)


def read_sites(env: Mapping[str, str]) -> Directory:
    """Read the sites: from the file named by INTAKE_SITES, or the one the environment tells."""
    path = env.get("INTAKE_SITES")
    if path:
        return read_directory(Path(path), env)
    if Path("sites.toml").exists():
        return read_directory(Path("sites.toml"), env)
    return _one_site(env)


def _one_site(env: Mapping[str, str]) -> Directory:
    url, key = env.get("ENVYBOX_URL"), env.get("ENVYBOX_API_KEY")
    if not url or not key:
        missing = "ENVYBOX_API_KEY" if url else "ENVYBOX_URL"
        raise SettingsError(
            f"{missing}: не задано. Укажите адрес и ключ CRM, например "
            "ENVYBOX_URL=https://mycrm.envycrm.com и ENVYBOX_API_KEY=ключ "
            "(Настройки → Интеграция → API), или файл сайтов: INTAKE_SITES=sites.toml."
        )
    path = env.get("ENVYBOX_PATH") or DEFAULT_PATH
    setting = "ENVYBOX_URL" if path == DEFAULT_PATH else "ENVYBOX_URL, ENVYBOX_PATH"
    account = CrmAccount(
        key=DEFAULT_SITE,
        url=check_crm_url(setting, url, path),
        api_key=check_crm_key("ENVYBOX_API_KEY", key),
        path=path,
    )
    site = Site(key=DEFAULT_SITE, title=env.get("INTAKE_TITLE") or "Сайт", crm=DEFAULT_SITE)
    return Directory({DEFAULT_SITE: site}, {DEFAULT_SITE: account})


def _redis_url(env: Mapping[str, str]) -> str:
    url = env.get("REDIS_URL") or "redis://127.0.0.1:6379/0"
    if not url.startswith(("redis://", "rediss://", "unix://")) or not _is_redis(url):
        raise SettingsError(
            "REDIS_URL: нужен адрес Redis, например redis://127.0.0.1:6379/0 "
            "или unix:///run/redis.sock."
        )
    return url


def _is_redis(url: str) -> bool:
    """Whether a connection can be made of the address; none is opened."""
    try:
        ConnectionPool.from_url(url).make_connection()
    except Exception:  # noqa: BLE001  # redis-py has no one error for an odd address
        return False
    return urlsplit(url).scheme != "unix" or bool(urlsplit(url).path)


def _secret_key(env: Mapping[str, str]) -> str:
    key = env.get("SECRET_KEY", "")
    if len(key) < MIN_SECRET_LENGTH:
        raise SettingsError(
            f"SECRET_KEY: нужна случайная строка не короче {MIN_SECRET_LENGTH} знаков; "
            'получить её можно так: python -c "import secrets; print(secrets.token_urlsafe(32))".'
        )
    return key


def _public_url(env: Mapping[str, str]) -> str | None:
    url = (env.get("PUBLIC_URL") or "").rstrip("/")
    if url and (origin_of(url) is None or not re.fullmatch(r"[^\s@?#]+", url)):
        raise SettingsError("PUBLIC_URL: нужен адрес сервиса, например https://leads.example.ru.")
    return url or None


def _log_hosts(env: Mapping[str, str]) -> tuple[str, ...]:
    names = (env.get("INTAKE_LOG_HOSTS") or "").lower().split()
    if not all(re.fullmatch(r"\.?\w+([.-]\w+)*", name) for name in names):
        raise SettingsError(
            "INTAKE_LOG_HOSTS: нужны имена серверов через пробел, без https:// и порта, "
            "например leads.example.ru .example.ru."
        )
    return tuple(names)


def _zone(env: Mapping[str, str]) -> str:
    name = env.get("INTAKE_TIMEZONE") or "Europe/Moscow"
    if name not in available_timezones():
        raise SettingsError(
            "INTAKE_TIMEZONE: такого часового пояса нет; нужно имя вроде Europe/Moscow."
        )
    return name


def _alerts(env: Mapping[str, str]) -> tuple[str, ...]:
    addresses = tuple((env.get("INTAKE_ALERTS") or "").split())
    for place, address in enumerate(addresses, 1):
        # The address itself is a secret: a bot's token, a mailbox's password.
        if not re.match(r"[A-Za-z][A-Za-z0-9]*://", address):
            raise SettingsError(
                f"INTAKE_ALERTS: адрес № {place} не похож на адрес Apprise; нужны адреса через "
                "пробел, например tgram://токен/чат mailtos://имя:пароль@example.ru."
            )
    return addresses


def _metrics_token(env: Mapping[str, str]) -> str | None:
    token = env.get("METRICS_TOKEN") or None
    if token and (len(token) < MIN_SECRET_LENGTH or not re.fullmatch(r"[!-~]+", token)):
        raise SettingsError(
            f"METRICS_TOKEN: нужна случайная строка не короче {MIN_SECRET_LENGTH} знаков, "
            "латиницей и без пробелов; получить её можно так: "
            'python -c "import secrets; print(secrets.token_urlsafe(32))".'
        )
    return token


def _reconcile_hour(env: Mapping[str, str]) -> int | None:
    if env.get("INTAKE_RECONCILE_HOUR") == "off":
        return None
    try:
        return _whole(env, "INTAKE_RECONCILE_HOUR", RECONCILE_HOUR, 0, 23)
    except SettingsError as error:
        raise SettingsError(f"{str(error).rstrip('.')}, или off, чтобы не сверять.") from None


def _whole(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = env.get(name) or str(default)
    # As gunicorn.conf.py reads them: digits and nothing else.
    if not re.fullmatch(r"\d{1,9}", text) or not low <= int(text) <= high:
        raise SettingsError(f"{name}: нужно целое число от {low} до {high}, например {default}.")
    return int(text)


def _number(env: Mapping[str, str], name: str, default: float, low: float, high: float) -> float:
    text = env.get(name)
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = low - 1
    if not low <= value <= high:
        raise SettingsError(f"{name}: нужно число от {low:g} до {high:g}, например {default:g}.")
    return value
