"""Directions and angles enter; rotations leave: the small algebra of a moving skeleton, all of it over (T, ...)."""

from __future__ import annotations

import numpy as np

from scripts.render_samples.shapes import Array

X, Y, Z = np.eye(3)


def unit(vector: Array) -> Array:
    """(..., 3) of length one."""
    return np.asarray(vector / np.linalg.norm(vector, axis=-1, keepdims=True), dtype=np.float64)


def across(vector: Array, axis: Array) -> Array:
    """(..., 3) unit vector of the part of `vector` that is at right angles to the unit `axis`."""
    along = np.sum(vector * axis, axis=-1, keepdims=True)
    return unit(vector - along * axis)


def about(axis: Array, angle_rad: Array | float) -> Array:
    """(..., 3, 3) rotation about one of the room's axes by (...) radians."""
    angle = np.asarray(angle_rad, dtype=np.float64)[..., None, None]
    skew = np.array([[0.0, -axis[2], axis[1]], [axis[2], 0.0, -axis[0]], [-axis[1], axis[0], 0.0]])
    return np.asarray(np.eye(3) + np.sin(angle) * skew + (1.0 - np.cos(angle)) * (skew @ skew), dtype=np.float64)


def frame(along: Array, toward: Array) -> Array:
    """(..., 3, 3) right-handed axes as columns: third against `along`, first as near as can be to `toward`."""
    third = -unit(along)
    first = across(toward, third)
    return np.stack([first, np.cross(third, first), third], axis=-1)


def turned(rotation: Array, vector: Array) -> Array:
    """(..., 3): `rotation` (..., 3, 3) times `vector` (3,) or (..., 3)."""
    return np.asarray(np.einsum("...ij,...j->...i", rotation, vector), dtype=np.float64)


def from_rest(pose: Array, rest: Array) -> Array:
    """(..., 3, 3) rotation that takes the axes `rest` (3, 3) to the axes `pose` (..., 3, 3)."""
    return np.asarray(pose @ rest.T, dtype=np.float64)
