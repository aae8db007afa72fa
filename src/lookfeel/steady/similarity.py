"""Matched points enter; the similarity that carries most of them, or None where they agree on none, leaves.

A similarity (shift, turn, zoom) is written as two complex numbers: z -> turn * z + shift with z = x + iy in pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lookfeel.types import BoolArray, FloatArray

ComplexArray = NDArray[np.complex128]

MIN_POINTS = 10  # fewer may agree by chance: in 200 trials on random flow, RANSAC found 7 of 20 and 12 of 60 at most
MIN_SHARE = 0.5  # of the points must agree: the background is what most of the picture outside people does
STILL_SHARE = 0.7  # of the agreeing points also agree with no motion at all: then that is where fitting begins
EXPECTED_SHARE = 0.6  # of the matches follow what was expected: no other motion can have as many
_N_REWEIGHTINGS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Similarity:
    """z -> turn * z + shift. share: of the points that agree; sd_px: of the fit, at the middle of the picture."""

    turn: complex
    shift: complex
    share: float = 1.0
    sd_px: float = 0.0

    def __call__(self, z: ComplexArray) -> ComplexArray:
        return self.turn * z + self.shift

    def after(self, first: Similarity) -> Similarity:
        """The similarity that does `first`, then this one; quality is this one's."""
        return Similarity(
            turn=self.turn * first.turn,
            shift=self.turn * first.shift + self.shift,
            share=self.share,
            sd_px=float(np.hypot(self.sd_px, first.sd_px)),
        )

    def inverse(self) -> Similarity:
        """What undoes it."""
        return Similarity(turn=1 / self.turn, shift=-self.shift / self.turn, share=self.share, sd_px=self.sd_px)


IDENTITY = Similarity(turn=1.0 + 0.0j, shift=0.0j)


def fit_similarity(
    before: ComplexArray, after: ComplexArray, guess: ComplexArray, *, tolerance_px: float, middle: complex
) -> Similarity | None:
    """The similarity that most matches follow.

    Parameters
        before, after: (n,) matched points. guess: (n,) where they were expected.
        tolerance_px: how far a match that agrees may lie off. middle: where the stated SD holds.
    Returns
        None when fewer than MIN_POINTS or MIN_SHARE of the points agree.
    """
    if len(before) < MIN_POINTS:
        return None
    agrees = _consensus(before, after, guess, tolerance_px)
    if agrees.sum() < max(MIN_POINTS, MIN_SHARE * len(before)):
        return None
    return _refined(before, after, agrees, tolerance_px=tolerance_px, middle=middle)


def _consensus(before: ComplexArray, after: ComplexArray, guess: ComplexArray, tolerance_px: float) -> BoolArray:
    """(n,) true for the matches that follow one similarity; no motion, or the one expected, is taken when enough do."""
    is_still: BoolArray = np.abs(after - before) < tolerance_px
    is_expected: BoolArray = np.abs(after - guess) < tolerance_px
    for agrees in (is_still, is_expected):
        if agrees.mean() >= EXPECTED_SHARE:
            return agrees
    found = _most_agreeing(before, after, tolerance_px)
    return is_still if is_still.sum() >= STILL_SHARE * found.sum() else found


def _most_agreeing(before: ComplexArray, after: ComplexArray, tolerance_px: float) -> BoolArray:
    """(n,) true for the largest set of matches that RANSAC finds to follow one similarity."""
    import cv2

    found, inliers = cv2.estimateAffinePartial2D(
        _pairs(before),
        _pairs(after),
        method=cv2.RANSAC,
        ransacReprojThreshold=tolerance_px,
        maxIters=100,
        refineIters=0,
    )
    return np.zeros(len(before), dtype=np.bool_) if found is None else np.asarray(inliers[:, 0], dtype=np.bool_)


def _pairs(z: ComplexArray) -> FloatArray:
    return np.stack([z.real, z.imag], axis=1)


def _refined(
    before: ComplexArray, after: ComplexArray, agrees: BoolArray, *, tolerance_px: float, middle: complex
) -> Similarity | None:
    """Weighted least squares from the matches that agree, with Tukey's weights on all: 0 beyond 6 medians (5 SD)."""
    weight = agrees.astype(np.float64)
    for _ in range(_N_REWEIGHTINGS):
        total = weight.sum()
        if total < 0.5 * MIN_POINTS:
            return None
        c, d = (weight * before).sum() / total, (weight * after).sum() / total
        spread = float((weight * np.abs(before - c) ** 2).sum())
        turn = complex((weight * (before - c).conj() * (after - d)).sum() / max(spread, 1e-9))
        off = np.abs(after - d - turn * (before - c))
        width = np.clip(6.0 * np.median(off[agrees]), 0.3 * tolerance_px, 2.0 * tolerance_px)
        weight = np.clip(1.0 - (off / width) ** 2, 0.0, None) ** 2
    share = float(np.mean(off < tolerance_px))
    variance = float((weight * off**2).sum() / weight.sum()) / 2.0
    sd = np.sqrt(2.0 * variance * (1.0 / weight.sum() + abs(middle - c) ** 2 / max(spread, 1e-9)))
    return Similarity(turn=turn, shift=complex(d - turn * c), share=share, sd_px=float(sd))
