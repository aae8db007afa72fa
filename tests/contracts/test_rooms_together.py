"""Tracks, body, kinematics and reps together, on stick figures filmed from anywhere: no network, exact truth."""

import numpy as np
import pytest
from stickfigure import Movement, Phone, Truth, make_track

from lookfeel.body import lift_body
from lookfeel.kinematics import measure_reps, measure_signals
from lookfeel.reps import FoundReps, find_reps
from lookfeel.types import TrainingContext


def found_in(movement: Movement, phone: Phone, *, is_view_told: bool = True) -> tuple[FoundReps, Truth]:
    track, truth = make_track(movement, phone)
    return find_reps(measure_signals(track, lift_body(track)), view=track.view if is_view_told else None), truth


@pytest.mark.parametrize("yaw", [0.0, 40.0, 90.0, -90.0, -140.0])
@pytest.mark.parametrize("exercise", ["squat", "lunge", "split_squat"])
def test_exercise_reps_sides_and_bottoms(exercise: str, yaw: float) -> None:
    found, truth = found_in(Movement(exercise=exercise, n_reps=4), Phone(yaw_deg=yaw, noise_px=1.0))
    assert found.exercise.name == ("squat" if exercise == "squat" else "lunge")
    assert [rep.side for rep in found.reps] == [rep["side"] for rep in truth.reps]
    middles = [0.5 * (rep["bottom_start_s"] + rep["ascent_start_s"]) for rep in truth.reps]
    assert [rep.bottom_s for rep in found.reps] == pytest.approx(middles, abs=0.2)


@pytest.mark.parametrize("yaw", [0.0, 45.0, -45.0])
def test_a_single_leg_squat_is_one(yaw: float) -> None:
    """With a foot held behind, by the picture alone: told that it is filmed from ahead, the program takes it for a
    split squat, whose rear foot looks the same."""
    movement = Movement(exercise="single_leg_squat", n_reps=3, depth_deg=15.0, toe_out_deg=5.0)
    found, _ = found_in(movement, Phone(yaw_deg=yaw), is_view_told=False)
    assert found.exercise.name == "single_leg_squat"
    assert [rep.side for rep in found.reps] == ["left"] * 3


@pytest.mark.parametrize("yaw", [60.0, 90.0, -90.0])
def test_sitting_down_and_standing_up_is_not_a_squat(yaw: float) -> None:
    movement = Movement(
        exercise="sit_to_stand", n_reps=3, depth_deg=2.0, shank_tilt_deg=8.0, tempo_s=(1.2, 1.0, 1.2, 0.8)
    )
    found, _ = found_in(movement, Phone(yaw_deg=yaw))
    assert found.exercise.name == "sit_to_stand"
    assert found.reps == ()


def test_slow_motion_shows_as_a_slower_clip_only() -> None:
    """Twice the time between the same pictures: the same reps, every phase twice as long."""
    track, _ = make_track(Movement(n_reps=2), Phone(fps=60.0))
    slow, _ = make_track(Movement(n_reps=2, tempo_s=(3.0, 0.6, 2.0, 1.4), lead_in_s=2.0), Phone(fps=30.0))
    reps = find_reps(measure_signals(track, lift_body(track))).reps
    slower = find_reps(measure_signals(slow, lift_body(slow))).reps
    assert len(reps) == len(slower) == 2
    for one, other in zip(reps, slower, strict=True):
        assert other.eccentric_s == pytest.approx(2 * (one.eccentric_s or np.nan), rel=0.1)
        assert other.concentric_s == pytest.approx(2 * (one.concentric_s or np.nan), rel=0.1)


def test_a_side_view_refuses_valgus_and_every_view_tells_depth() -> None:
    for yaw, shows_knees in ((90.0, False), (0.0, True)):
        track, _ = make_track(Movement(n_reps=2), Phone(yaw_deg=yaw))
        signals = measure_signals(track, lift_body(track))
        found = find_reps(signals)
        measured = measure_reps(
            signals, found.reps, view=track.view, exercise=found.exercise, context=TrainingContext()
        )
        for one in measured:
            for name in ("knee_over_foot_left_m", "kasr_min_ratio"):
                assert (one.metrics[name].status != "not_assessable") == shows_knees
            assert one.metrics["depth_thigh_angle_deg"].status == "ok"
