"""Stick figures with exact truth: settings of a movement enter, a PoseTrack from a pinhole phone and its truth leave.

Every length is constant, planted feet do not slip, and the truth is worked out from the joint centres by formulas of
its own, so that nothing here repeats the code under test. Body axes as in lookfeel.types: x ahead, y left, z up, m.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lookfeel.types import CameraView, PoseTrack, Rep, Skeleton, ViewName

Array = NDArray[np.float64]

_FACE = ("nose", "left_eye_inner", "left_eye", "left_eye_outer", "right_eye_inner", "right_eye", "right_eye_outer")
_PAIRS = ("shoulder", "elbow", "wrist", "pinky", "index", "thumb", "hip", "knee", "ankle", "heel", "foot_index")
BLAZEPOSE_NAMES = (
    *_FACE,
    *("left_ear", "right_ear", "mouth_left", "mouth_right"),
    *(f"{side}_{part}" for part in _PAIRS for side in ("left", "right")),
)

THIGH, SHANK, TRUNK, HIP_WIDTH, SHOULDER_WIDTH = 0.240, 0.247, 0.285, 0.112, 0.195  # of stature; lookfeel's priors
ANKLE_HEIGHT, HEEL_BACK, TOE_AHEAD = 0.055, 0.032, 0.124
MARKED_UP_M = {"heel": 0.03, "toe": 0.02}  # where landmarks are: in the shoe, above the sole


@dataclass(frozen=True, kw_only=True)
class Movement:
    """What the figure does.

    exercise: squat, lunge (alternating, starting with the left leg), split_squat (left leg leads), single_leg_squat (on
    the left leg) or sit_to_stand. depth_deg: thigh
    angle aimed at at the bottom. tempo_s: eccentric, bottom, concentric, top. valgus_m: knee medial of the foot's
    plane at the bottom, (left, right). shift_m: hips moved to the left at the bottom. heel_rise_m: at the bottom.
    """

    exercise: str = "squat"
    n_reps: int = 3
    depth_deg: float = 0.0
    tempo_s: tuple[float, float, float, float] = (1.5, 0.3, 1.0, 0.7)
    lead_in_s: float = 1.0
    height_m: float = 1.70
    stance_m: float = 0.34
    toe_out_deg: float = 12.0
    shank_tilt_deg: float = 28.0
    trunk_lean_deg: float = 38.0
    step_m: float = 0.80
    valgus_m: tuple[float, float] = (0.0, 0.0)
    shift_m: float = 0.0
    heel_rise_m: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Phone:
    """Where the phone stands. yaw_deg as in CameraView; noise_px: white noise on each landmark."""

    yaw_deg: float = 0.0
    distance_m: float = 3.0
    height_m: float = 1.0
    pitch_down_deg: float = 3.0
    width_px: int = 720
    height_px: int = 1280
    field_of_view_deg: float = 65.0
    fps: float = 30.0
    noise_px: float = 0.0
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class Truth:
    """time_s (T,); joints: name -> (T, 3) m; signals: name -> (T,); reps: one dict each, events in seconds and side."""

    time_s: Array
    joints: dict[str, Array]
    signals: dict[str, Array]
    reps: list[dict[str, Any]] = field(default_factory=list)


def make_track(
    movement: Movement | None = None, phone: Phone | None = None, *, times_s: Array | None = None
) -> tuple[PoseTrack, Truth]:
    """Film a stick figure; `times_s` replaces the even frame times of the phone."""
    movement, phone = movement or Movement(), phone or Phone()
    reps = _schedule(movement)
    duration = reps[-1]["end_s"] + movement.tempo_s[3] + 0.3 if reps else movement.lead_in_s + 2.0
    time_s = np.arange(0.0, duration, 1.0 / phone.fps) if times_s is None else np.asarray(times_s, dtype=np.float64)
    joints = _pose(movement, time_s, reps)
    truth = Truth(time_s=time_s, joints=joints, signals=_true_signals(joints), reps=reps)
    return film(joints, time_s, phone), truth


def film(joints: dict[str, Array], time_s: Array, phone: Phone) -> PoseTrack:
    """Project joint centres as a phone would and wrap them as the athlete's track."""
    points = _blazepose_points(joints)
    camera = _camera_axes(points, phone)
    focal = 0.5 * max(phone.width_px, phone.height_px) / np.tan(np.radians(phone.field_of_view_deg / 2))
    xy = focal * camera[..., :2] / camera[..., 2:] + (phone.width_px / 2, phone.height_px / 2)
    xy = xy + np.random.default_rng(phone.seed).normal(0.0, 1.0, xy.shape) * phone.noise_px
    mid_hip = 0.5 * (camera[:, 23] + camera[:, 24])
    return PoseTrack(
        skeleton=Skeleton(name="blazepose", keypoints=tuple(BLAZEPOSE_NAMES), edges=()),
        time_s=time_s,
        xy_px=xy,
        confidence=np.full(xy.shape[:2], 0.98),
        was_filled=np.zeros(xy.shape[:2], dtype=bool),
        world_m=camera - mid_hip[:, None],
        width_px=phone.width_px,
        height_px=phone.height_px,
        view=CameraView(name=view_name(phone.yaw_deg), yaw_deg=phone.yaw_deg, yaw_sd_deg=4.0, confidence=0.95),
        person=0,
        n_people=1,
    )


def true_reps(truth: Truth) -> tuple[Rep, ...]:
    """The repetitions as a perfect segmentation gives them."""
    return tuple(_true_rep(index, events, truth.time_s) for index, events in enumerate(truth.reps))


def _true_rep(index: int, events: dict[str, Any], time_s: Array) -> Rep:
    start, low, rise, end = (events[f"{name}_s"] for name in ("start", "bottom_start", "ascent_start", "end"))
    frame = {
        name: int(np.searchsorted(time_s, when)) for name, when in (("s", start), ("l", low), ("r", rise), ("e", end))
    }
    return Rep(
        index=index,
        start=frame["s"],
        bottom_start=frame["l"],
        bottom=(frame["l"] + frame["r"]) // 2,
        ascent_start=frame["r"],
        end=frame["e"],
        start_s=start,
        bottom_s=0.5 * (low + rise),
        end_s=end,
        side=events["side"],
        is_partial=False,
        partial_reason=None,
        eccentric_s=low - start,
        bottom_pause_s=rise - low,
        concentric_s=end - rise,
        top_pause_s=None,
        confidence=1.0,
    )


def view_name(yaw_deg: float) -> ViewName:
    """Name of the view from a yaw, with lookfeel's borders: 20 and 55 degrees from dead ahead, and the same behind."""
    yaw = (yaw_deg + 180.0) % 360.0 - 180.0
    side, size = ("left" if yaw > 0 else "right"), abs(yaw)
    if size <= 20.0:
        return "front"
    if size >= 160.0:
        return "rear"
    if 55.0 <= size <= 125.0:
        return "side_left" if side == "left" else "side_right"
    if size < 90.0:
        return "oblique_front_left" if side == "left" else "oblique_front_right"
    return "oblique_rear_left" if side == "left" else "oblique_rear_right"


def _schedule(movement: Movement) -> list[dict[str, Any]]:
    eccentric, bottom, concentric, top = movement.tempo_s
    reps, start = [], movement.lead_in_s
    for index in range(movement.n_reps):
        sides = {"squat": "both", "sit_to_stand": "both", "split_squat": "left", "single_leg_squat": "left"}
        side = sides.get(movement.exercise, "left" if index % 2 == 0 else "right")
        bottom_start, ascent = start + eccentric, start + eccentric + bottom
        reps.append(
            {
                "start_s": start,
                "bottom_start_s": bottom_start,
                "ascent_start_s": ascent,
                "end_s": ascent + concentric,
                "side": side,
            }
        )
        start = ascent + concentric + top
    return reps


def _smooth(share: Array) -> Array:
    """Minimum-jerk progress from 0 to 1."""
    p = np.clip(share, 0.0, 1.0)
    return p**3 * (10.0 - 15.0 * p + 6.0 * p**2)


def _progress(rep: dict[str, Any], time_s: Array) -> Array:
    """0 standing, 1 at the bottom."""
    down = _smooth((time_s - rep["start_s"]) / (rep["bottom_start_s"] - rep["start_s"]))
    up = _smooth((time_s - rep["ascent_start_s"]) / (rep["end_s"] - rep["ascent_start_s"]))
    return down - up


def _pose(movement: Movement, time_s: Array, reps: list[dict[str, Any]]) -> dict[str, Array]:
    whole = sum((_progress(rep, time_s) for rep in reps), np.zeros_like(time_s))
    if movement.exercise in ("squat", "sit_to_stand"):
        return _squat(movement, whole)
    if movement.exercise == "single_leg_squat":
        return _free_leg(_squat(replace(movement, stance_m=movement.height_m * HIP_WIDTH), whole), movement.height_m)
    left = sum((_progress(rep, time_s) for rep in reps if rep["side"] == "left"), np.zeros_like(time_s))
    right = sum((_progress(rep, time_s) for rep in reps if rep["side"] == "right"), np.zeros_like(time_s))
    return _lunge(movement, left, right)


def _squat(movement: Movement, progress: Array) -> dict[str, Array]:
    size, zero = movement.height_m, np.zeros_like(progress)
    tilt = np.radians(3.0 + (movement.shank_tilt_deg - 3.0) * progress)
    thigh = np.radians(86.0 + (movement.depth_deg - 86.0) * progress)
    hip_x = size * (SHANK * np.sin(tilt) - THIGH * np.cos(thigh))
    astride = 0.5 * (movement.stance_m - size * HIP_WIDTH)
    lower = 0.002 + astride**2 / (2.0 * size * (SHANK + THIGH))  # so that legs astride still reach the floor
    hip_z = size * (ANKLE_HEIGHT + SHANK * np.cos(tilt) + THIGH * np.sin(thigh)) - lower
    mid_hip = np.stack([hip_x, movement.shift_m * progress, hip_z], axis=-1)
    joints: dict[str, Array] = {}
    for side, sign, valgus in (("left", 1.0, movement.valgus_m[0]), ("right", -1.0, movement.valgus_m[1])):
        heading = np.radians(sign * movement.toe_out_deg) + zero
        ball = np.stack(
            [
                zero + size * TOE_AHEAD * np.cos(heading),
                sign * movement.stance_m / 2 + size * TOE_AHEAD * np.sin(heading),
                zero,
            ],
            -1,
        )
        _add_foot(
            joints,
            side,
            ball,
            heading,
            np.arcsin(movement.heel_rise_m * progress / (size * (TOE_AHEAD + HEEL_BACK))),
            size,
        )
        joints[f"{side}_hip"] = np.add(mid_hip, (0.0, sign * size * HIP_WIDTH / 2, 0.0))
        _add_knee(joints, side, heading, valgus * progress * sign, size)
    lean = 2.0 + (movement.trunk_lean_deg - 2.0) * progress
    if movement.exercise == "sit_to_stand":  # upright when seated, bent forward on the way
        lean = 5.0 + movement.trunk_lean_deg * np.sin(np.pi * progress)
    _add_trunk(joints, np.radians(lean), size)
    return joints


def _free_leg(joints: dict[str, Array], size: float) -> dict[str, Array]:
    """Take the right foot off the floor: thigh a little ahead, shank level behind, toes hanging."""
    thigh, shank = np.radians(25.0), np.radians(105.0)
    joints["right_knee"] = np.add(joints["right_hip"], size * THIGH * np.array([np.sin(thigh), 0.0, -np.cos(thigh)]))
    joints["right_ankle"] = np.add(joints["right_knee"], size * SHANK * np.array([-np.sin(shank), 0.0, -np.cos(shank)]))
    joints["right_heel"] = np.add(joints["right_ankle"], size * np.array([-ANKLE_HEIGHT, 0.0, 0.0]))
    joints["right_toe"] = np.add(joints["right_ankle"], size * np.array([0.02, 0.0, -TOE_AHEAD]))
    return joints


def _lunge(movement: Movement, left: Array, right: Array) -> dict[str, Array]:
    size, step, both = movement.height_m, movement.step_m, left + right
    tilt, thigh = np.radians(10.0), np.radians(movement.depth_deg)
    bottom_x = step + size * (SHANK * np.sin(tilt) - THIGH * np.cos(thigh))
    bottom_z = size * (ANKLE_HEIGHT + SHANK * np.cos(tilt) + THIGH * np.sin(thigh))
    is_split = movement.exercise == "split_squat"
    top_z = size * (ANKLE_HEIGHT + SHANK + THIGH) - (0.13 if is_split else 0.005)
    top_x = 0.5 * step if is_split else 0.0
    mid_hip = np.stack([top_x + (bottom_x - top_x) * both, 0.0 * both, top_z + (bottom_z - top_z) * both], axis=-1)
    joints: dict[str, Array] = {}
    for side, sign, lead, rear in (("left", 1.0, left, right), ("right", -1.0, right, left)):
        leads = is_split and side == "left"
        stepped = np.ones_like(lead) if leads else np.clip(lead / 0.7, 0.0, 1.0)
        lift = 0.0 * lead if is_split else 0.06 * np.sin(np.pi * stepped)
        trail = left if is_split and side == "right" else rear
        start_pitch = 35.0 if is_split and side == "right" else 0.0
        pitch = np.radians(start_pitch + (62.0 - start_pitch) * trail)
        heading = np.zeros_like(lead)
        ball = np.stack([step * stepped + size * TOE_AHEAD, sign * size * 0.06 + 0.0 * lead, lift], axis=-1)
        _add_foot(joints, side, ball, heading, pitch, size)
        joints[f"{side}_hip"] = np.add(mid_hip, (0.0, sign * size * HIP_WIDTH / 2, 0.0))
        valgus = movement.valgus_m[0 if side == "left" else 1]
        _add_knee(joints, side, heading, valgus * lead * sign, size)
    _add_trunk(joints, np.radians(3.0 + 7.0 * both), size)
    return joints


def _add_foot(joints: dict[str, Array], side: str, ball: Array, heading: Array, pitch: Array, size: float) -> None:
    """Foot that turns about its toe by `pitch`, heel up; heading to the left is positive."""
    ahead = np.stack([np.cos(heading), np.sin(heading), np.zeros_like(heading)], axis=-1)
    up = np.array([0.0, 0.0, 1.0])

    def place(back: float, high: float) -> Array:
        along = -back * np.cos(pitch) + high * np.sin(pitch)
        rise = back * np.sin(pitch) + high * np.cos(pitch)
        return np.asarray(ball + along[:, None] * ahead + rise[:, None] * up)

    joints[f"{side}_toe"] = np.array(ball)
    joints[f"{side}_heel"] = place(size * (TOE_AHEAD + HEEL_BACK), 0.0)
    joints[f"{side}_ankle"] = place(size * TOE_AHEAD, size * ANKLE_HEIGHT)


def _add_knee(joints: dict[str, Array], side: str, heading: Array, inward: Array, size: float) -> None:
    """Knee from hip and ankle with both lengths exact, `inward` metres off the foot's plane (to the right positive)."""
    ankle, hip = joints[f"{side}_ankle"], joints[f"{side}_hip"]
    axis = hip - ankle
    reach = np.linalg.norm(axis, axis=-1, keepdims=True)
    thigh, shank = size * THIGH, size * SHANK
    assert np.all(reach < thigh + shank), "the figure cannot stretch its legs"
    along = (reach**2 + shank**2 - thigh**2) / (2 * reach)
    radius = np.sqrt(shank**2 - along**2)
    unit = axis / reach
    centre = ankle + along * unit
    ahead = np.stack([np.cos(heading), np.sin(heading), np.zeros_like(heading)], axis=-1)
    level = np.cross(ahead, [0.0, 0.0, 1.0])  # to the right of the foot
    front = _unit(ahead - np.sum(ahead * unit, axis=-1, keepdims=True) * unit)
    right = np.cross(front, unit)
    angle = np.zeros(len(reach))
    for _ in range(30):  # turn the knee about the hip-ankle line until it lies `inward` of the foot's plane
        knee = centre + radius * (np.cos(angle)[:, None] * front + np.sin(angle)[:, None] * right)
        off = np.sum((knee - ankle) * level, axis=-1) - inward
        slope = np.sum(radius * (-np.sin(angle)[:, None] * front + np.cos(angle)[:, None] * right) * level, axis=-1)
        angle = np.clip(angle - off / np.where(np.abs(slope) < 1e-6, 1e-6, slope), -1.2, 1.2)
    joints[f"{side}_knee"] = centre + radius * (np.cos(angle)[:, None] * front + np.sin(angle)[:, None] * right)


def _add_trunk(joints: dict[str, Array], lean: Array, size: float) -> None:
    mid_hip = 0.5 * (joints["left_hip"] + joints["right_hip"])
    chest = mid_hip + size * TRUNK * np.stack([np.sin(lean), np.zeros_like(lean), np.cos(lean)], axis=-1)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        joints[f"{side}_shoulder"] = np.add(chest, (0.0, sign * size * SHOULDER_WIDTH / 2, 0.0))


def _unit(vector: Array) -> Array:
    return np.asarray(vector / np.linalg.norm(vector, axis=-1, keepdims=True))


def _blazepose_points(joints: dict[str, Array]) -> Array:
    """(T, 33, 3): named joints where they are, a head above the shoulders, arms held ahead."""
    mid_shoulder = 0.5 * (joints["left_shoulder"] + joints["right_shoulder"])
    points = []
    for name in BLAZEPOSE_NAMES:
        side = "left" if "left" in name else "right"
        sign = 1.0 if side == "left" else -1.0
        joint = name.replace("foot_index", "toe")
        if joint in joints:
            points.append(np.add(joints[joint], (0.0, 0.0, MARKED_UP_M.get(joint.split("_")[-1], 0.0))))
        elif name.split("_")[-1] in ("elbow", "wrist", "pinky", "index", "thumb"):
            ahead = 0.22 if "elbow" in name else 0.45
            points.append(np.add(joints[f"{side}_shoulder"], (ahead, 0.0, -0.1)))
        else:
            points.append(np.add(mid_shoulder, (0.08, 0.0 if name == "nose" else sign * 0.04, 0.22)))
    return np.stack(points, axis=1)


def _camera_axes(points: Array, phone: Phone) -> Array:
    """Body axes to the camera's (x right, y down, z away)."""
    yaw, pitch = np.radians(phone.yaw_deg), np.radians(phone.pitch_down_deg)
    position = np.array([phone.distance_m * np.cos(yaw), phone.distance_m * np.sin(yaw), phone.height_m])
    right = np.array([-np.sin(yaw), np.cos(yaw), 0.0])
    away = np.array([-np.cos(yaw) * np.cos(pitch), -np.sin(yaw) * np.cos(pitch), -np.sin(pitch)])
    return np.asarray((points - position) @ np.stack([right, np.cross(away, right), away]).T)


def _angle_between(a: Array, b: Array) -> Array:
    return np.degrees(np.arccos(np.clip(np.sum(_unit(a) * _unit(b), axis=-1), -1.0, 1.0)))


def _true_signals(joints: dict[str, Array]) -> dict[str, Array]:
    mid = {name: 0.5 * (joints[f"left_{name}"] + joints[f"right_{name}"]) for name in ("hip", "ankle", "shoulder")}
    trunk = mid["shoulder"] - mid["hip"]
    apart = {name: joints[f"left_{name}"] - joints[f"right_{name}"] for name in ("knee", "ankle", "hip")}
    stance = np.linalg.norm(apart["ankle"][:, :2], axis=-1)
    true = {
        "trunk_lean_deg": np.degrees(np.arctan2(trunk[:, 0], trunk[:, 2])),
        "trunk_lateral_lean_deg": np.degrees(np.arctan2(trunk[:, 1], trunk[:, 2])),
        "hip_height_m": mid["hip"][:, 2],
        "kasr_ratio": apart["knee"][:, 1] / apart["ankle"][:, 1],
        "hip_shift_ratio": (mid["hip"] - mid["ankle"])[:, 1] / stance,
    }
    for side, sign in (("left", 1.0), ("right", -1.0)):
        hip, knee, ankle, toe, heel = (joints[f"{side}_{name}"] for name in ("hip", "knee", "ankle", "toe", "heel"))
        true[f"knee_flexion_{side}_deg"] = 180.0 - _angle_between(hip - knee, ankle - knee)
        true[f"hip_flexion_{side}_deg"] = 180.0 - _angle_between(trunk, knee - hip)
        true[f"thigh_angle_{side}_deg"] = 90.0 - _angle_between(hip - knee, np.array([0.0, 0.0, 1.0]))
        true[f"shank_tilt_{side}_deg"] = np.degrees(np.arctan2((knee - ankle)[:, 0], (knee - ankle)[:, 2]))
        level = np.cross(_unit((toe - heel) * (1.0, 1.0, 0.0)), [0.0, 0.0, 1.0])
        true[f"knee_over_foot_{side}_m"] = sign * np.sum((knee - ankle) * level, axis=-1)
        true[f"heel_rise_{side}_m"] = heel[:, 2]
    return true
