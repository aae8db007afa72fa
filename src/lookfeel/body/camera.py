"""Landmarks of standing frames in, a level pinhole phone out: where it stands and which ray each pixel is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookfeel.types import FloatArray, PinholeCamera

FIELD_OF_VIEW_DEG = 70.0
"""Of a phone's long side (SPIKES section 8: 70 degrees +- 8 %; errors of -24 to +14 % did not matter for angles)."""

PITCH_DOWN_DEG, PITCH_SD_DEG = 4.0, 8.0
"""How far a phone looks down, mean and spread (SPIKES section 8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """Pinhole without roll, in body axes (x ahead of the athlete, y left, z up, origin on the floor below them).

    yaw_rad: direction from the athlete to the camera, 0 = ahead, +90 degrees = left. distance_m: level distance.
    """

    focal_px: float
    centre_px: tuple[float, float]
    yaw_rad: float
    pitch_down_rad: float
    distance_m: float
    height_m: float

    @property
    def position_m(self) -> FloatArray:
        """(3,) metres."""
        return np.array([self.distance_m * np.cos(self.yaw_rad), self.distance_m * np.sin(self.yaw_rad), self.height_m])

    @property
    def axes(self) -> FloatArray:
        """(3, 3): rows are the picture's right, down and away, in body axes."""
        yaw, pitch = self.yaw_rad, self.pitch_down_rad
        right = np.array([-np.sin(yaw), np.cos(yaw), 0.0])
        away = np.array([-np.cos(yaw) * np.cos(pitch), -np.sin(yaw) * np.cos(pitch), -np.sin(pitch)])
        return np.stack([right, np.cross(away, right), away])

    def as_pinhole(self) -> PinholeCamera:
        """The same camera in the form that leaves this room."""
        return PinholeCamera(
            focal_px=self.focal_px, centre_px=np.array(self.centre_px), position_m=self.position_m, axes=self.axes
        )

    def slopes(self, xy_px: FloatArray) -> FloatArray:
        """Pixels (..., 2) to right and down per metre away (..., 2)."""
        return (xy_px - self.centre_px) / self.focal_px

    def rise_per_metre(self, y_px: float) -> float:
        """Height gained by the ray of a pixel row per level metre."""
        down = np.arctan((y_px - self.centre_px[1]) / self.focal_px) + self.pitch_down_rad
        return float(-np.tan(down))


def focal_length_px(width_px: int, height_px: int) -> float:
    """Focal length of an average phone for this picture."""
    return float(0.5 * max(width_px, height_px) / np.tan(np.radians(FIELD_OF_VIEW_DEG / 2)))
