"""The threshold over sets and days: past sets with their loads go in, the load at which form breaks down comes out."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import Final

import numpy as np

from lookfeel.exercises import LoadRule, Scoring, load_scoring
from lookfeel.threshold.comparable import Comparison, comparable_sets
from lookfeel.threshold.posterior import Posterior, chance_quantiles, fit_threshold, threshold_quantiles
from lookfeel.types import FloatArray, LoadThreshold, PastSet

N_CURVE: Final = 41
"""Points of the curve; chosen by us: enough for a smooth line over any picture of it."""


def find_load_threshold(
    sets: Sequence[PastSet], *, exercise: str | None = None, rule: LoadRule | None = None
) -> LoadThreshold:
    """Find the load at which a set stops being more likely to look good than not.

    Only sets of one exercise and like depth are compared (see `comparable_sets`); posterior.py has the model. The
    threshold is that of a typical day. 'Not reached' when it more likely lies above the heaviest load than below: the
    bound that is then given never exceeds the heaviest load, above which nothing was seen.

    Parameters
        sets: of one athlete, in any order.
        exercise: a name, variant or alias; that of most sets when not given.
        rule: figures of the rule; those of scoring.toml when not given.
    Raises
        UnknownExercise: nothing has this name.
    """
    shared = load_scoring()
    rule = shared.threshold if rule is None else rule
    compared = comparable_sets(sets, exercise=exercise, rule=rule)
    load = np.array([past.load_kg for past in compared.sets], dtype=float)
    missing = _what_is_missing(load, rule)
    if missing is not None:
        return _not_estimable(compared, missing)
    q = np.array([chance_of_good(past, scoring=shared.scoring, rule=rule) for past in compared.sets])
    posterior = fit_threshold(load, q, [past.session for past in compared.sets], rule=rule)
    return _concluded(compared, load, posterior, scoring=shared.scoring, rule=rule)


def safe_load_kg(threshold: LoadThreshold) -> float | None:
    """The heaviest load at which good looks are still to be expected: a cap for going up, not a reason to go down.

    It is the lower end of the threshold's interval: up to there a set is, with 95 %, more likely to look good than not.

    Returns
        None when nothing that was seen gives a cap: the threshold was not reached, or is not estimable.
    """
    return threshold.low_kg if threshold.status == "estimated" else None


def held_load_kg(sets: Sequence[PastSet], *, exercise: str, variant: str | None = None) -> float | None:
    """`safe_load_kg` of an athlete's earlier sets of an exercise or variant; None without any.

    variant: whose sets alone count, of that exercise; it need not be one of ours.
    """
    if variant is not None:
        sets = [past for past in sets if past.variant == variant]
    return safe_load_kg(find_load_threshold(sets, exercise=exercise)) if sets else None


def chance_of_good(past: PastSet, *, scoring: Scoring, rule: LoadRule) -> float:
    """How probably a set truly looked good, from its score, interval and state; never quite 0 or 1.

    The score's error is taken as normal on either side of the median, with the SD that this side of the interval tells.
    A set that is bad through a confirmed fault is good with 1 - confidence at most, whatever its score; one that is
    uncertain in spite of a good score had a bad fault in one rep, and is at most as likely good as not.
    """
    most = {"good": 1.0, "uncertain": rule.max_p_uncertain, "bad": 1.0 - scoring.confidence, "not_assessable": 0.0}
    if past.score is None:
        chance = scoring.confidence if past.looks == "good" else most[past.looks]
    else:
        chance = min(most[past.looks], _chance_above(past.score, past, scoring=scoring, rule=rule))
    return min(max(chance, rule.slip), 1.0 - rule.slip)


def _chance_above(score: float, past: PastSet, *, scoring: Scoring, rule: LoadRule) -> float:
    """P(true score >= good_score)."""
    end = past.low if score >= scoring.good_score else past.high
    half_width_sd = NormalDist().inv_cdf(0.5 + 0.5 * scoring.interval)
    sd = rule.plain_score_sd if end is None else abs(score - end) / half_width_sd
    if sd == 0.0:
        return float(score >= scoring.good_score)
    return NormalDist().cdf((score - scoring.good_score) / sd)


def _what_is_missing(load: FloatArray, rule: LoadRule) -> str | None:
    """Why these loads cannot tell a threshold, in words; None when they can."""
    if len(load) < rule.min_sets:
        return f"Only {_count(len(load), 'set')} can be compared; at least {rule.min_sets} are needed."
    n_loads = _n_distinct(load, rule.same_load_ratio)
    if n_loads < rule.min_loads:
        return f"Only {_count(n_loads, 'load')} among these sets; at least {rule.min_loads} are needed."
    return None


def _n_distinct(load: FloatArray, ratio: float) -> int:
    """Number of loads that differ by more than `ratio` from the lightest that counts as the same one."""
    n_loads, lightest = 0, 0.0
    for one in np.sort(load):
        if one > lightest * ratio:
            n_loads, lightest = n_loads + 1, one
    return n_loads


def _concluded(
    compared: Comparison, load: FloatArray, posterior: Posterior, *, scoring: Scoring, rule: LoadRule
) -> LoadThreshold:
    """What the posterior says: between the loads that were seen, above them, below them, or too little."""
    lightest, heaviest = float(load.min()), float(load.max())
    tail = (1.0 - scoring.interval) / 2.0
    shares = (tail, 0.5, 1.0 - tail)
    low, middle, high = (float(end) for end in threshold_quantiles(posterior, shares))
    if middle < lightest:
        return _not_estimable(compared, f"Most sets look off even at the lightest load: it lies below {_kg(lightest)}.")
    if middle <= heaviest and high > rule.max_interval_ratio * low:
        return _not_estimable(compared, f"It lies between {_kg(low)} and {_kg(high)}, which is too wide to be of use.")
    is_reached = middle <= heaviest
    if not is_reached:
        low = min(low, heaviest)
    found = _found_words(low, middle, high, load) if is_reached else _held_words(low, heaviest, 1.0 - tail)
    curve_kg = np.geomspace(lightest, heaviest, N_CURVE)
    p_low, p_good, p_high = chance_quantiles(posterior, curve_kg, shares)
    return LoadThreshold(
        status="estimated" if is_reached else "not_reached",
        exercise=compared.exercise,
        load_kg=middle if is_reached else None,
        low_kg=low,
        high_kg=high if is_reached else None,
        n_sets=len(compared.sets),
        n_sessions=_n_sessions(compared.sets),
        reason=" ".join([*found, *_remarks(compared, rule)]),
        depth_deg=compared.depth_deg,
        curve_kg=curve_kg,
        p_good=p_good,
        p_low=p_low,
        p_high=p_high,
    )


def _found_words(low: float, middle: float, high: float, load: FloatArray) -> list[str]:
    words = [f"Above {_kg(middle)} a set is more likely to look off than good ({_kg(low)} to {_kg(high)})."]
    if low < load.min():
        words.append("The lower end lies below the lightest load seen.")
    if high > load.max():
        words.append("The upper end lies beyond the heaviest load seen.")
    return words


def _held_words(low: float, heaviest: float, certainty: float) -> list[str]:
    return [
        f"Form holds up to {_kg(heaviest)}, the heaviest load seen.",
        f"The threshold lies above {_kg(low)} with {100 * certainty:.0f} %.",
    ]


def _not_estimable(compared: Comparison, why: str) -> LoadThreshold:
    return LoadThreshold(
        status="not_estimable",
        exercise=compared.exercise,
        load_kg=None,
        low_kg=None,
        high_kg=None,
        n_sets=len(compared.sets),
        n_sessions=_n_sessions(compared.sets),
        reason=" ".join([why, *_left_out_words(compared)]),
        depth_deg=compared.depth_deg,
    )


def _n_sessions(sets: Sequence[PastSet]) -> int:
    return len({past.session for past in sets})


def _remarks(compared: Comparison, rule: LoadRule) -> list[str]:
    """What a reader should know before trusting the figure, and what was left out."""
    remarks = []
    if _n_sessions(compared.sets) == 1:
        remarks.append("All sets are of one session, so how much the day matters is assumed, not seen.")
    if compared.depth_deg is None:
        remarks.append("No depth is known of these sets; they are taken as alike.")
    reps = [past.n_reps for past in compared.sets if past.n_reps]
    if reps and max(reps) >= rule.unlike_reps_ratio * min(reps):
        remarks.append(
            f"The sets have {min(reps)} to {max(reps)} reps; long sets tire and can look worse at the same load."
        )
    return [*remarks, *_left_out_words(compared)]


def _left_out_words(compared: Comparison) -> list[str]:
    parts = [f"{_count(len(those), 'set')} {why}" for why, those in compared.left_out]
    return [f"Left out: {', '.join(parts)}."] if parts else []


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _kg(load: float) -> str:
    """A load in words: whole kilograms from 20 kg on, one decimal below; finer than any interval."""
    return f"{load:.0f} kg" if load >= 20 else f"{load:.1f} kg"
