"""Deciding about a held submission: into the CRM, or spam."""

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from intake.domain.delivery import DeliveryState
from intake.domain.site import Directory
from intake.domain.submission import SubmissionState
from intake.show.language import _
from intake.show.lookup import find_submission
from intake.show.pages import ERASED
from intake.show.way_back import kept_values
from intake.store.database import Database
from intake.store.holding import mark_as_spam, release
from intake.store.log import LogRow

RELEASED = "Заявка %(number)s отправлена в CRM: она в очереди."
RELEASED_BEFORE = "Заявку %(number)s уже отправили в CRM чуть раньше: второй там не будет."
NO_SITE = (
    "Сайта «%(site)s» больше нет в настройках, и неизвестно, в какую CRM отправить заявку "
    "%(number)s. Верните сайт в sites.toml и нажмите снова."
)
SPAM = "Заявка %(number)s убрана в спам. Она не удалена: выберите состояние «спам» в отборе."
STOPPED = (
    "Заявка %(number)s убрана в спам, попыток больше не будет. Она не удалена: выберите состояние "
    "«спам» в отборе."
)
LEFT_IN_CRM = (
    "Заявка %(number)s убрана в спам, попыток больше не будет. Лид %(lead)s уже успел появиться "
    "в CRM: закройте его там."
)
IN_CRM = "Заявка %(number)s уже в CRM: спамом её отмечают там. Здесь ничего не изменилось."
IN_FLIGHT = "Заявка %(number)s отправляется прямо сейчас. Подождите итога и нажмите снова."
BACK = "Заявка %(number)s снова среди отклонённых: отправлять в ней нечего, пока её не исправят."
DECIDED_BEFORE = "О заявке %(number)s уже решили раньше вас: смотрите её состояние."


class HeldPages:
    """The two buttons of a held submission, and of others that are spam; safe to press twice."""

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
        """Put a submission aside that the CRM does not have."""
        if request.method == "POST":
            flash(self._spam(number))
        return _back(number)

    def _spam(self, number: str) -> str:
        row = find_submission(self._database, number).row
        if not mark_as_spam(self._database, row.id, g.user.login):
            return _(_refusal(find_submission(self._database, number).row), number=row.number)
        left = next((each.lead_id for each in row.deliveries if each.lead_id), None)
        if left is not None:
            return _(LEFT_IN_CRM, number=row.number, lead=left)
        return _(STOPPED if row.deliveries else SPAM, number=row.number)

    def _release(self, number: str) -> str:
        row = find_submission(self._database, number).row
        if row.erased_at is not None:
            return _(ERASED)
        site = self._directory.sites.get(row.site)
        if site is None:
            return _(NO_SITE, site=row.site, number=row.number)
        delivery_id = release(self._database, row.id, site.crm, g.user.login)
        if delivery_id is None and is_refused_spam(row):
            return _(BACK, number=row.number)
        if delivery_id is None:
            return _(RELEASED_BEFORE, number=row.number)
        self._ring(delivery_id)
        return _(RELEASED, number=row.number)


def is_refused_spam(row: LogRow) -> bool:
    """Whether this is spam that was refused before: taken back, it is not sent either."""
    was_refused = row.reason is not None and not row.deliveries
    return row.state == SubmissionState.SPAM and was_refused


def _refusal(row: LogRow) -> str:
    if row.state != SubmissionState.ACCEPTED:
        return DECIDED_BEFORE
    is_there = any(each.state == DeliveryState.DELIVERED for each in row.deliveries)
    return IN_CRM if is_there else IN_FLIGHT


def _back(number: str) -> ResponseReturnValue:
    # Whoever goes through the held ones one by one wants the next.
    if request.form.get("back") == "list":
        held: dict[str, Any] = {**kept_values(), "status": SubmissionState.HELD.value}
        return redirect(url_for(".list", **held), 303)
    return redirect(url_for(".submission", number=number), 303)
