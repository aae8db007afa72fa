"""Sliding windows against SciPy's, which are too slow to import for every clip."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from lookfeel import windows

LENGTHS_AND_WIDTHS = [(1, 1), (2, 5), (7, 1), (40, 3), (40, 11), (9, 21)]


@pytest.mark.parametrize(("n", "width"), LENGTHS_AND_WIDTHS)
@pytest.mark.parametrize("shape", [(), (3,), (3, 2)])
def test_median_is_that_of_scipy(n: int, width: int, shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(n).normal(size=(n, *shape)).round(1)
    size = (width, *(1 for _ in shape))
    np.testing.assert_array_equal(
        windows.window_median(values, width), ndimage.median_filter(values, size=size, mode="nearest")
    )


def test_median_of_a_long_series_is_that_of_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(0).normal(size=(50, 2))
    at_once = windows.window_median(values, 7)
    monkeypatch.setattr(windows, "BLOCK", 30)
    np.testing.assert_array_equal(windows.window_median(values, 7), at_once)


@pytest.mark.parametrize(("n", "width"), LENGTHS_AND_WIDTHS)
def test_mean_largest_and_smallest_are_those_of_scipy(n: int, width: int) -> None:
    values = np.random.default_rng(n).normal(size=n)
    around = windows.windowed(values, width)
    mean = ndimage.uniform_filter1d(values, width, mode="nearest")
    np.testing.assert_allclose(windows.window_mean(values, width), mean, atol=1e-14)
    np.testing.assert_array_equal(around.max(axis=-1), ndimage.maximum_filter1d(values, width, mode="nearest"))
    np.testing.assert_array_equal(around.min(axis=-1), ndimage.minimum_filter1d(values, width, mode="nearest"))


@pytest.mark.parametrize(("n", "sd"), [(3, 2.4), (30, 0.1), (30, 0.8), (200, 19.2)])
def test_gaussian_is_that_of_scipy(n: int, sd: float) -> None:
    values = np.random.default_rng(n).normal(size=n)
    np.testing.assert_allclose(
        windows.gaussian(values, sd), ndimage.gaussian_filter1d(values, sd, mode="nearest"), atol=1e-14
    )
