"""`lookfeel decide` and `lookfeel explain`: the matrix without a video."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import report_factory

from lookfeel.exercises import load_exercise
from lookfeel.matrix import load_matrix
from lookfeel.report import write_json

MATRIX = load_matrix()
CUE = load_exercise("squat").item("knee_over_foot").cue_external


def decided(lookfeel, *arguments: object) -> dict:
    result = lookfeel("decide", *arguments, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def words(text: str) -> str:
    """Words of a drawn panel, without its frame and line breaks."""
    return " ".join(text.replace("│", " ").split())


def test_it_prints_action_reasons_alternatives_and_questions(lookfeel):
    result = lookfeel("decide", "--looks", "good", "--feels", "bad", "--pain", "3", "--bad-from-rep", "8")

    assert result.exit_code == 0, result.stderr
    said = words(result.stdout)
    rule = MATRIX.rules["feels_bad.from_rep"]
    assert "End each set at rep 7, one before it starts to feel bad." in said
    for part in (
        "Pain 3 of 10.",
        rule.would_change[0],
        "more sets of 7",
        "How much pain is usual",
        "Try it in your next",
    ):
        assert part in said
    assert "feels_bad.from_rep" in said


def test_nothing_said_asks_how_it_felt(lookfeel):
    found = decided(lookfeel)

    assert (found["action"], found["questions"][0]) == ("ask", MATRIX.question("overall").words)


@pytest.mark.parametrize(
    ("arguments", "rule_id"),
    [
        (["--looks", "bad", "--severity", "bad", "--finding", "knee_over_foot", "--feels", "good"], "looks_bad.cue"),
        (["--looks", "bad", "--severity", "bad", "--feels", "good"], "looks_bad.hold"),
        (["--severity", "zero", "--feels", "good", "--rpe", "10", "--experience", "advanced"], "looks_bad.reduce"),
        (["--looks", "uncertain", "--feels", "good"], "feels_good.looks_uncertain"),
        (["--looks", "good", "--feels", "good", "--red-flag", "locking"], "stop.red_flag"),
        (["--finding", "knee_over_foot", "--feels", "good", "--strictness", "0"], "looks_bad.watch"),
    ],
)
def test_what_is_typed_in_reaches_the_matrix(lookfeel, arguments, rule_id):
    assert decided(lookfeel, *arguments)["rule_id"] == rule_id


def test_the_cue_belongs_to_the_fault_that_was_named(lookfeel):
    found = decided(lookfeel, "--finding", "knee_over_foot", "--feels", "good")

    assert found["cue"] == CUE
    assert any("a fault, clear: knees over the feet" in reason for reason in found["reasons"])


def test_pounds_in_and_pounds_out(lookfeel):
    found = decided(lookfeel, "--looks", "good", "--feels", "bad", "--load", "185", "--unit", "lb", "--bar", "45")

    assert "185 -> 165 lb" in found["text"]
    assert found["parameters"]["load_kg"] == pytest.approx(74.842741)


def test_everything_for_more_load_but_the_load_that_holds(lookfeel):
    ready = ["--looks", "good", "--feels", "good", "--reps-in-reserve", "3", "--target-met-twice", "--load", "80"]

    assert decided(lookfeel, *ready)["action"] == "progress"
    assert decided(lookfeel, *ready, "--load-cap-kg", "81")["rule_id"] == "feels_good.looks_good.at_threshold"


def test_a_report_is_read_and_an_option_comes_before_it(lookfeel, tmp_path):
    path = write_json(report_factory.front_squat(), tmp_path / "report.json")
    written = json.loads(path.read_text())

    found = decided(lookfeel, "--report", path)
    assert found["looks"] == written["looks"]["state"]
    assert {finding["text"] for finding in written["looks"]["findings"]} <= set(found["reasons"])
    assert decided(lookfeel, "--report", path, "--pain", "7")["rule_id"] == "stop.pain"
    assert decided(lookfeel, "--report", path, "--looks", "good", "--feels", "good")["looks"] == "good"


def test_a_session_file_is_read_and_the_unit_of_an_option_comes_before_its_own(lookfeel, tmp_path):
    session = tmp_path / "today.toml"
    session.write_text('[feels]\noverall = "bad"\n\n[context]\nload = 100\nweight_unit = "lb"\n')

    assert "100 -> 90 lb" in decided(lookfeel, "--feels", session)["text"]
    assert "200 -> 180 lb" in decided(lookfeel, "--feels", session, "--load", "200")["text"]
    assert "100 -> 90 kg" in decided(lookfeel, "--feels", session, "--load", "100", "--unit", "kg")["text"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--looks", "fine"], "looks 'fine'"),
        (["--severity", "awful"], "severity 'awful'"),
        (["--finding", "nose"], "knee_over_foot"),
        (["--looks", "good", "--severity", "bad"], "a fault was named"),
        (["--strictness", "2"], "strictness"),
        (["--exercise", "bench"], "bench"),
        (["--rpe", "8", "--reps-in-reserve", "5"], "reps_in_reserve"),
        (["--report", "nowhere.json"], "nowhere.json"),
        (["--load-cap-kg", "-1"], "load_cap_kg"),
        (["--reps-done", "-3"], "reps-done"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_a_value_that_makes_no_sense_is_refused(lookfeel, arguments, named):
    result = lookfeel("decide", *arguments)

    assert result.exit_code == 2
    assert named in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("no json", "not a report.json"),
        ("[]", "not a report.json"),
        ("{}", "schema_version"),
        ('{"schema_version": "2.0"}', "2.0"),
        ('{"schema_version": "1.2"}', "missing"),
        ('{"schema_version": "1.2", "reps": 3}', "not a report.json"),
    ],
)
def test_a_file_that_is_no_report_is_refused(lookfeel, tmp_path: Path, content, message):
    path = tmp_path / "report.json"
    path.write_text(content)

    result = lookfeel("decide", "--report", path)

    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_report_with_a_wrong_figure_is_refused_by_its_place(lookfeel, tmp_path):
    path = write_json(report_factory.front_squat(), tmp_path / "report.json")
    content = json.loads(path.read_text())
    content["looks"]["state"] = "pretty"
    path.write_text(json.dumps(content))

    result = lookfeel("decide", "--report", path)

    assert (result.exit_code, "looks.state" in result.stderr) == (2, True)


def test_explain_prints_a_rule_whole(lookfeel):
    result = lookfeel("explain", "feels_bad.from_rep")

    rule = MATRIX.rules["feels_bad.from_rep"]
    said = words(result.stdout)
    assert result.exit_code == 0
    for part in (rule.when, rule.source, "our choice, not validated", rule.would_change[0], "‹max reps›"):
        assert part in said


def test_explain_without_a_rule_lists_all_by_cell(lookfeel):
    result = lookfeel("explain")

    assert result.exit_code == 0
    assert [rule for rule in MATRIX.rules if rule not in result.stdout] == []
    for feels in MATRIX.cells:
        assert f"feels {feels}" in result.stdout


def test_explain_of_no_rule_names_near_ones(lookfeel):
    result = lookfeel("explain", "from_rep")

    assert result.exit_code == 2
    assert "feels_bad.from_rep" in result.stderr


def test_history_holds_the_load_below_the_one_at_which_form_goes(lookfeel, tmp_path):
    loads = [(60, 92), (70, 90), (80, 88), (85, 86), (90, 55), (95, 48), (100, 40)] * 2
    rows = [f"2026-11-{day:02},squat,{kg},{score},{score - 6},{score + 6}" for day, (kg, score) in enumerate(loads, 1)]
    sets = tmp_path / "sets.csv"
    sets.write_text("\n".join(["session,exercise,load_kg,score,low,high", *rows]), encoding="utf-8")
    ready = ["--looks", "good", "--feels", "good", "--pain", "0", "--reps", "5", "--reps-in-reserve", "3"]
    ready += ["--target-met-twice", "--load-kg", "85"]

    assert decided(lookfeel, *ready)["action"] == "progress"
    held = decided(lookfeel, *ready, "--history", sets)
    assert held["rule_id"] == "feels_good.looks_good.at_threshold"
