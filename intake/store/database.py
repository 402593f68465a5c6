"""One database: opening it, transactions, its clock, its migrations."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from intake.domain.person import Sites
from intake.errors import SettingsError, StoreUnavailableError
from intake.store import scope

MIGRATIONS = Path(__file__).parent / "migrations"

# How long a write waits for another process's transaction before the caller is told to
# come back: longer than any honest transaction, shorter than a visitor's patience.
SQLITE_BUSY_SECONDS = 5.0
POSTGRES_LOCK_SECONDS = 5.0
POSTGRES_IDLE_SECONDS = 60.0
POOL_WAIT_SECONDS = 5.0


class Database:
    """A pool of connections to the store.

    `clock` gives the time where the database has none of its own to share; tests pass
    their own. `sites`: whose submissions may be seen and changed, see `limited`.
    """

    def __init__(
        self, url: str, clock: Callable[[], datetime] | None = None, pool_size: int = 10
    ) -> None:
        self._url = _read_url(url)
        self._clock = clock
        self.engine = _open(self._url, pool_size)
        self._writing = threading.Lock()
        self.sites: Callable[[], Sites] | None = None

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite, which lets one writer in at a time."""
        return self._url.get_backend_name() == "sqlite"

    def limited(self, sites: Callable[[], Sites]) -> Self:
        """Return this database as somebody sees it who may see only some sites.

        `sites` is asked at every transaction; see `intake.store.scope`.
        """
        other = copy(self)
        other.sites = sites
        return other

    def reach(self) -> Sites:
        """Return the sites whose submissions are seen through this database; None: every one."""
        return self.sites() if self.sites else None

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a transaction that is committed at the end and durable afterwards.

        Raises StoreUnavailableError where it could not be; what is wrong with a row itself
        (IntegrityError, DataError) passes.
        """
        with self._one_writer(), _translated(), self.engine.begin() as connection:
            self._narrow(connection)
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that sees one state and waits for no writer."""
        with _translated(), self.engine.connect() as connection:
            self._narrow(connection)
            yield connection.execution_options(read_only=True)

    def now(self, connection: Connection) -> datetime:
        """Return the time that leases and schedules go by: PostgreSQL's, where it is used.

        Several machines share that clock, whatever their own say.
        """
        if self._clock is not None:
            return self._clock()
        if self.is_sqlite:
            return datetime.now(UTC)
        moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment.astimezone(UTC)

    def upgrade(self) -> None:
        """Bring the tables to the newest version."""
        with _translated():
            command.upgrade(self.alembic(), "head")

    def alembic(self) -> Config:
        """Return the configuration that Alembic's commands need."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["engine"] = self.engine
        return config

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def _narrow(self, connection: Connection) -> None:
        sites = self.reach()
        if sites is not None:
            scope.limit(connection, sites)

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        # Threads of one process queue on a lock: SQLite's own waiting is a sleep that
        # doubles, which a burst of posts would feel.
        if not self.is_sqlite:
            yield
            return
        if not self._writing.acquire(timeout=SQLITE_BUSY_SECONDS):
            raise StoreUnavailableError("База данных занята дольше обычного.")
        try:
            yield
        finally:
            self._writing.release()


def _read_url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise _bad_url() from None
    if parsed.drivername in {"postgres", "postgresql"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    in_memory = parsed.database in {None, "", ":memory:"}
    if parsed.drivername == "sqlite" and not in_memory and not parsed.query:
        return parsed
    if parsed.drivername == "postgresql+psycopg":
        return parsed
    raise _bad_url()


def _bad_url() -> SettingsError:
    return SettingsError(
        "DATABASE_URL: нужен адрес SQLite или PostgreSQL, например sqlite:///var/intake.db "
        "или postgresql://intake:пароль@127.0.0.1/intake."
    )


def _open(url: URL, pool_size: int) -> Engine:
    # A row's values are people's data: they must not stand in an exception's text.
    options: dict[str, Any] = {"hide_parameters": True, "json_serializer": _write_json}
    if url.get_backend_name() == "postgresql":
        options |= {"pool_pre_ping": True, "connect_args": _postgres_arguments(url)}
    if url.get_backend_name() == "sqlite" and url.database:
        _make_folder(Path(url.database).parent)
    engine = create_engine(
        url, pool_size=pool_size, max_overflow=10, pool_timeout=POOL_WAIT_SECONDS, **options
    )
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgres_arguments(url: URL) -> dict[str, Any]:
    if "options" in url.query:
        return {"connect_timeout": 3}
    # A lock is waited for no longer than SQLite's; and a process that was frozen within a
    # transaction must not hold what it has locked for ever.
    timeouts = {
        "lock_timeout": int(POSTGRES_LOCK_SECONDS * 1000),
        "idle_in_transaction_session_timeout": int(POSTGRES_IDLE_SECONDS * 1000),
    }
    options = " ".join(f"-c {name}={value}" for name, value in timeouts.items())
    return {"connect_timeout": 3, "options": options}


_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _write_json(value: Any) -> str:
    # A Russian letter written as \\u0430 takes three times the room, on disk and in the log.
    text = _compact(value)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a character, which only an escape can keep
        return json.dumps(value)
    return text


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"DATABASE_URL: каталог {folder} не создаётся ({error.strerror}); "
            "выберите другой, например sqlite:///var/intake.db."
        ) from None


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, by name
    for pragma in (
        f"busy_timeout = {int(SQLITE_BUSY_SECONDS * 1000)}",
        "journal_mode = WAL",
        "synchronous = FULL",  # WAL with NORMAL does not fsync a commit
        "foreign_keys = ON",
        # What a statement needs to undo itself fits into memory; a file each is far slower.
        "temp_store = MEMORY",
        # Pages written again and again travel to the database file once: 16 MB of 4 KB pages.
        "wal_autocheckpoint = 4000",
        # What is deleted or written over is somebody's data: no free room keeps it.
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that turns into a write fails at once, whatever the timeout.
    read_only = connection.get_execution_options().get("read_only")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (IntegrityError, DataError):
        raise  # about the row, not the database
    except (DBAPIError, PoolTimeoutError) as error:
        raise StoreUnavailableError(_cause(error)) from error


# What drivers say, in whatever case, and what it means; the first that fits is told.
_CAUSES = (
    ("disk is full", "На диске с базой кончилось место: освободите его."),
    ("no space left", "На диске с базой кончилось место: освободите его."),
    ("disk i/o error", "Диск с базой не пишется или полон: проверьте место и сам диск."),
    ("readonly database", "База доступна только для чтения: проверьте права на её каталог."),
    ("unable to open", "Файл базы не открывается: проверьте каталог и права на него."),
    ("not a database", "Файл базы повреждён: верните его из копии (docs/operations.md)."),
    ("malformed", "Файл базы повреждён: верните его из копии (docs/operations.md)."),
    ("lock timeout", "База занята другой программой дольше обычного."),
    ("is locked", "База занята другой программой дольше обычного."),
)


def _cause(error: Exception) -> str:
    told = str(getattr(error, "orig", None) or error).lower()
    for sign, sentence in _CAUSES:
        if sign in told:
            return f"{sentence} База задана в DATABASE_URL."
    return f"База данных не отвечает ({type(error).__name__}): проверьте DATABASE_URL."
