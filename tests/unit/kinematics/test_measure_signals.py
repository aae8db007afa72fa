"""Stick figures through body and signals: values, signs, invariants, and NaN for what cannot be known."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from stickfigure import Movement, Phone, Truth, make_track

from lookfeel.body import lift_body
from lookfeel.kinematics import measure_signals
from lookfeel.kinematics.signals import rate
from lookfeel.measures import SIGNALS
from lookfeel.types import CameraView, PoseTrack, Signals

SQUAT = Movement(n_reps=1, tempo_s=(1.0, 0.2, 0.8, 0.3), lead_in_s=0.5)
LUNGE = replace(SQUAT, exercise="lunge", n_reps=2)
ANGLES = ("knee_flexion", "hip_flexion", "thigh_angle", "shank_tilt", "fppa", "knee_over_foot")
NAMES = {
    *(f"{name}_{side}_deg" for name in ANGLES for side in ("left", "right")),
    *(f"{name}_{side}_m" for name in ("knee_over_foot", "heel_rise") for side in ("left", "right")),
    *("foot_speed_left_mps", "foot_speed_right_mps", "hip_speed_mps", "hip_height_m", "hip_height_ratio"),
    *("trunk_lean_deg", "trunk_lateral_lean_deg", "hip_line_tilt_deg", "kasr_ratio", "hip_shift_ratio"),
}


@cache
def film(movement: Movement, phone: Phone) -> tuple[Signals, Truth]:
    track, truth = make_track(movement, phone)
    return measure(track), truth


def measure(track: PoseTrack) -> Signals:
    return measure_signals(track, lift_body(track, height_m=1.70))


def bottom(truth: Truth, rep: int = 0) -> int:
    events = truth.reps[rep]
    return int(np.searchsorted(truth.time_s, 0.5 * (events["bottom_start_s"] + events["ascent_start_s"])))


def test_all_signals_are_there_with_their_sd() -> None:
    signals, truth = film(SQUAT, Phone())
    assert set(signals.values) >= NAMES
    for name, values in signals.values.items():
        assert values.shape == truth.time_s.shape
        np.testing.assert_array_equal(np.isfinite(values), np.isfinite(signals.sd[name]))
        assert np.all(signals.sd[name][np.isfinite(values)] > 0)


def test_every_signal_is_told_of_and_none_that_is_not_measured() -> None:
    signals, _ = film(Movement(), Phone())

    assert set(SIGNALS) == set(signals.values)


@pytest.mark.parametrize("yaw", [0.0, 40.0, 90.0, -90.0, -140.0, 180.0])
def test_angles_of_a_squat_at_every_yaw(yaw: float) -> None:
    signals, truth = film(SQUAT, Phone(yaw_deg=yaw, noise_px=0.5))
    at = bottom(truth)
    knee = 5.0 if abs(yaw) == 90.0 else 10.0  # the figure's hip landmark lies in the joint, a real one above it
    for name, most in (
        ("knee_flexion_left_deg", knee),
        ("knee_flexion_right_deg", knee),
        ("thigh_angle_left_deg", 5.0),
    ):
        assert abs(signals[name][at] - truth.signals[name][at]) < most
        assert np.nanmean(np.abs(signals[name] - truth.signals[name])) < most
    assert abs(signals["trunk_lean_deg"][at] - truth.signals["trunk_lean_deg"][at]) < 9.0


def test_a_side_view_is_better_than_its_stated_error() -> None:
    signals, truth = film(SQUAT, Phone(yaw_deg=90.0, noise_px=1.0))
    for name in ("knee_flexion_left_deg", "thigh_angle_left_deg", "shank_tilt_left_deg", "trunk_lean_deg"):
        off = np.abs(signals[name] - truth.signals[name]) / signals.sd[name]
        assert np.nanmean(off < 2.0) > 0.95


def test_signs_at_the_bottom() -> None:
    signals, truth = film(replace(SQUAT, depth_deg=-12.0, trunk_lean_deg=44.0), Phone(yaw_deg=90.0))
    at = bottom(truth)
    assert signals["thigh_angle_left_deg"][at] < 0  # hip below knee
    assert signals["shank_tilt_left_deg"][at] > 15  # knee ahead of ankle
    assert signals["trunk_lean_deg"][at] > 30  # forward
    assert signals["knee_flexion_left_deg"][at] > 110
    assert signals["thigh_angle_left_deg"][0] > 70  # standing


@pytest.mark.parametrize("yaw", [0.0, 180.0])
def test_valgus_is_positive_and_on_its_side(yaw: float) -> None:
    signals, truth = film(replace(SQUAT, valgus_m=(0.07, 0.0)), Phone(yaw_deg=yaw))
    at = bottom(truth)
    assert signals["knee_over_foot_left_m"][at] == pytest.approx(0.07, abs=0.025)
    assert signals["knee_over_foot_right_m"][at] == pytest.approx(0.0, abs=0.025)
    assert signals["kasr_ratio"][at] == pytest.approx(truth.signals["kasr_ratio"][at], abs=0.06)
    begun = int(np.argmin(np.abs(truth.signals["knee_flexion_left_deg"][:at] - 35.0)))
    assert signals["fppa_left_deg"][begun] > signals["fppa_right_deg"][begun]
    assert np.isnan(signals["fppa_left_deg"][at])  # a thigh that points at the camera has no angle


def test_knees_out_is_negative() -> None:
    signals, truth = film(replace(SQUAT, valgus_m=(-0.06, -0.06)), Phone(yaw_deg=0.0))
    assert signals["knee_over_foot_left_m"][bottom(truth)] < -0.03
    assert signals["knee_over_foot_right_m"][bottom(truth)] < -0.03


@pytest.mark.parametrize("yaw", [0.0, 180.0])
def test_shift_and_lean_to_the_left_are_positive(yaw: float) -> None:
    signals, truth = film(replace(SQUAT, shift_m=0.05), Phone(yaw_deg=yaw))
    at = bottom(truth)
    assert signals["hip_shift_ratio"][at] == pytest.approx(truth.signals["hip_shift_ratio"][at], abs=0.06)


def test_a_raised_left_hip_tilts_the_line_positive() -> None:
    track, _ = make_track(SQUAT, Phone(yaw_deg=0.0))
    raised = np.array(track.xy_px)
    raised[:, 23, 1] -= 8.0
    behind, _ = make_track(SQUAT, Phone(yaw_deg=180.0))
    raised_behind = np.array(behind.xy_px)
    raised_behind[:, 23, 1] -= 8.0
    assert np.all(measure(replace(track, xy_px=raised))["hip_line_tilt_deg"] > 1.0)
    assert np.all(measure(replace(behind, xy_px=raised_behind))["hip_line_tilt_deg"] > 1.0)


def test_heel_rise_is_measured_from_the_side() -> None:
    signals, truth = film(replace(SQUAT, heel_rise_m=0.04), Phone(yaw_deg=90.0))
    assert signals["heel_rise_left_m"][bottom(truth)] == pytest.approx(0.04, abs=0.015)
    assert abs(signals["heel_rise_left_m"][0]) < 0.01


def test_lead_leg_of_a_lunge() -> None:
    signals, truth = film(LUNGE, Phone(yaw_deg=90.0))
    for rep, side in ((0, "left"), (1, "right")):
        at = bottom(truth, rep)
        for name in (f"thigh_angle_{side}_deg", f"knee_flexion_{side}_deg"):
            assert signals[name][at] == pytest.approx(truth.signals[name][at], abs=5.0)


def test_standing_is_one_and_the_lowest_is_lowest() -> None:
    signals, truth = film(SQUAT, Phone(yaw_deg=50.0))
    ratio = signals["hip_height_ratio"]
    assert ratio[0] == pytest.approx(1.0, abs=0.04)
    assert abs(int(np.argmin(ratio)) - bottom(truth)) <= 4


@pytest.mark.parametrize("name", ["knee_over_foot_left_m", "kasr_ratio", "hip_shift_ratio", "trunk_lateral_lean_deg"])
def test_a_side_view_refuses_the_frontal_plane(name: str) -> None:
    signals, _ = film(SQUAT, Phone(yaw_deg=90.0))
    assert np.isnan(signals[name]).all()
    assert np.isnan(signals.sd[name]).all()


def test_unseen_feet_leave_only_what_needs_no_feet() -> None:
    track, _ = make_track(SQUAT, Phone(yaw_deg=40.0))
    doubted = np.array(track.confidence)
    doubted[:, 27:] = 0.1
    signals = measure(replace(track, confidence=doubted))
    for name in (
        "knee_flexion_left_deg",
        "shank_tilt_left_deg",
        "heel_rise_left_m",
        "knee_over_foot_left_m",
        "kasr_ratio",
    ):
        assert np.isnan(signals[name]).all(), name
    for name in ("hip_height_ratio", "thigh_angle_left_deg", "trunk_lean_deg"):
        assert np.isfinite(signals[name]).all(), name


def test_nan_in_is_nan_out() -> None:
    track, _ = make_track(SQUAT, Phone(yaw_deg=90.0))
    holes = np.array(track.xy_px)
    holes[10:14] = np.nan
    signals = measure(replace(track, xy_px=holes))
    for name in ("knee_flexion_left_deg", "trunk_lean_deg", "knee_flexion_right_deg"):
        assert np.isnan(signals[name][10:14]).all()
        assert np.isfinite(signals[name][20:]).all()


def test_mirror_swaps_sides_and_signs() -> None:
    track, _ = make_track(replace(SQUAT, valgus_m=(0.05, 0.01), shift_m=0.02), Phone(yaw_deg=10.0))
    swap = list(track.skeleton.mirrored())
    flipped = np.array(track.xy_px)[:, swap]
    flipped[..., 0] = track.width_px - flipped[..., 0]
    view = CameraView(name="front", yaw_deg=-10.0, yaw_sd_deg=4.0, confidence=0.95)
    one, other = measure(track), measure(replace(track, xy_px=flipped, view=view))
    for name in ("knee_flexion_{}_deg", "knee_over_foot_{}_m", "fppa_{}_deg", "thigh_angle_{}_deg"):
        np.testing.assert_allclose(other[name.format("right")], one[name.format("left")], atol=1e-4)
    for name in ("hip_shift_ratio", "trunk_lateral_lean_deg", "hip_line_tilt_deg"):
        np.testing.assert_allclose(other[name], -one[name], atol=1e-4)
    np.testing.assert_allclose(other["kasr_ratio"], one["kasr_ratio"], atol=1e-4)


def test_frame_rate_and_uneven_times_do_not_matter() -> None:
    phone = Phone(yaw_deg=90.0)
    even, truth = make_track(SQUAT, phone)
    times = np.sort(np.random.default_rng(5).uniform(0.0, truth.time_s[-1], 2 * len(truth.time_s)))
    uneven, _ = make_track(SQUAT, phone, times_s=np.unique(np.round(times, 4)))
    slow, fast = measure(even), measure(uneven)
    for name, most in (("knee_flexion_left_deg", 3.0), ("trunk_lean_deg", 2.0), ("hip_height_ratio", 0.02)):
        again = np.interp(even.time_s[5:-5], uneven.time_s, fast[name])
        assert np.abs(again - slow[name][5:-5]).max() < most


def test_speeds_use_true_times() -> None:
    time_s = np.array([0.0, 0.1, 0.15, 0.4, 0.41, 0.8])
    np.testing.assert_allclose(rate(3.0 * time_s, time_s), 3.0)
    signals, truth = film(SQUAT, Phone(yaw_deg=90.0))
    true = np.gradient(truth.signals["hip_height_m"], truth.time_s)
    assert signals["hip_speed_mps"][np.argmax(true)] > 0.5
    assert np.abs(signals["hip_speed_mps"] - true).mean() < 0.06


def test_planted_feet_are_slow_and_stepping_feet_are_fast() -> None:
    signals, truth = film(LUNGE, Phone(yaw_deg=90.0))
    first = (truth.time_s > truth.reps[0]["start_s"]) & (truth.time_s < truth.reps[0]["end_s"])
    assert signals["foot_speed_left_mps"][first].max() > 0.8
    assert np.median(signals["foot_speed_left_mps"]) < 0.1
