"""Looks of one rep: its metrics, the rubric and the view go in; score, interval, coverage and findings come out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from lookfeel.exercises import (
    AS_WRITTEN,
    Anchors,
    ExerciseSpec,
    Measure,
    RubricItem,
    Scoring,
    ViewGroup,
    view_group,
)
from lookfeel.looks.phases import phase_of, phase_text
from lookfeel.looks.score import central_interval, combine, probability_beyond, standard_draws, with_unseen, worth
from lookfeel.looks.two_views import RepView
from lookfeel.looks.verdict import PARTIAL_REP, open_reason, rep_state
from lookfeel.looks.wording import finding_text, sd_text
from lookfeel.types import CameraView, Finding, FloatArray, ItemScore, Looks, Metric, Rep, RepMetrics, Side

LEGS: tuple[Side, Side] = ("left", "right")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One rep with all that it is judged by. shown: the rep as each clip shows it, the first one given first."""

    metrics: RepMetrics
    shown: tuple[RepView, ...]
    spec: ExerciseSpec
    tightening: float

    @property
    def rep(self) -> Rep:
        """The rep in the first clip."""
        return self.shown[0].rep

    @property
    def groups(self) -> tuple[ViewGroup, ...]:
        """View group of each clip."""
        return tuple(view_group(one.view.name) for one in self.shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One leg's, or the body's, value of a measure with its draws. anchors: as strict as asked for."""

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
    strictness: float = AS_WRITTEN,
    second: RepView | None = None,
) -> Looks:
    """Judge one rep by the rubric's list for the view it was filmed from.

    Coverage is relative to that list: a complete side view has coverage 1 although it says nothing about the knees'
    track. Items of other views are listed with weight 0 and the reason, so that nobody takes silence for praise. What
    could not be judged counts by its weight as worth anything from nothing to all, see `with_unseen`.

    With a second view the list is the mean of both views' lists, and coverage is relative to it. There is a score when
    that list, or either view's own, is covered as far as the rubric asks, and the best covered of them says how much
    was not seen: another clip never takes a score away.

    Parameters
        metrics: with a second view those of both, see `merge_metrics`.
        spec: of the variant that is judged.
        time_s: presentation time of every frame of the clip, for the moment of each finding.
        strictness: 0 'whatever, just squat' to 1 'perfection is key', 0.5 = the rubric as written; see scoring.toml.
    Returns
        Looks whose state is 'bad' as soon as one fault is bad with the rubric's confidence, even when coverage is too
        low for a score; a partial rep is not assessable.
    Raises
        InvalidValue: strictness lies outside 0-1.
    """
    shown = (RepView(rep=rep, view=view, time_s=time_s), *(() if second is None else (second,)))
    case = _Case(metrics=metrics, shown=shown, spec=spec, tightening=spec.scoring.tightening(strictness))
    return _looks([_judged(item, case) for item in spec.rubric], case)


def _judged(item: RubricItem, case: _Case) -> _Judged:
    weight = item.weight(*case.groups)
    found = _readings(item, case, weight)
    return _absent(item, weight, found) if isinstance(found, str) else _judge(item, weight, found, case)


def _readings(item: RubricItem, case: _Case, weight: float) -> list[_Reading] | str:
    """Values of the first of the item's measures that could be measured, or the reason why none could."""
    if case.rep.is_partial:
        return PARTIAL_REP
    if weight == 0:
        these = "this view" if len(case.shown) == 1 else "these views"
        return f"cannot be judged from {these}; film from the {' or '.join(v for v in item.views if v != 'oblique')}"
    reasons, metrics = [], case.metrics.metrics
    for measure in item.measures:
        sides = _sides(measure, case.rep, case.spec)
        if not sides:
            reasons.append("which leg works is not known")
            continue
        named = [(side, measure.metric_for(side), metrics.get(measure.metric_for(side))) for side in sides]
        seen = [_reading(item, measure, side, name, m, case) for side, name, m in named if m is not None]
        readings = [reading for reading in seen if reading is not None]
        fine = [reading for reading in readings if _is_fine_enough(reading, case.spec.scoring)]
        if fine:
            return _with_own_draws(fine, item, case.spec.scoring)
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
    """Whether the measure can tell ideal from zero at all, by the anchors as written: how strict somebody is does not
    change what a view can show."""
    anchors = reading.measure.anchors
    return reading.sd <= scoring.max_sd_share * abs(anchors.zero - anchors.ideal)


def _reading(item: RubricItem, measure: Measure, side: Side, name: str, metric: Metric, case: _Case) -> _Reading | None:
    if metric.value is None or metric.sd is None:
        return None
    if metric.unit != measure.unit:
        raise ValueError(f"{name}: the rubric's item {item.id!r} wants {measure.unit}, the metric is in {metric.unit}")
    scoring = case.spec.scoring
    z = standard_draws(item.id, n=scoring.n_draws, seed=scoring.seed)
    return _Reading(
        measure=measure,
        anchors=measure.anchors.tightened(case.tightening),
        name=name,
        side=side,
        metric=metric,
        value=metric.value,
        sd=metric.sd,
        draws=metric.value + metric.sd * z,
    )


def _with_own_draws(readings: list[_Reading], item: RubricItem, scoring: Scoring) -> list[_Reading]:
    """Readings worst first, each with draws of its own; the order by value keeps the result the same when mirrored."""
    ranked = sorted(readings, key=lambda reading: (-_sign(reading.measure) * reading.value, -reading.sd))
    return [ranked[0], *(_redrawn(reading, f"{item.id}/{rank}", scoring) for rank, reading in enumerate(ranked[1:]))]


def _sign(measure: Measure) -> float:
    return 1.0 if measure.direction == "higher_is_worse" else -1.0


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


def _judge(item: RubricItem, weight: float, readings: list[_Reading], case: _Case) -> _Judged:
    """Worth of an item (of the leg whose median is worse) and one finding for each leg whose fault counts."""
    scoring = case.spec.scoring
    by_leg = [(worth(reading.draws, reading.anchors, scoring), reading) for reading in readings]
    worths, worse = min(by_leg, key=lambda leg: float(np.median(leg[0])))
    median, low, high = central_interval(worths, scoring.interval)
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
        clip=worse.metric.clip,
    )
    findings = [_finding(item, reading, case) for reading in readings]
    return _Judged(score=score, worths=worths, findings=tuple(found for found in findings if found is not None))


def _finding(item: RubricItem, reading: _Reading, case: _Case) -> Finding | None:
    """A fault that counts: beyond 'watch' with the rubric's confidence."""
    scoring, metric = case.spec.scoring, reading.metric
    probability = probability_beyond(reading.draws, reading.anchors, reading.anchors.watch)
    if probability < scoring.confidence:
        return None
    seen = case.shown[metric.clip - 1]
    severity = _severity(reading, scoring)
    frame = seen.rep.bottom if metric.frame is None else metric.frame
    span = metric.span or (frame, frame)
    phase = None if metric.frame is None else phase_of(*span, seen.rep)
    text = finding_text(
        reading.measure,
        severity=severity,
        value=reading.value,
        sd=reading.sd,
        side=reading.side,
        phase=phase_text([phase]),
    )
    return Finding(
        item=item.id,
        severity=severity,
        text=text,
        metric=reading.name,
        value=reading.value,
        sd=reading.sd,
        unit=reading.measure.unit,
        probability=probability,
        rep_index=case.rep.index,
        frame=frame,
        time_s=float(seen.time_s[frame]),
        side=reading.side,
        phase=phase,
        over_sd=_over_sd(reading),
        clip=metric.clip,
    )


def _over_sd(reading: _Reading) -> float | None:
    """How far the value lies beyond 'watch', in its own SDs."""
    beyond = _sign(reading.measure) * (reading.value - reading.anchors.watch)
    return beyond / reading.sd if reading.sd > 0 else None


def _severity(reading: _Reading, scoring: Scoring) -> Literal["watch", "bad", "zero"]:
    if probability_beyond(reading.draws, reading.anchors, reading.anchors.zero) >= scoring.confidence:
        return "zero"
    if probability_beyond(reading.draws, reading.anchors, reading.anchors.bad) >= scoring.confidence:
        return "bad"
    return "watch"


def _looks(judged: list[_Judged], case: _Case) -> Looks:
    scoring = case.spec.scoring
    seen = [part for part in judged if part.worths is not None]
    items = tuple(part.score for part in judged)
    seen_ids = {part.score.item for part in seen}
    coverage = _coverage(case.spec, seen_ids, case.groups)
    most = max(coverage, *(_coverage(case.spec, seen_ids, (group,)) for group in case.groups))
    findings = tuple(finding for part in judged for finding in part.findings)
    judged_draws = _score_draws(seen, scoring) if most >= scoring.min_coverage else None
    draws = None if judged_draws is None else with_unseen(judged_draws, most, scoring)
    median, low, high = (None, None, None) if draws is None else central_interval(draws, scoring.interval)
    state = rep_state(draws, findings, scoring)
    return Looks(
        rep_index=case.rep.index,
        state=state,
        score=median,
        low=low,
        high=high,
        coverage=coverage,
        items=items,
        findings=findings,
        reason=open_reason(
            state,
            items,
            coverage=coverage,
            is_good_so_far=judged_draws is not None and float(np.median(judged_draws)) >= scoring.good_score,
            spec=case.spec,
            groups=case.groups,
        ),
    )


def _coverage(spec: ExerciseSpec, seen: set[str], groups: tuple[ViewGroup, ...]) -> float:
    """Share of the weight of these views' list that was judged; a sum of decimals, so rounded to be one."""
    return min(1.0, round(sum(item.weight(*groups) for item in spec.rubric if item.id in seen), 9))


def _score_draws(seen: list[_Judged], scoring: Scoring) -> FloatArray:
    worths = np.array([part.worths for part in seen])
    return combine(worths, np.array([part.score.weight for part in seen]), scoring)
