"""`lookfeel history`: what it lists, brings in and refuses."""

from __future__ import annotations

import csv
import json
from datetime import timedelta

import pyarrow.parquet
import pytest

from lookfeel.store.models import now
from tests.batch_run import Run, document, write_clip

LOADS = {60: (92, 90, 88), 80: (88, 85, 86), 100: (60, 55, 58), 120: (40, 45, 42)}


def days_ago(n):
    return (now().date() - timedelta(days=n)).isoformat()


@pytest.fixture
def history(lookfeel, tmp_path, monkeypatch):
    """Runs a history command on a store of its own, in 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    return lambda command, *arguments: lookfeel("history", command, *arguments, "--data", tmp_path / "data")


@pytest.fixture
def filled(history, tmp_path):
    """Twelve sets of Ann, whose form fades as the load goes up, and one of Ben."""
    run = Run(tmp_path / "run")
    for load, scores in LOADS.items():
        for n, score in enumerate(scores):
            clip = f"ann-{load}-{n}.mp4"
            run.add(clip, athlete="Ann", day=days_ago(20 - n), load_kg=load, score=score, pain=n)
    run.add("ben.mp4", athlete="Ben", day=days_ago(2), load_kg=50, score=71, pain=0)
    run.add_failed("empty.mp4", athlete="Ben")
    assert history("import", run.write()).exit_code == 0
    return history


def document_of(result):
    return json.loads(result.stdout)


def rows_of(result):
    return [line.split() for line in result.stdout.splitlines()]


def test_a_look_at_nothing_makes_nothing_and_says_what_to_do(history, tmp_path):
    for command in ("athletes", "sets", "feels", "decisions"):
        result = history(command)
        assert result.exit_code == 2
        assert "lookfeel history import" in result.stderr
    refused = history("threshold", "--athlete", "Ann", "--json")
    assert document_of(refused)["error"]["code"] == "store_missing"
    assert not (tmp_path / "data").exists()


def test_an_import_says_what_became_of_each_row(history, tmp_path):
    run = (
        Run(tmp_path / "run").add("a.mp4").add("b.mp4", athlete=None).add("c.mp4", day=None).add_failed("d.mp4").write()
    )

    first = history("import", run)
    assert first.exit_code == 0
    assert "1 set added, 1 failed, 2 skipped." in first.stdout
    assert "d.mp4: nobody was found" in first.stderr
    assert "--athlete NAME" in first.stderr
    assert "--date DATE" in first.stderr

    second = document_of(history("import", run, "--athlete", "Ben", "--date", "2026-01-02", "--json"))
    assert [one["outcome"] for one in second["sets"]] == ["there", "added", "added"]
    assert second["skipped"] == []
    assert second["failed"] == [{"clip": "d.mp4", "why": "nobody was found"}]


def test_a_run_of_which_nothing_can_be_had_is_an_error(history, tmp_path):
    run = Run(tmp_path / "run").add("a.mp4", athlete=None).write()
    assert history("import", run).exit_code == 2
    assert history("import", tmp_path).exit_code == 2
    assert document_of(history("athletes", "--json")) == {"athletes": []}


def test_athletes_with_their_last_set_and_threshold(filled):
    said = filled("athletes")
    assert max(map(len, said.stdout.splitlines())) <= 80
    assert ["Ann", "12", days_ago(18)] in [row[:3] for row in rows_of(said)]

    ann, ben = document_of(filled("athletes", "--json"))["athletes"]
    assert (ann["n_sets"], ann["last_date"], ben["n_sets"]) == (12, days_ago(18), 1)
    (found,) = ann["thresholds"]
    assert (found["exercise"], found["status"]) == ("squat", "estimated")
    assert 80 < found["load_kg"] < 100
    assert ben["thresholds"] == []


def test_sets_are_listed_newest_first_and_chosen(filled):
    every = document_of(filled("sets", "--json"))["sets"]
    assert len(every) == 13
    assert [one["date"] for one in every] == sorted((one["date"] for one in every), reverse=True)
    assert (every[0]["athlete"], every[0]["load_kg"], every[0]["looks_score"], every[0]["pain"]) == ("Ben", 50, 71, 0)

    said = filled("sets")
    assert max(map(len, said.stdout.splitlines())) <= 80
    assert every[0]["id"][:6] in said.stdout
    assert "71 (66-76)" in said.stdout

    chosen = document_of(filled("sets", "--athlete", "ANN", "--exercise", "squat", "--since", days_ago(19), "--json"))
    assert len(chosen["sets"]) == 8
    assert document_of(filled("sets", "--exercise", "lunge", "--json"))["sets"] == []
    assert "Nothing here yet" in filled("sets", "--exercise", "lunge").stdout


def test_what_was_said_and_what_was_decided(filled):
    said = filled("feels", "--athlete", "Ann")
    assert [days_ago(18), "squat", "good", "2", "2", "–"] in rows_of(said)

    decided = filled("decisions", "--athlete", "Ben")
    assert "think of one thing: Keep the load" in decided.stdout
    assert max(map(len, (said.stdout + decided.stdout).splitlines())) <= 80


def test_one_set_with_its_reps(filled):
    (ben,) = document_of(filled("sets", "--athlete", "Ben", "--json"))["sets"]

    shown = filled("show", ben["id"][:8])
    assert "Ben, " in shown.stdout
    assert "The left knee falls inward" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80
    whole = document_of(filled("show", ben["id"], "--json"))
    assert whole["report"]["schema_version"] == "1.2"
    assert whole["training"] == {"load_kg": 50.0}

    nothing = filled("show", "zzz")
    assert (nothing.exit_code, "no set has an id" in nothing.stderr) == (2, True)
    assert "several sets" in filled("show", "").stderr


def test_the_threshold_is_that_of_the_same_sets_as_files(filled, lookfeel, tmp_path):
    found = document_of(filled("threshold", "--athlete", "Ann", "--json"))["threshold"]
    header = "session,exercise,load_kg,score,low,high,looks,depth_deg,n_reps\n"
    of_sets = [
        f"{one['date']},squat,{one['load_kg']},{one['looks_score']},{one['looks_low']},{one['looks_high']},{one['looks_state']},"
        f"{one['depth_thigh_angle_deg']},{one['n_reps']}"
        for one in document_of(filled("sets", "--athlete", "Ann", "--json"))["sets"][::-1]
    ]
    (tmp_path / "sets.csv").write_text(header + "\n".join(of_sets) + "\n")
    same = json.loads(lookfeel("threshold", tmp_path / "sets.csv", "--json").stdout)["threshold"]
    assert found["n_sets"] == same["n_sets"] == 12
    assert found["load_kg"] == pytest.approx(same["load_kg"], rel=1e-6)

    assert "Form breaks down at about" in filled("threshold", "--athlete", "Ann").stdout
    assert filled("threshold", "--athlete", "Ann", "-o", tmp_path / "plot.svg").exit_code == 0
    assert (tmp_path / "plot.svg").is_file()
    nobody = filled("threshold", "--athlete", "Nobody")
    assert (nobody.exit_code, "There are: Ann, Ben." in nobody.stderr) == (2, True)


def test_sets_as_a_table(filled, tmp_path):
    assert filled("export", "-o", tmp_path / "sets.csv").exit_code == 0
    assert filled("export", "-o", tmp_path / "sets.parquet", "--athlete", "Ben").exit_code == 0

    with (tmp_path / "sets.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)
    assert (rows[-1]["athlete"], rows[-1]["load_kg"], rows[-1]["pain"], rows[-1]["status"]) == (
        "Ben",
        "50.0",
        "0.0",
        "ok",
    )
    (ben,) = pyarrow.parquet.read_table(tmp_path / "sets.parquet").to_pylist()
    assert (ben["athlete"], ben["looks_score"], ben["date"].isoformat()) == ("Ben", 71.0, days_ago(2))
    refused = filled("export", "-o", tmp_path / "sets.xlsx")
    assert (refused.exit_code, (tmp_path / "sets.xlsx").exists()) == (2, False)


def test_one_report_is_added(history, tmp_path):
    path = tmp_path / "report.json"
    path.write_text(document().model_dump_json(), encoding="utf-8")

    added = history("add", path, "--athlete", "Ann", "--date", "2026-03-02", "--team", "Juniors", "--json")

    assert document_of(added)["outcome"] == "added"
    assert (
        "there already" in history("add", path, "--athlete", "Ann", "--date", "2026-03-02", "--team", "juniors").stdout
    )
    path.write_text("{}", encoding="utf-8")
    refused = history("add", path, "--athlete", "Ann", "--date", "2026-03-02")
    assert (refused.exit_code, "unreadable_report" in refused.stderr) == (2, True)
    assert history("add", path, "--athlete", "Ann", "--date", "yesterday").exit_code == 2


def test_clips_come_along_when_asked_for(history, tmp_path):
    run = Run(tmp_path / "run").add("a.mp4").add("b.mp4").write()
    write_clip(tmp_path, "a.mp4")

    said = history("import", run, "--with-videos", tmp_path)

    assert (said.exit_code, "no video: b.mp4" in said.stderr) == (0, True)
    assert len(list((tmp_path / "data" / "sets").glob("*/video"))) == 1


def test_names_cannot_steer_the_terminal(history, tmp_path):
    run = Run(tmp_path / "run").add("a\x1b[31m.mp4", athlete="Eve \x1b[2J").write()
    history("import", run)
    for command in ("athletes", "sets", "decisions", "feels"):
        assert "\x1b[2J" not in history(command).stdout
