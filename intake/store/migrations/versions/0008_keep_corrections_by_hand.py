"""Keep corrections by hand, where they sent a lead, and what accounts offer to choose.

Revision 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", ID, nullable=False),
        sa.Column("submission_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("site", sa.String(100), nullable=False),
        sa.Column("effect", sa.String(20), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("left_in_crm", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="fk_corrections_submission_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
    )
    op.create_index("ix_corrections_submission_id_id", "corrections", ["submission_id", "id"])
    op.create_table(
        "catalogues",
        sa.Column("crm", sa.String(100), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("crm", name="pk_catalogues"),
    )
    # NULL: as the submission's site and its settings say.
    op.add_column("deliveries", sa.Column("site", sa.String(100)))
    op.add_column("deliveries", sa.Column("route", sa.JSON()))


def downgrade() -> None:
    op.drop_column("deliveries", "route")
    op.drop_column("deliveries", "site")
    op.drop_table("catalogues")
    op.drop_index("ix_corrections_submission_id_id", "corrections")
    op.drop_table("corrections")
