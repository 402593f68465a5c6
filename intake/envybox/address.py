"""The address of the CRM and its API key: what is accepted, and what is said otherwise."""

import hashlib
import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

API_PATHS = ("/openapi/v1", "/crm/api/v1")
_PORTS = {"http": 80, "https": 443}
_EXAMPLE = "нужен вид https://mycrm.envycrm.com"
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")
_METHOD = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)+")
_BRACKETED = re.compile(r"\[[^\[\]]+\](:\d*)?")
_PRINTABLE = re.compile(r"[!-~]+")


def api_root(url: str, path: str) -> str:
    """Return the address all methods hang below, without a slash at the end.

    Only https, or plain http to this very machine, as the key travels in the address of
    every request. Raise ValueError with a Russian sentence that repeats neither
    credentials nor a key pasted into the address.

    A path of the API within `url` goes before `path`. The host is told in one spelling.

    >>> api_root("https://MyCRM.envycrm.com:443/", "/openapi/v1")
    'https://mycrm.envycrm.com/openapi/v1'
    >>> api_root("https://mycrm.envycrm.com/crm/api/v1/", "/openapi/v1")
    'https://mycrm.envycrm.com/crm/api/v1'
    >>> api_root("https://срм.рф", "/openapi/v1")
    'https://xn--l1ahc.xn--p1ai/openapi/v1'
    """
    parts = _split(url)
    _require_safe_transport(parts)
    below = "/" + path.strip("/")
    root = parts.path.rstrip("/")
    if ".." in root + below or not (_PATH.fullmatch(below) and _PATH.fullmatch(root)):
        raise ValueError("Путь API: нужен вид /openapi/v1, латиницей и без пробелов.")
    below = next((one for one in API_PATHS if root.endswith(one)), below)
    return f"{parts.scheme}://{_host(parts)}{root.removesuffix(below)}{below}"


def _host(parts: SplitResult) -> str:
    """Return the host in small letters, with its port unless that is the usual one."""
    host = parts.hostname or ""
    named = f"[{host}]" if ":" in host else host
    return named if parts.port in (None, _PORTS[parts.scheme]) else f"{named}:{parts.port}"


def account_of(root: str, api_key: str) -> str:
    """Name an account, whatever the path of its API; the key is not to be read from it."""
    parts = urlsplit(root)
    return f"{parts.scheme}://{_host(parts)} {hashlib.sha256(api_key.encode()).hexdigest()}"


def method_name(method: str) -> str:
    """Return the API's name of a method, "lead/set", without slashes at its ends.

    A path of the API before the name, "/openapi/v1/lead/set", is taken off.

    Raise ValueError for what cannot be one, so that nothing climbs out of the API's path.
    """
    name = method.strip("/")
    for path in API_PATHS:
        name = name.removeprefix(f"{path.strip('/')}/")
    if not _METHOD.fullmatch(name):
        raise ValueError("Метод API пишется как lead/set: латинские слова через косую черту.")
    return name


def usable_key(api_key: str) -> str:
    """Return the key without the blanks around it; ValueError where it cannot be one."""
    key = api_key.strip() if isinstance(api_key, str) else ""
    if not _PRINTABLE.fullmatch(key):
        raise ValueError(
            "Ключ API пуст или содержит лишние знаки: скопируйте его целиком из CRM, "
            "«Настройки» - «Интеграция» - «API»."
        )
    return key


def _split(url: str) -> SplitResult:
    url = _in_ascii(url) if isinstance(url, str) else ""
    if not _PRINTABLE.fullmatch(url) or "\\" in url:
        raise ValueError(f"Адрес CRM пуст или содержит пробелы и другие лишние знаки: {_EXAMPLE}.")
    parts = _parsed(url)
    if parts is None or parts.scheme not in {"http", "https"}:
        raise ValueError(f"Адрес CRM записан неверно: {_EXAMPLE}.")
    if "@" in parts.netloc:
        raise ValueError(f"Уберите из адреса CRM имя и пароль: {_EXAMPLE}.")
    if "?" in url or "#" in url:
        raise ValueError(f"Уберите из адреса CRM всё, начиная со знака «?» или «#»: {_EXAMPLE}.")
    return parts


def _in_ascii(url: str) -> str:
    """Return the address with a host of other letters in the form of the DNS; or as it is."""
    parts = None if url.isascii() else _parsed(url)
    if parts is None:
        return url
    try:
        host = parts.hostname or ""
        netloc = parts.netloc.lower().replace(host, host.encode("idna").decode())
        return url.replace(parts.netloc, netloc, 1)
    except UnicodeError:
        return url


def _parsed(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    # urlsplit takes "[::1].evil" for the host "::1" and leaves out the rest.
    torn = "[" in parts.netloc and not _BRACKETED.fullmatch(parts.netloc.rpartition("@")[2])
    return parts if parts.hostname and port != 0 and not torn else None


def _require_safe_transport(parts: SplitResult) -> None:
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise ValueError(
            "Адрес CRM должен начинаться с https://: по http:// ключ API и телефоны ушли бы "
            "открытым текстом. http:// годится только для CRM на этом же компьютере "
            "(localhost, 127.0.0.1)."
        )


def is_loopback(host: str) -> bool:
    """Tell whether a host name or IP address is this very machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
