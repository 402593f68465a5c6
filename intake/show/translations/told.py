"""Texts that other parts of the service write in Russian, and that the log only shows.

They are no texts of the log: they lie in rows, or come from packages that know no reader.
So they are looked up by their look: an f-string ``f"Свободно {megabytes}."`` stands in the
catalogue as ``Свободно %(megabytes)s.``, and `intake.show.told` finds it again.
"""

import ast
import re
from collections.abc import Iterator

# Where such texts are written.
TOLD = (
    "intake/alert/blackout.py",
    "intake/deliver/attempt.py",
    "intake/deliver/steps/comment.py",
    "intake/deliver/steps/deal.py",
    "intake/deliver/steps/fields.py",
    "intake/deliver/steps/looking.py",
    "intake/deliver/steps/repeat.py",
    "intake/deliver/steps/responsible.py",
    "intake/deliver/steps/stage.py",
    "intake/deliver/steps/start.py",
    "intake/deliver/steps/task.py",
    "intake/deliver/work.py",
    "intake/domain/doubt.py",
    "intake/domain/health.py",
    "intake/domain/paid_click.py",
    "intake/domain/place.py",
    "intake/domain/trouble.py",
    "intake/domain/utm_doctor.py",
    "intake/envybox/door.py",
    "intake/envybox/models/leads.py",
    "intake/envybox/page.py",
    "intake/envybox/proof.py",
    "intake/envybox/reading.py",
    "intake/envybox/transport.py",
    "intake/envybox/verdict.py",
    "intake/normalise/emails.py",
    "intake/normalise/issues.py",
    "intake/normalise/utm_doctor.py",
    "intake/normalise/whereabouts.py",
    "intake/receive/accept.py",
    "intake/receive/multipart.py",
    "intake/reconcile/compare.py",
    "intake/store/assigning.py",
    "intake/store/attempts.py",
    "intake/store/deliveries.py",
    "intake/store/erasing.py",
    "intake/store/logins.py",
    "intake/store/users.py",
)

CYRILLIC = re.compile("[А-Яа-яЁё]")
# Of a regular expression, and not of a sentence.
SIGNS = re.compile(r"\\|\[а-я|\.\*|\w\|\w")
# A text that `str.format` fills in; a macro of an advertising system has two braces.
# What these modules only work with, and the units that `intake.show.text` says by itself.
_LETTERS = {
    "дн",
    "ч",
    "мин",
    "%(seconds)s с",
    "е",
    "ё",
    "ру",
    "ключ api",
    "АВСЕНКМОРТХасеорхукі",
    "[А-Яа-яЁё]",
    " и ",
    " или ",
}
_BRACES = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")
_FILLED = re.compile(r"%\(\w+\)s")


def told_texts(source: str) -> Iterator[tuple[int, str]]:
    """Yield the Russian texts of a module with their lines; what is filled in has a name."""
    tree = ast.parse(source)
    skipped = {id(node) for node in _inside(tree)} | {id(node) for node in docstrings(tree)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            text = _spell(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = _BRACES.sub(r"%(\1)s", node.value)
        else:
            continue
        if not CYRILLIC.search(_FILLED.sub("", text)) or SIGNS.search(text):
            continue
        if text not in _LETTERS:
            yield node.lineno, text


def docstrings(tree: ast.AST) -> Iterator[ast.Constant]:
    """Yield the strings that are only said to whoever reads the source."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _inside(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of f-strings: they are spelled with the whole."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            for value in node.values:
                if isinstance(value, ast.Constant) or not _has_words(value):
                    yield value
                    yield from (each for each in ast.walk(value) if isinstance(each, ast.Constant))


def _has_words(value: ast.AST) -> bool:
    return any(isinstance(each, ast.Constant) and each.value for each in ast.walk(value))


def _spell(node: ast.JoinedStr) -> str:
    names: list[str] = []
    parts = []
    for value in node.values:
        if isinstance(value, ast.Constant):
            parts.append(str(value.value))
        elif isinstance(value, ast.FormattedValue):
            names.append(_name(value.value, len(names) + 1))
            parts.append(f"%({names[-1]})s")
    return "".join(parts)


def _name(value: ast.expr, place: int) -> str:
    if isinstance(value, ast.Name):
        return value.id
    if isinstance(value, ast.Attribute):
        return value.attr
    return f"value{place}"
