"""The tables. Their history is in `migrations/`; the two are compared by a test.

Those of the people of the log are in `people_models`, corrections in `correction_models`,
of what people do about submissions in `handling_models`, files and links in `export_models`.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    func,
    literal_column,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# The words of submissions, in the database's own kind of index: `intake.store.search`.
SEARCH_INDEX = "search_index"

# A campaign may be called anything, and an index bears only so much.
LONGEST_MARK = 220

# SQLite gives only an INTEGER PRIMARY KEY its row id.
Id = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment; kept in UTC, because SQLite keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment as the database keeps it; ValueError for one without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return an aware moment in UTC."""
        if value is None:
            return None
        moment: datetime = value
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


submissions = Table(
    "submissions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("uid", String(36), nullable=False, unique=True),
    Column("number", String(9), nullable=False, unique=True),
    Column("site", String(100), nullable=False),
    Column("submission_key", String(200)),
    Column("channel", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", String(50)),
    # Why it was held: codes of `intake.domain.doubt`. They stay when a person lets it pass.
    Column("doubts", JSON(none_as_null=True)),
    Column("duplicate_of", Id, ForeignKey("submissions.id")),
    Column("repeats", Integer, nullable=False, server_default="0"),
    Column("received_at", UtcDateTime, nullable=False),
    Column("raw", JSON, nullable=False),
    Column("lead", JSON, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    # Copies out of `lead`, for the log's columns, filters and search.
    Column("name", Text),
    Column("phone", String(40)),
    Column("email", String(254)),
    Column("region", String(100)),
    Column("timezone", String(10)),
    Column("utm_source", Text),
    Column("utm_campaign", Text),
    Column("tries", Integer),
    Column("waited_ms", Integer),
    # Its words, spaced; what the search's index is made of: `intake.store.words`.
    Column("search_text", Text, nullable=False),
    # Since when only the skeleton is left: number, time, site, state, counts and marks.
    Column("erased_at", UtcDateTime),
    UniqueConstraint("site", "submission_key"),
    Index(None, "site", "id"),
    Index(None, "state", "id"),
    Index(None, "received_at"),
    Index(None, "phone", "id"),
    Index(None, "email", "id"),
    Index(None, "duplicate_of"),
)

# "7F3K-2M9Q": people dictate and remember one half.
NUMBER_HALVES = tuple(
    func.substr(submissions.c.number, literal_column(start), literal_column("4"))
    for start in ("1", "6")
)
Index("ix_submissions_first_half", NUMBER_HALVES[0])
Index("ix_submissions_second_half", NUMBER_HALVES[1])

# What the log's filters ask for, a line for each trait of a submission: "site:okna",
# "issue:phone_repaired". Triggers keep it in step with the rows, whoever writes them.
marks = Table(
    "marks",
    metadata,
    Column("mark", String(LONGEST_MARK), primary_key=True),
    Column("submission_id", Id, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("submission_id", Id, ForeignKey("submissions.id"), nullable=False),
    Column("crm", String(100), nullable=False),
    # What a person chose instead of the submission's site and its settings; NULL: nothing.
    Column("site", String(100)),
    Column("route", JSON(none_as_null=True)),
    Column("state", String(20), nullable=False),
    # A person's redelivery starts a new generation; `base_generation` is the first one
    # whose attempts may have left a lead in the CRM that must be looked for.
    Column("generation", Integer, nullable=False, server_default="1"),
    Column("base_generation", Integer, nullable=False, server_default="1"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    # NULL: nothing will happen by itself.
    Column("next_attempt_at", UtcDateTime),
    Column("ring_after", UtcDateTime, nullable=False),
    Column("lease_token", String(36)),
    Column("lease_until", UtcDateTime),
    Column("steps_done", JSON, nullable=False),
    Column("lead_id", BigInteger),
    Column("client_id", BigInteger),
    Column("deal_id", BigInteger),
    # Whom the sharing out chose; the task that was set; the open deal that was joined.
    Column("employee_id", BigInteger),
    Column("task_id", BigInteger),
    Column("joined_deal_id", BigInteger),
    # Sent again although an unanswered attempt could not be settled.
    Column("doubtful", Boolean, nullable=False, server_default=false()),
    Column("outcome", String(20)),
    Column("message", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("delivered_at", UtcDateTime),
    UniqueConstraint("submission_id", "crm"),
    # There are few, and they are counted at every scrape of the metrics.
    Index(None, "doubtful", sqlite_where=text("doubtful = 1"), postgresql_where=text("doubtful")),
    Index(None, "next_attempt_at"),
    Index(None, "state", "submission_id"),
)

# The line before each account: only what something is still to be done for.
_in_line = deliveries.c.next_attempt_at.is_not(None)
Index(
    None,
    deliveries.c.crm,
    deliveries.c.next_attempt_at,
    sqlite_where=_in_line,
    postgresql_where=_in_line,
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("delivery_id", Id, ForeignKey("deliveries.id"), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("step", String(20), nullable=False),
    Column("method", String(50), nullable=False),
    # Whether the call changes the CRM; a mere look leaves nothing to be settled.
    Column("effect", Boolean, nullable=False),
    Column("request", JSON, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    # NULL until the call is over: what a crash leaves behind is unknown, and visible.
    Column("outcome", String(20)),
    Column("duration_ms", Float),
    Column("http_status", Integer),
    Column("reply", Text),
    Column("message", Text),
    Index(None, "delivery_id", "id"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("crm", String(100), primary_key=True),
    Column("crm_id", BigInteger),
    Column("next_call_at", UtcDateTime),
    # The breaker: since when the account's deliveries wait, and when it is probed next.
    Column("paused_since", UtcDateTime),
    Column("pause_reason", String(20)),
    Column("pause_message", Text),
    Column("probe_at", UtcDateTime),
    Column("probes", Integer, nullable=False, server_default="0"),
    # Calls in a row that did not reach the CRM.
    Column("unreached", Integer, nullable=False, server_default="0"),
    Column("resumed_at", UtcDateTime),
    # Methods whose refusal paused the account, separated by spaces, until each is answered.
    Column("suspects", String(400), nullable=False, server_default=""),
    # When the first of several pauses in quick succession began.
    Column("troubled_since", UtcDateTime),
)

# How many leads of a site each employee was given, for sharing out by weight.
shares = Table(
    "shares",
    metadata,
    Column("site", String(100), primary_key=True),
    Column("employee_id", BigInteger, primary_key=True, autoincrement=False),
    Column("given", Integer, nullable=False, server_default="0"),
    # Whose turn it is: `intake.domain.sharing.choose`.
    Column("credit", Integer, nullable=False, server_default="0"),
)

# What people are told of: one message when it begins, one when it is over.
troubles = Table(
    "troubles",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(30), nullable=False),
    Column("subject", String(100), nullable=False),
    Column("message", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("told_at", UtcDateTime),
    Column("over_at", UtcDateTime),
    Column("told_over_at", UtcDateTime),
    # A message that was not taken is sent again then; while one is being sent, nobody
    # else sends it.
    Column("tell_after", UtcDateTime),
    Column("tries", Integer, nullable=False, server_default="0"),
    # Digests of the addresses that have the message already, where others did not take it.
    Column("reached", JSON),
    Index(None, "kind", "subject"),
)

# A comparison of our log with the CRM's list of leads.
reconciliations = Table(
    "reconciliations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("crm", String(100), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("compared", Integer, nullable=False, server_default="0"),
    Column("listed", Integer, nullable=False, server_default="0"),
    Column("message", Text),
)

findings = Table(
    "findings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reconciliation_id", Id, ForeignKey("reconciliations.id"), nullable=False),
    Column("submission_id", Id, ForeignKey("submissions.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("lead_ids", JSON, nullable=False),
    # A person has looked into it; it stays so while the comparison finds the same.
    Column("dismissed_at", UtcDateTime),
    Column("dismissed_by", String(100)),
    Index(None, "reconciliation_id"),
    Index(None, "submission_id"),
)

# What is still whole, by age: the next to be erased once a site's term is over.
_whole = submissions.c.erased_at.is_(None)
Index(
    None,
    submissions.c.site,
    submissions.c.received_at,
    sqlite_where=_whole,
    postgresql_where=_whole,
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(100), nullable=False),
    Column("action", String(50), nullable=False),
    Column("submission_id", Id, ForeignKey("submissions.id")),
    Column("detail", JSON, nullable=False),
    Index(None, "submission_id"),
    Index(None, "actor", "id"),
    Index(None, "action", "id"),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
