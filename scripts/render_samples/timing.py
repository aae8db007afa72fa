"""A Movement enters; its repetitions, what each is asked to be, and how far down the athlete is at any time leave."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from scripts.render_samples.cases import Movement
from scripts.render_samples.shapes import Array, RepTruth

STEP_S = 0.35  # of a lunge's step lies before the hips start down, and after they are up again (chosen by us)
SIT_TO_STAND_S = 1.4  # of the first rise, before anything is counted
SMALLEST = 0.6  # no repetition is less than this share of what was asked, however large its variation
EVENNESS = {"thigh_deg": 40.0}  # variation is a share of this where a share of the value itself would vanish at zero


def plan_reps(movement: Movement, seed: int) -> tuple[RepTruth, ...]:
    """Every repetition with its moments and what is asked of its bottom; a phase begins and ends at rest."""
    rng = np.random.default_rng([seed, 1])
    clock, reps = movement.lead_in_s + _before_first(movement), []
    for index in range(movement.n_reps):
        asked = _asked(movement, index, rng)
        slow = 1.0 + asked.pop("slower")
        down, hold, up, top = (seconds * _near_one(movement.variation, rng) for seconds in movement.tempo_s)
        moments = np.cumsum([clock, down, hold, up * slow])
        reps.append(
            RepTruth(
                index=index,
                side=_side(movement, index),
                start_s=float(moments[0]),
                bottom_start_s=float(moments[1]),
                ascent_start_s=float(moments[2]),
                end_s=float(moments[3]),
                asked=asked,
            )
        )
        clock = float(moments[3]) + max(top, _least_top(movement))
    return tuple(reps)


def duration_s(movement: Movement, reps: Sequence[RepTruth]) -> float:
    """Of the clip, in seconds of the movement."""
    return (reps[-1].end_s if reps else movement.lead_in_s) + _least_top(movement) + movement.lead_out_s


def _before_first(movement: Movement) -> float:
    return SIT_TO_STAND_S + movement.tempo_s[3] if movement.exercise == "sit_to_stand" else _least_top(movement)


def _least_top(movement: Movement) -> float:
    """A step out and a step back need their time between two repetitions."""
    return 2.0 * STEP_S + 0.1 if is_stepped(movement) else 0.0


def is_stepped(movement: Movement) -> bool:
    """Whether a foot is lifted and set down in every repetition."""
    return movement.exercise in ("forward_lunge", "reverse_lunge", "alternating_lunge")


def _side(movement: Movement, index: int) -> str:
    if movement.exercise in ("squat", "sit_to_stand"):
        return "both"
    other = "right" if movement.side == "left" else "left"
    return other if movement.exercise == "alternating_lunge" and index % 2 else movement.side


def _near_one(sd: float, rng: np.random.Generator) -> float:
    return float(max(SMALLEST, 1.0 + sd * np.clip(rng.standard_normal(), -2.0, 2.0)))


def _asked(movement: Movement, index: int, rng: np.random.Generator) -> dict[str, float]:
    """What the bottom of one repetition shall be, with variation, growth and breakdown."""
    since = 0 if movement.breaks_from_rep is None else max(0, index + 2 - movement.breaks_from_rep)
    spread = EVENNESS["thigh_deg"] * (_near_one(movement.variation, rng) - 1.0)
    asked = {
        "thigh_deg": movement.thigh_deg + spread + since * movement.break_depth_deg,
        "shift_m": movement.shift_m + since * movement.break_shift_m,
        "heel_rise_m": movement.heel_rise_m,
        "asymmetry_deg": movement.asymmetry_deg,
        "lean_gain_deg": since * movement.break_lean_deg,
        "slower": since * movement.break_slower,
    }
    for side, valgus, growth in zip(("left", "right"), movement.valgus_m, movement.valgus_growth_m, strict=True):
        asked[f"valgus_{side}_m"] = valgus + index * growth + since * movement.break_valgus_m
    return asked


def minimum_jerk(share: Array) -> Array:
    """0 to 1 over a share of 0 to 1 of a movement's time (Flash and Hogan 1985); rest before and after."""
    u = np.clip(share, 0.0, 1.0)
    return np.asarray(u**3 * (10.0 - 15.0 * u + 6.0 * u**2), dtype=np.float64)


def ramp(time_s: Array, begin_s: float, end_s: float) -> Array:
    """(T,) 0 before begin, 1 after end, minimum jerk between."""
    return minimum_jerk((time_s - begin_s) / (end_s - begin_s))


def depth(reps: Sequence[RepTruth], time_s: Array) -> Array:
    """(T,) 0 standing, 1 at each bottom."""
    return np.asarray(
        sum(
            (
                ramp(time_s, rep.start_s, rep.bottom_start_s) - ramp(time_s, rep.ascent_start_s, rep.end_s)
                for rep in reps
            ),
            start=np.zeros_like(time_s),
        )
    )


def nearest_rep(reps: Sequence[RepTruth], time_s: Array) -> NDArray[np.intp]:
    """(T,) index of the repetition that each moment belongs to; a change half way through the pause between two."""
    edges = [0.5 * (a.end_s + b.start_s) for a, b in itertools.pairwise(reps)]
    return np.searchsorted(edges, time_s)


def asked_at(reps: Sequence[RepTruth], time_s: Array) -> Mapping[str, Array]:
    """(T,) per name: what is asked of the nearest repetition's bottom."""
    which = nearest_rep(reps, time_s)
    return {name: np.array([rep.asked[name] for rep in reps])[which] for name in reps[0].asked}
