"""Three policies to compare with: what an athlete shows enters session by session, the plan of the next one leaves.

Each is written as its adherents would wish: the same start, the same plates, the same sets and reps in a usual session,
and no more cruelty than the name says. Everybody starts light and may add load from session to session.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Protocol

from benchmarks.policies.showing import Film, Shown
from benchmarks.policies.training import Plan
from lookfeel.types import Experience

STEP_KG = 2.5
LEAST_KG = 20.0
"""Plates as in matrix.toml, and an empty bar (chosen by us)."""
FIRST_SHARE = 0.65
"""Load of the first session over the one-rep max that is thought true (chosen by us: light enough for a first week)."""
REPS = 5
"""Reps of a usual set (chosen by us: the common strength set)."""
SETBACK = 0.9
"""Load kept after a failure, a fault or strong pain, where a policy names no figure (chosen by us)."""
STRONG_PAIN, BAD_PAIN = 5.0, 2.0
"""Above these it is stopped, and feels bad (Silbernagel 2007)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What everybody knows at the start. told_max_kg: one-rep max as the athlete thinks it is."""

    experience: Experience
    told_max_kg: float
    sessions_per_week: float
    days_between: float


class Policy(Protocol):
    """Decides for one athlete from session to session."""

    plan: Plan

    def __init__(self, known: Known) -> None:
        """Begin with `plan`."""

    def after(self, shown: Shown) -> Plan:
        """The next session's plan, also kept as `plan`."""


def to_plates(load_kg: float) -> float:
    """Nearest load that exists."""
    return max(LEAST_KG, STEP_KG * round(load_kg / STEP_KG))


def first_plan(known: Known) -> Plan:
    """The same for everybody."""
    return Plan(load_kg=to_plates(FIRST_SHARE * known.told_max_kg), reps=REPS)


def is_done(shown: Shown, plan: Plan) -> bool:
    """Whether every planned set had its reps."""
    return len(shown.reps) == plan.sets and min(shown.reps) >= plan.reps


class Perfection:
    """'Perfection is key': load goes up only after a faultless set, down by a tenth with any fault or any real pain.

    The athlete is cued in every session. The coach sees what the program measures, with the same error.
    """

    PERFECT = 90.0
    """Measured score of a set that counts as perfect, with no finding (chosen by us: halfway from 'watch' to 97)."""

    def __init__(self, known: Known) -> None:
        self.plan = replace(first_plan(known), is_cued=True)

    def after(self, shown: Shown) -> Plan:
        """Up when perfect, down when at fault, else the same."""
        if not shown.is_trained:
            return self.plan
        film, pain = shown.film(), shown.feels.pain or 0.0
        load_kg = self.plan.load_kg
        if film is None or film.looks.findings or pain > BAD_PAIN:
            load_kg = min(to_plates(SETBACK * load_kg), max(LEAST_KG, load_kg - STEP_KG))
        elif self._is_perfect(film) and is_done(shown, self.plan):
            load_kg += STEP_KG
        self.plan = replace(self.plan, load_kg=load_kg)
        return self.plan

    def _is_perfect(self, film: Film) -> bool:
        return film.looks.score is not None and film.looks.score >= self.PERFECT


class Whatever:
    """'Whatever, just squat': load goes up whenever all reps were done; how it looks is not asked.

    After three sessions without all reps, or pain that stopped one, a tenth less, and on (the rule of common novice
    programmes).
    """

    FAILURES = 3

    def __init__(self, known: Known) -> None:
        self.plan = first_plan(known)
        self._failures = 0

    def after(self, shown: Shown) -> Plan:
        """Up unless reps were missed or pain stopped the session."""
        if not shown.is_trained:
            return self.plan
        load_kg, is_stopped = self.plan.load_kg, (shown.feels.pain or 0.0) > STRONG_PAIN
        self._failures = 0 if is_done(shown, self.plan) else self._failures + 1
        if is_stopped or self._failures >= self.FAILURES:
            self._failures = 0
            load_kg = to_plates(SETBACK * load_kg)
        elif self._failures == 0:
            load_kg += STEP_KG
        self.plan = replace(self.plan, load_kg=load_kg)
        return self.plan


class Percentage:
    """A fixed programme: four weeks of 70, 75, 80 and 60 % of the one-rep max, then a test for the next round.

    Two sessions a week; the test takes the place of the last session of the light week. A session that pain stopped is
    followed by one at the light week's load.
    """

    WEEKS = (0.7, 0.75, 0.8, 0.6)

    def __init__(self, known: Known) -> None:
        self._per_week = max(1, round(known.sessions_per_week))
        self._max_kg = known.told_max_kg
        self._number = 0
        self.plan = first_plan(known)

    def after(self, shown: Shown) -> Plan:
        """The next line of the programme; the first week begins as everybody's does."""
        if shown.tested_max_kg is not None:
            self._max_kg = shown.tested_max_kg
        if not shown.is_trained and self.plan.kind == "squat":
            return self.plan  # a missed session is made up for
        is_stopped = (shown.feels.pain or 0.0) > STRONG_PAIN
        self._number += 1
        in_round = self._number % (len(self.WEEKS) * self._per_week)
        is_test = in_round == len(self.WEEKS) * self._per_week - 1 and not is_stopped
        share = min(self.WEEKS) if is_stopped else self.WEEKS[math.floor(in_round / self._per_week)]
        self.plan = Plan(kind="test" if is_test else "squat", load_kg=to_plates(share * self._max_kg), reps=REPS)
        return self.plan
