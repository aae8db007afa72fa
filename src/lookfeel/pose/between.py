"""What was seen in some frames of a clip enters; the same with values for the frames between them leaves."""

from __future__ import annotations

import numpy as np

from lookfeel.types import BoolArray, FloatArray


def cubic_between(values: FloatArray, time_s: FloatArray, is_known: BoolArray, is_looked_at: BoolArray) -> FloatArray:
    """Values (T, ...) of the frames that were not looked at, from the known ones around them; the rest as they are.

    Between two neighbouring looks that both saw somebody a cubic is laid whose slopes are those of parabolas through
    three looks; where one of them saw nobody nothing is filled in. At 25 to 34 looks a second of movement the gap is
    less than a quarter of the shortest wave that the tracks keep (6 Hz), so that any smooth curve would do.
    """
    looks = np.flatnonzero(is_looked_at)
    frames = np.flatnonzero(~is_looked_at)
    after = np.searchsorted(looks, frames)
    frames, after = frames[(after > 0) & (after < len(looks))], after[(after > 0) & (after < len(looks))]
    low, high = looks[after - 1], looks[after]
    is_between = is_known[low] & is_known[high]
    frames, after, low, high = frames[is_between], after[is_between], low[is_between], high[is_between]
    result = values.copy()
    slope = _slopes(values[looks], time_s[looks], is_known[looks])
    span = _column(time_s[high] - time_s[low], values)
    u = _column(time_s[frames] - time_s[low], values) / span
    begin, end = values[low], values[high]
    rise = end - begin
    start, stop = slope[after - 1] * span - rise, rise - slope[after] * span
    result[frames] = begin + u * rise + u * (1.0 - u) * ((1.0 - u) * start + u * stop)
    return result


def _slopes(values: FloatArray, time_s: FloatArray, is_known: BoolArray) -> FloatArray:
    """(M, ...) a second, of the parabola through each look and its neighbours; of the line where one is missing."""
    step = _column(np.diff(time_s), values)
    line = np.diff(values, axis=0) / step
    slope = np.zeros_like(values)
    slope[1:-1] = (line[:-1] * step[1:] + line[1:] * step[:-1]) / (step[:-1] + step[1:])
    has_before = np.concatenate([[False], is_known[:-1]])
    has_after = np.concatenate([is_known[1:], [False]])
    only_after, only_before = has_after & ~has_before, has_before & ~has_after
    slope[only_after] = line[only_after[:-1]]
    slope[only_before] = line[only_before[1:]]
    return slope


def _column(series: FloatArray, like: FloatArray) -> FloatArray:
    """(M,) -> (M, 1, ...), to be multiplied with `like`."""
    return series.reshape(-1, *(1,) * (like.ndim - 1))
