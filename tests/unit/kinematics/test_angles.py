"""Angles of vectors whose angles are known, and their derivatives against small steps."""

from __future__ import annotations

import numpy as np
import pytest

from lookfeel.kinematics.angles import elevation_deg, included_deg, lean_deg, spread

VECTORS = np.random.default_rng(3).normal((0.0, 0.0, 0.3), 0.4, (40, 3))


@pytest.mark.parametrize(
    ("vector", "angle"),
    [((0.0, 0.0, 1.0), 90.0), ((1.0, 0.0, 0.0), 0.0), ((-1.0, 0.0, 1.0), 45.0), ((0.0, 2.0, -2.0), -45.0)],
)
def test_elevation(vector: tuple[float, float, float], angle: float) -> None:
    assert elevation_deg(np.array([vector]))[0] == pytest.approx(angle)


def test_lean_is_positive_towards_its_axis() -> None:
    vector = np.array([[1.0, -1.0, 1.0]])
    assert lean_deg(vector, axis=0)[0] == pytest.approx(45.0)
    assert lean_deg(vector, axis=1)[0] == pytest.approx(-45.0)


def test_included_angle() -> None:
    along, across = np.array([[2.0, 0.0, 0.0]]), np.array([[0.0, 0.0, 0.5]])
    assert included_deg(along, across)[0] == pytest.approx(90.0)
    assert included_deg(along, 3 * along)[0] == pytest.approx(0.0, abs=1e-5)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_derivatives_match_small_steps(axis: int) -> None:
    step = np.zeros(3)
    step[axis] = 1e-6
    other = np.roll(VECTORS, 1, axis=0)
    for function in (elevation_deg, lambda v: lean_deg(v, axis=0), lambda v: lean_deg(v, axis=1)):
        slope = (function(VECTORS + step)[0] - function(VECTORS - step)[0]) / 2e-6
        np.testing.assert_allclose(function(VECTORS)[1][:, axis], slope, rtol=1e-4, atol=1e-3)
    first = (included_deg(VECTORS + step, other)[0] - included_deg(VECTORS - step, other)[0]) / 2e-6
    second = (included_deg(VECTORS, other + step)[0] - included_deg(VECTORS, other - step)[0]) / 2e-6
    np.testing.assert_allclose(included_deg(VECTORS, other)[1][:, axis], first, rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(included_deg(VECTORS, other)[2][:, axis], second, rtol=1e-4, atol=1e-3)


def test_spread_agrees_with_drawn_vectors() -> None:
    centre, sd = np.array([-0.3, 0.05, 0.25]), np.array([0.01, 0.004, 0.006])
    drawn = centre + np.random.default_rng(0).normal(0.0, 1.0, (20000, 3)) * sd
    value, slope = elevation_deg(centre[None])
    assert spread(slope, np.diag(sd**2)[None]) == pytest.approx(elevation_deg(drawn)[0].std(), rel=0.05)
    assert value == pytest.approx(elevation_deg(drawn)[0].mean(), abs=0.1)


def test_nan_stays_nan() -> None:
    hole = np.array([[np.nan, 0.0, 1.0]])
    assert np.isnan(elevation_deg(hole)[0]).all()
    assert np.isnan(lean_deg(hole, axis=0)[0]).all()
    assert np.isnan(included_deg(hole, hole)[0]).all()
