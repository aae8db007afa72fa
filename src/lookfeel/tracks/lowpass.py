"""Evenly spaced series enter; the same without what is faster than a cut-off, and without lag, leave.

SciPy's `butter` and `sosfiltfilt` do the same, but take half a second to import.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np

from lookfeel.types import FloatArray

BLOCK = 32
"""Steps of the recursion that are taken at once."""


def low_pass(values: FloatArray, *, cutoff: float, n_pad: int) -> FloatArray:
    """A second-order Butterworth forth and back.

    Parameters
        values: (n, D), n > n_pad. cutoff: of one pass, in turns a sample, below 0.5. n_pad: samples by which each end
        is carried on, turned about its last value, so that the filter has settled where the series begins.
    """
    k = np.tan(np.pi * cutoff)
    whole = 1.0 + np.sqrt(2.0) * k + k * k
    gain, a1, a2 = k * k / whole, 2.0 * (k * k - 1.0) / whole, (1.0 - np.sqrt(2.0) * k + k * k) / whole
    before, after = values[n_pad:0:-1], values[-2 : -n_pad - 2 : -1]
    padded = np.concatenate([2.0 * values[0] - before, values, 2.0 * values[-1] - after])
    for _ in range(2):  # forth and back
        padded = _one_way(padded, gain, a1, a2)[::-1]
    return padded[n_pad : len(padded) - n_pad]


def _one_way(x: FloatArray, gain: float, a1: float, a2: float) -> FloatArray:
    """y[i] + a1 y[i-1] + a2 y[i-2] = gain (x[i] + 2 x[i-1] + x[i-2]), as if the first value had always been there."""
    held = np.concatenate([x[:1], x[:1], x])
    right = gain * (held[2:] + 2.0 * held[1:-1] + held[:-2])
    right[0] -= (a1 + a2) * x[0]
    right[1] -= a2 * x[0]
    return _recursion(right, a1, a2)


def _recursion(right: FloatArray, a1: float, a2: float) -> FloatArray:
    """y[i] + a1 y[i-1] + a2 y[i-2] = right[i], from rest: a block at a time, of which each step is a sum over the block
    and what the last two values before it leave."""
    within, left = _responses(float(a1), float(a2))
    n_blocks = -(-len(right) // BLOCK)
    padded = np.zeros((n_blocks * BLOCK, right.shape[1]))
    padded[: len(right)] = right
    y = within @ padded.reshape(n_blocks, BLOCK, -1)
    for before, here in pairwise(y):
        here += left @ before[-2:]
    return np.asarray(y.reshape(-1, right.shape[1])[: len(right)])


@lru_cache(maxsize=8)
def _responses(a1: float, a2: float) -> tuple[FloatArray, FloatArray]:
    """What each step of a block gets from each value of its right-hand side (BLOCK, BLOCK), and from the last two
    values of the block before (BLOCK, 2)."""
    impulse = np.zeros(BLOCK + 2)  # at the third place
    impulse[2] = 1.0
    for i in range(3, BLOCK + 2):
        impulse[i] = -a1 * impulse[i - 1] - a2 * impulse[i - 2]
    step = np.arange(BLOCK)
    within = impulse[np.maximum(step[:, None] - step, -2) + 2]
    return within, np.stack([-a2 * impulse[2:], -a1 * impulse[2:] - a2 * impulse[1:-1]], axis=1)
