"""The low-pass against SciPy's, which is too slow to import for every clip."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from lookfeel.tracks.lowpass import low_pass


@pytest.mark.parametrize(("rate", "n", "n_pad"), [(30.0, 300, 30), (240.0, 500, 240), (14.0, 9, 8), (25.0, 26, 25)])
def test_low_pass_is_that_of_scipy(rate: float, n: int, n_pad: int) -> None:
    values = np.random.default_rng(3).normal(size=(n, 3)).cumsum(axis=0) + 500.0
    cutoff = min(6.0 / 0.802 / rate, 0.45)
    expected = sosfiltfilt(butter(2, 2.0 * cutoff, output="sos"), values, axis=0, padlen=n_pad)
    np.testing.assert_allclose(low_pass(values, cutoff=cutoff, n_pad=n_pad), expected, rtol=0.0, atol=1e-9)


def test_a_slow_wave_passes_in_place() -> None:
    time_s = np.arange(200) / 50.0
    wave = np.sin(2.0 * np.pi * 0.5 * time_s)[:, None]
    np.testing.assert_allclose(low_pass(wave, cutoff=0.15, n_pad=50)[20:-20], wave[20:-20], atol=1e-3)
