"""Who may post from a browser, and where a visitor may be led afterwards. Pure."""

from urllib.parse import urljoin, urlsplit

from intake.domain.origin import origin_of
from intake.domain.site import Site


def may_post(site: Site, origin: str | None, own_origins: frozenset[str]) -> bool:
    """Whether a page of this origin may post to the site.

    No origin means no browser, and ``null`` a browser that was told to keep it to itself
    (a strict referrer policy): neither says that the page is foreign. A site without
    origins is open.
    """
    if origin is None or origin == "null" or not site.origins:
        return True
    return origin_of(origin) in site.origins | own_origins


def safe_redirect(
    target: str | None, site: Site, page_url: str | None, own_origins: frozenset[str]
) -> str | None:
    """Return where the visitor may be sent, None where that is not allowed.

    An absolute address on an allowed origin, or a path on the page's own site.
    """
    if not target or not target.isprintable() or "\\" in target or target.startswith("//"):
        return None
    allowed = site.origins | own_origins
    if target.startswith("/"):
        return urljoin(page_url or "", target) if origin_of(page_url) in allowed else None
    return target if origin_of(target) in allowed and "@" not in urlsplit(target).netloc else None
