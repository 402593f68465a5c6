"""Which texts the log has: whatever its source says in Cyrillic, without any mark beside it.

A text that cannot be looked up, such as one that is glued together by an f-string or stands
in a template as it is, is a fault, and a test names it.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, nodes

from intake.show.translations.told import CYRILLIC, SIGNS, TOLD, docstrings, told_texts

ROOT = Path(__file__).parents[3]
COUNTED = "counted"
# Of `counted(number, one, few, many)`: what English is looked up by.
_ONE, _MANY = 1, 3
# Scripts of the log's pages; those of visitors speak Russian.
OF_VISITORS = {"demo.js", "intake.js", "intake-form.js"}
_ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
_ENVIRONMENT.newstyle_gettext = True  # type: ignore[attr-defined]  # the extension adds it


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the source. `many` is there where a number decides between forms."""

    path: str
    line: int
    one: str
    many: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A text that no catalogue can translate, where it stands, and why."""

    path: str
    line: int
    text: str
    why: str


def gather(root: Path = ROOT) -> tuple[list[Text], list[Fault]]:
    """Return all texts of the log in the order of their files, and what is wrong with some."""
    found: list[Text | Fault] = []
    for path in sorted((root / "intake/show").glob("*.py")):
        found += of_python(str(path.relative_to(root)), path.read_text(encoding="utf-8"))
    for path in [root / "templates/base.html", *sorted((root / "templates/show").glob("*.html"))]:
        found += of_template(str(path.relative_to(root)), path.read_text(encoding="utf-8"))
    scripts = (path for path in (root / "static").glob("*.js") if path.name not in OF_VISITORS)
    for path in sorted(scripts):
        found += of_script(str(path.relative_to(root)), path.read_text(encoding="utf-8"))
    for name in TOLD:
        source = (root / name).read_text(encoding="utf-8")
        found += (Text(name, line, text) for line, text in told_texts(source))
    return (
        [each for each in found if isinstance(each, Text)],
        [each for each in found if isinstance(each, Fault)],
    )


def of_python(path: str, source: str) -> Iterator[Text | Fault]:
    """Yield the texts of a module of the log."""
    tree = ast.parse(source)
    seen = {id(node) for node in docstrings(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) == COUNTED and node.args[_MANY:]:
            seen |= {id(argument) for argument in node.args}
            yield from _counted(path, node.lineno, [_text(each) for each in node.args])
        elif isinstance(node, ast.JoinedStr):
            inner = [each for each in node.values if isinstance(each, ast.Constant)]
            seen |= {id(each) for each in inner}
            said = "…".join(str(each.value) for each in inner)
            if CYRILLIC.search(said):
                yield Fault(path, node.lineno, said, 'f-string: write _("… %(name)s", name=…)')
        elif id(node) not in seen and (text := _text(node)) and _is_said(text):
            yield Text(path, getattr(node, "lineno", 0), text)


def _is_said(text: str) -> bool:
    # What is looked for in the words of others is said to nobody.
    return bool(CYRILLIC.search(text)) and not SIGNS.search(text)


def _counted(path: str, line: int, arguments: list[str | None]) -> Iterator[Text | Fault]:
    one, many = arguments[_ONE], arguments[_MANY]
    if one is None or many is None:
        yield Fault(path, line, COUNTED, "the forms of a counted word must stand in the call")
    else:
        yield Text(path, line, one, many)


def _called(node: ast.Call) -> str | None:
    name = node.func
    return name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", None)


def _text(node: ast.AST) -> str | None:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text else None  # type: ignore[attr-defined]  # is_text says it


def of_template(path: str, source: str) -> Iterator[Text | Fault]:
    """Yield the texts of a template: those inside ``_()``, ``counted()``, ``{% trans %}``."""
    tree = _ENVIRONMENT.parse(source)
    looked_up: set[int] = set()
    for call in tree.find_all(nodes.Call):
        name = getattr(call.node, "name", None) or getattr(call.node, "attr", None)
        told = [each.value if isinstance(each, nodes.Const) else None for each in call.args]
        if name == COUNTED:
            yield from _counted(path, call.lineno, told)
        elif name in {"_", "gettext"} and told and isinstance(told[0], str):
            yield Text(path, call.lineno, told[0])
        else:
            continue
        looked_up |= {id(each) for each in call.args}
    for const in tree.find_all(nodes.Const):
        if id(const) not in looked_up and CYRILLIC.search(str(const.value)):
            yield Fault(path, const.lineno, str(const.value), "write _(…) around it")
    for data in tree.find_all(nodes.TemplateData):
        if CYRILLIC.search(data.data):
            said = " ".join(data.data.split())
            yield Fault(path, data.lineno, said, "write {{ _(…) }} or {% trans %}")


def of_script(path: str, source: str) -> Iterator[Fault]:
    """Yield the texts of a script: it has to be told them by its page, in ``data-``."""
    for line, text in enumerate(source.splitlines(), 1):
        for found in re.findall(r'"[^"]*"', text):
            if CYRILLIC.search(found):
                yield Fault(path, line, found, "give it to the script in a data attribute")
