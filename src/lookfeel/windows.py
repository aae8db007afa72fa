"""A series enters; the same seen through a window that slides along it leaves, its ends being held beyond the series.

SciPy's `ndimage` does the same, but with what it needs takes a fifth of a second to import.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from lookfeel.types import FloatArray

BLOCK = 1 << 18
"""Numbers that are sorted at once: 2 MB, however long the clip and wide the window (chosen by us)."""

GAUSSIAN_REACH = 4.0
"""Standard deviations of a Gaussian within which its weights count, as in SciPy."""


def windowed(values: FloatArray, width: int) -> FloatArray:
    """(T, ...) -> (T, ..., width), width odd: a view of what surrounds each row."""
    held = np.concatenate(
        [np.repeat(values[:1], width // 2, axis=0), values, np.repeat(values[-1:], width // 2, axis=0)]
    )
    return sliding_window_view(held, width, axis=0)


def window_median(values: FloatArray, width: int) -> FloatArray:
    """(T, ...) of a series (T, ...); NaN counts as larger than any number."""
    around = windowed(values, width)
    n_rows = max(1, BLOCK * len(around) // around.size)
    middle = np.empty_like(values)
    for start in range(0, len(values), n_rows):
        rows = slice(start, start + n_rows)
        middle[rows] = np.partition(around[rows], width // 2, axis=-1)[..., width // 2]
    return middle


def window_mean(values: FloatArray, width: int) -> FloatArray:
    """(T,) of a series (T,)."""
    return np.asarray(windowed(values, width).mean(axis=-1))


def gaussian(values: FloatArray, sd: float) -> FloatArray:
    """(T,) of a series (T,), blurred by a Gaussian of `sd` steps."""
    reach = int(GAUSSIAN_REACH * sd + 0.5)
    weights = np.exp(-0.5 * np.square(np.arange(-reach, reach + 1) / sd))
    return np.asarray(windowed(values, 2 * reach + 1) @ (weights / weights.sum()))
