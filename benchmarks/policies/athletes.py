"""A seed and a number enter; an athlete with hidden traits, and every chance of the sessions to come, leave.

All draws hang on seed, athlete and kind of draw only: the same athlete meets the same days under every policy and, as
far as an assumption leaves it alone, under every assumption (common random numbers).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from benchmarks.policies.assumptions import EXPERIENCES, Assumptions
from lookfeel.types import Experience, FloatArray

MAX_SETS = 3
MAX_REPS = 12
"""Most sets of a session and reps of a set that any policy asks for; draws are laid out for so many."""

SoreWhen = Literal["late reps", "depth", "speed", "all"]
SORE: tuple[SoreWhen, ...] = ("late reps", "depth", "speed", "all")
SORE_DEG = (60.0, 110.0)
"""Knee bend from which it hurts somebody who is sore in depth: between the lowest that leaves a useful range and
parallel (chosen by us)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Athlete:
    """One person at the start. All but `experience` and `told_max_kg` is hidden from who decides.

    gain, potential: shares of one_rm_kg. threshold: share of the one-rep max. tolerance: doses. irritability: pain of a
    dose twice the tolerated one. sore_when, sore_deg: what makes it worse. lasting_error: of the measured score,
    in SDs.
    """

    number: int
    experience: Experience
    one_rm_kg: float
    told_max_kg: float
    gain: float
    potential: float
    threshold: float
    tolerance: float
    irritability: float
    sore_when: SoreWhen
    sore_deg: float
    lasting_error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The chances of one session: standard normal draws, but for `cue`, `ache` (uniform) and `ache_size` (mean 1).

    rep_form, rep_error: [set][rep]. clip_error: [clip].
    """

    readiness: float
    form: float
    rep_form: list[list[float]]
    cue: float
    pain: float
    ache: float
    ache_size: float
    clip_error: list[float]
    rep_error: list[list[float]]
    said_pain: float
    said_reserve: float
    test: float


def make_athlete(number: int, *, seed: int, assumptions: Assumptions) -> Athlete:
    """The athlete of this number."""
    rng = np.random.default_rng([seed, number, 0])
    kind, sore, deg = rng.random(3)
    z = rng.standard_normal(8)
    experience = _experience(float(kind), assumptions)
    one_rm_kg = assumptions.at("one_rm_kg", experience) * _spread(assumptions.one_rm_spread, z[0])
    share = assumptions.at("threshold", experience) + assumptions.threshold_spread * z[3]
    return Athlete(
        number=number,
        experience=experience,
        one_rm_kg=one_rm_kg,
        told_max_kg=one_rm_kg * (1.0 + assumptions.estimate_sd * float(z[1])),
        gain=assumptions.at("gain", experience) * _spread(assumptions.gain_spread, z[2]),
        potential=assumptions.at("potential", experience),
        threshold=float(share),
        tolerance=assumptions.tolerance * _spread(assumptions.tolerance_spread, z[4]),
        irritability=assumptions.irritability * _spread(assumptions.irritability_spread, z[5]),
        sore_when=SORE[int(sore * len(SORE))],
        sore_deg=SORE_DEG[0] + float(deg) * (SORE_DEG[1] - SORE_DEG[0]),
        lasting_error=float(z[6]),
    )


def _experience(kind: float, assumptions: Assumptions) -> Experience:
    """By the place of a uniform draw among the shares."""
    limits = np.cumsum(assumptions.experience_share)
    return EXPERIENCES[min(int(np.searchsorted(limits, kind, side="right")), len(EXPERIENCES) - 1)]


def _spread(sd_log: float, z: float) -> float:
    return math.exp(sd_log * z)


def make_days(number: int, *, seed: int, n_sessions: int) -> list[Day]:
    """The chances of an athlete's sessions; the first n are the same however many are asked for."""

    def draws(kind: int, *shape: int) -> FloatArray:
        return np.random.default_rng([seed, number, kind]).standard_normal((n_sessions, *shape))

    single = draws(1, 6).tolist()
    rep_form, rep_error = (draws(kind, MAX_SETS, MAX_REPS).tolist() for kind in (2, 3))
    clip_error = draws(4, MAX_SETS).tolist()
    uniform = np.random.default_rng([seed, number, 5]).random((n_sessions, 3))
    return [
        Day(
            readiness=row[0],
            form=row[1],
            pain=row[2],
            said_pain=row[3],
            said_reserve=row[4],
            test=row[5],
            rep_form=rep_form[n],
            rep_error=rep_error[n],
            clip_error=clip_error[n],
            cue=float(uniform[n, 0]),
            ache=float(uniform[n, 1]),
            ache_size=-math.log1p(-float(uniform[n, 2])),
        )
        for n, row in enumerate(single)
    ]
