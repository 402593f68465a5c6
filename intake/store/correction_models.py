"""The tables of corrections by hand, and of what accounts offer to choose from."""

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table

from intake.store.models import Id, UtcDateTime, metadata

corrections = Table(
    "corrections",
    metadata,
    Column("id", Id, primary_key=True),
    Column("submission_id", Id, ForeignKey("submissions.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(100), nullable=False),
    # Where it was sent then, and what that did there: `intake.domain.correction.Effect`.
    Column("site", String(100), nullable=False),
    Column("effect", String(20), nullable=False),
    # Field by field what was there and what is now, as people read it.
    Column("changes", JSON, nullable=False),
    # What had been understood until then: the lead, whole.
    Column("before", JSON, nullable=False),
    # The cards in the CRM that hold what was there before.
    Column("left_in_crm", JSON, nullable=False),
    Index(None, "submission_id", "id"),
)

# What main/data said last: `intake.domain.catalogue`.
catalogues = Table(
    "catalogues",
    metadata,
    Column("crm", String(100), primary_key=True),
    Column("data", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
