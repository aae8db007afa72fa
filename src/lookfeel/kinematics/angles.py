"""Vectors (T, 3) in metres in; angles in degrees and their derivatives (T, 3) in degrees per metre out."""

from __future__ import annotations

import numpy as np

from lookfeel.types import FloatArray

Measured = tuple[FloatArray, FloatArray]
"""Value (T,) and derivative (T, 3) with respect to the vector."""


def elevation_deg(vector_m: FloatArray) -> Measured:
    """Angle to the horizontal: 90 = straight up, 0 = level, negative = pointing down."""
    x, y, z = vector_m.T
    level = np.hypot(x, y)
    square = level**2 + z**2
    safe = np.where(level > 1e-9, level, np.nan)
    flat = np.where(level > 1e-9, -z / (safe * square), 0.0)
    slope = np.stack([flat * x, flat * y, level / square], axis=-1)
    return np.degrees(np.arctan2(z, level)), np.degrees(slope)


def lean_deg(vector_m: FloatArray, *, axis: int) -> Measured:
    """Angle to the vertical in the plane of `axis` (0 = ahead, 1 = left) and up: + = the upper end lies that way."""
    a, z = vector_m[:, axis], vector_m[:, 2]
    square = a**2 + z**2
    slope = np.zeros_like(vector_m)
    slope[:, axis], slope[:, 2] = z / square, -a / square
    return np.degrees(np.arctan2(a, z)), np.degrees(slope)


def included_deg(first_m: FloatArray, second_m: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Angle between two vectors, 0-180, and its derivatives with respect to each.

    The derivative has no direction where the vectors are in line; it is then taken as if they were 3 degrees apart.
    """
    size_a = np.linalg.norm(first_m, axis=-1, keepdims=True)
    size_b = np.linalg.norm(second_m, axis=-1, keepdims=True)
    a, b = first_m / size_a, second_m / size_b
    cosine = np.clip(np.sum(a * b, axis=-1, keepdims=True), -1.0, 1.0)
    sine = np.maximum(np.sqrt(1.0 - cosine**2), np.sin(np.radians(3.0)))
    slope_a, slope_b = -(b - cosine * a) / (size_a * sine), -(a - cosine * b) / (size_b * sine)
    return np.degrees(np.arccos(cosine[:, 0])), np.degrees(slope_a), np.degrees(slope_b)


def spread(derivative: FloatArray, covariance: FloatArray) -> FloatArray:
    """(T,) standard deviation of a figure from its derivative (T, 3) and the vector's covariance (T, 3, 3)."""
    variance = np.einsum("ti,tij,tj->t", derivative, covariance, derivative)
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)), dtype=np.float64)
