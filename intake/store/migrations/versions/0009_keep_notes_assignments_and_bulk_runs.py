"""Keep notes, whose a submission is, and what is being done to many.

Revision 0009, after 0007.

The table of submissions is left as it is: on SQLite a new column in the midst of it would
cost its triggers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("id", ID, nullable=False),
        sa.Column("submission_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("author", sa.String(100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="fk_notes_submission_id"
        ),
    )
    op.create_index("ix_notes_submission_id_id", "notes", ["submission_id", "id"])
    op.create_table(
        "assignments",
        sa.Column("submission_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("submission_id", name="pk_assignments"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="fk_assignments_submission_id"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_assignments_user_id"),
    )
    _create_runs()


def _create_runs() -> None:
    op.create_table(
        "bulk_runs",
        sa.Column("id", ID, nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("assignee_id", ID),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("chosen", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("fit", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("cut", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("settled", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("results", sa.JSON()),
        sa.Column("paced", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bulk_runs"),
        sa.ForeignKeyConstraint(["assignee_id"], ["users.id"], name="fk_bulk_runs_assignee_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_bulk_runs_user_id"),
    )
    op.create_index("ix_bulk_runs_state", "bulk_runs", ["state"])
    op.create_index("ix_bulk_runs_user_id_id", "bulk_runs", ["user_id", "id"])
    op.create_table(
        "bulk_items",
        sa.Column("run_id", ID, autoincrement=False, nullable=False),
        sa.Column("submission_id", ID, autoincrement=False, nullable=False),
        sa.Column("seen", sa.String(200), nullable=False),
        sa.Column("result", sa.String(20)),
        sa.PrimaryKeyConstraint("run_id", "submission_id", name="pk_bulk_items"),
        sa.ForeignKeyConstraint(["run_id"], ["bulk_runs.id"], name="fk_bulk_items_run_id"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="fk_bulk_items_submission_id"
        ),
    )


def downgrade() -> None:
    for name in ("bulk_items", "bulk_runs", "assignments", "notes"):
        op.drop_table(name)
    op.execute("DELETE FROM marks WHERE mark LIKE 'assigned:%'")
