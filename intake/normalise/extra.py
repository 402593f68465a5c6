"""The fields of a page that have no place of their own in the CRM."""

from intake.normalise.issues import IssueCode, Notes
from intake.normalise.text import clean_block, clean_line

MAX_FIELDS = 50
MAX_NAME = 100
MAX_VALUE = 1_000


class Extra:
    """Keeps them by the page's own names, capped in number and length."""

    def __init__(self, notes: Notes) -> None:
        self._kept: dict[str, str] = {}
        self._notes = notes

    def keep(self, name: str, text: str) -> None:
        """Keep `text` under `name`, or under ``name (2)`` where that name is taken."""
        value = clean_block(text, MAX_VALUE)
        if not value:
            return
        if len(text.strip()) > MAX_VALUE:
            self._notes.add(IssueCode.TEXT_CUT, name, None)
        if len(self._kept) >= MAX_FIELDS:
            self._notes.add(IssueCode.FIELDS_CUT, None, None)
            return
        free = clean_line(name, MAX_NAME) or "Поле"
        if self._kept.get(free) != value:
            self._kept[self._unused(free)] = value

    def _unused(self, name: str) -> str:
        names = (name, *(f"{name} ({number})" for number in range(2, MAX_FIELDS + 3)))
        return next(free for free in names if free not in self._kept)

    def all(self) -> dict[str, str]:
        """Return what was kept."""
        return dict(self._kept)
