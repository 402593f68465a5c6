"""Texts of the log in its reader's language: Russian as it stands in the source, or English.

`_` and `form_of` look a Russian text up at the moment a page is made, so a text is a plain
`str` wherever it is kept. Outside of the log's pages everything stays Russian.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from babel.support import NullTranslations
from flask import current_app, has_request_context
from flask.sansio.app import App
from flask_babel import Babel, Domain, get_locale  # type: ignore[import-untyped]  # no types

from intake.show.translations import LANGUAGE as ENGLISH
from intake.show.translations import translations

RUSSIAN = "ru"
# Each by its own name: whoever looks for it may read no other.
LANGUAGES = {RUSSIAN: "Русский", ENGLISH: "English"}
_DOMAIN = "messages"
_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


def add_languages(app: App, chosen: Callable[[], str]) -> None:
    """Let the pages of `app` speak the language that `chosen` names for a request."""
    babel = Babel(app, default_locale=RUSSIAN, locale_selector=chosen)
    babel.domain_instance = Domain(domain=_DOMAIN)
    # Russian is the source, and English is read from its text: neither is a file of gettext's.
    known = {RUSSIAN: NullTranslations(), ENGLISH: translations()}
    babel.domain_instance.cache.update({(name, _DOMAIN): each for name, each in known.items()})


def language() -> str:
    """Return the reader's language; Russian where nobody reads."""
    if spoken := _spoken.get():
        return spoken
    if not has_request_context() or "babel" not in current_app.extensions:
        return RUSSIAN
    return str(get_locale())


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Speak a language whoever reads, and where no request is: to a file on its way, to a row."""
    token = _spoken.set(wanted)
    try:
        yield
    finally:
        _spoken.reset(token)


def reads_english() -> bool:
    """Whether the page that is being made is for somebody who reads English."""
    return language() == ENGLISH


def _(text: str, /, **values: object) -> str:
    """Say a Russian text in the reader's language, with `values` at its ``%(names)s``."""
    # An empty text is the key of the catalogue's own head.
    said = text if not text or language() == RUSSIAN else translations().gettext(text)
    return said % values if values else said


def form_of(number: int, one: str, few: str, many: str) -> str:
    """Return the form that a number asks for of a word, which is given in its Russian ones."""
    if language() != RUSSIAN:
        return str(translations().ngettext(one, many, number))
    teens = number % 100 in range(11, 15)
    if number % 10 == 1 and not teens:
        return one
    return few if number % 10 in {2, 3, 4} and not teens else many
