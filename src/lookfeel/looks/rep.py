"""Looks of one rep: its metrics, the rubric and the view go in; score, interval, coverage and findings come out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from lookfeel.errors import InvalidValue
from lookfeel.exercises import Anchors, ExerciseSpec, Measure, RubricItem, Scoring, view_group
from lookfeel.looks.score import central_interval, combine, probability_beyond, standard_draws, worth
from lookfeel.looks.wording import finding_text, sd_text
from lookfeel.types import (
    CameraView,
    Finding,
    FloatArray,
    ItemScore,
    Looks,
    LooksState,
    Metric,
    Rep,
    RepMetrics,
    Side,
)

PARTIAL_REP = "only a part of this rep was filmed"
STRICTNESS_RANGE = (0.25, 4.0)
"""Beyond these the anchors say nothing about form any more (chosen by us)."""

LEGS: tuple[Side, Side] = ("left", "right")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One leg's, or the body's, value of a measure with its draws."""

    measure: Measure
    anchors: Anchors
    name: str
    side: Side
    metric: Metric
    value: float
    sd: float
    draws: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """An item as judged: `worths` (n,) is None when it could not be."""

    score: ItemScore
    worths: FloatArray | None
    findings: tuple[Finding, ...]


def assess_rep(
    metrics: RepMetrics,
    rep: Rep,
    spec: ExerciseSpec,
    view: CameraView,
    *,
    time_s: FloatArray | Sequence[float],
    strictness: float = 1.0,
    is_low_bar: bool = False,
) -> Looks:
    """Judge one rep by the rubric's list for the view it was filmed from.

    Coverage is relative to that list: a complete side view has coverage 1 although it says nothing about the knees'
    track. Items of other views are listed with weight 0 and the reason, so that nobody takes silence for praise.

    Parameters
        time_s: presentation time of every frame of the clip, for the moment of each finding.
        strictness: 1 = the rubric's anchors; 2 halves every anchor's distance from the ideal, 0.5 doubles it.
        is_low_bar: the bar lies low on the back, which asks for more lean.
    Returns
        Looks whose state is 'bad' as soon as one fault is bad with the rubric's confidence, even when coverage is too
        low for a score; a partial rep is not assessable.
    Raises
        InvalidValue: strictness lies outside 0.25-4.
    """
    if not math.isfinite(strictness) or not STRICTNESS_RANGE[0] <= strictness <= STRICTNESS_RANGE[1]:
        low, high = STRICTNESS_RANGE
        raise InvalidValue(f"strictness {strictness!r}: give a number from {low} to {high}; 1 is the rubric as written")
    judged = []
    for item in spec.rubric:
        weight = item.weight(view_group(view.name))
        found = _readings(item, metrics, rep, spec, weight=weight, strictness=strictness, is_low_bar=is_low_bar)
        if isinstance(found, str):
            judged.append(_absent(item, weight, found))
        else:
            judged.append(_judge(item, weight, found, rep, spec, time_s))
    return _looks(judged, rep_index=rep.index, scoring=spec.scoring)


def _readings(
    item: RubricItem,
    metrics: RepMetrics,
    rep: Rep,
    spec: ExerciseSpec,
    *,
    weight: float,
    strictness: float,
    is_low_bar: bool,
) -> list[_Reading] | str:
    """Values of the first of the item's measures that could be measured, or the reason why none could."""
    if rep.is_partial:
        return PARTIAL_REP
    if weight == 0:
        return f"cannot be judged from this view; film from the {' or '.join(v for v in item.views if v != 'oblique')}"
    reasons = []
    for measure in item.measures:
        sides = _sides(measure, rep, spec)
        if not sides:
            reasons.append("which leg works is not known")
            continue
        shift = item.low_bar_shift if is_low_bar and measure is item else 0.0
        anchors = measure.anchors.shifted(shift).scaled(strictness)
        named = [(side, measure.metric_for(side), metrics.metrics.get(measure.metric_for(side))) for side in sides]
        seen = [
            _reading(item, measure, anchors, side, name, m, spec.scoring) for side, name, m in named if m is not None
        ]
        readings = [reading for reading in seen if reading is not None]
        fine = [reading for reading in readings if _is_fine_enough(reading, spec.scoring)]
        if fine:
            return _with_own_draws(fine, item, spec.scoring)
        reasons += [f"is measured too roughly from this view (± {sd_text(measure, r.sd)})" for r in readings]
        reasons += [m.reason for _, _, m in named if m is not None and m.reason]
    return reasons[0] if reasons else "was not measured"


def _sides(measure: Measure, rep: Rep, spec: ExerciseSpec) -> tuple[Side, ...]:
    """Legs whose metrics are read: both in bilateral work, else the rep's own; the body's metrics are read once."""
    if not measure.is_per_side:
        return (rep.side,)
    if spec.working_leg == "both":
        return LEGS
    return () if rep.side == "both" else (rep.side,)


def _is_fine_enough(reading: _Reading, scoring: Scoring) -> bool:
    """Whether the measure can tell ideal from zero at all."""
    return reading.sd <= scoring.max_sd_share * abs(reading.anchors.zero - reading.anchors.ideal)


def _reading(
    item: RubricItem, measure: Measure, anchors: Anchors, side: Side, name: str, metric: Metric, scoring: Scoring
) -> _Reading | None:
    if metric.value is None or metric.sd is None:
        return None
    if metric.unit != measure.unit:
        raise ValueError(f"{name}: the rubric's item {item.id!r} wants {measure.unit}, the metric is in {metric.unit}")
    z = standard_draws(item.id, n=scoring.n_draws, seed=scoring.seed)
    return _Reading(
        measure=measure,
        anchors=anchors,
        name=name,
        side=side,
        metric=metric,
        value=metric.value,
        sd=metric.sd,
        draws=metric.value + metric.sd * z,
    )


def _with_own_draws(readings: list[_Reading], item: RubricItem, scoring: Scoring) -> list[_Reading]:
    """Readings worst first, each with draws of its own; the order by value keeps the result the same when mirrored."""
    sign = 1.0 if readings[0].measure.direction == "higher_is_worse" else -1.0
    ranked = sorted(readings, key=lambda reading: (-sign * reading.value, -reading.sd))
    return [ranked[0], *(_redrawn(reading, f"{item.id}/{rank}", scoring) for rank, reading in enumerate(ranked[1:]))]


def _redrawn(reading: _Reading, name: str, scoring: Scoring) -> _Reading:
    z = standard_draws(name, n=scoring.n_draws, seed=scoring.seed)
    return replace(reading, draws=reading.value + reading.sd * z)


def _absent(item: RubricItem, weight: float, reason: str) -> _Judged:
    score = ItemScore(
        item=item.id,
        label=item.label,
        weight=weight,
        score=None,
        low=None,
        high=None,
        p_watch=None,
        p_bad=None,
        reason=reason,
    )
    return _Judged(score=score, worths=None, findings=())


def _judge(
    item: RubricItem,
    weight: float,
    readings: list[_Reading],
    rep: Rep,
    spec: ExerciseSpec,
    time_s: FloatArray | Sequence[float],
) -> _Judged:
    """Worth of an item (of the leg whose median is worse) and one finding for each leg whose fault counts."""
    by_leg = [worth(reading.draws, reading.anchors, spec.scoring) for reading in readings]
    worths = min(by_leg, key=lambda draws: float(np.median(draws)))
    median, low, high = central_interval(worths, spec.scoring.interval)
    score = ItemScore(
        item=item.id,
        label=item.label,
        weight=weight,
        score=median,
        low=low,
        high=high,
        p_watch=max(probability_beyond(r.draws, r.anchors, r.anchors.watch) for r in readings),
        p_bad=max(probability_beyond(r.draws, r.anchors, r.anchors.bad) for r in readings),
        reason=None,
    )
    findings = [_finding(item, reading, rep, spec.scoring, time_s) for reading in readings]
    return _Judged(score=score, worths=worths, findings=tuple(found for found in findings if found is not None))


def _finding(
    item: RubricItem, reading: _Reading, rep: Rep, scoring: Scoring, time_s: FloatArray | Sequence[float]
) -> Finding | None:
    """A fault that counts: beyond 'watch' with the rubric's confidence."""
    probability = probability_beyond(reading.draws, reading.anchors, reading.anchors.watch)
    if probability < scoring.confidence:
        return None
    severity = _severity(reading, scoring)
    frame = rep.bottom if reading.metric.frame is None else reading.metric.frame
    return Finding(
        item=item.id,
        severity=severity,
        text=finding_text(reading.measure, severity=severity, value=reading.value, sd=reading.sd, side=reading.side),
        metric=reading.name,
        value=reading.value,
        sd=reading.sd,
        unit=reading.measure.unit,
        probability=probability,
        rep_index=rep.index,
        frame=frame,
        time_s=float(time_s[frame]),
        side=reading.side,
    )


def _severity(reading: _Reading, scoring: Scoring) -> Literal["watch", "bad", "zero"]:
    if probability_beyond(reading.draws, reading.anchors, reading.anchors.zero) >= scoring.confidence:
        return "zero"
    if probability_beyond(reading.draws, reading.anchors, reading.anchors.bad) >= scoring.confidence:
        return "bad"
    return "watch"


def _looks(judged: list[_Judged], *, rep_index: int, scoring: Scoring) -> Looks:
    seen = [part for part in judged if part.worths is not None]
    total = sum(part.score.weight for part in judged)
    coverage = min(1.0, sum(part.score.weight for part in seen) / total)
    findings = tuple(finding for part in judged for finding in part.findings)
    is_scored = coverage >= scoring.min_coverage
    draws = _score_draws(seen, scoring) if is_scored else None
    median, low, high = (None, None, None) if draws is None else central_interval(draws, scoring.interval)
    return Looks(
        rep_index=rep_index,
        state=_state(draws, findings, scoring),
        score=median,
        low=low,
        high=high,
        coverage=coverage,
        items=tuple(part.score for part in judged),
        findings=findings,
    )


def _score_draws(seen: list[_Judged], scoring: Scoring) -> FloatArray:
    worths = np.array([part.worths for part in seen])
    return combine(worths, np.array([part.score.weight for part in seen]), scoring)


def _state(draws: FloatArray | None, findings: tuple[Finding, ...], scoring: Scoring) -> LooksState:
    if any(finding.severity != "watch" for finding in findings):
        return "bad"
    if draws is None:
        return "not_assessable"
    if findings and float(np.mean(draws < scoring.bad_score)) >= scoring.confidence:
        return "bad"  # a low score with no fault that counts is our measuring error, not the athlete's form
    return "good" if float(np.median(draws)) >= scoring.good_score else "uncertain"
