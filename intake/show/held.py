"""Deciding about a held submission: into the CRM, or spam."""

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from intake.domain.site import Directory
from intake.domain.submission import SubmissionState
from intake.show.language import _
from intake.show.lookup import find_submission
from intake.show.pages import ERASED
from intake.show.way_back import kept_values
from intake.store.database import Database
from intake.store.holding import mark_as_spam, release

RELEASED = "Заявка %(number)s отправлена в CRM: она в очереди."
RELEASED_BEFORE = "Заявку %(number)s уже отправили в CRM чуть раньше: второй там не будет."
NO_SITE = (
    "Сайта «%(site)s» больше нет в настройках, и неизвестно, в какую CRM отправить заявку "
    "%(number)s. Верните сайт в sites.toml и нажмите снова."
)
SPAM = "Заявка %(number)s убрана в спам. Она не удалена: выберите состояние «спам» в отборе."
DECIDED_BEFORE = "О заявке %(number)s уже решили раньше вас: смотрите её состояние."


class HeldPages:
    """The two buttons of a held submission; safe to press twice."""

    def __init__(
        self, database: Database, directory: Directory, ring: Callable[[int], object]
    ) -> None:
        self._database = database
        self._directory = directory
        self._ring = ring

    def release(self, number: str) -> ResponseReturnValue:
        """Let a held submission, or one in the spam, into the CRM."""
        if request.method == "POST":
            flash(self._release(number))
        return _back(number)

    def spam(self, number: str) -> ResponseReturnValue:
        """Put a held submission aside."""
        if request.method == "POST":
            flash(self._spam(number))
        return _back(number)

    def _spam(self, number: str) -> str:
        row = find_submission(self._database, number).row
        done = mark_as_spam(self._database, row.id, g.user.login)
        return _(SPAM if done else DECIDED_BEFORE, number=row.number)

    def _release(self, number: str) -> str:
        row = find_submission(self._database, number).row
        if row.erased_at is not None:
            return _(ERASED)
        site = self._directory.sites.get(row.site)
        if site is None:
            return _(NO_SITE, site=row.site, number=row.number)
        delivery_id = release(self._database, row.id, site.crm, g.user.login)
        if delivery_id is None:
            return _(RELEASED_BEFORE, number=row.number)
        self._ring(delivery_id)
        return _(RELEASED, number=row.number)


def _back(number: str) -> ResponseReturnValue:
    # Whoever goes through the held ones one by one wants the next.
    if request.form.get("back") == "list":
        held: dict[str, Any] = {**kept_values(), "status": SubmissionState.HELD.value}
        return redirect(url_for(".list", **held), 303)
    return redirect(url_for(".submission", number=number), 303)
