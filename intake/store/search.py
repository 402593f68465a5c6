"""What a person types into the log's search, as a list of submissions.

SQLite keeps the words in an FTS5 table, PostgreSQL in a column of `tsvector` under a GIN
index; what a word is, `intake.store.words` decides for both.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    and_,
    case,
    cast,
    column,
    false,
    literal,
    literal_column,
    or_,
    select,
    table,
    true,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from intake.store.lists import Kind, Listing, Span, is_there
from intake.store.models import NUMBER_HALVES, SEARCH_INDEX, submissions
from intake.store.scope import WHOLE_LOG
from intake.store.whole_values import FEWEST_OF_WHOLE, cleaned, half_typed, phone_spellings
from intake.store.words import FEWEST_OF_NUMBER, Word, asked_words

_fts = table(SEARCH_INDEX, column("rowid"), column("search_index"))
_vectors = table(SEARCH_INDEX, column("submission_id"), column("words", TSVECTOR))


def words_listing(connection: Connection, text: str, *, is_covered: bool = False) -> Listing | None:
    """Return the list of the submissions with every word of `text`; None where it has none.

    A telephone number is also looked for by a part of it, however it is spaced; not so
    where the reader `is_covered`: they find it whole (see `whole_values`) or not at all.
    """
    text = cleaned(text)
    asked = asked_words(text, is_covered=is_covered)
    if is_covered and any(map(_may_end_a_number, asked)):
        return None
    parts = () if is_covered else ((Word(digits, True),) for digits in phone_spellings(text))
    ways = [way for way in dict.fromkeys((asked, *parts)) if way]
    if not ways:
        return None
    if connection.dialect.name == "sqlite":
        return _in_fts(ways, lambda word: _spelled_out(connection, word))
    return _in_vectors(ways)


def half_of_number(text: str) -> ColumnElement[bool] | None:
    """Return the condition for one half of a submission's number; None where it is none."""
    half = half_typed(text)
    if half is None:
        return None
    return or_(*(kept == half for kept in NUMBER_HALVES))


def _may_end_a_number(word: Word) -> bool:
    # The endings of numbers stand among the words of the index.
    return word.text.isdigit() and FEWEST_OF_NUMBER <= len(word.text) < FEWEST_OF_WHOLE


def _in_fts(ways: Sequence[Sequence[Word]], spell_out: Callable[[Word], str]) -> Listing:
    asked = " OR ".join(f"({' AND '.join(spell_out(word) for word in way)})" for way in ways)
    # The index is read from its end only; of one row its own words are.
    each = submissions.alias()
    spaced = literal(" ") + each.c.search_text + " "
    read = or_(*(and_(*(spaced.like(_pattern(word)) for word in way)) for way in ways))
    return Listing(
        _fts.c.rowid,
        _fts.c.search_index.op("MATCH")(asked),
        lambda wanted: is_there(each, each.c.id == wanted, read),
        kind=Kind.WORDS,
    )


# What begins with these signs and is more than so many words is asked for as a beginning.
_MOST_ENDINGS = 200
_TERMS = sql("""WITH RECURSIVE found(word) AS (
SELECT (SELECT term FROM search_index_words WHERE term >= :first AND term <= :last LIMIT 1)
UNION ALL SELECT (SELECT term FROM search_index_words
WHERE term >= found.word || char(1) AND term <= :last LIMIT 1)
FROM found WHERE found.word IS NOT NULL LIMIT :most)
SELECT word FROM found WHERE word IS NOT NULL""")


def _spelled_out(connection: Connection, word: Word) -> str:
    """Return a word as FTS5 reads it: a beginning by all the words that there are with it.

    FTS5 reads the list of a whole word bit by bit, from its end; that of a beginning it
    puts together in full first, which takes the longer the more rows there are. Numbers
    are so many, and each so rare, that for them it is the other way round.
    """
    # Nothing but letters and digits stands between the quotes.
    if not word.is_beginning:
        return f'"{word.text}"'
    if word.text.isdigit():
        return f'"{word.text}"*'
    bounds = {"first": word.text, "last": word.text + chr(0x10FFFF), "most": _MOST_ENDINGS + 1}
    terms = connection.execute(_TERMS, bounds, execution_options=WHOLE_LOG).scalars().all()
    if not 0 < len(terms) <= _MOST_ENDINGS:
        return f'"{word.text}"*'
    return f"({' OR '.join(f'{chr(34)}{term}{chr(34)}' for term in terms)})"


def _in_vectors(ways: Sequence[Sequence[Word]]) -> Listing:
    asked, checked = _gathered(ways)
    each = _vectors.alias()

    def matches(words: ColumnElement[str]) -> ColumnElement[bool]:
        gathered = words.op("@@")(cast(asked, TSQUERY))
        if not checked:
            return gathered
        # Within the CASE the index does not see it.
        return and_(gathered, case((words.op("@@")(cast(checked, TSQUERY)), true()), else_=false()))

    def walk(span: Span, up: bool) -> Listing:
        # The OFFSET is a fence: what is behind it is read in its order, and nothing more.
        id_ = each.c.submission_id
        rows = (
            select(id_, each.c.words).where(*span.around(id_)).order_by(id_ if up else id_.desc())
        )
        row = rows.offset(literal_column("0", Integer)).subquery()
        return Listing(row.c.submission_id, matches(row.c.words), has)

    def has(wanted: ColumnElement[int]) -> ColumnElement[bool]:
        return is_there(each, each.c.submission_id == wanted, matches(each.c.words))

    return Listing(each.c.submission_id, matches(each.c.words), has, kind=Kind.VECTORS, walk=walk)


def _gathered(ways: Sequence[Sequence[Word]]) -> tuple[str, str]:
    """Return what the index is asked for, and what is checked in each row that it gives.

    GIN gathers everything that has a beginning: of several it is asked for the longest,
    which is likely the rarest.
    """
    if len(ways) > 1:
        return " | ".join(f"({_all_of(way)})" for way in ways), ""
    longest = max((word for word in ways[0] if word.is_beginning), key=_length, default=None)
    checked = [word for word in ways[0] if word.is_beginning and word != longest]
    return _all_of([word for word in ways[0] if word not in checked]), _all_of(checked)


def _length(word: Word) -> int:
    return len(word.text)


def _all_of(words: Sequence[Word]) -> str:
    return " & ".join(_quoted(word, ":*") for word in words)


def _quoted(word: Word, of_beginning: str) -> str:
    return f"'{word.text}'{of_beginning if word.is_beginning else ''}"


def _pattern(word: Word) -> str:
    return f"% {word.text}%" if word.is_beginning else f"% {word.text} %"
