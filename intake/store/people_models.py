"""The tables of the people of the log: who they are, where they are signed in, what they keep."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from intake.store.models import Id, UtcDateTime, metadata

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("login", String(100), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("role", String(20), nullable=False, server_default="viewer"),
    # The sites whose submissions the person sees; NULL: every one.
    Column("sites", JSON(none_as_null=True)),
    Column("disabled", Boolean, nullable=False, server_default=false()),
    # Of the version before, which may still run beside this one; nothing here reads them.
    Column("session_version", Integer, nullable=False, server_default="1"),
    Column("failed_logins", Integer, nullable=False, server_default="0"),
    Column("locked_until", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
)

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

# What a person keeps of the log for themselves: filters by name, the chosen columns.
views = Table(
    "views",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("name", String(60), nullable=False),
    Column("query", Text, nullable=False),
    UniqueConstraint("user_id", "name"),
)

choices = Table(
    "choices",
    metadata,
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True, autoincrement=False),
    Column("name", String(30), primary_key=True),
    Column("value", JSON, nullable=False),
)
