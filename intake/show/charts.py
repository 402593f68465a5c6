"""Drawing bars over time, on the server: plain SVG that the page's own styles colour.

pygal lays the chart out; its styles and scripts, which the pages' content policy refuses,
are taken out, so what is left is shapes and texts. It is drawn for a wide window and for a
phone; the page shows one of them. Screen readers get the table beside it instead.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import pygal
from markupsafe import Markup
from pygal.style import Style

# For its maps, which are not drawn here, pygal leaves a finder of an outdated kind behind:
# every import in this process that fails would warn of it.
sys.meta_path[:] = [each for each in sys.meta_path if not isinstance(each, pygal.PluginImportFixer)]

_XLINK = "{http://www.w3.org/1999/xlink}"
_GUIDES = 4
_NOT_SHOWN = frozenset({"style", "script", "title", "defs"})


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its short name, what it is in words, the counts, and where a click leads."""

    label: str
    title: str
    now: int
    before: int
    href: str


@dataclass(frozen=True, slots=True)
class _Size:
    name: str
    width: int
    height: int
    # How many names fit under the bars, and up to how many bars each tells its number.
    most_labels: int
    most_values: int
    font: int


_SIZES = (_Size("wide", 1320, 280, 16, 31, 13), _Size("narrow", 360, 230, 7, 8, 11))


def draw(bars: Sequence[Bar]) -> Markup:
    """Return the chart as SVG for the page, in both sizes."""
    # What pygal writes is escaped by its XML writer.
    return Markup("").join(Markup(_draw(bars, size)) for size in _SIZES)  # noqa: S704


def _draw(bars: Sequence[Bar], size: _Size) -> str:
    chart = pygal.Bar(
        width=size.width,
        height=size.height,
        style=Style(label_font_size=size.font, major_label_font_size=size.font),
        css=[],
        js=[],
        classes=("chart", f"chart-{size.name}"),
        no_prefix=True,
        disable_xml_declaration=True,
        show_legend=False,
        show_minor_x_labels=False,
        truncate_label=-1,
        print_values=True,
        print_values_position="top",
        margin=2,
        margin_top=size.font + 6,
        spacing=6,
    )
    chart.x_labels = [bar.label for bar in bars]
    every = -(-len(bars) // size.most_labels)
    chart.x_labels_major = [bar.label for bar in bars[::every]]
    chart.y_labels = guides(max((max(bar.now, bar.before) for bar in bars), default=0))
    chart.add("before", [bar.before for bar in bars], formatter=lambda _: "")
    values = [_value(bar) for bar in bars]
    chart.add("now", values, formatter=_tells(bars, size))
    chart.add_xml_filter(_plain)
    return str(chart.render(is_unicode=True))


def _value(bar: Bar) -> Mapping[str, Any]:
    return {
        "value": bar.now,
        "label": bar.title,
        "xlink": {"href": bar.href, "target": "_self"},
    }


def _tells(bars: Sequence[Bar], size: _Size) -> Callable[[int], str]:
    """Return what writes a number above its bar: all of few, of many the greatest."""
    greatest = max((bar.now for bar in bars), default=0)
    are_few = len(bars) <= size.most_values
    return lambda value: str(value) if value and (are_few or value == greatest) else ""


def guides(greatest: int) -> Sequence[int]:
    """Return the round numbers that lines are drawn at, from zero to above `greatest`.

    >>> guides(0), guides(7), guides(41)
    ([0, 1], [0, 2, 4, 6, 8], [0, 20, 40, 60])
    """
    step = next(
        step * 10**zeros
        for zeros in range(12)
        for step in (1, 2, 5)
        if step * 10**zeros * _GUIDES >= greatest
    )
    return [*range(0, max(greatest, 1) + step, step)]


def _plain(root: Element) -> Element:
    """Leave shapes and texts only, with a title for whoever points at a bar."""
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    root.attrib.pop("id", None)
    for parent in [*root.iter()]:
        for child in [*parent]:
            if child.tag in _NOT_SHOWN or callable(child.tag) or _is_empty(child):
                parent.remove(child)
        _name(parent)
        parent.attrib.pop("style", None)
        if parent.tag == "a":
            # The table beside the chart has the same links for the keyboard.
            parent.set("tabindex", "-1")
            parent.set("href", parent.attrib.pop(f"{_XLINK}href", parent.get("href", "")))
            parent.attrib.pop("target", None)
    return root


def _is_empty(child: Element) -> bool:
    return "tooltip-overlay" in child.get("class", "") or (child.tag == "text" and not child.text)


def _name(parent: Element) -> None:
    told = [child for child in parent if child.tag == "desc"]
    title = next((each.text for each in told if each.get("class") == "label"), None)
    for each in told:
        parent.remove(each)
    if title:
        SubElement(parent, "title").text = title
