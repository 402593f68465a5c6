"""Walking through a list, however the CRM numbers its pages."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from intake.envybox.page import Page, page_of, walk
from intake.envybox.reading import Malformed


@dataclass(frozen=True)
class Thing:
    id: int | None
    name: str | None = None


def thing(value: object) -> Thing:
    if isinstance(value, str):
        return Thing(None, value)
    assert isinstance(value, int | None)
    return Thing(value)


def page(told: Mapping[str, object], listed: object, offset: int = 0) -> Page[Thing]:
    return page_of(told, listed, thing, offset)


@pytest.mark.parametrize(
    ("told", "offset", "following"),
    [
        ({"offset": -1, "count": 9}, 0, None),
        ({"offset": "-1"}, 0, None),
        ({"offset": 2}, 0, 2),
        ({"offset": "52", "count": "99"}, 50, 52),
        # The CRM repeats the offset asked for, or leaves it out: the count decides.
        ({"offset": 0, "count": 3}, 0, 2),
        ({"offset": None, "count": "2"}, 0, None),
        ({"count": 6}, 4, None),
        # Neither tells: a full page may have another behind it.
        ({"limit": 2}, 4, 6),
        ({"limit": 50}, 4, None),
        ({}, 0, None),
    ],
)
def test_the_next_page_begins_where_the_reply_says(
    told: Mapping[str, object], offset: int, following: int | None
) -> None:
    assert page(told, [1, 2], offset).next_offset == following


def test_an_empty_page_is_the_last_one() -> None:
    assert page({"offset": 50, "count": 100}, []).next_offset is None


def test_a_list_may_come_as_an_object_keyed_by_id_or_as_null() -> None:
    assert [one.id for one in page({}, {"7": 7, "8": 8})] == [7, 8]
    assert len(page({"count": "0"}, None)) == 0


@pytest.mark.parametrize("listed", ["", 5, True, "список"])
def test_what_is_no_list_is_malformed(listed: object) -> None:
    with pytest.raises(Malformed):
        page({}, listed)


def test_every_element_is_yielded_once_and_pages_are_asked_for_as_needed() -> None:
    asked = []

    def fetch(offset: int) -> Page[Thing]:
        asked.append(offset)
        # Something new came in meanwhile and moved an element to the next page.
        pages = {0: ([5, 4], 2), 2: ([4, 3], 4), 4: ([2], -1)}
        listed, following = pages[offset]
        return page({"offset": following}, listed, offset)

    things = walk(fetch)
    assert next(things).id == 5
    assert asked == [0]
    assert [one.id for one in things] == [4, 3, 2]
    assert asked == [0, 2, 4]


def test_a_crm_that_repeats_its_first_page_does_not_hold_the_walk_forever() -> None:
    def fetch(offset: int) -> Page[Thing]:
        return page({"offset": offset + 2}, [1, 2], offset)

    assert [one.id for one in walk(fetch)] == [1, 2]


def test_elements_without_an_id_are_all_yielded() -> None:
    pages = {0: ["a", "b"], 2: ["c", "d"]}
    things = walk(lambda offset: page({"count": 4}, pages[offset], offset))
    assert [one.name for one in things] == ["a", "b", "c", "d"]


def test_the_same_page_without_ids_again_ends_the_walk() -> None:
    things = walk(lambda offset: page({"limit": 1}, [None], offset))
    assert len(list(things)) == 1
