"""What people keep of the log for themselves: filters by name, and choices such as columns."""

from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from intake.domain.json import JsonValue
from intake.store.database import Database
from intake.store.people_models import choices, views
from intake.store.schedule import put

MOST_VIEWS = 30
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class View:
    """A filter that a person has kept; `query` is that of the list's address."""

    id: int
    name: str
    query: str


def list_views(database: Database, user_id: int) -> tuple[View, ...]:
    """Return a person's views in the order they were made."""
    query = select(views.c.id, views.c.name, views.c.query).where(views.c.user_id == user_id)
    with database.read() as connection:
        return tuple(View(*row) for row in connection.execute(query.order_by(views.c.id)))


def save_view(database: Database, user_id: int, name: str, query: str) -> bool:
    """Keep a view under a name, in the place of one that has it; False when there are too many."""
    name = name[:LONGEST_NAME]
    mine = views.c.user_id == user_id
    with database.write() as connection:
        again = update(views).where(mine, views.c.name == name).values(query=query)
        if connection.execute(again).rowcount:
            return True
        count = select(func.count()).select_from(views).where(mine)
        if connection.execute(count).scalar_one() >= MOST_VIEWS:
            return False
        row = {"user_id": user_id, "name": name, "query": query}
        # A second click at the same time has kept it already, perhaps.
        put(connection, views, row, key=("user_id", "name"))
    return True


def rename_view(database: Database, user_id: int, view_id: int, name: str) -> bool:
    """Give a view of this person another name; False where they have one of that name."""
    mine = (views.c.id == view_id, views.c.user_id == user_id)
    try:
        with database.write() as connection:
            connection.execute(update(views).where(*mine).values(name=name[:LONGEST_NAME]))
    except IntegrityError:
        return False
    return True


def delete_view(database: Database, user_id: int, view_id: int) -> None:
    """Forget a view of this person; nothing happens where it is gone already."""
    mine = (views.c.id == view_id, views.c.user_id == user_id)
    with database.write() as connection:
        connection.execute(delete(views).where(*mine))


def read_choice(database: Database, user_id: int, name: str) -> JsonValue:
    """Return what a person has chosen; None where nothing."""
    query = select(choices.c.value).where(choices.c.user_id == user_id, choices.c.name == name)
    with database.read() as connection:
        value: JsonValue = connection.execute(query).scalar_one_or_none()
    return value


def write_choice(database: Database, user_id: int, name: str, value: JsonValue) -> None:
    """Keep what a person has chosen."""
    row = {"user_id": user_id, "name": name, "value": value}
    with database.write() as connection:
        put(connection, choices, row, key=("user_id", "name"))
