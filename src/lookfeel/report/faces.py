"""Frames and where the heads are enter; frames on which nobody can be recognised by the face leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lookfeel.types import FaceCovers, Frame


def without_faces(frames: Iterable[Frame], covers: FaceCovers) -> Iterator[Frame]:
    """Cover every head with a disc of one colour: what is under it cannot be got back, as it can from a soft blur.

    A frame that the covers do not reach to is painted over as a whole.
    """
    for frame in frames:
        rgb = frame.rgb.copy()
        if frame.index < len(covers.radius_px):
            _cover(rgb, covers, frame.index)
        else:
            rgb[:] = _mean_colour(rgb.reshape(-1, 3))
        yield replace(frame, rgb=rgb)


def _cover(rgb: NDArray[np.uint8], covers: FaceCovers, index: int) -> None:
    """Paint the discs of one frame, in the mean colour of what lies under each."""
    height, width = rgb.shape[:2]
    scale = np.array([width / covers.width_px, height / covers.height_px])
    for middle, radius in zip(covers.xy_px[index] * scale, covers.radius_px[index] * scale.max(), strict=True):
        if not (np.isfinite(middle).all() and np.isfinite(radius)):
            continue
        left, right = np.clip([middle[0] - radius, middle[0] + radius + 1], 0, width).astype(int)
        top, bottom = np.clip([middle[1] - radius, middle[1] + radius + 1], 0, height).astype(int)
        region = rgb[top:bottom, left:right]
        rows, columns = np.ogrid[top:bottom, left:right]
        is_under = (columns - middle[0]) ** 2 + (rows - middle[1]) ** 2 <= radius**2
        if is_under.any():
            region[is_under] = _mean_colour(region[is_under])


def _mean_colour(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(3,) mean of (n, 3)."""
    return np.asarray(pixels.mean(axis=0), dtype=np.uint8)
