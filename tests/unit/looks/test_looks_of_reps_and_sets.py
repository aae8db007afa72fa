"""Looks: scores at known truth, what cannot be seen, mirrored athletes, sets."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookfeel.errors import InvalidValue
from lookfeel.exercises import ExerciseSpec, exercise_names, load_exercise
from lookfeel.looks import PARTIAL_REP, assess_rep, assess_set
from lookfeel.types import CameraView, Looks, Metric, Rep, RepMetrics, Side, ViewName, unit_of

SQUAT = load_exercise("squat")
LUNGE = load_exercise("lunge")
TIME_S = np.arange(20) / 10.0
VIEW_NAMES: dict[str, ViewName] = {"front": "front", "side": "side_left", "oblique": "oblique_front_left"}


def camera(name: ViewName = "front") -> CameraView:
    return CameraView(name=name, yaw_deg=0.0, yaw_sd_deg=3.0, confidence=0.9)


def a_rep(index: int = 1, *, side: Side = "both", is_partial: bool = False) -> Rep:
    return Rep(
        index=index,
        start=0,
        bottom_start=8,
        bottom=10,
        ascent_start=11,
        end=20,
        start_s=0.0,
        bottom_s=1.0,
        end_s=2.0,
        side=side,
        is_partial=is_partial,
        partial_reason="the clip ends" if is_partial else None,
        eccentric_s=1.0,
        bottom_pause_s=0.2,
        concentric_s=0.8,
        top_pause_s=None,
        confidence=0.9,
    )


def metric(name: str, value: float | None, *, sd: float = 0.0, frame: int | None = 9) -> Metric:
    if value is None:
        return Metric(value=None, sd=None, unit=unit_of(name), status="not_assessable", reason="the camera hides it")
    return Metric(value=value, sd=sd, unit=unit_of(name), status="ok", frame=frame)


def values_at(spec: ExerciseSpec, anchor: str) -> dict[str, float | None]:
    """Every metric of the rubric exactly at one of its anchors, for both legs."""
    return {item.metric_for(side): getattr(item.anchors, anchor) for item in spec.rubric for side in ("left", "right")}


def looks_of(
    values: Mapping[str, float | None],
    *,
    spec: ExerciseSpec = SQUAT,
    view: ViewName = "front",
    sd: float = 0.0,
    rep: Rep | None = None,
    **options: float,
) -> Looks:
    rep = a_rep(side="both" if spec.working_leg == "both" else "left") if rep is None else rep
    metrics = RepMetrics(rep_index=rep.index, metrics={name: metric(name, v, sd=sd) for name, v in values.items()})
    return assess_rep(metrics, rep, spec, camera(view), time_s=TIME_S, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", exercise_names())
@pytest.mark.parametrize("view", ["front", "side", "oblique"])
@pytest.mark.parametrize(("anchor", "worth"), [("ideal", 1.0), ("watch", 0.7), ("bad", 0.4), ("zero", 0.0)])
def test_anchors_are_worth_what_the_table_says(name: str, view: str, anchor: str, worth: float) -> None:
    spec = load_exercise(name)
    looks = looks_of(values_at(spec, anchor), spec=spec, view=VIEW_NAMES[view])
    judged = [item for item in looks.items if item.weight > 0]
    assert [item.score for item in judged] == pytest.approx([worth] * len(judged))
    assert looks.score == pytest.approx(100 * worth)
    assert looks.coverage == pytest.approx(1.0)


def test_score_mixes_the_worst_item_and_the_weighted_mean() -> None:
    values = values_at(SQUAT, "ideal") | {"hip_shift_ratio": SQUAT.item("hip_shift").anchors.bad}
    expected = 100 * (0.5 * 0.4 + 0.5 * (0.85 * 1.0 + 0.15 * 0.4))
    assert looks_of(values).score == pytest.approx(expected)


def test_between_anchors_the_worth_is_linear_and_beyond_them_constant() -> None:
    anchors = SQUAT.item("knee_separation").anchors
    midway = values_at(SQUAT, "ideal") | {"kasr_min_ratio": 0.5 * (anchors.watch + anchors.bad)}
    beyond = values_at(SQUAT, "ideal") | {"kasr_min_ratio": anchors.zero - 1.0}
    better = values_at(SQUAT, "ideal") | {"kasr_min_ratio": anchors.ideal + 1.0}
    worths = [
        next(item.score for item in looks_of(v).items if item.item == "knee_separation")
        for v in (midway, beyond, better)
    ]
    assert worths == pytest.approx([0.55, 0.0, 1.0])


def test_the_interval_holds_the_exact_quantiles_of_a_single_uncertain_measure() -> None:
    """One measure with an SD, all others ideal: S follows from the normal's quantiles by hand."""
    anchors, sd = SQUAT.item("trunk_lateral_lean").anchors, 0.5
    middle = 0.5 * (anchors.watch + anchors.bad)
    rep, values = a_rep(), values_at(SQUAT, "ideal") | {"trunk_lateral_lean_deg": middle}
    metrics = {n: metric(n, v, sd=sd if n == "trunk_lateral_lean_deg" else 0.0) for n, v in values.items()}
    looks = assess_rep(RepMetrics(rep_index=1, metrics=metrics), rep, SQUAT, camera(), time_s=TIME_S)

    def score_at(lean: float) -> float:
        worth = 0.7 - 0.3 * (lean - anchors.watch) / (anchors.bad - anchors.watch)
        return 100 * (0.5 * worth + 0.5 * (0.85 + 0.15 * worth))

    assert looks.score == pytest.approx(score_at(middle), abs=0.05)
    assert looks.low == pytest.approx(score_at(middle + 1.645 * sd), abs=0.1)
    assert looks.high == pytest.approx(score_at(middle - 1.645 * sd), abs=0.1)


def test_a_wider_sd_widens_the_interval() -> None:
    values = values_at(SQUAT, "watch")
    spans = []
    for sd in (0.0, 0.002, 0.01):
        looks = looks_of(values, sd=sd)
        assert looks.low is not None
        assert looks.high is not None
        spans.append(looks.high - looks.low)
    assert spans == sorted(spans)
    assert spans[0] == 0.0
    assert spans[1] > 0.0


def test_the_same_metrics_give_the_same_looks_in_any_order() -> None:
    values = values_at(SQUAT, "watch")
    backwards = dict(reversed(list(values.items())))
    assert looks_of(values, sd=0.02) == looks_of(backwards, sd=0.02)


def test_a_rubric_in_another_order_gives_the_same_score() -> None:
    turned = SQUAT.model_copy(update={"rubric": tuple(reversed(SQUAT.rubric))})
    values = values_at(SQUAT, "watch")
    one, other = looks_of(values, sd=0.02), looks_of(values, spec=turned, sd=0.02)
    assert (one.score, one.low, one.high) == pytest.approx((other.score, other.low, other.high))


@settings(deadline=None, derandomize=True, max_examples=50)
@given(left=st.floats(-0.02, 0.1), right=st.floats(-0.02, 0.1), sd=st.floats(0.0, 0.02))
def test_a_mirrored_athlete_looks_the_same_with_sides_swapped(left: float, right: float, sd: float) -> None:
    base = values_at(SQUAT, "ideal")
    one = looks_of(base | {"knee_over_foot_left_m": left, "knee_over_foot_right_m": right}, sd=sd)
    other = looks_of(base | {"knee_over_foot_left_m": right, "knee_over_foot_right_m": left}, sd=sd)
    assert (one.score, one.low, one.high, one.state) == (other.score, other.low, other.high, other.state)
    swap = {"left": "right", "right": "left", "both": "both"}
    assert {(f.item, f.side, f.severity) for f in one.findings} == {
        (f.item, swap[f.side], f.severity) for f in other.findings
    }


@settings(deadline=None, derandomize=True, max_examples=50)
@given(item=st.sampled_from(SQUAT.rubric), steps=st.lists(st.floats(0.0, 1.2), min_size=2, max_size=2))
def test_a_worse_measure_never_scores_higher(item: object, steps: list[float]) -> None:
    assert isinstance(item, type(SQUAT.rubric[0]))
    view = VIEW_NAMES[item.views[0]]
    span = item.anchors.zero - item.anchors.ideal
    scores = []
    for step in sorted(steps):
        changed = {item.metric_for("left"): item.anchors.ideal + step * span}
        looks = looks_of(values_at(SQUAT, "ideal") | changed, sd=0.01, view=view)
        assert looks.score is not None
        scores.append(looks.score)
    assert scores[0] >= scores[1] - 1e-9


def test_what_cannot_be_seen_counts_as_anything_and_shows_in_the_coverage() -> None:
    """15 % of the list are worth 0 to 100 alike: 50 in the middle, and an interval of 0.9 * 15 points."""
    values = values_at(SQUAT, "watch") | {"hip_shift_ratio": None}
    looks = looks_of(values)
    assert looks.coverage == pytest.approx(0.85)
    assert (looks.low, looks.score, looks.high) == pytest.approx((60.25, 67.0, 73.75), abs=0.02)
    hidden = next(item for item in looks.items if item.item == "hip_shift")
    assert (hidden.score, hidden.p_watch, hidden.reason) == (None, None, "the camera hides it")


def test_what_cannot_be_seen_never_raises_the_score_of_the_rest() -> None:
    values = values_at(SQUAT, "zero") | {"hip_shift_ratio": None}
    looks = looks_of(values)
    assert (looks.low, looks.score) == pytest.approx((0.0, 0.0), abs=0.01)
    assert looks.high == pytest.approx(0.45 * 15.0, abs=0.02)


def test_a_front_view_without_the_line_of_the_pelvis_is_whole() -> None:
    looks = looks_of(values_at(SQUAT, "ideal") | {"hip_line_tilt_deg": None})
    assert (looks.coverage, looks.low, looks.score) == pytest.approx((0.95, 100.0, 100.0))


def test_below_the_least_coverage_there_is_no_score() -> None:
    feet = {name: None for name in values_at(SQUAT, "ideal") if name.startswith(("trunk_shank", "heel"))}
    without_feet = looks_of(values_at(SQUAT, "ideal") | feet, view="side_left")
    assert (without_feet.state, without_feet.score, without_feet.low) == ("not_assessable", None, None)
    assert without_feet.coverage == pytest.approx(0.65)
    without_tilt = {name: None for name in feet if not name.startswith("heel")}
    looks = looks_of(values_at(SQUAT, "ideal") | without_tilt, view="side_left")
    assert (looks.state, looks.score, looks.coverage) == ("good", pytest.approx(90.0, abs=0.01), pytest.approx(0.8))


def test_a_loss_that_takes_a_good_score_away_is_named() -> None:
    values = values_at(SQUAT, "ideal") | {"depth_shortfall_deg": 8.0, "trunk_shank_difference_deg": None}
    assert looks_of(values | {"trunk_shank_difference_deg": 10.0}, view="side_left").state == "good"
    looks = looks_of(values, view="side_left")
    assert looks.state == "uncertain"
    assert looks.reason == (
        "What was judged looks good, but “Trunk parallel to the shins” could not be: the camera hides it. "
        "Film again with the phone still and the whole body in the picture."
    )


def test_nothing_measured_is_not_assessable_and_never_zero() -> None:
    looks = looks_of({})
    assert (looks.state, looks.score, looks.coverage, looks.findings) == ("not_assessable", None, 0.0, ())
    assert all(item.score is None and item.reason for item in looks.items)


def test_a_clear_fault_is_bad_even_when_too_little_is_seen_for_a_score() -> None:
    looks = looks_of({"knee_over_foot_left_m": 0.07, "knee_over_foot_right_m": 0.0})
    assert (looks.state, looks.score) == ("bad", None)
    assert [(f.item, f.side) for f in looks.findings] == [("knee_over_foot", "left")]


def test_items_of_the_other_view_are_listed_without_weight_and_say_so() -> None:
    looks = looks_of(values_at(SQUAT, "zero"), view="side_right")
    knee = next(item for item in looks.items if item.item == "knee_over_foot")
    assert (knee.weight, knee.score) == (0.0, None)
    assert knee.reason == "cannot be judged from this view; film from the front"
    assert not any("knee_over_foot" in finding.metric for finding in looks.findings)


@pytest.mark.parametrize(
    ("state", "anchor", "sd"), [("good", "ideal", 0.0), ("uncertain", "watch", 0.0), ("bad", "bad", 0.0)]
)
def test_states_at_the_anchors(state: str, anchor: str, sd: float) -> None:
    assert looks_of(values_at(SQUAT, anchor), sd=sd).state == state


def test_a_bad_value_that_is_too_uncertain_is_not_called_bad() -> None:
    """Just beyond 'bad' with a large SD: worth watching, neither a confirmed fault nor praise."""
    base = values_at(SQUAT, "ideal")
    sure = looks_of(base | {"trunk_lateral_lean_deg": 11.0})
    metrics = {name: metric(name, value) for name, value in base.items()}
    metrics["trunk_lateral_lean_deg"] = metric("trunk_lateral_lean_deg", 11.0, sd=5.0)
    unsure = assess_rep(RepMetrics(rep_index=1, metrics=metrics), a_rep(), SQUAT, camera(), time_s=TIME_S)
    assert sure.state == "bad"
    assert unsure.state == "uncertain"
    assert [found.severity for found in unsure.findings] == ["watch"]


def test_a_faultless_rep_that_is_roughly_measured_is_neither_bad_nor_very_low() -> None:
    """Every measure ideal, each known only to 0.3 of the way to zero: noise must not find a fault."""
    metrics = {}
    for item in SQUAT.rubric:
        sides = ("left", "right") if item.is_per_side else ("",)
        for side in sides:
            name = item.metric_for(side) if side else item.metric
            metrics[name] = metric(name, item.anchors.ideal, sd=0.3 * abs(item.anchors.zero - item.anchors.ideal))
    looks = assess_rep(RepMetrics(rep_index=1, metrics=metrics), a_rep(), SQUAT, camera(), time_s=TIME_S)
    assert looks.findings == ()
    assert looks.state != "bad"
    assert looks.score is not None
    assert looks.score > 75.0


def test_a_low_score_without_a_confirmed_fault_is_uncertain() -> None:
    base = {name: metric(name, value, sd=0.0) for name, value in values_at(SQUAT, "ideal").items()}
    for name in ("trunk_lateral_lean_deg", "hip_shift_ratio", "kasr_min_ratio"):
        item = next(one for one in SQUAT.rubric if one.metric == name or any(m.metric == name for m in one.measures))
        anchors = next(m.anchors for m in item.measures if m.metric == name)
        base[name] = metric(name, anchors.watch, sd=0.45 * abs(anchors.zero - anchors.ideal))
    looks = assess_rep(RepMetrics(rep_index=1, metrics=base), a_rep(), SQUAT, camera(), time_s=TIME_S)
    assert looks.findings == ()
    assert looks.state in ("uncertain", "good")


@pytest.mark.parametrize(
    ("lean", "severity"), [(9.5, "watch"), (10.5, "watch"), (11.5, "bad"), (15.5, "bad"), (16.5, "zero")]
)
def test_a_severity_needs_its_own_confidence(lean: float, severity: str) -> None:
    """SD 1 deg: half a degree beyond an anchor is P = .69, one and a half P = .93; .8 is asked for."""
    metrics = {name: metric(name, value) for name, value in values_at(SQUAT, "ideal").items()}
    metrics["trunk_lateral_lean_deg"] = metric("trunk_lateral_lean_deg", lean, sd=1.0)
    looks = assess_rep(RepMetrics(rep_index=1, metrics=metrics), a_rep(), SQUAT, camera(), time_s=TIME_S)
    assert [found.severity for found in looks.findings] == [severity]


def test_the_worse_leg_counts() -> None:
    values = values_at(SQUAT, "ideal") | {"knee_over_foot_left_m": SQUAT.item("knee_over_foot").anchors.bad}
    knees = next(item for item in looks_of(values).items if item.item == "knee_over_foot")
    assert knees.score == pytest.approx(0.4)


@pytest.mark.parametrize(("value", "severity"), [(0.032, "watch"), (0.05, "bad"), (0.09, "zero")])
def test_findings_carry_severity_evidence_and_words(value: float, severity: str) -> None:
    looks = looks_of(values_at(SQUAT, "ideal") | {"knee_over_foot_right_m": value}, sd=0.002)
    (found,) = looks.findings
    assert (found.severity, found.side, found.metric) == (severity, "right", "knee_over_foot_right_m")
    assert (found.frame, found.time_s, found.rep_index) == (9, pytest.approx(0.9), 1)
    assert found.probability >= 0.8
    assert f"Your right knee {'drifts' if severity == 'watch' else 'falls'} {100 * value:.0f}" in found.text


def test_evidence_without_a_frame_of_its_own_points_to_the_bottom() -> None:
    metrics = {"knee_over_foot_left_m": metric("knee_over_foot_left_m", 0.07, frame=None)}
    looks = assess_rep(RepMetrics(rep_index=1, metrics=metrics), a_rep(), SQUAT, camera(), time_s=TIME_S)
    assert (looks.findings[0].frame, looks.findings[0].time_s) == (10, 1.0)


def test_a_small_sd_is_shown_and_a_large_one_is_called_rough() -> None:
    base = values_at(SQUAT, "ideal")
    fine = looks_of(base | {"knee_over_foot_left_m": 0.06}, sd=0.008).findings[0].text
    rough = (
        looks_of({"heel_rise_left_m": 0.037, "heel_rise_right_m": 0.0}, sd=0.0195, view="side_left").findings[0].text
    )
    assert "6 ± 1 cm" in fine
    assert "roughly 4 ± 2 cm" in rough


def test_a_measure_that_cannot_tell_good_from_bad_is_not_assessable() -> None:
    """The heel's anchors lie 4 cm apart; a heel known to 4 cm says nothing, however high it reads."""
    base = values_at(SQUAT, "ideal") | {"heel_rise_left_m": 0.06, "heel_rise_right_m": 0.06}
    metrics = {name: metric(name, value, sd=0.04 if "heel" in name else 0.0) for name, value in base.items()}
    looks = assess_rep(RepMetrics(rep_index=1, metrics=metrics), a_rep(), SQUAT, camera("side_left"), time_s=TIME_S)
    heel = next(item for item in looks.items if item.item == "heel_rise")
    assert heel.score is None
    assert "too roughly from this view (± 4 cm)" in str(heel.reason)
    assert looks.findings == ()
    assert looks.score == pytest.approx(92.5, abs=0.01)
    assert looks.coverage == pytest.approx(0.85)


def test_a_lunge_is_judged_by_its_lead_leg_only() -> None:
    values = values_at(LUNGE, "ideal") | {"heel_rise_right_m": 0.2}
    assert looks_of(values, spec=LUNGE, view="side_left", rep=a_rep(side="left")).score == pytest.approx(100.0)
    assert looks_of(values, spec=LUNGE, view="side_left", rep=a_rep(side="right")).state == "bad"
    unknown = looks_of(values, spec=LUNGE, view="side_left", rep=a_rep(side="both"))
    heel = next(item for item in unknown.items if item.item == "heel_rise")
    assert heel.reason == "which leg works is not known"


def test_without_a_prescribed_tempo_only_a_drop_is_judged() -> None:
    values = values_at(SQUAT, "ideal") | {"tempo_error_ratio": None}
    slow = looks_of(values | {"eccentric_s": 2.0}, view="side_left")
    drop = looks_of(values | {"eccentric_s": 0.5}, view="side_left")
    neither = looks_of(values, view="side_left")
    assert (slow.score, slow.coverage) == (pytest.approx(100.0), pytest.approx(1.0))
    assert [(f.item, f.metric, f.severity) for f in drop.findings] == [("tempo", "eccentric_s", "bad")]
    assert neither.coverage == pytest.approx(0.85)


def test_a_low_bar_allows_ten_degrees_more_lean() -> None:
    values = values_at(SQUAT, "ideal") | {"trunk_shank_difference_deg": 20.0}
    scores = [
        looks_of(values, spec=load_exercise(name), view="side_left").score for name in ("squat", "low_bar", "high_bar")
    ]
    assert scores[0] == pytest.approx(100 * (0.5 * 0.7 + 0.5 * (0.8 + 0.2 * 0.7)))
    assert scores[1] == pytest.approx(100.0)
    assert scores[2] == scores[0]


def test_strictness_moves_the_anchors_and_is_refused_when_it_makes_no_sense() -> None:
    values = values_at(SQUAT, "watch")
    scores = [looks_of(values, strictness=strictness).score for strictness in (0.0, 0.5, 1.0)]
    assert scores[:2] == pytest.approx([100 * (1 - 0.3 / 4), 70.0])
    assert scores[2] is not None
    assert scores[2] < 20.0
    for wrong in (-0.1, 1.1, math.nan, math.inf):
        with pytest.raises(InvalidValue, match="strictness"):
            looks_of(values, strictness=wrong)


def test_how_strict_somebody_is_does_not_change_what_a_view_can_show() -> None:
    """The hip line's SD is too large for the rubric as written, and stays too large for a lenient coach."""
    metrics = {name: metric(name, value) for name, value in values_at(SQUAT, "ideal").items()}
    metrics["hip_line_tilt_deg"] = metric("hip_line_tilt_deg", 4.0, sd=6.0)
    coverages = [
        assess_rep(
            RepMetrics(rep_index=1, metrics=metrics), a_rep(), SQUAT, camera(), time_s=TIME_S, strictness=strictness
        ).coverage
        for strictness in (0.0, 0.5, 1.0)
    ]
    assert coverages == pytest.approx([0.95] * 3)


def test_a_metric_in_another_unit_is_a_bug_and_says_so() -> None:
    wrong = Metric(value=1.0, sd=0.0, unit="deg", status="ok")
    with pytest.raises(ValueError, match="hip_shift_ratio"):
        assess_rep(RepMetrics(rep_index=1, metrics={"hip_shift_ratio": wrong}), a_rep(), SQUAT, camera(), time_s=TIME_S)


def squat_set(right_knee_m: list[float | None], **options: float) -> tuple[list[Looks], Looks]:
    """Looks of a set of squats whose right knee drifts; None is a partial rep, which has number 0."""
    reps, number = [], 0
    for drift in right_knee_m:
        number += drift is not None
        rep = a_rep(0, is_partial=True) if drift is None else a_rep(number)
        values = values_at(SQUAT, "ideal") | {"knee_over_foot_right_m": drift if drift is not None else 0.0}
        reps.append(looks_of(values, rep=rep, sd=0.002, **options))
    return reps, assess_set(reps, spec=SQUAT)


def test_a_partial_rep_is_not_judged_and_does_not_count() -> None:
    reps, looks = squat_set([0.0, 0.0, None])
    assert reps[2].state == "not_assessable"
    assert {item.reason for item in reps[2].items} == {PARTIAL_REP}
    assert looks == squat_set([0.0, 0.0])[1]


def test_a_set_is_its_median_rep_with_its_worst_named() -> None:
    reps, looks = squat_set([0.0, 0.03, 0.035, 0.0, 0.0])
    scores = [rep.score for rep in reps]
    assert looks.rep_index is None
    assert looks.score == pytest.approx(np.median([score for score in scores if score is not None]))
    assert looks.worst_rep_index == 3
    assert looks.state == "good"


def test_the_slope_is_the_trend_of_the_scores() -> None:
    _, falling = squat_set([0.012, 0.02, 0.028, 0.036, 0.044])
    _, short = squat_set([0.0, 0.04])
    assert falling.slope_per_rep is not None
    assert falling.slope_per_rep < -2.0
    assert short.slope_per_rep is None


@pytest.mark.parametrize(
    ("drift", "when"),
    [
        ([0.0, 0.0, 0.0, 0.05, 0.07, 0.06], "from rep 4 on"),
        ([0.05, 0.05, 0.05], "in every rep"),
        ([0.0, 0.06, 0.0, 0.0], "in rep 2"),
        ([0.0, 0.06, 0.0, 0.05, 0.0], "in reps 2 and 4"),
        ([0.05, 0.06, 0.05, 0.0, 0.06, 0.05, 0.0], "in reps 1 to 3, 5 and 6"),
        ([0.0, 0.06, 0.05, 0.05, 0.0], "in reps 2 to 4"),
    ],
)
def test_findings_of_a_set_are_merged_with_the_worst_rep_as_evidence(drift: list[float | None], when: str) -> None:
    _, looks = squat_set(drift)
    (found,) = looks.findings
    worst = max(value for value in drift if value is not None)
    assert found.value == worst
    assert found.rep_index == drift.index(worst) + 1
    assert found.text.endswith(f"{when}.")


def test_one_slip_is_uncertain_a_repeated_fault_is_bad() -> None:
    assert squat_set([0.0, 0.0, 0.06, 0.0, 0.0])[1].state == "uncertain"
    assert squat_set([0.0, 0.0, 0.06, 0.06, 0.0])[1].state == "bad"
    assert squat_set([0.06])[1].state == "bad"


def test_both_knees_give_a_finding_each() -> None:
    values = values_at(SQUAT, "ideal") | {"knee_over_foot_left_m": 0.05, "knee_over_foot_right_m": 0.06}
    looks = assess_set([looks_of(values)], spec=SQUAT)
    assert [(found.side, found.value) for found in looks.findings] == [("left", 0.05), ("right", 0.06)]


def test_the_reason_of_a_set_says_the_same_coverage_as_the_set() -> None:
    ideal = values_at(SQUAT, "ideal")
    without_feet = ideal | {name: None for name in ideal if name.startswith(("trunk_shank", "heel"))}
    reps = [looks_of(values, view="side_left") for values in ({}, without_feet, without_feet, {})]
    looks = assess_set(reps, spec=SQUAT)
    assert looks.coverage in [rep.coverage for rep in reps]
    assert f"Only {100 * looks.coverage:.0f} % of what could be shown" in (looks.reason or "")
    more = assess_set([reps[0], *reps[1:3], reps[1]], spec=SQUAT)
    assert (more.coverage, more.reason) == (reps[1].coverage, reps[1].reason)


def test_a_set_without_reps_is_not_assessable() -> None:
    looks = assess_set([], spec=SQUAT)
    assert (looks.state, looks.score, looks.coverage, looks.items) == ("not_assessable", None, 0.0, ())


def test_a_set_of_which_few_reps_could_be_scored_has_no_score() -> None:
    good, hidden = looks_of(values_at(SQUAT, "ideal")), looks_of({})
    assert assess_set([good, hidden, hidden], spec=SQUAT).state == "not_assessable"
    assert assess_set([good, good, hidden], spec=SQUAT).state == "good"


@pytest.mark.parametrize(
    ("frame", "span", "phase", "words"),
    [
        (4, (3, 5), "eccentric", "inside your foot on the way down."),
        (9, (9, 10), "bottom", "inside your foot at the bottom."),
        (15, (14, 16), "concentric", "inside your foot on the way up."),
        (15, (5, 16), None, "inside your foot."),
        (None, None, None, "inside your foot."),
    ],
)
def test_a_finding_names_the_part_of_the_rep_that_shows_it(
    frame: int | None, span: tuple[int, int] | None, phase: str | None, words: str
) -> None:
    """Down in frames 0-7, up from frame 12 on; a fault that is there from the way down to the way up has no phase."""
    knee = Metric(value=0.07, sd=0.005, unit="m", status="ok", frame=frame, span=span)
    metrics = RepMetrics(rep_index=1, metrics={"knee_over_foot_right_m": knee})
    (found,) = assess_rep(metrics, a_rep(), SQUAT, camera(), time_s=TIME_S).findings
    assert found.phase == phase
    assert found.text.endswith(words)
    assert found.over_sd == pytest.approx((0.07 - 0.025) / 0.005)


def test_the_size_of_a_fault_counts_from_the_limit_that_was_asked_for() -> None:
    values = {"kasr_min_ratio": 0.7}
    sizes = [looks_of(values, sd=0.05, strictness=strictness).findings[0].over_sd for strictness in (0.5, 1.0)]
    assert sizes == pytest.approx([4.0, (1.0 - 0.1 / 4 - 0.7) / 0.05])
    assert looks_of(values).findings[0].over_sd is None


def phased_set(spans: list[tuple[int, int]]) -> Looks:
    """A set of squats whose right knee falls in at these frames, one span a rep."""
    reps = []
    for number, span in enumerate(spans, start=1):
        knee = Metric(value=0.07, sd=0.005, unit="m", status="ok", frame=span[0], span=span)
        metrics = RepMetrics(rep_index=number, metrics={"knee_over_foot_right_m": knee})
        reps.append(assess_rep(metrics, a_rep(number), SQUAT, camera(), time_s=TIME_S))
    return assess_set(reps, spec=SQUAT)


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ([(15, 16)] * 3, "inside your foot on the way up in every rep."),
        ([(15, 16), (15, 16), (4, 5)], "inside your foot, mostly on the way up, in every rep."),
        ([(15, 16), (9, 10), (4, 5)], "inside your foot in every rep."),
        ([(15, 16), (4, 17), (4, 17)], "inside your foot in every rep."),
    ],
)
def test_a_set_names_a_phase_only_where_most_reps_agree(spans: list[tuple[int, int]], words: str) -> None:
    (found,) = phased_set(spans).findings
    assert "falls up to 7" in found.text
    assert found.text.endswith(words)


def test_a_verdict_that_stands_needs_no_reason() -> None:
    assert looks_of(values_at(SQUAT, "ideal")).reason is None
    assert looks_of(values_at(SQUAT, "bad")).reason is None


def test_uncertain_says_which_item_leaves_it_open_and_what_would_settle_it() -> None:
    base = values_at(SQUAT, "ideal")
    off = looks_of(base | {"trunk_lateral_lean_deg": 7.0, "hip_shift_ratio": 0.07})
    assert off.reason is not None
    assert off.reason.startswith("“Hips centred” leaves it open: it is off, but not clearly bad. Another set")
    metrics = {name: metric(name, value) for name, value in base.items()}
    metrics["trunk_lateral_lean_deg"] = metric("trunk_lateral_lean_deg", 8.0, sd=5.0)
    rough = assess_rep(RepMetrics(rep_index=1, metrics=metrics), a_rep(), SQUAT, camera(), time_s=TIME_S)
    assert rough.state == "uncertain"
    assert rough.reason is not None
    assert rough.reason.startswith("“Trunk upright from the front” leaves it open: it is measured too roughly")
    assert rough.reason.endswith("Film again with the phone still and the whole body in the picture.")


def test_an_item_that_another_view_shows_better_sends_there() -> None:
    metrics = {name: metric(name, value) for name, value in values_at(SQUAT, "ideal").items()}
    metrics["depth_shortfall_deg"] = metric("depth_shortfall_deg", 11.0, sd=10.0)
    looks = assess_rep(
        RepMetrics(rep_index=1, metrics=metrics), a_rep(), SQUAT, camera("oblique_front_left"), time_s=TIME_S
    )
    assert looks.state == "uncertain"
    assert looks.reason is not None
    assert looks.reason.endswith("Film it from the side as well.")


def test_too_little_seen_says_what_is_missing() -> None:
    looks = looks_of({"hip_shift_ratio": 0.0, "knee_over_foot_left_m": None})
    assert looks.reason is not None
    assert looks.reason.startswith("Only 15 % of what could be shown was judged, at least 70 % is needed")
    assert "the camera hides it" in looks.reason
    assert looks_of({}, rep=a_rep(0, is_partial=True)).reason == "Only a part of this rep was filmed."


def test_a_set_says_why_it_stays_open() -> None:
    assert squat_set([0.0, 0.0, 0.06, 0.0, 0.0])[1].reason == (
        "Only rep 3 shows a clear fault (“Knees over the feet”). "
        "Another set, filmed the same way, shows whether it comes back."
    )
    assert squat_set([0.0, 0.0, 0.06, 0.06, 0.0])[1].reason is None
    assert assess_set([], spec=SQUAT).reason == "No whole repetition was found."
    hidden = assess_set([looks_of({})], spec=SQUAT)
    assert hidden.reason is not None
    assert hidden.reason.startswith("Only 0 % of what could be shown")
    middling = assess_set([looks_of(values_at(SQUAT, "watch"))] * 2, spec=SQUAT)
    assert middling.state == "uncertain"
    assert middling.reason == looks_of(values_at(SQUAT, "watch")).reason


def test_reps_without_a_score_count_as_anything_in_the_set() -> None:
    """Three reps at 100 and two unknown ones: still 100. Of one rep in two nothing is said; a low set is not lifted."""
    fine, bare = values_at(SQUAT, "ideal"), dict.fromkeys(values_at(SQUAT, "ideal"), None)

    def the_set(*reps: Mapping[str, float | None]) -> Looks:
        return assess_set([looks_of(one, rep=a_rep(number)) for number, one in enumerate(reps, start=1)], spec=SQUAT)

    assert the_set(fine, fine, fine, bare, bare).score == pytest.approx(100.0)
    assert the_set(fine, bare).state == "not_assessable"
    watch = values_at(SQUAT, "watch")
    mixed = the_set(fine, fine, watch, bare, bare)  # 100, 100, 70 and two unknown ones: the third of five is 70
    assert (mixed.score, mixed.state) == (pytest.approx(70.0), "uncertain")
    assert mixed.reason is not None
    assert mixed.reason.startswith("Only 0 % of what could be shown was judged")
    zero = values_at(SQUAT, "zero")
    assert the_set(zero, zero, zero, bare, bare).score == pytest.approx(0.0)
