"""Give people roles, sites and sessions of their own; mark what was erased.

Revision 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
WHOLE = sa.text("erased_at IS NULL")


def upgrade() -> None:
    op.add_column(
        "users", sa.Column("role", sa.String(20), nullable=False, server_default="viewer")
    )
    op.add_column("users", sa.Column("sites", sa.JSON()))
    # Whoever is there already could do everything, and still can.
    op.execute("UPDATE users SET role = 'admin'")
    op.create_table(
        "sessions",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("key_digest", sa.String(64), nullable=False),
        sa.Column("device_digest", sa.String(64), nullable=False),
        sa.Column("address", sa.String(50), nullable=False),
        sa.Column("browser", sa.String(300), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("key_digest", name=op.f("uq_sessions_key_digest")),
    )
    op.create_index(op.f("ix_sessions_user_id_id"), "sessions", ["user_id", "id"])
    op.create_table(
        "sign_in_tries",
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("failed_at", MOMENT, nullable=False),
        sa.Column("locked_until", MOMENT),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_tries")),
    )
    op.create_index(op.f("ix_audit_actor_id"), "audit", ["actor", "id"])
    op.create_index(op.f("ix_audit_action_id"), "audit", ["action", "id"])
    op.add_column("submissions", sa.Column("erased_at", MOMENT))
    op.create_index(
        op.f("ix_submissions_site_received_at"),
        "submissions",
        ["site", "received_at"],
        sqlite_where=WHOLE,
        postgresql_where=WHOLE,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_submissions_site_received_at"), "submissions")
    op.drop_column("submissions", "erased_at")
    for name in ("action", "actor"):
        op.drop_index(op.f(f"ix_audit_{name}_id"), "audit")
    op.drop_table("sign_in_tries")
    op.drop_table("sessions")
    for name in ("sites", "role"):
        op.drop_column("users", name)
