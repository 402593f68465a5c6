"""Reading `sites.toml`: every site and CRM account, or one sentence of what is wrong."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from phonenumbers import SUPPORTED_REGIONS

from intake.domain.lead import CONTACT_TYPES
from intake.domain.origin import origin_of
from intake.domain.site import (
    CrmAccount,
    Directory,
    FieldRules,
    FieldTarget,
    Site,
    TouchChoice,
)
from intake.envybox.address import api_root, usable_key
from intake.errors import SettingsError
from intake.sites import after
from intake.sites.secret import read_secret
from intake.sites.spam import SPAM_KEYS, read_spam
from intake.toml_table import Table

MAX_RATE = 1000
LONGEST_RETENTION = 36500
DEFAULT_PATH = "/openapi/v1"

_CRM_KEYS = {"url", "path", "api_key", "crm_id", "rate", "lead_page", "deal_page"}
_SITE_KEYS = {
    *("title", "crm", "origins", "thanks_url", "default_country", "create", "fields"),
    *("inbox_type_id", "pipeline_id", "employee_id", "tags"),
    *("custom_inputs", "inbox_types", "pipelines", "comment_extra"),
    *("attribution", "infer_utm", "retention_days"),
    *after.AFTER_KEYS,
    *SPAM_KEYS,
}


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
    root = Table(path.name, data, {"crm", "site"})
    for name, example in (("crm", "[crm.main]"), ("site", "[site.okna]")):
        if not root.data.get(name):
            raise SettingsError(
                f"{path.name}: нет ни одной таблицы [{name}.…], например {example}."
            )
    accounts = {
        key: _account(key, table, env)
        for key, table in root.need("crm", dict, "хотя бы одну таблицу [crm.main]").items()
    }
    sites = {
        key: _site(key, table, accounts, env)
        for key, table in root.need("site", dict, "хотя бы одну таблицу [site.okna]").items()
    }
    return Directory(sites, accounts)


def _check_name(table: str, name: str) -> None:
    # A site's name stands in addresses, an account's in rows.
    if not re.fullmatch(r"[\w-]{1,50}", name):
        raise SettingsError(
            f"[{table}]: в имени сайта или CRM — до 50 букв, цифр, знаков _ и -, "
            "например [site.okna]."
        )


_KEY = '"env:ENVYBOX_API_KEY" или "file:/run/secrets/envybox", сам ключ в файл не пишут'


def _account(key: str, data: Any, env: Mapping[str, str]) -> CrmAccount:
    table = Table(f"crm.{key}", data, _CRM_KEYS)
    _check_name(f"crm.{key}", key)
    url = table.need("url", str, 'адрес CRM, например "https://mycrm.envycrm.com"')
    path = "/" + (table.get("path", str, f'путь, например "{DEFAULT_PATH}"') or DEFAULT_PATH).strip(
        "/"
    )
    return CrmAccount(
        key=key,
        url=check_crm_url(f"[crm.{key}] url, path", url, path),
        path=path,
        api_key=check_crm_key(f"[crm.{key}] api_key", read_secret(table, "api_key", _KEY, env)),
        crm_id=table.id("crm_id", "номер CRM, например 2119"),
        rate=_rate(table),
        lead_page=_page(table, "lead_page"),
        deal_page=_page(table, "deal_page"),
    )


def _page(table: Table, name: str) -> str | None:
    example = f'путь страницы в CRM с {{id}} на месте номера, например "/{name[:4]}/{{id}}"'
    page = table.get(name, str, example)
    if page is not None and not re.fullmatch(r"/(?!/)[!-~]*\{id\}[!-~]*", page):
        raise table.wrong(name, example)
    return page


def _rate(table: Table) -> float:
    rate = table.data.get("rate", 5)
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 < rate <= MAX_RATE:
        raise table.wrong("rate", f"число запросов в секунду, от 0 до {MAX_RATE}, например 5")
    return float(rate)


def check_crm_url(setting: str, url: str, path: str = DEFAULT_PATH) -> str:
    """Return the CRM's address without a slash at the end; SettingsError for an unusable one.

    The rules are those of the CRM's client: https, or plain http to this machine.
    """
    try:
        api_root(url.strip(), path)
    except ValueError as error:
        raise SettingsError(f"{setting}: {error}") from None
    return url.strip().rstrip("/")


def check_crm_key(setting: str, key: str) -> str:
    """Return the API key without the blanks around it; SettingsError where it cannot be one."""
    try:
        return usable_key(key)
    except ValueError as error:
        raise SettingsError(f"{setting}: {error}") from None


def _site(key: str, data: Any, accounts: Mapping[str, CrmAccount], env: Mapping[str, str]) -> Site:
    table = Table(f"site.{key}", data, _SITE_KEYS)
    _check_name(f"site.{key}", key)
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
        inbox_type_id=table.id("inbox_type_id", "номер типа обращения, например 13045"),
        pipeline_id=table.id("pipeline_id", "номер воронки, например 3689"),
        employee_id=table.id("employee_id", "номер сотрудника, например 182"),
        tags=tuple(table.list_of("tags", str, 'список слов, например ["окна"]')),
        start=after.read_start(table),
        stage=after.read_stage(table),
        repeat=after.read_repeat(table),
        tags_deal=after.read_tags(table),
        deal_comment=after.read_comment(table),
        deal_fields=after.read_fields(table),
        task=after.read_task(table),
        responsible=after.read_responsible(table),
        working=after.read_working(table),
        comment_extra=table.get("comment_extra", bool, "true или false") is not False,
        retention_days=_retention(table),
        rules=_rules(table),
        spam=read_spam(table, env),
    )


def _retention(table: Table) -> int | None:
    example = f"число дней от 1 до {LONGEST_RETENTION}, например 365"
    days = table.get("retention_days", int, example)
    if days is not None and not 1 <= days <= LONGEST_RETENTION:
        raise table.wrong("retention_days", example)
    return days


_ORIGINS = 'список адресов без путей и звёздочек, например ["https://okna.example"]'


def _origin(table: Table, text: str) -> str:
    parts = _web_address(text)
    origin = origin_of(text.strip())
    if origin is None or parts is None or not re.fullmatch(r"[^\s@#?*;,]+", text.strip()):
        raise table.wrong("origins", _ORIGINS)
    if parts.path.strip("/"):
        raise table.wrong("origins", _ORIGINS)
    return origin


def _thanks_url(table: Table) -> str | None:
    example = 'адрес страницы, например "https://okna.example/spasibo"'
    url = table.get("thanks_url", str, example)
    if url is not None and _web_address(url) is None:
        raise table.wrong("thanks_url", example)
    return url


def _web_address(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text.strip())
        known = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if known and text.isprintable() else None


def _country(table: Table) -> str:
    example = 'код страны из двух букв, например "RU"'
    code = (table.get("default_country", str, example) or "RU").upper()
    if code not in SUPPORTED_REGIONS:
        raise table.wrong("default_country", example)
    return code


def _rules(table: Table) -> FieldRules:
    ids = "список номеров, например [3824, 3819]"
    fields = table.get("fields", dict, 'таблицу, например "Ваше имя" = "name"') or {}
    targets = {name: _target(table, name, target) for name, target in fields.items()}
    mapped = {target.custom for target in targets.values() if target.custom is not None}
    own_inbox, own_pipeline = table.data.get("inbox_type_id"), table.data.get("pipeline_id")
    return FieldRules(
        default_country=_country(table),
        targets=targets,
        custom_inputs=frozenset(table.ids("custom_inputs", ids)) | mapped,
        inbox_types=frozenset(table.ids("inbox_types", ids) + ([own_inbox] if own_inbox else [])),
        pipelines=frozenset(table.ids("pipelines", ids) + ([own_pipeline] if own_pipeline else [])),
        attribution=_touch_choice(table),
        infer_utm=table.get("infer_utm", bool, "true или false") is True,
    )


def _touch_choice(table: Table) -> TouchChoice:
    example = '"last" (метки последнего визита) или "first" (первого)'
    try:
        return TouchChoice(table.get("attribution", str, example) or TouchChoice.LAST)
    except ValueError:
        raise table.wrong("attribution", example) from None


_OUR_FIELDS = {
    *("name", "phone", "email", "comment", "region", "timezone", "tags", "record_link"),
    *("visit_id", "google_client_id", "yandex_client_id"),
    *("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"),
}


def _target(table: Table, name: str, target: Any) -> FieldTarget:
    if isinstance(target, str) and target in _OUR_FIELDS:
        return FieldTarget(field=target)
    if isinstance(target, dict) and len(target) == 1:
        kind, value = next(iter(target.items()))
        if kind == "custom" and type(value) is int and value > 0:
            return FieldTarget(custom=value)
        if kind == "contact" and isinstance(value, str) and value in CONTACT_TYPES:
            return FieldTarget(contact=value)
    raise SettingsError(
        f"[{table.name}.fields] {name}: нужно имя нашего поля ({', '.join(sorted(_OUR_FIELDS))}), "
        'или { custom = 3824 }, или { contact = "telegram" }.'
    )
