"""Virtual phones: the skeleton, the landmarks' error model, and what is filmed, on small made-up data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.accuracy.compare import compare
from benchmarks.accuracy.factorial import short_cases
from benchmarks.accuracy.methods import OURS, PERFECT, estimate_all
from benchmarks.accuracy.running import job_of_case
from benchmarks.mocap import __main__ as command
from benchmarks.mocap.landmark_errors import (
    NAMES,
    SeenClip,
    design,
    draw_errors,
    fit_errors,
    kind_of,
    offset_of,
    side_sign,
    slow_and_quick,
)
from benchmarks.mocap.motion import Motion, in_room, landmarks_of, reps_of, resampled, signals_of
from benchmarks.mocap.phones import film, phones, turn_world, watch_virtual
from benchmarks.mocap.real import Lens, place_room
from benchmarks.mocap.running import rendered_clips
from benchmarks.mocap.sheets import reference_sheet
from benchmarks.mocap.skeleton import fit_lengths, joints_from_angles
from benchmarks.mocap.subjects import on_planted_feet, z_up
from lookfeel.export import CoordinateTable
from lookfeel.tracks import track_athlete
from scripts.render_samples.cases import Phone

SHANK, THIGH = 0.40, 0.41


def squat_angles(n_reps: int = 2, rate_hz: float = 50.0, abduction_rad: float = 0.10) -> CoordinateTable:
    """A symmetric squat by joint angles, hips falling so that the ankles stay; exactly so only without abduction."""
    time_s = np.arange(0.0, 1.0 + 2.5 * n_reps, 1.0 / rate_hz)
    deep = sum((_bump((time_s - 0.7 - 2.5 * i) / 2.0) for i in range(n_reps)), np.zeros_like(time_s))
    shank, thigh, trunk = np.radians(30.0) * deep, np.radians(80.0) * deep, np.radians(40.0) * deep
    columns = {"pelvis_tilt": -trunk, "pelvis_list": 0 * deep, "pelvis_rotation": 0 * deep}
    hip_x, hip_y = SHANK * np.sin(shank) - THIGH * np.sin(thigh), SHANK * np.cos(shank) + THIGH * np.cos(thigh)
    back, low = -0.056, -0.079  # the hips in the pelvis
    columns["pelvis_tx"] = hip_x - (back * np.cos(trunk) + low * np.sin(trunk))
    columns["pelvis_ty"] = hip_y - (-back * np.sin(trunk) + low * np.cos(trunk)) + 0.08
    columns["pelvis_tz"] = 0 * deep
    for end in ("l", "r"):
        columns |= {f"hip_flexion_{end}": thigh + trunk, f"hip_adduction_{end}": 0 * deep - abduction_rad}
        columns |= {f"hip_rotation_{end}": 0 * deep, f"knee_angle_{end}": shank + thigh, f"ankle_angle_{end}": shank}
        columns |= {f"arm_flex_{end}": 0 * deep + 1.5, f"arm_add_{end}": 0 * deep, f"arm_rot_{end}": 0 * deep}
        columns |= {f"elbow_flex_{end}": 0 * deep}
    columns |= {f"lumbar_{name}": 0 * deep for name in ("extension", "bending", "rotation")}
    return CoordinateTable(
        name="made up",
        columns=tuple(columns),
        time_s=time_s,
        values=np.stack(list(columns.values()), axis=-1),
        is_in_degrees=False,
    )


def _bump(share):
    """0, 1 in the middle, 0 again; smooth."""
    p = np.clip(share, 0.0, 1.0)
    return 0.5 - 0.5 * np.cos(2.0 * np.pi * p)


@pytest.fixture(scope="module")
def motion() -> Motion:
    table = squat_angles()
    joints = {name: z_up(points) for name, points in joints_from_angles(table).items()}
    joints = in_room(on_planted_feet(joints), 0.0)
    return Motion(
        name="made_up", about="", time_s=table.time_s, joints=joints, reference_s=((0.7, 1.7, 2.7),), stature_m=1.7
    )


class TestSkeleton:
    def test_lengths_are_those_with_which_the_ankles_stay(self):
        joints = joints_from_angles(squat_angles(abduction_rad=0.0))

        thigh = np.linalg.norm(joints["left_hip"] - joints["left_knee"], axis=-1)
        shank = np.linalg.norm(joints["left_ankle"] - joints["left_knee"], axis=-1)
        assert np.ptp(thigh) < 1e-9
        assert thigh[0] == pytest.approx(THIGH, abs=0.01)
        assert shank[0] == pytest.approx(SHANK, abs=0.01)
        assert np.ptp(joints["left_ankle"], axis=0).max() < 0.01

    def test_without_movement_the_generic_lengths_stand(self):
        legs = [np.tile(np.eye(3), (5, 1, 1))] * 2

        np.testing.assert_allclose(fit_lengths(np.zeros((5, 3)), legs), [1.0, 0.41, 0.40])

    def test_left_and_right_mirror_each_other(self):
        joints = joints_from_angles(squat_angles())

        for part in ("hip", "knee", "ankle", "heel", "toe", "shoulder", "elbow", "wrist"):
            np.testing.assert_allclose(
                joints[f"left_{part}"], joints[f"right_{part}"] * (1.0, 1.0, -1.0), atol=1e-9, err_msg=part
            )


class TestMotion:
    def test_the_person_faces_ahead_on_planted_feet(self, motion):
        joints = motion.joints

        assert np.ptp(joints["left_toe"], axis=0).max() < 1e-9
        assert (joints["left_hip"] - joints["right_hip"])[0, 1] > 0.1
        assert (joints["left_toe"] - joints["left_heel"])[0, 0] > 0.15
        assert joints["left_heel"][0, 2] == pytest.approx(0.011)

    def test_a_turned_laboratory_makes_no_difference(self, motion):
        angle = np.radians(70.0)
        turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1.0]])
        turned = {name: points @ turn.T + (3.0, -2.0, 0.5) for name, points in motion.joints.items()}

        back = in_room(turned, 0.5)

        for name, points in motion.joints.items():
            np.testing.assert_allclose(back[name], points, atol=1e-9)

    def test_repetitions_and_signals_are_as_made(self, motion):
        signals = signals_of(motion.joints, motion.time_s)
        reps = reps_of(signals, motion.time_s)

        assert [round(rep.window.bottom_s, 1) for rep in reps] == [1.7, 4.2]
        assert signals["knee_flexion_left_deg"].max() == pytest.approx(110.0, abs=1.0)
        assert signals["shank_tilt_left_deg"].max() == pytest.approx(30.0, abs=1.0)

    def test_resampling_begins_at_zero_and_keeps_the_movement(self, motion):
        late = replace(motion, time_s=motion.time_s + 5.0, reference_s=((5.7, 6.7, 7.7),))

        again = resampled(late, 30.0)

        assert again.time_s[0] == 0.0
        assert again.reference_s[0] == pytest.approx((0.7, 1.7, 2.7))
        assert again.joints["left_hip"][:, 2].min() == pytest.approx(motion.joints["left_hip"][:, 2].min(), abs=1e-3)

    def test_all_landmarks_are_known(self, motion):
        points = landmarks_of(motion.joints)

        assert points.shape == (len(motion.time_s), 33, 3)
        assert np.isfinite(points).all()


def made_up_clip(name: str, yaw_deg: float, offset, seed: int, noise: float = 0.001) -> SeenClip:
    """A clip whose hips err by an offset in the body's axes (ahead, outward, up), and nothing else errs."""
    rng = np.random.default_rng(seed)
    n, yaw = 120, np.radians(yaw_deg)
    axes = np.tile([[-np.sin(yaw), np.cos(yaw), 0.0], [0.0, 0.0, -1.0]], (n, 1, 1))
    flexion = {side: 45.0 - 45.0 * np.cos(np.linspace(0.0, 12.0, n)) for side in ("left", "right")}
    error = noise * rng.standard_normal((n, 33, 2))
    for side in ("left", "right"):
        k = NAMES.index(f"{side}_hip")
        error[:, k] += axes @ (np.asarray(offset) * (1.0, side_sign(f"{side}_hip"), 1.0))
    return SeenClip(
        name=name,
        time_s=np.arange(n) / 25.0,
        error=error,
        confidence=np.full((n, 33), 0.9),
        axes=axes,
        yaw_deg=yaw_deg,
        flexion_deg=flexion,
        yaw_error_deg=-4.0 * np.sign(yaw_deg),
    )


@pytest.fixture(scope="module")
def errors():
    offset = (0.012, 0.010, 0.015)
    return fit_errors([made_up_clip(f"c{i}", yaw, offset, i) for i, yaw in enumerate((0.0, 45.0, 90.0, -60.0, 30.0))])


class TestLandmarkErrors:
    def test_an_offset_is_found_in_the_bodys_axes(self, errors):
        found = offset_of(errors, "left_hip").reshape(5, 3)

        np.testing.assert_allclose(found[0], (0.012, 0.010, 0.015), atol=0.002)
        assert np.abs(found[1:3]).max() < 0.004
        assert errors.points["knee"].rms < 0.003

    def test_the_camera_is_read_toward_the_front_as_it_was(self, errors):
        assert errors.yaw_pull_deg == pytest.approx(4.0)
        assert errors.yaw_sd_deg < 0.1

    def test_both_sides_mirror_each_other(self):
        axes, bent = np.tile(np.eye(3)[1:], (4, 1, 1)), {side: np.full(4, 50.0) for side in ("left", "right")}

        left, right = design("left_knee", axes, 30.0, bent), design("right_knee", axes, -30.0, bent)

        np.testing.assert_allclose(left[:, 0], -right[:, 0])
        np.testing.assert_allclose(left[:, 1], right[:, 1])

    def test_drawn_errors_have_the_size_that_was_measured(self, errors):
        clip = made_up_clip("new", 20.0, (0.0, 0.0, 0.0), 9)

        drawn, confidence = draw_errors(
            errors, clip.axes, clip.time_s, 20.0, clip.flexion_deg, np.random.default_rng(1)
        )

        up = -drawn[:, NAMES.index("left_hip"), 1].mean()
        assert up == pytest.approx(0.015, abs=0.004)
        assert np.abs(drawn[:, NAMES.index("left_knee")]).max() < 0.01
        assert confidence.min() == pytest.approx(0.9)

    def test_the_same_seed_draws_the_same(self, errors):
        clip = made_up_clip("new", 20.0, (0.0, 0.0, 0.0), 9)
        draws = [
            draw_errors(errors, clip.axes, clip.time_s, 20.0, clip.flexion_deg, np.random.default_rng(3))[0]
            for _ in range(2)
        ]

        np.testing.assert_array_equal(*draws)

    def test_wander_and_jitter_are_told_apart(self):
        rng = np.random.default_rng(0)
        slow, quick = np.zeros((20000, 2)), 0.5 * rng.standard_normal((20000, 2))
        for i in range(1, len(slow)):
            slow[i] = 0.9 * slow[i - 1] + np.sqrt(1.0 - 0.81) * rng.standard_normal(2)

        slow_sd, tau_s, quick_sd = slow_and_quick(slow + quick, 0.04)

        assert slow_sd == pytest.approx(1.0, abs=0.1)
        assert quick_sd == pytest.approx(0.5, abs=0.1)
        assert tau_s == pytest.approx(0.04 / -np.log(0.9), rel=0.25)

    def test_names_of_kinds(self):
        assert (kind_of("left_eye_inner"), kind_of("mouth_right"), kind_of("nose")) == ("eye_inner", "mouth", "nose")


class TestPhones:
    def test_phones_stand_all_around(self):
        places = list(phones(45, (3.0,)))

        assert len(places) == 7 * 3
        assert {place.yaw_deg for place in places} == {-90.0, -45.0, 0.0, 45.0, 90.0, 135.0, 180.0}

    @pytest.mark.parametrize("yaw", [-60.0, 0.0, 90.0, 150.0])
    def test_the_camera_is_where_it_was_put_and_can_be_turned(self, motion, errors, yaw):
        clip = film(motion, Phone(yaw_deg=yaw, distance_m=3.0), 1)
        quiet = replace(errors, yaw_pull_deg=0.0, yaw_sd_deg=0.0)
        _, _, detections = watch_virtual(clip, quiet)
        turned = replace(detections, world_m=turn_world(detections.world_m[:, 0], 10.0)[:, None])

        for seen, true in ((detections, yaw), (turned, yaw + 10.0)):
            said = track_athlete(seen).view.yaw_deg
            assert said is not None
            assert abs((said - true + 180.0) % 360.0 - 180.0) < 5.0

    def test_the_whole_program_measures_a_virtual_clip(self, motion, errors):
        clip = film(motion, Phone(yaw_deg=90.0, distance_m=3.0), 1)

        result = compare(clip.truth, estimate_all(clip.truth, watch_virtual(clip, errors)))

        found = {verdict.method: verdict.n_matched for verdict in result.verdicts}
        assert found[OURS] == found[PERFECT] == 2
        knees = [
            row.error
            for row in result.rows
            if row.method == PERFECT and row.measure == "knee_flexion_deg" and row.error
        ]
        assert len(knees) == 4
        assert max(abs(error) for error in knees) < 8.0
        assert not any(row.measure == "heel_rise_m" for row in result.rows)


def test_a_room_is_placed_before_two_phones(motion):
    upright = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, -1.0], [-1.0, 0.0, 0.0]])
    focal = np.array([[900.0, 0.0, 360.0], [0.0, 900.0, 640.0], [0.0, 0.0, 1.0]])
    lenses = []
    for yaw in (20.0, -20.0):
        angle = np.radians(yaw)
        round_z = np.array([[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1.0]])
        rotation = upright @ round_z
        place = 3000.0 * np.array([np.cos(angle), np.sin(angle), 0.35])
        lenses.append(Lens(matrix=focal, distortion=np.zeros(5), rotation=rotation, translation_mm=-rotation @ place))
    seen = [lens.project(1000.0 * landmarks_of(motion.joints)) for lens in lenses]

    turn, shift_mm = place_room(motion.joints, lenses, seen)

    np.testing.assert_allclose(turn, np.eye(3), atol=1e-3)
    np.testing.assert_allclose(shift_mm, 0.0, atol=2.0)


def test_true_repetitions_are_held_against_the_datas_own(motion):
    own = replace(motion, reference_s=((0.7, 1.7, 2.7), (3.2, 4.3, 5.2), (9.0, 9.5, 10.0)))

    (line,) = reference_sheet([own]).rows

    assert line[:4] == ("made up", "3", "2", "2")
    assert line[6:8] == ("−0.05", "0.10")


def test_rendered_clips_hang_on_the_form_alone(tmp_path, monkeypatch):
    folder = job_of_case(short_cases()[0]).video.parent.name
    monkeypatch.setattr("benchmarks.accuracy.running.RENDERED", tmp_path)
    names = (folder, short_cases()[0].name), ("0" * 16, "left_over")
    for place, name in names:
        (tmp_path / place).mkdir()
        for end in (".mp4", "_truth.json", "_truth.npz"):
            (tmp_path / place / f"{name}{end}").touch()

    (*_, last), words = rendered_clips(is_long=False)

    assert last.stem == short_cases()[0].name
    assert words.endswith("1 of 16 short cases")


def test_without_data_there_is_nothing_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["mocap", "--data", str(tmp_path)])

    assert command.main() == 0
    assert "no motion capture data" in capsys.readouterr().out
