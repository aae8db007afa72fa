"""What truly happens in a session: state, plan and the day's chances enter; new state and session leave."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from benchmarks.policies.assumptions import Assumptions
from benchmarks.policies.athletes import MAX_REPS, MAX_SETS, Athlete, Day
from lookfeel.exercises import load_scoring

MEMORY = 8
"""Sessions whose heaviest load a jump is held against: four weeks of two (chosen by us)."""
EPLEY_REPS = 30.0
"""1RM = load x (1 + reps / 30): Epley's formula."""
DOSE_LOAD, DOSE_REPS = 0.75, 15
"""A dose of 1: three sets of five at 75 % of the first one-rep max (chosen by us, a common session)."""
TEST_REPS, TEST_SHARE = 6, 0.85
"""A test of the one-rep max with its way up counts like so many reps at this share (chosen by us)."""

Kind = Literal["squat", "easier", "other", "test", "rest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do in the next session.

    kind: the squat, an easier version, another exercise, a test of the one-rep max, or nothing. extra_reps: to be tried
    in the last set beyond `reps`. depth_limit_deg: knee bend at which to stop; None for the whole range.
    """

    kind: Kind = "squat"
    load_kg: float
    sets: int = MAX_SETS
    reps: int = 5
    extra_reps: int = 0
    depth_limit_deg: float | None = None
    is_slow: bool = False
    is_cued: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.sets <= MAX_SETS or not 1 <= self.reps <= self.reps + self.extra_reps <= MAX_REPS:
            raise ValueError(f"{self.sets} sets of {self.reps} + {self.extra_reps} reps are more than is simulated")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What training changes. threshold: share of the one-rep max; tolerance: doses; irritation: pain left, 0-10;
    morning_rise: pain of the morning after the last session less that before it."""

    one_rm_kg: float
    threshold: float
    tolerance: float
    irritation: float = 0.0
    morning_rise: float = 0.0
    heaviest_kg: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What truly happened. scores: true score of each rep, [set][rep]; reps: done in each set; reserve: reps left after
    each set; pain: highest, 0-10; new_pain: the part that this session added; share: load over the one-rep max;
    morning_rise: as in State, after the session before."""

    plan: Plan
    is_trained: bool
    scores: tuple[tuple[float, ...], ...] = ()
    reps: tuple[int, ...] = ()
    reserve: tuple[int, ...] = ()
    pain: float = 0.0
    new_pain: float = 0.0
    stimulus: float = 0.0
    share: float = 0.0
    is_above_threshold: bool = False
    morning_rise: float = 0.0
    day_max_kg: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sets:
    """Sets as far as they were done, with their dose, pain, share of full stimulus and mean score."""

    scores: tuple[tuple[float, ...], ...]
    reps: tuple[int, ...]
    reserve: tuple[int, ...]
    dose: float
    new_pain: float
    stimulus: float
    mean_score: float


def first_state(athlete: Athlete) -> State:
    """Before the first session."""
    return State(one_rm_kg=athlete.one_rm_kg, threshold=athlete.threshold, tolerance=athlete.tolerance)


def train(state: State, athlete: Athlete, plan: Plan, day: Day, assumptions: Assumptions) -> tuple[State, Session]:
    """One session, or none where the plan is to rest or too much pain is left."""
    a = assumptions
    if day.ache < a.ache_chance:
        state = replace(state, irritation=min(10.0, state.irritation + a.ache_pain * day.ache_size))
    if plan.kind == "rest" or state.irritation > a.stop_pain:
        return _missed(state, plan, a)
    done = _other(state, athlete, plan, day, a) if plan.kind == "other" else _sets(state, athlete, plan, day, a)
    share = 0.0 if plan.kind == "other" else _load_kg(state, plan) / state.one_rm_kg
    later = _after(state, athlete, plan, day, done, share, a)
    session = Session(
        plan=plan,
        is_trained=True,
        scores=done.scores,
        reps=done.reps,
        reserve=done.reserve,
        pain=min(10.0, state.irritation + done.new_pain),
        new_pain=done.new_pain,
        stimulus=done.stimulus,
        share=share,
        is_above_threshold=share > _threshold(state, plan, a),
        morning_rise=state.morning_rise,
        day_max_kg=_day_max_kg(state, day, a),
    )
    return later, session


def _missed(state: State, plan: Plan, a: Assumptions) -> tuple[State, Session]:
    """No training: a little strength and tolerance go, pain settles."""
    later = replace(
        state,
        one_rm_kg=state.one_rm_kg * (1.0 - a.loss_untrained),
        tolerance=_adapted(state.tolerance, 0.0, False, a),
        irritation=state.irritation * a.pain_decay**a.days_between,
        morning_rise=0.0,
        heaviest_kg=(*state.heaviest_kg, 0.0)[-MEMORY:],
    )
    return later, Session(plan=plan, is_trained=False, pain=state.irritation, morning_rise=state.morning_rise)


def _day_max_kg(state: State, day: Day, a: Assumptions) -> float:
    """One-rep max of the day; a bad day never takes more than half."""
    return state.one_rm_kg * max(0.5, 1.0 + a.readiness_sd * day.readiness)


def _load_kg(state: State, plan: Plan) -> float:
    return state.one_rm_kg if plan.kind == "test" else plan.load_kg


def _threshold(state: State, plan: Plan, a: Assumptions) -> float:
    return state.threshold + (a.easier_margin if plan.kind == "easier" else 0.0)


def is_cue_working(plan: Plan, day: Day, a: Assumptions) -> bool:
    """Whether a cue was given and works today."""
    return plan.is_cued and day.cue < a.cue_taken


def _sets(state: State, athlete: Athlete, plan: Plan, day: Day, a: Assumptions) -> _Sets:
    """Set after set until the plan is done or it hurts too much."""
    load_kg, scores, reps, reserve = _load_kg(state, plan), [], [], []
    doses, pain, dose = [], 0.0, 0.0
    tolerance = _tolerance_today(state, load_kg, a)
    for number in range(1 if plan.kind == "test" else plan.sets):
        possible = _possible_reps(state, load_kg, number, day, a)
        done = 1 if plan.kind == "test" else _reps_done(plan, number, possible)
        row = _true_scores(state, plan, load_kg, number, done, day, a)
        scores.append(row)
        reps.append(done)
        reserve.append(possible - done)
        doses.append(_dose(athlete, plan, load_kg, done, row, a))
        dose += doses[-1]
        pain = _pain_of(dose, tolerance, athlete, day, a)
        if state.irritation + pain > a.stop_pain:
            break
    flat = [score for row in scores for score in row]
    mean_score = sum(flat) / len(flat) if flat else 0.0
    return _Sets(
        scores=tuple(scores),
        reps=tuple(reps),
        reserve=tuple(reserve),
        dose=dose,
        new_pain=pain,
        stimulus=_stimulus(state, plan, load_kg, reps, reserve, mean_score, a),
        mean_score=mean_score,
    )


def _other(state: State, athlete: Athlete, plan: Plan, day: Day, a: Assumptions) -> _Sets:
    """Another exercise: nothing of it is filmed, its dose on what is sore is small and so is what the squat gains."""
    part = plan.sets / MAX_SETS
    dose = a.other_dose * part
    return _Sets(
        scores=(),
        reps=(plan.reps,) * plan.sets,
        reserve=(3,) * plan.sets,
        dose=dose,
        new_pain=_pain_of(dose, state.tolerance, athlete, day, a),
        stimulus=a.other_gain * math.sqrt(part),
        mean_score=0.0,
    )


def _possible_reps(state: State, load_kg: float, number: int, day: Day, a: Assumptions) -> int:
    """Reps until failure in set `number`, counted from 0."""
    able_kg = _day_max_kg(state, day, a) * (1.0 - a.set_fatigue * number)
    return max(1, math.floor(EPLEY_REPS * (able_kg / load_kg - 1.0))) if able_kg >= load_kg else 0


def _reps_done(plan: Plan, number: int, possible: int) -> int:
    """The planned reps as far as they go; in the last set more, with one left."""
    if number < plan.sets - 1 or plan.extra_reps == 0:
        return min(plan.reps, possible)
    return min(plan.reps + plan.extra_reps, max(min(plan.reps, possible), possible - 1))


def _true_scores(
    state: State, plan: Plan, load_kg: float, number: int, n_reps: int, day: Day, a: Assumptions
) -> tuple[float, ...]:
    """(n_reps,) true score of each rep."""
    share = load_kg / _day_max_kg(state, day, a)
    good = load_scoring().scoring.good_score
    cue = a.cue_points if is_cue_working(plan, day, a) else 0.0
    base = good + a.score_slope * (_threshold(state, plan, a) - share) + a.day_form_sd * day.form + cue
    fade, noise = a.score_slope * a.rep_fatigue, day.rep_form[number]
    return tuple(min(a.score_best, max(0.0, base - fade * (r - 2) + a.rep_form_sd * noise[r])) for r in range(n_reps))


def broken(mean_score: float, a: Assumptions) -> float:
    """How far form is broken down, 0-1."""
    return min(1.0, max(0.0, (load_scoring().scoring.good_score - mean_score) / a.form_broken_at))


def _dose(athlete: Athlete, plan: Plan, load_kg: float, n_reps: int, scores: Sequence[float], a: Assumptions) -> float:
    """Of one set."""
    if plan.kind == "test":
        load_kg, n_reps = load_kg * TEST_SHARE, TEST_REPS
    heavy: float = (load_kg / athlete.one_rm_kg / DOSE_LOAD) ** a.dose_power
    form = 1.0 + a.form_on_pain * broken(sum(scores) / len(scores), a) if scores else 1.0
    return n_reps / DOSE_REPS * heavy * form * _relief(athlete, plan, a)


def _relief(athlete: Athlete, plan: Plan, a: Assumptions) -> float:
    """Share of the dose that a limited range and a slow tempo leave."""
    relief = 1.0
    if plan.depth_limit_deg is not None:
        is_spared = athlete.sore_when == "depth" and plan.depth_limit_deg < athlete.sore_deg
        relief *= a.sore_relief if is_spared else a.other_relief
    if plan.is_slow:
        relief *= a.sore_relief if athlete.sore_when == "speed" else a.other_relief
    return relief


def _tolerance_today(state: State, load_kg: float, a: Assumptions) -> float:
    """Less after a jump over the heaviest load of the last weeks."""
    heaviest = max(state.heaviest_kg, default=0.0)
    jump = load_kg / heaviest - 1.0 if heaviest > 0.0 else 0.0
    return state.tolerance / (1.0 + a.spike_gain * max(0.0, jump - a.spike_free))


def _pain_of(dose: float, tolerance: float, athlete: Athlete, day: Day, a: Assumptions) -> float:
    return athlete.irritability * max(0.0, dose / tolerance - 1.0) * math.exp(a.pain_day_sd * day.pain)


def _stimulus(
    state: State,
    plan: Plan,
    load_kg: float,
    reps: Sequence[int],
    reserve: Sequence[int],
    mean_score: float,
    a: Assumptions,
) -> float:
    """Share of a full session's stimulus."""
    if plan.kind == "test":
        return 1.0 / math.sqrt(a.sets_full)
    share = load_kg / state.one_rm_kg
    load = min(1.0, max(0.0, (share - a.load_floor) / (a.load_full - a.load_floor)))
    efforts = [_effort(left, a) for left, done in zip(reserve, reps, strict=True) if done > 0]
    sets = math.sqrt(min(1.0, len(efforts) / a.sets_full))
    effort = sum(efforts) / len(efforts) if efforts else 0.0
    form = 1.0 - a.form_on_gain * broken(mean_score, a)
    short = a.short_range_gain if plan.depth_limit_deg is not None else 1.0
    return load * effort * sets * form * short * (a.easier_gain if plan.kind == "easier" else 1.0)


def _effort(reserve: int, a: Assumptions) -> float:
    """Worth of a set that ends with so many reps in reserve, from 1 down to the least."""
    easy = min(1.0, max(0.0, (reserve - a.reserve_full) / (a.reserve_least - a.reserve_full)))
    return 1.0 - (1.0 - a.effort_least) * easy


def _after(state: State, athlete: Athlete, plan: Plan, day: Day, done: _Sets, share: float, a: Assumptions) -> State:
    """What the session leaves behind until the next one."""
    room = max(0.0, 1.0 - (state.one_rm_kg / athlete.one_rm_kg - 1.0) / athlete.potential)
    pain = state.irritation + done.new_pain
    left = min(10.0, state.irritation + a.pain_kept * done.new_pain)
    load_kg = _load_kg(state, plan) if plan.kind != "other" else 0.0
    return State(
        one_rm_kg=state.one_rm_kg + athlete.one_rm_kg * athlete.gain * done.stimulus * room,
        threshold=state.threshold + _practice(state, plan, day, len(done.scores), share, a),
        tolerance=_adapted(state.tolerance, done.dose, pain <= a.stop_pain, a),
        irritation=left * a.pain_decay**a.days_between,
        morning_rise=left * a.pain_decay - state.irritation,
        heaviest_kg=(*state.heaviest_kg, load_kg)[-MEMORY:],
    )


def _practice(state: State, plan: Plan, day: Day, n_sets: int, share: float, a: Assumptions) -> float:
    """Threshold gained: most just below the threshold, none far from it."""
    below = _threshold(state, plan, a) - share
    if below >= a.practice_near:
        worth = 1.0 - (below - a.practice_near) / (a.practice_far - a.practice_near)
    else:
        worth = 1.0 + min(0.0, below) / a.practice_near
    cue = a.cue_practice if is_cue_working(plan, day, a) else 1.0
    rest = max(0.0, a.threshold_most - state.threshold)
    return a.practice_rate * max(0.0, worth) * cue * n_sets / MAX_SETS * rest


def _adapted(tolerance: float, dose: float, is_fine: bool, a: Assumptions) -> float:
    """Tolerance on its way to what the habitual dose leads to; strong pain lets it not grow."""
    goal = a.adapt_to * dose
    if goal > tolerance:
        return tolerance + (a.adapt_up * (goal - tolerance) if is_fine else 0.0)
    return tolerance + a.adapt_down * (goal - tolerance)
