"""Signals and one repetition in; single robust figures out: at the bottom, at a peak, at matched depth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from lookfeel.kinematics.views import ViewGroup, rule_for
from lookfeel.types import BoolArray, FloatArray, MetricStatus, Rep, Signals

PEAK_WINDOW_S = 0.1
"""A peak is a mean over this much movement time, never a single frame: three frames at 30 fps, and at a 6 Hz low-pass
neighbours within it are nearly one measurement. Chosen by us."""

SEEN_SHARE = 0.7
"""Share of a repetition's frames in which a signal must be known. Chosen by us: a fault may hide in what is
missing."""

ROUGH_FACTOR, BLIND_FACTOR = 2.0, 4.0
"""SD over the view's floor from which a figure is only approximate, and not assessable. Chosen by us: doubtful or
filled landmarks widen a signal's SD two- to fourfold."""


SHARED_BIAS = 0.6
"""SD of a difference of two readings of one signal in one repetition, over the SD of one: their bias is mostly the
same (SPIKES section 8: error scatters by .4-1.1 degrees from rep to rep where it is 3-4 degrees in all). Chosen by
us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A figure with SD, its frame, and how well this view shows it. span: first and last frame at which the signal
    cannot be told from this figure, for a peak."""

    value: float
    sd: float
    frame: int
    status: MetricStatus
    span: tuple[int, int] | None = None


Answer = Reading | str
"""A reading, or in plain words why there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepSignals:
    """The signals of one repetition, read with its view in mind."""

    signals: Signals
    rep: Rep
    group: ViewGroup
    slowmo_factor: float

    @property
    def frames(self) -> slice:
        """Frames of the repetition."""
        return slice(self.rep.start, self.rep.end)

    @property
    def bottom_frames(self) -> slice:
        """At least PEAK_WINDOW_S around the bottom, all of the pause there."""
        time_s, half = self.signals.time_s, 0.5 * PEAK_WINDOW_S * self.slowmo_factor
        here = time_s[self.rep.bottom]
        first = min(self.rep.bottom_start, int(np.searchsorted(time_s, here - half)))
        last = max(self.rep.ascent_start, int(np.searchsorted(time_s, here + half, side="right")))
        return slice(max(first, 0), max(last, self.rep.bottom + 1))

    def at_bottom(self, name: str) -> Answer:
        """Median over the bottom."""
        if problem := self._problem(name, self.bottom_frames):
            return problem
        return self._reading(name, float(np.nanmedian(self.signals[name][self.bottom_frames])), self.rep.bottom)

    def peak(self, name: str, *, of: Callable[[FloatArray], FloatArray], frames: slice | None = None) -> Answer:
        """Value of the signal where `of` it, averaged over PEAK_WINDOW_S, is highest."""
        where = frames or self.frames
        if problem := self._problem(name, where):
            return problem
        calm = self.averaged(name, where)
        target = of(calm)
        if not np.isfinite(target).any():
            return "the joints it needs are hidden"
        at = int(np.nanargmax(target))
        reading = self._reading(name, float(calm[at]), where.start + at)
        alike = np.flatnonzero(target >= target[at] - SHARED_BIAS * reading.sd)
        return replace(reading, span=(where.start + int(alike[0]), where.start + int(alike[-1])))

    def averaged(self, name: str, frames: slice) -> FloatArray:
        """Running mean over PEAK_WINDOW_S of true time, ends included; NaN where the frame itself is unknown."""
        time_s, values = self.signals.time_s[frames], self.signals[name][frames]
        half = 0.5 * PEAK_WINDOW_S * self.slowmo_factor + 1e-9
        first = np.searchsorted(time_s, time_s - half)
        last = np.searchsorted(time_s, time_s + half, side="right")
        known = np.isfinite(values)
        total = np.concatenate([[0.0], np.cumsum(np.where(known, values, 0.0))])
        count = np.concatenate([[0], np.cumsum(known)])
        n = count[last] - count[first]
        return np.where(known, (total[last] - total[first]) / np.maximum(n, 1), np.nan)

    def matched_difference(self, name: str, *, height: str = "hip_height_ratio") -> FloatArray | str:
        """Descent less ascent of a signal at the same 20 heights, from the bottom to seven tenths of the way up."""
        down, up = slice(self.rep.start, self.rep.bottom + 1), slice(self.rep.ascent_start, self.rep.end)
        if problem := self._problem(name, down) or self._problem(name, up):
            return problem
        level = self.signals[height]
        if not np.isfinite(level[self.frames]).all() or up.stop - up.start < 3:
            return "the joints it needs are hidden"
        low = float(level[self.rep.bottom])
        high = float(min(level[down].max(), level[up].max()))
        heights = low + (high - low) * np.linspace(0.05, 0.7, 20)
        return _at_heights(level[down], self.signals[name][down], heights) - _at_heights(
            level[up], self.signals[name][up], heights
        )

    def _problem(self, name: str, frames: slice) -> str | None:
        rule = rule_for(name)
        if rule.of(self.group)[0] == "not_assessable":
            return rule.why_not(self.group)
        values, sd = self.signals[name], self.signals.sd[name]
        if not np.isfinite(values[self.bottom_frames]).any():
            return f"{_needed(name)} not seen at the bottom"
        if np.isfinite(values[frames]).mean() < SEEN_SHARE:
            return f"{_needed(name)} not seen for enough of the repetition"
        if self._roughness(name, sd) > BLIND_FACTOR:
            return f"{_needed(name)} too uncertain near the bottom"
        return None

    def _roughness(self, name: str, sd: FloatArray) -> float:
        floor = rule_for(name).of(self.group)[1]
        return float(np.nanmedian(sd[self.bottom_frames]) / floor) if floor > 0 else 1.0

    def _reading(self, name: str, value: float, frame: int) -> Reading:
        sd = self.signals.sd[name]
        status = rule_for(name).of(self.group)[0]
        if status == "ok" and self._roughness(name, sd) > ROUGH_FACTOR:
            status = "approximate"
        own = float(sd[frame]) if np.isfinite(sd[frame]) else float(np.nanmedian(sd[self.frames]))
        return Reading(value=value, sd=own, frame=frame, status=status)


def _at_heights(level: FloatArray, values: FloatArray, heights: FloatArray) -> FloatArray:
    """Values at given heights of a way that mostly falls or rises."""
    known: BoolArray = np.isfinite(values)
    order = np.argsort(level[known], kind="stable")
    return np.asarray(np.interp(heights, level[known][order], values[known][order]))


def _needed(name: str) -> str:
    joints = {
        "knee_flexion": "hip, knee and ankle",
        "thigh_angle": "hip and knee",
        "hip_flexion": "shoulder, hip and knee",
        "shank_tilt": "knee and ankle",
        "trunk": "shoulders and hips",
        "heel_rise": "heel and toe",
        "knee_over_foot": "knee and foot",
        "kasr": "knees and ankles",
        "fppa": "hip, knee and ankle",
        "hip_shift": "hips and ankles",
        "hip_line": "hips",
        "hip_height": "hips",
    }
    return next((words for start, words in joints.items() if name.startswith(start)), "what it needs") + " are"
