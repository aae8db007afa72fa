"""Two clips of one set: which figure is taken from which, what coverage counts, and which clips are refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lookfeel.errors import UnmatchedViews
from lookfeel.exercises import ExerciseSpec, load_exercise
from lookfeel.looks import RepView, ShownSet, assess_rep, assess_set, join_views, match_reps, merge_metrics
from lookfeel.types import CameraView, Looks, Metric, Rep, RepMetrics, Side, ViewName, unit_of

SQUAT = load_exercise("squat")
FRONT_S, SIDE_S = np.arange(30) / 10.0, 5.0 + np.arange(30) / 10.0


def camera(name: ViewName) -> CameraView:
    return CameraView(name=name, yaw_deg=0.0, yaw_sd_deg=3.0, confidence=0.9)


FRONT, SIDE = camera("front"), camera("side_left")


def a_rep(index: int = 1, *, start: int = 0, length_s: float = 2.0, side: Side = "both", whole: bool = True) -> Rep:
    return Rep(
        index=index if whole else 0,
        start=start,
        bottom_start=start + 8,
        bottom=start + 10,
        ascent_start=start + 11,
        end=start + 20,
        start_s=0.1 * start,
        bottom_s=0.1 * start + 1.0,
        end_s=0.1 * start + 2.0,
        side=side,
        is_partial=not whole,
        partial_reason=None if whole else "the clip ends",
        eccentric_s=0.5 * length_s,
        bottom_pause_s=0.0,
        concentric_s=0.5 * length_s,
        top_pause_s=None,
        confidence=0.9,
    )


def figures(
    values: dict[str, float | None], *, sd: float | dict[str, float] = 0.0, index: int = 1, frame: int = 9
) -> RepMetrics:
    metrics = {}
    for name, value in values.items():
        if value is None:
            metrics[name] = Metric(
                value=None, sd=None, unit=unit_of(name), status="not_assessable", reason="the camera hides it"
            )
        else:
            own = sd.get(name, 0.0) if isinstance(sd, dict) else sd
            metrics[name] = Metric(value=value, sd=own, unit=unit_of(name), status="ok", frame=frame)
    return RepMetrics(rep_index=index, metrics=metrics)


def ideal(spec: ExerciseSpec = SQUAT) -> dict[str, float | None]:
    return {item.metric_for(side): item.anchors.ideal for item in spec.rubric for side in ("left", "right")}


def both(first: RepMetrics, second: RepMetrics, *, views: tuple[CameraView, CameraView] = (FRONT, SIDE)) -> Looks:
    """One squat by two clips; in the second everything happens five frames later."""
    merged = merge_metrics(first, second, spec=SQUAT, views=views)
    seen = RepView(rep=a_rep(start=5), view=views[1], time_s=SIDE_S)
    return assess_rep(merged, a_rep(), SQUAT, views[0], time_s=FRONT_S, second=seen)


def clips(looks: Looks) -> dict[str, int | None]:
    return {item.item: item.clip for item in looks.items}


def test_each_item_is_judged_by_the_view_that_may() -> None:
    looks = both(figures(ideal()), figures(ideal()))
    taken = clips(looks)
    assert looks.coverage == pytest.approx(1.0)
    assert {taken[item] for item in ("knee_over_foot", "knee_separation", "hip_shift", "trunk_lateral_lean")} == {1}
    assert {taken[item] for item in ("depth", "trunk_shank", "trunk_pitch_gain", "heel_rise")} == {2}
    assert all(item.weight > 0 for item in looks.items)


def test_what_a_view_may_not_judge_is_not_taken_from_it_however_well_it_claims_to_see_it() -> None:
    looks = both(figures(ideal() | {"depth_shortfall_deg": 40.0}), figures(ideal() | {"depth_shortfall_deg": None}))
    depth = next(item for item in looks.items if item.item == "depth")
    assert (depth.score, depth.clip, depth.reason) == (None, None, "the camera hides it")
    assert looks.coverage == pytest.approx(0.85)


def test_of_two_views_that_may_the_surer_one_counts() -> None:
    tempo: dict[str, float | None] = {"tempo_error_ratio": 0.9}
    surer_first = both(
        figures(ideal(), sd={"tempo_error_ratio": 0.05}), figures(ideal() | tempo, sd={"tempo_error_ratio": 0.1})
    )
    surer_second = both(
        figures(ideal() | tempo, sd={"tempo_error_ratio": 0.1}), figures(ideal(), sd={"tempo_error_ratio": 0.05})
    )
    assert (clips(surer_first)["tempo"], clips(surer_second)["tempo"]) == (1, 2)
    assert surer_first.score == surer_second.score
    assert surer_first.findings == surer_second.findings == ()


def test_on_a_par_the_view_in_whose_list_it_weighs_more_counts() -> None:
    assert clips(both(figures(ideal()), figures(ideal())))["tempo"] == 2  # 0.15 from the side, 0.1 from the front


def test_each_leg_may_be_seen_from_another_clip() -> None:
    left, right = camera("oblique_front_left"), camera("oblique_front_right")
    heels: dict[str, float | None] = {"heel_rise_left_m": 0.05, "heel_rise_right_m": 0.04}
    looks = both(
        figures(ideal() | heels | {"heel_rise_right_m": None}),
        figures(ideal() | heels | {"heel_rise_left_m": None}),
        views=(left, right),
    )
    assert [(found.side, found.clip) for found in looks.findings] == [("left", 1), ("right", 2)]
    assert clips(looks)["heel_rise"] == 1


def test_a_finding_of_the_second_clip_points_into_it() -> None:
    looks = both(figures(ideal()), figures(ideal() | {"heel_rise_left_m": 0.06}, frame=22))
    (found,) = looks.findings
    assert (found.clip, found.frame) == (2, 22)
    assert found.time_s == pytest.approx(SIDE_S[22])
    assert found.phase == "concentric"  # by the rep's events in the second clip; in the first it has ended by then


def test_a_second_view_never_takes_a_score_away() -> None:
    """From the front all is seen, from the side nothing: both lists are covered too little, the front's own is not."""
    nothing = dict.fromkeys(ideal(), None)
    looks = both(figures(ideal()), figures(nothing))
    assert looks.coverage == pytest.approx(0.575)
    assert looks.score == pytest.approx(100.0)
    assert both(figures(nothing), figures(nothing)).score is None


def test_two_views_of_one_kind_weigh_as_one() -> None:
    looks = both(figures(ideal()), figures(ideal()), views=(FRONT, camera("rear")))
    assert {item.item: item.weight for item in looks.items} == {item.id: item.weight("front") for item in SQUAT.rubric}
    depth = next(item for item in looks.items if item.item == "depth")
    assert depth.reason == "cannot be judged from these views; film from the side"


def test_reps_are_matched_by_order_and_partial_ones_left_out() -> None:
    ours = ShownSet(
        reps=(a_rep(whole=False), a_rep(1, start=20), a_rep(2, start=40)),
        metrics=tuple(figures(ideal(), index=index) for index in (0, 1, 2)),
        view=FRONT,
        time_s=np.arange(60) / 10.0,
    )
    theirs = replace(ours, reps=(a_rep(1, start=0), a_rep(2, start=20), a_rep(whole=False)), view=SIDE)
    joined = join_views(ours, replace(theirs, metrics=ours.metrics[1:] + ours.metrics[:1]), spec=SQUAT)
    assert joined.warnings == ()
    assert [None if seen is None else seen.rep.start for seen in joined.seen] == [None, 0, 20]
    assert [row.rep_index for row in joined.metrics] == [0, 1, 2]
    assert joined.metrics[0] == ours.metrics[0]
    assert joined.metrics[1].metrics["depth_shortfall_deg"].clip == 2


def test_clips_with_other_numbers_of_reps_are_refused_with_what_to_do() -> None:
    with pytest.raises(UnmatchedViews, match="first clip: 2, in the second: 1") as caught:
        match_reps([a_rep(1), a_rep(2)], [a_rep(1), a_rep(whole=False)])
    assert caught.value.hint.startswith("Trim both clips to the same reps")


@pytest.mark.parametrize(("length_s", "is_told"), [(2.0, False), (2.4, False), (2.6, True), (1.2, True)])
def test_reps_of_another_length_may_be_another_set(length_s: float, is_told: bool) -> None:
    _, told = match_reps([a_rep(n) for n in (1, 2, 3)], [a_rep(n, length_s=length_s) for n in (1, 2, 3)])
    assert any("may not show the same set" in warning for warning in told) == is_told


def test_clips_that_differ_in_the_working_leg_say_in_which_rep() -> None:
    _, told = match_reps(
        [a_rep(1, side="left"), a_rep(2, side="left")], [a_rep(1, side="left"), a_rep(2, side="right")]
    )
    assert [("rep 2" in warning, "which leg" in warning) for warning in told] == [(True, True)]


def test_a_set_of_two_views_keeps_where_each_item_came_from() -> None:
    looks = assess_set([both(figures(ideal()), figures(ideal()))] * 2, spec=SQUAT)
    assert (clips(looks)["knee_over_foot"], clips(looks)["depth"]) == (1, 2)


REAL = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "clips"


@pytest.mark.skipif(not REAL.is_dir(), reason="the real clips are not on this machine")
def test_a_real_pair_is_judged_by_both_clips() -> None:
    from lookfeel.pipeline import analyze

    front, side = REAL / "lnew_good_7027.mov", REAL / "lnew_good_7026.mov"
    report = analyze(side, second=front)
    taken = clips(report.looks)
    assert (taken["depth"], taken["knee_over_foot"]) == (1, 2)
    assert report.looks.score is not None
    assert report.looks.coverage > 0.9
    assert report.second is not None
    assert report.second.view.name == "front"
