"""Keep a narrow copy of submissions for the overview, and a mark of their medium.

Revision 0010, after 0007.

Triggers keep both in step with `submissions`, within the transaction that writes the row.
They stand beside those of 0007 and touch nothing that those write.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
VALUE = sa.String(200)

# Whatever a line is made of; a repeat of the form changes none of it.
_COPIED = "site, state, received_at, utm_source, utm_campaign, region, lead"

# SQLite keeps moments as text, "2026-11-23 10:00:00.123456", in UTC.
_SQLITE_AT = (
    "CAST(strftime('%s', substr({row}.received_at, 1, 19)) AS INTEGER) * 1000"
    " + CAST(substr({row}.received_at, 21, 3) AS INTEGER)"
)
_POSTGRES_AT = "CAST(floor(extract(epoch FROM {row}.received_at) * 1000) AS bigint)"
_SQLITE_MEDIUM = (
    "CASE WHEN json_type({row}.lead, '$.attribution.utm_medium') = 'text'"
    " THEN json_extract({row}.lead, '$.attribution.utm_medium') END"
)
_POSTGRES_MEDIUM = "medium_of({row}.lead)"

_LINE = (
    "{at}, {row}.id, {row}.site, {row}.state, nullif(substr({row}.utm_source, 1, 200), ''),"
    " nullif(substr({medium}, 1, 200), ''), nullif(substr({row}.utm_campaign, 1, 200), ''),"
    " nullif(substr({row}.region, 1, 200), '')"
)
_INTO = "INSERT INTO arrivals (at, submission_id, site, state, source, medium, campaign, region)"
_FILL = """{into} SELECT {line} FROM submissions AS each ORDER BY each.received_at, each.id"""
_MARK_ALL = """INSERT INTO marks (mark, submission_id)
SELECT 'medium:' || medium, submission_id FROM arrivals WHERE medium IS NOT NULL"""

_SQLITE_DROP = """DELETE FROM arrivals WHERE at = {at} AND submission_id = old.id;
DELETE FROM marks WHERE mark = 'medium:' || substr({medium}, 1, 200)
 AND submission_id = old.id"""
_SQLITE_ADD = """{into} SELECT {line};
INSERT OR IGNORE INTO marks (mark, submission_id)
SELECT 'medium:' || substr({medium}, 1, 200), new.id WHERE {medium} <> ''"""

# What PostgreSQL keeps as JSON it may not be able to read: a NUL, and half of a character.
_MEDIUM_OF = r"""CREATE FUNCTION medium_of(kept json) RETURNS text LANGUAGE plpgsql IMMUTABLE
AS $$ DECLARE plain json := kept; BEGIN
IF strpos(kept::text, '\u') > 0 THEN
 plain := regexp_replace(kept::text,
 '(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})', '\1', 'gi')::json;
END IF;
IF json_typeof(plain) = 'object' AND json_typeof(plain -> 'attribution') = 'object'
 AND json_typeof(plain #> '{attribution,utm_medium}') = 'string' THEN
 RETURN plain #>> '{attribution,utm_medium}';
END IF;
RETURN NULL; END $$"""

_KEEP_ARRIVALS = """CREATE FUNCTION keep_arrivals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE medium text; BEGIN
IF TG_OP <> 'INSERT' THEN
 DELETE FROM arrivals WHERE at = {old_at} AND submission_id = OLD.id;
 medium := nullif(substr(medium_of(OLD.lead), 1, 200), '');
 DELETE FROM marks WHERE mark = 'medium:' || medium AND submission_id = OLD.id;
END IF;
IF TG_OP <> 'DELETE' THEN
 medium := nullif(substr(medium_of(NEW.lead), 1, 200), '');
 {into} VALUES ({line});
 INSERT INTO marks (mark, submission_id)
 SELECT 'medium:' || medium, NEW.id WHERE medium IS NOT NULL ON CONFLICT DO NOTHING;
END IF;
RETURN NULL; END $$"""


def upgrade() -> None:
    op.create_table(
        "arrivals",
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("submission_id", ID, autoincrement=False, nullable=False),
        sa.Column("site", sa.String(100), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        *(sa.Column(name, VALUE) for name in ("source", "medium", "campaign", "region")),
        sa.PrimaryKeyConstraint("at", "submission_id", name="pk_arrivals"),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "sqlite":
        _upgrade_sqlite()
    else:
        _upgrade_postgres()


def downgrade() -> None:
    names = ("arrived", "left", "counted")
    if op.get_bind().dialect.name == "sqlite":
        for name in names:
            op.execute(f"DROP TRIGGER submissions_{name}")
    else:
        for name in names:
            op.execute(f"DROP TRIGGER submissions_{name} ON submissions")
        op.execute("DROP FUNCTION keep_arrivals()")
        op.execute("DROP FUNCTION medium_of(json)")
    op.execute("DELETE FROM marks WHERE mark >= 'medium:' AND mark < 'medium;'")
    op.execute("DROP TABLE arrivals")


def _upgrade_sqlite() -> None:
    run = op.get_bind().exec_driver_sql
    old, new, each = (_SQLITE_MEDIUM.format(row=row) for row in ("old", "new", "each"))
    drop = _SQLITE_DROP.format(at=_SQLITE_AT.format(row="old"), medium=old)
    add = _SQLITE_ADD.format(into=_INTO, line=_line("new", _SQLITE_AT, new), medium=new)
    run(_FILL.format(into=_INTO, line=_line("each", _SQLITE_AT, each)))
    run(_MARK_ALL)
    _trigger("arrived", "INSERT", add)
    _trigger("left", "DELETE", drop)
    _trigger("counted", f"UPDATE OF {_COPIED}", drop, add)


def _trigger(name: str, when: str, *deeds: str) -> None:
    op.get_bind().exec_driver_sql(
        f"CREATE TRIGGER submissions_{name} AFTER {when} ON submissions"
        f" BEGIN {'; '.join(deeds)}; END"
    )


def _upgrade_postgres() -> None:
    run = op.get_bind().exec_driver_sql
    # Until the triggers stand nobody else writes: what came in between would be in neither.
    run("LOCK TABLE submissions IN SHARE ROW EXCLUSIVE MODE")
    run(_MEDIUM_OF)
    line = _line("NEW", _POSTGRES_AT, "medium")
    old_at = _POSTGRES_AT.format(row="OLD")
    run(_KEEP_ARRIVALS.format(into=_INTO, line=line, old_at=old_at))
    medium = _POSTGRES_MEDIUM.format(row="each")
    run(_FILL.format(into=_INTO, line=_line("each", _POSTGRES_AT, medium)))
    run(_MARK_ALL)
    for name, when in (
        ("arrived", "INSERT"),
        ("left", "DELETE"),
        ("counted", f"UPDATE OF {_COPIED}"),
    ):
        run(
            f"CREATE TRIGGER submissions_{name} AFTER {when} ON submissions"
            " FOR EACH ROW EXECUTE FUNCTION keep_arrivals()"
        )


def _line(row: str, at: str, medium: str) -> str:
    return _LINE.format(row=row, at=at.format(row=row), medium=medium)
