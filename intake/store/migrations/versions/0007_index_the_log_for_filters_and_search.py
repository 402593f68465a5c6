"""Index the log for its filters and its search; keep people's views of it.

Revision 0007, after 0006.

Triggers keep `marks` and `search_index` in step with `submissions`, within the transaction
that writes the row: no writer, not even the version before, can forget them.
"""

import re
import sqlite3
import unicodedata
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BATCH = 1000
# Since 3.42 SQLite can take a word out of the index's file at once, not at the next merge.
ERASES_AT_ONCE = (3, 42)

# Who has been here before: the same telephone or address, in an earlier row.
_AGAIN = """EXISTS (SELECT 1 FROM submissions WHERE phone = {row}.phone AND id < {row}.id)
 OR EXISTS (SELECT 1 FROM submissions WHERE email = {row}.email AND id < {row}.id)"""

_COMMON = (
    "SELECT 'site:' || {row}.site AS mark",
    "SELECT 'state:' || {row}.state WHERE {row}.state <> 'accepted'",
    "SELECT 'source:' || substr({row}.utm_source, 1, 200) WHERE {row}.utm_source <> ''",
    "SELECT 'campaign:' || substr({row}.utm_campaign, 1, 200) WHERE {row}.utm_campaign <> ''",
    "SELECT 'region:' || {row}.region WHERE {row}.region <> ''",
    "SELECT 'sent:again' WHERE {row}.repeats > 0",
    "SELECT CASE WHEN " + _AGAIN + " THEN 'person:known' ELSE 'person:new' END"
    " WHERE {row}.state <> 'duplicate'"
    " AND ({row}.phone IS NOT NULL OR {row}.email IS NOT NULL)",
)
_SQLITE_ISSUES = """SELECT 'issue:' || substr(json_extract(issue.value, '$.code'), 1, 200)
 FROM json_each({row}.lead, '$.issues') AS issue
 WHERE issue.type = 'object' AND json_extract(issue.value, '$.code') <> ''
 AND json_extract(issue.value, '$.code') NOT GLOB '*[^a-z0-9_]*'"""
_POSTGRES_ISSUES = """SELECT 'issue:' || left(issue ->> 'code', 200)
 FROM json_array_elements(issues_of({row}.lead)) AS issue
 WHERE json_typeof(issue) = 'object' AND issue ->> 'code' ~ '^[a-z0-9_]+$'"""

# Whatever a mark or a word is made of. A delivery's progress changes none of them.
_MARKED = "site, state, repeats, phone, email, region, utm_source, utm_campaign, lead"


def _marks(row: str, issues: str) -> str:
    return "\nUNION ALL ".join((*_COMMON, issues)).format(row=row)


def upgrade() -> None:
    op.create_table(
        "marks",
        sa.Column("mark", sa.String(220), nullable=False),
        sa.Column("submission_id", ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("mark", "submission_id", name="pk_marks"),
        sqlite_with_rowid=False,
    )
    _create_personal_tables()
    if op.get_bind().dialect.name == "sqlite":
        _upgrade_sqlite()
    else:
        _upgrade_postgres()


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("added", "removed", "marked", "worded"):
            op.execute(f"DROP TRIGGER submissions_{name}")
    else:
        for name in ("added", "removed", "marked", "worded"):
            op.execute(f"DROP TRIGGER submissions_{name} ON submissions")
        for name in ("keep_marks", "keep_words"):
            op.execute(f"DROP FUNCTION {name}()")
        op.execute("DROP FUNCTION words_of(text)")
        op.execute("DROP FUNCTION issues_of(json)")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index_words")
    for name in ("search_index", "choices", "views", "marks"):
        op.execute(f"DROP TABLE {name}")


def _create_personal_tables() -> None:
    op.create_table(
        "views",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_views"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_views_user_id"),
        sa.UniqueConstraint("user_id", "name", name="uq_views_user_id_name"),
    )
    op.create_table(
        "choices",
        sa.Column("user_id", ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(30), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "name", name="pk_choices"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_choices_user_id"),
    )


_ADD = """INSERT OR IGNORE INTO marks (mark, submission_id) SELECT mark, new.id FROM ({marks})"""
# Whether the person was known is not asked anew of what may no longer be there.
_DROP = """DELETE FROM marks WHERE submission_id = old.id AND mark IN ({marks}
UNION ALL SELECT 'person:known' UNION ALL SELECT 'person:new')"""


def _upgrade_sqlite() -> None:
    add = _ADD.format(marks=_marks("new", _SQLITE_ISSUES))
    drop = _DROP.format(marks=_marks("old", _SQLITE_ISSUES))
    index = "INSERT INTO search_index(rowid, search_text) VALUES (new.id, new.search_text)"
    forget = (
        "INSERT INTO search_index(search_index, rowid, search_text)"
        " VALUES ('delete', old.id, old.search_text)"
    )
    _trigger("marked", f"UPDATE OF {_MARKED}", drop, add)
    _spell_anew("UPDATE submissions SET search_text = :words, site = site WHERE id = :id")
    op.execute("""CREATE VIRTUAL TABLE search_index USING fts5(search_text,
        content='submissions', content_rowid='id', tokenize='ascii', detail='none')""")
    # The words that there are, so that a beginning can be asked for by whole words.
    op.execute("CREATE VIRTUAL TABLE search_index_words USING fts5vocab(search_index, instance)")
    if sqlite3.sqlite_version_info >= ERASES_AT_ONCE:
        op.execute("INSERT INTO search_index(search_index, rank) VALUES('secure-delete', 1)")
    op.execute("INSERT INTO search_index(search_index) VALUES('rebuild')")
    _trigger("added", "INSERT", add, index)
    _trigger("removed", "DELETE", drop, forget)
    _trigger("worded", "UPDATE OF search_text", forget, index)


def _trigger(name: str, when: str, *deeds: str) -> None:
    # As it is: what looks like a bound parameter in it is a mark's name.
    op.get_bind().exec_driver_sql(
        f"CREATE TRIGGER submissions_{name} AFTER {when} ON submissions"
        f" BEGIN {'; '.join(deeds)}; END"
    )


# What is short holds no word too long for an index; whatever the version before writes is
# cut. The words come one a space, its texts one a line.
_WORDS_OF = r"""CREATE FUNCTION words_of(kept text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE
AS $$ BEGIN
IF octet_length(kept) < 2000 THEN
 RETURN array_to_tsvector(array_remove(string_to_array(replace(kept, chr(10), ' '), ' '), ''));
END IF;
RETURN (
SELECT coalesce(array_to_tsvector(array_agg(DISTINCT left(word, 64))), ''::tsvector)
FROM (SELECT word FROM regexp_split_to_table(kept, '\s+') AS word
WHERE word <> '' LIMIT 3000) AS words); END $$"""

# What PostgreSQL keeps as JSON it may not be able to read: a NUL, and half of a character,
# which a visitor's text may hold as it came.
_ISSUES_OF = r"""CREATE FUNCTION issues_of(kept json) RETURNS json LANGUAGE plpgsql IMMUTABLE
AS $$ DECLARE plain json := kept; BEGIN
IF strpos(kept::text, '\u') > 0 THEN
 plain := regexp_replace(kept::text,
 '(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})', '\1', 'gi')::json;
END IF;
RETURN CASE WHEN json_typeof(plain) = 'object' AND json_typeof(plain -> 'issues') = 'array'
 THEN plain -> 'issues' ELSE '[]'::json END; END $$"""

# Within PL/pgSQL, which plans each of its statements once a connection.
_KEEP_MARKS = """CREATE FUNCTION keep_marks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP <> 'INSERT' THEN
 DELETE FROM marks WHERE submission_id = OLD.id AND mark IN ({old}
 UNION ALL SELECT 'person:known' UNION ALL SELECT 'person:new');
END IF;
IF TG_OP <> 'DELETE' THEN
 INSERT INTO marks (mark, submission_id) SELECT mark, NEW.id FROM ({new}) AS made
 ON CONFLICT DO NOTHING;
END IF;
RETURN NULL; END $$"""

_KEEP_WORDS = """CREATE FUNCTION keep_words() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP = 'INSERT' THEN
 INSERT INTO search_index (submission_id, words) VALUES (NEW.id, words_of(NEW.search_text));
ELSIF TG_OP = 'UPDATE' THEN
 UPDATE search_index SET words = words_of(NEW.search_text) WHERE submission_id = NEW.id;
ELSE
 DELETE FROM search_index WHERE submission_id = OLD.id;
END IF;
RETURN NULL; END $$"""


_FILL = """INSERT INTO marks (mark, submission_id)
SELECT mark, each.id FROM submissions AS each, LATERAL ({marks}) AS made ON CONFLICT DO NOTHING"""


def _upgrade_postgres() -> None:
    run = op.get_bind().exec_driver_sql
    # Until the triggers stand nobody else writes: what came in between would be in neither.
    run("LOCK TABLE submissions IN SHARE ROW EXCLUSIVE MODE")
    _spell_anew("UPDATE submissions SET search_text = :words WHERE id = :id")
    new, old, each = (_marks(row, _POSTGRES_ISSUES) for row in ("NEW", "OLD", "each"))
    for statement in (_WORDS_OF, _ISSUES_OF, _KEEP_MARKS.format(new=new, old=old), _KEEP_WORDS):
        run(statement)
    run(_FILL.format(marks=each))
    run("CREATE TABLE search_index (submission_id bigint PRIMARY KEY, words tsvector NOT NULL)")
    run("INSERT INTO search_index SELECT id, words_of(search_text) FROM submissions")
    run("CREATE INDEX ix_search_index_words ON search_index USING gin (words)")
    _postgres_trigger("added", "INSERT", "keep_marks")
    _postgres_trigger("removed", "DELETE", "keep_marks")
    _postgres_trigger("marked", f"UPDATE OF {_MARKED}", "keep_marks")
    _postgres_trigger("worded", "INSERT OR DELETE OR UPDATE OF search_text", "keep_words")


def _postgres_trigger(name: str, when: str, function: str) -> None:
    op.get_bind().exec_driver_sql(
        f"CREATE TRIGGER submissions_{name} AFTER {when} ON submissions"
        f" FOR EACH ROW EXECUTE FUNCTION {function}()"
    )


def _spell_anew(statement: str) -> None:
    """Turn the texts that are kept into words, as `intake.store.words` did at this revision."""
    for rows in _batches():
        values = [{"id": id_, "words": _words(text, phone)} for id_, text, phone in rows]
        op.get_bind().execute(sa.text(statement), values)


def _batches() -> Iterator[list[tuple[int, str, str | None]]]:
    query = (
        "SELECT id, search_text, phone FROM submissions WHERE id > :last ORDER BY id LIMIT :most"
    )
    last = 0
    while rows := op.get_bind().execute(sa.text(query), {"last": last, "most": BATCH}).all():
        yield [(row.id, row.search_text, row.phone) for row in rows]
        last = rows[-1].id


def _words(text: str, phone: str | None) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    found = dict.fromkeys(word[:64] for word in re.findall(r"[^\W_]+", plain))
    if phone:
        found |= dict.fromkeys(phone[start:] for start in range(max(1, len(phone) - 3)))
    return " ".join(list(found)[-2000:])
