"""Hold what is doubted, and know how often and how long a browser tried.

Revision 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submissions", sa.Column("doubts", sa.JSON(none_as_null=True)))
    op.add_column("submissions", sa.Column("tries", sa.Integer()))
    op.add_column("submissions", sa.Column("waited_ms", sa.Integer()))


def downgrade() -> None:
    for name in ("doubts", "tries", "waited_ms"):
        op.drop_column("submissions", name)
