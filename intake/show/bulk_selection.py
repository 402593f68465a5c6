"""What was chosen on the list for a deed done to many, and carried on by its forms."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request, url_for

from intake.domain.submission import read_number
from intake.errors import IntakeError
from intake.show.bulk_words import submissions
from intake.show.filters import UNREAD, LogQuery
from intake.show.language import _
from intake.store.filter import LogFilter

NOTHING = "Отметьте заявки галочками или выберите всё найденное."


class ChoiceError(IntakeError):
    """What was chosen does not make a deed."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The filter of the list, and the numbers ticked there; without numbers all it finds."""

    query: LogQuery
    numbers: tuple[str, ...] = ()

    @property
    def chosen(self) -> LogFilter | list[str]:
        """What the deed is prepared for."""
        return [*self.numbers] if self.numbers else self.query.wanted

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The fields of a form that carry it to the next step."""
        ticked = [("number", number) for number in self.numbers]
        return [*self.query.values.items(), *(ticked or [("whole", "yes")])]

    @property
    def in_words(self) -> str:
        """Say what is chosen."""
        if not self.numbers:
            return _("Выбрано всё найденное.")
        return _("Выбрано: %(submissions)s.", submissions=submissions(len(self.numbers)))


def address_of(query: LogQuery) -> str:
    """Return the list that something was chosen on."""
    values = urlencode(query.values)
    return url_for(".list") + (f"?{values}" if values else "")


def read_selection(query: LogQuery) -> Selection:
    """Return what a form has chosen; ChoiceError where that is nothing, or is not understood."""
    if request.form.get("whole") == "yes":
        if query.problems:
            raise ChoiceError(UNREAD)
        return Selection(query)
    ticked = [read_number(text) for text in request.form.getlist("number")]
    numbers = tuple(number for number in ticked if number is not None)
    if not numbers:
        raise ChoiceError(NOTHING)
    return Selection(query, numbers)
