"""lookfeel's own names: what they cost, what they are, and that they say the same as the rooms behind them."""

from __future__ import annotations

import inspect
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from report_factory import front_squat

import lookfeel
from lookfeel.errors import FileMissing, InvalidValue
from lookfeel.exercises import load_exercise
from lookfeel.report import write_json
from lookfeel.threshold import find_load_threshold

GOOD = lookfeel.Feels(overall="good", pain=0.0, reps_in_reserve=2.0)


def sets() -> list[lookfeel.PastSet]:
    return [
        lookfeel.PastSet(session=f"2026-11-{day:02d}", exercise="squat", load_kg=load, score=score, looks=looks)
        for day in (2, 5, 9)
        for load, score, looks in ((60.0, 90.0, "good"), (80.0, 88.0, "good"), (100.0, 55.0, "uncertain"))
    ]


def test_importing_it_imports_nothing_heavy() -> None:
    listed = "import sys, lookfeel; print([name for name in sys.modules if name.split('.')[0] in "
    listed += "('numpy', 'pydantic', 'cv2', 'av', 'scipy', 'onnxruntime', 'typer')])"
    found = subprocess.run([sys.executable, "-c", listed], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_every_name_is_there_and_documented() -> None:
    for name in lookfeel.__all__:
        value = getattr(lookfeel, name)
        assert name in dir(lookfeel)
        if name != "__version__":
            assert inspect.getdoc(value), name
    with pytest.raises(AttributeError, match="no attribute 'analyse'"):
        lookfeel.analyse  # type: ignore[attr-defined]  # noqa: B018


def test_a_report_at_hand_and_its_file_lead_to_one_decision(tmp_path: Path) -> None:
    report = front_squat()
    path = write_json(report, tmp_path / "report.json")
    by_hand, by_file = lookfeel.decide(report, feels=GOOD), lookfeel.decide(path, feels=GOOD)
    assert by_hand.feels == "good"
    assert (by_hand.rule_id, by_hand.text, by_hand.reasons) == (by_file.rule_id, by_file.text, by_file.reasons)
    assert by_hand.looks == report.looks.state


def test_what_is_said_takes_the_place_of_the_reports() -> None:
    report = front_squat()
    assert lookfeel.decide(report, feels=replace(GOOD, pain=8.0)).action == "stop"
    assert lookfeel.decide(report, looks="good", feels=GOOD).looks == "good"
    assert lookfeel.decide(report, strictness=0.9).strictness == 0.9
    assert lookfeel.decide(report).strictness == report.decision.strictness


def test_a_decision_without_a_report() -> None:
    decision = lookfeel.decide(looks="bad", severity="bad", finding="knee_over_foot", feels=GOOD)
    assert decision.cue == load_exercise("squat").item("knee_over_foot").cue_external
    with pytest.raises(InvalidValue, match="finding 'nose'"):
        lookfeel.decide(finding="nose")
    with pytest.raises(FileMissing):
        lookfeel.decide("no/such/report.json")


def test_a_threshold_from_sets_lists_and_reports(tmp_path: Path) -> None:
    past = sets()
    found = lookfeel.fit_threshold(past)
    assert (found.status, found.load_kg) == ("estimated", find_load_threshold(past).load_kg)
    rows = [f"{one.session},squat,{one.load_kg},{one.score},{one.looks}" for one in past]
    listed = tmp_path / "sets.csv"
    listed.write_text("\n".join(["session,exercise,load_kg,score,looks", *rows]), encoding="utf-8")
    assert lookfeel.fit_threshold(listed).load_kg == pytest.approx(found.load_kg)
    assert lookfeel.fit_threshold([str(listed)]).reason == found.reason
    assert lookfeel.fit_threshold([*past, front_squat()]).n_sets >= len(past)


def test_what_was_passed_over_is_said(tmp_path: Path) -> None:
    listed = tmp_path / "sets.csv"
    listed.write_text("session,exercise,load_kg,score\na,squat,60,90\nb,squat,heavy,90\n", encoding="utf-8")
    reason = lookfeel.fit_threshold(listed).reason
    assert "Passed over: 1" in reason
    assert "line 3" in reason


def test_a_report_at_hand_is_a_past_set() -> None:
    report = front_squat()
    past = lookfeel.past_set_of(report)
    assert (past.exercise, past.looks, past.load_kg) == (
        report.exercise.name,
        report.looks.state,
        report.context.load_kg,
    )
    assert past.rule_id == report.decision.rule_id
