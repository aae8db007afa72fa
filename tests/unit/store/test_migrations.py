"""A store that an earlier version left is brought to this one with everything in it."""

from __future__ import annotations

import json

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from lookfeel.store import Database
from lookfeel.store.database import MIGRATIONS
from lookfeel.store.models import Answers, DecisionRow, TrainingSet
from tests.batch_run import document, sha256_of

BEFORE_IMPORTS = "0001"


@pytest.fixture
def old_url(tmp_path):
    """Two sets as the first version kept them, one of them measured."""
    url = f"sqlite:///{tmp_path / 'rows.sqlite3'}"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    report = json.dumps(document("old.mp4").model_dump(mode="json"))
    engine = create_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE_IMPORTS)
        connection.execute(text("INSERT INTO athletes VALUES ('ann', 'Ann', '2026-01-01 10:00:00', 1, NULL, '{}')"))
        for name in ("measured", "waiting"):
            connection.execute(
                text(
                    "INSERT INTO sets (id, athlete_id, name, created_at, size_bytes, exercise_wanted, status, findings)"
                    f" VALUES ('{name}', 'ann', 'old.mp4', '2026-01-01 10:00:00', 5, 'auto', 'ready', '[]')"
                )
            )
            connection.execute(text(f"INSERT INTO answers VALUES ('{name}', '{{}}', '{{}}')"))
        connection.execute(text("INSERT INTO reports VALUES ('measured', :report, '{}')"), {"report": report})
        decision = "INSERT INTO decisions VALUES (1, 'measured', '2026-01-01 10:00:00', '{}', 'yes')"
        connection.execute(text(decision))
    engine.dispose()
    return url


def test_sets_of_the_first_version_are_kept_and_know_their_clip(old_url):
    database = Database(old_url)
    with database.reading() as rows:
        kept = {row.id: (row.video_sha256, row.has_video, row.report is not None) for row in rows.query(TrainingSet)}
        assert kept == {"measured": (sha256_of("old.mp4"), True, True), "waiting": (None, True, False)}
        assert [(row.person_wanted, row.n_people) for row in rows.query(TrainingSet)] == [(None, None)] * 2
        assert rows.query(Answers).count() == 2
        assert rows.query(DecisionRow).one().helped == "yes"
        assert rows.execute(text("PRAGMA foreign_key_check")).all() == []
    database.close()
    Database(old_url).close()


def test_a_result_that_a_failed_measurement_hid_is_shown_again(old_url):
    engine = create_engine(old_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE sets SET status = 'failed', error_code = 'invalid_value'"))
    engine.dispose()

    database = Database(old_url)

    with database.reading() as rows:
        kept = {row.id: (row.status, row.error_code) for row in rows.query(TrainingSet)}
    database.close()
    assert kept == {"measured": ("ready", "invalid_value"), "waiting": ("failed", "invalid_value")}
