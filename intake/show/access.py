"""Who may see the log: signing in and out, sessions, and the guard before every page."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import (
    Response,
    abort,
    current_app,
    flash,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from intake.domain.person import NO_SITES, Sites
from intake.show.forms import check_form
from intake.show.guessing import refuse_guessing
from intake.show.language import _
from intake.show.passwords import (
    BUSY,
    BusyError,
    PasswordCheck,
    hash_password,
    needs_new_hash,
    room_for_a_check,
)
from intake.show.rights import OPEN, may
from intake.store.database import Database
from intake.store.sessions import (
    LIFETIME,
    Opened,
    SessionRecord,
    find_session,
    finish_sign_in,
    sign_out,
)
from intake.store.throttle import KNOWN_FOR, Visit
from intake.store.users import (
    SignIn,
    SignInRefusedError,
    User,
    begin_sign_in,
    refuse_shut_out,
)

SESSION_LIFETIME: timedelta = LIFETIME

HOME = "/log"

RETRY_AFTER_SECONDS = 5

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
        """Let pass only whom `intake.show.rights` lets, and only forms of our own pages."""
        g.user, g.session = self._session_user() or (None, None)
        name = (request.endpoint or "").rpartition(".")[2]
        if name not in OPEN:
            if g.user is None:
                return _send_to_sign_in()
            if not may(g.user, name):
                abort(403)
            refuse_guessing(self._database)
        if request.method == "POST":
            check_form(SESSION_LIFETIME.total_seconds())
        return None

    def sign_in(self) -> ResponseReturnValue:
        """Show the sign-in form, or take what it sent."""
        target = safe_next(request.values.get("next"))
        if request.method != "POST":
            return redirect(target) if g.user else render_template("show/login.html", next=target)
        login, password = request.form.get("login", ""), request.form.get("password", "")
        try:
            opened = self._authenticate(login, password)
        except BusyError:
            busy = {"Retry-After": str(RETRY_AFTER_SECONDS)}
            return _form_again(target, login, _(BUSY)), 429, busy
        if opened is None:
            return _form_again(target, login, _(WRONG)), 401
        # A session that existed before the sign-in may be known to somebody else.
        session.clear()
        session["key"] = opened.key
        return _remembered(redirect(target, 303), opened.device)

    def sign_out(self) -> ResponseReturnValue:
        """End the session; a mere visit of the address ends nothing."""
        if request.method != "POST":
            return redirect(HOME)
        key = session.get("key")
        session.clear()
        if isinstance(key, str):
            sign_out(self._database, key)
        flash(_("Вы вышли."))
        return redirect(url_for(".sign_in"), 303)

    def _authenticate(self, login: str, password: str) -> Opened | None:
        visit = _visit()
        try:
            refuse_shut_out(self._database, login, visit)
            # Not counted before there is room: who was sent away has made no mistake.
            with room_for_a_check():
                return self._check_password(login, password, visit)
        except SignInRefusedError:
            return None

    def _check_password(self, login: str, password: str, visit: Visit) -> Opened | None:
        found: SignIn | None = begin_sign_in(self._database, login, visit)
        if not self._check.matches(found.password_hash if found else None, password):
            return None
        if found is None:
            return None
        fresh = hash_password(password) if needs_new_hash(found.password_hash) else None
        return finish_sign_in(self._database, found, visit, fresh)

    def _session_user(self) -> tuple[User, SessionRecord] | None:
        key = session.get("key")
        if not isinstance(key, str):
            return None
        # A page that asks for news by itself is no sign of a person.
        return find_session(self._database, key, active=not request.path.endswith(".json"))


def reach() -> Sites:
    """Return the sites whose submissions whoever asks may see; nobody sees none."""
    user: User | None = g.get("user")
    return NO_SITES if user is None else user.reach


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


def _form_again(target: str, login: str, error: str) -> str:
    return render_template("show/login.html", next=target, login=login[:100], error=error)


def _visit() -> Visit:
    browser = request.user_agent.string
    return Visit(request.remote_addr or "", browser, request.cookies.get(_device_cookie()))


def _device_cookie() -> str:
    # Over https the name itself forbids a page of a neighbouring host to plant one.
    return "__Host-device" if current_app.config["SESSION_COOKIE_SECURE"] else "device"


def _remembered(answer: Response | ResponseReturnValue, device: str) -> Response:
    """Let the browser remember that this person has signed in with it."""
    response = make_response(answer)
    response.set_cookie(
        _device_cookie(),
        device,
        max_age=KNOWN_FOR,
        path="/",
        httponly=True,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        samesite="Lax",
    )
    return response


def _page_of_form() -> str:
    """Return the page that a form was sent from, as far as the browser tells it."""
    page = (request.referrer or "").removeprefix(request.host_url.rstrip("/"))
    return safe_next(page)


def _send_to_sign_in() -> ResponseReturnValue:
    if request.path.endswith(".json"):
        return jsonify(error=_("Сеанс закончился: войдите снова.")), 401
    wanted = request.full_path.removesuffix("?") if request.method != "POST" else _page_of_form()
    return redirect(url_for(".sign_in", next=wanted), 303)
