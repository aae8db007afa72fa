"""Detections enter; what a tutorial makes of them leaves: angles in the picture, or in MediaPipe's own 3-D.

Nothing is smoothed, nobody is told apart but by the score, and no view is refused: that is what is compared with.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from benchmarks.accuracy.figures import Series
from benchmarks.accuracy.truth import Window
from lookfeel.types import FloatArray, PoseDetections

PARTS = ("shoulder", "hip", "knee", "ankle", "heel", "toe")
SIGN = {"left": 1.0, "right": -1.0}
LEG_M = (0.240 + 0.247) * 1.70
"""Thigh and shank of an average adult of 1.70 m (SPIKES section 8), which turns pixels into metres."""

STANDING_PERCENTILE = 95.0  # of the leg's length in the picture: the athlete stands tall in one frame of twenty
DOWN_DEG, UP_DEG = 100.0, 150.0
"""Angle of the knee (180 = straight) of the counter that tutorials copy from each other."""

Points = Mapping[str, FloatArray]


def picture_points(detections: PoseDetections) -> dict[str, FloatArray]:
    """(T, 2) pixels by name, of the person with the highest score in each frame; x right, y down."""
    return _of_best(detections, detections.xy_px)


def world_points(detections: PoseDetections) -> dict[str, FloatArray]:
    """(T, 3) metres by name, x ahead of the athlete, y left, z up as the camera is held.

    Ahead is the mean direction of both feet over the clip, on the floor; without it the camera is taken to be ahead.
    """
    local = _of_best(detections, detections.world_m)
    upright = {name: np.stack([-xyz[:, 2], xyz[:, 0], -xyz[:, 1]], axis=-1) for name, xyz in local.items()}
    feet = np.concatenate([upright[f"{side}_toe"] - upright[f"{side}_heel"] for side in SIGN])[:, :2]
    ahead = np.nanmean(feet, axis=0) if np.isfinite(feet).any() else np.array([1.0, 0.0])
    ahead = ahead / np.linalg.norm(ahead)
    turn = np.array([[ahead[0], ahead[1], 0.0], [-ahead[1], ahead[0], 0.0], [0.0, 0.0, 1.0]])
    return {name: xyz @ turn.T for name, xyz in upright.items()}


def _of_best(detections: PoseDetections, values: FloatArray) -> dict[str, FloatArray]:
    best = np.argmax(np.nan_to_num(detections.score, nan=-1.0), axis=1)
    chosen = values[np.arange(len(best)), best]
    return {f"{side}_{part}": chosen[:, detections.skeleton.index(f"{side}_{part}")] for side in SIGN for part in PARTS}


def picture_series(time_s: FloatArray, at: Points) -> Series:
    """Signals by the program's names from points in the picture; angles without direction, as seen."""
    trunk = _middle(at, "shoulder") - _middle(at, "hip")
    stance = np.abs(at["left_ankle"][:, 0] - at["right_ankle"][:, 0])
    stance = np.where(stance > 1.0, stance, np.nan)
    hips = at["left_hip"] - at["right_hip"]
    metres = _metres_per_pixel(at)
    lean = np.degrees(np.arctan2(np.abs(trunk[:, 0]), -trunk[:, 1]))
    signals = {
        "trunk_lean_deg": lean,
        "trunk_lateral_lean_deg": lean,
        "hip_line_tilt_deg": np.degrees(np.arctan2(-hips[:, 1], np.abs(hips[:, 0]))),
        "kasr_ratio": np.abs(at["left_knee"][:, 0] - at["right_knee"][:, 0]) / stance,
        "hip_shift_ratio": (_middle(at, "hip") - _middle(at, "ankle"))[:, 0] / stance,
        "hip_height_ratio": -metres * _middle(at, "hip")[:, 1],
    }
    for side in SIGN:
        signals |= _leg_in_picture(at, side, metres)
    return Series(time_s=time_s, values=signals, sd={})


def _leg_in_picture(at: Points, side: str, metres: float) -> dict[str, FloatArray]:
    hip, knee, ankle, heel, toe = (at[f"{side}_{part}"] for part in PARTS[1:])
    thigh, shank = hip - knee, knee - ankle
    other = "right" if side == "left" else "left"
    inward = np.sign(np.nanmedian((at[f"{other}_hip"] - hip)[:, 0])) if np.isfinite(hip).any() else 1.0
    height = heel[:, 1] - toe[:, 1]
    return {
        f"knee_flexion_{side}_deg": between_deg(thigh, shank),
        f"thigh_angle_{side}_deg": np.degrees(np.arctan2(-thigh[:, 1], np.abs(thigh[:, 0]))),
        f"shank_tilt_{side}_deg": np.degrees(np.arctan2(np.abs(shank[:, 0]), -shank[:, 1])),
        f"knee_over_foot_{side}_m": metres * inward * (knee - toe)[:, 0],
        f"knee_over_foot_{side}_deg": _fppa(thigh, shank, inward),
        f"heel_rise_{side}_m": metres * (_standing(height) - height),
    }


def _fppa(thigh: FloatArray, shank: FloatArray, inward: float) -> FloatArray:
    """Frontal plane projection angle: 180 less the knee's angle in the picture, + = knee on the inner side."""
    side = np.sign(shank[:, 1] * thigh[:, 0] - shank[:, 0] * thigh[:, 1])
    return np.asarray(inward * side * between_deg(thigh, shank))


def _standing(values: FloatArray) -> float:
    """Level of a curve over most of the clip."""
    return float(np.nanmedian(values)) if np.isfinite(values).any() else float("nan")


def _metres_per_pixel(at: Points) -> float:
    """By the height of the standing leg in the picture."""
    tall = (_middle(at, "ankle") - _middle(at, "hip"))[:, 1]
    return LEG_M / float(np.nanpercentile(tall, STANDING_PERCENTILE)) if np.isfinite(tall).any() else float("nan")


def world_series(time_s: FloatArray, at: Points) -> Series:
    """Signals by the program's names from joints (T, 3) in metres; x ahead, y left, z up."""
    hips, ankles = _middle(at, "hip"), _middle(at, "ankle")
    trunk, across = _middle(at, "shoulder") - hips, at["left_hip"] - at["right_hip"]
    stance = at["left_ankle"][:, 1] - at["right_ankle"][:, 1]
    stance = np.where(np.abs(stance) > 0.01, stance, np.nan)
    signals = {
        "trunk_lean_deg": np.degrees(np.arctan2(trunk[:, 0], trunk[:, 2])),
        "trunk_lateral_lean_deg": np.degrees(np.arctan2(trunk[:, 1], trunk[:, 2])),
        "hip_line_tilt_deg": np.degrees(np.arctan2(across[:, 2], np.linalg.norm(across[:, :2], axis=-1))),
        "kasr_ratio": (at["left_knee"][:, 1] - at["right_knee"][:, 1]) / stance,
        "hip_shift_ratio": (hips - ankles)[:, 1] / np.abs(stance),
        "hip_height_ratio": (hips - ankles)[:, 2] / LEG_M,
    }
    for side, sign in SIGN.items():
        signals |= _leg_in_space(at, side, sign)
    return Series(time_s=time_s, values=signals, sd={})


def _leg_in_space(at: Points, side: str, sign: float) -> dict[str, FloatArray]:
    hip, knee, ankle, heel, toe = (at[f"{side}_{part}"] for part in PARTS[1:])
    thigh, shank, foot = hip - knee, knee - ankle, toe - heel
    line = foot[:, :2] / np.linalg.norm(foot[:, :2], axis=-1, keepdims=True)
    inside = sign * (shank[:, 0] * line[:, 1] - shank[:, 1] * line[:, 0])
    rise = heel[:, 2] - toe[:, 2]
    return {
        f"knee_flexion_{side}_deg": between_deg(thigh, shank),
        f"thigh_angle_{side}_deg": np.degrees(np.arctan2(thigh[:, 2], np.linalg.norm(thigh[:, :2], axis=-1))),
        f"shank_tilt_{side}_deg": np.degrees(np.arctan2(shank[:, 0], shank[:, 2])),
        f"knee_over_foot_{side}_m": inside,
        f"knee_over_foot_{side}_deg": np.degrees(np.arcsin(inside / np.linalg.norm(shank, axis=-1))),
        f"heel_rise_{side}_m": rise - _standing(rise),
    }


def _middle(at: Points, part: str) -> FloatArray:
    return np.asarray(0.5 * (at[f"left_{part}"] + at[f"right_{part}"]))


def between_deg(first: FloatArray, second: FloatArray) -> FloatArray:
    """(T,) angle between vectors (T, D), 0-180; so the flexion of a joint between two bones in line when straight."""
    size = np.linalg.norm(first, axis=-1) * np.linalg.norm(second, axis=-1)
    cosine = np.sum(first * second, axis=-1) / np.where(size > 0, size, np.nan)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))), dtype=np.float64)


def count_reps(series: Series) -> list[Window]:
    """The tutorial's counter: down when a knee's angle is below DOWN_DEG, a repetition when it is above UP_DEG again.

    The more bent of both knees is taken, which is kinder than the left one that is mostly written. A repetition starts
    where the angle last was above UP_DEG; its bottom is the sharpest angle, and there is no pause.
    """
    angle = 180.0 - np.fmax(*(series.values[f"knee_flexion_{side}_deg"] for side in SIGN))
    found, is_down, top, low = [], False, 0, 0
    for i in np.flatnonzero(np.isfinite(angle)):
        if angle[i] > UP_DEG:
            if is_down:
                found.append(_window(series.time_s, top, low, int(i)))
            is_down, top = False, int(i)
        elif angle[i] < DOWN_DEG and (not is_down or angle[i] < angle[low]):
            is_down, low = True, int(i)
    return found


def _window(time_s: FloatArray, top: int, low: int, end: int) -> Window:
    bottom = float(time_s[low])
    return Window(
        start_s=float(time_s[top]),
        bottom_start_s=bottom,
        bottom_s=bottom,
        ascent_start_s=bottom,
        end_s=float(time_s[end]),
    )
