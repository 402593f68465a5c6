"""How the request that is being answered wants its answer."""

from flask import request

from intake.receive.texts import Language


def wants_json() -> bool:
    """Whether a program asks, and not a browser that goes to another page."""
    accepts = request.accept_mimetypes
    if is_navigation():
        return False
    return "text/html" not in accepts.values() or accepts.best == "application/json"


def is_navigation() -> bool:
    """Whether a browser is about to show the answer as its page."""
    return request.headers.get("Sec-Fetch-Mode") == "navigate"


def asked_language() -> Language:
    """Return the language to answer in; Russian where none is asked for."""
    if "Accept-Language" not in request.headers:
        return "ru"
    return "en" if request.accept_languages.best_match(["ru", "en"], "ru") == "en" else "ru"
