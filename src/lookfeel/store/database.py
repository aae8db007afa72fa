"""A URL enters; an open database whose tables are those of this version leaves.

What is written rests on one writer at a time: SQLite knows no more, and in PostgreSQL a writer takes a lock first, so
that what was looked at in a transaction still holds when it writes. Lookers wait for nobody and see one moment.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session, sessionmaker

from lookfeel.errors import ConfigError, InvalidValue, StoreError

MIGRATIONS = Path(__file__).with_name("migrations")

VERSION_TABLE = "alembic_version"

BUSY_TIMEOUT_S = 30.0
"""How long a writer waits for another one; chosen by us: no transaction here takes more than a few hundredths."""

SQLITE_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # what was acknowledged outlives a power cut
    "foreign_keys = ON",
    "secure_delete = ON",  # what is deleted is overwritten
)

POSTGRESQL = "postgresql"

WRITER_LOCK = 0x6C6F6F6B
"""Number of the lock that a writer holds; chosen by us: 'look' in ASCII."""

SERVER_LOCK = WRITER_LOCK + 1
"""Number of the lock that the one server of these rows holds."""

CONNECT_TIMEOUT_S = 5
"""For a PostgreSQL server that does not answer at all; chosen by us: a visitor waits no longer for the words of it."""

BEGIN_WRITING = (
    f"SET LOCAL lock_timeout = '{BUSY_TIMEOUT_S:.0f}s'",
    f"SET LOCAL idle_in_transaction_session_timeout = '{2 * BUSY_TIMEOUT_S:.0f}s'",  # a writer whose machine is gone
    f"SELECT pg_advisory_xact_lock({WRITER_LOCK})",
)

HOLD = (
    "SET tcp_keepalives_idle = 30",  # a server whose machine is gone lets go after a minute
    "SET tcp_keepalives_interval = 10",
    "SET tcp_keepalives_count = 3",
    "SET lock_timeout = '10s'",  # the processes of one that was killed take a moment to notice
    f"SELECT pg_advisory_lock({SERVER_LOCK})",
)

DISK_FULL, LOCK_NOT_AVAILABLE = "53100", "55P03"
"""PostgreSQL's codes (its manual, appendix A)."""

log = logging.getLogger(__name__)


class Database:
    """Transactions on one database; `reading` sees one moment, `writing` lasts when its block ends well."""

    def __init__(self, url: str) -> None:
        """Open the database, create or upgrade its tables.

        Raises
            ConfigError: the URL is none, or its driver is not installed. StoreError: it cannot be opened or written.
        """
        self._engine = _engine(url)
        self._held: Connection | None = None
        isolation = {"isolation_level": "REPEATABLE READ"} if self._engine.dialect.name == POSTGRESQL else {}
        self._read = sessionmaker(self._engine.execution_options(**isolation), expire_on_commit=False)
        writer = self._engine.execution_options(is_writer=True)
        self._write = sessionmaker(writer, expire_on_commit=False)
        try:
            with writer.begin() as connection:
                _upgrade(connection)
        except DBAPIError as error:
            raise _not_opened(error) from error

    def hold(self) -> None:
        """Let no other server work with these rows until this one is closed, or the database is started anew. The rows
        in a data folder are held with it.

        Raises
            StoreError: another one does.
        """
        if self._engine.dialect.name != POSTGRESQL:
            return
        try:
            self._held = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            for statement in HOLD:
                self._held.exec_driver_sql(statement)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise _not_opened(error) from error
            hint = "Stop it first, or give another --database-url."
            raise StoreError("another lookfeel server works with this database", hint=hint) from error

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only looks."""
        with _named(), self._read() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that is committed at the end of the block, or left without a trace when it fails.

        Raises
            StoreError: the database refused, for want of space for instance.
        """
        with _named(), self._write.begin() as session:
            yield session

    def compact(self) -> None:
        """Rewrite an SQLite file without the pages of what was deleted, its log too; others do so on their own."""
        if self._engine.dialect.name != "sqlite":
            return
        with _named(), self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    def close(self) -> None:
        """Give back all connections."""
        if self._held is not None:
            self._held.invalidate()  # not to be lent to others, with its lock
            self._held.close()
            self._held = None
        self._engine.dispose()


@contextmanager
def _named() -> Iterator[None]:
    """The database's own failures as StoreError, a value that it does not take as InvalidValue; wrong SQL is a bug and
    stays one."""
    from sqlalchemy.exc import DataError, InternalError, OperationalError
    from sqlalchemy.exc import TimeoutError as NoConnectionFree

    try:
        yield
    except DataError as error:
        hint = "Shorten it, or leave out letters that cannot be seen."
        raise InvalidValue("a value cannot be kept as it was given", hint=hint) from error
    except (OperationalError, InternalError) as error:
        raise _refused(error) from error
    except NoConnectionFree as error:
        raise StoreAway from error


class StoreFull(StoreError):
    """There is no room for more rows."""

    code = "store_full"
    http_status = 507
    default_hint = "Make room on the disk of the data folder, and try again."


class StoreAway(StoreError):
    """A database server does not answer, or not in time; it may have done what it was asked for last."""

    code = "store_away"
    http_status = 503
    default_hint = "Try again in a few seconds."

    def __init__(self, message: str = "the database does not answer now", *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)


def _refused(error: DBAPIError) -> StoreError:
    """As a visitor is told; what a server's driver says of addresses and processes is for the log."""
    if _is_full(error):
        return StoreFull(f"the database refused: {error.orig}")
    if isinstance(error.orig, sqlite3.Error):
        return StoreError(
            f"the database refused: {error.orig}",
            hint="Check free space and permissions of the data folder, and try again.",
        )
    log.warning("the database: %s", " ".join(str(error.orig).split()))
    return StoreAway()


def _is_full(error: DBAPIError) -> bool:
    is_full = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return is_full or getattr(error.orig, "sqlstate", None) == DISK_FULL


def _not_opened(error: DBAPIError) -> StoreError:
    """As whoever starts the program is told."""
    if isinstance(error.orig, sqlite3.Error) or _is_full(error):
        return _refused(error)
    hint = "See that the database server runs and that the URL is right, and try again."
    return StoreAway(f"the database cannot be opened: {' '.join(str(error.orig).split())}", hint=hint)


def is_made(url: str) -> bool:
    """Whether there are tables of ours at a URL; nothing is made by looking.

    Raises
        ConfigError: the URL is none. StoreError: nobody answers there.
    """
    engine = _engine(url)
    try:
        file = engine.url.database
        if engine.dialect.name == "sqlite" and not (file and Path(file).is_file()):
            return False  # connecting would make the file
        return inspect(engine).has_table(VERSION_TABLE)
    except DBAPIError as error:
        raise _not_opened(error) from error
    finally:
        engine.dispose()


def database_name(url: str) -> str:
    """Where a URL leads, without who goes there.

    Raises
        ConfigError: it is none.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError(f"{url.split('://')[0]!r} is no database that we know", hint=_URL_HINT) from error
    return f"{parsed.get_backend_name()}://{parsed.host or ''}:{parsed.port or ''}/{parsed.database or ''}"


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite_engine(url)
        if parsed.get_backend_name() == POSTGRESQL:
            return _postgresql_engine(parsed)
        return create_engine(parsed, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConfigError(f"{url.split('://')[0]!r} is no database that we know", hint=_URL_HINT) from error
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"the driver {error.name!r} is not installed", hint=f"Install it: pip install {error.name}."
        ) from error


_URL_HINT = "Give a URL such as postgresql+psycopg://user:password@host/name, or leave it out."


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, see _begin
        for pragma in SQLITE_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        """A writer takes its lock at once: one that reads first and then writes may be refused without waiting."""
        options = connection.get_execution_options()
        if options.get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql(f"BEGIN {'IMMEDIATE' if options.get('is_writer') else 'DEFERRED'}")

    return engine


def _postgresql_engine(url: URL) -> Engine:
    settings = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_TIMEOUT_S}
    engine = create_engine(url, pool_pre_ping=True, connect_args=settings)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("is_writer"):
            for statement in BEGIN_WRITING:
                connection.exec_driver_sql(statement)

    return engine


def _upgrade(connection: Connection) -> None:
    """Bring the tables to this version.

    Raises
        StoreError: they were made by a newer one.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError(
            "the data was written by a newer lookfeel", hint="Install the newer lookfeel, or give another --data."
        ) from error
