"""A person's own page: where they are signed in, and their password."""

from collections.abc import Callable
from datetime import datetime

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intake.show import deeds
from intake.show.access import RETRY_AFTER_SECONDS
from intake.show.browsers import browser_name
from intake.show.language import _
from intake.show.passwords import (
    BUSY,
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    BusyError,
    PasswordCheck,
    hash_password,
    room_for_a_check,
)
from intake.store import sessions
from intake.store.database import Database
from intake.store.throttle import Visit
from intake.store.users import (
    SignInRefusedError,
    begin_sign_in,
    change_own_password,
    refuse_shut_out,
)

CHANGED = "Пароль сменён. Остальные ваши сеансы завершены."
WRONG = (
    "Нынешний пароль не подошёл. После нескольких ошибок подряд проверка ненадолго "
    "закрывается: подождите пару минут."
)
DIFFERENT = "Новый пароль и его повтор не совпадают: наберите оба ещё раз."
UNFIT = "Новому паролю нужно от %(shortest)s до %(longest)s знаков."
SAME = "Новый пароль такой же, как нынешний: придумайте другой."


class AccountPages:
    """One's own sessions and password."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._check = PasswordCheck()

    def show(self) -> ResponseReturnValue:
        """Show where one is signed in, and the form for another password."""
        return self._page()

    def change_password(self) -> ResponseReturnValue:
        """Change one's password, given the present one; the other sessions end."""
        if request.method != "POST":
            return redirect(url_for(".account"))
        new = request.form.get("new", "")
        present = request.form.get("present", "")
        problem = _problem(present, new, request.form.get("again", ""))
        if problem is not None:
            return self._page(problem), 422
        try:
            self._change(present, new)
        except SignInRefusedError:
            return self._page(_(WRONG)), 422
        except BusyError:
            return self._page(_(BUSY)), 429, {"Retry-After": str(RETRY_AFTER_SECONDS)}
        flash(_(CHANGED))
        return redirect(url_for(".account"), 303)

    def end_session(self, session_id: int) -> ResponseReturnValue:
        """End one of one's sessions."""
        if request.method == "POST":
            sessions.end_session(self._database, g.user.id, session_id, g.user.login)
            flash(_("Сеанс завершён."))
        return redirect(url_for(".account"), 303)

    def end_others(self) -> ResponseReturnValue:
        """End all of one's sessions but this one."""
        if request.method == "POST":
            sessions.end_sessions(self._database, g.user.id, g.user.login, but=g.session.id)
            flash(_("Все остальные сеансы завершены."))
        return redirect(url_for(".account"), 303)

    def _page(self, problem: str | None = None) -> str:
        return render_template(
            "show/account.html",
            sessions=sessions.list_sessions(self._database, g.user.id),
            mine=g.session.id,
            problem=problem,
            role=deeds.role(g.user.role),
            role_hint=deeds.role_hint(g.user.role),
            shortest=SHORTEST_PASSWORD,
            browser_name=browser_name,
            now=self._now(),
        )

    def _change(self, present: str, new: str) -> None:
        # Guessed at from an open session as little as from outside.
        me, visit = g.user.login, Visit(request.remote_addr or "", request.user_agent.string)
        refuse_shut_out(self._database, me, visit)
        with room_for_a_check():
            found = begin_sign_in(self._database, me, visit)
            matches = self._check.matches(found.password_hash if found else None, present)
            if found is None or not matches:
                raise SignInRefusedError(WRONG)
            hashed = hash_password(new)
        change_own_password(self._database, found, hashed, g.session.id)


def _problem(present: str, new: str, again: str) -> str | None:
    if not SHORTEST_PASSWORD <= len(new) <= LONGEST_PASSWORD:
        return _(UNFIT, shortest=SHORTEST_PASSWORD, longest=LONGEST_PASSWORD)
    if new != again:
        return _(DIFFERENT)
    return _(SAME) if new == present else None
