"""The command line of a batch: what it takes, what it says, and how it ends."""

from __future__ import annotations

import json
from functools import partial

import pytest

from lookfeel.batch import run as batch_run
from lookfeel.cli.batch import SOME_FAILED
from tests.unit.batch import fake_work
from tests.unit.batch.conftest import a_report  # noqa: F401  # a fixture


@pytest.fixture
def clips(tmp_path, monkeypatch, a_report):  # noqa: F811
    """A folder of two good clips; the analysis is stood in for."""
    monkeypatch.setattr(batch_run, "run_batch", partial(batch_run.run_batch, function=fake_work.FUNCTION))
    for name in ("a.mp4", "b.mp4"):
        fake_work.clip(tmp_path / "clips" / name, mark=name)
    return tmp_path / "clips"


def test_a_folder_is_measured_and_the_summary_says_where_to_look(lookfeel, clips, tmp_path):
    answer = lookfeel("batch", clips, "-o", tmp_path / "run", "--workers", 1, "--resume")

    assert answer.exit_code == 0
    assert "2 of 2 sets measured" in answer.stdout
    assert "team.html" in answer.stdout
    assert "[2/2]" in answer.stderr
    assert "squat, 3 reps, looks good 90" in answer.stderr


def test_failed_clips_have_their_own_exit_code(lookfeel, clips, tmp_path):
    fake_work.clip(clips / "bad.mp4", "bad")
    answer = lookfeel("batch", str(clips / "*.mp4"), "-o", tmp_path / "run", "--workers", 1)

    assert answer.exit_code == SOME_FAILED
    assert "bad.mp4: unreadable_video: bad.mp4 is no video" in answer.stderr
    assert "1 failed: see failures.csv" in answer.stdout


def test_json_has_a_line_per_set_and_a_summary(lookfeel, clips, tmp_path):
    fake_work.clip(clips / "bad.mp4", "bad")
    fake_work.clip(clips / "c.mp4", mark="a.mp4")
    answer = lookfeel("batch", clips, "-o", tmp_path / "run", "--workers", 1, "--json")

    *lines, summary = [json.loads(line) for line in answer.stdout.splitlines()]
    assert answer.exit_code == SOME_FAILED
    assert {line["clip"]: line["status"] for line in lines} == {
        "a.mp4": "ok",
        "b.mp4": "ok",
        "bad.mp4": "failed",
        "c.mp4": "ok",
    }
    assert summary["summary"]["n_repeated_videos"] == 1
    assert answer.stderr == ""


def test_quiet_says_nothing(lookfeel, clips, tmp_path):
    answer = lookfeel("batch", clips, "-o", tmp_path / "run", "--workers", 1, "-q")

    assert (answer.stdout, answer.stderr) == ("", "")


def test_the_template_is_csv_and_its_explanations_are_not_in_it(lookfeel):
    answer = lookfeel("batch", "--template")

    assert len(answer.stdout.splitlines()) == 2
    assert answer.stdout.startswith("clip,second_clip,athlete,date,")
    assert "reps_in_reserve" in answer.stderr


@pytest.mark.parametrize("arguments", [(), ("a.mp4", "--manifest", "team.csv")])
def test_clips_or_a_manifest_one_of_the_two(lookfeel, arguments):
    answer = lookfeel("batch", *arguments)

    assert answer.exit_code == 2
    assert "one of the two" in answer.stderr


def test_a_wrong_manifest_ends_before_any_work(lookfeel, tmp_path):
    (tmp_path / "team.csv").write_text("clip,pain\na.mp4,11\nb.mp4,-1\n")
    answer = lookfeel("batch", "--manifest", tmp_path / "team.csv", "-o", tmp_path / "run")

    assert answer.exit_code == 2
    assert "line 2: pain" in answer.stderr
    assert "line 3: pain" in answer.stderr
    assert not (tmp_path / "run").exists()


def test_ctrl_c_says_how_to_go_on(lookfeel, clips, tmp_path, monkeypatch):
    def interrupted(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(batch_run, "run_batch", interrupted)
    answer = lookfeel("batch", clips, "-o", tmp_path / "run")

    assert answer.exit_code == 130
    assert "the same command goes on" in answer.stderr
