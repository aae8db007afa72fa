"""A picture and poses enter; the picture with black over those people leaves."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from lookfeel.pose.landmarks import Landmarks

MARGIN = 0.12
"""Of the longer side of the box round somebody's landmarks, which lie inside the body; chosen by us."""


def covered(rgb: NDArray[np.uint8], poses: Iterable[Landmarks]) -> NDArray[np.uint8]:
    """A copy (h, w, 3) with a black box over each person, given in the picture's pixels; points that a network does not
    have, NaN, do not count."""
    copy = rgb.copy()
    for pose in poses:
        known = pose.points_px[np.isfinite(pose.points_px).all(axis=1)]
        if not len(known):
            continue
        least, most = known.min(axis=0), known.max(axis=0)
        margin = MARGIN * (most - least).max()
        left, top = np.maximum(least - margin, 0).astype(int)
        right, bottom = np.maximum(most + margin, 0).astype(int)
        copy[top:bottom, left:right] = 0
    return copy
