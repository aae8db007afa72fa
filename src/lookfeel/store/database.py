"""A URL enters; an open database whose tables are those of this version leaves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session, sessionmaker

from lookfeel.errors import ConfigError, StoreError

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


class Database:
    """Transactions on one database; `reading` sees one moment, `writing` lasts when its block ends well."""

    def __init__(self, url: str) -> None:
        """Open the database, create or upgrade its tables.

        Raises
            ConfigError: the URL is none, or its driver is not installed. StoreError: it cannot be opened or written.
        """
        self._engine = _engine(url)
        self._read = sessionmaker(self._engine, expire_on_commit=False)
        writer = self._engine.execution_options(sqlite_begin="IMMEDIATE")
        self._write = sessionmaker(writer, expire_on_commit=False)
        try:
            with writer.begin() as connection:
                _upgrade(connection)
        except DBAPIError as error:
            raise _refused(error) from error

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
        self._engine.dispose()


@contextmanager
def _named() -> Iterator[None]:
    """The database's own failures as StoreError; wrong SQL is a bug and stays one."""
    from sqlalchemy.exc import OperationalError

    try:
        yield
    except OperationalError as error:
        raise _refused(error) from error


class StoreFull(StoreError):
    """There is no room for more rows."""

    code = "store_full"
    http_status = 507
    default_hint = "Make room on the disk of the data folder, and try again."


def _refused(error: DBAPIError) -> StoreError:
    if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return StoreFull(f"the database refused: {error.orig}")
    return StoreError(
        f"the database refused: {error.orig}",
        hint="Check free space and permissions of the data folder, and try again.",
    )


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
        raise _refused(error) from error
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
            connection.exec_driver_sql(f"BEGIN {options.get('sqlite_begin', 'DEFERRED')}")

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
