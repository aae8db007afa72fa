"""A room's brightness and a camera enter; the lamps and the matrices to draw with leave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scripts.render_samples.shapes import Array

NEAR_M, FAR_M = 0.15, 40.0
_SKY, _GROUND, _KEY, _FILL = 0.72, 0.44, 0.95, 0.26  # chosen by us: a gym under many lamps has soft, weak shadows
_DIMMING = 0.55  # chosen by us: a phone's exposure makes up for nearly half (in stops) of what a dim room lacks


@dataclass(frozen=True, kw_only=True)
class Lamps:
    """Unit vectors towards key and fill, strengths (sky, ground, key, fill), exposure, and a seed for patterns."""

    to_key: Array
    to_fill: Array
    strengths: tuple[float, float, float, float]
    exposure: float
    seed: float

    def key_share_on_floor(self) -> float:
        """Share of the light on the floor that comes from the key."""
        sky, _, key, fill = self.strengths
        of_key = key * self.to_key[2]
        return float(of_key / (of_key + sky + fill * (0.25 + 0.75 * self.to_fill[2])))


def lamps(light: float, seed: int) -> Lamps:
    """The lamps of a room; where they hang and how strong the key is by chance. light as in cases.Room."""
    rng = np.random.default_rng((seed, 0x11A))
    return Lamps(
        to_key=_towards(rng.uniform(0, 360), rng.uniform(55, 75)),
        to_fill=_towards(rng.uniform(0, 360), rng.uniform(10, 35)),
        strengths=(_SKY, _GROUND, _KEY * rng.uniform(0.8, 1.2), _FILL),
        exposure=float(max(light, 0.01) ** _DIMMING),
        seed=float(rng.uniform(0, 50)),
    )


def _towards(azimuth_deg: float, elevation_deg: float) -> Array:
    azimuth, elevation = np.radians(azimuth_deg), np.radians(elevation_deg)
    return np.array([np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)])


@dataclass(frozen=True, kw_only=True)
class Mirror:
    """A plane in the room that reflects: a point on it and its unit normal, towards the room."""

    point_m: Array
    normal: Array

    def reflection(self) -> Array:
        """(4, 4) room to the room behind the glass."""
        turn = np.eye(4)
        turn[:3, :3] -= 2.0 * np.outer(self.normal, self.normal)
        turn[:3, 3] = 2.0 * float(self.normal @ self.point_m) * self.normal
        return turn


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look at the room: to_clip (4, 4), where the eye is (for highlights), and whether it is through the mirror."""

    to_clip: Array
    eye_m: Array
    is_mirrored: bool = False


def look_of(rotation: Array, translation_m: Array, focal_px: float, size_px: tuple[int, int]) -> Look:
    """The look of a camera as in shapes.Shot; clip space has the picture's top row at y = -1, hence first in memory."""
    pose = np.eye(4)
    pose[:3, :3], pose[:3, 3] = rotation, translation_m
    lens = np.zeros((4, 4))
    lens[0, 0], lens[1, 1] = 2.0 * focal_px / size_px[0], 2.0 * focal_px / size_px[1]
    lens[2, 2], lens[2, 3] = (FAR_M + NEAR_M) / (FAR_M - NEAR_M), -2.0 * FAR_M * NEAR_M / (FAR_M - NEAR_M)
    lens[3, 2] = 1.0
    return Look(to_clip=lens @ pose, eye_m=-rotation.T @ translation_m)


def through(mirror: Mirror, look: Look) -> Look:
    """The same look at the room behind the glass."""
    flip = mirror.reflection()
    return Look(to_clip=look.to_clip @ flip, eye_m=(flip @ np.array([*look.eye_m, 1.0]))[:3], is_mirrored=True)


def depth_of(clip_depth: Array) -> Array:
    """Distance along the line of sight in metres of a depth buffer's value, 0-1."""
    return np.asarray(2.0 * NEAR_M * FAR_M / (FAR_M + NEAR_M - (2.0 * clip_depth - 1.0) * (FAR_M - NEAR_M)))


def shadow_clip(to_key: Array, middle_m: Array, reach_m: float) -> Array:
    """(4, 4) room to the clip space of the key lamp's shadow map, which covers a ball about the middle."""
    side = np.cross([0.0, 0.0, 1.0], to_key)
    side /= np.linalg.norm(side)
    rows = np.stack([side, np.cross(to_key, side), -to_key]) / reach_m
    clip = np.eye(4)
    clip[:3, :3], clip[:3, 3] = rows, -rows @ middle_m
    return clip
