"""The naive methods on points that are placed by hand."""

import numpy as np
import pytest

from benchmarks.accuracy.figures import Series
from benchmarks.accuracy.naive import count_reps, picture_series, world_series

FRONT_PX = {  # a camera ahead: the athlete's left is at the picture's right; x right, y down
    "shoulder": (30, 100),
    "hip": (20, 300),
    "knee": (20, 400),
    "ankle": (20, 500),
    "heel": (20, 510),
    "toe": (20, 520),
}
SPACE_M = {  # x ahead, y left, z up
    "shoulder": (0.0, 0.20, 1.4),
    "hip": (0.0, 0.10, 0.9),
    "knee": (0.0, 0.15, 0.5),
    "ankle": (0.0, 0.15, 0.1),
    "heel": (-0.05, 0.15, 0.02),
    "toe": (0.20, 0.15, 0.02),
}


def points(one_side, mirrored_axis, **moved):
    """(1, D) points of both sides, the right one mirrored; `moved` adds to the left side's."""
    found = {}
    for part, place in one_side.items():
        left = np.array(place, dtype=float)
        right = left.copy()
        right[mirrored_axis] *= -1
        found[f"left_{part}"] = (left + np.array(moved.get(part, np.zeros(len(left)))))[None]
        found[f"right_{part}"] = right[None]
    return found


def in_picture(**moved):
    return picture_series(np.array([0.0]), points(FRONT_PX, 0, **moved)).values


def in_space(**moved):
    return world_series(np.array([0.0]), points(SPACE_M, 1, **moved)).values


def test_straight_legs_in_the_picture():
    values = in_picture()
    assert values["knee_flexion_left_deg"][0] == pytest.approx(0.0, abs=1e-5)
    assert values["thigh_angle_left_deg"][0] == pytest.approx(90.0)
    assert values["kasr_ratio"][0] == pytest.approx(1.0)


def test_a_knee_that_falls_in_is_positive_on_both_sides():
    inward = in_picture(knee=(-8, 0))
    metres = 0.487 * 1.70 / 200  # the leg is 200 px tall
    assert inward["knee_over_foot_left_m"][0] == pytest.approx(8 * metres)
    assert inward["knee_over_foot_left_deg"][0] == pytest.approx(2 * np.degrees(np.arctan2(8, 100)))
    assert inward["knee_over_foot_right_deg"][0] == pytest.approx(0.0, abs=1e-5)
    turned = {name: xy * (-1, 1) for name, xy in points(FRONT_PX, 0, knee=(-8, 0)).items()}  # seen from behind
    behind = picture_series(np.array([0.0]), turned).values
    assert behind["knee_over_foot_left_m"][0] == pytest.approx(8 * metres)
    assert behind["knee_over_foot_left_deg"][0] == pytest.approx(inward["knee_over_foot_left_deg"][0])


def test_angles_in_space():
    values = in_space(knee=(0.4, 0.0, 0.4))  # a level thigh: hip 0.4 behind the knee at its height
    assert values["thigh_angle_left_deg"][0] == pytest.approx(0.0)
    assert values["shank_tilt_left_deg"][0] == pytest.approx(np.degrees(np.arctan2(0.4, 0.8)))
    assert values["knee_over_foot_left_m"][0] == pytest.approx(0.0)
    assert in_space(knee=(0.0, -0.03, 0.0))["knee_over_foot_left_m"][0] == pytest.approx(0.03)
    assert in_space(heel=(0.0, 0.0, 0.0))["kasr_ratio"][0] == pytest.approx(1.0)


def counted(angle_deg):
    """Repetitions of the tutorial's counter for one knee's included angle, a frame each 0.1 s."""
    bend = 180.0 - np.asarray(angle_deg, dtype=float)
    values = {"knee_flexion_left_deg": bend, "knee_flexion_right_deg": np.full(len(bend), np.nan)}
    return count_reps(Series(time_s=0.1 * np.arange(len(bend)), values=values, sd={}))


def test_the_tutorials_counter_needs_both_thresholds():
    assert len(counted([170, 120, 90, 120, 170, 95, 170])) == 2
    assert len(counted([170, 101, 170])) == 0  # not deep enough for it
    assert len(counted([170, 90, 149, 90, 149])) == 0  # never up again
    assert len(counted([170, np.nan, 90, np.nan, 170])) == 1


def test_the_tutorials_events_lie_where_its_thresholds_do():
    (rep,) = counted([170, 160, 140, 95, 80, 95, 140, 160, 170])
    assert (rep.start_s, rep.bottom_s, rep.end_s) == pytest.approx((0.1, 0.4, 0.7))
