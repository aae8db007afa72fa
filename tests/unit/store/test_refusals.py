"""What a database refuses, in words: as it was given by a driver it enters, and as one of our errors it leaves."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import exc

from lookfeel.errors import InvalidValue
from lookfeel.store import Database
from lookfeel.store.database import StoreAway, StoreFull

ADDRESS = "10.0.0.1"


class DriverError(Exception):
    """As a PostgreSQL driver raises one."""

    def __init__(self, words="", sqlstate=None):
        super().__init__(words)
        self.sqlstate = sqlstate


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'rows.sqlite3'}")
    yield database
    database.close()


def raised(kind, original):
    return kind("SELECT 1", {}, original)


@pytest.mark.parametrize("way", ["reading", "writing"])
@pytest.mark.parametrize(
    ("error", "kind", "status"),
    [
        (raised(exc.OperationalError, DriverError(f"server closed the connection at {ADDRESS}")), StoreAway, 503),
        (raised(exc.OperationalError, DriverError("terminating connection", "57P01")), StoreAway, 503),
        (raised(exc.InternalError, DriverError("idle-in-transaction timeout", "25P03")), StoreAway, 503),
        (exc.TimeoutError("QueuePool limit"), StoreAway, 503),
        (raised(exc.OperationalError, DriverError("could not extend file", "53100")), StoreFull, 507),
        (raised(exc.DataError, DriverError("value too long", "22001")), InvalidValue, 422),
    ],
)
def test_a_refusal_is_named(database, way, error, kind, status):
    with pytest.raises(kind) as caught, getattr(database, way)():
        raise error
    assert caught.value.http_status == status
    assert caught.value.__cause__ is error


def test_a_visitor_is_told_no_address_and_the_log_is(database, caplog):
    error = raised(exc.OperationalError, DriverError(f"server closed the connection\n\tat {ADDRESS}"))
    with pytest.raises(StoreAway) as caught, database.writing():
        raise error
    assert ADDRESS not in caught.value.message + caught.value.hint
    assert f"server closed the connection at {ADDRESS}" in caplog.text


def test_an_own_file_is_named_as_before(database):
    with pytest.raises(Exception, match="disk I/O") as caught, database.writing():
        raise raised(exc.OperationalError, sqlite3.OperationalError("disk I/O error"))
    assert (caught.value.code, caught.value.http_status) == ("store", 500)


def test_wrong_sql_stays_a_bug(database):
    with pytest.raises(exc.ProgrammingError), database.reading():
        raise raised(exc.ProgrammingError, DriverError("syntax error", "42601"))
