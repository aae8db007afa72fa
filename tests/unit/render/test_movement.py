"""A movement does what it was asked to do, exactly, on a body without a mesh."""

from dataclasses import replace

import numpy as np
import pytest
from rest_body import rest_body

from scripts.render_samples.cases import Case, Movement
from scripts.render_samples.feet import SIGN
from scripts.render_samples.movement import BONES, perform
from scripts.render_samples.shapes import JOINTS, ORIGIN, SEGMENTS
from scripts.render_samples.timing import depth, duration_s, plan_reps
from scripts.render_samples.truth import foot_drift_m, phases, true_signals

EXERCISES = {
    "squat": Movement(thigh_deg=0.0),
    "deep": Movement(thigh_deg=-18.0, load="barbell"),
    "goblet": Movement(thigh_deg=10.0, load="goblet", stance_m=0.45, toe_out_deg=25.0),
    "heels": Movement(heel_rise_m=0.04),
    "single_leg_squat": Movement(exercise="single_leg_squat", thigh_deg=30.0, side="right", arms="hips"),
    "split_squat": Movement(exercise="split_squat", thigh_deg=10.0),
    "forward_lunge": Movement(exercise="forward_lunge", thigh_deg=10.0, side="right"),
    "reverse_lunge": Movement(exercise="reverse_lunge", thigh_deg=10.0),
    "alternating_lunge": Movement(exercise="alternating_lunge", thigh_deg=10.0),
    "sit_to_stand": Movement(exercise="sit_to_stand", thigh_deg=2.0),
}
BODY = rest_body()


def performed(movement, fps=25.0, seed=3):
    reps = plan_reps(movement, seed)
    return perform(movement, BODY, np.arange(0.0, duration_s(movement, reps), 1.0 / fps), seed)


def at_bottoms(performance, name):
    """A true signal at the middle of each repetition's pause."""
    signal = true_signals(BODY, performance.pose)[name]
    middles = [0.5 * (rep.bottom_start_s + rep.ascent_start_s) for rep in performance.reps]
    return np.interp(middles, performance.pose.time_s, signal)


@pytest.mark.parametrize("name", EXERCISES)
def test_bones_keep_their_length_and_feet_their_place(name):
    performance = performed(EXERCISES[name])
    joints = performance.pose.joints_m

    assert set(joints) == set(JOINTS)
    for side in SIGN:
        for start, end in BONES:
            length = np.linalg.norm(joints[f"{side}_{end}"] - joints[f"{side}_{start}"], axis=1)
            assert np.ptp(length) < 5e-4, (side, start, end)
    assert foot_drift_m(BODY, performance.pose) < 1e-4


@pytest.mark.parametrize("name", EXERCISES)
def test_rotations_carry_the_rest_pose_onto_the_joints(name):
    pose = performed(EXERCISES[name]).pose
    ends = {"pelvis": "lumbar", "chest": "neck", "left_thigh": "left_knee", "right_shank": "right_ankle"}
    ends |= {"left_foot": "left_heel", "right_upper_arm": "right_elbow", "left_forearm": "left_wrist"}

    for segment, end in ends.items():
        i = SEGMENTS.index(segment)
        offset = BODY.joints_m[end] - BODY.joints_m[ORIGIN[segment]]
        there = pose.position_m[:, i] + np.einsum("tij,j->ti", pose.rotation[:, i], offset)
        np.testing.assert_allclose(there, pose.joints_m[end], atol=6e-4, err_msg=segment)
    np.testing.assert_allclose(np.linalg.det(pose.rotation), 1.0, atol=1e-9)


@pytest.mark.parametrize("name", EXERCISES)
def test_the_working_thigh_reaches_what_was_asked(name):
    movement = replace(EXERCISES[name], variation=0.0)
    performance = performed(movement)
    side = movement.side if performance.reps[0].side == "both" else performance.reps[0].side

    assert at_bottoms(performance, f"thigh_angle_{side}_deg")[0] == pytest.approx(movement.thigh_deg, abs=0.6)


@pytest.mark.parametrize("name", EXERCISES)
def test_nothing_jumps(name):
    joints = performed(EXERCISES[name], fps=50.0).pose.joints_m

    for joint, way in joints.items():
        acceleration = np.abs(np.diff(way, n=2, axis=0)).max() * 50.0**2
        assert acceleration < 60.0, joint  # m/s2; a dropped frame or a flipped knee gives hundreds


def test_valgus_is_what_was_asked_in_each_leg():
    performance = performed(Movement(valgus_m=(0.05, -0.02), variation=0.0))

    assert at_bottoms(performance, "knee_over_foot_left_m") == pytest.approx([0.05] * 3, abs=0.001)
    assert at_bottoms(performance, "knee_over_foot_right_m") == pytest.approx([-0.02] * 3, abs=0.001)


def test_valgus_grows_and_form_breaks_down_from_the_repetition_asked():
    growing = performed(Movement(n_reps=4, valgus_growth_m=(0.02, 0.0), variation=0.0))
    breaking = performed(
        Movement(n_reps=5, breaks_from_rep=4, break_valgus_m=0.03, break_depth_deg=8.0, break_slower=0.5, variation=0.0)
    )

    assert at_bottoms(growing, "knee_over_foot_left_m") == pytest.approx([0.0, 0.02, 0.04, 0.06], abs=0.002)
    assert at_bottoms(breaking, "knee_over_foot_left_m") == pytest.approx([0, 0, 0, 0.03, 0.06], abs=0.002)
    assert at_bottoms(breaking, "thigh_angle_left_deg") == pytest.approx([0, 0, 0, 8, 16], abs=0.6)
    up = [rep.end_s - rep.ascent_start_s for rep in breaking.reps]
    assert up == pytest.approx([1.1, 1.1, 1.1, 1.65, 2.2])


def test_shift_lean_and_heels_are_what_was_asked():
    shifted = performed(Movement(shift_m=0.04, trunk_lean_deg=30.0, heel_rise_m=0.03, variation=0.0))
    stance = 0.36

    assert at_bottoms(shifted, "hip_shift_ratio") == pytest.approx([0.04 / stance] * 3, abs=0.02)  # the body sways
    assert at_bottoms(shifted, "trunk_lean_deg") == pytest.approx([30.0] * 3, abs=1.5)
    assert at_bottoms(shifted, "heel_rise_left_m") == pytest.approx([0.03] * 3, abs=0.002)


def test_tempo_is_what_was_asked_and_depth_rests_outside():
    movement = Movement(tempo_s=(2.0, 0.5, 1.0, 0.8), variation=0.0)
    reps = plan_reps(movement, 0)
    time_s = np.arange(0.0, duration_s(movement, reps), 0.01)
    index, phase = phases(reps, time_s)

    assert [rep.bottom_start_s - rep.start_s for rep in reps] == pytest.approx([2.0] * 3)
    assert [rep.ascent_start_s - rep.bottom_start_s for rep in reps] == pytest.approx([0.5] * 3)
    assert np.all(depth(reps, time_s)[index == -1] == 0.0)
    assert depth(reps, time_s)[phase == 1] == pytest.approx(1.0)
    assert np.bincount(index + 1)[1:] == pytest.approx([350] * 3, abs=2)


def test_alternating_lunges_change_legs_and_step():
    performance = performed(EXERCISES["alternating_lunge"])

    assert [rep.side for rep in performance.reps] == ["left", "right", "left"]
    for side in SIGN:
        assert np.ptp(performance.pose.joints_m[f"{side}_ball"][:, 0]) == pytest.approx(0.78, abs=0.01)


def test_any_frame_rate_gives_the_same_movement():
    slow, fast = performed(EXERCISES["forward_lunge"], fps=25.0), performed(EXERCISES["forward_lunge"], fps=100.0)

    np.testing.assert_allclose(fast.pose.joints_m["left_knee"][::4], slow.pose.joints_m["left_knee"], atol=1e-9)


def test_the_seed_decides():
    first, same, other = (performed(Movement(variation=0.1), seed=seed) for seed in (1, 1, 2))

    assert first.reps == same.reps
    np.testing.assert_array_equal(first.pose.rotation, same.pose.rotation)
    assert first.reps != other.reps


def test_what_no_body_can_do_is_refused():
    with pytest.raises(ValueError, match=r"knee would go through the floor|would stretch"):
        performed(Movement(exercise="split_squat", thigh_deg=-25.0, step_m=0.6))


def test_a_case_names_only_what_is_special():
    assert Case(name="plain").movement.exercise == "squat"
