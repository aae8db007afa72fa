"""Comparisons enter; tables leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.accuracy.sheets import NONE, Sheet, number, percent
from benchmarks.retest.compare import Outcome
from benchmarks.retest.marks import MarkedSet, rank_correlation
from benchmarks.retest.two_views import TwoViews
from lookfeel.types import Looks, SetReport

WANTED = 5.0  # points (the target for test and retest)
FAST_FPS = 45.0  # a phone that films 60 frames a second


def condition_sheet(outcomes: Sequence[Outcome]) -> Sheet:
    """Every condition over its clips."""
    return Sheet(
        title="Does the same set get the same score?",
        note=f"|score|: change in points, median and largest; within: {WANTED:.0f} points; inside: the 90 % interval "
        "of the clip as it was. figures: those that the rubric judges, all repetitions, change over the SD stated.",
        headings=(
            *("condition", "from", "clips", "scored", "median", "largest", "within", "inside"),
            *("state changed", "reps changed", "figures", "median/SD", "95 %/SD", "largest/SD"),
        ),
        rows=tuple((*key, *_condition_cells(group)) for key, group in _grouped(outcomes).items()),
        n_words=2,
    )


def _grouped(outcomes: Iterable[Outcome]) -> dict[tuple[str, str], list[Outcome]]:
    groups: dict[tuple[str, str], list[Outcome]] = {}
    for one in outcomes:
        groups.setdefault((_title(one), one.source), []).append(one)
    return dict(sorted(groups.items(), key=lambda entry: entry[0][1]))


def _title(outcome: Outcome) -> str:
    """Halving 60 frames a second is one thing, halving 25 another."""
    if not outcome.condition.startswith("half"):
        return outcome.condition
    return f"{outcome.condition} of {'60' if outcome.fps > FAST_FPS else '25-30'} fps"


def _condition_cells(group: Sequence[Outcome]) -> tuple[str, ...]:
    changes = np.array([one.score_change for one in group if one.score_change is not None])
    inside = [one.is_inside for one in group if one.is_inside is not None]
    over = np.abs([gap.over_sd for one in group for gap in one.gaps])
    return (
        str(len(group)),
        str(len(changes)),
        number(float(np.median(np.abs(changes))) if len(changes) else None, 1),
        number(_furthest(changes), 1, is_signed=True),
        percent(float(np.mean(np.abs(changes) <= WANTED)) if len(changes) else None),
        percent(float(np.mean(inside)) if inside else None),
        str(sum(one.has_other_state for one in group)),
        str(sum(one.has_other_reps for one in group)),
        str(len(over)),
        *(number(float(np.percentile(over, q)) if len(over) else None, 2) for q in (50.0, 95.0, 100.0)),
    )


def _furthest(changes: np.ndarray[Any, Any]) -> float | None:
    return float(changes[np.argmax(np.abs(changes))]) if len(changes) else None


def clip_sheet(outcomes: Sequence[Outcome]) -> Sheet:
    """Every clip under every condition."""
    return Sheet(
        title="Every clip",
        note="reps: matched of those there before and after. moved: the item whose worth (0-1) weighs most in the "
        "change, and how many items are judged in one only. Conditions compare the same repetitions, see the module.",
        headings=("clip", "condition", "from", "reps", "before", "after", "change", "state", "moved"),
        rows=tuple(_clip_row(one) for one in outcomes),
        n_words=3,
    )


def _clip_row(one: Outcome) -> tuple[str, ...]:
    a, b = one.before.looks, one.after.looks
    return (
        one.clip,
        one.condition,
        one.source,
        f"{one.n_matched} of {len(one.before.reps)}, {len(one.after.reps)}",
        _score(a),
        _score(b),
        number(one.score_change, 1, is_signed=True),
        f"{a.state} → {b.state}" if one.has_other_state else a.state,
        one.mover or NONE,
    )


def _score(looks: Looks) -> str:
    if looks.score is None:
        return NONE
    return f"{number(looks.score, 1)} [{number(looks.low, 0)}, {number(looks.high, 0)}]"


def metric_sheet(outcomes: Sequence[Outcome]) -> Sheet:
    """Every judged figure over all conditions of files, or of detections where no file was made."""
    source = "file" if any(one.source == "file" for one in outcomes) else "detections"
    groups: dict[str, list[float]] = {}
    for gap in (gap for one in outcomes if one.source == source for gap in one.gaps):
        name = gap.metric.replace("_left_", "_").replace("_right_", "_")
        groups.setdefault(name, []).append(abs(gap.over_sd))
    rows = sorted(groups.items(), key=lambda entry: -float(np.percentile(entry[1], 95.0)))
    return Sheet(
        title=f"Which figures move ({source})",
        note="Change over the SD stated, all clips, repetitions and conditions. The same footage has the same error "
        "but for what the change adds, so far less than 1 is to be expected.",
        headings=("figure", "n", "median", "95 %", "largest"),
        rows=tuple(
            (name, str(len(over)), *(number(float(np.percentile(over, q)), 2) for q in (50.0, 95.0, 100.0)))
            for name, over in rows
        ),
    )


def view_sheet(pairs: Mapping[str, TwoViews]) -> Sheet:
    """Two views of a set, each alone and both together."""
    rows = [row for name, pair in pairs.items() for row in _view_rows(name, pair)]
    return Sheet(
        title="Two views of the same set",
        note="One side shows what the other cannot, so the scores of two views alone answer different questions. "
        "to both: from this score to the one of both, and whether that lies inside. items: judged by each view alone, "
        "and the largest difference of their worth (0-1). figures: that both clips give of the same repetition; apart: "
        "their difference over the SD of a difference, median and largest; about 0.7 if the SDs are true.",
        headings=(
            *("set", "view", "reps", "score", "state", "coverage", "to both", "inside"),
            *("items", "largest", "figures", "apart", "largest"),
        ),
        rows=tuple(rows),
        n_words=2,
    )


def _view_rows(name: str, pair: TwoViews) -> Iterable[tuple[str, ...]]:
    for report in (pair.first, pair.second):
        yield (name, report.view.name, *_report_cells(report), *_to_both(report.looks, pair.both), *EMPTY)
    if pair.both is None or pair.turned is None:
        yield (name, f"both: {pair.problem}", *[NONE] * 6, *_agreement_cells(pair))
        return
    yield (name, "both", *_report_cells(pair.both), "", "", *_agreement_cells(pair))
    yield (name, "both, other order", *_report_cells(pair.turned), *_to_both(pair.turned.looks, pair.both), *EMPTY)


EMPTY = ("",) * 5  # of the agreement, which is told once


def _to_both(alone: Looks, both: SetReport | None) -> tuple[str, str]:
    score = None if both is None else both.looks.score
    if score is None or alone.score is None or alone.low is None or alone.high is None:
        return (NONE, NONE)
    return number(score - alone.score, 1, is_signed=True), "yes" if alone.low <= score <= alone.high else "no"


def _agreement_cells(pair: TwoViews) -> tuple[str, ...]:
    theirs = {item.item: item.score for item in pair.second.looks.items}
    scores = [(item.score, theirs.get(item.item)) for item in pair.first.looks.items]
    apart = [abs(a - b) for a, b in scores if a is not None and b is not None]
    over = np.abs([one.apart_sd for one in pair.agreements])
    return (
        str(len(apart)),
        number(max(apart, default=None), 2),
        str(len(over)),
        *(number(float(np.percentile(over, q)) if len(over) else None, 1) for q in (50.0, 100.0)),
    )


def _report_cells(report: SetReport) -> tuple[str, ...]:
    n_whole = sum(not rep.is_partial for rep in report.reps)
    return (str(n_whole), _score(report.looks), report.looks.state, percent(report.looks.coverage))


def mark_sheet(sets: Sequence[MarkedSet]) -> Sheet:
    """Our order of the sets beside the trainer's marks."""
    n, rho = rank_correlation(sets)
    said = f"Spearman's rank correlation of score and squat mark {number(rho, 2)}, n = {n}"
    return Sheet(
        title="Our order beside a trainer's marks",
        note=f"{said}; with so few sets neither agreement nor disagreement is shown. One trainer, who saw both views "
        "of an overhead squat; knee and asymmetry turned so that 100 is best.",
        headings=("set", "views", "score", "state", "squat", "knee", "core", "asymmetry"),
        rows=tuple(_mark_row(one) for one in sets),
    )


def _mark_row(one: MarkedSet) -> tuple[str, ...]:
    marks = (one.marks.squat, one.marks.knee, one.marks.core, one.marks.asymmetry)
    return (one.name, str(one.n_views), _score(one.looks), one.looks.state, *(number(mark, 0) for mark in marks))


def lines(outcomes: Sequence[Outcome]) -> Iterable[dict[str, Any]]:
    """One line a comparison, for a CSV file."""
    for one in outcomes:
        a, b = one.before, one.after
        over = np.abs([gap.over_sd for gap in one.gaps])
        yield {
            "clip": one.clip,
            "condition": one.condition,
            "source": one.source,
            "fps": one.fps,
            "exercise_before": a.exercise,
            "exercise_after": b.exercise,
            "view_before": a.view,
            "view_after": b.view,
            "n_reps_before": len(a.reps),
            "n_reps_after": len(b.reps),
            "n_matched": one.n_matched,
            "score_before": a.looks.score,
            "low_before": a.looks.low,
            "high_before": a.looks.high,
            "score_after": b.looks.score,
            "state_before": a.looks.state,
            "state_after": b.looks.state,
            "n_figures": len(over),
            "median_over_sd": float(np.median(over)) if len(over) else None,
            "largest_over_sd": float(over.max()) if len(over) else None,
            "moved": one.mover,
        }


def gap_lines(outcomes: Sequence[Outcome]) -> Iterable[dict[str, Any]]:
    """One line a figure of a repetition, for a CSV file."""
    for one in outcomes:
        for gap in one.gaps:
            yield {
                "clip": one.clip,
                "condition": one.condition,
                "source": one.source,
                "rep": gap.rep,
                "metric": gap.metric,
                "before": gap.before,
                "after": gap.after,
                "sd": gap.sd,
                "over_sd": gap.over_sd,
            }
