"""Looks of a set: the Looks of its reps go in; median rep, worst rep, trend and merged findings come out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from statistics import median, median_low

import numpy as np

from lookfeel.exercises import ExerciseSpec, Measure, Scoring
from lookfeel.looks.phases import phase_text
from lookfeel.looks.verdict import PARTIAL_REP
from lookfeel.looks.wording import finding_text, reps_text
from lookfeel.types import Finding, ItemScore, Looks, LooksState

SEVERITY_ORDER = ("watch", "bad", "zero")


def assess_set(rep_looks: Sequence[Looks], *, spec: ExerciseSpec) -> Looks:
    """Judge a set by its reps.

    Score, low and high are medians over the reps: the median rep and its interval. The interval does not shrink with
    the number of reps, since most of a measure's error (camera, landmark bias) is the same in all of them. A rep that
    could not be scored counts as anything from 0 to 100, but never lifts the median of the others. Partial reps are
    left out.

    Returns
        Looks with rep_index None; worst_rep_index is the number of the rep with the lowest score, slope_per_rep the
        Theil-Sen slope of the score in points a rep (None below the rubric's least number of scored reps). A fault
        shown by several reps is one finding per leg, with the worst rep as evidence and the reps named in its text.
        reason says why a set is uncertain or not assessable, mostly with the words of its median rep.
    """
    whole = [looks for looks in rep_looks if not is_partial(looks)]
    scored = [looks for looks in whole if looks.score is not None]
    is_scored = bool(scored) and len(scored) >= spec.scoring.min_scored_share * len(whole)
    findings = _merged_findings(whole, spec)
    judged = _median(looks.score for looks in scored) if is_scored else None
    score, low, high = (None, None, None) if judged is None else _median_rep(whole, judged, spec.scoring)
    state = _state(whole, score, findings, spec.scoring)
    return Looks(
        rep_index=None,
        state=state,
        score=score,
        low=low,
        high=high,
        coverage=_coverage(whole),
        items=_merged_items(whole),
        findings=findings,
        worst_rep_index=_worst_rep(scored) if is_scored else None,
        slope_per_rep=_slope(scored, spec.scoring) if is_scored else None,
        reason=_reason(state, whole, score, judged, spec),
    )


def is_partial(looks: Looks) -> bool:
    """Whether these are the looks of a rep of which only a part was filmed."""
    return bool(looks.items) and all(item.reason == PARTIAL_REP for item in looks.items)


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.median(known)) if known else None


def _median_rep(whole: Sequence[Looks], judged: float, scoring: Scoring) -> tuple[float | None, ...]:
    """Median score, low and high; a rep without a score is anything from 0 to 100. judged: median of those with one."""
    tail = 50.0 * (1.0 - scoring.interval)
    unknown = min(50.0, judged)
    return (
        _median(unknown if looks.score is None else looks.score for looks in whole),
        _median(min(tail, unknown) if looks.low is None else looks.low for looks in whole),
        _median(100.0 - tail if looks.high is None else looks.high for looks in whole),
    )


def _coverage(whole: Sequence[Looks]) -> float:
    """Of the median rep, of two the lower one: a number that a rep's reason has, too."""
    return median_low(looks.coverage for looks in whole) if whole else 0.0


def _number(looks: Looks) -> int:
    if looks.rep_index is None:
        raise ValueError("looks of a rep are wanted, these are of a whole set")
    return looks.rep_index


def _worst_rep(scored: Sequence[Looks]) -> int:
    return _number(min(scored, key=lambda looks: (looks.score, _number(looks))))


def _slope(scored: Sequence[Looks], scoring: Scoring) -> float | None:
    if len(scored) < scoring.min_reps_for_slope:
        return None
    points = [(_number(looks), looks.score) for looks in scored if looks.score is not None]
    return median((y - x) / (j - i) for (i, x), (j, y) in combinations(points, 2))  # Theil 1950, Sen 1968


def _merged_items(whole: Sequence[Looks]) -> tuple[ItemScore, ...]:
    """Each item of the median rep; its first reason when no rep could be judged by it."""
    if not whole:
        return ()
    columns = zip(*(looks.items for looks in whole), strict=True)
    return tuple(_merged_item(column) for column in columns)


def _merged_item(column: tuple[ItemScore, ...]) -> ItemScore:
    score = _median(item.score for item in column)
    return replace(
        column[0],
        score=score,
        low=_median(item.low for item in column),
        high=_median(item.high for item in column),
        p_watch=_median(item.p_watch for item in column),
        p_bad=_median(item.p_bad for item in column),
        reason=column[0].reason if score is None else None,
        clip=next(iter(Counter(item.clip for item in column if item.clip is not None).most_common(1)), (None, 0))[0],
    )


def _merged_findings(whole: Sequence[Looks], spec: ExerciseSpec) -> tuple[Finding, ...]:
    """One finding per item, metric and leg, in the order in which the rubric lists them."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in (finding for looks in whole for finding in looks.findings):
        groups.setdefault((finding.item, finding.metric, finding.side), []).append(finding)
    order = [item.id for item in spec.rubric]
    numbers = [_number(looks) for looks in whole]
    merged = [_merged_finding(group, numbers, spec) for group in groups.values()]
    return tuple(sorted(merged, key=lambda finding: (order.index(finding.item), finding.metric, finding.side)))


def _merged_finding(group: Sequence[Finding], numbers: Sequence[int], spec: ExerciseSpec) -> Finding:
    measure = _measure_of(group[0], spec)
    sign = 1.0 if measure.direction == "higher_is_worse" else -1.0
    worst = max(group, key=lambda finding: (SEVERITY_ORDER.index(finding.severity), sign * finding.value))
    when = reps_text(sorted(finding.rep_index for finding in group), numbers)
    text = finding_text(
        measure,
        severity=worst.severity,
        value=worst.value,
        sd=worst.sd,
        side=worst.side,
        phase=phase_text([finding.phase for finding in group]),
        when=when,
        is_worst=len(group) > 1,
    )
    return replace(worst, text=text)


def _measure_of(finding: Finding, spec: ExerciseSpec) -> Measure:
    """The measure of the item that gave this finding (an item may have a stand-in)."""
    measures = spec.item(finding.item).measures
    return next(measure for measure in measures if measure.metric_for(finding.side) == finding.metric)


def _state(whole: Sequence[Looks], score: float | None, findings: Sequence[Finding], scoring: Scoring) -> LooksState:
    """Bad: one fault is bad in enough reps, or enough reps look bad. Good: the median rep is good and no rep has a bad
    fault. A single slip in a long set is neither: uncertain."""
    if _has_repeated_fault(whole, scoring) or _share_bad(whole) >= scoring.bad_reps_share:
        return "bad"
    if score is None:
        return "not_assessable"
    has_bad_fault = any(finding.severity != "watch" for finding in findings)
    return "good" if score >= scoring.good_score and not has_bad_fault else "uncertain"


def _reason(
    state: LooksState, whole: Sequence[Looks], score: float | None, judged: float | None, spec: ExerciseSpec
) -> str | None:
    """Why the verdict on the set stays open; None for one that stands. judged: score of what was judged alone."""
    words = spec.open_words
    if state in ("good", "bad"):
        return None
    if not whole:
        return words.no_reps
    middle, unscored = _coverage(whole), [looks for looks in whole if looks.state == "not_assessable"]
    unseen = min(unscored, key=lambda looks: abs(looks.coverage - middle)).reason if unscored else None
    if score is None:
        return unseen
    slips = [finding for looks in whole for finding in looks.findings if finding.severity != "watch"]
    if len({finding.rep_index for finding in slips}) == 1:
        worst = max(slips, key=lambda finding: SEVERITY_ORDER.index(finding.severity))
        sentence = words.slip.format(rep=worst.rep_index, item=spec.item(worst.item).label)
        return f"{sentence} {words.settle_set}"
    if unseen is not None and not slips and (judged or 0.0) >= spec.scoring.good_score:
        return unseen
    doubtful = [looks for looks in whole if looks.state == "uncertain" and looks.score is not None]
    if doubtful and not slips:
        return min(doubtful, key=lambda looks: abs((looks.score or 0.0) - score)).reason
    n_bad = sum(looks.state == "bad" for looks in whole)
    return f"{words.mixed.format(n_bad=n_bad, n_reps=len(whole))} {words.settle_set}"


def _has_repeated_fault(whole: Sequence[Looks], scoring: Scoring) -> bool:
    counts: dict[str, int] = {}
    for looks in whole:
        for item in {finding.item for finding in looks.findings if finding.severity != "watch"}:
            counts[item] = counts.get(item, 0) + 1
    return any(count >= min(scoring.min_reps_for_fault, len(whole)) for count in counts.values())


def _share_bad(whole: Sequence[Looks]) -> float:
    return sum(looks.state == "bad" for looks in whole) / len(whole) if whole else 0.0
