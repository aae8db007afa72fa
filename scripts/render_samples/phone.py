"""Where the phone stands and how it is held enter; the camera at every moment leaves."""

from __future__ import annotations

import numpy as np

from scripts.render_samples.cases import Film, Phone
from scripts.render_samples.shapes import Array, Shot
from scripts.render_samples.turning import about, turned

# Hand-held pictures wander slowly and tremble quickly; chosen by us: the tremor of a steady hand lies below 12 Hz, and
# what a phone's stabiliser leaves of it below about 4 Hz.
_SWAY_HZ = (0.2, 4.0)
_N_WAVES = 9
_X, _Y, _Z = np.eye(3)


def shoot(phone: Phone, film: Film, time_s: Array, seed: int) -> Shot:
    """The camera at each of the times; the same seed gives the same sway at the same time, whatever the other times.

    Parameters
        time_s: (T,) seconds of the movement.
    """
    sway = _sway(np.asarray(time_s, dtype=np.float64), seed)
    lens_m = lens_position(phone) + phone.shake_m * sway[:, :3]
    rotation = _held(phone, np.radians(phone.shake_deg) * sway[:, 3:]) @ _level(phone.yaw_deg)
    return Shot(
        rotation=rotation,
        translation_m=-turned(rotation, lens_m),
        focal_px=focal_px(phone, film),
        width_px=film.width_px,
        height_px=film.height_px,
    )


def lens_position(phone: Phone) -> Array:
    """(3,) metres in the room of the lens of a phone on a stand."""
    yaw = np.radians(phone.yaw_deg)
    return np.array([phone.distance_m * np.cos(yaw), phone.distance_m * np.sin(yaw), phone.height_m])


def focal_px(phone: Phone, film: Film) -> float:
    """Focal length in pixels; the field of view lies along the picture's longer side."""
    half = 0.5 * max(film.width_px, film.height_px)
    return float(half / np.tan(0.5 * np.radians(phone.field_of_view_deg)))


def pitch_deg(phone: Phone) -> float:
    """How far the lens looks up; towards the aim above mid-stance when it is not given."""
    if phone.pitch_deg is not None:
        return phone.pitch_deg
    return float(np.degrees(np.arctan2(phone.aim_m - phone.height_m, phone.distance_m)))


def _level(yaw_deg: float) -> Array:
    """(3, 3) room axes to those of a level camera that looks at the athlete from this side."""
    yaw = np.radians(yaw_deg)
    ahead = np.array([-np.cos(yaw), -np.sin(yaw), 0.0])
    return np.stack([np.cross(ahead, _Z), -_Z, ahead])


def _held(phone: Phone, sway_rad: Array) -> Array:
    """(T, 3, 3) level camera axes to those of the phone: panned, then pitched up, then rolled.

    A positive roll turns the phone clockwise as its holder sees it, so that the picture's content leans to the left.
    """
    pan, pitch, roll = (sway_rad + np.radians([0.0, pitch_deg(phone), phone.roll_deg])).T
    return np.asarray(about(_Z, -roll) @ about(_X, -pitch) @ about(_Y, pan), dtype=np.float64)


def _sway(time_s: Array, seed: int) -> Array:
    """(T, 6) smooth noise of SD 1 over a long time: three shifts and three turns, slow waves larger than quick ones."""
    rng = np.random.default_rng((seed, 0x5A7))
    low, high = np.log(_SWAY_HZ)
    rate_hz = np.exp(rng.uniform(low, high, (_N_WAVES, 6)))
    size = 1.0 / rate_hz
    size *= np.sqrt(2.0 / np.sum(size**2, axis=0))
    phase = rng.uniform(0.0, 2.0 * np.pi, (_N_WAVES, 6))
    waves = size * np.sin(2.0 * np.pi * rate_hz * time_s[:, None, None] + phase)
    return np.asarray(waves.sum(axis=1), dtype=np.float64)
