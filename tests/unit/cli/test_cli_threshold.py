"""`lookfeel threshold`: what it prints, draws and refuses."""

from __future__ import annotations

import json
import os

import pytest

HEADER = "session,exercise,load_kg,score,low,high,looks,depth_deg,n_reps\n"
FADING = [
    (day, load, score)
    for load, scores in {60: (92, 90, 88), 80: (88, 85, 86), 100: (60, 55, 58), 120: (40, 45, 42)}.items()
    for day, score in enumerate(scores, start=20)
]


@pytest.fixture
def sets_csv(tmp_path, monkeypatch):
    monkeypatch.setitem(os.environ, "COLUMNS", "80")
    rows = [f"2026-11-{day},squat,{load},{score},{score - 7},{min(score + 7, 100)},,2,6" for day, load, score in FADING]
    path = tmp_path / "sets.csv"
    path.write_text(HEADER + "\n".join([*rows, "2026-11-20,squat,60,,,,bad,30,6", "a,deadlift,100,50,,,,,"]) + "\n")
    return path


def test_the_answer_names_threshold_interval_what_was_compared_and_what_was_not(lookfeel, sets_csv):
    result = lookfeel("threshold", sets_csv)

    assert result.exit_code == 0
    said = " ".join(result.stdout.replace("│", " ").split())
    assert "Form breaks down at about 89 kg" in said
    assert "12 sets in 3 sessions, squat, thigh 2° above level" in said
    assert "1 set of another depth" in said
    assert "skipped" in result.stderr
    assert "line 15" in result.stderr
    assert max(map(len, result.stdout.splitlines())) <= 80
    rows = [line.split()[:3] for line in result.stdout.splitlines()]
    assert ["60", "3", "3"] in rows
    assert ["120", "3", "0"] in rows


def test_json_is_the_only_thing_on_stdout(lookfeel, sets_csv):
    document = json.loads(lookfeel("threshold", sets_csv, "--json").stdout)

    found = document["threshold"]
    assert found["status"] == "estimated"
    assert found["low_kg"] < found["load_kg"] < found["high_kg"]
    assert len(found["curve_kg"]) == len(found["p_good"]) > 10
    assert len(document["sets"]) == found["n_sets"] == 12
    assert [(entry["why"], len(entry["sets"])) for entry in document["left_out"]] == [("of another depth", 1)]
    assert "deadlift" in document["skipped"][0]["why"]


def test_a_plot_is_written_as_svg_and_as_nothing_else(lookfeel, sets_csv, tmp_path):
    assert lookfeel("threshold", sets_csv, "-o", tmp_path / "plot.svg").exit_code == 0
    assert (tmp_path / "plot.svg").read_text(encoding="utf-8").startswith("<svg ")

    refused = lookfeel("threshold", sets_csv, "-o", tmp_path / "plot.png")
    assert refused.exit_code == 2
    assert ".svg" in refused.stderr
    assert not (tmp_path / "plot.png").exists()


def test_too_little_is_an_answer_and_nothing_at_all_is_an_error(lookfeel, sets_csv, tmp_path):
    few = lookfeel("threshold", sets_csv, "--exercise", "lunge")
    assert few.exit_code == 0
    assert "cannot be told yet" in few.stdout

    (tmp_path / "empty").mkdir()
    nothing = lookfeel("threshold", tmp_path / "empty")
    assert nothing.exit_code == 2
    assert "file_missing" in nothing.stderr

    unknown = lookfeel("threshold", sets_csv, "--exercise", "deadlift", "--json")
    assert unknown.exit_code == 2
    assert json.loads(unknown.stdout)["error"]["code"] == "unknown_exercise"


def test_a_plot_that_cannot_be_written_is_an_error(lookfeel, sets_csv, tmp_path):
    result = lookfeel("threshold", sets_csv, "-o", tmp_path / "nowhere" / "plot.svg")
    assert result.exit_code == 4
