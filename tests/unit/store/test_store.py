"""Rows, files and the queue: what is written is there, what is deleted is gone, work is done once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError

from lookfeel.errors import ConfigError, StoreError
from lookfeel.store import Database, DataFolder, history, queue, sweep
from lookfeel.store.database import StoreFull, database_name
from lookfeel.store.folder import OWN_DATABASE
from lookfeel.store.models import Answers, Athlete, Base, DecisionRow, Job, Report, TrainingSet, now

WRONG = StoreError("wrong")


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'rows.sqlite3'}")
    yield database
    database.close()


def add_set(database, athlete, *, days_ago=0.0, is_queued=True, **figures):
    with database.writing() as rows:
        one = TrainingSet(athlete_id=athlete.id, name="a.mp4", size_bytes=1, findings=[], **figures)
        one.created_at = now() - timedelta(days=days_ago)
        rows.add(one)
        rows.flush()
        rows.add(Answers(set_id=one.id, feels={}, context={}))
        if is_queued:
            queue.enqueue(rows, one)
    return one


def status_of(database, one):
    with database.reading() as rows:
        return rows.get(TrainingSet, one.id).status


def claim_next(rows):
    return queue.claim_next(rows, queue.new_claim())


def claim(database):
    with database.writing() as rows:
        return claim_next(rows)


def test_migrations_make_what_the_models_say(database, tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'rows.sqlite3'}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_sqlite_keeps_what_was_acknowledged_and_wipes_what_was_deleted(database):
    with database.reading() as rows:
        pragmas = {
            name: rows.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_data_of_a_newer_version_is_left_alone(tmp_path):
    url = f"sqlite:///{tmp_path / 'rows.sqlite3'}"
    database = Database(url)
    with database.writing() as rows:
        rows.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(StoreError, match="newer"):
        Database(url)


def test_a_database_that_cannot_be_opened(tmp_path):
    with pytest.raises(StoreError):
        Database(f"sqlite:///{tmp_path / 'no folder' / 'rows.sqlite3'}")
    with pytest.raises(ConfigError):
        Database("nonsense")
    with pytest.raises(ConfigError, match=r"no database"):
        Database("mysql+nodriver://host/name")


def test_a_full_disk_is_named_as_such(database, athlete):
    def fill():
        with database.writing() as rows:
            rows.execute(text("PRAGMA max_page_count = 1"))  # as many as there are
            rows.add(Athlete(name="x" * 100_000, settings={}))

    with pytest.raises(StoreFull, match="full") as caught:
        fill()
    assert caught.value.http_status == 507


def test_a_transaction_that_fails_leaves_nothing(database, athlete):
    def fail_half_way():
        with database.writing() as rows:
            rows.add(Athlete(name="Bea", settings={}))
            rows.flush()
            rows.add(TrainingSet(athlete_id="nobody", name="a", size_bytes=1, findings=[]))

    with pytest.raises(IntegrityError):
        fail_half_way()
    with database.reading() as rows:
        assert [one.name for one in rows.query(Athlete)] == ["Ann"]


def test_a_job_is_claimed_once_and_finished_once(database, athlete):
    one = add_set(database, athlete)
    claimed = claim(database)
    assert claimed.set_id == one.id
    assert claim(database) is None
    assert status_of(database, one) == "working"
    with database.writing() as rows:
        assert queue.finish(rows, claimed).id == one.id
    with database.writing() as rows:
        assert queue.finish(rows, claimed) is None
    assert status_of(database, one) == "ready"


def test_a_claim_that_was_taken_back_finishes_nothing(database, athlete):
    one = add_set(database, athlete)
    old = claim(database)
    with database.writing() as rows:
        assert queue.resume(rows, WRONG) == 1
    new = claim(database)

    with database.writing() as rows:
        assert not queue.note_progress(rows, old, stage="pose", done=1, total=2, eta_s=None)
        assert queue.finish(rows, old) is None
        queue.fail(rows, old, WRONG, is_final=True)
        queue.release(rows, old.claim)
    assert status_of(database, one) == "working"
    with database.writing() as rows:
        assert queue.note_progress(rows, new, stage="pose", done=1, total=2, eta_s=None)
        assert queue.finish(rows, new) is not None


def test_what_fails_is_tried_again_and_then_given_up(database, athlete):
    one = add_set(database, athlete)
    for n in range(1, queue.MAX_FAILURES + 1):
        with database.writing() as rows:
            queue.fail(rows, claim_next(rows), WRONG, is_final=False)
        assert status_of(database, one) == ("failed" if n == queue.MAX_FAILURES else "queued")
    assert claim(database) is None


def test_a_final_failure_is_not_tried_again(database, athlete):
    one = add_set(database, athlete)
    with database.writing() as rows:
        queue.fail(rows, claim_next(rows), WRONG, is_final=True)
    assert status_of(database, one) == "failed"
    assert claim(database) is None


def measured_set(database, athlete, **settings):
    """A set with a result that was measured with these settings, and in the queue again with other ones."""
    one = add_set(database, athlete, is_queued=False, status="ready", exercise_wanted="lunge", person_wanted=5)
    with database.writing() as rows:
        document = {"provenance": {"settings": settings}}
        rows.add(Report(set_id=one.id, document=document, judgement={}))
        queue.enqueue(rows, rows.get(TrainingSet, one.id))
    return one


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [({"exercise": "squat", "person": 2}, ("squat", 2)), ({"exercise": "auto", "person": None}, ("auto", None)),
     ({}, ("auto", None))],
)  # fmt: skip
def test_an_earlier_result_counts_when_measuring_again_fails(database, athlete, settings, wanted):
    one = measured_set(database, athlete, **settings)
    with database.writing() as rows:
        queue.fail(rows, claim_next(rows), WRONG, is_final=True)

    with database.writing() as rows:
        row = rows.get(TrainingSet, one.id)
        assert (row.status, row.error_code, row.error_message) == ("ready", WRONG.code, "wrong")
        assert (row.exercise_wanted, row.person_wanted) == wanted
        queue.enqueue(rows, row)
        assert (row.status, row.error_code) == ("queued", None)


def test_an_earlier_result_counts_when_measuring_again_is_taken_back(database, athlete):
    one = measured_set(database, athlete)
    with database.writing() as rows:
        assert queue.cancel(rows, one.id, WRONG)
    with database.reading() as rows:
        row = rows.get(TrainingSet, one.id)
        assert (row.status, row.error_code, row.person_wanted) == ("ready", None, 5)


def test_interruptions_are_no_failures_but_end_some_day(database, athlete):
    one = add_set(database, athlete)
    for _ in range(queue.MAX_INTERRUPTIONS - 1):
        claim(database)
        with database.writing() as rows:
            queue.resume(rows, WRONG)
    assert status_of(database, one) == "queued"
    claim(database)
    with database.writing() as rows:
        queue.resume(rows, WRONG)
    assert status_of(database, one) == "failed"


def test_a_set_is_in_the_queue_once(database, athlete):
    one = add_set(database, athlete)
    with database.writing() as rows:
        row = rows.get(TrainingSet, one.id)
        first, second = queue.enqueue(rows, row), queue.enqueue(rows, row)
        assert first is second
    with pytest.raises(IntegrityError), database.writing() as rows:
        rows.add(Job(set_id=one.id, athlete_id=athlete.id, kind="analyze", state="running"))


def test_athletes_take_turns(database, athlete):
    with database.writing() as rows:
        other = Athlete(name="Bea", settings={})
        rows.add(other)
    many = [add_set(database, athlete) for _ in range(3)]
    one = add_set(database, other)

    order = [claim(database).set_id for _ in range(4)]

    assert order == [many[0].id, one.id, many[1].id, many[2].id]


def test_the_claim_is_one_row_that_nobody_else_waits_for_in_postgresql():
    statements = []

    class Rows:
        def scalar(self, statement):
            statements.append(str(statement.compile(dialect=postgresql.dialect())))

    assert claim_next(Rows()) is None
    assert "FOR UPDATE OF jobs SKIP LOCKED" in statements[0]
    assert "LIMIT" in statements[0]


def test_history_is_of_one_exercise_oldest_first_and_before(database, athlete):
    def add(days_ago, exercise, score):
        figures = {"exercise": exercise, "score": score, "looks": "good", "n_reps": 5}
        one = add_set(database, athlete, days_ago=days_ago, is_queued=False, **figures)
        with database.writing() as rows:
            rows.add(Report(set_id=one.id, document={}, judgement={}))
            rows.get(Answers, one.id).context = {"load_kg": score}
            rows.get(Answers, one.id).feels = {"pain": 1.0}
            decision = {"action": "hold", "rule_id": "r", "cue": None, "feels": "good", "parameters": {"max_reps": 5.0}}
            rows.add(DecisionRow(set_id=one.id, document=decision))
        return one

    third, first, _, second = add(1, "squat", 70), add(9, "squat", 50), add(3, "lunge", 60), add(4, "squat", 65)
    add_set(database, athlete, exercise="squat")  # not measured yet

    with database.reading() as rows:
        past = history(rows, athlete.id, "squat", before=rows.get(TrainingSet, third.id))
        everything = history(rows, athlete.id)

    assert [one.score for one in past] == [50, 65]
    assert [round(one.days_ago) for one in past] == [8, 3]
    assert (past[0].session, past[1].load_kg) == (first.created_at.date().isoformat(), second.score)
    assert (past[0].action, past[0].feels, past[0].pain, dict(past[0].parameters)) == (
        "hold",
        "good",
        1,
        {"max_reps": 5},
    )
    assert [one.exercise for one in everything] == ["squat", "squat", "lunge", "squat"]


def test_one_server_at_a_time_works_in_a_folder(tmp_path):
    with DataFolder(tmp_path), pytest.raises(StoreError, match="another"), DataFolder(tmp_path):
        pass
    with DataFolder(tmp_path):
        pass


def test_what_no_row_speaks_of_is_swept_away(database, athlete, tmp_path):
    one = add_set(database, athlete, results="kept")
    with DataFolder(tmp_path / "data") as folder:
        for name in ("kept", "half-written"):
            (folder.of_set(one.id) / name).mkdir(parents=True)
        folder.video(one.id).write_bytes(b"video")
        folder.of_set("forgotten").mkdir()

        sweep(database, folder)

        assert sorted(entry.name for entry in folder.of_set(one.id).iterdir()) == ["kept", "video"]
        assert [entry.name for entry in (folder.root / "sets").iterdir()] == [one.id]


def test_files_of_another_database_are_left_alone(tmp_path):
    with DataFolder(tmp_path / "data") as folder:
        folder.hold_for(OWN_DATABASE)
        folder.of_set("one").mkdir()
        folder.hold_for(OWN_DATABASE)
        with pytest.raises(StoreError, match="belong to the folder's own"):
            folder.hold_for("postgresql://host:/name")


def test_a_folder_of_somebody_else_is_left_alone(tmp_path):
    (tmp_path / "sets" / "last summer").mkdir(parents=True)
    with DataFolder(tmp_path) as folder, pytest.raises(StoreError, match="something else"):
        folder.hold_for(OWN_DATABASE)


def test_a_database_is_named_without_who_goes_there():
    assert database_name("postgresql+psycopg://me:secret@host:5432/name") == "postgresql://host:5432/name"
    with pytest.raises(ConfigError):
        database_name("nonsense")
