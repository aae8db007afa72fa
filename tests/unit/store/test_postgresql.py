"""The store on a real PostgreSQL, where LOOKFEEL_TEST_POSTGRESQL names one whose user may make databases."""

from __future__ import annotations

import os
import secrets
import threading
import time

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, make_url, text
from starlette.testclient import TestClient

from lookfeel.errors import InvalidValue, StoreError
from lookfeel.store import Database, delete_athlete, queue
from lookfeel.store.database import HOLD, StoreAway, is_made
from lookfeel.store.models import Answers, Athlete, Base, Job, Membership, Team, TrainingSet
from lookfeel.web.app import create_app
from lookfeel.web.settings import Settings

SERVER = os.environ.get("LOOKFEEL_TEST_POSTGRESQL")
"""Such as postgresql+psycopg://user:password@host/postgres."""

pytestmark = pytest.mark.skipif(SERVER is None, reason="LOOKFEEL_TEST_POSTGRESQL names no server")

N_AT_ONCE, LONGEST_WAIT_S = 8, 60.0


@pytest.fixture
def url():
    name = f"lookfeel_test_{secrets.token_hex(6)}"
    server = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def database(url):
    database = Database(url)
    yield database
    database.close()


def add_set(rows, athlete):
    one = TrainingSet(athlete_id=athlete.id, name="a.mp4", size_bytes=1, findings=[])
    rows.add(one)
    rows.flush()
    rows.add(Answers(set_id=one.id, feels={}, context={}))
    queue.enqueue(rows, one)
    return one


def at_once(do):
    """What each of several threads gives that begin together."""
    barrier, given = threading.Barrier(N_AT_ONCE), []

    def run():
        barrier.wait()
        given.append(do())

    threads = [threading.Thread(target=run, daemon=True) for _ in range(N_AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST_WAIT_S)
        assert not thread.is_alive()
    return given


def test_migrations_make_what_the_models_say(database, url):
    engine = create_engine(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_nothing_is_made_by_looking(url):
    assert not is_made(url)
    Database(url).close()
    assert is_made(url)


def test_several_that_open_it_for_the_first_time_make_it_once(url):
    databases = at_once(lambda: Database(url))
    assert len(databases) == N_AT_ONCE
    for one in databases:
        one.close()


def test_what_was_looked_at_still_holds_when_it_is_written(database):
    def add_if_there_is_none():
        with database.writing() as rows:
            if rows.query(Team).count() == 0:
                time.sleep(0.02)
                rows.add(Team(name="Team"))

    at_once(add_if_there_is_none)

    with database.reading() as rows:
        assert rows.query(Team).count() == 1


def test_a_looker_sees_one_moment_and_keeps_no_writer_waiting(database, athlete):
    with database.reading() as rows:
        assert rows.query(TrainingSet).count() == 0
        with database.writing() as others:
            add_set(others, athlete)
        assert (rows.query(TrainingSet).count(), rows.query(Job).count()) == (0, 0)
    with database.reading() as rows:
        assert (rows.query(TrainingSet).count(), rows.query(Job).count()) == (1, 1)


def test_each_job_is_taken_once_and_finished_once(database, athlete):
    with database.writing() as rows:
        known = {add_set(rows, athlete).id for _ in range(3)}

    def take():
        with database.writing() as rows:
            return queue.claim_next(rows, queue.new_claim())

    taken = [one for one in at_once(take) if one is not None]
    assert sorted(one.set_id for one in taken) == sorted(known)
    for claimed in taken:
        for is_first in (True, False):
            with database.writing() as rows:
                assert (queue.finish(rows, claimed) is not None) == is_first


def test_a_deleted_athlete_takes_everything_along(database, athlete, tmp_path):
    from lookfeel.store import DataFolder

    with database.writing() as rows:
        team = Team(name="Team")
        rows.add(team)
        rows.flush()
        rows.add(Membership(team_id=team.id, athlete_id=athlete.id, role="coach"))
        add_set(rows, athlete)
    delete_athlete(database, DataFolder(tmp_path), athlete.id)
    with database.reading() as rows:
        assert {name: rows.query(table).count() for name, table in Base.metadata.tables.items()} == dict.fromkeys(
            Base.metadata.tables, 0
        )


@pytest.mark.parametrize("name", ["a\0b", "x" * 81])
def test_what_cannot_be_kept_is_refused_in_words(database, name):
    with pytest.raises(InvalidValue), database.writing() as rows:
        rows.add(Athlete(name=name, settings={}))


def test_a_connection_that_is_lost_leaves_nothing_and_the_next_one_serves(database, athlete):
    def lose_it_half_way():
        with database.writing() as rows:
            rows.add(Team(name="Team"))
            rows.flush()
            rows.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(StoreAway):
        lose_it_half_way()
    with database.reading() as rows:
        assert (rows.query(Team).count(), rows.query(Athlete).count()) == (0, 1)


def test_one_server_at_a_time_works_with_a_database(url, database, monkeypatch):
    monkeypatch.setattr("lookfeel.store.database.HOLD", [one.replace("10s", "200ms") for one in HOLD])
    database.hold()
    other = Database(url)
    with pytest.raises(StoreError, match="another lookfeel server"):
        other.hold()
    database.close()
    other.hold()
    other.close()


def test_a_server_whose_connection_ended_holds_nothing(url, database):
    database.hold()
    other = Database(url)
    with other.writing() as rows:
        holder = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
        rows.execute(text(f"SELECT pg_terminate_backend(({holder}))"))
    other.hold()
    other.close()


def test_a_second_page_with_another_folder_does_not_start(url, tmp_path, monkeypatch):
    monkeypatch.setattr("lookfeel.store.database.HOLD", [one.replace("10s", "200ms") for one in HOLD])
    first, second = (create_app(Settings(data=tmp_path / name, database_url=url)) for name in "ab")
    with TestClient(first, base_url="http://localhost:8000") as client:
        with pytest.raises(StoreError, match="another lookfeel server"), TestClient(second):
            pass
        assert client.get("/").status_code == 200
        assert client.get("/sets/a%00b").status_code == 422


def test_idle_connections_that_were_lost_are_not_noticed(database, athlete):
    with database.reading() as rows, database.reading() as others:
        pids = [one.execute(text("SELECT pg_backend_pid()")).scalar() for one in (rows, others)]
    with database.writing() as rows:
        for pid in {*pids} - {rows.execute(text("SELECT pg_backend_pid()")).scalar()}:
            rows.execute(text(f"SELECT pg_terminate_backend({pid}, 5000)"))
    with database.reading() as rows, database.reading() as others:
        assert rows.query(Athlete).count() == others.query(Athlete).count() == 1


def test_nobody_there_is_told_to_whoever_starts_it(url):
    with pytest.raises(StoreError, match="cannot be opened") as caught:
        Database(make_url(url).set(port=1).render_as_string(hide_password=False))
    assert "See that the database server runs" in caught.value.hint
