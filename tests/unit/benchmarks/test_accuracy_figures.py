"""A repetition's figures from signals that are known by formula."""

import numpy as np
import pytest

from benchmarks.accuracy.figures import Series, read_figures, running_mean
from benchmarks.accuracy.truth import Window

TIME_S = np.arange(0.0, 4.0, 0.02)
WINDOW = Window(start_s=1.0, bottom_start_s=1.9, bottom_s=2.0, ascent_start_s=2.1, end_s=3.0)
DIP = np.clip(1.0 - np.abs(TIME_S - 2.0), 0.0, 1.0)  # 0 at the top, 1 at the bottom


def figures(slowmo=1.0, **signals):
    values = {"hip_height_ratio": 1.0 - 0.4 * DIP, **signals}
    return read_figures(Series(time_s=TIME_S, values=values, sd={}), WINDOW, slowmo=slowmo)


def test_a_peak_is_a_mean_over_a_tenth_of_a_second():
    found = figures(knee_flexion_left_deg=100.0 * DIP, thigh_angle_left_deg=90.0 - 90.0 * DIP)
    within = np.abs(np.array([-0.04, -0.02, 0.0, 0.02, 0.04])).mean()  # of 0.1 s at 50 frames a second
    assert found["knee_flexion_deg", "left"] == pytest.approx(100.0 * (1.0 - within))
    assert found["thigh_angle_deg", "left"] == pytest.approx(90.0 * within)


def test_slow_motion_averages_over_movement_time():
    wide = figures(slowmo=4.0, knee_flexion_left_deg=100.0 * DIP)["knee_flexion_deg", "left"]
    assert wide == pytest.approx(100.0 * (1.0 - np.abs(np.arange(-0.2, 0.21, 0.02)).mean()))


def test_the_knee_counts_only_where_legs_are_bent():
    high_up = np.where(np.abs(TIME_S - 1.2) < 0.11, 0.30, 0.05)  # wide while nearly straight
    assert figures(knee_over_foot_left_m=high_up)["knee_over_foot_m", "left"] == pytest.approx(0.05)


def test_shift_is_from_where_the_repetition_began_and_to_either_side():
    moved = 0.02 - 0.10 * (np.abs(TIME_S - 2.0) < 0.3)
    assert figures(hip_shift_ratio=moved)["hip_shift_ratio", ""] == pytest.approx(0.10)


def test_a_heel_that_sinks_has_not_risen():
    assert figures(heel_rise_left_m=np.full(len(TIME_S), -0.01))["heel_rise_m", "left"] == 0.0


def test_bottom_is_the_median_of_the_pause():
    lean = np.where((TIME_S > 1.89) & (TIME_S < 2.11), 30.0, 10.0)
    lean[100] = 80.0
    assert figures(trunk_lean_deg=lean)["trunk_lean_deg", ""] == 30.0


def test_what_is_unknown_stays_unknown():
    assert np.isnan(figures(knee_flexion_left_deg=np.full(len(TIME_S), np.nan))["knee_flexion_deg", "left"])
    holed = np.where(np.arange(len(TIME_S)) % 2, np.nan, 7.0)
    calm = running_mean(holed, TIME_S, 0.1)
    assert np.array_equal(np.isnan(calm), np.isnan(holed))
    assert np.nanmax(np.abs(calm - 7.0)) == 0.0
