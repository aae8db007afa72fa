"""Verdicts: items, findings and draws of the score go in; a state and, where it stays open, the reason come out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lookfeel.exercises import ExerciseSpec, Scoring, ViewGroup
from lookfeel.types import Finding, FloatArray, ItemScore, LooksState

PARTIAL_REP = "only a part of this rep was filmed"
PLAIN_VIEWS: tuple[ViewGroup, ...] = ("front", "side")


def rep_state(draws: FloatArray | None, findings: Sequence[Finding], scoring: Scoring) -> LooksState:
    """Of one rep; draws: (n,) of its score, None when too little was seen for one."""
    if any(finding.severity != "watch" for finding in findings):
        return "bad"
    if draws is None:
        return "not_assessable"
    if findings and float(np.mean(draws < scoring.bad_score)) >= scoring.confidence:
        return "bad"  # a low score with no fault that counts is our measuring error, not the athlete's form
    return "good" if float(np.median(draws)) >= scoring.good_score else "uncertain"


def open_reason(
    state: LooksState,
    items: Sequence[ItemScore],
    *,
    coverage: float,
    is_good_so_far: bool,
    spec: ExerciseSpec,
    groups: Sequence[ViewGroup],
) -> str | None:
    """Which item leaves the verdict on a rep open and what would settle it; None for a verdict that stands.

    Parameters
        is_good_so_far: what was judged would look good by itself. groups: view groups of the clips that were given.
    """
    if state == "uncertain" and is_good_so_far:
        return _missing(spec.open_words.unseen, items, coverage, spec, groups)
    if state == "uncertain":
        return _doubt([item for item in items if item.score is not None], spec, groups)
    return _missing(spec.open_words.too_little, items, coverage, spec, groups) if state == "not_assessable" else None


def _doubt(seen: Sequence[ItemScore], spec: ExerciseSpec, groups: Sequence[ViewGroup]) -> str:
    """Why a scored rep is neither good nor bad, by the item that pulls the score down most."""
    words, scoring = spec.open_words, spec.scoring
    worst = min(seen, key=lambda item: (item.score or 0.0, -item.weight))
    if (worst.low or 0.0) < scoring.worth_bad and (worst.high or 0.0) > scoring.worth_watch:
        is_fault = (worst.p_watch or 0.0) >= scoring.confidence
        sentence = words.how_far if is_fault else words.rough
        return f"{sentence.format(item=worst.label)} {_better_film(worst, spec, groups)}"
    is_off = (worst.score or 0.0) <= scoring.worth_watch
    sentence = words.between if is_off else words.small_faults
    return f"{sentence.format(item=worst.label)} {words.settle_set}"


def _missing(
    words: str, items: Sequence[ItemScore], coverage: float, spec: ExerciseSpec, groups: Sequence[ViewGroup]
) -> str | None:
    """Why there is no score, or none that is good, by the heaviest item that could not be judged."""
    missing = [item for item in items if item.score is None and item.weight > 0]
    if not missing:
        return None
    most = max(missing, key=lambda item: item.weight)
    if most.reason == PARTIAL_REP:
        return f"{PARTIAL_REP[0].upper()}{PARTIAL_REP[1:]}."
    sentence = words.format(
        coverage=f"{100 * coverage:.0f} %",
        needed=f"{100 * spec.scoring.min_coverage:.0f} %",
        item=most.label,
        reason=(most.reason or "").rstrip(". "),
    )
    return f"{sentence} {_better_film(most, spec, groups)}"


def _better_film(item: ItemScore, spec: ExerciseSpec, groups: Sequence[ViewGroup]) -> str:
    """The plain view that shows this item best, or a better film when it was given already."""
    rubric = spec.item(item.item)
    best = max(PLAIN_VIEWS, key=rubric.weight)
    if best in groups or rubric.weight(best) == 0:
        return spec.open_words.settle_again
    return spec.open_words.settle_view.format(view=best)
