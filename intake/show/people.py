"""The administrator's pages about people: who there is, what they may, where they are."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intake.domain.person import Rights, Role
from intake.domain.site import Directory
from intake.errors import IntakeError
from intake.show import deeds
from intake.show.browsers import browser_name
from intake.show.language import _
from intake.show.passwords import hash_password, new_password
from intake.show.told import told
from intake.store import sessions
from intake.store.database import Database
from intake.store.logins import new_login
from intake.store.users import (
    User,
    add_user,
    find_user,
    list_users,
    set_disabled,
    set_password,
    set_rights,
)

NO_CHOICE = "Отметьте хотя бы один сайт или выберите «все сайты»."
BOTH = "Выбраны и «все сайты», и отдельные сайты: оставьте что-то одно."


class PeoplePages:
    """The list of people, the page of one, and what can be done to them."""

    def __init__(
        self, database: Database, directory: Directory, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._directory = directory
        self._now = now

    def everybody(self) -> ResponseReturnValue:
        """Show everybody and the form for one more."""
        return self._list()

    def add(self) -> ResponseReturnValue:
        """Add a person with a password that is made here and shown once."""
        if request.method != "POST":
            return redirect(url_for(".people"))
        password = new_password()
        try:
            login = new_login(request.form.get("login", ""))
            rights = self._rights(None)
            hashed = hash_password(password)
            user = add_user(self._database, login, hashed, rights, actor=g.user.login)
        except IntakeError as error:
            return self._list(problem=told(str(error))), 422
        return self._one(user.id, password=password)

    def show(self, user_id: int) -> ResponseReturnValue:
        """Show one person: rights, access, sessions."""
        return self._one(user_id)

    def change_rights(self, user_id: int) -> ResponseReturnValue:
        """Give a person another role and other sites."""
        if request.method != "POST":
            return self._back(user_id)
        user = self._find(user_id)
        try:
            rights = self._rights(user)
            set_rights(self._database, user.login, rights, actor=g.user.login)
        except IntakeError as error:
            return self._one(user_id, problem=told(str(error))), 422
        flash(_("Права изменены: действуют со следующей открытой страницы."))
        return self._back(user_id)

    def change_access(self, user_id: int) -> ResponseReturnValue:
        """Shut a person out at once, or let them in again."""
        if request.method != "POST":
            return self._back(user_id)
        user, disabled = self._find(user_id), request.form.get("access") == "off"
        try:
            set_disabled(self._database, user.login, disabled=disabled, actor=g.user.login)
        except IntakeError as error:
            return self._one(user_id, problem=told(str(error))), 422
        flash(_("Доступ закрыт, сеансы завершены.") if disabled else _("Доступ открыт."))
        return self._back(user_id)

    def reset_password(self, user_id: int) -> ResponseReturnValue:
        """Give a person a new password, shown once on the page that answers."""
        if request.method != "POST":
            return self._back(user_id)
        user, password = self._find(user_id), new_password()
        set_password(self._database, user.login, hash_password(password), actor=g.user.login)
        # Never by way of the session: what its cookie holds is signed and not hidden.
        return self._one(user_id, password=password)

    def end_session(self, user_id: int, session_id: int) -> ResponseReturnValue:
        """End one session of a person."""
        if request.method == "POST":
            sessions.end_session(self._database, user_id, session_id, g.user.login)
            flash(_("Сеанс завершён."))
        return self._back(user_id)

    def end_sessions(self, user_id: int) -> ResponseReturnValue:
        """End every session of a person."""
        if request.method == "POST":
            sessions.end_sessions(self._database, user_id, g.user.login)
            flash(_("Сеансы завершены."))
        return self._back(user_id)

    def _list(self, problem: str | None = None) -> str:
        lasting = sessions.list_sessions(self._database)
        return render_template(
            "show/people.html",
            people=list_users(self._database),
            counts=Counter(each.user_id for each in lasting),
            seen={each.user_id: each.seen_at for each in reversed(lasting)},
            problem=problem,
            **self._choices(),
        )

    def _one(self, user_id: int, *, password: str | None = None, problem: str | None = None) -> str:
        return render_template(
            "show/person.html",
            person=self._find(user_id),
            sessions=sessions.list_sessions(self._database, user_id),
            mine=g.session.id,
            password=password,
            problem=problem,
            **self._choices(),
        )

    def _choices(self) -> dict[str, object]:
        return {
            "all_sites": self._directory.titles,
            "roles": {each: deeds.role(each) for each in deeds.ROLES},
            "role_hints": {each: deeds.role_hint(each) for each in deeds.ROLES},
            "browser_name": browser_name,
            "now": self._now(),
        }

    def _rights(self, user: User | None) -> Rights:
        role = request.form.get("role", "")
        if role not in set(Role):
            abort(400, "form")
        if request.form.get("all_sites") == "yes":
            if request.form.getlist("site"):
                raise IntakeError(_(BOTH))
            return Rights(Role(role))
        # A site that has left the settings stays given, until somebody takes it away.
        given = user.rights.sites if user else None
        known = {*self._directory.sites, *(given or ())}
        chosen = frozenset(request.form.getlist("site")) & known
        if not chosen and role != Role.ADMIN:
            raise IntakeError(_(NO_CHOICE))
        return Rights(Role(role), chosen or None)

    def _find(self, user_id: int) -> User:
        user = find_user(self._database, user_id)
        if user is None:
            abort(404)
        return user

    def _back(self, user_id: int) -> ResponseReturnValue:
        return redirect(url_for(".person", user_id=user_id), 303)
