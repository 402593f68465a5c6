"""Choosing the language of the log: kept with the person, and in the browser before sign-in."""

from flask import Response, current_app, g, make_response, redirect, request
from flask.typing import ResponseReturnValue

from intake.errors import StoreUnavailableError
from intake.show.access import HOME, safe_next
from intake.show.language import LANGUAGES, RUSSIAN
from intake.store.database import Database
from intake.store.views import read_choice, write_choice

CHOICE = COOKIE = "language"
_A_YEAR = 365 * 24 * 3600


class LanguageChoice:
    """What whoever looks wants to read, and the button that changes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def present(self) -> str:
        """Return the language of this request: the person's, the browser's, or Russian.

        What browsers say of themselves is not asked: the words of the log are those that
        colleagues use among each other, and most browsers speak English unasked.
        """
        if request.blueprint == "shared":
            # Nobody is signed in there: a button is a link to the same page.
            wanted = request.args.get(CHOICE) or request.cookies.get(COOKIE)
            return wanted if wanted in LANGUAGES else RUSSIAN
        if request.blueprint != "log":
            return RUSSIAN
        user = g.get("user")
        wanted = (self._kept(user.id) if user else None) or request.cookies.get(COOKIE)
        return wanted if wanted in LANGUAGES else RUSSIAN

    def choose(self) -> ResponseReturnValue:
        """Change the language, and show the same page again."""
        wanted = request.form.get("language", "")
        if request.method != "POST" or wanted not in LANGUAGES:
            return redirect(HOME, 303)
        if g.user:
            write_choice(self._database, g.user.id, CHOICE, wanted)
        answer = make_response(redirect(safe_next(request.form.get("back")), 303))
        keep_in_browser(answer, wanted)
        return answer

    def _kept(self, user_id: int) -> str | None:
        try:
            kept = read_choice(self._database, user_id, CHOICE)
        except StoreUnavailableError:
            # The page that says so has its words too.
            return None
        return kept if isinstance(kept, str) and kept in LANGUAGES else None


def keep_in_browser(answer: Response, wanted: str) -> None:
    """Let this browser ask for the same language from now on."""
    answer.set_cookie(
        COOKIE,
        wanted,
        max_age=_A_YEAR,
        httponly=True,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        samesite="Lax",
    )
