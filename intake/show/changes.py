"""What the unfinished rows of a page have become since it was made.

A page tells of each row that may still change a mark of what it shows; it asks with these
marks, and is answered only the rows that show something else by now.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from hashlib import sha256

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue

from intake.domain.delivery import DeliveryState
from intake.domain.submission import SubmissionState
from intake.show.crm_links import deal_link, lead_link
from intake.show.filters import read_id
from intake.show.list_parts import ListParts
from intake.show.pages import Surroundings, seen_sites
from intake.show.pauses import paused_now, with_pause
from intake.show.status import Status, status_of
from intake.store import log
from intake.store.log import LogRow

# A viewer's page hides long runs of digits: a mark has none.
_SPELLED = str.maketrans("0123456789", "ghijklmnop")
_READ = str.maketrans("ghijklmnop", "0123456789")


def row_mark(row: LogRow, status: Status) -> str | None:
    """Return the id and a mark of what the row shows; None for one that is settled.

    Held ones and those that need a person are not settled: a colleague may decide of them.
    """
    if not _is_unfinished(row):
        return None
    return f"{str(row.id).translate(_SPELLED)}.{_digest(row, status)}"


def _is_unfinished(row: LogRow) -> bool:
    if row.state == SubmissionState.HELD:
        return True
    return any(each.state != DeliveryState.DELIVERED for each in row.deliveries)


def _digest(row: LogRow, status: Status) -> str:
    shown = (row.state, row.deliveries, row.findings, row.corrections, row.repeats, status)
    return sha256(repr(shown).encode()).hexdigest()[:12].translate(_SPELLED)


class ChangePages:
    """Answers the pages that show rows."""

    def __init__(self, surroundings: Surroundings, parts: ListParts) -> None:
        self._around = surroundings
        self._parts = parts

    def changes(self) -> ResponseReturnValue:
        """Answer the rows asked for that have changed, as the list shows them; "" for none.

        `row` are marks as `row_mark` tells them; not more of them are read than a page has.
        """
        marks = dict(_read_marks(request.args.getlist("row")))
        rows = [
            (row, status)
            for row, status in self._rows(marks)
            if _digest(row, status) != marks[row.id]
        ]
        return jsonify(rows=self._render(rows) if rows else "")

    def _rows(self, marks: Mapping[int, str]) -> Iterator[tuple[LogRow, Status]]:
        database, clock, now = self._around.database, self._around.clock, self._around.now()
        paused = paused_now(database)
        for row in log.read_these(database, [*marks]):
            yield row, with_pause(status_of(row, clock, now), row.deliveries, paused)

    def _render(self, rows: list[tuple[LogRow, Status]]) -> str:
        directory, now = self._around.directory, self._around.now()
        return render_template(
            "show/list_rows.html",
            rows=rows,
            sites=seen_sites(directory, None),
            now=now,
            lead_link=partial(lead_link, directory),
            deal_link=partial(deal_link, directory),
            **self._parts.columns(now),
        )


def _read_marks(texts: list[str]) -> Iterator[tuple[int, str]]:
    for text in texts[: log.PAGE_SIZE]:
        id_, _, digest = text.partition(".")
        row_id = read_id(id_.translate(_READ))
        if row_id is not None:
            yield row_id, digest
