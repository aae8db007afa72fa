"""Presentation timestamps -> seconds from the clip's first frame, and what their spacing says of the frame rate."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from lookfeel.types import FloatArray

# Chosen by us: timestamps in whole milliseconds (WebM) move a 240 fps frame by up to .24 of its interval, one dropped
# frame moves the rest by a whole one; .4 tells the two apart.
_DRIFT_INTERVALS = 0.4


class PresentationClock:
    """Turns timestamps into strictly increasing seconds and remembers them (8 bytes a frame)."""

    def __init__(self, time_base: Fraction) -> None:
        self._time_base = time_base
        self._first: int | None = None
        self._seconds = array("d")

    def place(self, pts: int | None) -> float | None:
        """Seconds after the first frame; None when the timestamp is missing or not later than the one before."""
        if pts is None:
            return None
        if self._first is None:
            self._first = pts
        time_s = float((pts - self._first) * self._time_base)
        if self._seconds and time_s <= self._seconds[-1]:
            return None
        self._seconds.append(time_s)
        return time_s

    @property
    def time_s(self) -> FloatArray:
        """(n,) seconds of the frames placed so far."""
        return np.array(self._seconds, dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spacing:
    """How frames follow each other. intervals in seconds; median_s is NaN for fewer than two frames."""

    median_s: float
    shortest_s: float
    longest_s: float
    is_variable: bool


def frame_spacing(time_s: FloatArray) -> Spacing:
    """Spacing of frames, variable when 'frame number / rate' would miss some frame by more than .4 of an interval.

    Parameters
        time_s: (n,) seconds, strictly increasing.
    """
    if len(time_s) < 2:
        return Spacing(median_s=np.nan, shortest_s=np.nan, longest_s=np.nan, is_variable=False)
    intervals = np.diff(time_s)
    median_s = float(np.median(intervals))
    even = np.linspace(time_s[0], time_s[-1], len(time_s))
    drift = float(np.max(np.abs(time_s - even)))
    return Spacing(
        median_s=median_s,
        shortest_s=float(intervals.min()),
        longest_s=float(intervals.max()),
        is_variable=drift > _DRIFT_INTERVALS * median_s,
    )
