"""A series enters; its peaks that stand out leave. SciPy's `find_peaks` agrees, but takes half a second to import."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lookfeel.types import FloatArray


def prominent_peaks(values: FloatArray, *, least: float) -> tuple[NDArray[np.int64], FloatArray]:
    """Inner peaks of a series (n,), the middle of flat ones, with their prominence where it is `least` or more.

    Prominence: how far one must go down from the peak, at least, to come to something higher or to the series' end.
    """
    begins = np.flatnonzero(np.diff(values, prepend=np.nan) != 0.0)  # of stretches of one height; NaN begins the first
    ends = np.append(begins[1:], len(values)) - 1
    height = values[begins]
    is_peak = np.zeros(len(begins), dtype=np.bool_)
    is_peak[1:-1] = (height[1:-1] > height[:-2]) & (height[1:-1] > height[2:])
    peaks = (begins[is_peak] + ends[is_peak]) // 2
    prominence = np.array([_prominence(values, int(peak)) for peak in peaks])
    stands_out = prominence >= least
    return peaks[stands_out], prominence[stands_out]


def _prominence(values: FloatArray, peak: int) -> float:
    higher = np.flatnonzero(values > values[peak])
    place = int(np.searchsorted(higher, peak))
    first = int(higher[place - 1]) if place > 0 else 0
    last = int(higher[place]) if place < len(higher) else len(values) - 1
    return float(values[peak] - max(values[first : peak + 1].min(), values[peak : last + 1].min()))
