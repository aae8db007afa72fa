"""A frame and the people in it enter; a small grey picture of contrasts, and where its background may be, leave."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lookfeel.types import BoolArray, Frame, PersonPose

LONG_SIDE_PX = 320  # chosen by us: a match is sure to some 0.05 of its pixels, 0.2 pixels of a 1280 one
_CONTRAST_PX = 31  # brightness that changes over more than this is light, not texture: flicker, exposure, shading
_MARGIN_RATIO = 0.10  # of a person's size, around the landmarks: hair, hands, loose clothes, shadows (chosen by us)


def small_picture(frame: Frame) -> NDArray[np.uint8]:
    """(h, w) uint8 contrasts around 128, at most LONG_SIDE_PX long."""
    import cv2

    grey = _halved(frame.rgb) if max(frame.rgb.shape) >= 2 * LONG_SIDE_PX else frame.rgb[..., 1]
    height, width = grey.shape
    scale = min(1.0, LONG_SIDE_PX / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    is_half = grey.shape == (2 * size[1], 2 * size[0])
    small = cv2.resize(grey, size, interpolation=cv2.INTER_LINEAR if is_half else cv2.INTER_AREA)
    light = cv2.blur(small, (_CONTRAST_PX, _CONTRAST_PX))
    return np.asarray(cv2.addWeighted(small, 1.0, light, -1.0, 128.0), dtype=np.uint8)


def _halved(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(h / 2, w / 2) uint8: of each four pixels, two that lie diagonally, and their green alone, which is nearly grey.

    Half the time of averaging all; with fewer, a fine carpet glitters and feet on it are held 15 % less still.
    """
    import cv2

    height, width = rgb.shape[0] // 2 * 2, rgb.shape[1] // 2 * 2
    first, second = rgb[0:height:2, 0:width:2, 1], rgb[1:height:2, 1:width:2, 1]
    return np.asarray(cv2.addWeighted(np.ascontiguousarray(first), 0.5, np.ascontiguousarray(second), 0.5, 0.0))


def people_mask(people: Sequence[PersonPose], shape: tuple[int, int], scale: tuple[float, float]) -> BoolArray:
    """(h, w) true where people are, with room around their landmarks.

    Parameters
        scale: pixels of the small picture per full-size pixel, along x and y.
    """
    import cv2

    mask = np.zeros(shape, dtype=np.uint8)
    for person in people:
        seen = person.xy_px[np.isfinite(person.xy_px).all(axis=1)] * scale
        if len(seen) < 3:
            continue
        hull = cv2.convexHull(np.round(np.clip(seen, -1e4, 1e4)).astype(np.int32))
        margin = max(1, round(_MARGIN_RATIO * float(np.ptp(seen, axis=0).max())))
        cv2.fillConvexPoly(mask, hull, 1)
        cv2.polylines(mask, [hull], True, 1, thickness=2 * margin)
    return mask.astype(np.bool_)
