"""Remember which methods an account refused, and since when it has been in trouble.

Revision 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    suspects = sa.Column("suspects", sa.String(400), nullable=False, server_default="")
    op.add_column("accounts", suspects)
    op.add_column("accounts", sa.Column("troubled_since", sa.DateTime(timezone=True)))


def downgrade() -> None:
    for name in ("suspects", "troubled_since"):
        op.drop_column("accounts", name)
