"""Lists come page by page: reading a page, and walking through all of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from intake.envybox.reading import JsonMapping, Malformed, integer, members

LAST = -1


class HasId(Protocol):
    """An element of a list; the CRM may leave its id out."""

    @property
    def id(self) -> int | None:
        """The id of the element."""


Item = TypeVar("Item", bound=HasId)


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list.

    `next_offset` is where the next page begins, None after the last one; `count` is how
    many elements all pages hold, None where the CRM does not tell.
    """

    items: tuple[Item, ...]
    next_offset: int | None
    count: int | None

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def read_page(
    page: JsonMapping, listed: object, read: Callable[[object], Item], offset: int
) -> Page[Item]:
    """Read a page that was asked for from `offset` on.

    `page` holds `offset`, `limit` and `count`; `listed` is the array, or the object keyed
    by id that PHP makes of one. Raise Malformed where it is neither.
    """
    if listed is not None and not isinstance(listed, (list, dict)):
        raise Malformed("в ответе нет списка")
    items = tuple(read(one) for one in members(listed))
    return Page(items, _following(page, offset, items), integer(page.get("count")))


def _following(page: JsonMapping, offset: int, items: Sequence[object]) -> int | None:
    """Tell where the next page begins; None when this is the last one.

    The reference promises the next offset, or -1 at the end. Where the number is lost in
    its examples (task/list, client/getListInputs) the CRM may as well repeat the offset
    that was asked for; then the count decides, or whether the page is full.
    """
    told, after = integer(page.get("offset")), offset + len(items)
    if told == LAST or not items:
        return None
    if told is not None and told > offset:
        return told
    count, limit = integer(page.get("count")), integer(page.get("limit"))
    if count is not None:
        return after if after < count else None
    return after if limit and len(items) >= limit else None


def walk(fetch: Callable[[int], Page[Item]], offset: int = 0) -> Iterator[Item]:
    """Yield every element of a list, asking for the pages as they are needed.

    What moves to the next page meanwhile, because something new came in before it, is
    yielded once. A page that brings nothing new ends the walk, so does the same page again.
    """
    seen: set[int] = set()
    before: tuple[Item, ...] = ()
    following: int | None = offset
    while following is not None:
        page = fetch(following)
        fresh = tuple(one for one in page if one.id is None or one.id not in seen)
        if not fresh or fresh == before:
            return
        yield from fresh
        before = fresh
        seen.update(one.id for one in fresh if one.id is not None)
        following = page.next_offset
