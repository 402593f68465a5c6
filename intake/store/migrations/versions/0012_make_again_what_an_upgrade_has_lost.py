"""Make again the marks, words and lines that 0007 and 0010 may have lost.

Revision 0012, after 0011.

With PostgreSQL these filled their tables first and created their triggers afterwards: what
others wrote in between was in neither. Whoever has such rows gets what is missing; where
nothing is, this only looks. The triggers stand now, so nobody has to wait for it.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BATCH = 5000

_LOST = """SELECT each.id FROM submissions AS each
LEFT JOIN arrivals AS line ON line.submission_id = each.id
LEFT JOIN marks AS of_site
 ON of_site.mark = 'site:' || each.site AND of_site.submission_id = each.id
LEFT JOIN marks AS of_state
 ON of_state.mark = 'state:' || each.state AND of_state.submission_id = each.id
WHERE line.submission_id IS NULL OR of_site.mark IS NULL
 OR (each.state <> 'accepted' AND of_state.mark IS NULL)
 OR line.site <> each.site OR line.state <> each.state
 OR coalesce(line.source, '') <> coalesce(substr(each.utm_source, 1, 200), '')
 OR coalesce(line.campaign, '') <> coalesce(substr(each.utm_campaign, 1, 200), '')
 OR coalesce(line.region, '') <> coalesce(substr(each.region, 1, 200), '')
UNION SELECT each.id FROM marks JOIN submissions AS each ON each.id = marks.submission_id
WHERE marks.mark IN ('state:held', 'state:spam', 'state:rejected', 'state:duplicate')
 AND marks.mark <> 'state:' || each.state
ORDER BY 1"""

# A mark that people have given is no part of the row.
_FORGET = """DELETE FROM marks WHERE submission_id IN :ids AND mark NOT LIKE 'assigned:%'"""
# The triggers do the rest.
_TOUCH = """UPDATE submissions SET lead = lead WHERE id IN :ids"""

_WORDS = """INSERT INTO search_index (submission_id, words)
SELECT each.id, words_of(each.search_text) FROM submissions AS each
WHERE NOT EXISTS (SELECT 1 FROM search_index WHERE submission_id = each.id)
ON CONFLICT DO NOTHING"""
# Nothing of what was erased meanwhile is to be found any more.
_ERASED_WORDS = """UPDATE search_index SET words = words_of(each.search_text)
FROM submissions AS each WHERE each.id = submission_id AND each.erased_at IS NOT NULL
AND words <> words_of(each.search_text)"""


def upgrade() -> None:
    for ids in _batches():
        for statement in (_FORGET, _TOUCH):
            asked = sa.text(statement).bindparams(sa.bindparam("ids", ids, expanding=True))
            op.get_bind().execute(asked)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_WORDS)
        op.execute(_ERASED_WORDS)


def downgrade() -> None:
    """Leave what was made: it is what should have been there."""


def _batches() -> Iterator[list[int]]:
    ids = list(op.get_bind().execute(sa.text(_LOST)).scalars())
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
