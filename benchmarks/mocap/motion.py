"""Joint centres of a person in a laboratory enter; a Motion in the program's axes, its landmarks and truth leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.accuracy.truth import PHASES, TrueRep, Window
from lookfeel.pose.skeleton import BLAZEPOSE_33
from lookfeel.reps import find_reps
from lookfeel.types import FloatArray, Rep, Signals
from scripts.render_samples.shapes import Athlete, Pose
from scripts.render_samples.truth import true_signals

Joints = dict[str, FloatArray]
SIGNS: Mapping[str, float] = {"left": 1.0, "right": -1.0}
PARTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "toe")
STANDING_SHARE = 0.15  # of the frames, those with the highest hips: where the person stands. Chosen by us
SOLE_M = 0.011  # height of the heel and toe points of a flat foot, as in the generator
HEEL_UP_M, TOE_UP_M = 0.022, 0.012  # of BlazePose's points over them, as in the generator


@dataclass(frozen=True, kw_only=True)
class Motion:
    """One set of a real person. T moments.

    joints: PARTS of both sides -> (T, 3) metres, x ahead of the person as standing, y left, z up, floor at 0,
    mid-stance at the origin. reference_s: (start, bottom, end) of each repetition as the data's own table has it.
    """

    name: str
    about: str
    time_s: FloatArray
    joints: Joints
    reference_s: tuple[tuple[float, float, float], ...]
    stature_m: float


def middle(joints: Mapping[str, FloatArray], part: str) -> FloatArray:
    """(T, 3) half way between left and right."""
    return np.asarray(0.5 * (joints[f"left_{part}"] + joints[f"right_{part}"]))


def is_standing(joints: Mapping[str, FloatArray]) -> FloatArray:
    """(T,) true in the frames with the highest hips."""
    height = middle(joints, "hip")[:, 2]
    return np.asarray(height >= np.quantile(height, 1.0 - STANDING_SHARE))


def in_room(joints: Mapping[str, FloatArray], floor_m: float) -> Joints:
    """Turn z-up joints so that the person, standing, faces x over the origin; floor_m: the floor's height in them."""
    up = is_standing(joints)
    across = np.median((joints["left_hip"] - joints["right_hip"])[up], axis=0)
    angle = np.arctan2(-across[0], across[1])  # of the person's left against y
    cosine, sine = np.cos(angle), np.sin(angle)
    turn = np.array([[cosine, sine, 0.0], [-sine, cosine, 0.0], [0.0, 0.0, 1.0]])
    origin = np.median(middle(joints, "ankle")[up], axis=0) * (1.0, 1.0, 0.0) + (0.0, 0.0, floor_m)
    return {name: (points - origin) @ turn.T for name, points in joints.items()}


def resampled(motion: Motion, fps: float) -> Motion:
    """The motion at the times of a phone's frames, from 0 on; the clip's first moment becomes time 0."""
    begin = float(motion.time_s[0])
    time_s = np.arange(0.0, float(motion.time_s[-1]) - begin, 1.0 / fps)
    joints = {
        name: np.stack([np.interp(time_s + begin, motion.time_s, points[:, i]) for i in range(3)], axis=-1)
        for name, points in motion.joints.items()
    }
    shifted = tuple((a - begin, b - begin, c - begin) for a, b, c in motion.reference_s)
    return Motion(
        name=motion.name,
        about=motion.about,
        time_s=time_s,
        joints=joints,
        reference_s=shifted,
        stature_m=motion.stature_m,
    )


def signals_of(joints: Mapping[str, FloatArray], time_s: FloatArray) -> dict[str, FloatArray]:
    """True signals by the program's names, with the generator's formulas: one definition for both kinds of truth."""
    up = is_standing(joints)
    rest = {name: np.median(points[up], axis=0) for name, points in joints.items()}
    unit = np.eye(3)[None, None]
    stand_in = Athlete(joints_m=rest, landmarks={}, surfaces=(), stature_m=1.0)
    pose = Pose(time_s=time_s, rotation=unit, position_m=unit[0], joints_m=joints)
    return {name: np.asarray(values, dtype=np.float64) for name, values in true_signals(stand_in, pose).items()}


def reps_of(signals: Mapping[str, FloatArray], time_s: FloatArray) -> tuple[TrueRep, ...]:
    """Repetitions of true signals by the program's own rules.

    What a repetition's start or bottom *is* is the program's definition; how well it is found from a picture is what
    the tables say. Whether the rules find the right repetitions here is told by sheets.reference_sheet.
    """
    legs = ("foot_height_left_m", "foot_height_right_m", "foot_speed_left_mps", "foot_speed_right_mps")
    values = {**signals, **{name: np.zeros_like(time_s) for name in legs}}
    found = find_reps(Signals(time_s=time_s, values=values, sd={k: np.zeros_like(time_s) for k in values}))
    return tuple(_true_rep(rep, time_s) for rep in found.reps if not rep.is_partial)


def _true_rep(rep: Rep, time_s: FloatArray) -> TrueRep:
    window = Window(
        start_s=rep.start_s,
        bottom_start_s=float(time_s[rep.bottom_start]),
        bottom_s=rep.bottom_s,
        ascent_start_s=float(time_s[rep.ascent_start]),
        end_s=rep.end_s,
    )
    phases = {name: getattr(rep, name) for name in PHASES}
    return TrueRep(index=rep.index, side=rep.side, window=window, phases_s=phases)


def landmarks_of(joints: Mapping[str, FloatArray], *, is_on_sole: bool = True) -> FloatArray:
    """(T, 33, 3) BlazePose's points in its order: limbs at their joint centres, a head and hands made up.

    is_on_sole: heels and toes are given at the height of the sole's middle, above which the landmarks lie. Markers tell
    nothing of the face and the fingers; the program takes from them only which way the person faces.
    """
    return np.stack([_landmark(joints, name, is_on_sole) for name in BLAZEPOSE_33.keypoints], axis=1)


def _landmark(joints: Mapping[str, FloatArray], name: str, is_on_sole: bool) -> FloatArray:
    if name in joints:
        rise = is_on_sole * {"heel": HEEL_UP_M, "toe": TOE_UP_M}.get(name.split("_")[-1], 0.0)
        return np.asarray(joints[name] + (0.0, 0.0, rise))
    side = "left" if "left" in name else "right"
    if name.split("_")[-1] in FINGERS:
        elbow, wrist = joints[f"{side}_elbow"], joints[f"{side}_wrist"]
        return np.asarray(wrist + FINGERS[name.split("_")[-1]] * (wrist - elbow))
    part = next(part for part in FACE if part in name)
    ahead, out, high = FACE[part]
    return np.asarray(middle(joints, "shoulder") + np.array([ahead, SIGNS[side] * out, high]))


FINGERS: Mapping[str, float] = {"pinky": 0.30, "index": 0.32, "thumb": 0.20}
"""Beyond the wrist, as a share of the forearm. Chosen by us."""

FACE: Mapping[str, tuple[float, float, float]] = {
    "nose": (0.12, 0.0, 0.20),
    "eye_inner": (0.10, 0.015, 0.235),
    "eye_outer": (0.09, 0.045, 0.235),
    "eye": (0.10, 0.030, 0.235),
    "ear": (0.02, 0.075, 0.21),
    "mouth": (0.10, 0.025, 0.165),
}
"""Metres from mid-shoulder: ahead, outward, up, of a head held upright. Chosen by us from an average head."""


def both(parts: tuple[str, ...]) -> Iterator[str]:
    """Names of these parts on both sides."""
    yield from (f"{side}_{part}" for side in SIGNS for part in parts)
