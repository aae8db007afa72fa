"""What was performed and how it was filmed enter; the truth of a clip, in the program's own names, leaves as two files.

`<clip>_truth.npz` holds everything per frame, `<clip>_truth.json` everything per repetition and how the clip was made.
The formulas are of this file's own, written from the definitions in ARCHITECTURE.md, so that nothing repeats the code
that is measured by them.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scripts.render_samples.cases import Case
from scripts.render_samples.feet import SIGN
from scripts.render_samples.shapes import JOINTS, Array, Athlete, Index, Pose, RepTruth, Shot
from scripts.render_samples.turning import unit

ROUNDED_M = 5  # decimals written: a hundredth of a millimetre
ROUNDED_PX = 2
LEAST_STANCE_M = 0.08  # ankles closer than this make no ratio, as in the program
ECCENTRIC, BOTTOM, CONCENTRIC, TOP = range(4)
NAMES = {
    "squat": ("squat", None),
    "single_leg_squat": ("single_leg_squat", None),
    "sit_to_stand": ("sit_to_stand", None),
    **{name: ("lunge", name) for name in ("split_squat", "forward_lunge", "reverse_lunge", "alternating_lunge")},
}
"""The program's exercise and variant for each of the generator's."""


@dataclass(frozen=True, kw_only=True)
class Filmed:
    """A performance as the camera recorded it: T frames. landmarks_m (T, 33, 3)."""

    case: Case
    athlete: Athlete
    pose: Pose
    reps: tuple[RepTruth, ...]
    shot: Shot
    presentation_s: Array
    landmarks_m: Array


def true_signals(athlete: Athlete, pose: Pose) -> dict[str, Array]:
    """(T,) per signal; angles in degrees, lengths in metres; signs as in ARCHITECTURE.md."""
    at = pose.joints_m
    return {**_legs(athlete, at), **_trunk(at), **_hips(athlete, at, pose.time_s)}


def _middle(at: Mapping[str, Array], part: str) -> Array:
    return np.asarray(0.5 * (at[f"left_{part}"] + at[f"right_{part}"]))


def _between_deg(first: Array, second: Array) -> Array:
    cosine = np.sum(unit(first) * unit(second), axis=-1)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def _legs(athlete: Athlete, at: Mapping[str, Array]) -> dict[str, Array]:
    trunk = _middle(at, "shoulder") - _middle(at, "hip")
    found: dict[str, Array] = {}
    for side, sign in SIGN.items():
        hip, knee, ankle, heel, toe = (at[f"{side}_{part}"] for part in ("hip", "knee", "ankle", "heel", "toe"))
        thigh, shank = hip - knee, knee - ankle
        inside = np.sum(shank * _medial(heel, toe, sign), axis=-1)
        flat = athlete.joints_m[f"{side}_heel"][2] - athlete.joints_m[f"{side}_toe"][2]
        found |= {
            f"knee_flexion_{side}_deg": _between_deg(thigh, shank),
            f"hip_flexion_{side}_deg": _between_deg(trunk, thigh),
            f"thigh_angle_{side}_deg": np.degrees(np.arcsin(unit(thigh)[:, 2])),
            f"shank_tilt_{side}_deg": np.degrees(np.arctan2(shank[:, 0], shank[:, 2])),
            f"knee_over_foot_{side}_m": inside,
            f"knee_over_foot_{side}_deg": np.degrees(np.arcsin(inside / np.linalg.norm(shank, axis=-1))),
            f"heel_rise_{side}_m": heel[:, 2] - toe[:, 2] - flat,
        }
    return found


def _medial(heel: Array, toe: Array, sign: float) -> Array:
    """(T, 3) unit, level, at right angles to the foot's line, toward the other leg."""
    line = unit((toe - heel) * (1.0, 1.0, 0.0))
    return sign * np.stack([line[:, 1], -line[:, 0], np.zeros(len(line))], axis=-1)


def _trunk(at: Mapping[str, Array]) -> dict[str, Array]:
    line = _middle(at, "shoulder") - _middle(at, "hip")
    across = at["left_hip"] - at["right_hip"]
    return {
        "trunk_lean_deg": np.degrees(np.arctan2(line[:, 0], line[:, 2])),
        "trunk_lateral_lean_deg": np.degrees(np.arctan2(line[:, 1], line[:, 2])),
        "hip_line_tilt_deg": np.degrees(np.arcsin(unit(across)[:, 2])),
    }


def _hips(athlete: Athlete, at: Mapping[str, Array], time_s: Array) -> dict[str, Array]:
    hips, ankles = _middle(at, "hip"), _middle(at, "ankle")
    stance = at["left_ankle"][:, 1] - at["right_ankle"][:, 1]
    stance = np.where(np.abs(stance) > LEAST_STANCE_M, stance, np.nan)
    thigh, shank = bone_lengths_m(athlete)
    return {
        "kasr_ratio": (at["left_knee"][:, 1] - at["right_knee"][:, 1]) / stance,
        "hip_shift_ratio": (hips - ankles)[:, 1] / np.abs(stance),
        "hip_height_m": hips[:, 2],
        "hip_height_ratio": (hips[:, 2] - athlete.joints_m["left_ankle"][2]) / (thigh + shank),
        "hip_speed_mps": np.gradient(hips[:, 2], time_s),
    }


def bone_lengths_m(athlete: Athlete) -> tuple[float, float]:
    """Thigh and shank, between joint centres."""
    hip, knee, ankle = (athlete.joints_m[f"left_{joint}"] for joint in ("hip", "knee", "ankle"))
    return float(np.linalg.norm(knee - hip)), float(np.linalg.norm(ankle - knee))


def foot_drift_m(athlete: Athlete, pose: Pose) -> float:
    """Furthest that the ball of a foot moves while it is down, in metres; the truth must not slide."""
    worst = 0.0
    for side in SIGN:
        ball = pose.joints_m[f"{side}_ball"]
        is_down = ball[:, 2] < athlete.joints_m[f"{side}_ball"][2] + 1e-6
        edges = np.flatnonzero(np.diff(is_down.astype(int))) + 1
        for part in np.split(np.arange(len(ball)), edges):
            if is_down[part[0]]:
                worst = max(worst, float(np.ptp(ball[part], axis=0).max()))
    return worst


def phases(reps: Sequence[RepTruth], time_s: Array) -> tuple[Index, Index]:
    """(T,) index of the repetition, -1 outside, and phase: 0 eccentric, 1 bottom pause, 2 concentric, 3 top."""
    index, phase = np.full(len(time_s), -1, dtype=np.int32), np.full(len(time_s), TOP, dtype=np.int32)
    for rep in reps:
        edges = (rep.start_s, rep.bottom_start_s, rep.ascent_start_s, rep.end_s)
        for number, (begin, end) in enumerate(itertools.pairwise(edges)):
            inside = (time_s >= begin) & (time_s < end)
            index[inside], phase[inside] = rep.index, number
    return index, phase


def write_truth(filmed: Filmed, clip: Path) -> tuple[Path, Path]:
    """Write both files beside the clip and return their paths."""
    frames, summary = (clip.with_name(f"{clip.stem}_truth{suffix}") for suffix in (".npz", ".json"))
    np.savez_compressed(frames, allow_pickle=False, **_per_frame(filmed))
    summary.write_text(json.dumps(_per_clip(filmed, clip.stem), indent=1) + "\n", encoding="utf-8")
    return frames, summary


def _per_frame(filmed: Filmed) -> dict[str, Any]:
    joints = np.stack([filmed.pose.joints_m[name] for name in JOINTS], axis=1)
    index, phase = phases(filmed.reps, filmed.pose.time_s)
    signals = true_signals(filmed.athlete, filmed.pose)
    return {
        "time_s": filmed.presentation_s,
        "joint_names": np.array(JOINTS),
        "joints_m": _short(joints, ROUNDED_M),
        "joints_px": _short(filmed.shot.project(joints), ROUNDED_PX),
        "landmark_names": np.array(list(filmed.athlete.landmarks)),
        "landmarks_m": _short(filmed.landmarks_m, ROUNDED_M),
        "landmarks_px": _short(filmed.shot.project(filmed.landmarks_m), ROUNDED_PX),
        "camera_rotation": filmed.shot.rotation,
        "camera_translation_m": filmed.shot.translation_m,
        "rep": index,
        "phase": phase,
        **{f"signal_{name}": _short(values, 4) for name, values in signals.items()},
    }


def _short(values: Array, decimals: int) -> Any:
    return np.round(values, decimals).astype(np.float32)


def _per_clip(filmed: Filmed, name: str) -> dict[str, Any]:
    case, slow = filmed.case, filmed.case.film.slowmo
    thigh, shank = bone_lengths_m(filmed.athlete)
    exercise, variant = NAMES[case.movement.exercise]
    return {
        "clip": name,
        "about": case.about,
        "exercise": exercise,
        "variant": variant,
        "width_px": filmed.shot.width_px,
        "height_px": filmed.shot.height_px,
        "focal_px": round(filmed.shot.focal_px, 3),
        "slowmo_factor": slow,
        "stature_m": filmed.athlete.stature_m,
        "thigh_m": round(thigh, 5),
        "shank_m": round(shank, 5),
        "foot_drift_mm": round(1e3 * foot_drift_m(filmed.athlete, filmed.pose), 6),
        "reps": [
            _rep(rep, following, slow) for rep, following in zip(filmed.reps, (*filmed.reps[1:], None), strict=True)
        ],
        "case": dataclasses.asdict(case),
    }


def _rep(rep: RepTruth, following: RepTruth | None, slow: float) -> dict[str, Any]:
    """Moments in presentation time, phases in movement time."""
    moments = {
        "start_s": rep.start_s,
        "bottom_start_s": rep.bottom_start_s,
        "bottom_s": 0.5 * (rep.bottom_start_s + rep.ascent_start_s),
        "ascent_start_s": rep.ascent_start_s,
        "end_s": rep.end_s,
    }
    phase = {
        "eccentric_s": rep.bottom_start_s - rep.start_s,
        "bottom_pause_s": rep.ascent_start_s - rep.bottom_start_s,
        "concentric_s": rep.end_s - rep.ascent_start_s,
        "top_pause_s": None if following is None else following.start_s - rep.end_s,
    }
    return {
        "index": rep.index,
        "side": rep.side,
        **{key: round(slow * value, 5) for key, value in moments.items()},
        **{key: None if value is None else round(value, 5) for key, value in phase.items()},
        "asked": {key: round(value, 5) for key, value in rep.asked.items()},
    }
