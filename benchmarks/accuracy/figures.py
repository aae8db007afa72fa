"""Signals over time and the moments of one repetition enter; the figure of each measure leaves.

The formulas are of this file's own; what a figure *is* (how long a peak is averaged, where legs count as bent) is the
program's definition and comes from there, so that a change of definition is not taken for an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.accuracy.measures import SIDES, SIGNAL_MEASURES, Measure, Reading
from benchmarks.accuracy.truth import Window
from lookfeel.kinematics.metrics import BENT_SHARE
from lookfeel.kinematics.readings import PEAK_WINDOW_S
from lookfeel.types import FloatArray

HEIGHT = "hip_height_ratio"


@dataclass(frozen=True, kw_only=True)
class Series:
    """Signals (T,) by name at presentation times (T,); sd by name where there is one; NaN where unknown."""

    time_s: FloatArray
    values: Mapping[str, FloatArray]
    sd: Mapping[str, FloatArray]


def placed(measure: Measure) -> Iterator[tuple[str, str]]:
    """(leg, signal's name) for each leg that a measure has; leg '' for one of the whole body."""
    signal = measure.signal or ""
    yield from ((side, signal.format(side=side)) for side in SIDES) if measure.has_sides else [("", signal)]


def read_figures(series: Series, window: Window, *, slowmo: float) -> dict[tuple[str, str], float]:
    """Figure of every measure that has a signal, by (measure, leg); NaN where it is unknown.

    Parameters
        slowmo: presentation time per movement time; what is averaged over lasts so much longer.
    """
    return {
        (measure.name, leg): _figure(series, window, name, measure.reading, slowmo)
        for measure in SIGNAL_MEASURES
        for leg, name in placed(measure)
        if name in series.values
    }


def bottom_frames(time_s: FloatArray, window: Window, slowmo: float) -> slice:
    """At least PEAK_WINDOW_S around the bottom, and all of the pause there."""
    half = 0.5 * PEAK_WINDOW_S * slowmo
    first = min(int(np.searchsorted(time_s, window.bottom_s - half)), nearest(time_s, window.bottom_start_s))
    last = max(
        int(np.searchsorted(time_s, window.bottom_s + half, side="right")), nearest(time_s, window.ascent_start_s)
    )
    return slice(first, max(last, first + 1))


def rep_frames(time_s: FloatArray, window: Window) -> slice:
    """Frames from start to end, both included."""
    return slice(nearest(time_s, window.start_s), nearest(time_s, window.end_s) + 1)


def nearest(time_s: FloatArray, moment_s: float) -> int:
    """Frame that is shown nearest to a moment."""
    return int(np.argmin(np.abs(time_s - moment_s)))


def _figure(series: Series, window: Window, name: str, reading: Reading, slowmo: float) -> float:
    values = series.values[name]
    if reading == "bottom":
        return _median(values[bottom_frames(series.time_s, window, slowmo)])
    frames = rep_frames(series.time_s, window)
    calm = running_mean(values[frames], series.time_s[frames], PEAK_WINDOW_S * slowmo)
    if reading.startswith("bent") or reading == "rise":
        calm = np.where(_is_bent(series.values[HEIGHT][frames]), calm, np.nan)
    return _extreme(calm, reading)


def _extreme(calm: FloatArray, reading: Reading) -> float:
    known = calm[np.isfinite(calm)]
    if not len(known):
        return float("nan")
    if reading in ("lowest", "bent_lowest"):
        return float(known.min())
    if reading == "largest":
        return float(np.abs(known).max())
    if reading == "shift":
        return float(np.abs(known - known[0]).max())
    return max(0.0, float(known.max())) if reading == "rise" else float(known.max())


def _is_bent(height: FloatArray) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Where the hips have come down by BENT_SHARE of their way."""
    if not np.isfinite(height).any():
        return np.zeros(len(height), dtype=bool)
    top, low = np.nanmax(height), np.nanmin(height)
    return np.asarray(height < top - BENT_SHARE * (top - low))


def _median(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")


def running_mean(values: FloatArray, time_s: FloatArray, width_s: float) -> FloatArray:
    """(T,) mean of what is known within half a width on both sides; NaN where the frame itself is unknown."""
    is_near = np.abs(time_s[:, None] - time_s[None, :]) <= 0.5 * width_s + 1e-9
    weight = is_near & np.isfinite(values)[None, :]
    total = weight @ np.where(np.isfinite(values), values, 0.0)
    return np.asarray(np.where(np.isfinite(values), total / np.maximum(weight.sum(axis=1), 1), np.nan))
