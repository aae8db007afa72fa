"""What the athlete shows and says: a session's truth enters, Looks with their error, Feels and reps done leave."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from statistics import NormalDist
from typing import Literal

import numpy as np

from benchmarks.policies.assumptions import Assumptions
from benchmarks.policies.athletes import MAX_REPS, Athlete, Day
from benchmarks.policies.training import Session
from lookfeel.exercises import ExerciseSpec, RubricItem, ViewGroup, load_exercise
from lookfeel.looks import assess_set
from lookfeel.matrix import load_matrix
from lookfeel.threshold import find_threshold
from lookfeel.types import Feels, Finding, ItemScore, Looks, LooksState, TechniqueThreshold

EXERCISE = "squat"
VIEW: ViewGroup = "front"
Severity = Literal["watch", "bad", "zero"]
TEST_STEP_KG = 2.5
MANY_REPS = 20.0
"""Nobody says that more were left (chosen by us)."""
MORNING_RISE = 2.0
"""Points above the pain before the session that count as worse the next morning: a clear change (Salaffi 2004)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """One filmed set as the program sees it."""

    looks: Looks
    rep_looks: tuple[Looks, ...]
    threshold: TechniqueThreshold
    n_reps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """All that who decides may know of a session.

    film: of the last set, made when asked for, since that takes long; None when nothing was filmed. reps: done in each
    set. feels: without what hangs on the past, which is the policy's to remember. tested_max_kg: of a test, else None.
    """

    is_trained: bool
    reps: tuple[int, ...]
    feels: Feels
    film: Callable[[], Film | None]
    tested_max_kg: float | None


def show(session: Session, athlete: Athlete, day: Day, assumptions: Assumptions) -> Shown:
    """The session from outside."""
    return Shown(
        is_trained=session.is_trained,
        reps=session.reps,
        feels=_feels(session, athlete, day, assumptions),
        film=partial(_filmed, session, athlete, day, assumptions),
        tested_max_kg=_tested_kg(session, day, assumptions),
    )


@cache
def squat() -> ExerciseSpec:
    """The exercise that everybody does, without the trend over a set: decide() does not read it, and it takes long."""
    spec = load_exercise(EXERCISE)
    scoring = spec.scoring.model_copy(update={"min_reps_for_slope": MAX_REPS + 1})
    return spec.model_copy(update={"scoring": scoring})


def _tested_kg(session: Session, day: Day, a: Assumptions) -> float | None:
    if session.plan.kind != "test" or not session.is_trained:
        return None
    measured = session.day_max_kg * (1.0 + a.estimate_sd * day.test)
    return max(TEST_STEP_KG, TEST_STEP_KG * math.floor(measured / TEST_STEP_KG))


# --- feels -----------------------------------------------------------------------------------------------------------


def _feels(session: Session, athlete: Athlete, day: Day, a: Assumptions) -> Feels:
    """Pain in whole points, and where it comes from, once it is more than feels good."""
    pain = said_pain(session.pain, day, a)
    is_bad = pain > load_matrix().feels.pain_good_max
    is_told = is_bad and session.new_pain > 0.0 and session.plan.kind not in ("other", "rest")
    return Feels(
        overall="bad" if is_bad else "good",
        pain=pain,
        bad_from_rep=_bad_from_rep(session) if is_told and athlete.sore_when == "late reps" else None,
        bad_below_deg=_bad_below_deg(session, athlete) if is_told and athlete.sore_when == "depth" else None,
        is_worse_when_fast=True if is_told and athlete.sore_when == "speed" else None,
        is_worse_next_morning=a.said_share * session.morning_rise >= MORNING_RISE,
        reps_in_reserve=_said_reserve(session, day, a),
    )


def said_pain(pain: float, day: Day, a: Assumptions) -> float:
    """Whole points, 0-10; no pain is said as none."""
    if pain <= 0.0:
        return 0.0
    return float(min(10, max(0, round(a.said_share * pain + a.said_sd * day.said_pain))))


def _bad_from_rep(session: Session) -> int | None:
    """The rep from which what the session added, growing rep by rep, makes it feel bad; None when it did before."""
    n_reps = max(session.reps)
    before, limit = session.pain - session.new_pain, load_matrix().feels.pain_good_max
    rep = math.ceil((limit - before) / session.new_pain * n_reps)
    return min(rep, n_reps) if rep > 1 else None


def _bad_below_deg(session: Session, athlete: Athlete) -> float | None:
    """The depth from which it hurts; None when the range stops above it."""
    limit = session.plan.depth_limit_deg
    return None if limit is not None and limit < athlete.sore_deg else athlete.sore_deg


def _said_reserve(session: Session, day: Day, a: Assumptions) -> float | None:
    """Of the filmed set, the last."""
    if not session.reserve:
        return None
    true = session.reserve[-1]
    return min(MANY_REPS, max(0.0, float(round(true + a.reserve_bias + a.reserve_sd * day.said_reserve))))


# --- looks -----------------------------------------------------------------------------------------------------------


def _filmed(session: Session, athlete: Athlete, day: Day, a: Assumptions) -> Film | None:
    """The last set, the one that may go on beyond the plan."""
    if not session.scores:
        return None
    last = len(session.scores) - 1
    return film(session.scores[last], last, athlete, day, a)


def film(scores: tuple[float, ...], number: int, athlete: Athlete, day: Day, a: Assumptions) -> Film:
    """Measure every rep: error that stays with athlete and camera, error of the clip, error of the rep."""
    stated_sd = a.score_sd * a.stated_share
    reps = tuple(
        _rep_looks(rep + 1, score + a.score_sd * _error(number, rep, athlete, day, a), stated_sd)
        for rep, score in enumerate(scores)
    )
    return Film(
        looks=assess_set(reps, spec=squat()),
        rep_looks=reps,
        threshold=find_threshold(reps),
        n_reps=len(reps),
    )


@cache
def faultless(n_reps: int) -> Film:
    """A film of a set that is perfect beyond doubt, for who does not look."""
    reps = tuple(_rep_looks(rep + 1, 100.0, 0.0) for rep in range(n_reps))
    return Film(looks=assess_set(reps, spec=squat()), rep_looks=reps, threshold=find_threshold(reps), n_reps=n_reps)


def _error(number: int, rep: int, athlete: Athlete, day: Day, a: Assumptions) -> float:
    """In SDs of a score. The share from rep to rep is the one that the program itself assumes."""
    own = squat().breakdown.rep_to_rep_share ** 2
    lasting, clip = (1.0 - own) * a.lasting_share, (1.0 - own) * (1.0 - a.lasting_share)
    return (
        math.sqrt(lasting) * athlete.lasting_error
        + math.sqrt(clip) * day.clip_error[number]
        + math.sqrt(own) * day.rep_error[number][rep]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fault:
    """The one fault that stands for the form: an item of the rubric, and the scores at which it is watch, bad, zero."""

    item: RubricItem
    weight: float
    limits: tuple[tuple[Severity, float], ...]


@cache
def _fault() -> _Fault:
    """The rubric's first item; all others are taken to be at their ideal, so that the score tells the item's worth."""
    scoring, item = squat().scoring, squat().rubric[0]
    weight = item.weight(VIEW)
    limits: tuple[tuple[Severity, float], ...] = (
        ("watch", _score_of(scoring.worth_watch, weight)),
        ("bad", _score_of(scoring.worth_bad, weight)),
        ("zero", _score_of(0.0, weight)),
    )
    return _Fault(item=item, weight=weight, limits=limits)


def _score_of(worth: float, weight: float) -> float:
    """Score of a rep of which one item is worth `worth` and all others 1."""
    share = squat().scoring.worst_share
    return 100.0 * (share * worth + (1.0 - share) * (1.0 - weight * (1.0 - worth)))


def _rep_looks(rep_index: int, measured: float, sd: float) -> Looks:
    """Looks of one rep by the rules of scoring.toml, with a normal error in place of Monte Carlo draws."""
    scoring, fault = squat().scoring, _fault()
    beyond = {severity: _probability_below(limit, measured, sd) for severity, limit in fault.limits}
    severe = [severity for severity, chance in beyond.items() if chance >= scoring.confidence]
    findings = (_finding(rep_index, severe[-1], beyond["watch"], measured, sd),) if severe else ()
    half = NormalDist().inv_cdf(0.5 + 0.5 * scoring.interval) * sd
    score, low, high = (min(100.0, max(0.0, value)) for value in (measured, measured - half, measured + half))
    item = ItemScore(
        item=fault.item.id,
        label=fault.item.label,
        weight=fault.weight,
        score=_worth_of(score),
        low=_worth_of(low),
        high=_worth_of(high),
        p_watch=beyond["watch"],
        p_bad=beyond["bad"],
        reason=None,
    )
    return Looks(
        rep_index=rep_index,
        state=_state(severe, score, _probability_below(scoring.bad_score, measured, sd)),
        score=score,
        low=low,
        high=high,
        coverage=1.0,
        items=(item,),
        findings=findings,
    )


def _state(severe: list[Severity], score: float, p_bad_score: float) -> LooksState:
    scoring = squat().scoring
    if any(severity != "watch" for severity in severe) or (severe and p_bad_score >= scoring.confidence):
        return "bad"
    return "good" if score >= scoring.good_score else "uncertain"


def _probability_below(limit: float, measured: float, sd: float) -> float:
    if sd == 0.0:
        return float(measured < limit)
    return 0.5 * (1.0 + math.erf((limit - measured) / (sd * math.sqrt(2.0))))


def _worth_of(score: float) -> float:
    """The item's worth, 0-1, that such a score means."""
    low, high = _score_of(0.0, _fault().weight), 100.0
    return min(1.0, max(0.0, (score - low) / (high - low)))


def _finding(rep_index: int, severity: Severity, probability: float, measured: float, sd: float) -> Finding:
    """The fault, with the value of its measure that the score stands for."""
    item, scoring = _fault().item, squat().scoring
    anchors = item.anchors.as_tuple()
    worths = (0.0, scoring.worth_bad, scoring.worth_watch, 1.0)
    value = float(np.interp(_worth_of(measured), worths, anchors[::-1]))
    return Finding(
        item=item.id,
        severity=severity,
        text="",
        metric=item.metric_for("left"),
        value=value,
        sd=abs(anchors[-1] - anchors[0]) * sd / 100.0,
        unit=item.unit,
        probability=probability,
        rep_index=rep_index,
        frame=rep_index,
        time_s=float(rep_index),
        side="left",
    )
