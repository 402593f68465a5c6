"""Addresses of pages: whose they are, and how they look without what is private in them."""

import re
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from intake.normalise.issues import IssueCode, Notes
from intake.normalise.links import MAX_ADDRESS
from intake.normalise.text import clean_line, is_nothing

MAX_PLAIN_ADDRESS = 2_000

_SCHEMES = ("http", "https", "android-app")
_QUERY = re.compile(r"[?#]")
_NOT_PATH = re.compile(r"[?#&]|%3[Ff](?=utm_)")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z+.-]{1,20}:")


def split_address(address: str) -> SplitResult | None:
    """Return the parts of an address, or None where it is none."""
    try:
        parts = urlsplit(address)
        parts.hostname  # noqa: B018  # raises where the host cannot be one
    except ValueError:
        return None
    return parts


@lru_cache(maxsize=256)
def host_of(address: str | None) -> str | None:
    """Return the host of an address in its plain form, without ``www.``.

    >>> host_of("https://www.Окна.рф/a"), host_of("okna.example/b"), host_of("about:blank")
    ('xn--80atjc.xn--p1ai', 'okna.example', None)
    """
    text = (address or "")[:MAX_ADDRESS].strip()
    if text and not _SCHEME.match(text):
        text = f"//{text.lstrip('/')}"
    parts = split_address(text)
    host = (parts.hostname or "").rstrip(".") if parts else ""
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    return host.removeprefix("www.") or None


def same_site(one: str | None, other: str | None) -> bool:
    """Whether two addresses are of one site: its name, with or without a subdomain."""
    first, second = host_of(one), host_of(other)
    if not first or not second:
        return False
    return first == second or first.endswith(f".{second}") or second.endswith(f".{first}")


def plain_address(address: str | None, name: str, notes: Notes) -> str | None:
    """Return an address without query, hash and password; None where it is none."""
    if address is None or is_nothing(address):
        return None
    text = clean_line(address, MAX_ADDRESS)
    plain = _plain(_QUERY.split(text, maxsplit=1)[0])
    if plain is None:
        notes.add(IssueCode.ADDRESS_UNUSABLE, name, text)
    return plain


@lru_cache(maxsize=512)
def _plain(text: str) -> str | None:
    """Return a page's address, itself without a query, in its plain form."""
    parts = split_address(text)
    if parts is None or parts.scheme.lower() not in _SCHEMES or not parts.hostname:
        return None
    host = parts.netloc.rpartition("@")[2].lower()
    path = _NOT_PATH.split(parts.path, maxsplit=1)[0] or "/"
    return f"{parts.scheme.lower()}://{host}{path}"[:MAX_PLAIN_ADDRESS]
