"""Landmarks in, which foot stands when out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import maximum_filter1d, median_filter, minimum_filter1d

from lookfeel.body.landmarks import Landmarks
from lookfeel.types import BoolArray, FloatArray

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
    half = max(1, round(0.5 * WINDOW_S / dt_s))
    found = {}
    for part in ("toe", "ankle"):
        found[part] = np.stack(
            [
                _spread(landmarks.joint(f"{side}_{part}"), half) < STILL_SHARE * stature_px
                for side in ("left", "right")
            ],
            axis=1,
        )
    return Contact(stands=found["toe"], rests=found["toe"] & found["ankle"])


def _spread(xy_px: FloatArray, half: int) -> FloatArray:
    """(T,) how far a point moves within a window around each moment; 0 where it is unseen."""
    size = 2 * half + 1
    spread = []
    for column in xy_px.T:
        known = np.isfinite(column)
        if not known.any():
            return np.zeros(len(xy_px))
        filled = np.interp(np.arange(len(column)), np.flatnonzero(known), column[known])
        calm = median_filter(filled, size=3, mode="nearest")
        spread.append(maximum_filter1d(calm, size, mode="nearest") - minimum_filter1d(calm, size, mode="nearest"))
    return np.where(np.isfinite(xy_px[:, 0]), np.hypot(*spread), 0.0)
