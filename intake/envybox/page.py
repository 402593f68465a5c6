"""Lists come page by page: reading a page, and walking through all of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from intake.envybox.asking import LARGEST_PAGE
from intake.envybox.reading import JsonMapping, Malformed, identifiers, integer, mapping, members

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
    many elements all pages hold, None where the CRM does not tell. `all_ids` are those of
    every page, where the CRM tells them (of deals, and of leads). `raw` is the page itself
    with the keys that are not named here, such as `inputs_sum`.
    """

    items: tuple[Item, ...]
    next_offset: int | None
    count: int | None
    all_ids: tuple[int, ...] = field(default=(), repr=False)
    raw: JsonMapping = field(default_factory=dict, repr=False, compare=False)

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def read_page(
    body: JsonMapping,
    read: Callable[[object], Item],
    offset: int,
    limit: int = LARGEST_PAGE,
    *,
    key: str = "result",
) -> Page[Item]:
    """Read a page of at most `limit` elements that was asked for from `offset` on.

    The list stands under `key`, alone or within `result`, and may be the object keyed by id
    that PHP makes of one. Raise Malformed where it is neither, or holds what is no object.
    """
    page, listed = unwrapped_list(body, key)
    return page_of(page, listed, lambda one: read(an_object(one)), offset, limit)


def page_of(
    page: JsonMapping,
    listed: object,
    read: Callable[[object], Item],
    offset: int,
    limit: int = LARGEST_PAGE,
) -> Page[Item]:
    """Make a page of a list, and of what stands beside it: `offset`, `limit` and `count`."""
    items = tuple(map(read, members(_list(listed))))
    return Page(
        items=items,
        next_offset=_following(page, offset, len(items), limit),
        count=integer(page.get("count")),
        all_ids=identifiers(page.get("all_ids")),
        raw=page,
    )


def unwrapped_list(body: JsonMapping, key: str) -> tuple[JsonMapping, object]:
    """Return a list and what holds it, beside its `offset`, `limit` and `count`.

    The reference shows lists under `result`, under the name of what they hold, and one
    within the other; None is a list of nothing. Malformed without a list.
    """
    page, found = body, _held(body, key)
    while (inner := mapping(found)) and inner.keys() & {key, "result"}:
        page, found = inner, _held(inner, key)
    return page, _list(found)


def _held(page: JsonMapping, key: str) -> object:
    for name in (key, "result"):
        if name in page:
            return page[name]
    raise Malformed(f"в ответе нет «{key}»")


def _list(found: object) -> object:
    if found is not None and not isinstance(found, (list, dict)):
        raise Malformed("в ответе нет списка")
    return found


def an_object(one: object) -> object:
    """Return a member of a list as it is; Malformed for one that is no object."""
    if not isinstance(one, dict):
        raise Malformed("в списке не то, чему там место")
    return one


def _following(page: JsonMapping, offset: int, length: int, asked: int) -> int | None:
    """Tell where the next page begins; None when this is the last one.

    The reference promises the next offset, or -1 at the end. Where the number is lost in
    its examples (task/list, client/getListInputs) the CRM may as well repeat the offset
    that was asked for; then the count decides, or whether the page is full.
    """
    told, after = integer(page.get("offset")), offset + length
    if told == LAST or not length:
        return None
    if told is not None and told > offset:
        return told
    count, limit = integer(page.get("count")), integer(page.get("limit"))
    if count is not None:
        return after if after < count else None
    full = min(limit if limit and limit > 0 else LARGEST_PAGE, max(asked, 1), LARGEST_PAGE)
    return after if length >= full else None


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
