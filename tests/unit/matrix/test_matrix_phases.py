"""Parts of a rep, estimated one-rep max, units and plates, strictness, lever and retest of a decision."""

from __future__ import annotations

from typing import Any

import pytest
from test_matrix_cells import HELD, MATRIX, SQUAT, decided, looks
from test_matrix_memory import decided as decided_with

from lookfeel.errors import InvalidValue
from lookfeel.matrix import decide, make_context, make_feels
from lookfeel.matrix.dose import estimate_one_rm_kg

LB = 0.45359237
LEG = {"thigh": 0.43, "shank": 0.43, "ankle_height": 0.09}


@pytest.mark.parametrize(
    ("said", "rule_id", "parameters"),
    [
        ({"bad_phase": "eccentric"}, "feels_bad.eccentric", {"eccentric_s": 3.0}),
        ({"bad_phase": "concentric"}, "feels_bad.concentric", {"concentric_s": 3.0}),
        ({"bad_phase": "bottom"}, "feels_bad.bottom", {"less_knee_flexion_deg": 20.0}),
        ({"bad_phase": "bottom", "bad_below_deg": 95}, "feels_bad.from_depth", {"max_knee_flexion_deg": 85.0}),
        ({"bad_phase": "eccentric", "bad_from_rep": 6}, "feels_bad.from_rep", {"max_reps": 5.0}),
    ],
)
def test_the_part_that_feels_bad_is_changed(said: dict[str, Any], rule_id: str, parameters: dict[str, float]) -> None:
    found = decided(feels={"overall": "bad"} | said)
    assert (found.rule_id, dict(found.parameters)) == (rule_id, parameters)


def test_a_part_that_is_slow_already_gets_lighter() -> None:
    slow_down, slow_up = {"tempo": "4-0-1-0"}, {"tempo": "1-0-3-0"}
    down, up = ({"overall": "bad", "bad_phase": phase} for phase in ("eccentric", "concentric"))
    assert decided(feels=down, **slow_down).rule_id == "feels_bad.throughout"
    assert decided(feels=down, **slow_up).rule_id == "feels_bad.eccentric"
    assert decided(feels=up, **slow_up).rule_id == "feels_bad.throughout"
    assert any("slow already" in reason for reason in decided(feels=up, **slow_up).reasons)


def test_bad_in_the_last_20_degrees_stops_just_before_with_a_box() -> None:
    feels = {"overall": "bad", "bad_phase": "bottom"}
    found = decided_with(feels=feels, deepest_deg=112.0, limb_m=LEG)
    assert (found.rule_id, found.lever) == ("feels_bad.bottom", "range")
    assert found.parameters["max_knee_flexion_deg"] == 92.0
    box_cm = f"{100 * found.parameters['box_height_m']:.0f} cm"
    assert box_cm in found.text
    height = MATRIX.question("height").words
    assert height not in found.questions
    about = decided_with(feels=feels, deepest_deg=112.0, limb_m=LEG, is_metric=False)
    assert f"about {box_cm}" in about.text
    assert height in about.questions
    assert decided_with(feels=feels, deepest_deg=55.0).rule_id == "feels_bad.from_depth_shallow"


def test_a_body_height_alone_gives_a_rough_box() -> None:
    found = decided(feels={"overall": "bad", "bad_below_deg": 95}, height_cm=178)
    assert 0.45 < found.parameters["box_height_m"] < 0.65
    assert "about" in found.text


def test_so_early_that_no_range_is_left_outranks_the_next_morning() -> None:
    said = {"overall": "bad", "bad_below_deg": 30, "is_worse_next_morning": True}
    assert decided(feels=said).rule_id == "feels_bad.from_depth_shallow"


# --- one-rep max, units, plates ---


@pytest.mark.parametrize(
    ("reps", "reserve", "expected"), [(1, 0.0, 100.0), (5, 0.0, 350 / 3), (5, 5.0, 400 / 3), (8, 3.0, None)]
)
def test_epley_for_at_most_ten_reps(reps: int, reserve: float, expected: float | None) -> None:
    found = estimate_one_rm_kg(100.0, reps=reps, reps_in_reserve=reserve, one_rm=MATRIX.one_rm)
    assert found == (None if expected is None else pytest.approx(expected))


def test_a_one_rep_max_is_estimated_from_few_reps_and_said_to_be_an_estimate() -> None:
    def reasons(n_reps: int, **told: Any) -> str:
        feels = {"overall": "good", "reps_in_reserve": 2}
        return " ".join(decided("bad", "bad", feels=feels, n_reps=n_reps, load_kg=80, **told).reasons)

    assert "about 99 kg, an estimate" in reasons(5)
    assert "load 2" in reasons(5)
    assert "load 1" in reasons(8)
    assert "estimate" not in reasons(12)
    assert "estimate" not in reasons(5, one_rm_kg=150)
    assert "load 0" in reasons(5, one_rm_kg=150)


def test_words_are_in_the_athletes_unit_and_figures_in_kilograms() -> None:
    found = decided(feels={"overall": "bad"}, load=185, weight_unit="lb", bar=45)
    assert "185 -> 165 lb" in found.text
    assert found.parameters["load_kg"] == pytest.approx(165 * LB)
    coarse = decided(feels={"overall": "bad"}, load=185, weight_unit="lb", bar=45, plate_step=10)
    assert "185 -> 165 lb" in coarse.text
    assert "100 -> 80 kg" in decided(feels={"overall": "bad"}, load=100, bar=20, plate_step=20).text


# --- strictness ---


@pytest.mark.parametrize(
    ("strictness", "rule_id"),
    [
        (0.0, "looks_bad.watch"),
        (0.25, "looks_bad.cue"),
        (0.5, "looks_bad.cue"),
        (0.6, "looks_bad.reduce"),
        (1.0, "looks_bad.regress"),
    ],
)
def test_strictness_moves_the_limits_by_what_it_says(strictness: float, rule_id: str) -> None:
    """5 points: the limits are 2, 5 and 7, and 3 points lower or higher at the ends."""
    found = decided_with(feels={"overall": "good"}, state="bad", strictness=strictness)
    assert found.rule_id == rule_id
    assert found.strictness == strictness
    assert any(reason.startswith("Strictness") for reason in found.reasons) == (strictness != 0.5)


@pytest.mark.parametrize("options", [{"strictness": -0.1}, {"strictness": float("nan")}, {"load_cap_kg": -1.0}])
def test_options_that_make_no_sense_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(InvalidValue, match=next(iter(options))):
        decided_with(feels={}, **options)


# --- lever, retest, questions ---


def test_a_change_moves_one_lever_and_says_how_to_try_it() -> None:
    for rule in MATRIX.rules.values():
        is_change = rule.action not in ("stop", "ask", "film_again", "repeat", "continue_and_watch", "hold")
        assert is_change == (rule.lever != "none")
        assert is_change == (rule.retest != "none")
    assert decided(feels={"overall": "bad", "is_worse_next_morning": True}, sets_per_session=4).lever == "volume"
    by_days = decided(feels={"overall": "bad", "is_worse_next_morning": True}, sessions_per_week=3)
    assert by_days.lever == "frequency"
    assert "tomorrow morning" in (by_days.retest or "")


def test_questions_stand_in_order_and_an_answer_is_never_asked_for_again() -> None:
    order = [question.words for question in MATRIX.questions]
    said: dict[str, Any] = {"overall": "bad"}
    asked = decided(feels=said).questions
    assert list(asked) == sorted(asked, key=order.index)
    answers = {
        "pain": {"pain": 3},
        "usual_pain": {"usual_pain": 2},
        "red_flags": {"red_flags": ["none"]},
        "where": {"where": "left knee"},
        "localise": {"bad_phase": "bottom"},
        "next_morning": {"is_worse_next_morning": False},
    }
    for question_id, answer in answers.items():
        said |= answer
        assert MATRIX.question(question_id).words not in decided(feels=said).questions
    assert decided(feels=said).questions == (MATRIX.question("height").words,)
    assert decided(feels=said, height_cm=180).questions == ()


def test_only_the_first_question_is_required() -> None:
    assert [question.is_required for question in MATRIX.questions] == [True] + [False] * (len(MATRIX.questions) - 1)
    assert MATRIX.questions[0].fields == ("overall",)


def test_a_set_that_nobody_counted_is_decided_on_too() -> None:
    found = decide(
        looks("good"),
        feels=make_feels(overall="bad", bad_from_rep=8),
        context=make_context(),
        threshold=HELD,
        n_reps=None,
        spec=SQUAT,
    )
    assert found.parameters["max_reps"] == 7
    assert not any("The video shows" in reason for reason in found.reasons)
