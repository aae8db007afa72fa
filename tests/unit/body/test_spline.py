"""The spline from moments to frames against SciPy's, which is too slow to import for every clip."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from lookfeel.body.moments import spline_at


@pytest.mark.parametrize("n", [4, 5, 40])
def test_spline_is_that_of_scipy(n: int) -> None:
    moments_s = np.linspace(0.3, 0.3 + n / 15.0, n)
    values = np.random.default_rng(n).normal(size=(n, 2, 3))
    time_s = np.sort(np.random.default_rng(1).uniform(moments_s[0], moments_s[-1], 200))
    time_s[0], time_s[-1] = moments_s[0], moments_s[-1]
    expected = CubicSpline(moments_s, values, axis=0)(time_s)
    np.testing.assert_allclose(spline_at(values, moments_s, time_s), expected, atol=1e-12)
