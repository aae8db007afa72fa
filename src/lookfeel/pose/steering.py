"""The two steering points of each frame enter; calmer ones leave, so that the next region does not tremble.

Landmarks themselves are never smoothed here: that is done later, off line and with zero lag. Without this filter the
region follows every wobble of the network and jitter doubles, even in MediaPipe with smoothing switched off.
"""

from __future__ import annotations

import math

import numpy as np

from lookfeel.pose.region import body_diameter_px
from lookfeel.types import FloatArray

MIN_CUTOFF_HZ = 0.01
SPEED_GAIN = 10.0
SPEED_CUTOFF_HZ = 1.0
"""pose_landmark_filtering.pbtxt of mediapipe 0.10.21."""


class OneEuroFilter:
    """A low-pass whose cut-off rises with speed, speed counted in diameters of the circle around the body a second.

    Source
        Casiez 2012, doi:10.1145/2207676.2208639.
    """

    def __init__(self) -> None:
        self._time_s: float | None = None
        self._raw = np.empty(0)
        self._smooth = np.empty(0)
        self._speed = np.empty(0)

    def __call__(self, points_px: FloatArray, *, time_s: float) -> FloatArray:
        """Filter the (2, 2) steering points of one frame, centre and circle; the first ones pass unchanged."""
        if self._time_s is None:
            self._smooth, self._speed = points_px, np.zeros_like(points_px)
        else:
            step_s = time_s - self._time_s
            speed = (points_px - self._raw) / (body_diameter_px(points_px) * step_s)
            self._speed = _blend(self._speed, speed, _weight(np.full_like(speed, SPEED_CUTOFF_HZ), step_s))
            cutoff = MIN_CUTOFF_HZ + SPEED_GAIN * np.abs(self._speed)
            self._smooth = _blend(self._smooth, points_px, _weight(cutoff, step_s))
        self._time_s, self._raw = time_s, points_px
        return self._smooth


def _weight(cutoff_hz: FloatArray, step_s: float) -> FloatArray:
    return np.asarray(1 / (1 + 1 / (2 * math.pi * cutoff_hz * step_s)))


def _blend(old: FloatArray, new: FloatArray, weight: FloatArray) -> FloatArray:
    return np.asarray(weight * new + (1 - weight) * old)
