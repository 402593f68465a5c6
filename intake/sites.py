"""Reading `sites.toml`: every site and CRM account, or one sentence of what is wrong."""

import tomllib
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from intake.domain.lead import CONTACT_TYPES
from intake.domain.site import (
    CrmAccount,
    Directory,
    FieldRules,
    FieldTarget,
    Site,
    StageRule,
    StartRule,
)
from intake.errors import SettingsError

T = TypeVar("T")

MAX_RATE = 1000

_CRM_KEYS = {"url", "path", "api_key", "crm_id", "rate"}
_SITE_KEYS = {
    *("title", "crm", "origins", "thanks_url", "default_country", "create", "fields"),
    *("inbox_type_id", "pipeline_id", "employee_id", "tags", "start", "stage"),
    *("custom_inputs", "inbox_types", "pipelines", "comment_extra"),
}


class _Table:
    """One table of the file, which knows its name for the sentence about a mistake."""

    def __init__(self, name: str, data: Any, known: set[str]) -> None:
        if not isinstance(data, dict):
            raise SettingsError(f"[{name}]: нужна таблица, например [{name}].")
        self.name, self.data = name, data
        for key in data:
            if key not in known:
                allowed = ", ".join(sorted(known))
                raise SettingsError(f"[{name}] {key}: такой настройки нет; есть: {allowed}.")

    def get(self, key: str, kind: type[T], example: str) -> T | None:
        value = self.data.get(key)
        if value is None:
            return None
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(key, example)
        return value

    def need(self, key: str, kind: type[T], example: str) -> T:
        value = self.get(key, kind, example)
        if value is None:
            raise self.wrong(key, example)
        return value

    def whole(self, key: str, example: str) -> int:
        return self.need(key, int, example)

    def list_of(self, key: str, kind: type[T], example: str) -> list[T]:
        values: list[Any] = self.get(key, list, example) or []
        if not all(isinstance(value, kind) for value in values):
            raise self.wrong(key, example)
        return values

    def wrong(self, key: str, example: str) -> SettingsError:
        return SettingsError(f"[{self.name}] {key}: нужно {example}.")


def read_directory(path: Path, env: Mapping[str, str]) -> Directory:
    """Read the file; `env` gives the keys it names. Raises SettingsError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"INTAKE_SITES: файл {path} не читается ({error.strerror}); "
            "начните с копии sites.example.toml."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"INTAKE_SITES: в файле {path} ошибка: {error}.") from None
    root = _Table(path.name, data, {"crm", "site"})
    accounts = {
        key: _account(key, table, env)
        for key, table in root.need("crm", dict, "хотя бы одну таблицу [crm.main]").items()
    }
    sites = {
        key: _site(key, table, accounts)
        for key, table in root.need("site", dict, "хотя бы одну таблицу [site.okna]").items()
    }
    return Directory(sites, accounts)


def _account(key: str, data: Any, env: Mapping[str, str]) -> CrmAccount:
    table = _Table(f"crm.{key}", data, _CRM_KEYS)
    url = table.need("url", str, 'адрес CRM, например "https://mycrm.envycrm.com"')
    return CrmAccount(
        key=key,
        url=check_crm_url(f"[crm.{key}] url", url),
        path="/"
        + (table.get("path", str, 'путь, например "/openapi/v1"') or "/openapi/v1").strip("/"),
        api_key=_secret(table, env),
        crm_id=table.get("crm_id", int, "номер CRM, например 2119"),
        rate=_rate(table),
    )


def _rate(table: _Table) -> float:
    rate = table.data.get("rate", 5)
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 < rate <= MAX_RATE:
        raise table.wrong("rate", f"число запросов в секунду, от 0 до {MAX_RATE}, например 5")
    return float(rate)


def _secret(table: _Table, env: Mapping[str, str]) -> str:
    example = '"env:ENVYBOX_API_KEY" или "file:/run/secrets/envybox", сам ключ в файл не пишут'
    kind, _, name = table.need("api_key", str, example).partition(":")
    if kind == "env" and name:
        secret = env.get(name, "")
        if not secret:
            raise SettingsError(f"[{table.name}] api_key: переменная {name} не задана или пуста.")
        return secret
    if kind == "file" and name:
        try:
            secret = Path(name).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            secret = ""
        if not secret:
            raise SettingsError(f"[{table.name}] api_key: файл {name} не читается или пуст.")
        return secret
    raise table.wrong("api_key", example)


def check_crm_url(setting: str, url: str) -> str:
    """Return the CRM's address without a slash at the end; SettingsError for an unsafe one.

    The API key travels in the address, so it is https, or plain http to this machine.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    safe = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))
    if not host or not safe or parts.username or parts.query or parts.fragment:
        raise SettingsError(
            f"{setting}: нужен адрес https без пароля и параметров, "
            "например https://mycrm.envycrm.com (http — только для этой же машины)."
        )
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _site(key: str, data: Any, accounts: Mapping[str, CrmAccount]) -> Site:
    table = _Table(f"site.{key}", data, _SITE_KEYS)
    crm = table.get("crm", str, 'имя таблицы CRM, например "main"') or next(iter(accounts))
    if crm not in accounts:
        raise table.wrong("crm", f"одно из: {', '.join(accounts)}")
    create = table.get("create", str, '"workset" или "set"') or "workset"
    if create not in {"workset", "set"}:
        raise table.wrong("create", '"workset" или "set"')
    return Site(
        key=key,
        title=table.get("title", str, 'название, например "Пластиковые окна"') or key,
        crm=crm,
        origins=frozenset(_origin(table, text) for text in table.list_of("origins", str, _ORIGINS)),
        thanks_url=_thanks_url(table),
        create=create,
        inbox_type_id=table.get("inbox_type_id", int, "номер типа обращения, например 13045"),
        pipeline_id=table.get("pipeline_id", int, "номер воронки, например 3689"),
        employee_id=table.get("employee_id", int, "номер сотрудника, например 182"),
        tags=tuple(table.list_of("tags", str, 'список слов, например ["окна"]')),
        start=_start(table),
        stage=_stage(table),
        comment_extra=table.get("comment_extra", bool, "true или false") is not False,
        rules=_rules(table),
    )


_ORIGINS = 'список адресов, например ["https://okna.example"]'


def _origin(table: _Table, text: str) -> str:
    parts = urlsplit(text.strip().lower())
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
        raise table.wrong("origins", _ORIGINS)
    return f"{parts.scheme}://{parts.netloc}"


def _thanks_url(table: _Table) -> str | None:
    url = table.get("thanks_url", str, 'адрес страницы, например "https://okna.example/spasibo"')
    if url is not None and urlsplit(url).scheme not in {"http", "https"}:
        raise table.wrong("thanks_url", 'адрес страницы, например "https://okna.example/spasibo"')
    return url


def _start(table: _Table) -> StartRule | None:
    data = table.data.get("start")
    if data is None:
        # A deal has to be there before it can be moved.
        return StartRule(user_id=0) if "stage" in table.data else None
    inner = _Table(f"{table.name}.start", data, {"user_id", "employee_id"})
    employee = inner.get("employee_id", int, "номер сотрудника, например 182") or 0
    return StartRule(inner.whole("user_id", "номер администратора, например 3844"), employee)


def _stage(table: _Table) -> StageRule | None:
    data = table.data.get("stage")
    if data is None:
        return None
    inner = _Table(f"{table.name}.stage", data, {"stage_id", "employee_id"})
    return StageRule(
        inner.whole("stage_id", "номер этапа, например 5635"),
        inner.get("employee_id", int, "номер сотрудника, например 182"),
    )


def _rules(table: _Table) -> FieldRules:
    ids = "список номеров, например [3824, 3819]"
    fields = table.get("fields", dict, 'таблицу, например "Ваше имя" = "name"') or {}
    targets = {name: _target(table, name, target) for name, target in fields.items()}
    mapped = {target.custom for target in targets.values() if target.custom is not None}
    own_inbox, own_pipeline = table.data.get("inbox_type_id"), table.data.get("pipeline_id")
    return FieldRules(
        default_country=(
            table.get("default_country", str, 'код страны, например "RU"') or "RU"
        ).upper(),
        targets=targets,
        custom_inputs=frozenset(table.list_of("custom_inputs", int, ids)) | mapped,
        inbox_types=frozenset(
            table.list_of("inbox_types", int, ids) + ([own_inbox] if own_inbox else [])
        ),
        pipelines=frozenset(
            table.list_of("pipelines", int, ids) + ([own_pipeline] if own_pipeline else [])
        ),
    )


_OUR_FIELDS = {
    *("name", "phone", "email", "comment", "region", "timezone", "tags", "record_link"),
    *("visit_id", "google_client_id", "yandex_client_id"),
    *("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"),
}


def _target(table: _Table, name: str, target: Any) -> FieldTarget:
    if isinstance(target, str) and target in _OUR_FIELDS:
        return FieldTarget(field=target)
    if isinstance(target, dict) and len(target) == 1:
        kind, value = next(iter(target.items()))
        if kind == "custom" and isinstance(value, int):
            return FieldTarget(custom=value)
        if kind == "contact" and value in CONTACT_TYPES:
            return FieldTarget(contact=value)
    raise SettingsError(
        f"[{table.name}.fields] {name}: нужно имя нашего поля ({', '.join(sorted(_OUR_FIELDS))}), "
        'или { custom = 3824 }, или { contact = "telegram" }.'
    )
