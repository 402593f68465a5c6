"""What other parts of the service have said in Russian, in the reader's language.

Messages lie in rows, or come from packages that know no reader. They are found in the
catalogue by their look: see `intake.show.translations.told`.
"""

import re
from functools import cache, lru_cache

from intake.show.language import RUSSIAN, _, language
from intake.show.text import in_unit
from intake.show.translations import read_catalogue

_PLACE = re.compile(r"%\((\w+)\)s")
# As `intake.domain.health.in_words` says it.
_SPAN = re.compile(r"(\d+) (\w{1,3})")
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?…]) (?=\S)")


def told(text: str) -> str:
    """Say a message of another part in the reader's language; an unknown one stays as it is."""
    return text if language() == RUSSIAN else _told(text)


@lru_cache(maxsize=2000)
def _told(text: str) -> str:
    if (whole := _whole(text)) is not None:
        return whole
    sentences = _BETWEEN_SENTENCES.split(text)
    for count in range(len(sentences) - 1, 0, -1):
        if (begin := _whole(" ".join(sentences[:count]))) is not None:
            return f"{begin} {_told(' '.join(sentences[count:]))}"
    if sentences[1:]:
        return f"{sentences[0]} {_told(' '.join(sentences[1:]))}"
    # A name, such as a site's, keeps its letters and gets the quotes of the language.
    return f"“{text[1:-1]}”" if text.startswith("«") and text.endswith("»") else text


def _whole(text: str) -> str | None:
    """Find a text as one message; also where it was made a sentence of."""
    if (said := _find(text)) is not None:
        return said
    if text.endswith(".") and (said := _find(text[:-1])) is not None:
        return f"{said[:1].upper()}{said[1:]}."
    if text[:1].isupper() and (said := _whole(text[:1].lower() + text[1:])) is not None:
        return said[:1].upper() + said[1:]
    return None


def _find(text: str) -> str | None:
    if (said := _(text)) != text:
        return said
    if (found := _SPAN.fullmatch(text)) and (said := in_unit(*found.groups())) != text:
        return said
    for pattern, message in _patterns():
        if found := pattern.fullmatch(text):
            return _(message, **{name: _told(value) for name, value in found.groupdict().items()})
    return None


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the messages that something is filled into: what says most of itself first."""
    messages = [
        str(each.id)
        for each in read_catalogue()
        if isinstance(each.id, str) and _PLACE.search(each.id) and _is_told(each.locations)
    ]
    messages.sort(key=lambda message: len(_PLACE.sub("", message)), reverse=True)
    return tuple((_pattern(message), message) for message in messages)


def _is_told(locations: list[tuple[str, int]]) -> bool:
    return any(not path.startswith(("intake/show/", "templates/")) for path, _line in locations)


def _pattern(message: str) -> re.Pattern[str]:
    """Make of ``Свободно %(megabytes)s.`` what finds ``Свободно 95367 МБ.``."""
    parts = _PLACE.split(message)
    parts[::2] = map(re.escape, parts[::2])
    names = parts[1::2]
    # A name that comes again has to find the same again.
    parts[1::2] = (
        f"(?P={name})" if name in names[:place] else f"(?P<{name}>.+?)"
        for place, name in enumerate(names)
    )
    return re.compile("".join(parts), re.DOTALL)
