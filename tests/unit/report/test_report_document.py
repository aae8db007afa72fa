"""The document of report.json: its contract, its schema, and what it does with missing numbers and hostile text."""

from __future__ import annotations

import json
import math
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
import report_factory
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lookfeel.report import document as documents
from lookfeel.report.document import ReportDocument, report_document, report_schema, rounded, schema_text
from lookfeel.types import (
    Decision,
    ExerciseGuess,
    Feels,
    Finding,
    ItemScore,
    Looks,
    Metric,
    SetReport,
    TechniqueThreshold,
    TrainingContext,
)

ALL = report_factory.everything()
SCHEMA_FILE = Path(documents.__file__).with_name("report.schema.json")

CONTRACT = {
    "": {
        *(
            "schema_version",
            "video",
            "exercise",
            "view",
            "second_view",
            "body",
            "n_reps",
            "reps",
            "looks",
            "technique_threshold",
        ),
        *("feels", "context", "decision", "warnings", "provenance"),
    },
    "exercise": {"name", "variant", "confidence", "was_given", "reasons"},
    "view": {"name", "yaw_deg", "yaw_sd_deg", "confidence"},
    "body": {"method", "is_metric", "segment_m", "reprojection"},
    "body.reprojection": {"rms_m", "rms_px", "part_rms_m", "n_points"},
    "reps.0": {
        *("index", "start_s", "bottom_s", "end_s", "is_partial", "partial_reason", "side", "confidence", "frames"),
        *("phases", "metrics", "looks"),
    },
    "reps.0.phases": {"eccentric_s", "bottom_pause_s", "concentric_s", "top_pause_s"},
    "reps.0.metrics.depth_thigh_angle_deg": {"value", "sd", "unit", "status", "reason", "frame", "clip"},
    "reps.0.looks": {"state", "score", "low", "high", "coverage", "reason", "findings", "items"},
    "reps.0.looks.items.0": {
        *("item", "label", "weight", "score", "low", "high", "p_watch", "p_bad", "reason", "clip"),
    },
    "looks": {
        *("state", "score", "low", "high", "coverage", "reason", "findings", "items", "worst_rep_index"),
        "slope_per_rep",
    },
    "looks.findings.0": {
        *("item", "severity", "text", "metric", "value", "sd", "unit", "probability", "rep_index", "frame", "time_s"),
        *("side", "phase", "over_sd", "clip"),
    },
    "decision": {
        *("action", "rule_id", "text", "reasons", "alternatives", "would_change", "questions", "cue", "parameters"),
        *("feels", "looks", "lever", "strictness", "retest", "cue_internal"),
    },
    "provenance": {
        *("lookfeel_version", "python_version", "library_versions", "backend", "weights_sha256", "rubric"),
        *("rubric_sha256", "matrix_sha256", "library_sha256", "video_sha256", "settings"),
    },
}

MIRRORS = [
    (ExerciseGuess, documents.ExerciseDocument, set()),
    (Metric, documents.MetricDocument, {"span"}),
    (ItemScore, documents.ItemDocument, set()),
    (Finding, documents.FindingDocument, set()),
    (Looks, documents.SetLooksDocument, {"rep_index"}),
    (TechniqueThreshold, documents.ThresholdDocument, set()),
    (Decision, documents.DecisionDocument, set()),
    (Feels, documents.FeelsDocument, set()),
    (TrainingContext, documents.ContextDocument, set()),
]


def as_json(report: SetReport) -> Any:
    """The document as another program reads it; a NaN or an infinity in it is refused."""

    def refuse(constant: str) -> float:
        raise AssertionError(f"{constant} in JSON")

    return json.loads(report_document(report).model_dump_json(), parse_constant=refuse)


def at(content: Any, path: str) -> Any:
    for step in path.split(".") if path else []:
        content = content[int(step)] if step.isdigit() else content[step]
    return content


@pytest.mark.parametrize("path", CONTRACT)
def test_the_contract_has_exactly_these_keys(path: str) -> None:
    assert set(at(as_json(ALL["fitted_squat"]), path)) == CONTRACT[path]


@pytest.mark.parametrize(("core", "model", "left_out"), MIRRORS, ids=lambda value: getattr(value, "__name__", ""))
def test_no_field_of_a_core_type_is_forgotten(core: Any, model: Any, left_out: set[str]) -> None:
    assert set(model.model_fields) == {field.name for field in fields(core)} - left_out


@pytest.mark.parametrize("name", ALL)
def test_every_rep_is_in_the_document_in_its_order(name: str) -> None:
    report = ALL[name]
    content = as_json(report)
    assert [rep["start_s"] for rep in content["reps"]] == [rounded(rep.start_s) for rep in report.reps]
    assert [rep["index"] for rep in content["reps"]] == [rep.index for rep in report.reps]
    assert content["n_reps"] == sum(not rep.is_partial for rep in report.reps)


def test_a_second_view_is_told_with_what_was_taken_from_it() -> None:
    content = as_json(ALL["two_views"])
    second = content["second_view"]
    assert (second["name"], second["sha256"], second["view"]["name"]) == (
        "side squat 80 kg.mp4",
        "ef" * 32,
        "side_left",
    )
    assert second["items"] == ["heel_rise"]
    assert [rep["index"] for rep in second["reps"]] == [1, 2, 3, 4, 5]
    assert content["looks"]["findings"][0]["clip"] == 2
    assert content["reps"][0]["metrics"]["depth_thigh_angle_deg"]["clip"] == 2
    assert as_json(ALL["front_squat"])["second_view"] is None


def test_the_rubric_and_its_strictness_are_told() -> None:
    made_by = as_json(ALL["front_squat"])["provenance"]
    assert (made_by["rubric"], made_by["settings"]["strictness"]) == ("squat", 0.5)


def test_a_partial_rep_has_the_same_keys_as_a_whole_one_and_says_why() -> None:
    *whole, partial = as_json(ALL["front_squat"])["reps"]
    assert set(partial) == set(whole[0])
    assert partial["index"] == 0
    assert partial["is_partial"]
    assert partial["partial_reason"]
    assert partial["phases"] == dict.fromkeys(("eccentric_s", "bottom_pause_s", "concentric_s", "top_pause_s"))
    assert set(partial["looks"]) == set(whole[0]["looks"])
    assert partial["looks"]["state"] == "not_assessable"


def test_metrics_stay_with_their_rep_when_partial_reps_share_number_0() -> None:
    base = ALL["front_squat"]
    partial = base.reps[-1]
    early = replace(partial, start=0, bottom_start=1, bottom=2, ascent_start=3, end=20, start_s=0.0, end_s=0.7)
    depth = Metric(value=40.0, sd=4.0, unit="deg", status="ok")
    of_early, of_late = (
        replace(base.rep_metrics[0], rep_index=0, metrics={"depth_knee_flexion_deg": replace(depth, value=value)})
        for value in (40.0, 50.0)
    )
    report = replace(
        base, reps=(early, *base.reps), rep_metrics=(of_early, *base.rep_metrics, of_late), rep_looks=base.rep_looks
    )
    depths = [rep["metrics"]["depth_knee_flexion_deg"]["value"] for rep in as_json(report)["reps"]]
    assert depths[0] == 40.0
    assert depths[-1] == 50.0
    assert depths[1:-1] == [rounded(metrics.metrics["depth_knee_flexion_deg"].value) for metrics in base.rep_metrics]


def test_what_the_side_view_cannot_see_is_null_with_a_reason_and_never_zero() -> None:
    for rep in as_json(ALL["side_squat"])["reps"][:-1]:
        knee = rep["metrics"]["knee_over_foot_left_m"]
        assert knee["value"] is None
        assert knee["sd"] is None
        assert knee["status"] == "not_assessable"
        assert "side" in knee["reason"]


def test_the_fit_is_held_against_the_landmarks_or_is_null() -> None:
    found = as_json(ALL["fitted_squat"])["body"]["reprojection"]
    assert found["rms_px"] == pytest.approx(6.0, abs=1e-6)
    assert 0.011 < found["rms_m"] < 0.015  # 6 pixels at 3 metres, focal length 1400
    assert as_json(ALL["front_squat"])["body"]["reprojection"] is None


@pytest.mark.parametrize("name", ALL)
def test_documents_survive_a_round_trip(name: str) -> None:
    document = report_document(ALL[name])
    assert ReportDocument.model_validate_json(document.model_dump_json()) == document


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_an_unknown_number_becomes_null(bad: float) -> None:
    base = ALL["front_squat"]
    report = replace(
        base,
        decision=replace(base.decision, parameters={"load_factor": bad}),
        provenance=replace(base.provenance, settings={"a": bad, "b": [bad, {"c": bad}]}),
        looks=replace(base.looks, slope_per_rep=bad),
    )
    content = as_json(report)
    assert content["decision"]["parameters"] == {"load_factor": None}
    assert content["provenance"]["settings"] == {"a": None, "b": [None, {"c": None}]}
    assert content["looks"]["slope_per_rep"] is None


def test_a_time_that_must_be_known_is_refused_when_it_is_not() -> None:
    base = ALL["front_squat"]
    broken = replace(base, reps=(replace(base.reps[0], bottom_s=math.nan), *base.reps[1:]))
    with pytest.raises(ValidationError, match="bottom_s"):
        report_document(broken)


def test_no_folder_of_this_machine_is_told() -> None:
    base = ALL["front_squat"]
    report = replace(
        base,
        video=replace(base.video, path="/home/anna/secret/set 1.mp4"),
        provenance=replace(base.provenance, settings={"output": Path("/home/anna/secret/out")}),
    )
    text = report_document(report).model_dump_json()
    assert "anna" not in text
    assert json.loads(text)["video"]["name"] == "set 1.mp4"


def test_hostile_text_arrives_unchanged_but_as_valid_unicode() -> None:
    content = as_json(ALL["hostile"])
    assert content["feels"]["where"] == report_factory.HOSTILE
    assert content["video"]["name"].endswith("?.mp4")
    assert json.dumps(content, ensure_ascii=False).encode("utf-8")


def test_warnings_of_all_rooms_are_told_once() -> None:
    base = ALL["front_squat"]
    twice = replace(base, warnings=(*base.warnings, *base.body.warnings, *base.warnings))
    told = as_json(twice)["warnings"]
    assert len(told) == len(set(told))
    assert set(told) == {*base.track.warnings, *base.body.warnings, *base.warnings}


@given(st.floats())
def test_rounding_is_stable_close_and_never_nan(value: float) -> None:
    once = rounded(value)
    if not math.isfinite(value):
        assert once is None
    else:
        assert once is not None
        assert rounded(once) == once
        assert once == pytest.approx(value, abs=5.1e-7, rel=1e-15)
        assert math.copysign(1, once) == 1 or once < 0


def test_the_committed_schema_is_the_generated_one() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), "run tests/golden/report/record.py and say why"


def test_the_schema_says_what_every_field_is() -> None:
    schema = report_schema()
    parts = [schema, *schema["$defs"].values()]
    silent = [
        f"{part['title']}.{name}"
        for part in parts
        for name, field in part.get("properties", {}).items()
        if not field.get("description") and "$ref" not in field
    ]
    assert silent == []
    assert all(part["description"] for part in parts if "properties" in part)
    assert all(part["additionalProperties"] is False for part in parts if "properties" in part)
    assert all(set(part["required"]) == set(part["properties"]) for part in parts if "properties" in part)


def test_the_schema_is_itself_valid() -> None:
    validator = pytest.importorskip("jsonschema").Draft202012Validator
    validator.check_schema(report_schema())
    assert report_schema()["$schema"] == validator.META_SCHEMA["$schema"]


@pytest.mark.parametrize("name", ALL)
def test_documents_obey_the_schema(name: str) -> None:
    validator = pytest.importorskip("jsonschema").Draft202012Validator(report_schema())
    assert [error.message for error in validator.iter_errors(as_json(ALL[name]))] == []


@pytest.mark.parametrize("path", CONTRACT)
def test_the_schema_refuses_a_missing_and_an_unknown_key(path: str) -> None:
    validator = pytest.importorskip("jsonschema").Draft202012Validator(report_schema())
    content = as_json(ALL["fitted_squat"])
    part = at(content, path)
    part["unknown_key"] = 1
    assert not validator.is_valid(content)
    del part["unknown_key"]
    assert validator.is_valid(content)
    del part[sorted(CONTRACT[path])[0]]
    assert not validator.is_valid(content)
