"""Finding what an address of the log names."""

from flask import abort, g

from intake.domain.submission import read_number
from intake.show import facts
from intake.show.covering import hide, spare
from intake.store.database import Database
from intake.store.detail import SubmissionRecord, read_submission


def find_submission(database: Database, number: str) -> SubmissionRecord:
    """Return the submission with this number, however it is spelled; 404 where there is none."""
    known = read_number(number)
    record = read_submission(database, known) if known else None
    if record is None:
        abort(404, "submission")
    if record.erased_at is None:
        g.opened = record.row.id
    hide(*facts.numbers_of(record))
    spare(*facts.marks_of(record.lead.attribution))
    return record
