"""`lookfeel analyze`: what goes to the pipeline, what comes out on stdout and stderr, and how it ends."""

from __future__ import annotations

import json

import pytest
import report_factory

from lookfeel.errors import ModelAltered, NoPerson, StoreError, UnreadableVideo
from lookfeel.ingest import Limits
from lookfeel.report import ReportDocument
from lookfeel.types import Feels, TrainingContext


def test_one_clip_gives_a_table_and_the_next_action(lookfeel, pipeline):
    result = lookfeel("analyze", "squat.mp4", "-o", "out")

    assert result.exit_code == 0
    assert result.stderr == ""
    assert pipeline.written[0][2] is True
    for expected in ("squat.mp4", "squat (96 % sure)", "filmed from the front", "L2 R", "88 (79-95)", "partial"):
        assert expected in result.stdout
    assert report_factory.front_squat().decision.text in result.stdout
    assert "squat/report.html" in result.stdout


def test_nothing_said_asks_the_pipeline_for_its_defaults(lookfeel, pipeline):
    lookfeel("analyze", "squat.mp4")

    (path, settings), (_, folder, _) = pipeline.asked[0], pipeline.written[0]
    assert path == "squat.mp4"
    assert folder.name == "lookfeel-out"
    assert settings == {
        "exercise": "auto",
        "person": None,
        "backend": "blazepose",
        "weights": None,
        "device": "cpu",
        "slowmo_factor": None,
        "speed": "balanced",
        "second": None,
        "history": (),
        "limits": Limits(),
        "feels": Feels(),
        "context": TrainingContext(),
    }


@pytest.mark.parametrize(
    ("options", "name", "value"),
    [
        (["--exercise", "split_squat"], "exercise", "split_squat"),
        (["--person", "2"], "person", 2),
        (["--backend", "mediapipe"], "backend", "mediapipe"),
        (["--slowmo-factor", "8"], "slowmo_factor", 8.0),
        (["--speed", "fast"], "speed", "fast"),
        (["--view-with", "side.mp4"], "second", "side.mp4"),
        (["--strictness", "0.8"], "strictness", 0.8),
        (
            ["--limit", "duration_s=300", "--limit", "n_frames=90000"],
            "limits",
            Limits(duration_s=300.0, n_frames=90000),
        ),
        (["--feels", "bad"], "feels", Feels(overall="bad")),
        (
            ["--pain", "3", "--usual-pain", "1", "--where", "left knee"],
            "feels",
            Feels(pain=3.0, usual_pain=1.0, where="left knee"),
        ),
        (["--unstable"], "feels", Feels(is_unstable=True)),
        (["--stable"], "feels", Feels(is_unstable=False)),
        (["--bad-from-rep", "4", "--bad-below-deg", "95"], "feels", Feels(bad_from_rep=4, bad_below_deg=95.0)),
        (["--worse-when-fast", "--settled"], "feels", Feels(is_worse_when_fast=True, is_worse_next_morning=False)),
        (["--reps-in-reserve", "2", "--changes-tried", "1"], "feels", Feels(reps_in_reserve=2.0, n_changes_tried=1)),
        (["--red-flag", "locking", "--red-flag", "swelling"], "feels", Feels(red_flags=("locking", "swelling"))),
        (["--height-cm", "181"], "context", TrainingContext(height_m=1.81)),
        (["--prescribed-depth", "parallel"], "context", TrainingContext(prescribed_thigh_deg=0.0)),
        (["--prescribed-depth", "-10"], "context", TrainingContext(prescribed_thigh_deg=-10.0)),
        (["--tempo", "3-1-X-0"], "context", TrainingContext(prescribed_tempo_s=(3.0, 1.0, None, 0.0))),
        (["--load-kg", "80", "--one-rm-kg", "100"], "context", TrainingContext(load_kg=80.0, one_rm_kg=100.0)),
        (["--experience", "novice"], "context", TrainingContext(experience="novice")),
        (
            ["--sessions-per-week", "2", "--sets", "3"],
            "context",
            TrainingContext(sessions_per_week=2.0, sets_per_session=3),
        ),
        (["--reps", "8", "--rep-range", "6-8"], "context", TrainingContext(planned_reps=8, rep_range=(6, 8))),
        (["--low-bar", "--target-met-twice"], "context", TrainingContext(is_low_bar=True, target_met_twice=True)),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_an_option_reaches_the_pipeline(lookfeel, pipeline, options, name, value):
    result = lookfeel("analyze", "squat.mp4", *options)

    assert result.exit_code == 0, result.stderr
    assert pipeline.asked[0][1][name] == value


def test_a_session_file_is_read_and_an_option_comes_before_it(lookfeel, pipeline, tmp_path):
    session = tmp_path / "today.toml"
    session.write_text(
        '[feels]\noverall = "good"\npain = 1\n\n[context]\nload_kg = 80\ntempo = "3-1-1-0"\nis_low_bar = true\n'
    )

    result = lookfeel("analyze", "squat.mp4", "--feels", session, "--pain", "4", "--load-kg", "90")

    assert result.exit_code == 0, result.stderr
    settings = pipeline.asked[0][1]
    assert settings["feels"] == Feels(overall="good", pain=4.0)
    assert settings["context"] == TrainingContext(
        load_kg=90.0, prescribed_tempo_s=(3.0, 1.0, 1.0, 0.0), is_low_bar=True
    )


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--pain", "11"], "pain"),
        (["--pain", "nan"], "finite"),
        (["--tempo", "3-1"], "tempo"),
        (["--rep-range", "8-6"], "rep_range"),
        (["--rep-range", "six"], "rep_range"),
        (["--height-cm", "1.8"], "height_cm"),
        (["--prescribed-depth", "deep"], "prescribed_depth"),
        (["--experience", "expert"], "experience"),
        (["--red-flag", "sad"], "red_flags"),
        (["--limit", "n_frames=many"], "n_frames"),
        (["--limit", "duration_s"], "duration_s"),
        (["--limit", "size=3"], "n_bytes"),
        (["--feels", "okay.toml"], "okay.toml"),
        (["--strictness", "2"], "--strictness"),
        (["--view-with", "side.mp4", "another.mp4"], "--view-with"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_a_value_that_makes_no_sense_is_refused_before_any_work(lookfeel, pipeline, options, named):
    result = lookfeel("analyze", "squat.mp4", *options)

    assert result.exit_code == 2
    assert named in result.stderr
    assert result.stdout == ""
    assert pipeline.asked == []


def test_an_error_says_what_and_what_next_and_sets_the_exit_code(lookfeel, pipeline):
    pipeline.answers["notes.mp4"] = UnreadableVideo("notes.mp4 is text", hint="Give a video.")

    result = lookfeel("analyze", "notes.mp4")

    assert result.exit_code == UnreadableVideo.exit_code
    assert "unreadable_video" in result.stderr
    assert "notes.mp4 is text" in result.stderr
    assert "Give a video." in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    assert pipeline.written == []


def test_several_clips_go_on_after_a_failure_and_end_with_the_highest_code(lookfeel, pipeline):
    pipeline.answers = {
        "a.mp4": NoPerson("nobody in 300 frames"),
        "c.mp4": ModelAltered("another hash"),
        "d.mp4": NoPerson("nobody"),
    }

    result = lookfeel("analyze", "a.mp4", "b.mp4", "c.mp4", "d.mp4")

    assert result.exit_code == ModelAltered.exit_code
    assert [path for path, _ in pipeline.asked] == ["a.mp4", "b.mp4", "c.mp4", "d.mp4"]
    assert "b/report.html" in result.stdout
    assert [line for line in result.stderr.splitlines() if "no_person: a.mp4" in line or "model_altered: c.mp4" in line]
    assert result.stderr.count("no_person") == 2


def test_a_failure_to_write_is_an_error_too(lookfeel, pipeline):
    pipeline.write_error = StoreError("no space left")

    result = lookfeel("analyze", "squat.mp4")

    assert result.exit_code == StoreError.exit_code
    assert "no space left" in result.stderr


def test_json_of_one_clip_is_one_object_and_nothing_else(lookfeel, pipeline):
    result = lookfeel("analyze", "squat.mp4", "--json")

    assert result.exit_code == 0
    assert result.stderr == ""
    document = ReportDocument.model_validate_json(result.stdout)
    assert sum(not rep.is_partial for rep in document.reps) == report_factory.N_WHOLE


def test_json_of_several_clips_is_one_line_a_clip_in_their_order(lookfeel, pipeline):
    pipeline.answers = {"b.mp4": NoPerson("nobody"), "c.mp4": report_factory.hostile()}

    result = lookfeel("analyze", "a.mp4", "b.mp4", "c.mp4", "--json")

    first, second, third = (json.loads(line) for line in result.stdout.splitlines())
    assert result.exit_code == 2
    assert ReportDocument.model_validate_json(json.dumps(first)).reps
    assert second == {
        "clip": "b.mp4",
        "error": {"code": "no_person", "message": "nobody", "hint": NoPerson.default_hint, "exit_code": 2},
    }
    assert third["decision"]["text"] == report_factory.HOSTILE
    assert "no_person" in result.stderr


def test_json_reports_a_refused_option_as_an_object(lookfeel, pipeline):
    result = lookfeel("analyze", "squat.mp4", "--pain", "11", "--json")

    error = json.loads(result.stdout)["error"]
    assert (result.exit_code, error["code"], error["exit_code"]) == (2, "invalid_value", 2)


def test_quiet_prints_errors_only(lookfeel, pipeline):
    pipeline.answers["b.mp4"] = NoPerson("nobody")

    result = lookfeel("analyze", "a.mp4", "b.mp4", "--quiet", "--no-overlay")

    assert result.stdout == ""
    assert "nobody" in result.stderr
    assert [overlay for _, _, overlay in pipeline.written] == [False]


def test_clips_that_would_share_a_folder_are_refused_before_any_work(lookfeel, pipeline):
    result = lookfeel("analyze", "monday/squat.mp4", "tuesday/squat.mov")

    assert result.exit_code == 2
    assert "'squat'" in result.stderr
    assert pipeline.asked == []


def test_ctrl_c_ends_with_130_and_no_traceback(lookfeel, pipeline):
    pipeline.answers["a.mp4"] = KeyboardInterrupt()

    result = lookfeel("analyze", "a.mp4", "b.mp4")

    assert result.exit_code == 130
    assert len(pipeline.asked) == 1
    assert "Traceback" not in result.stderr


def test_a_bug_is_not_hidden(lookfeel, pipeline):
    pipeline.answers["a.mp4"] = ZeroDivisionError("a bug")

    result = lookfeel("analyze", "a.mp4")

    assert isinstance(result.exception, ZeroDivisionError)


def test_a_clip_is_needed(lookfeel, pipeline):
    result = lookfeel("analyze")

    assert result.exit_code == 2
    assert pipeline.asked == []


def test_history_reaches_the_pipeline_and_is_refused_when_there_is_none(pipeline, lookfeel, tmp_path):
    sets = tmp_path / "sets.csv"
    sets.write_text("session,exercise,load_kg,looks\n2026-11-01,squat,60,good\nmonday,squat,x,good\n", encoding="utf-8")

    result = lookfeel("analyze", "clip.mp4", "--history", sets, "-o", tmp_path / "out")

    assert result.exit_code == 0, result.stderr
    assert [past.load_kg for past in pipeline.asked[0][1]["history"]] == [60.0]
    assert "line 3" in result.stderr
    refused = lookfeel("analyze", "clip.mp4", "--history", tmp_path / "nowhere", "-o", tmp_path / "out")
    assert refused.exit_code == 2
    assert "No set was found" in refused.stderr
