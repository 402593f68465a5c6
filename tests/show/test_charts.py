import importlib
import re
from xml.etree import ElementTree as ET

import pytest

from intake.show.charts import Bar, draw

NAMESPACE = "{http://www.w3.org/2000/svg}"


def bars(*counts: tuple[int, int], title: str = "день") -> list[Bar]:
    return [
        Bar(f"{index}.11", f"{title} {index}", now, before, f"/log?day={index}&status=accepted")
        for index, (now, before) in enumerate(counts, 1)
    ]


def drawn(some: list[Bar]) -> list[ET.Element]:
    """Return the charts for a wide window and for a phone."""
    return [*ET.fromstring(f"<both>{draw(some)}</both>")]  # noqa: S314  # drawn by ourselves


def test_every_bar_stands_for_its_number_even_for_none() -> None:
    for chart in drawn(bars((4, 2), (0, 0), (2, 4))):
        present = chart.findall(
            f".//{NAMESPACE}g[@class='series serie-1 color-1']//{NAMESPACE}rect"
        )
        before = chart.findall(f".//{NAMESPACE}g[@class='series serie-0 color-0']//{NAMESPACE}rect")
        heights = [[float(bar.get("height", 0)) for bar in each] for each in (present, before)]
        assert [len(each) for each in heights] == [3, 3]
        assert heights[0][1] == heights[1][1] == 0
        assert heights[0][0] == pytest.approx(2 * heights[1][0])
        assert heights[0][0] == pytest.approx(heights[1][2])


def test_every_bar_is_named_and_leads_somewhere() -> None:
    for chart in drawn(bars((4, 2), (1, 0))):
        links = chart.findall(f".//{NAMESPACE}a")
        assert {link.get("href") for link in links} == {
            "/log?day=1&status=accepted",
            "/log?day=2&status=accepted",
        }
        assert {link.get("tabindex") for link in links} == {"-1"}
        titles = {title.text for title in chart.iter(f"{NAMESPACE}title")}
        assert titles == {"день 1", "день 2"}


def test_what_strangers_typed_stays_text() -> None:
    text = str(draw(bars((1, 1), title="</title><script>alert(1)</script>\"'")))
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_nothing_is_left_that_the_content_policy_would_refuse() -> None:
    text = str(draw(bars(*[(day, 30 - day) for day in range(31)])))
    assert not re.search(r"<style|<script|\sstyle=|\son\w+=|javascript:|http://(?!www\.w3)", text)


def test_a_day_without_anything_is_drawn_too() -> None:
    assert len(drawn(bars((0, 0)))) == 2


def test_numbers_stand_above_few_bars_and_above_the_greatest_of_many() -> None:
    wide, narrow = drawn(bars(*[(day, 0) for day in range(1, 25)]))
    values = [
        len([*chart.iterfind(f".//{NAMESPACE}text[@class='value']")]) for chart in (wide, narrow)
    ]
    assert values == [24, 1]


def test_an_import_that_fails_says_so_and_no_more() -> None:
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("there_is_no_such_module")
