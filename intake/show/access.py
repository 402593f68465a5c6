"""Who may see the log: signing in and out, sessions, and the guard before every page."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import flash, g, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from intake.show.forms import check_form
from intake.show.passwords import PasswordCheck, hash_password, needs_new_hash
from intake.store.database import Database
from intake.store.users import SignIn, User, begin_sign_in, find_user, finish_sign_in

# However busy a session is, it ends: a computer left open is not open for ever.
SESSION_LIFETIME = timedelta(hours=12)

HOME = "/log"

# One answer for a wrong login, a wrong password and a closed door: it tells a stranger
# nothing about who is there.
WRONG = (
    "Логин или пароль не подошли. После нескольких ошибок подряд вход ненадолго "
    "закрывается: если пароль точно верный, подождите пару минут и попробуйте снова."
)


class Access:
    """The sign-in of the log over one database."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._check = PasswordCheck()

    def guard(self) -> ResponseReturnValue | None:
        """Let only people who are signed in pass, and only forms of our own pages."""
        g.user = self._session_user()
        open_to_all = request.endpoint is not None and request.endpoint.endswith(
            (".sign_in", ".sign_out")
        )
        if g.user is None and not open_to_all:
            return _send_to_sign_in()
        if request.method == "POST":
            check_form(SESSION_LIFETIME.total_seconds())
        return None

    def sign_in(self) -> ResponseReturnValue:
        """Show the sign-in form, or take what it sent."""
        target = safe_next(request.values.get("next"))
        if request.method == "GET":
            return redirect(target) if g.user else render_template("show/login.html", next=target)
        login, password = request.form.get("login", ""), request.form.get("password", "")
        user = self._authenticate(login, password)
        if user is None:
            page = render_template("show/login.html", next=target, login=login[:100], error=WRONG)
            return page, 401
        # A session that existed before the sign-in may be known to somebody else.
        session.clear()
        session.update(person=user.id, version=user.session_version, since=self._now().timestamp())
        return redirect(target, 303)

    def sign_out(self) -> ResponseReturnValue:
        """End the session; a mere visit of the address ends nothing."""
        if request.method == "GET":
            return redirect(HOME)
        session.clear()
        flash("Вы вышли.")
        return redirect(url_for(".sign_in"), 303)

    def _authenticate(self, login: str, password: str) -> User | None:
        found: SignIn | None = begin_sign_in(self._database, login)
        if not self._check.matches(found.password_hash if found else None, password):
            return None
        if found is None:
            return None
        fresh = hash_password(password) if needs_new_hash(found.password_hash) else None
        finish_sign_in(self._database, found.user, fresh)
        return found.user

    def _session_user(self) -> User | None:
        person, since = session.get("person"), session.get("since")
        if not isinstance(person, int) or not isinstance(since, float):
            return None
        if self._now().timestamp() - since > SESSION_LIFETIME.total_seconds():
            return None
        user = find_user(self._database, person)
        if user is None or user.disabled or user.session_version != session.get("version"):
            return None
        return user


def safe_next(text: str | None) -> str:
    """Return a path on this site to go to after signing in; the log for anything else.

    Browsers read ``//host`` and a backslash as another site, and drop control characters
    before they look.
    """
    if not text or not text.startswith("/") or "\\" in text or not text.isprintable():
        return HOME
    try:
        parts = urlsplit(text)
    except ValueError:
        return HOME
    return HOME if text.startswith("//") or parts.scheme or parts.netloc else text


def _send_to_sign_in() -> ResponseReturnValue:
    if request.path.endswith(".json"):
        return jsonify(error="Сеанс закончился: войдите снова."), 401
    wanted = request.full_path.removesuffix("?") if request.method == "GET" else HOME
    return redirect(url_for(".sign_in", next=wanted), 303)
