"""By what names the log may be called, and at what address people outside reach it.

A browser sends the name it was given, a stranger's program any: pages that are asked for by
a name nobody has set are refused, and no address is made of a name where another is known.
"""

from dataclasses import dataclass

from flask import abort, request, url_for
from werkzeug.sansio.utils import host_is_trusted

# Whoever looks from the machine itself needs no name of it.
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class Hosts:
    """What the settings tell. `names`: hosts, ``.example.ru`` with all below it; empty: any.

    `url` is the address outside, without a slash at its end; None where it is not told.
    """

    names: frozenset[str] = frozenset()
    url: str | None = None

    def guard(self) -> None:
        """Refuse a page that is asked for by another name: 400, which says what to do."""
        if self.names and not self._is_believed(request.host.lower()):
            abort(400, "host")

    def address_of(self, endpoint: str, **values: object) -> str:
        """Return the whole address of a page, for people outside or for another page's form."""
        if self.url is None:
            return url_for(endpoint, **values, _external=True)  # type: ignore[arg-type]  # its own words
        return f"{self.url}{url_for(endpoint, **values)}"  # type: ignore[arg-type]

    def _is_believed(self, host: str) -> bool:
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        return name in LOOPBACK or host_is_trusted(host, self.names)
