"""A Motion and a phone enter; the clip it would film leaves: its truth, and what a pose network would see in it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.accuracy.methods import Watched
from benchmarks.accuracy.truth import ClipTruth, read_truth, truth_files
from benchmarks.mocap.landmark_errors import LandmarkErrors, draw_errors
from benchmarks.mocap.motion import Motion, landmarks_of, reps_of, resampled, signals_of
from lookfeel.pose.skeleton import BLAZEPOSE_33
from lookfeel.types import DecodeSummary, FloatArray, PoseDetections, VideoInfo
from scripts.render_samples.cases import Case, Film, Phone
from scripts.render_samples.phone import shoot
from scripts.render_samples.shapes import Shot

FPS = 30.0
HEIGHTS_M = (0.5, 1.0, 1.5)
NOT_TRUE = ("heel_rise_left_m", "heel_rise_right_m")  # feet are put flat on the floor, so this would be made up
FIRST_SEED = 20_000


@dataclass(frozen=True, kw_only=True)
class Virtual:
    """A clip that was never filmed. axes (T, 2, 3): the picture's right and down in the room; px_per_m (T, 33)."""

    truth: ClipTruth
    axes: FloatArray
    px_per_m: FloatArray
    stature_m: float
    seed: int


def phones(yaw_step_deg: int, distances_m: Sequence[float]) -> Iterator[Phone]:
    """Phones all around, at every height and distance."""
    for yaw in range(-90, 181, yaw_step_deg):
        for height in HEIGHTS_M:
            for distance in distances_m:
                yield Phone(yaw_deg=float(yaw), height_m=height, distance_m=distance)


def film(motion: Motion, phone: Phone, seed: int) -> Virtual:
    """Film a motion with a phone on a stand."""
    motion = resampled(motion, FPS)
    case = Case(name=_name(motion, phone), seed=FIRST_SEED + seed, phone=phone, film=Film(fps=FPS))
    shot = shoot(phone, case.film, motion.time_s, case.seed)
    signals = signals_of(motion.joints, motion.time_s)
    reps = reps_of(signals, motion.time_s)
    points = landmarks_of(motion.joints)
    local = in_camera(shot, points)
    middle = 0.5 * (local[:, _AT("left_hip")] + local[:, _AT("right_hip")])
    truth = ClipTruth(
        name=case.name,
        video=Path(case.name),
        about=motion.about,
        exercise="squat",
        variant=None,
        slowmo_factor=1.0,
        time_s=motion.time_s,
        signals={name: np.full_like(row, np.nan) if name in NOT_TRUE else row for name, row in signals.items()},
        reps=reps,
        landmark_names=BLAZEPOSE_33.keypoints,
        landmarks_px=shot.project(points),
        landmarks_camera_m=local - middle[:, None],
        width_px=case.film.width_px,
        height_px=case.film.height_px,
        case=dataclasses.asdict(case),
    )
    px_per_m = shot.focal_px / local[..., 2]
    return Virtual(
        truth=truth, axes=shot.rotation[:, :2], px_per_m=px_per_m, stature_m=motion.stature_m, seed=case.seed
    )


_AT = BLAZEPOSE_33.index


def _name(motion: Motion, phone: Phone) -> str:
    return f"{motion.name} yaw{phone.yaw_deg:+.0f} h{phone.height_m:g} d{phone.distance_m:g}"


def in_camera(shot: Shot, points_m: FloatArray) -> FloatArray:
    """(T, K, 3) room points in the camera's axes."""
    return np.asarray(np.einsum("tij,tkj->tki", shot.rotation, points_m) + shot.translation_m[:, None])


def watch_virtual(clip: Virtual, errors: LandmarkErrors) -> Watched:
    """What the program would have detected, with errors as measured on rendered clips.

    The rough 3-D, from which the program reads only where the camera stands, is the true one turned by as much as that
    reading errs on rendered clips.
    """
    truth, rng = clip.truth, np.random.default_rng([clip.seed, 1])
    flexion = {side: truth.signals[f"knee_flexion_{side}_deg"] for side in ("left", "right")}
    drawn, confidence = draw_errors(errors, clip.axes, truth.time_s, truth.yaw_deg, flexion, rng)
    xy = truth.landmarks_px + drawn * clip.stature_m * clip.px_per_m[..., None]
    pull = -np.sign(np.sin(np.radians(truth.yaw_deg))) * errors.yaw_pull_deg
    turned = turn_world(truth.landmarks_camera_m, pull + errors.yaw_sd_deg * rng.standard_normal())
    return stand_in_info(truth), stand_in_decode(truth), detections_of(truth, xy, turned, confidence)


def copy_of(video: Path) -> Virtual:
    """A rendered clip to be seen with drawn errors, beside what is really detected in it."""
    truth = read_truth(video)
    description, frames = truth_files(video)
    about = json.loads(description.read_text(encoding="utf-8"))
    with np.load(frames) as file:
        rotation, shift, points = (file[name] for name in ("camera_rotation", "camera_translation_m", "landmarks_m"))
    depth = np.einsum("tj,tkj->tk", rotation[:, 2], points) + shift[:, 2:]
    return Virtual(
        truth=truth,
        axes=np.asarray(rotation[:, :2], dtype=np.float64),
        px_per_m=float(about["focal_px"]) / depth,
        stature_m=float(about["stature_m"]),
        seed=FIRST_SEED - 1,
    )


def turn_world(world_m: FloatArray, degrees: float) -> FloatArray:
    """Points in camera axes turned so that the camera seems to stand that much further round the athlete's left."""
    angle = np.radians(degrees)
    cosine, sine = np.cos(angle), np.sin(angle)
    turn = np.array([[cosine, 0.0, -sine], [0.0, 1.0, 0.0], [sine, 0.0, cosine]])
    return np.asarray(world_m @ turn)


def detections_of(truth: ClipTruth, xy_px: FloatArray, world_m: FloatArray, confidence: FloatArray) -> PoseDetections:
    """One person as a backend would give it; outside the picture nothing is seen."""
    size = (truth.width_px, truth.height_px)
    inside = ((xy_px >= 0) & (xy_px <= size)).all(axis=-1)
    return PoseDetections(
        skeleton=BLAZEPOSE_33,
        time_s=truth.time_s,
        xy_px=xy_px[:, None],
        confidence=np.where(inside, confidence, 0.0)[:, None],
        world_m=world_m[:, None],
        score=np.full((len(truth.time_s), 1), 0.99),
        width_px=truth.width_px,
        height_px=truth.height_px,
        backend="virtual",
        weights_sha256=(),
    )


def stand_in_info(truth: ClipTruth) -> VideoInfo:
    """What a file would say of itself."""
    return VideoInfo(
        path=truth.name,
        sha256="0" * 64,
        size_bytes=0,
        container="none",
        codec="none",
        pixel_format="none",
        bit_depth=8,
        width_px=truth.width_px,
        height_px=truth.height_px,
        rotation_deg=0,
        nominal_fps=FPS,
        capture_fps=None,
        slowmo_factor=1.0,
        duration_s=float(truth.time_s[-1]),
        n_frames_declared=len(truth.time_s),
    )


def stand_in_decode(truth: ClipTruth) -> DecodeSummary:
    """A file that was read whole."""
    return DecodeSummary(
        n_frames=len(truth.time_s),
        duration_s=float(truth.time_s[-1]),
        is_partial=False,
        is_variable_rate=False,
        median_fps=FPS,
    )
