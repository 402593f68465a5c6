"""The administrator's page of deeds: who did what, when, to which submission."""

from collections.abc import Callable, Iterator
from datetime import datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue

from intake.domain.submission import read_number
from intake.show import deeds
from intake.show.filters import clean, read_id
from intake.store.audit import BUT_LOOKS, SEEN, AuditFilter, actions, actors, read_audit
from intake.store.database import Database

NAMES = ("actor", "action", "number")


class AuditPages:
    """The list of deeds."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def _kinds(self) -> Iterator[str]:
        found = actions(self._database)
        if SEEN in found:
            yield BUT_LOOKS
        yield from found

    def list(self) -> ResponseReturnValue:
        """Show the deeds that the filter in the address lets through, newest first."""
        given = {name: clean(request.args.get(name, "")) for name in NAMES}
        values = {name: value for name, value in given.items() if value}
        number = read_number(values["number"]) if "number" in values else None
        wanted = AuditFilter(values.get("actor"), values.get("action"), number)
        page = read_audit(self._database, wanted, read_id(request.args.get("before")))
        unread = "number" in values and number is None
        return render_template(
            "show/audit.html",
            rows=() if unread else page.rows,
            older=None if unread else page.older,
            values=values,
            unread=unread,
            actors=actors(self._database),
            actions={code: deeds.deed(code) for code in self._kinds()},
            deeds=deeds,
            now=self._now(),
        )
