"""Landmarks at a clip's frames in, the same at even moments out; and what was fitted there back at the frames."""

from __future__ import annotations

import numpy as np

from lookfeel.body.landmarks import Landmarks
from lookfeel.types import FloatArray

RATE_HZ = 15.0
"""Landmarks are low-passed at 6 Hz, so that more moments would say nothing new (SPIKES section 8: 10-15 Hz)."""

LEAST_MOMENTS = 4


def even_moments(time_s: FloatArray) -> FloatArray:
    """(M,) evenly spaced from the first to the last frame, about RATE_HZ and never denser than the frames."""
    span = float(time_s[-1] - time_s[0])
    n = min(round(span * RATE_HZ) + 1, len(time_s))
    return np.linspace(time_s[0], time_s[-1], max(n, LEAST_MOMENTS))


def at_moments(landmarks: Landmarks, time_s: FloatArray, moments_s: FloatArray) -> Landmarks:
    """Between two frames by straight lines; unseen where one of them is."""
    before, share = _between(time_s, moments_s)
    nearest = np.where(share < 0.5, before, before + 1)
    return Landmarks(
        xy_px=mixed(landmarks.xy_px, before, share),
        confidence=mixed(landmarks.confidence, before, share),
        is_filled=landmarks.is_filled[nearest],
    )


def values_at(values: FloatArray, time_s: FloatArray, moments_s: FloatArray) -> FloatArray:
    """Any series (T, ...) at other times, by straight lines."""
    return mixed(values, *_between(time_s, moments_s))


def spline_at(values: FloatArray, moments_s: FloatArray, time_s: FloatArray) -> FloatArray:
    """A fitted series (M, ...) at the frames, by the cubic spline through its even moments, M of 4 or more.

    Its third derivative does not jump at the last moment but one ("not a knot"). SciPy's `CubicSpline` is the same, but
    takes 0.2 s to import.
    """
    flat = values.reshape(len(values), -1)
    rise = np.diff(flat, axis=0)
    right = np.empty_like(flat)
    right[1:-1] = 3.0 * (rise[:-1] + rise[1:])
    right[0], right[-1] = 0.5 * (5.0 * rise[0] + rise[1]), 0.5 * (5.0 * rise[-1] + rise[-2])
    slope = _slopes(right)
    before, share = _between(moments_s, time_s)
    u = share[:, None]
    a, b = slope[before] - rise[before], rise[before] - slope[before + 1]
    found = flat[before] + u * rise[before] + u * (1.0 - u) * ((1.0 - u) * a + u * b)
    return np.asarray(found.reshape(len(time_s), *values.shape[1:]))


def _slopes(right: FloatArray) -> FloatArray:
    """(M, K) a moment: s[i-1] + 4 s[i] + s[i+1] = right[i], and at the ends s[0] + 2 s[1] and 2 s[-2] + s[-1]."""
    slope, last = right.copy(), len(right) - 1
    share = np.empty(last)  # of the next slope, by which each one is less
    share[0] = 2.0
    for i in range(1, last):
        share[i] = 1.0 / (4.0 - share[i - 1])
        slope[i] = (slope[i] - slope[i - 1]) * share[i]
    slope[last] = (slope[last] - 2.0 * slope[last - 1]) / (1.0 - 2.0 * share[last - 1])
    for i in range(last - 1, -1, -1):
        slope[i] -= share[i] * slope[i + 1]
    return slope


def _between(time_s: FloatArray, moments_s: FloatArray) -> tuple[np.ndarray, FloatArray]:
    """Index of the last time before each moment, and the share of the way to the next."""
    before = np.clip(np.searchsorted(time_s, moments_s, side="right") - 1, 0, len(time_s) - 2)
    share = (moments_s - time_s[before]) / (time_s[before + 1] - time_s[before])
    return before, np.clip(share, 0.0, 1.0)


def mixed(values: FloatArray, before: np.ndarray, share: FloatArray) -> FloatArray:
    """Straight lines between rows; a moment that falls on a frame needs only that frame."""
    weight = share.reshape(-1, *(1,) * (values.ndim - 1))
    low = np.where(weight < 1.0, values[before], 0.0)
    high = np.where(weight > 0.0, values[before + 1], 0.0)
    return np.asarray((1.0 - weight) * low + weight * high)
