"""Keep what a deed done to many says: a note's text, and where the corrected ones go.

Revision 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bulk_runs", sa.Column("note", sa.Text()))
    op.add_column("bulk_runs", sa.Column("rerouting", sa.JSON(none_as_null=True)))


def downgrade() -> None:
    op.drop_column("bulk_runs", "rerouting")
    op.drop_column("bulk_runs", "note")
