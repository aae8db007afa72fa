"""Two steering points of a person enter; the turned square that the landmark network looks at leaves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookfeel.types import FloatArray

MARGIN = 1.25
"""Side of the square over the diameter of the circle around the body; BlazePose was trained with it
(pose_landmarks_to_roi.pbtxt of mediapipe 0.10.21)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A square in the picture, in pixels. rotation_rad: clockwise as seen, 0 = upright."""

    center_x_px: float
    center_y_px: float
    size_px: float
    rotation_rad: float

    def to_picture(self) -> FloatArray:
        """(2, 3) affine matrix from points of the square, 0-1 right and down, to the picture."""
        cos, sin = np.cos(self.rotation_rad) * self.size_px, np.sin(self.rotation_rad) * self.size_px
        return np.array(
            [
                [cos, -sin, self.center_x_px - 0.5 * (cos - sin)],
                [sin, cos, self.center_y_px - 0.5 * (sin + cos)],
            ]
        )

    def jumped_from(self, other: Region) -> bool:
        """True when no person moves so far in one frame: the picture was cut, or the track slipped to someone else.

        A quarter of the side is some 0.5 m at 30 frames a second, 15 m/s; chosen by us, beyond any squat or lunge.
        """
        moved = np.hypot(self.center_x_px - other.center_x_px, self.center_y_px - other.center_y_px)
        grown = abs(np.log(self.size_px / other.size_px))
        return bool(moved > 0.25 * max(self.size_px, other.size_px) or grown > np.log(1.5))


def body_diameter_px(points_px: FloatArray) -> float:
    """Diameter of the circle around the body, from its centre and a point on it; never 0, since it is divided by."""
    return max(2 * float(np.linalg.norm(points_px[1] - points_px[0])), 1.0)


def region_around(points_px: FloatArray) -> Region:
    """The square for a person.

    Parameters
        points_px: (2, 2) middle of the hips, and a point above it on the circle that holds the whole body.
    """
    (x, y), (top_x, top_y) = points_px
    upward = np.arctan2(-(top_y - y), top_x - x)
    rotation = (np.pi / 2 - upward + np.pi) % (2 * np.pi) - np.pi
    diameter = body_diameter_px(points_px)
    return Region(
        center_x_px=float(x), center_y_px=float(y), size_px=float(MARGIN * diameter), rotation_rad=float(rotation)
    )  # fmt: skip
