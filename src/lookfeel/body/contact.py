"""Landmarks in, which foot stands when out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookfeel.body.landmarks import Landmarks
from lookfeel.types import BoolArray, FloatArray
from lookfeel.windows import window_median, windowed

WINDOW_S = 0.4
STILL_SHARE = 0.045
"""Of the stature in the picture: a point that stays within this for WINDOW_S stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """(T, 2) left, right. stands: the ball of the foot stays where it is; rests: ankle and heel do, too."""

    stands: BoolArray
    rests: BoolArray


def find_contact(landmarks: Landmarks, *, dt_s: float, stature_px: float) -> Contact:
    """Which feet stay put, by the picture alone; an unseen foot counts as standing."""
    half = min(max(1, round(0.5 * WINDOW_S / dt_s)), len(landmarks.xy_px))
    found = {}
    for part in ("toe", "ankle"):
        found[part] = np.stack(
            [_spread(landmarks.joint(f"{side}_{part}"), half) < STILL_SHARE * stature_px for side in ("left", "right")],
            axis=1,
        )
    return Contact(stands=found["toe"], rests=found["toe"] & found["ankle"])


FREE_RISE_M, FREE_SLOPE, FREE_GAIN_M = 0.08, 0.26, 0.05
"""In the network's rough 3-D: a toe is in the air that, while the legs are bent, is nearly always higher than the other
by more than this, by more than this share of how far it is ahead or behind, and by so much more than while standing. In
rendered single-leg squats 0.10-0.22 m, gaining 0.07-0.18; lunges reach 0.17 m, but with feet 0.6-0.9 m apart, or one
after the other; a real squat at a wall 0.10 m, but standing 0.08, too. From behind they cannot be told apart."""

HIDDEN_SINE = -0.8
"""A foot on the far side, seen from the side (53 degrees and more), is placed too roughly to be called in the air."""


def free_foot(toes_m: FloatArray, is_bent: BoolArray, *, yaw_rad: float) -> int | None:
    """Which foot is in the air when the legs are bent: 0 left, 1 right, None neither, as far as can be told.

    toes_m (T, 2, 3): left and right, rough, in camera axes (y down, z away).
    """
    apart = toes_m[:, 0] - toes_m[:, 1]
    is_known = np.isfinite(apart).all(axis=1)
    bent, standing = apart[is_bent & is_known], apart[~is_bent & is_known]
    if not len(bent) or not len(standing) or np.cos(yaw_rad) < -0.5:
        return None
    _, lower, further = np.median(bent, axis=0)
    sign = np.sign(lower)
    least = float(np.percentile(sign * bent[:, 1], 20.0))
    gained = sign * (lower - float(np.median(standing[:, 1])))
    free = 1 if lower > 0 else 0
    is_hidden = np.sin(yaw_rad) * (1.0, -1.0)[free] < HIDDEN_SINE
    is_free = least > max(FREE_RISE_M, FREE_SLOPE * abs(further)) and gained > FREE_GAIN_M
    return free if is_free and not is_hidden else None


def without_foot(contact: Contact, free: int | None) -> Contact:
    """The same with a foot that never stands."""
    if free is None:
        return contact
    stands, rests = contact.stands.copy(), contact.rests.copy()
    stands[:, free] = rests[:, free] = False
    return Contact(stands=stands, rests=rests)


def _spread(xy_px: FloatArray, half: int) -> FloatArray:
    """(T,) how far a point moves within a window around each moment; 0 where it is unseen."""
    spread = []
    for column in xy_px.T:
        known = np.isfinite(column)
        if not known.any():
            return np.zeros(len(xy_px))
        filled = np.interp(np.arange(len(column)), np.flatnonzero(known), column[known])
        around = windowed(window_median(filled, 3), 2 * half + 1)
        spread.append(around.max(axis=-1) - around.min(axis=-1))
    return np.where(np.isfinite(xy_px[:, 0]), np.hypot(*spread), 0.0)
