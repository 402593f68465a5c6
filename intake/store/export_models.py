"""The tables of what leaves the log: files being made, and links for people without a login."""

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
)

from intake.store.models import Id, UtcDateTime, audit, metadata
from intake.store.people_models import users

# How far each file is, for whichever machine is asked. Forgotten after a day; what was taken
# by whom stays in `audit`.
exports = Table(
    "exports",
    metadata,
    Column("id", Id, primary_key=True),
    # The page that waits for the file made it up, or our own for a link's reader.
    Column("key", String(40), nullable=False),
    Column("user_id", Id, ForeignKey(users.c.id), nullable=False),
    Column("link_id", Id),
    Column("audit_id", Id, ForeignKey(audit.c.id), nullable=False),
    Column("state", String(20), nullable=False),
    Column("done", Integer, nullable=False, server_default="0"),
    # NULL until they are counted.
    Column("total", Integer),
    Column("started_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    UniqueConstraint("user_id", "key"),
    Index(None, "started_at"),
)

links = Table(
    "links",
    metadata,
    Column("id", Id, primary_key=True),
    # A digest: whoever reads the table can open nothing with it.
    Column("token_digest", String(64), nullable=False, unique=True),
    Column("user_id", Id, ForeignKey(users.c.id), nullable=False),
    Column("title", String(100), nullable=False),
    # The conditions as an address of the list names them, days in `zone`.
    Column("query", Text, nullable=False),
    Column("zone", String(60), nullable=False),
    # What its maker could see then; NULL: every site.
    Column("sites", JSON(none_as_null=True)),
    Column("masked", Boolean, nullable=False),
    Column("downloads", Boolean, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("openings", Integer, nullable=False, server_default="0"),
    Column("opened_at", UtcDateTime),
    Index(None, "user_id", "id"),
)
