"""Points of clips whose truth is known enter; how far they lie off, standing and at the bottom, leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.accuracy.conditions import view_of
from benchmarks.mocap.landmark_errors import NAMES, SeenClip, main_person
from benchmarks.mocap.real import RealClip
from benchmarks.realism.signs import PARTS
from lookfeel.types import FloatArray, PoseDetections

UPRIGHT_DEG, BENT_DEG = 25.0, 60.0  # knee flexion up to which a frame counts as standing, and from which as deep
SIDES = ("left", "right")


@dataclass(frozen=True, kw_only=True)
class Miss:
    """Median error of one part on one side, per cent of the stature, standing and deep. across: from the front and
    behind outward, from elsewhere ahead, both in the picture."""

    across: float
    up: float
    deep_across: float
    deep_up: float


@dataclass(frozen=True, kw_only=True)
class Misses:
    """Of one clip. near: the side towards the camera, both sides' mean from the front and behind; far: None there."""

    name: str
    view: str
    near: Mapping[str, Miss]
    far: Mapping[str, Miss] | None


def seen_of_real(clip: RealClip, detections: PoseDetections) -> SeenClip:
    """A real clip with OpenCap's joints in the picture as its truth."""
    points, confidence = main_person(detections)
    truth = clip.truth
    at = np.array([int(np.argmin(np.abs(detections.time_s - moment))) for moment in truth.time_s])
    error = (points[at] - truth.landmarks_px) / clip.px_per_m[..., None] / clip.stature_m
    return SeenClip(
        name=truth.name,
        time_s=truth.time_s,
        error=error,
        confidence=confidence[at],
        axes=clip.axes,
        yaw_deg=truth.yaw_deg,
        flexion_deg={side: truth.signals[f"knee_flexion_{side}_deg"] for side in SIDES},
        yaw_error_deg=None,
    )


def misses_of(clip: SeenClip) -> Misses:
    """Median errors of a clip's landmarks."""
    view = view_of(clip.yaw_deg)
    near = "left" if clip.yaw_deg > 0 else "right"
    far = "right" if near == "left" else "left"
    if view in ("front", "rear"):
        both = {part: _mean([_miss(clip, side, part) for side in SIDES]) for part in PARTS}
        return Misses(name=clip.name, view=view, near=both, far=None)
    return Misses(
        name=clip.name,
        view=view,
        near={part: _miss(clip, near, part) for part in PARTS},
        far={part: _miss(clip, far, part) for part in PARTS},
    )


def _miss(clip: SeenClip, side: str, part: str) -> Miss:
    error = 100.0 * clip.error[:, NAMES.index(f"{side}_{part}")]
    outward = clip.axes[:, 0, 1] * (1.0 if side == "left" else -1.0)  # of the picture's right
    along = outward if view_of(clip.yaw_deg) in ("front", "rear") else clip.axes[:, 0, 0]
    across = error[:, 0] * np.sign(along)
    bent = np.maximum(clip.flexion_deg["left"], clip.flexion_deg["right"])
    up, deep = bent < UPRIGHT_DEG, bent > BENT_DEG
    return Miss(
        across=_median(across[up]),
        up=_median(-error[up, 1]),
        deep_across=_median(across[deep]),
        deep_up=_median(-error[deep, 1]),
    )


def _mean(sides: list[Miss]) -> Miss:
    return Miss(
        across=float(np.mean([one.across for one in sides])),
        up=float(np.mean([one.up for one in sides])),
        deep_across=float(np.mean([one.deep_across for one in sides])),
        deep_up=float(np.mean([one.deep_up for one in sides])),
    )


def _median(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")
