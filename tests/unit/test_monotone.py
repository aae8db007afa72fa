"""Monotone cubics against SciPy's, which are too slow to import for every clip."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import PchipInterpolator

from lookfeel.monotone import monotone_cubic


@pytest.mark.parametrize("n", [2, 3, 4, 60])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_cubics_are_those_of_scipy(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    time_s = np.cumsum(rng.uniform(0.01, 0.3, n))
    values = rng.normal(size=(n, 3)).round(1)  # some neighbours are alike
    values[:, 2] = np.cumsum(np.abs(values[:, 2]))
    at_s = np.sort(np.concatenate([time_s, rng.uniform(time_s[0], time_s[-1], 200)]))
    expected = PchipInterpolator(time_s, values)(at_s)
    np.testing.assert_allclose(monotone_cubic(time_s, values, at_s), expected, atol=1e-12)


def test_cubics_rise_where_the_series_rises() -> None:
    time_s, values = np.array([0.0, 0.1, 0.2, 1.0]), np.array([[0.0], [0.0], [5.0], [5.1]])
    found = monotone_cubic(time_s, values, np.linspace(0.0, 1.0, 101))
    assert np.all(np.diff(found[:, 0]) >= -1e-12)
