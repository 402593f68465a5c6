"""What colleagues wrote about a submission, as cells of a file: whose it is, and the notes."""

from typing import Protocol

from intake.show.sheet import Cell
from intake.show.text import Clock
from intake.store.export import ExportRow


class Timed(Protocol):
    """Whatever knows the reader's time."""

    @property
    def clock(self) -> Clock:
        """The reader's clock."""


def assignee(row: ExportRow, _place: Timed) -> Cell:
    """Return the login of whose the submission is in the log."""
    return row.assignee


def notes(row: ExportRow, place: Timed) -> Cell:
    """Return the notes, oldest first, each on its own line with its author and moment."""
    told = (
        f"{each.author}, {each.at.astimezone(place.clock.zone):%d.%m.%Y %H:%M}: {each.text}"
        for each in row.notes
    )
    return "\n".join(told) or None


HANDLING = (("assignee", "Ответственный в журнале", assignee), ("notes", "Заметки", notes))
