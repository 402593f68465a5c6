"""The administrator's page that erases a person: first what there is, then for good."""

from collections.abc import Iterable

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from intake.domain.erasure import Card, Found, Noted, Report, Whom, read_whom
from intake.domain.site import Directory
from intake.show import words
from intake.show.deeds import numbers_told
from intake.show.language import _
from intake.store.database import Database
from intake.store.erasing import erase_person, find_person

UNREAD = "Нужен телефон целиком, например +7 912 345-67-89, или почта, например ivan@mail.ru."
UNCONFIRMED = "Отметьте, что данные стираются навсегда, и нажмите снова."
# More than anybody reads through before they erase it all.
SHOWN = 100


class ErasePages:
    """Asks whom, shows what was found, erases what is confirmed, and reports.

    The number or address travels in the bodies of requests only: addresses of pages stay
    in browsers and in logs.
    """

    def __init__(self, database: Database, directory: Directory) -> None:
        self._database = database
        self._directory = directory

    def show(self) -> ResponseReturnValue:
        """Show the form, what is there of a person, or the report of what was erased."""
        if request.method != "POST":
            return self._page()
        typed = request.form.get("who", "").strip()
        whom = read_whom(typed)
        if whom is None:
            return self._page(typed, problem=_(UNREAD)), 422
        if request.form.get("step") != "erase":
            return self._page(typed, find_person(self._database, whom))
        if request.form.get("confirm") != "yes":
            return self._page(typed, find_person(self._database, whom), problem=_(UNCONFIRMED)), 422
        return self._page(typed, self._erase(whom), done=True)

    def _erase(self, whom: Whom) -> Report:
        also = request.form.get("undelivered") == "yes"
        return erase_person(self._database, whom, actor=g.user.login, undelivered=also)

    def _page(
        self,
        typed: str = "",
        report: Report | None = None,
        *,
        problem: str | None = None,
        done: bool = False,
    ) -> str:
        return render_template(
            "show/erase.html",
            typed=typed,
            report=report,
            problem=problem,
            done=done,
            sites=self._directory.titles,
            status=words.status,
            shown=SHOWN,
            numbers=_numbers,
            cards=[(card_in_words(card), self._address(card)) for card in report.cards]
            if report
            else [],
        )

    def _address(self, card: Card) -> str | None:
        account = self._directory.accounts.get(card.crm)
        return account.url if account else None


def _numbers(each: Iterable[Found | Noted]) -> str:
    return numbers_told([one.number for one in each])


def card_in_words(card: Card) -> str:
    """Name what is left in the CRM.

    >>> card_in_words(Card("main", 104210, None, 7))
    'лид 104210, клиент 7'
    """
    pairs = (("лид", card.lead_id), ("сделка", card.deal_id), ("клиент", card.client_id))
    named = ", ".join(f"{_(word)} {number}" for word, number in pairs if number is not None)
    return named or _("карточка, номер которой нам не назван: найдите её по номеру заявки")
