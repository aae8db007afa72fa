"""Peaks that stand out, against SciPy's, which is too slow to import for every clip."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import find_peaks

from lookfeel.peaks import prominent_peaks


@given(st.lists(st.integers(-6, 6), min_size=0, max_size=60), st.sampled_from([0.0, 1.0, 2.5]))
def test_peaks_and_prominences_are_those_of_scipy(heights: list[int], least: float) -> None:
    values = np.array(heights, dtype=np.float64)
    peaks, prominences = prominent_peaks(values, least=least)
    expected, about = find_peaks(values, prominence=least)
    np.testing.assert_array_equal(peaks, expected)
    np.testing.assert_allclose(prominences, about["prominences"])


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 1.0], [0.0, 1.0], [2.0, 1.0, 2.0]])
def test_ends_are_no_peaks(values: list[float]) -> None:
    assert len(prominent_peaks(np.array(values), least=0.0)[0]) == 0
