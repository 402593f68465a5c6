"""Let people dismiss what a comparison with the CRM has found.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("findings", sa.Column("dismissed_at", sa.DateTime(timezone=True)))
    op.add_column("findings", sa.Column("dismissed_by", sa.String(100)))


def downgrade() -> None:
    for name in ("dismissed_at", "dismissed_by"):
        op.drop_column("findings", name)
