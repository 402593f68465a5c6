"""Origins of pages, written as browsers write them."""

from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}


def origin_of(url: str | None) -> str | None:
    """Return the origin of an address as browsers write it, None where it has none.

    >>> origin_of("HTTPS://Okna.example:443/a?b")
    'https://okna.example'
    >>> origin_of("https://окна.рф")
    'https://xn--80atjc.xn--p1ai'
    """
    try:
        parts = urlsplit(url or "")
        port = parts.port
        host = _ascii(parts.hostname or "")
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS or not host:
        return None
    shown = "" if port in {None, DEFAULT_PORTS[scheme]} else f":{port}"
    return f"{scheme}://{host}{shown}"


def _ascii(host: str) -> str:
    if ":" in host:
        return f"[{host}]"
    return host if host.isascii() else host.encode("idna").decode()
