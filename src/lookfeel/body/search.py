"""Landmarks in, the scene out whose camera explains them best: a phone's pitch, then its place around the athlete.

Gravity is what angles are measured against, the athlete's heading what sideways is measured against. With a
wrong pitch or yaw a planted body must stretch its bones, so a few frames from standing to the deepest tell both: one
number after the other, each tried on a grid around what is expected and smoothed by a parabola.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lookfeel.body.camera import PITCH_DOWN_DEG, PITCH_SD_DEG
from lookfeel.body.landmarks import IntArray, Landmarks
from lookfeel.body.poses import leg_share, pose_frames
from lookfeel.body.standing import Scene, set_scene
from lookfeel.types import FloatArray

N_SAMPLE = 24
FRAMES_WORTH = 5.0
"""Frames that decide, and how many independent ones they are worth against what is expected: their errors are mostly
the same error. Chosen by us."""

PITCH_GRID, YAW_GRID = np.arange(-1.25, 1.8, 0.5), np.arange(-2.0, 2.1, 1.0)
"""In standard deviations of what is expected: -6 to 18 degrees of pitch, two deviations of yaw."""


def best_scene(
    landmarks: Landmarks,
    time_s: FloatArray,
    *,
    lengths_m: dict[str, float],
    width_px: int,
    height_px: int,
    yaw_deg: float,
    yaw_sd_deg: float,
) -> Scene | None:
    """Search pitch, then yaw; None when shoulders and knees are never seen together. yaw_sd_deg 0 keeps the yaw."""

    def scene(pitch: float, yaw: float) -> Scene | None:
        return set_scene(
            landmarks,
            time_s,
            lengths_m=lengths_m,
            width_px=width_px,
            height_px=height_px,
            yaw_deg=yaw,
            pitch_down_deg=pitch,
        )

    first = scene(PITCH_DOWN_DEG, yaw_deg)
    if first is None:
        return None
    sample = _sample_frames(landmarks, first)
    if not len(sample):
        return first
    start = pose_frames(landmarks, first, sample).position_m

    def cost(candidate: Scene | None) -> float:
        assert candidate is not None  # whether there is a scene depends on neither pitch nor yaw
        return FRAMES_WORTH * float(np.median(pose_frames(landmarks, candidate, sample, start_m=start).misfit))

    pitch = _search(lambda value: cost(scene(value, yaw_deg)), PITCH_DOWN_DEG, PITCH_SD_DEG, PITCH_GRID)
    yaw = _search(lambda value: cost(scene(pitch, value)), yaw_deg, yaw_sd_deg, YAW_GRID)
    return scene(pitch, yaw)


def _search(cost: Callable[[float], float], expected: float, sd: float, grid: FloatArray) -> float:
    """Value of least cost plus squared deviation, near what is expected, between grid points by a parabola."""
    if sd <= 0:
        return expected
    values = expected + sd * grid
    costs = np.array([cost(float(value)) for value in values]) + grid**2
    i = int(np.clip(np.argmin(costs), 1, len(grid) - 2))
    before, here, after = costs[i - 1 : i + 2]
    bend = before - 2.0 * here + after
    shift = 0.5 * (before - after) / bend if bend > 0 else 0.0
    return float(values[i] + np.clip(shift, -1.0, 1.0) * (values[1] - values[0]))


def _sample_frames(landmarks: Landmarks, scene: Scene) -> IntArray:
    """Frames spread evenly over the hip heights of the clip, with both feet planted where they stand; may be none."""
    share = leg_share(landmarks, scene)
    usable = np.isfinite(share) & scene.is_planted.all(axis=1) & scene.is_home
    frames = np.flatnonzero(usable if usable.sum() >= N_SAMPLE else np.isfinite(share))
    order = frames[np.argsort(share[frames], kind="stable")]
    if not len(order):
        return order
    levels = np.linspace(share[order[0]], share[order[-1]], N_SAMPLE)
    return np.unique(order[np.clip(np.searchsorted(share[order], levels), 0, len(order) - 1)])
