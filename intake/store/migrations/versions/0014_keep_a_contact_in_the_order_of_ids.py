"""Index telephones and addresses with the id: whoever wrote often is read newest first.

Revision 0014, after 0013.

Without the id PostgreSQL gathers and sorts all rows of a number for one page of it.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CONTACTS = ("phone", "email")


def upgrade() -> None:
    for name in CONTACTS:
        op.create_index(op.f(f"ix_submissions_{name}_id"), "submissions", [name, "id"])
        op.drop_index(op.f(f"ix_submissions_{name}"), "submissions")


def downgrade() -> None:
    for name in CONTACTS:
        op.create_index(op.f(f"ix_submissions_{name}"), "submissions", [name])
        op.drop_index(op.f(f"ix_submissions_{name}_id"), "submissions")
