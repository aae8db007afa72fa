"""What is known of a clip before the fit in; what every standing, squatting or lunging body does, as linear statements,
out.

The spreads are wide: they decide what the picture cannot show, such as depth, and hardly touch what it can. Those
marked S are from SPIKES section 8, the others were chosen by us on rendered athletes of all views.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from lookfeel.body.anatomy import AHEAD, LEFT, MASS_SHARE, SIDES, UP, apart, middle, total
from lookfeel.body.batch import JOINT
from lookfeel.body.contact import Contact
from lookfeel.body.fit import Equation
from lookfeel.types import BODY_JOINTS, BoolArray, FloatArray

REAR_M = 0.25
"""An ankle that is this far behind the other belongs to a rear foot, which stands on its toes."""

DEPTH_SD_M = 0.12
"""Of the network's own depth, used for steps and free feet only: in squats it does harm (S)."""

KNEE_OFF_SIDE_M, KNEE_OFF_FRONT_M = 0.04, 0.05
"""How far a knee may be off the plane of its foot, from the side and what the front adds. Where the picture shows it,
little may be expected of it: with 4 cm alone, a valgus of 6 cm was read as 3."""

RELEASE_M = 3.0
"""How fast the knees of who stands are let go of as the hips sink: by 6 cm already at a fiftieth of the way down."""

INSTEP_SHARE = 0.23
"""Height of the ankle over the line from heel to toe, as a share of that line, and where along it: shoes of rendered
athletes."""

ALONG_FOOT = 0.2
TOE_OUT_SLOPE = 0.25  # feet point some 14 degrees outward, and knees go where they point


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was found before a pass of the fit, at T moments.

    lengths_m: expected ones by name. contact: which foot stands. is_standing (T,): legs are straight. step_m (T,): how
    far one foot is ahead of the other, beyond the stagger of a squat. bend (T,): 0 standing, 1 deepest. focal_px, yaw:
    expected. rough_depth_m (T, J): how much further away than the hips, by the network; NaN where it is not to be used.
    away (3,): the direction in which that is. free: 0 the left foot never stands, 1 the right one, None both do.
    """

    lengths_m: Mapping[str, float]
    contact: Contact
    is_standing: BoolArray
    step_m: FloatArray
    bend: FloatArray
    focal_px: float
    yaw: float
    rough_depth_m: FloatArray
    away: FloatArray
    free: int | None


def expected(known: Known, pose_m: FloatArray) -> Iterator[Equation]:
    """All statements; pose_m (T, J, 3): of the pass before, for where the feet point and which one is behind."""
    yield from _pelvis_and_trunk(known)
    yield from _balance(known)
    yield from _place(known)
    yield from _rough_depth(known)
    behind = is_rear(known, pose_m)
    for i, (side, sign) in enumerate(SIDES):
        foot = pose_m[:, JOINT[f"{side}_toe"]] - pose_m[:, JOINT[f"{side}_heel"]]
        heading = np.arctan2(foot[:, 1], foot[:, 0])
        out = np.stack([-np.sin(heading), np.cos(heading), np.zeros(len(heading))], axis=-1)
        yield from _knee(known, side, out, is_rear_leg=behind[:, i], is_front_leg=behind[:, 1 - i])
        yield from _foot(known, side, sign, out)


def is_rear(known: Known, pose_m: FloatArray) -> BoolArray:
    """(T, 2) left, right: this foot is far behind the other, and so on its toes."""
    if known.free is not None:
        return np.zeros((len(pose_m), 2), dtype=bool)
    ahead = pose_m[:, JOINT["left_ankle"], 0] - pose_m[:, JOINT["right_ankle"], 0]
    return np.stack([ahead < -REAR_M, ahead > REAR_M], axis=1)


def _pelvis_and_trunk(known: Known) -> Iterator[Equation]:
    trunk = total(middle("shoulder"), middle("hip", -1.0))
    yield Equation(coefficients=apart("hip"), axis=AHEAD, value=0.0, sd=0.03)  # turned by 9 degrees at most (S: 6)
    yield Equation(coefficients=apart("hip"), axis=UP, value=0.0, sd=0.02)  # or tilted by 6 (S: 4)
    yield Equation(coefficients=apart("shoulder"), axis=AHEAD, value=0.0, sd=0.05)
    yield Equation(coefficients=apart("shoulder"), axis=UP, value=0.0, sd=0.04)
    yield Equation(coefficients=trunk, axis=LEFT, value=0.0, sd=0.06)
    standing = known.is_standing
    ahead, spread = np.where(standing, 0.03, 0.15), np.where(standing, 0.06, 0.18)
    yield Equation(coefficients=trunk, axis=AHEAD, value=ahead, sd=spread)  # upright, or leaning by 17 +- 20 degrees


def _balance(known: Known) -> Iterator[Equation]:
    """The centre of mass is 5 cm ahead of the ankles, or of the one that stands (S); in a step anywhere between."""
    support = middle("ankle", -1.0) if known.free is None else {f"{('right', 'left')[known.free]}_ankle": -1.0}
    mass = total(*(middle(part, share) for part, share in MASS_SHARE.items()), support)
    yield Equation(coefficients=mass, axis=AHEAD, value=0.05, sd=np.hypot(0.03, 0.3 * known.step_m))
    yield Equation(coefficients=mass, axis=LEFT, value=0.0, sd=0.05)


def _place(known: Known) -> Iterator[Equation]:
    yield Equation(coefficients=middle("ankle"), axis=AHEAD, value=0.0, sd=3.0)  # for moments that show nothing
    yield Equation(coefficients=middle("ankle"), axis=LEFT, value=0.0, sd=3.0)
    stagger = np.hypot(0.05 if known.free is None else 0.3, 2.0 * known.step_m)
    yield Equation(coefficients=apart("ankle"), axis=AHEAD, value=0.0, sd=stagger)


def _rough_depth(known: Known) -> Iterator[Equation]:
    for j, name in enumerate(BODY_JOINTS):
        depth = known.rough_depth_m[:, j]
        is_known = np.isfinite(depth)
        if is_known.any():
            coefficients = total({name: 1.0}, middle("hip", -1.0))
            value, sd = np.where(is_known, depth, 0.0), np.where(is_known, DEPTH_SD_M, UNKNOWN_M)
            yield Equation(coefficients=coefficients, axis=known.away, value=value, sd=sd)


UNKNOWN_M = 1000.0  # as good as not stated


def _knee(
    known: Known, side: str, out: FloatArray, *, is_rear_leg: BoolArray, is_front_leg: BoolArray
) -> Iterator[Equation]:
    hip, knee, ankle = f"{side}_hip", f"{side}_knee", f"{side}_ankle"
    off_line = {knee: 1.0, hip: -0.5, ankle: -0.5}
    spread = float(np.hypot(KNEE_OFF_SIDE_M, KNEE_OFF_FRONT_M * np.cos(known.yaw)))
    yield Equation(coefficients=off_line, axis=out, value=0.0, sd=spread)
    loose = np.hypot(0.022, RELEASE_M * known.bend)  # released by and by, or every repetition would start late
    yield Equation(coefficients=off_line, axis=AHEAD, value=0.018, sd=loose)  # standing: bent by 5 +- 6 degrees (S)
    ahead = np.select([is_rear_leg, is_front_leg], [0.30, 0.08], 0.12)  # a lunge's front shank is nearly upright
    loose = np.select([is_rear_leg, is_front_leg], [0.20, 0.09], 0.25)
    yield Equation(coefficients={knee: 1.0, ankle: -1.0}, axis=AHEAD, value=ahead, sd=loose)


def _foot(known: Known, side: str, sign: float, out: FloatArray) -> Iterator[Equation]:
    ankle, heel, toe = f"{side}_ankle", f"{side}_heel", f"{side}_toe"
    toe_out = np.array([-sign * TOE_OUT_SLOPE, 1.0, 0.0])
    yield Equation(coefficients={toe: 1.0, heel: -1.0}, axis=toe_out, value=0.0, sd=0.05)
    yield Equation(coefficients={heel: 1.0, ankle: -1.0}, axis=out, value=0.0, sd=0.006)
    yield Equation(coefficients={toe: 1.0, ankle: -1.0}, axis=out, value=0.0, sd=0.010)
    over = {ankle: 1.0, heel: ALONG_FOOT - 1.0, toe: -ALONG_FOOT}
    height = INSTEP_SHARE * known.lengths_m["heel_to_toe"]
    yield Equation(coefficients=over, axis=UP, value=height, sd=np.hypot(0.006, 0.1 * known.step_m))
