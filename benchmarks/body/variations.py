"""A clip and a name enter; the error of the fit without one of its parts leaves.

Each variation replaces one thing in the room for a moment: a constant, or what is stated of the clip.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.body.clips import Filmed
from lookfeel.body import batch, lift, lift_body, motion, statements
from lookfeel.body.expected import expected
from lookfeel.body.fit import Equation
from lookfeel.kinematics import measure_signals
from lookfeel.tracks import track_athlete
from lookfeel.types import PoseTrack, Signals

Changed = Callable[[Any], Any]

MEASURES = {
    "knee °": ("knee_flexion_{side}_deg", 1.0),
    "thigh °": ("thigh_angle_{side}_deg", 1.0),
    "shank °": ("shank_tilt_{side}_deg", 1.0),
    "trunk °": ("trunk_lean_deg", 1.0),
    "knee over foot cm": ("knee_over_foot_{side}_m", 100.0),
}
TINY = 1e-5  # metres or shares: as good as fixed, and still invertible


@dataclass(frozen=True, kw_only=True)
class Variation:
    """constants: (module, name) -> value; problem: changes what is stated; known: changes what it is stated from;
    without: leaves out equations; has_stature: the true one is given."""

    name: str
    constants: dict[tuple[Any, str], Any] = field(default_factory=dict)
    problem: Changed | None = None
    known: Changed | None = None
    without: Callable[[Equation], bool] | None = None
    has_stature: bool = False


def _is_balance(equation: Equation) -> bool:
    return {"left_shoulder", "left_knee"} <= set(equation.coefficients)


def _is_knee_of_leg(equation: Equation) -> bool:
    """Knee against the middle of hip and ankle."""
    parts = {name.split("_")[1]: share for name, share in equation.coefficients.items()}
    return parts == {"knee": 1.0, "hip": -0.5, "ankle": -0.5}


VARIATIONS = (
    Variation(name="everything"),
    Variation(name="stature given", has_stature=True),
    Variation(name="without landmark offsets", constants={(lift, "_offsets"): lambda *_: None}),
    Variation(
        name="without feet that stand",
        problem=lambda p: replace(p, still=0.0 * p.still, floor_weight=0.0 * p.floor_weight),
    ),
    Variation(name="without balance", without=_is_balance),
    Variation(name="without standing knee", without=lambda e: _is_knee_of_leg(e) and np.ndim(e.axis) == 1),
    Variation(name="without knee plane", without=lambda e: _is_knee_of_leg(e) and np.ndim(e.axis) == 2),
    Variation(name="without robust loss", constants={(batch, "CAUCHY"): 1e3}),
    Variation(
        name="without biases",
        constants={
            (statements, "SPREAD_M"): {part: (sd, TINY, TINY) for part, (sd, _, _) in statements.SPREAD_M.items()},
        },
    ),
    Variation(
        name="without biases when bent",
        constants={
            (statements, "SPREAD_M"): {part: (sd, bias, TINY) for part, (sd, bias, _) in statements.SPREAD_M.items()}
        },
    ),
    Variation(
        name="network's depth never", known=lambda k: replace(k, rough_depth_m=np.full_like(k.rough_depth_m, np.nan))
    ),
    Variation(name="network's depth always", constants={(motion, "_has_step"): lambda *_: True}),
    Variation(name="focal length fixed", constants={(statements, "PHONE_SD"): (0.001, *statements.PHONE_SD[1:])}),
    Variation(name="focal length free (25 %)", constants={(statements, "PHONE_SD"): (0.25, *statements.PHONE_SD[1:])}),
    Variation(name="lengths fixed", constants={(statements, "LENGTH_SD"): dict.fromkeys(statements.LENGTH_SD, 0.001)}),
    Variation(name="one pass", constants={(motion, "N_PASSES"): 1}),
    Variation(name="frame by frame", constants={(lift, "_fitted"): lambda *_: None}),
)


@contextmanager
def applied(variation: Variation) -> Iterator[None]:
    """The room with this variation."""
    stated, listed = statements.state_all, expected

    def state(landmarks: Any, known: Any, **others: Any) -> Any:
        problem = stated(landmarks, known if variation.known is None else variation.known(known), **others)
        return problem if variation.problem is None else variation.problem(problem)

    def equations(known: Any, pose_m: Any) -> list[Equation]:
        leave_out = variation.without or (lambda _: False)
        return [equation for equation in listed(known, pose_m) if not leave_out(equation)]

    with ExitStack() as stack:
        stack.enter_context(patch.object(motion, "state_all", state))
        stack.enter_context(patch.object(statements, "expected", equations))
        for (module, name), value in variation.constants.items():
            stack.enter_context(patch.object(module, name, value))
        yield


def deep_errors(filmed: Filmed, signals: Signals) -> dict[str, float]:
    """Mean absolute error of each of MEASURES in the deep part, legs together; NaN where nothing is said."""
    truth, found = filmed.truth, {}
    for heading, (pattern, scale) in MEASURES.items():
        errors = []
        for side in ("left", "right") if "{side}" in pattern else ("",):
            name = pattern.format(side=side)
            value = np.interp(truth.time_s, signals.time_s, signals.values[name], left=np.nan, right=np.nan)
            counts = filmed.is_deep & ((filmed.works(side) > 0) if side else True)
            errors.append(scale * np.abs(value - truth.signals[name])[counts])
        together = np.concatenate(errors)
        known = np.isfinite(together)
        found[heading] = float(together[known].mean()) if known.any() else np.nan
    return found


def vary(clips: Sequence[Filmed], variation: Variation) -> list[dict[str, float]]:
    """Errors of each clip under a variation."""
    found = []
    for filmed in clips:
        track: PoseTrack = track_athlete(filmed.watched[2])
        height = float(filmed.truth.case["physique"]["stature_m"]) if variation.has_stature else None
        with applied(variation):
            body = lift_body(track, height_m=height)
        found.append(deep_errors(filmed, measure_signals(track, body)))
    return found
