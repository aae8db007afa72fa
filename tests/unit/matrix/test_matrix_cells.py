"""Every cell of feels x looks, every rule, and the figures of each action."""

from __future__ import annotations

import math
from importlib.resources import files
from typing import Any, Literal, get_args

import pytest

from lookfeel.errors import ConfigError, InvalidValue
from lookfeel.exercises import load_exercise
from lookfeel.matrix import decide, load_matrix, make_context, make_feels, matrix_sha256, parse_matrix
from lookfeel.matrix.dose import Plates, higher_load_kg, lower_load_kg
from lookfeel.matrix.settings import RULE_IDS
from lookfeel.types import (
    Decision,
    Feels,
    Finding,
    ItemScore,
    Looks,
    LooksState,
    TechniqueThreshold,
    TrainingContext,
)

SQUAT = load_exercise("squat")
MATRIX = load_matrix()
MATRIX_TEXT = (files("lookfeel.matrix") / "matrix.toml").read_text(encoding="utf-8")
HELD = TechniqueThreshold(status="not_reached", rep_index=None, reason="held")
PLATES = Plates(step_kg=2.5, least_kg=0)
SCORES: dict[LooksState, float | None] = {"good": 90.0, "uncertain": 68.0, "bad": 45.0, "not_assessable": None}
READY = {"overall": "good", "pain": 0, "reps_in_reserve": 3}


def looks(state: LooksState, severity: Literal["watch", "bad", "zero"] | None = None) -> Looks:
    """Looks of a front-view set; a severity adds a finding on the right knee."""
    score = SCORES[state]
    finding = Finding(
        item="knee_over_foot",
        severity=severity or "watch",
        text="Your right knee falls 5 ± 1 cm inside your foot from rep 4 on.",
        metric="knee_over_foot_right_m",
        value=0.05,
        sd=0.01,
        unit="m",
        probability=0.95,
        rep_index=4,
        frame=100,
        time_s=4.0,
        side="right",
    )
    items = [
        ItemScore(
            item=item.id,
            label=item.label,
            weight=item.weight("front"),
            score=0.5 if item.weight("front") else None,
            low=0.4 if item.weight("front") else None,
            high=0.6 if item.weight("front") else None,
            p_watch=0.5 if item.weight("front") else None,
            p_bad=0.1 if item.weight("front") else None,
            reason=None if item.weight("front") else "cannot be judged from this view",
        )
        for item in SQUAT.rubric
    ]
    return Looks(
        rep_index=None,
        state=state,
        score=score,
        low=None if score is None else score - 5,
        high=None if score is None else score + 5,
        coverage=0.3 if score is None else 1.0,
        items=tuple(items),
        findings=() if severity is None else (finding,),
    )


def decided(
    state: LooksState = "good",
    severity: Literal["watch", "bad", "zero"] | None = None,
    *,
    feels: dict[str, Any] | None = None,
    threshold: TechniqueThreshold = HELD,
    n_reps: int = 8,
    **context: Any,
) -> Decision:
    return decide(
        looks(state, severity),
        feels=make_feels(**(feels or {})),
        context=make_context(**context),
        threshold=threshold,
        n_reps=n_reps,
        spec=SQUAT,
    )


def reached(rep: int) -> TechniqueThreshold:
    return TechniqueThreshold(status="reached", rep_index=rep, reason="broke down")


@pytest.mark.parametrize(
    ("feels", "cells"),
    [
        (
            {"overall": "good", "pain": 0},
            {
                "good": "feels_good.looks_good.repeat",
                "uncertain": "feels_good.looks_uncertain",
                "bad": "looks_bad.cue",
                "not_assessable": "feels_good.looks_not_assessable",
            },
        ),
        ({"overall": "bad", "pain": 3}, dict.fromkeys(get_args(LooksState), "feels_bad.throughout")),
        ({"pain": 6}, dict.fromkeys(get_args(LooksState), "stop.pain")),
        ({"red_flags": ["swelling"]}, dict.fromkeys(get_args(LooksState), "stop.red_flag")),
        (
            {},
            {
                "good": "feels_unknown.looks_good",
                "uncertain": "feels_unknown.looks_uncertain",
                "bad": "looks_bad.cue",
                "not_assessable": "feels_unknown.looks_not_assessable",
            },
        ),
    ],
)
def test_every_cell_has_its_rule(feels: dict[str, Any], cells: dict[LooksState, str]) -> None:
    found = {state: decided(state, "bad" if state == "bad" else None, feels=feels).rule_id for state in cells}
    assert found == cells


# --- feels good, looks good ------------------------------------------------------------------------------------------


def test_progress_needs_everything_and_gives_a_load_that_exists() -> None:
    found = decided(feels=READY, target_met_twice=True, load_kg=80, planned_reps=8)
    assert (found.action, found.rule_id) == ("progress", "feels_good.looks_good.progress")
    assert found.parameters["load_kg"] == 82.5
    assert found.parameters["load_factor"] == pytest.approx(82.5 / 80)
    assert "80 -> 82.5 kg" in found.text


@pytest.mark.parametrize(
    "change",
    [
        {"target_met_twice": None},
        {"target_met_twice": False},
        {"feels": READY | {"reps_in_reserve": None}},
        {"feels": READY | {"reps_in_reserve": 1}},
        {"planned_reps": 10},
        {"threshold": reached(7)},
    ],
)
def test_each_missing_condition_leads_to_a_repeat(change: dict[str, Any]) -> None:
    options: dict[str, Any] = {"feels": READY, "target_met_twice": True, "load_kg": 80, "planned_reps": 8}
    assert decided(**(options | change)).rule_id == "feels_good.looks_good.repeat"


def test_a_breakdown_beyond_the_planned_reps_does_not_hold_back() -> None:
    options: dict[str, Any] = {"feels": READY, "target_met_twice": True, "load_kg": 80, "planned_reps": 6}
    assert decided(threshold=reached(7), **options).action == "progress"


def test_when_the_smallest_plate_is_too_big_a_step_a_rep_is_added() -> None:
    found = decided(feels=READY, target_met_twice=True, load_kg=15)
    assert (found.rule_id, dict(found.parameters)) == ("feels_good.looks_good.progress_reps", {"extra_reps": 1.0})


def test_without_a_load_progress_is_a_share() -> None:
    found = decided(feels=READY, target_met_twice=True)
    assert dict(found.parameters) == {"load_factor": 1.025}


# --- feels bad -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "rule_id", "parameters"),
    [
        ({"bad_from_rep": 8}, "feels_bad.from_rep", {"max_reps": 7.0}),
        ({"bad_from_rep": 2}, "feels_bad.from_rep", {"max_reps": 1.0}),
        ({"bad_below_deg": 95}, "feels_bad.from_depth", {"max_knee_flexion_deg": 85.0}),
        ({"bad_below_deg": 45}, "feels_bad.from_depth_shallow", {}),
        (
            {"is_worse_when_fast": True},
            "feels_bad.when_fast",
            {"eccentric_s": 3.0, "bottom_pause_s": 1.0, "concentric_s": 3.0, "top_pause_s": 0.0},
        ),
        ({}, "feels_bad.throughout", {"load_factor": 0.9, "load_kg": 90.0}),
        ({"bad_from_rep": 1}, "feels_bad.throughout", {"load_factor": 0.9, "load_kg": 90.0}),
        ({"pain": 4}, "feels_bad.throughout", {"load_factor": 0.8, "load_kg": 80.0}),
        ({"is_worse_next_morning": True}, "feels_bad.worse_next_morning", {"sets_per_session": 3.0}),
        ({"n_changes_tried": 2, "bad_from_rep": 8}, "feels_bad.changes_tried", {}),
        ({"n_changes_tried": 1, "bad_from_rep": 8}, "feels_bad.from_rep", {"max_reps": 7.0}),
    ],
)
@pytest.mark.parametrize("state", get_args(LooksState))
def test_what_feels_bad_changes_the_dose_however_it_looks(
    state: LooksState, said: dict[str, Any], rule_id: str, parameters: dict[str, float]
) -> None:
    found = decided(state, feels={"overall": "bad", "pain": 3} | said, load_kg=100, sets_per_session=4)
    assert (found.rule_id, found.feels, found.looks) == (rule_id, "bad", state)
    assert dict(found.parameters) == pytest.approx(parameters)


def test_slow_already_means_less_load() -> None:
    said = {"overall": "bad", "is_worse_when_fast": True}
    assert decided(feels=said, tempo="3-1-3-0").rule_id == "feels_bad.throughout"
    assert decided(feels=said, tempo="3-1-X-0").rule_id == "feels_bad.when_fast"


def test_a_cue_comes_along_only_when_it_also_looks_bad() -> None:
    said = {"overall": "bad", "bad_from_rep": 6}
    ugly, pretty = decided("bad", "bad", feels=said), decided("good", feels=said)
    cue = SQUAT.item("knee_over_foot")
    assert ugly.cue == cue.cue_external
    assert any(cue.cue_internal in text for text in ugly.alternatives)
    assert pretty.cue is None


def test_what_feels_bad_is_never_treated_less_cautiously_than_it_looks() -> None:
    said = {"overall": "bad", "bad_from_rep": 6}
    heavy = {"experience": "novice", "load_kg": 95, "one_rm_kg": 100, "sets_per_session": 5, "sessions_per_week": 5}
    found = decided("bad", "zero", feels=said, **heavy)
    assert (found.action, found.rule_id) == ("regress", "looks_bad.regress")
    assert any("more caution than how it feels" in reason for reason in found.reasons)


def test_substitutes_spare_the_place_where_it_is_felt() -> None:
    said = {"overall": "bad", "n_changes_tried": 3}
    assert "focus: goblet squat." in decided(feels=said | {"where": "lower back"}, load_kg=60).text
    assert "focus: box squat" in decided(feels=said | {"where": "left knee"}, load_kg=60).text
    assert "focus: squat with a hand on a support." in decided(feels=said | {"where": "left knee"}).text


def test_an_easier_version_is_the_next_one_down_from_what_carries_the_load() -> None:
    ugly = {"experience": "novice", "sets_per_session": 5, "sessions_per_week": 5}
    heavy = decided("bad", "zero", feels=READY, load_kg=95, one_rm_kg=100, **ugly)
    assert heavy.action == "regress"
    assert "front squat or goblet squat" in heavy.text


def test_a_rep_beyond_those_counted_is_questioned() -> None:
    found = decided(feels={"overall": "bad", "bad_from_rep": 12}, n_reps=8)
    assert found.parameters["max_reps"] == 11
    assert any("shows 8 reps" in reason for reason in found.reasons)


def test_less_volume_by_sets_by_days_or_in_words() -> None:
    said = {"overall": "bad", "is_worse_next_morning": True}
    assert dict(decided(feels=said, sets_per_session=3).parameters) == {"sets_per_session": 2.0}
    assert dict(decided(feels=said, sets_per_session=2, sessions_per_week=3).parameters) == {"sessions_per_week": 2.0}
    assert dict(decided(feels=said).parameters) == {"volume_factor": 0.75}


# --- feels good, looks bad -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severity", "context", "points", "rule_id"),
    [
        ("watch", ("advanced", 50, 2, 3), 0, "looks_bad.watch"),
        ("bad", ("advanced", 70, 2, 3), 2, "looks_bad.watch"),
        ("bad", ("intermediate", 70, 2, 3), 3, "looks_bad.cue"),
        ("bad", ("novice", 90, 2, 3), 5, "looks_bad.cue"),
        ("bad", ("novice", 90, 3, 3), 6, "looks_bad.reduce"),
        ("zero", ("novice", 90, 2, 3), 7, "looks_bad.reduce"),
        ("bad", ("novice", 90, 4, 4), 8, "looks_bad.regress"),
        ("zero", ("novice", 90, 4, 4), 10, "looks_bad.regress"),
    ],
)
def test_points_lead_to_the_row_of_the_table(
    severity: Literal["watch", "bad", "zero"], context: tuple[str, float, int, int], points: int, rule_id: str
) -> None:
    experience, percent, sets, days = context
    found = decided(
        "bad",
        severity,
        feels={"overall": "good"},
        experience=experience,
        load_kg=percent,
        one_rm_kg=100,
        sets_per_session=sets,
        sessions_per_week=days,
    )
    assert found.rule_id == rule_id
    assert any(f"Caution points: {points} " in reason for reason in found.reasons)


def test_the_same_knee_leads_elsewhere_for_a_heavy_novice_and_a_light_expert() -> None:
    novice = {"experience": "novice", "load_kg": 90, "one_rm_kg": 100, "sets_per_session": 3, "sessions_per_week": 3}
    expert = {"experience": "advanced", "load_kg": 40, "one_rm_kg": 150, "sets_per_session": 3, "sessions_per_week": 2}
    assert decided("bad", "bad", feels={"overall": "good"}, **novice).action == "reduce_load"
    assert decided("bad", "bad", feels={"overall": "good"}, **expert).action == "continue_and_watch"


def test_reduced_sets_end_before_the_rep_at_which_form_breaks_down() -> None:
    context = {"experience": "novice", "load_kg": 90, "one_rm_kg": 100, "sets_per_session": 3, "sessions_per_week": 3}
    found = decided("bad", "bad", feels={"overall": "good"}, threshold=reached(6), **context)
    assert dict(found.parameters) == pytest.approx({"load_kg": 80.0, "load_factor": 80 / 90, "max_reps": 5.0})
    assert "rep 5" in found.text


def test_few_reps_in_reserve_make_any_load_heavy() -> None:
    context = {"experience": "novice", "load_kg": 50, "one_rm_kg": 100, "sets_per_session": 3, "sessions_per_week": 3}
    assert decided("bad", "bad", feels={"overall": "good", "reps_in_reserve": 5}, **context).action == "cue"
    assert decided("bad", "bad", feels={"overall": "good", "reps_in_reserve": 1}, **context).action == "reduce_load"


def test_what_was_not_said_is_assumed_cautiously_named_and_asked() -> None:
    found = decided("bad", "bad", feels={"overall": "good", "pain": 0})
    assert found.rule_id == "looks_bad.cue"
    (assumed,) = [reason for reason in found.reasons if reason.startswith("Assumed, because it was not said")]
    texts = MATRIX.reasons
    for clause in (texts.assumed_experience, texts.assumed_load, texts.assumed_sets, texts.assumed_days):
        assert clause in assumed
    asked = ("experience", "load", "one_rm", "sets", "days")
    assert found.questions == tuple(MATRIX.question(name).words for name in asked)


def test_a_load_above_the_one_rep_max_counts_as_heavy_and_is_questioned() -> None:
    found = decided("bad", "bad", feels={"overall": "good"}, load_kg=120, one_rm_kg=100)
    assert any("one of the two is out of date" in reason for reason in found.reasons)
    assert any("load 2" in reason for reason in found.reasons)


def test_the_cue_is_external_first_and_internal_as_an_alternative() -> None:
    found = decided("bad", "bad", feels={"overall": "good"})
    item = SQUAT.item("knee_over_foot")
    assert found.cue == item.cue_external
    assert any(item.cue_internal in text for text in found.alternatives)


def test_without_a_single_item_to_name_the_load_is_held() -> None:
    bare = Looks(
        rep_index=None,
        state="bad",
        score=45.0,
        low=40.0,
        high=50.0,
        coverage=1.0,
        items=(),
        findings=(),
    )
    found = decide(bare, feels=Feels(overall="good"), context=TrainingContext(), threshold=HELD, n_reps=5, spec=SQUAT)
    assert (found.action, found.cue) == ("hold", None)


# --- feels unknown, stop ---------------------------------------------------------------------------------------------


def test_without_feels_nothing_progresses_and_the_first_question_is_how_it_felt() -> None:
    found = decided("good", target_met_twice=True, load_kg=80, planned_reps=8)
    assert found.action == "ask"
    assert found.questions[0] == MATRIX.question("overall").words
    mild = decided(
        "bad", "bad", experience="advanced", load_kg=40, one_rm_kg=100, sets_per_session=2, sessions_per_week=2
    )
    assert mild.rule_id == "feels_unknown.looks_bad"


def test_a_stop_says_why_sends_to_a_person_and_asks_nothing() -> None:
    found = decided("good", feels=READY | {"red_flags": ["giving_way"]})
    assert found.action == "stop"
    assert "doctor or physiotherapist" in found.text
    assert found.reasons[0] == "You report giving way."
    assert found.questions == ()
    assert found.cue is None


def test_what_the_view_cannot_show_is_said() -> None:
    found = decided("good", feels=READY)
    assert any(reason.startswith("Not judged from this view: depth") for reason in found.reasons)


def test_figures_that_make_no_sense_are_refused_even_when_built_by_hand() -> None:
    for feels, context in [
        (Feels(pain=math.nan), TrainingContext()),
        (Feels(bad_from_rep=0), TrainingContext()),
        (Feels(red_flags=("bleeding",)), TrainingContext()),
        (Feels(), TrainingContext(load_kg=math.inf)),
        (Feels(), TrainingContext(one_rm_kg=0.0)),
    ]:
        with pytest.raises(InvalidValue):
            decide(looks("good"), feels=feels, context=context, threshold=HELD, n_reps=8, spec=SQUAT)


# --- figures and file ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("load", "factor", "expected"), [(100, 0.9, 90), (80, 0.9, 70), (62.5, 0.9, 55), (2.5, 0.9, 0), (3, 0.9, 2.5)]
)
def test_lower_loads_exist_and_are_lower(load: float, factor: float, expected: float) -> None:
    assert lower_load_kg(load, factor, PLATES) == expected


def test_below_the_lightest_load_there_is_none() -> None:
    assert lower_load_kg(22.5, 0.8, Plates(step_kg=2.5, least_kg=20)) == 0.0


@pytest.mark.parametrize(("load", "expected"), [(100, 102.5), (60, 62.5), (40, 42.5), (25, 27.5), (20, None)])
def test_higher_loads_exist_and_are_no_big_step(load: float, expected: float | None) -> None:
    assert higher_load_kg(load, MATRIX.progress, PLATES) == expected


def test_the_order_of_boldness_names_every_action_and_every_rule_has_its_sentences() -> None:
    assert set(MATRIX.rules) == set(RULE_IDS)
    assert MATRIX.boldness[0] == "progress"
    assert MATRIX.boldness[-1] == "stop"
    for rule in MATRIX.rules.values():
        assert rule.text
        assert rule.why
        assert rule.source
        assert rule.would_change
        assert rule.alternatives


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("pain_good_max = 2.0", "pain_god_max = 2.0", r"feels.pain_god_max: unknown key; allowed: .*pain_good_max"),
        ("pain_good_max = 2.0", "pain_good_max = 9.0", "must be below pain_stop_above"),
        ("novice = 2, unknown", "novice = 0, unknown", "experience: .* must not fall"),
        ('"regress", "stop",', '"regress",', "boldness must name each action once"),
        ('[rules."stop.pain"]', '[rules."stop.pains"]', "missing .*stop.pain.*unknown .*stop.pains"),
        ("{max_reps}, one before", "{max_rep}, one before", "unknown placeholder .*max_rep"),
        ("step_kg = 2.5", "step_kg = 0", "load.step_kg"),
        ('action = "stop"', 'action = "halt"', "action"),
    ],
)
def test_a_wrong_matrix_is_refused_naming_the_key(before: str, after: str, message: str) -> None:
    assert before in MATRIX_TEXT
    with pytest.raises(ConfigError, match=message):
        parse_matrix(MATRIX_TEXT.replace(before, after, 1), origin="matrix.toml")


def test_an_edited_matrix_decides_otherwise_and_has_another_hash() -> None:
    edited = parse_matrix(MATRIX_TEXT.replace("pain_good_max = 2.0", "pain_good_max = 4.0", 1), origin="edited")
    feels = Feels(overall="good", pain=4.0)
    arguments: dict[str, Any] = {"context": TrainingContext(), "threshold": HELD, "n_reps": 8, "spec": SQUAT}
    assert decide(looks("good"), feels=feels, **arguments).feels == "bad"
    assert decide(looks("good"), feels=feels, settings=edited, **arguments).feels == "good"
    assert matrix_sha256(edited) != matrix_sha256()
