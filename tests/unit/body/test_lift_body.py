"""Stick figures of known geometry through `lift_body`: the skeleton comes back, and what cannot come back is said."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from stickfigure import BLAZEPOSE_NAMES, Movement, Phone, make_track

from lookfeel.body import batch, lift_body, motion
from lookfeel.body.framewise import turning
from lookfeel.errors import InvalidValue, MissingKeypoint
from lookfeel.types import BODY_JOINTS, BodyMotion, CameraView, PoseTrack, Skeleton

SQUAT = Movement(n_reps=1, tempo_s=(1.0, 0.2, 0.8, 0.3), lead_in_s=0.5)
STANCE = {"thigh": 0.408, "shank": 0.4199, "trunk": 0.4845}


def length(body: BodyMotion, start: str, end: str) -> np.ndarray:
    return np.linalg.norm(body.joint(end) - body.joint(start), axis=-1)


def hide(track: PoseTrack, *parts: str, confidence: float = 0.1) -> PoseTrack:
    """The same track with some landmarks doubted."""
    doubted = np.array(track.confidence)
    for k, name in enumerate(track.skeleton.keypoints):
        if any(part in name for part in parts):
            doubted[:, k] = confidence
    return replace(track, confidence=doubted)


@pytest.mark.parametrize("yaw", [0.0, 30.0, -60.0, 90.0, 135.0, 180.0])
def test_bones_keep_their_lengths_at_every_yaw(yaw: float) -> None:
    track, _ = make_track(SQUAT, Phone(yaw_deg=yaw))
    body = lift_body(track, height_m=1.70)
    for side in ("left", "right"):
        assert length(body, f"{side}_knee", f"{side}_hip") == pytest.approx(body.segment_m["thigh"], abs=0.025)
        assert length(body, f"{side}_ankle", f"{side}_knee") == pytest.approx(body.segment_m["shank"], abs=0.025)
    for name, true in STANCE.items():
        assert body.segment_m[name] == pytest.approx(true, rel=0.06)


@pytest.mark.parametrize("yaw", [0.0, 45.0, 90.0, 180.0])
@pytest.mark.parametrize("exercise", ["squat", "lunge"])
def test_hips_are_as_high_as_they_are(yaw: float, exercise: str) -> None:
    track, truth = make_track(replace(SQUAT, exercise=exercise), Phone(yaw_deg=yaw))
    body = lift_body(track, height_m=1.70)
    height = 0.5 * (body.joint("left_hip") + body.joint("right_hip"))[:, 2]
    assert np.abs(height - truth.signals["hip_height_m"]).mean() < 0.03


def test_axes_are_ahead_left_and_up() -> None:
    track, _ = make_track(SQUAT, Phone(yaw_deg=30.0))
    body = lift_body(track)
    assert np.all(body.joint("left_knee")[:, 1] > body.joint("right_knee")[:, 1])
    assert np.all(body.joint("left_toe")[:, 0] > body.joint("left_heel")[:, 0])
    assert np.all(body.joint("left_shoulder")[:, 2] > body.joint("left_hip")[:, 2])
    assert np.abs(body.joint("left_toe")[:, 2]).max() < 0.05


def test_mirror_swaps_left_and_right() -> None:
    track, _ = make_track(replace(SQUAT, valgus_m=(0.05, 0.0)), Phone(yaw_deg=20.0))
    swap = list(track.skeleton.mirrored())
    flipped = np.array(track.xy_px)[:, swap]
    flipped[..., 0] = track.width_px - flipped[..., 0]
    view = CameraView(name="front", yaw_deg=-20.0, yaw_sd_deg=4.0, confidence=0.95)
    mirrored = lift_body(replace(track, xy_px=flipped, view=view))
    body = lift_body(track)
    for name in BODY_JOINTS:
        side, part = name.split("_")
        other = mirrored.joint(f"{'right' if side == 'left' else 'left'}_{part}")
        np.testing.assert_allclose(other * (1.0, -1.0, 1.0), body.joint(name), atol=1e-6)


def test_picture_size_does_not_matter() -> None:
    track, _ = make_track(SQUAT, Phone(yaw_deg=45.0))
    large = replace(track, xy_px=2.0 * track.xy_px, width_px=2 * track.width_px, height_px=2 * track.height_px)
    np.testing.assert_allclose(lift_body(large).position_m, lift_body(track).position_m, atol=1e-6)


def test_stature_scales_everything_and_says_so() -> None:
    track, _ = make_track(SQUAT, Phone(yaw_deg=90.0))
    assumed, given = lift_body(track), lift_body(track, height_m=1.90)
    assert not assumed.is_metric
    assert given.is_metric
    assert given.segment_m["thigh"] / assumed.segment_m["thigh"] == pytest.approx(1.9 / 1.7, rel=0.01)


def test_a_hand_held_phone_does_not_lift_the_floor() -> None:
    track, truth = make_track(replace(SQUAT, n_reps=2), Phone(yaw_deg=90.0))
    drift = np.zeros((len(track.time_s), 1, 2))
    drift[:, 0, 1] = 25.0 * np.sin(2 * np.pi * track.time_s / 6.0)  # +-25 px, some 9 cm at the athlete
    body = lift_body(replace(track, xy_px=track.xy_px + drift), height_m=1.70)
    height = 0.5 * (body.joint("left_hip") + body.joint("right_hip"))[:, 2]
    assert np.abs(height - truth.signals["hip_height_m"]).mean() < 0.04


def test_unseen_feet_are_nan_and_hips_are_not() -> None:
    track, truth = make_track(SQUAT, Phone(yaw_deg=60.0))
    body = lift_body(hide(track, "ankle", "heel", "foot_index"), height_m=1.70)
    for part in ("ankle", "heel", "toe"):
        assert np.isnan(body.joint(f"left_{part}")).all()
    height = 0.5 * (body.joint("left_hip") + body.joint("right_hip"))[:, 2]
    true = truth.signals["hip_height_m"]
    assert np.corrcoef(height, true)[0, 1] > 0.99
    assert np.ptp(height) == pytest.approx(np.ptp(true), rel=0.2)


def test_points_outside_the_picture_are_unseen() -> None:
    track, _ = make_track(SQUAT, Phone(yaw_deg=90.0))
    moved = np.array(track.xy_px)
    moved[:, BLAZEPOSE_NAMES.index("left_ankle"), 1] = track.height_px + 30
    assert np.isnan(lift_body(replace(track, xy_px=moved)).joint("left_ankle")).all()


def test_a_hidden_hip_is_held_by_its_neighbours_with_a_wider_covariance() -> None:
    track, truth = make_track(SQUAT, Phone(yaw_deg=90.0))
    clear, covered = lift_body(track, height_m=1.70), lift_body(hide(track, "right_hip"), height_m=1.70)
    hip = BODY_JOINTS.index("right_hip")
    assert np.isfinite(covered.position_m[:, hip]).all()
    assert np.all(covered.covariance_m2[:, hip, 2, 2] > clear.covariance_m2[:, hip, 2, 2])
    error = covered.joint("right_hip")[:, 2] - truth.joints["right_hip"][:, 2]
    assert np.abs(error).mean() < 0.05


def test_filled_frames_are_less_certain() -> None:
    track, _ = make_track(SQUAT, Phone(yaw_deg=90.0))
    filled = np.array(track.was_filled)
    filled[20:30] = True
    wide, plain = lift_body(replace(track, was_filled=filled)), lift_body(track)
    knee = BODY_JOINTS.index("left_knee")
    assert np.all(wide.covariance_m2[20:30, knee, 2, 2] > plain.covariance_m2[20:30, knee, 2, 2])


def test_covariances_are_symmetric_and_positive() -> None:
    track, _ = make_track(SQUAT, Phone(yaw_deg=45.0, noise_px=2.0))
    body = lift_body(track)
    for block in (body.covariance_m2.reshape(-1, 3, 3), *body.segment_covariance_m2.values()):
        np.testing.assert_allclose(block, np.swapaxes(block, 1, 2), atol=1e-10)
        assert np.all(np.linalg.eigvalsh(block) > 0)


def test_long_clips_are_solved_in_blocks_without_seams() -> None:
    track, _ = make_track(replace(SQUAT, n_reps=4), Phone(yaw_deg=90.0, fps=60.0))
    assert len(track.time_s) > 2 * 256
    jump = np.abs(np.diff(lift_body(track).position_m, axis=0)).max(axis=(1, 2))
    assert jump[255] <= jump.max()
    assert jump.max() < 0.06


def test_a_long_clip_takes_no_more_rounds_than_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[int] = []

    def counted(*given: Any, **options: Any) -> batch.Fit:
        found = batch.fit(*given, **options)
        rounds.append(found.n_rounds)
        return found

    monkeypatch.setattr(motion, "fit", counted)
    totals = []
    for n_reps in (3, 20):
        rounds.clear()
        lift_body(make_track(Movement(n_reps=n_reps), Phone(yaw_deg=45.0, noise_px=2.0))[0])
        totals.append(sum(rounds))
    assert totals[1] <= 1.3 * totals[0]


@pytest.mark.parametrize(("height_m", "pitch_deg", "is_steep"), [(1.0, 3.0, False), (3.2, 42.0, True)])
def test_a_phone_that_looks_down_steeply_is_said(height_m: float, pitch_deg: float, is_steep: bool) -> None:
    phone = Phone(height_m=height_m, pitch_down_deg=pitch_deg, distance_m=2.5, yaw_deg=20.0)
    body = lift_body(make_track(SQUAT, phone)[0])
    assert any("steeply" in warning for warning in body.warnings) == is_steep


def test_never_seen_body_is_all_nan() -> None:
    track, _ = make_track(SQUAT)
    body = lift_body(replace(track, xy_px=np.full_like(track.xy_px, np.nan)))
    assert np.isnan(body.position_m).all()
    assert body.warnings


def test_same_track_gives_same_body_and_survives_a_worker() -> None:
    track, _ = make_track(SQUAT, Phone(noise_px=1.0))
    first, second = lift_body(track), pickle.loads(pickle.dumps(lift_body(track)))
    np.testing.assert_array_equal(first.position_m, second.position_m)
    assert not second.position_m.flags.writeable
    assert not second.segment_covariance_m2["trunk"].flags.writeable


def test_unknown_direction_is_said() -> None:
    track, _ = make_track(SQUAT)
    view = CameraView(name="unknown", yaw_deg=None, yaw_sd_deg=None, confidence=0.0)
    assert "direction" in lift_body(replace(track, view=view)).warnings[0]


def test_name_of_the_view_stands_in_for_its_degrees() -> None:
    track, _ = make_track(SQUAT, Phone(yaw_deg=90.0))
    named = replace(track, view=CameraView(name="side_left", yaw_deg=None, yaw_sd_deg=4.0, confidence=0.9))
    np.testing.assert_allclose(lift_body(named).position_m, lift_body(track).position_m)


@pytest.mark.parametrize("height", [0.0, 17.0, 175.0])
def test_impossible_stature_is_refused(height: float) -> None:
    track, _ = make_track(SQUAT)
    with pytest.raises(InvalidValue, match="height"):
        lift_body(track, height_m=height)


def test_skeleton_without_knees_is_refused() -> None:
    track, _ = make_track(SQUAT)
    names = tuple(name.replace("knee", "patella") for name in track.skeleton.keypoints)
    with pytest.raises(MissingKeypoint, match="left_knee"):
        lift_body(replace(track, skeleton=Skeleton(name="other", keypoints=names, edges=())))


def test_an_uncertain_heading_blurs_sideways_only() -> None:
    wide = turning(np.array([[0.4, 0.0, 0.2]]), yaw_sd_rad=0.1)
    assert wide[0, 1, 1] == pytest.approx(0.04**2)
    assert wide[0, 0, 0] == 0.0
    assert wide[0, 2, 2] == 0.0


@pytest.mark.parametrize("off", [-12.0, 12.0])
def test_a_wrong_heading_is_put_right(off: float) -> None:
    track, truth = make_track(SQUAT, Phone(yaw_deg=20.0))
    view = CameraView(name="front", yaw_deg=20.0 + off, yaw_sd_deg=8.0, confidence=0.9)
    body = lift_body(replace(track, view=view))
    hips = body.joint("left_knee") - body.joint("right_knee")
    true = truth.joints["left_knee"] - truth.joints["right_knee"]
    heading = np.degrees(np.arctan2(hips[:, 0], hips[:, 1]) - np.arctan2(true[:, 0], true[:, 1]))
    assert np.abs(heading).mean() < 0.7 * abs(off)


def test_nobody_in_a_frame_is_no_body_in_it() -> None:
    """A fit over the whole clip goes on through a gap, but what it guesses there is not given."""
    track = make_track(Movement(n_reps=1), Phone(yaw_deg=90.0))[0]
    xy = track.xy_px.copy()
    xy[40:60] = np.nan
    body = lift_body(replace(track, xy_px=xy))
    assert np.isnan(body.position_m[40:60]).all()
    assert np.isnan(body.covariance_m2[40:60]).all()
    assert np.isfinite(body.joint("left_hip")[[39, 60]]).all()
