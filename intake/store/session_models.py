"""The tables of sign-ins: who is where, and who has guessed how often."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from intake.store.models import Id, UtcDateTime, metadata

# Kept for a while after they have ended: where a person has been before they are known.
sessions = Table(
    "sessions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    # Digests: whoever reads the table can sign in with nothing of it.
    Column("key_digest", String(64), nullable=False, unique=True),
    Column("device_digest", String(64), nullable=False),
    Column("address", String(50), nullable=False),
    Column("browser", String(300), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index(None, "user_id", "id"),
)

# Failed sign-ins by who seems to try: `intake.store.throttle`.
sign_in_tries = Table(
    "sign_in_tries",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("failed", Integer, nullable=False, server_default="0"),
    Column("failed_at", UtcDateTime, nullable=False),
    Column("locked_until", UtcDateTime),
)
