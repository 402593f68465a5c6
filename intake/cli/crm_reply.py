"""Where a reply of the CRM keeps what it is about, whichever method it answers.

The API names the payload `result`, `leads` or `clients`, puts it at the top level or
within a page, and makes of a list an object keyed by id (API reference, "Oddities").
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from intake.envybox.models.stats import Statistic
from intake.envybox.page import Page, page_of, walk
from intake.envybox.reading import JsonMapping, Malformed, identifier, integer, mapping, members

_LISTS = ("result", "leads", "clients", "deals", "tasks", "contacts", "companies", "data")
_VERDICT = {"status_code", "message"}


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a list as the CRM sent it, and its id where it has one."""

    id: int | None
    data: object

    @classmethod
    def read(cls, data: object) -> "Element":
        """Read any element, be it no object at all."""
        return cls(identifier(mapping(data).get("id")), data)


@dataclass(frozen=True, slots=True)
class Listing:
    """What a reply lists, and the object beside the list that tells of the next page."""

    listed: object
    page: JsonMapping

    @property
    def elements(self) -> Sequence[object]:
        """The elements as the CRM sent them."""
        return members(self.listed)

    @property
    def titles(self) -> Mapping[str, str]:
        """What a statistic calls its columns, by their keys in a row; empty for other lists."""
        if "tableColumns" not in self.page:
            return {}
        statistic = Statistic.read(self.page)
        return {
            **{parameter.key: parameter.key for parameter in statistic.row_parameters},
            **{column.key: column.name or column.key for column in statistic.columns},
        }

    def read(self, offset: int) -> Page[Element]:
        """Read it as the page that begins at `offset`; Malformed where it is none."""
        return page_of(self.page, self.listed, Element.read, offset)


def listing_of(reply: JsonMapping) -> Listing | None:
    """Find the list in a reply; None where it is about a single thing."""
    if "id" in reply:
        return None
    key = next((key for key in _LISTS if key in reply), None)
    value = reply[key] if key else ""
    if value is None or isinstance(value, list) or _is_keyed_by_id(value):
        return Listing(value, reply)
    return listing_of(value) if isinstance(value, Mapping) else None


def _is_keyed_by_id(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        key.isdigit() and isinstance(member, Mapping) for key, member in value.items()
    )


def single_of(reply: JsonMapping) -> JsonMapping:
    """Return the one thing a reply is about; empty where it only says success."""
    found = {key: value for key, value in reply.items() if key not in _VERDICT}
    if len(found) == 1:
        inner = next(iter(found.values()))
        return single_of(inner) if isinstance(inner, Mapping) else found
    return found


def offset_of(request: JsonMapping) -> int:
    """Return the element a request wants the list from."""
    return max(integer(request.get("offset")) or 0, 0)


def walk_all(fetch: Callable[[int], JsonMapping], offset: int) -> Iterator[object]:
    """Yield the elements of every page, asking `fetch` for each.

    Raise Malformed for a reply that is not a list.
    """

    def page_from(offset: int) -> Page[Element]:
        listing = listing_of(fetch(offset))
        if listing is None:
            raise Malformed("это не список")
        return listing.read(offset)

    return (element.data for element in walk(page_from, offset))
