"""A picture enters; the people that BlazePose's detector sees in it leave, each as two steering points and a torso.

The numbers are those of mediapipe 0.10.21's pose_detection_cpu.pbtxt, unless said otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lookfeel.models import load_model
from lookfeel.pose.region import Region, region_around
from lookfeel.pose.session import Session
from lookfeel.types import FloatArray

SIDE_PX = 224
ANCHORS_BY_STRIDE = ((8, 2), (16, 2), (32, 6))
MIN_SCORE = 0.5
MIN_OVERLAP = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """score: 0-1. points_px (4, 2): mid-hips, full-body circle, mid-shoulders, upper-body circle."""

    score: float
    points_px: FloatArray

    @property
    def region(self) -> Region:
        """Where to look for this person's landmarks."""
        return region_around(self.points_px[:2])

    @property
    def torso_px(self) -> FloatArray:
        """(2, 2) mid-hips, mid-shoulders."""
        return self.points_px[[0, 2]]


class PersonDetector:
    """The detector network with its fixed grid of anchors."""

    def __init__(self, *, threads: int, models: Path | None, device: str = "cpu") -> None:
        model = load_model("pose_detection", models)
        self.sha256 = model.entry.sha256
        self._session = Session(model, threads=threads, device=device)
        self._anchors = anchor_centres()

    def detect(self, rgb: NDArray[np.uint8]) -> tuple[Detection, ...]:
        """People in a picture (h, w, 3), the surest first, in its pixels."""
        square, scale, corner = letterbox(rgb)
        outputs = self._session.run(normalised(square))
        scores, coordinates = decode(outputs["boxes"], outputs["scores"][:, 0], self._anchors)
        return tuple(
            Detection(score=score, points_px=values[4:].reshape(4, 2) * scale + corner)
            for score, values in merge_overlapping(scores, coordinates)
        )


def anchor_centres() -> FloatArray:
    """(2254, 2) anchor centres x, y, 0-1: row by row for each stride, several anchors on each cell."""
    grids = []
    for stride, repeats in ANCHORS_BY_STRIDE:
        cells = SIDE_PX // stride
        axis = (np.arange(cells) + 0.5) / cells
        y, x = np.meshgrid(axis, axis, indexing="ij")
        grids.append(np.repeat(np.column_stack([x.ravel(), y.ravel()]), repeats, axis=0))
    return np.concatenate(grids)


def letterbox(rgb: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], float, FloatArray]:
    """Fit a picture into the detector's square, centred on black.

    Returns
        (224, 224, 3); pixels per side of the square; (2,) its top-left corner in the picture's pixels.
    """
    import cv2

    height, width = rgb.shape[:2]
    side = float(max(height, width))
    corner = np.array([width - side, height - side]) / 2
    matrix = np.column_stack([np.eye(2) * side / SIDE_PX, corner])
    square: NDArray[Any] = cv2.warpAffine(
        rgb, matrix, (SIDE_PX, SIDE_PX), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_CONSTANT
    )
    return square, side, corner


def normalised(square: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The network's input: float32 in [-1, 1]."""
    return square.astype(np.float32) * np.float32(2 / 255) - np.float32(1)


def decode(
    boxes: NDArray[np.float32], logits: NDArray[np.float32], anchors: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Candidates above the threshold.

    Returns
        (n,) scores 0-1, and (n, 12): box x0, y0, x1, y1, then four keypoints x, y; all 0-1 of the square.
    """
    scores = 1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -100, 100)))
    keep = scores >= MIN_SCORE
    values = boxes[keep].astype(np.float64) / SIDE_PX
    centres = anchors[keep]
    middle, size = values[:, :2] + centres, values[:, 2:4]
    points = values[:, 4:] + np.tile(centres, 4)
    return scores[keep], np.column_stack([middle - size / 2, middle + size / 2, points])


def merge_overlapping(scores: FloatArray, values: FloatArray) -> list[tuple[float, FloatArray]]:
    """Weighted non-maximum suppression: the surest candidate takes those whose boxes overlap it, and their mean,
    weighted by score, stands for them all. Boxes are the first four columns of `values`."""
    order = np.argsort(-scores, kind="stable")
    scores, values = scores[order], values[order]
    merged = []
    while len(scores):
        joined = overlap_ratio(values[0, :4], values[:, :4]) > MIN_OVERLAP
        joined[0] = True
        merged.append((float(scores[0]), np.average(values[joined], axis=0, weights=scores[joined])))
        scores, values = scores[~joined], values[~joined]
    return merged


def overlap_ratio(box: FloatArray, boxes: FloatArray) -> FloatArray:
    """(n,) intersection over union of one box with many; x0, y0, x1, y1."""
    sides = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    shared = np.prod(np.maximum(sides, 0), axis=1)
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    united = np.prod(box[2:] - box[:2]) + areas - shared
    return np.asarray(shared / np.maximum(united, np.finfo(float).tiny))
