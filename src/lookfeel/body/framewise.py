"""Landmarks and a scene in, every frame's joints with covariance out, each frame for itself: the way without a fit.

Used where one fit over the whole clip cannot be had: a few frames, or a clip that does not fix its unknowns.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from lookfeel.body.anatomy import apart, middle, total
from lookfeel.body.fit import BLOCK, N_JOINTS, combine
from lookfeel.body.landmarks import Landmarks
from lookfeel.body.poses import pose_frames
from lookfeel.body.standing import Scene
from lookfeel.types import BODY_JOINTS, FloatArray
from lookfeel.windows import window_mean, window_median

METHOD = "frame by frame: rays and lengths"

FLOOR_WINDOW_S = 0.5
"""Chosen by us: a hand sways slower than once a second, a toe's noise is gone within a few frames."""

SEGMENTS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "trunk": total(middle("shoulder"), middle("hip", -1.0)),
        "knees_apart": apart("knee"),
        "ankles_apart": apart("ankle"),
        "hips_apart": apart("hip"),
        "hips_over_ankles": total(middle("hip"), middle("ankle", -1.0)),
        **{
            f"{name}_{side}": {f"{side}_{end}": 1.0, f"{side}_{start}": -1.0}
            for side in ("left", "right")
            for name, end, start in (("thigh", "hip", "knee"), ("shank", "knee", "ankle"), ("foot", "toe", "heel"))
        },
    }
)
"""Vectors between joints whose covariance signals need; a joint's own covariance says nothing of how it moves with
its neighbour, and depth is shared by all of them."""


def frame_by_frame(
    landmarks: Landmarks, scene: Scene, *, yaw_sd_rad: float
) -> tuple[FloatArray, FloatArray, dict[str, FloatArray]]:
    """Positions (T, J, 3), covariance of joints (T, J, 3, 3), covariance of SEGMENTS by name (T, 3, 3)."""
    n_frames = len(landmarks.xy_px)
    position = np.empty((n_frames, N_JOINTS, 3))
    covariance = np.empty((n_frames, N_JOINTS, 3, 3))
    segments = {name: np.empty((n_frames, 3, 3)) for name in SEGMENTS}
    joint = np.arange(N_JOINTS)
    for start in range(0, n_frames, BLOCK):
        block = np.arange(start, min(start + BLOCK, n_frames))
        poses = pose_frames(landmarks, scene, block)
        spread = np.linalg.inv(poses.normal).reshape(-1, N_JOINTS, 3, N_JOINTS, 3)
        position[block] = poses.position_m
        covariance[block] = np.moveaxis(spread[:, joint, :, joint, :], 0, 1)
        for name, coefficients in SEGMENTS.items():
            c = np.array([coefficients.get(j, 0.0) for j in BODY_JOINTS])
            own = np.einsum("a,taibj,b->tij", c, spread, c)
            segments[name][block] = own + turning(combine(poses.position_m, coefficients), yaw_sd_rad=yaw_sd_rad)
    return position, covariance, segments


def turning(vector_m: FloatArray, *, yaw_sd_rad: float) -> FloatArray:
    """What an uncertain heading adds to the covariance (T, 3, 3) of vectors (T, 3): it swings their ends sideways."""
    swing = yaw_sd_rad * np.stack([-vector_m[:, 1], vector_m[:, 0], np.zeros(len(vector_m))], axis=-1)
    return swing[:, :, None] * swing[:, None, :]


def floor_drift(position: FloatArray, time_s: FloatArray) -> FloatArray:
    """What to add to all heights so that the lower foot stays on the floor while a hand-held phone moves.

    Taken over FLOOR_WINDOW_S, so that it follows a hand and not the noise of a toe; a step leaves the other foot down.
    """
    toes = position[:, [BODY_JOINTS.index("left_toe"), BODY_JOINTS.index("right_toe")], 2]
    is_known = np.asarray(np.isfinite(toes).any(axis=1))
    if not is_known.any():
        return np.zeros(len(position))
    low = np.nanmin(np.where(is_known[:, None], toes, np.inf), axis=1)
    low = np.interp(time_s, time_s[is_known], low[is_known])
    step = float(np.median(np.diff(time_s))) if len(time_s) > 1 else FLOOR_WINDOW_S
    window = min(max(1, round(FLOOR_WINDOW_S / step)), len(position)) | 1
    return -window_mean(window_median(low, window), window)
