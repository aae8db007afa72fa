"""A whole batch in real worker processes, with work that stands in for the analysis: the same bytes, come what may."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pyarrow.parquet
import pytest
import report_factory

from lookfeel.batch.driver import AtWork, Outcome
from lookfeel.batch.settings import BatchSettings
from lookfeel.errors import FileMissing, InvalidValue
from lookfeel.report import write_json
from tests.unit.batch import fake_work
from tests.unit.batch.fake_team import hashes, make_team, run

ROOT = Path(__file__).resolve().parents[3]
START = """
import sys
from pathlib import Path
from lookfeel.batch.manifest import read_manifest
from lookfeel.batch.run import run_batch
run_batch(read_manifest(Path(sys.argv[1])), sys.argv[2], n_workers=2, function="tests.unit.batch.fake_work:run",
          told=lambda moment: print("moment", flush=True))
"""


@pytest.fixture
def team(tmp_path):
    """The manifest, with its clips beside it."""
    return make_team(tmp_path / "clips")


@pytest.fixture(scope="module", autouse=True)
def _a_report(tmp_path_factory):
    path = write_json(report_factory.front_squat(), tmp_path_factory.mktemp("report") / "report.json")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(fake_work.REPORT, str(path))
        yield


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run that nobody interrupted, in one worker."""
    folder = tmp_path_factory.mktemp("whole")
    return folder / "run", run(make_team(folder / "clips"), folder / "run", n_workers=1)


def test_a_run_has_a_row_for_every_clip_whatever_became_of_it(whole):
    place, summary = whole

    assert (summary.n_rows, summary.n_ok, summary.n_failed) == (9, 6, 3)
    assert (summary.n_videos, summary.n_repeated_videos, summary.n_repeated_rows) == (6, 2, 1)
    sets = pyarrow.parquet.read_table(place / "sets.parquet").to_pylist()
    assert [row["clip"] for row in sets][:3] == ["a2.mp4", "a1.mp4", "bad.mp4"]
    errors = {row["clip"]: row["error_code"] for row in sets if row["status"] == "failed"}
    assert errors == {"bad.mp4": "unreadable_video", "die.mp4": "worker_died", "none.mp4": "file_missing"}
    assert (sets[0]["athlete"], sets[0]["date"], sets[0]["n_reps_told"]) == ("Ann", date(2026, 3, 2), 5)
    assert sets[1]["result"] == sets[8]["result"] != ""
    reps = pyarrow.parquet.read_table(place / "reps.parquet").to_pylist()
    assert {row["clip"] for row in reps} == {"a1.mp4", "a2.mp4", "b1.mp4", "b2.mp4", "again.mp4"}
    failures = (place / "failures.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in failures[1:]] == ["bad.mp4", "die.mp4", "none.mp4"]
    assert "'@note" in failures[1]
    team_page = (place / "team.html").read_text()
    assert f"clips/{sets[0]['result']}/report.html" in team_page
    assert json.loads((place / "timing.json").read_text())["workers_lost"][0]["clip"] == "die.mp4"


def test_run_json_says_all_that_is_needed_to_do_it_again_and_nothing_of_this_machine(whole, team):
    place, _ = whole
    text = (place / "run.json").read_text()
    told = json.loads(text)

    assert str(place.parent) not in text
    assert told["manifest"] == {"name": "team.csv", "sha256": hashlib.sha256(team.read_bytes()).hexdigest()}
    assert told["settings"]["backend"] == "blazepose"
    assert len(told["weights_sha256"]) == 2
    assert set(told["versions"]) >= {"lookfeel", "code_sha256", "libraries", "matrix_sha256", "rubrics_sha256"}
    first = told["rows"][0]
    assert (first["clip"], first["athlete"], first["date"], first["line"]) == ("a2.mp4", "Ann", "2026-03-02", 2)
    assert first["result"].endswith(first["key"][:12])
    assert {row["clip"] for row in told["rows"] if row["error"]} == {"bad.mp4", "die.mp4", "none.mp4"}


def test_the_same_bytes_with_two_workers_in_another_place_and_when_done_again(whole, team, tmp_path):
    place, _ = whole
    before, other = hashes(place), tmp_path / "elsewhere" / "run"
    run(team, other)
    assert len(before) > 20
    assert hashes(other) == before

    told = []
    summary = run(team, other, told=told.append)
    assert hashes(other) == before
    assert summary.n_there == 6
    assert {moment.stage for moment in told if isinstance(moment, AtWork)} == {"hash", "watch"}  # of what failed


@pytest.mark.parametrize("n_moments", [3, 16])
def test_a_run_that_was_killed_goes_on_to_the_same_bytes(whole, team, tmp_path, n_moments):
    place, chance = tmp_path / "killed", random.Random(n_moments)
    process = started(team, place)
    for _ in range(n_moments):
        assert process.stdout.readline() == "moment\n"
    time.sleep(chance.uniform(0.0, 0.1))
    process.kill()
    process.wait()
    assert not (place / "run.json").exists()

    run(team, place)

    assert hashes(place) == hashes(whole[0])


def started(team, place):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [sys.executable, "-c", START, str(team), str(place)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
        cwd=ROOT,
    )


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT to one process")
def test_ctrl_c_ends_it(team, tmp_path):
    process = started(team, tmp_path / "run")
    process.stdout.readline()
    process.send_signal(signal.SIGINT)

    assert process.wait(timeout=30) != 0


def test_a_corrected_row_takes_the_place_of_its_old_result(team, tmp_path):
    place = tmp_path / "run"
    run(team, place)
    names = {path.name for path in (place / "clips").iterdir()}
    team.write_text(team.read_text().replace("a2.mp4,Ann,2026-03-02,,5", "a2.mp4,Ann,2026-03-04,,5"))
    made = []
    run(team, place, told=lambda moment: made.append(moment) if isinstance(moment, Outcome) else None)
    now = {path.name for path in (place / "clips").iterdir()}

    assert sum(not one.was_there and one.failure is None for one in made) == 1
    assert len(names) == len(now) == 5
    assert len(names - now) == 1
    assert {path.stem for path in (place / "signals").iterdir()} == now


def test_without_pages_none_are_written(team, tmp_path):
    run(team, tmp_path / "run", settings=BatchSettings(has_pages=False))

    assert not list((tmp_path / "run" / "clips").rglob("report.html"))


def test_an_earlier_run_is_history(team, tmp_path):
    run(team, tmp_path / "spring")
    fake_work.clip(tmp_path / "clips" / "a9.mp4", mark="new")
    later = tmp_path / "clips" / "later.csv"
    later.write_text("clip,athlete,date\na9.mp4,Ann,2026-09-01\n")
    run(later, tmp_path / "alone")
    run(later, tmp_path / "autumn", previous=[str(tmp_path / "spring")])

    (alone,), (autumn,) = ([one.name for one in (tmp_path / name / "clips").iterdir()] for name in ("alone", "autumn"))
    assert alone != autumn
    told = json.loads((tmp_path / "autumn" / "run.json").read_text())
    data = (tmp_path / "spring" / "sets.parquet").read_bytes()
    assert told["previous"] == [{"sets_sha256": hashlib.sha256(data).hexdigest()}]
    with pytest.raises(FileMissing, match=r"sets\.parquet"):
        run(later, tmp_path / "none", previous=[str(tmp_path / "clips")])


def test_an_unknown_engine_and_an_unknown_backend_are_refused_before_any_work(team, tmp_path):
    with pytest.raises(InvalidValue, match="no engine"):
        run(team, tmp_path / "run", engine="steam")
    with pytest.raises(InvalidValue, match="no pose backend"):
        run(team, tmp_path / "run", settings=BatchSettings(backend="guess"))
