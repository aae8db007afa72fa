"""Tracks that nobody should send through `lift_body`: it answers, says what it does not know, and invents nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from stickfigure import BLAZEPOSE_NAMES, Movement, Phone, make_track

from lookfeel.body import lift_body
from lookfeel.types import BodyMotion, CameraView, PoseTrack

SQUAT = Movement(n_reps=1, tempo_s=(0.8, 0.2, 0.6, 0.2), lead_in_s=0.3)
TRACK, TRUTH = make_track(SQUAT, Phone(yaw_deg=30.0, noise_px=1.0))
N = len(TRACK.time_s)
FRAMES = np.arange(N)[:, None, None]

Spoil = Callable[[np.ndarray], np.ndarray]


def moved(spoil: Spoil) -> PoseTrack:
    return replace(TRACK, xy_px=spoil(np.array(TRACK.xy_px)))


def first(n_frames: int) -> PoseTrack:
    names = ("time_s", "xy_px", "confidence", "was_filled", "world_m")
    return replace(TRACK, **{name: getattr(TRACK, name)[:n_frames] for name in names})


def only(*names: str) -> PoseTrack:
    keep = np.array([name in names for name in BLAZEPOSE_NAMES])
    return moved(lambda xy: np.where(keep[None, :, None], xy, np.nan))


def seen_from(yaw_deg: float | None, yaw_sd_deg: float | None) -> PoseTrack:
    return replace(TRACK, view=CameraView(name="front", yaw_deg=yaw_deg, yaw_sd_deg=yaw_sd_deg, confidence=0.9))


def exchanged(xy: np.ndarray) -> np.ndarray:
    mirror = {"left": "right", "right": "left"}
    other = [
        BLAZEPOSE_NAMES.index(mirror[name.split("_")[0]] + name[name.index("_") :])
        if name.split("_")[0] in mirror
        else k
        for k, name in enumerate(BLAZEPOSE_NAMES)
    ]
    xy[20:30] = xy[20:30][:, other]
    return xy


HARD: dict[str, Callable[[], PoseTrack]] = {
    "never seen": lambda: moved(lambda xy: xy * np.nan),
    "one joint": lambda: only("left_knee"),
    "one shoulder and one knee": lambda: only("left_knee", "right_shoulder"),
    "no feet, no hips": lambda: only("left_knee", "right_knee", "left_shoulder", "right_shoulder"),
    "one frame seen": lambda: moved(lambda xy: np.where(FRAMES == N // 2, xy, np.nan)),
    "a second in the middle unseen": lambda: moved(lambda xy: np.where(abs(FRAMES - N // 2) < 15, np.nan, xy)),
    "most points missing": lambda: moved(
        lambda xy: np.where(np.random.default_rng(0).random(xy.shape[:2])[..., None] < 0.4, np.nan, xy)
    ),
    "nobody moves": lambda: moved(lambda xy: np.repeat(xy[:1], N, axis=0)),
    "on one column": lambda: moved(lambda xy: xy * (0.0, 1.0) + (300.0, 0.0)),
    "upside down": lambda: moved(lambda xy: (0.0, 1280.0) + xy * (1.0, -1.0)),
    "enormous coordinates": lambda: moved(lambda xy: 1e6 * xy),
    "tiny picture": lambda: replace(moved(lambda xy: 0.01 * xy), width_px=8, height_px=13),
    "wild noise": lambda: moved(lambda xy: xy + np.random.default_rng(0).normal(0.0, 150.0, xy.shape)),
    "two people in turn": lambda: moved(lambda xy: xy + np.where(FRAMES % 2, (150.0, 0.0), (0.0, 0.0))),
    "left and right exchanged": lambda: moved(exchanged),
    "comes nearer": lambda: moved(lambda xy: (360.0, 640.0) + (xy - (360.0, 640.0)) * (0.3 + 0.7 * FRAMES / N)),
    "nothing sure": lambda: replace(TRACK, confidence=0.0 * TRACK.confidence),
    "all filled": lambda: replace(TRACK, was_filled=np.ones_like(TRACK.was_filled)),
    "20 s without a frame": lambda: replace(TRACK, time_s=TRACK.time_s + 20.0 * (np.arange(N) > N // 2)),
    "one frame a second": lambda: replace(TRACK, time_s=30.0 * TRACK.time_s),
    "frames in a millisecond": lambda: replace(TRACK, time_s=1e-3 * TRACK.time_s),
    "late clock": lambda: replace(TRACK, time_s=1e6 + TRACK.time_s),
    "no rough 3-D": lambda: replace(TRACK, world_m=np.full_like(TRACK.world_m, np.nan)),
    "absurd rough 3-D": lambda: replace(TRACK, world_m=1e8 * TRACK.world_m),
    "heading given as exact": lambda: seen_from(30.0, 0.0),
    "heading wrong by half a turn": lambda: seen_from(210.0, 4.0),
    **{f"{n} frames": (lambda n=n: first(n)) for n in (2, 3, 7, 8, 9)},
}


def check(body: BodyMotion, track: PoseTrack) -> None:
    """What is promised of every answer."""
    known = np.isfinite(body.position_m).all(axis=-1)
    assert body.position_m.shape == (len(track.time_s), len(body.joints), 3)
    np.testing.assert_array_equal(known, np.isfinite(body.covariance_m2).all(axis=(-1, -2)))
    assert not np.isinf(body.position_m).any()
    assert not np.isinf(body.covariance_m2).any()
    if known.any():
        assert np.linalg.eigvalsh(body.covariance_m2[known]).min() > 0.0
        assert body.camera is not None
        assert np.isfinite([body.camera.focal_px, *body.camera.position_m, *body.camera.axes.ravel()]).all()
        assert all(np.isfinite(block).all() for block in body.segment_covariance_m2.values())
    else:
        assert body.warnings
    assert all(np.isfinite(length) and length > 0.0 for length in body.segment_m.values())


@pytest.mark.parametrize("name", HARD)
def test_hard_clips_are_answered(name: str) -> None:
    track = HARD[name]()
    check(lift_body(track), track)


@pytest.mark.parametrize("name", ["left and right exchanged", "two people in turn", "no rough 3-D", "late clock"])
def test_what_can_be_put_right_is(name: str) -> None:
    hips = lift_body(HARD[name](), height_m=1.70).joint("left_hip")[:, 2]
    assert np.abs(hips - TRUTH.joints["left_hip"][:, 2]).mean() < 0.04


def test_a_single_frame_is_lifted_by_itself() -> None:
    body = lift_body(first(1))
    check(body, first(1))
    assert np.isfinite(body.joint("left_knee")).all()


@pytest.mark.parametrize(("yaw", "yaw_sd"), [(np.nan, 4.0), (30.0, np.nan)])
def test_a_heading_that_is_no_number_counts_as_unknown(yaw: float, yaw_sd: float) -> None:
    check(lift_body(seen_from(yaw, yaw_sd)), TRACK)


def test_a_network_that_is_more_than_sure_is_taken_as_sure() -> None:
    sure = replace(TRACK, confidence=np.full_like(TRACK.confidence, 4.0 / 3.0))
    np.testing.assert_allclose(
        lift_body(sure).position_m, lift_body(replace(sure, confidence=np.ones_like(sure.confidence))).position_m
    )
