"""Keep pauses of accounts, troubles, findings, and more of what a delivery did.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name in ("employee_id", "task_id", "joined_deal_id"):
        op.add_column("deliveries", sa.Column(name, sa.BigInteger(), nullable=True))
    doubtful: sa.Column[bool] = sa.Column(
        "doubtful", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("deliveries", doubtful)
    op.create_index(
        op.f("ix_deliveries_doubtful"),
        "deliveries",
        ["doubtful"],
        sqlite_where=sa.text("doubtful = 1"),
        postgresql_where=sa.text("doubtful"),
    )
    for column in (
        sa.Column("paused_since", MOMENT),
        sa.Column("pause_reason", sa.String(20)),
        sa.Column("pause_message", sa.Text()),
        sa.Column("probe_at", MOMENT),
        sa.Column("probes", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("unreached", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("resumed_at", MOMENT),
    ):
        op.add_column("accounts", column)
    in_line = sa.text("next_attempt_at IS NOT NULL")
    op.create_index(
        op.f("ix_deliveries_crm_next_attempt_at"),
        "deliveries",
        ["crm", "next_attempt_at"],
        sqlite_where=in_line,
        postgresql_where=in_line,
    )
    op.create_table(
        "shares",
        sa.Column("site", sa.String(100), nullable=False),
        sa.Column("employee_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("given", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("credit", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("site", "employee_id", name=op.f("pk_shares")),
    )
    op.create_table(
        "troubles",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("told_at", MOMENT),
        sa.Column("over_at", MOMENT),
        sa.Column("told_over_at", MOMENT),
        sa.Column("tell_after", MOMENT),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("reached", sa.JSON()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_troubles")),
    )
    op.create_index(op.f("ix_troubles_kind_subject"), "troubles", ["kind", "subject"])
    op.create_table(
        "reconciliations",
        sa.Column("id", ID, nullable=False),
        sa.Column("crm", sa.String(100), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("compared", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("listed", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("message", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliations")),
    )
    op.create_table(
        "findings",
        sa.Column("id", ID, nullable=False),
        sa.Column("reconciliation_id", ID, nullable=False),
        sa.Column("submission_id", ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("lead_ids", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reconciliation_id"],
            ["reconciliations.id"],
            name=op.f("fk_findings_reconciliation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_findings_submission_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
    )
    for name in ("reconciliation_id", "submission_id"):
        op.create_index(op.f(f"ix_findings_{name}"), "findings", [name])


def downgrade() -> None:
    op.drop_index(op.f("ix_deliveries_crm_next_attempt_at"), table_name="deliveries")
    for table in ("findings", "reconciliations", "troubles", "shares"):
        op.drop_table(table)
    accounts = (
        "paused_since",
        "pause_reason",
        "pause_message",
        "probe_at",
        "probes",
        "unreached",
        "resumed_at",
    )
    for name in accounts:
        op.drop_column("accounts", name)
    op.drop_index(op.f("ix_deliveries_doubtful"), "deliveries")
    for name in ("employee_id", "task_id", "joined_deal_id", "doubtful"):
        op.drop_column("deliveries", name)
