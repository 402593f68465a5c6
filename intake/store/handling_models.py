"""The tables of what people do about submissions: notes, whose each is, deeds done to many."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
)

from intake.store.models import Id, UtcDateTime, metadata

notes = Table(
    "notes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("submission_id", Id, ForeignKey("submissions.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # The login of whoever wrote it, as in the audit.
    Column("author", String(100), nullable=False),
    Column("text", Text, nullable=False),
    Index(None, "submission_id", "id"),
)

# Whose a submission is; a line for those only that are somebody's. The mark
# "assigned:<user's id>" stands for it where the log filters.
assignments = Table(
    "assignments",
    metadata,
    Column("submission_id", Id, ForeignKey("submissions.id"), primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(100), nullable=False),
)

# One deed that a person asks to be done to many submissions.
bulk_runs = Table(
    "bulk_runs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("action", String(20), nullable=False),
    # Whom an assignment is for; NULL: nobody any more.
    Column("assignee_id", Id, ForeignKey("users.id")),
    # What is noted by each; it may name a person, and is forgotten when the run is over.
    Column("note", Text),
    # Where corrected ones go: `intake.domain.rerouting.Rerouting`.
    Column("rerouting", JSON(none_as_null=True)),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("actor", String(100), nullable=False),
    Column("state", String(20), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    # What the preview said: how many were chosen, how many the deed is for, why not the
    # others: {reason: {count, ids}}.
    Column("chosen", Integer, nullable=False, server_default="0"),
    Column("fit", Integer, nullable=False, server_default="0"),
    Column("left_out", JSON, nullable=False),
    # There was more than one run takes.
    Column("cut", Boolean, nullable=False, server_default=false()),
    # The last submission that is settled: the work goes on behind it.
    Column("settled", BigInteger, nullable=False, server_default="0"),
    # What came of it, once it is over: {"done" or reason: count}.
    Column("results", JSON(none_as_null=True)),
    # Until when each account has what was sent: {crm: moment}.
    Column("paced", JSON, nullable=False),
    Index(None, "state"),
    Index(None, "user_id", "id"),
)

# The submissions of a run, frozen as the preview found them.
bulk_items = Table(
    "bulk_items",
    metadata,
    Column("run_id", Id, ForeignKey("bulk_runs.id"), primary_key=True, autoincrement=False),
    Column(
        "submission_id",
        Id,
        ForeignKey("submissions.id"),
        primary_key=True,
        autoincrement=False,
    ),
    # What the deed depends on, as it was: done only where it still is so.
    Column("seen", String(200), nullable=False),
    # NULL: not yet; "done", or the reason why not.
    Column("result", String(20)),
)
