"""Frames that were not looked at are filled from those that were, and from nothing else."""

from __future__ import annotations

import numpy as np

from lookfeel.pose.between import cubic_between


def every(n: int, step: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.arange(n) % step == 0


def test_a_slow_wave_sampled_at_30_a_second_comes_back() -> None:
    time_s = np.arange(241) / 240.0
    wave = np.sin(2.0 * np.pi * 2.0 * time_s)[:, None] * np.array([1.0, -2.0])
    looked = every(241, 8)
    given = np.where(looked[:, None], wave, np.nan)
    found = cubic_between(given, time_s, looked, looked)
    np.testing.assert_array_equal(found[looked], wave[looked])
    inner = slice(8, -8)
    np.testing.assert_allclose(found[inner], wave[inner], atol=0.01)


def test_parabolas_are_exact_at_uneven_times() -> None:
    time_s = np.sort(np.random.default_rng(2).uniform(0.0, 2.0, 60))
    curve = 3.0 * time_s**2 - time_s
    looked = every(60, 3) | (np.arange(60) == 59)
    found = cubic_between(np.where(looked, curve, np.nan), time_s, looked, looked)
    inner = slice(4, 55)
    np.testing.assert_allclose(found[inner], curve[inner], atol=1e-9)


def test_nothing_is_filled_beside_a_look_that_saw_nobody() -> None:
    time_s = np.arange(21) / 60.0
    looked = every(21, 2)
    known = looked & ((np.arange(21) < 8) | (np.arange(21) > 12))
    found = cubic_between(np.where(known, 1.0, np.nan), time_s, known, looked)
    assert np.isnan(found[7:14]).all()
    np.testing.assert_array_equal(found[:7], 1.0)
    np.testing.assert_array_equal(found[14:], 1.0)
