"""A small picture enters; the corners in it that can be found again, spread over the picture, leave; and where they are
in another picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lookfeel.types import BoolArray, FloatArray

Picture = NDArray[np.uint8]

CELL_PX = 20  # the strongest corner in each, at most 144 of a wide picture: a contrasty thing has no more than its area
EDGE_PX = 6  # the window of a corner nearer to the edge than this lies half outside
_BLOCK_PX = 5
MIN_STRENGTH = 1e-5  # smaller eigenvalue of the gradients, full contrast = 1; a grain of SD 1 stays below
_WINDOW = (11, 11)
_LEVELS = 2
_MAX_STEPS, _STEP_PX = 12, 0.03


def find_corners(picture: Picture, is_person: BoolArray) -> FloatArray:
    """(n, 2) x, y in pixels of the small picture, centre of the first pixel (0, 0); none where people are, (h, w)."""
    import cv2

    strength = np.asarray(cv2.cornerMinEigenVal(picture, _BLOCK_PX, ksize=3))
    strength[:EDGE_PX], strength[-EDGE_PX:], strength[:, :EDGE_PX], strength[:, -EDGE_PX:] = 0.0, 0.0, 0.0, 0.0
    strength[is_person] = 0.0
    rows, columns = (side // CELL_PX for side in strength.shape)
    blocks = strength[: rows * CELL_PX, : columns * CELL_PX].reshape(rows, CELL_PX, columns, CELL_PX)
    cells = blocks.transpose(0, 2, 1, 3).reshape(rows * columns, CELL_PX * CELL_PX)
    best = cells.argmax(axis=1)
    corner, inside = np.divmod(np.arange(rows * columns), columns), np.divmod(best, CELL_PX)
    xy = np.stack([corner[1] * CELL_PX + inside[1], corner[0] * CELL_PX + inside[0]], axis=1).astype(np.float64)
    return np.asarray(xy[cells.max(axis=1) > MIN_STRENGTH])


def follow_corners(before: Picture, after: Picture, xy: FloatArray, guess: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Where corners (n, 2) of one picture are in another (n, 2), looked for around a guess, and which were found."""
    import cv2

    found, status, _ = cv2.calcOpticalFlowPyrLK(
        before,
        after,
        xy.astype(np.float32),
        guess.astype(np.float32),
        winSize=_WINDOW,
        maxLevel=_LEVELS,
        criteria=(cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, _MAX_STEPS, _STEP_PX),
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )
    height, width = after.shape
    there = np.asarray(found, dtype=np.float64)
    is_in = np.all((there >= EDGE_PX) & (there <= (width - 1 - EDGE_PX, height - 1 - EDGE_PX)), axis=1)
    return there, np.asarray((status[:, 0] == 1) & is_in)
