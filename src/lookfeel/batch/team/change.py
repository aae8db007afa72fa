"""Two sets of one athlete enter; what changed, and whether it is more than the measuring error, leaves.

Both intervals are combined as those of independent, normal errors: a difference is clear when it is larger than the
root of the summed squares of the two half-widths that face each other. Clips of one athlete share part of their error,
so that this is on the cautious side.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import hypot
from statistics import NormalDist
from typing import Literal

from lookfeel.batch.team.rows import SetRow
from lookfeel.batch.team.settings import Limits
from lookfeel.exercises import load_scoring

Verdict = Literal["clear", "within_error", "same", "not_clear", "not_comparable", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One figure then and now. verdict: 'clear' is more than the error; 'same' and 'not_clear' are said of what was
    told, not measured; 'unknown' says that one of both is missing."""

    then: float | None
    now: float | None
    verdict: Verdict

    @property
    def by(self) -> float | None:
        """Now less then; None unless both are known."""
        return None if self.then is None or self.now is None else self.now - self.then


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed between two sets. why_not: why looks and depth cannot be compared, None when they can."""

    then: SetRow
    now: SetRow
    why_not: str | None
    score: Change
    depth: Change
    load: Change
    pain: Change


def compare(then: SetRow, now: SetRow, limits: Limits) -> Changes:
    """Everything that changed from one set to a later one of the same athlete."""
    why_not = why_not_comparable(then, now)
    return Changes(
        then=then,
        now=now,
        why_not=why_not,
        score=_measured(_score(then), _score(now), why_not),
        depth=_measured(_depth(then), _depth(now), why_not),
        load=_load_change(then, now),
        pain=_pain_change(then, now, limits),
    )


def why_not_comparable(then: SetRow, now: SetRow) -> str | None:
    """Why the looks of two sets say nothing about each other; None when they do."""
    if then.kind != now.kind or then.kind is None:
        return "other exercise"
    if then.view_list is None or now.view_list is None:
        return "view not known"
    if then.view_list != now.view_list:
        return "other view"
    if (then.rubric_sha256, then.strictness) != (now.rubric_sha256, now.strictness):
        return "judged by other rules"
    if (then.backend, then.weights_sha256) != (now.backend, now.weights_sha256):
        return "measured by another network"
    return None


def best_earlier(now: SetRow, sets: Sequence[SetRow]) -> SetRow | None:
    """The set to hold `now` against: of the last earlier day with a comparable set, the one of the nearest load.

    Parameters
        sets: of the same athlete, oldest first.
    Returns
        None when there is no such set, and for a set without a date or a score.
    """
    if now.date is None or now.looks_score is None:
        return None
    n_before = bisect_left(sets, now.date, key=lambda one: one.date or date.min)
    last: list[SetRow] = []
    for one in reversed(sets[:n_before]):
        if one.date is None or (last and one.date != last[0].date):
            break
        if one.looks_score is not None and why_not_comparable(one, now) is None:
            last.append(one)
    return nearest_load(now, last)


def nearest_load(now: SetRow, sets: Sequence[SetRow]) -> SetRow | None:
    """The set whose load is nearest to that of `now`; None when there is none."""
    return min(sets, key=lambda one: abs((one.load_kg or 0.0) - (now.load_kg or 0.0)), default=None)


def _score(one: SetRow) -> tuple[float, float, float] | None:
    """Score with the half-widths of its interval, below and above."""
    if one.looks_score is None:
        return None
    plain = load_scoring().threshold.plain_score_sd * _interval_sds()
    below = plain if one.looks_low is None else one.looks_score - one.looks_low
    above = plain if one.looks_high is None else one.looks_high - one.looks_score
    return one.looks_score, below, above


def _depth(one: SetRow) -> tuple[float, float, float] | None:
    """Thigh angle with the half-widths of its interval; None without an SD, as nothing can then be told apart."""
    if one.depth_thigh_angle_deg is None or one.depth_thigh_angle_deg_sd is None:
        return None
    half = _interval_sds() * one.depth_thigh_angle_deg_sd
    return one.depth_thigh_angle_deg, half, half


def _interval_sds() -> float:
    """Half-width of the interval that is shown, in SDs."""
    return NormalDist().inv_cdf(0.5 + 0.5 * load_scoring().scoring.interval)


def _measured(
    then: tuple[float, float, float] | None, now: tuple[float, float, float] | None, why_not: str | None
) -> Change:
    values = {"then": then[0] if then else None, "now": now[0] if now else None}
    if then is None or now is None:
        return Change(**values, verdict="unknown")
    if why_not is not None:
        return Change(**values, verdict="not_comparable")
    by = now[0] - then[0]
    error = hypot(then[2], now[1]) if by > 0 else hypot(then[1], now[2])
    return Change(**values, verdict="clear" if abs(by) > error else "within_error")


def _load_change(then: SetRow, now: SetRow) -> Change:
    """Loads are known exactly; nearer than the ratio of scoring.toml they are one load."""
    if then.load_kg is None or now.load_kg is None:
        return Change(then=then.load_kg, now=now.load_kg, verdict="unknown")
    low, high = sorted((then.load_kg, now.load_kg))
    is_same = high <= low * load_scoring().threshold.same_load_ratio
    return Change(then=then.load_kg, now=now.load_kg, verdict="same" if is_same else "clear")


def _pain_change(then: SetRow, now: SetRow, limits: Limits) -> Change:
    if then.pain is None or now.pain is None:
        return Change(then=then.pain, now=now.pain, verdict="unknown")
    by = abs(now.pain - then.pain)
    verdict: Verdict = "same" if by == 0 else "clear" if by >= limits.clear_pain_points else "not_clear"
    return Change(then=then.pain, now=now.pain, verdict=verdict)
