"""Index both halves of a submission's number: people dictate and remember one of them.

Revision 0013, after 0012.

Without the indexes such a search reads the numbers of the whole log.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# "7F3K-2M9Q"
HALVES = {
    "ix_submissions_first_half": "substr(number, 1, 4)",
    "ix_submissions_second_half": "substr(number, 6, 4)",
}


def upgrade() -> None:
    for name, half in HALVES.items():
        op.create_index(name, "submissions", [sa.text(half)])


def downgrade() -> None:
    for name in HALVES:
        op.drop_index(name, "submissions")
