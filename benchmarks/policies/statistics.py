"""Outcomes enter; means, percentiles and paired differences with their 90 % bootstrap intervals leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.policies.trials import Outcome
from lookfeel.types import FloatArray

LEVEL = 0.9
N_RESAMPLES = 1000
"""Enough for the second digit of an interval (chosen by us)."""
BOOTSTRAP_SEED = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """An outcome as it is shown. is_more_better: None where neither is better in itself."""

    name: str
    title: str
    short: str
    is_more_better: bool | None
    digits: int = 1


MEASURES = (
    Measure(name="gain_percent", title="strength gained, % of 1RM", short="gain, %", is_more_better=True),
    Measure(name="painful", title="sessions, pain above 2", short="pain > 2", is_more_better=False),
    Measure(name="very_painful", title="sessions, pain above 5", short="pain > 5", is_more_better=False, digits=2),
    Measure(name="lost", title="sessions lost", short="lost", is_more_better=False, digits=2),
    Measure(name="above_threshold", title="sessions above threshold", short="above thr.", is_more_better=None),
    Measure(name="weak", title="sessions of weak stimulus", short="weak", is_more_better=False),
    Measure(name="technique_points", title="threshold gained, points", short="threshold", is_more_better=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """A mean with its bootstrap interval, and percentiles of single athletes."""

    mean: float
    low: float
    high: float
    p05: float
    p50: float
    p95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """Ours less another policy, athlete by athlete. more, less: share of athletes with a higher and a lower figure."""

    mean: float
    low: float
    high: float
    more: float
    less: float


def values(outcomes: Sequence[Outcome], policy: str, measure: str) -> FloatArray:
    """(athletes,) of one policy, in the order of the athletes."""
    return np.array([getattr(outcome, measure) for outcome in outcomes if outcome.policy == policy], dtype=np.float64)


def mean_of(sample: FloatArray) -> Mean:
    """Of (athletes,)."""
    low, high = _interval(sample)
    p05, p50, p95 = (float(p) for p in np.quantile(sample, [0.05, 0.5, 0.95]))
    return Mean(mean=float(sample.mean()), low=low, high=high, p05=p05, p50=p50, p95=p95)


def paired(ours: FloatArray, other: FloatArray) -> Paired:
    """Of (athletes,) and (athletes,), the same athletes in the same order."""
    apart = ours - other
    low, high = _interval(apart)
    return Paired(
        mean=float(apart.mean()),
        low=low,
        high=high,
        more=float(np.mean(apart > 0.0)),
        less=float(np.mean(apart < 0.0)),
    )


def verdict(apart: Paired, measure: Measure) -> str:
    """'better', 'worse' or 'no clear difference' of ours; 'more' or 'fewer' where neither is better."""
    if apart.low <= 0.0 <= apart.high:
        return "no clear difference"
    is_more = apart.mean > 0.0
    if measure.is_more_better is None:
        return "more" if is_more else "fewer"
    return "better" if is_more == measure.is_more_better else "worse"


def _interval(sample: FloatArray) -> tuple[float, float]:
    """Of the mean."""
    means = sample[_resamples(len(sample))].mean(axis=1)
    tail = 0.5 * (1.0 - LEVEL)
    low, high = np.quantile(means, [tail, 1.0 - tail])
    return float(low), float(high)


@cache
def _resamples(n: int) -> NDArray[np.int64]:
    """(resamples, n) places of athletes, the same for every measure and policy."""
    return np.random.default_rng([BOOTSTRAP_SEED, n]).integers(n, size=(N_RESAMPLES, n))
