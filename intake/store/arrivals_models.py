"""The narrow copy of submissions that the overview counts: a line each, in order of time.

Triggers of the database keep it in step with the rows, within the transaction that writes
them; what a row is not made of, its delivery, is read from `deliveries`.
"""

from sqlalchemy import BigInteger, Column, String, Table

from intake.store.models import Id, metadata

# As much of a value as the marks keep, so that what is counted can be found in the list.
VALUE = String(200)

arrivals = Table(
    "arrivals",
    metadata,
    # Milliseconds since 1970, UTC; the fraction is cut off.
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("submission_id", Id, primary_key=True, autoincrement=False),
    Column("site", String(100), nullable=False),
    Column("state", String(20), nullable=False),
    # NULL where it is not known, or empty.
    Column("source", VALUE),
    Column("medium", VALUE),
    Column("campaign", VALUE),
    Column("region", VALUE),
    sqlite_with_rowid=False,
)
