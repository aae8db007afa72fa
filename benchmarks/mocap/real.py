"""Two real videos with OpenCap's two-camera result enter; clips with truth leave, its joints put into the picture.

OpenCap is markerless, a few degrees from markers, and its joints are not stiff: this is a comparison, not exact truth.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares
from scipy.spatial.transform import Rotation

from benchmarks.accuracy.methods import Watched
from benchmarks.accuracy.truth import ClipTruth
from benchmarks.mocap.landmark_errors import main_person
from benchmarks.mocap.motion import (
    SIGNS,
    SOLE_M,
    Joints,
    in_room,
    is_standing,
    landmarks_of,
    middle,
    reps_of,
    signals_of,
)
from benchmarks.mocap.phones import NOT_TRUE
from benchmarks.mocap.subjects import HIP_HEIGHT, z_up
from lookfeel.export import MarkerMotion, read_trc
from lookfeel.pose.skeleton import BLAZEPOSE_33
from lookfeel.types import FloatArray, PoseDetections
from scripts.render_samples.cases import Case, Phone

FOLDER = "opencap_armraise"
VIDEOS = ("oc_armraise_cam0.mov", "oc_armraise_cam1.mov")
SECOND_TOE = 0.3  # of the way from the big toe's tip to the little one's: BlazePose's point. Chosen by us
PLACED_BY = tuple(f"{side}_{part}" for side in SIGNS for part in ("shoulder", "hip", "knee", "ankle"))
EVERY = 12  # frames: enough to find where the room stands
DOUBT_PX = 8.0  # from here on a point counts less: a landmark that is off should not pull the room
AVERAGE_MM = 1000.0


@dataclass(frozen=True, kw_only=True)
class Lens:
    """A calibrated phone in millimetres of its own calibration's room. distortion: k1, k2, p1, p2, k3 (OpenCV's)."""

    matrix: FloatArray
    distortion: FloatArray
    rotation: FloatArray
    translation_mm: FloatArray

    def project(self, points_mm: FloatArray) -> FloatArray:
        """(..., 3) to (..., 2) pixels of the upright picture."""
        local = points_mm @ self.rotation.T + self.translation_mm
        x, y = local[..., 0] / local[..., 2], local[..., 1] / local[..., 2]
        k1, k2, p1, p2, k3 = self.distortion
        r2 = x**2 + y**2
        radial = 1.0 + r2 * (k1 + r2 * (k2 + r2 * k3))
        u = x * radial + 2.0 * p1 * x * y + p2 * (r2 + 2.0 * x**2)
        v = y * radial + p1 * (r2 + 2.0 * y**2) + 2.0 * p2 * x * y
        (fx, _, cx), (_, fy, cy), _ = self.matrix
        return np.stack([fx * u + cx, fy * v + cy], axis=-1)


@dataclass(frozen=True, kw_only=True)
class RealClip:
    """A real video with truth. px_per_m (T, 33) at each point's distance; axes (T, 2, 3) as in SeenClip."""

    truth: ClipTruth
    px_per_m: FloatArray
    axes: FloatArray
    stature_m: float


def read_lens(path: Path) -> Lens:
    """A camera's calibration as OpenCap writes it."""
    said = json.loads(path.read_text(encoding="utf-8"))
    return Lens(
        matrix=np.array(said["intrinsicMat"], dtype=np.float64),
        distortion=np.array(said["distortion"], dtype=np.float64).ravel(),
        rotation=np.array(said["rotation"], dtype=np.float64),
        translation_mm=np.array(said["translation"], dtype=np.float64).ravel(),
    )


def opencap_joints(motion: MarkerMotion) -> Joints:
    """Joint centres among OpenCap's points, z up, in the axes of its room."""
    at = {name: z_up(motion.marker(name)) for name in motion.markers}
    joints: Joints = {}
    for side, big, small in (("left", "L", "L"), ("right", "R", "r")):
        joints |= {
            f"{side}_shoulder": at[f"{big}Shoulder"],
            f"{side}_elbow": at[f"{big}Elbow"],
            f"{side}_wrist": at[f"{big}Wrist"],
            f"{side}_hip": at[f"{big}HJC_study"],
            f"{side}_knee": 0.5 * (at[f"{small}_knee_study"] + at[f"{small}_mknee_study"]),
            f"{side}_ankle": 0.5 * (at[f"{small}_ankle_study"] + at[f"{small}_mankle_study"]),
            f"{side}_heel": at[f"{big}Heel"],
            f"{side}_toe": at[f"{big}BigToe"] + SECOND_TOE * (at[f"{big}SmallToe"] - at[f"{big}BigToe"]),
        }
    return joints


def video_paths(data: Path) -> list[Path]:
    """Both videos; none unless everything is there."""
    needed = [data / "mocap" / FOLDER / f"cam{i}_calibration.json" for i in range(len(VIDEOS))]
    videos = [data / "clips" / name for name in VIDEOS]
    return videos if all(path.exists() for path in (*needed, *videos)) else []


def real_clips(data: Path, watched: Sequence[Watched]) -> Iterator[RealClip]:
    """Both videos with their truth; the detections tell only where OpenCap's room stands before the phones."""
    folder = data / "mocap" / FOLDER
    motion = read_trc(folder / "squats-with-arm-raise.trc")
    joints = opencap_joints(motion)
    floor = _floor(joints)
    placed = in_room(joints, floor - SOLE_M)
    lenses = [read_lens(folder / f"cam{i}_calibration.json") for i in range(len(VIDEOS))]
    seen = [_at_times(detections, motion.time_s) for _, _, detections in watched]
    turn, shift_mm = place_room(placed, lenses, seen)
    for lens, video, (info, _, detections) in zip(lenses, video_paths(data), watched, strict=True):
        size = (info.width_px, info.height_px)
        clip = _real_clip(video, placed, motion.time_s, lens, turn, shift_mm, size)
        yield _later(clip, lag_s(detections, clip.truth))


def lag_s(detections: PoseDetections, truth: ClipTruth) -> float:
    """By how much the picture runs after OpenCap's clock: the shift at which shoulders and wrists move up and down
    together best. One of the two files is late by three frames, which would pass for an error of the measures."""
    rows = [BLAZEPOSE_33.index(f"{side}_{part}") for side in SIGNS for part in ("shoulder", "wrist")]
    seen = np.mean(main_person(detections)[0][:, rows, 1], axis=1)
    true = np.mean(truth.landmarks_px[:, rows, 1], axis=1)
    inside = (truth.time_s > LONGEST_LAG_S) & (truth.time_s < truth.time_s[-1] - LONGEST_LAG_S)
    lags = np.arange(-LONGEST_LAG_S, LONGEST_LAG_S, 1.0 / 240.0)
    apart = [np.std(np.interp(truth.time_s[inside] + lag, detections.time_s, seen) - true[inside]) for lag in lags]
    return float(lags[int(np.argmin(apart))])


LONGEST_LAG_S = 0.25


def _later(clip: RealClip, lag: float) -> RealClip:
    """The same with its truth in the picture's time."""
    time_s = clip.truth.time_s + lag
    reps = reps_of(clip.truth.signals, time_s)
    return dataclasses.replace(clip, truth=dataclasses.replace(clip.truth, time_s=time_s, reps=reps))


def _floor(joints: Joints) -> float:
    """Height of heels and toes when standing."""
    up = is_standing(joints)
    ends = [joints[f"{side}_{part}"][up, 2] for side in SIGNS for part in ("heel", "toe")]
    return float(np.median(np.concatenate(ends)))


def _at_times(detections: PoseDetections, time_s: FloatArray) -> FloatArray:
    """(T, 33, 2) detected points at other times."""
    points = main_person(detections)[0].reshape(len(detections.time_s), -1)
    columns = [np.interp(time_s, detections.time_s, column) for column in points.T]
    return np.stack(columns, axis=-1).reshape(len(time_s), -1, 2)


def place_room(joints: Joints, lenses: Sequence[Lens], seen: Sequence[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Rotation (3, 3) and shift in millimetres from our room to the calibration's, with which the joints meet the
    landmarks of both phones best. Six numbers for two pictures: a landmark's own bias hardly enters."""
    points = np.stack([joints[name] for name in PLACED_BY], axis=1)[::EVERY] * AVERAGE_MM
    wanted = [xy[::EVERY, [BLAZEPOSE_33.index(name) for name in PLACED_BY]] for xy in seen]

    def misses(pose: FloatArray) -> FloatArray:
        there = points @ Rotation.from_rotvec(pose[:3]).as_matrix().T + pose[3:]
        return np.concatenate([(lens.project(there) - xy).ravel() for lens, xy in zip(lenses, wanted, strict=True)])

    fits = [
        least_squares(misses, start, loss="soft_l1", f_scale=DOUBT_PX, x_scale=np.repeat([0.1, 100.0], 3))
        for start in _starts(points, lenses)
    ]
    best = min(fits, key=lambda fit: fit.cost)
    return Rotation.from_rotvec(best.x[:3]).as_matrix(), np.asarray(best.x[3:])


def _starts(points_mm: FloatArray, lenses: Sequence[Lens]) -> Iterator[FloatArray]:
    """Upright before the phones, 3 m away, turned to face them one way or another."""
    lens = lenses[0]
    centre = points_mm.reshape(-1, 3).mean(axis=0)
    target = lens.rotation.T @ (np.array([0.0, 0.0, 3000.0]) - lens.translation_mm)
    upright = lens.rotation.T @ np.array([[0.0, 1.0, 0.0], [0.0, 0.0, -1.0], [-1.0, 0.0, 0.0]])
    for quarter in range(4):
        turn = upright @ Rotation.from_euler("z", 90.0 * quarter, degrees=True).as_matrix()
        yield np.concatenate([Rotation.from_matrix(turn).as_rotvec(), target - turn @ centre])


def _real_clip(
    video: Path,
    joints: Joints,
    time_s: FloatArray,
    lens: Lens,
    turn: FloatArray,
    shift_mm: FloatArray,
    size_px: tuple[int, int],
) -> RealClip:
    signals = signals_of(joints, time_s)
    points = landmarks_of(joints, is_on_sole=False)
    there = AVERAGE_MM * points @ turn.T + shift_mm
    local = (there @ lens.rotation.T + lens.translation_mm) / AVERAGE_MM
    rotation = lens.rotation @ turn
    position = -turn.T @ (lens.rotation.T @ lens.translation_mm + shift_mm) / AVERAGE_MM
    yaw = float(np.degrees(np.arctan2(position[1], position[0])))
    hips = [BLAZEPOSE_33.index(f"{side}_hip") for side in SIGNS]
    height = float(np.median(middle(joints, "hip")[is_standing(joints), 2]))
    phone = Phone(yaw_deg=yaw, height_m=float(position[2]), distance_m=float(np.hypot(position[0], position[1])))
    truth = ClipTruth(
        name=video.stem,
        video=video,
        about="six quick squats of a real person in loose jeans, after raising an arm",
        exercise="squat",
        variant=None,
        slowmo_factor=1.0,
        time_s=time_s,
        signals={name: np.full_like(row, np.nan) if name in NOT_TRUE else row for name, row in signals.items()},
        reps=reps_of(signals, time_s),
        landmark_names=BLAZEPOSE_33.keypoints,
        landmarks_px=lens.project(there),
        landmarks_camera_m=local - local[:, hips].mean(axis=1, keepdims=True),
        width_px=size_px[0],
        height_px=size_px[1],
        case=dataclasses.asdict(Case(name=video.stem, phone=phone)),
    )
    scale = 0.5 * (lens.matrix[0, 0] + lens.matrix[1, 1]) / local[..., 2]
    axes = np.broadcast_to(rotation[:2], (len(time_s), 2, 3))
    return RealClip(truth=truth, px_per_m=scale, axes=np.asarray(axes), stature_m=height / HIP_HEIGHT)
