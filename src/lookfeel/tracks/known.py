"""Figures with gaps enter; what the known ones say leaves."""

from __future__ import annotations

import numpy as np

from lookfeel.types import FloatArray


def median_known(values: FloatArray) -> float:
    """Median of those that are known; NaN, without a warning on the user's screen, when none is."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else np.nan
