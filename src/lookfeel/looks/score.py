"""Arithmetic of the score: measured values with their SDs and anchors go in, worths, probabilities and S come out."""

from __future__ import annotations

from functools import cache
from statistics import NormalDist
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from lookfeel.exercises import Anchors, Scoring
from lookfeel.types import FloatArray


@cache
def standard_draws(name: str, *, n: int, seed: int) -> FloatArray:
    """(n,) standard normal draws, one from each of n equally likely strata, in an order fixed by `name` and `seed`.

    Stratified, so that a single measure's median and probabilities are exact to 1/n; named, so that an item's draws do
    not depend on which other items could be judged.
    """
    draws = _middles_of_strata(n)[_order(name, n, seed)]
    draws.setflags(write=False)
    return draws


def _order(name: str, n: int, seed: int) -> NDArray[np.int64]:
    return np.random.default_rng([seed, crc32(name.encode())]).permutation(n)


@cache
def _middles_of_strata(n: int) -> FloatArray:
    """(n,) the middle of each of n equally likely strata of the standard normal distribution, rising."""
    return np.array([NormalDist().inv_cdf((i + 0.5) / n) for i in range(n)])


def worth(values: FloatArray, anchors: Anchors, scoring: Scoring) -> FloatArray:
    """Worth d of a measure: 1 at ideal and better, then worth_watch, worth_bad and 0, with straight lines between."""
    worths = np.array([1.0, scoring.worth_watch, scoring.worth_bad, 0.0])
    points = np.array(anchors.as_tuple())
    if points[0] > points[-1]:
        return np.asarray(np.interp(-values, -points, worths), dtype=np.float64)
    return np.asarray(np.interp(values, points, worths), dtype=np.float64)


def probability_beyond(values: FloatArray, anchors: Anchors, limit: float) -> float:
    """Share of draws that are worse than `limit`, one of the anchors."""
    is_worse = values < limit if anchors.ideal > anchors.zero else values > limit
    return float(np.mean(is_worse))


def combine(worths: FloatArray, weights: FloatArray, scoring: Scoring) -> FloatArray:
    """(n,) score S of each draw, 0-100.

    The worst item is the one that leaves the lowest median score, the same in every draw: chosen anew in each draw,
    noise would pick it, and a rep of many roughly known, faultless items would score below 50. Chosen by the score, and
    not by its own median, it makes the median score a minimum over items of what never rises as a worth falls.

    Parameters
        worths: (items, n) worth of each item and draw. weights: (items,) positive; renormalised here.
    """
    mean = (weights / weights.sum()) @ worths
    scores = scoring.worst_share * worths + (1.0 - scoring.worst_share) * mean
    return np.asarray(100.0 * scores[np.argmin(np.median(scores, axis=1))])


UNSEEN = "what was not judged"
"""Name of its draws."""


def with_unseen(scores: FloatArray, coverage: float, scoring: Scoring) -> FloatArray:
    """(n,) scores S of what was judged, mixed by `coverage` with what was not: that is worth anything from 0 to 100
    alike, except that the median is never raised. From `whole_coverage` on nothing is mixed in.

    Nothing is known of it, so it takes a high score down toward 50 and widens the interval by its share. The loss of
    the very fault can still raise a score: by at most 53 points, by at most 32 where that fault was bad and 16 where it
    was one to watch (by algebra, while the worst item makes half of S and `whole_coverage` is 0.95).
    """
    if coverage >= scoring.whole_coverage:
        return scores
    evenly = (_order(UNSEEN, scoring.n_draws, scoring.seed) + 0.5) / scoring.n_draws
    mixed = coverage * scores + (1.0 - coverage) * 100.0 * evenly
    raised = max(0.0, float(np.median(mixed) - np.median(scores)))
    return np.asarray(np.clip(mixed - raised, 0.0, 100.0))


def central_interval(draws: FloatArray, level: float) -> tuple[float, float, float]:
    """Median, low and high end of the central interval that holds `level` of the draws."""
    tail = 0.5 * (1.0 - level)
    median, low, high = np.quantile(draws, [0.5, tail, 1.0 - tail])
    return float(median), float(low), float(high)
