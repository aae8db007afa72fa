"""Landmarks at even moments and a first pose in, everything that is stated of the clip out, ready to be fitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lookfeel.body.anatomy import AHEAD, LEFT, MASS_SHARE, SIDES, UP, apart, middle, total
from lookfeel.body.batch import FIRST_LENGTH, JOINT, LENGTHS, N_BIAS, N_JOINTS, N_POINTS, N, Problem
from lookfeel.body.fit import Equation, add_row
from lookfeel.body.landmarks import Landmarks
from lookfeel.types import BODY_JOINTS, BoolArray, FloatArray

PART = tuple(name.split("_")[1] for name in BODY_JOINTS)

LANDMARK_SD_M: Mapping[str, float] = {"hip": 0.020, "knee": 0.015, "ankle": 0.012, "heel": 0.012, "toe": 0.010, "shoulder": 0.015}  # fmt: skip
BIAS_SD_M: Mapping[str, float] = {"hip": 0.010, "knee": 0.010, "ankle": 0.010, "heel": 0.008, "toe": 0.008, "shoulder": 0.010}  # fmt: skip
DEEP_BIAS_SD_M: Mapping[str, float] = {
    "hip": 0.010, "knee": 0.008, "ankle": 0.006, "heel": 0.005, "toe": 0.004, "shoulder": 0.008,
}  # fmt: skip
LENGTH_SD: Mapping[str, float] = {
    "thigh": 0.06, "shank": 0.05, "trunk": 0.08, "hip_width": 0.10, "shoulder_width": 0.10,
    "ankle_to_toe": 0.04, "heel_to_toe": 0.04, "ankle_to_heel": 0.08,
}  # fmt: skip
FOCAL_SD, PITCH_SD, ROLL_SD, YAW_SD, HEIGHT_SD = 0.05, np.radians(8.0), np.radians(1.5), np.radians(8.0), 0.5
PITCH_DOWN = np.radians(4.0)

IMAGES_WORTH = 6.0
MOST_WORTH = 0.3
FILLED_DOUBT = 6.0
PRIORS_WORTH = 4.0
"""Of a moment's statements: the errors of neighbours are mostly the same error."""

SMOOTH_SD_MPS2 = 40.0
STILL_SD = {"toe": (0.0015, 0.0015), "heel": (0.02, 0.04), "ankle": (0.02, 0.04)}  # m from moment to moment at 15 Hz
FLOOR_SD_M = {"toe": 0.006, "heel": 0.04}
DEPTH_SD_M = 0.12
INSTEP = 0.23
SIZED_BY = ("thigh", "shank", "trunk")
SIZE_SD = 0.01
"""Of thigh, shank and trunk together: without a height nothing in a picture tells the body's size, and all errors
shrink with it, so that a free size collapses."""
POINT_UP_M = {"toe": 0.02, "heel": 0.03}
"""Heel and toe are where BlazePose's landmarks are: in the shoe, above the sole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was found before the fit. lengths_m: expected by name. is_planted (T, 2), is_standing (T,), step_m (T,): how
    far one foot is ahead of the other. bend (T,)."""

    lengths_m: Mapping[str, float]
    is_planted: BoolArray
    is_resting: BoolArray
    is_standing: BoolArray
    step_m: FloatArray
    bend: FloatArray
    focal_px: float
    yaw: float
    depth_m: FloatArray
    away: FloatArray
    free: int | None


def state(
    landmarks: Landmarks,
    known: Known,
    *,
    dt_s: float,
    offset_m: FloatArray,
    near: FloatArray,
    centre_px: tuple[float, float],
    place_m: FloatArray,
    height_m: float,
    first_m: FloatArray,
    per_metre: FloatArray,
    shake_m: float,
) -> Problem:
    """State everything. near (J,): 1 for points on the side of the phone, less for hidden ones."""
    n = len(landmarks.xy_px)
    linear, right = np.zeros((n, N_JOINTS, 3, N_JOINTS, 3)), np.zeros((n, N_JOINTS, 3))
    constant = 0.0
    for equation in equations(known, first_m):
        sd = np.asarray(equation.sd) * np.sqrt(max(n / PRIORS_WORTH, 1.0))
        add_row(linear, right, equation.coefficients, equation.axis, equation.value, np.broadcast_to(sd, (n,)))
        constant += 0.5 * float(np.sum(np.square(np.broadcast_to(equation.value, (n,)) / sd)))
    sd = np.array([LANDMARK_SD_M[part] for part in PART]) / near
    doubt = 1.0 + 3.0 * (1.0 - landmarks.confidence) + np.where(landmarks.is_filled, FILLED_DOUBT, 0.0)
    floor = np.zeros((n, N_JOINTS))
    still = np.zeros((n - 1, N_JOINTS, 3))
    both = {
        "toe": known.is_planted[1:] & known.is_planted[:-1],
        "ankle": known.is_resting[1:] & known.is_resting[:-1],
    }
    both["heel"] = both["ankle"]
    rear = _is_rear(known, first_m)
    for s, side in enumerate(("left", "right")):
        for part, spread in FLOOR_SD_M.items():
            flat = known.is_planted[:, s] if part == "toe" else known.is_resting[:, s] & ~rear[:, s]
            floor[:, JOINT[f"{side}_{part}"]] = flat / spread**2
        for part, spread in STILL_SD.items():
            along, up = spread
            still[:, JOINT[f"{side}_{part}"]] = both[part][:, s, None] / np.square((along, along, up)) / (dt_s * 15.0)
    worth = min(IMAGES_WORTH / n, MOST_WORTH)
    smooth = np.full(N_JOINTS, worth / (SMOOTH_SD_MPS2 * dt_s**2) ** 2)
    prior, precision = _priors(known, height_m)
    whole, whole_right = np.zeros((n, N, N)), np.zeros((n, N))
    whole[:, :N_POINTS, :N_POINTS] = linear.reshape(n, N_POINTS, N_POINTS)
    whole_right[:, :N_POINTS] = right.reshape(n, N_POINTS)
    whole[:, N_POINTS:, N_POINTS:] = np.eye(2) / shake_m**2
    return Problem(
        xy_px=landmarks.xy_px,
        sd_px=sd * doubt * per_metre,
        offset_m=offset_m,
        bend=known.bend,
        linear=whole,
        linear_right=whole_right,
        linear_constant=constant,
        still=np.pad(still.reshape(n - 1, N_POINTS), ((0, 0), (0, 2))),
        smooth=np.tile(np.pad(np.repeat(smooth, 3), (0, 2)), (max(n - 2, 0), 1)),
        floor_weight=floor,
        floor_m=np.array([POINT_UP_M.get(part, 0.0) for part in PART]),
        centre_px=centre_px,
        place_m=place_m,
        prior=prior,
        prior_precision=precision,
        worth=worth,
    )


REAR_M = 0.25
KNEE_OFF_SIDE_M, KNEE_OFF_FRONT_M = 0.04, 0.05
"""How far a knee may be off the plane of its foot before anything is seen: what knees do where the picture does not
show it; hardly anything is said where it does, or every fault would be read as smaller than it is."""


def _is_rear(known: Known, first_m: FloatArray) -> BoolArray:
    """(T, 2) left, right: this foot is far behind the other, and so on its toes."""
    if known.free is not None:
        return np.zeros((len(first_m), 2), dtype=bool)
    ahead = first_m[:, JOINT["left_ankle"], 0] - first_m[:, JOINT["right_ankle"], 0]
    return np.stack([ahead < -REAR_M, ahead > REAR_M], axis=1)


def _priors(known: Known, height_m: float) -> tuple[FloatArray, FloatArray]:
    lengths = np.array([known.lengths_m[name] for name in LENGTHS])
    bias_sd = np.repeat([BIAS_SD_M[part] for part in PART], 2)
    prior = np.concatenate(
        [[np.log(known.focal_px), PITCH_DOWN, 0.0, known.yaw, height_m], lengths, np.zeros(2 * N_BIAS)]
    )
    sd = np.concatenate(
        [
            [FOCAL_SD, PITCH_SD, ROLL_SD, YAW_SD, HEIGHT_SD],
            lengths * [LENGTH_SD[name] for name in LENGTHS],
            bias_sd,
            np.repeat([DEEP_BIAS_SD_M[part] for part in PART], 2),
        ]
    )
    precision = np.diag(1.0 / sd**2)
    size = np.zeros(len(prior))
    for name in SIZED_BY:
        size[FIRST_LENGTH + LENGTHS.index(name)] = 1.0
    size /= size @ prior
    return prior, precision + np.outer(size, size) / SIZE_SD**2


def equations(known: Known, first_m: FloatArray) -> list[Equation]:
    """All linear statements; first_m (T, J, 3): a pose, for where the feet point."""
    trunk = total(middle("shoulder"), middle("hip", -1.0))
    support = middle("ankle", -1.0) if known.free is None else {f"{('right', 'left')[known.free]}_ankle": -1.0}
    mass = total(*(middle(part, share) for part, share in MASS_SHARE.items()), support)
    standing, step = known.is_standing, known.step_m
    found = [
        Equation(coefficients=apart("hip"), axis=AHEAD, value=0.0, sd=0.03),
        Equation(coefficients=apart("hip"), axis=UP, value=0.0, sd=0.02),
        Equation(coefficients=apart("shoulder"), axis=AHEAD, value=0.0, sd=0.05),
        Equation(coefficients=apart("shoulder"), axis=UP, value=0.0, sd=0.04),
        Equation(coefficients=trunk, axis=LEFT, value=0.0, sd=0.06),
        Equation(
            coefficients=trunk,
            axis=AHEAD,
            value=np.where(standing, 0.03, 0.15),
            sd=np.where(standing, 0.06, 0.18),
        ),
        Equation(coefficients=mass, axis=AHEAD, value=0.05, sd=np.hypot(0.03, 0.3 * step)),
        Equation(coefficients=mass, axis=LEFT, value=0.0, sd=0.05),
        Equation(coefficients=middle("ankle"), axis=AHEAD, value=0.0, sd=3.0),
        Equation(coefficients=middle("ankle"), axis=LEFT, value=0.0, sd=3.0),
        Equation(
            coefficients=apart("ankle"),
            axis=AHEAD,
            value=0.0,
            sd=np.hypot(0.05 if known.free is None else 0.3, 2.0 * step),
        ),
    ]
    for j, name in enumerate(BODY_JOINTS):
        value = known.depth_m[:, j]
        seen = np.isfinite(value)
        if seen.any():
            found.append(
                Equation(
                    coefficients=total({name: 1.0}, middle("hip", -1.0)),
                    axis=known.away,
                    value=np.where(seen, value, 0.0),
                    sd=np.where(seen, DEPTH_SD_M, 1e3),
                )
            )
    is_rear = _is_rear(known, first_m)
    knee_sd = float(np.hypot(KNEE_OFF_SIDE_M, KNEE_OFF_FRONT_M * np.cos(known.yaw)))
    for i, (side, sign) in enumerate(SIDES):
        hip, knee, ankle, heel, toe = (f"{side}_{part}" for part in ("hip", "knee", "ankle", "heel", "toe"))
        foot = first_m[:, JOINT[toe]] - first_m[:, JOINT[heel]]
        heading = np.arctan2(foot[:, 1], foot[:, 0])
        out = np.stack([-np.sin(heading), np.cos(heading), np.zeros(len(heading))], axis=-1)
        toe_out = np.array([-sign * 0.25, 1.0, 0.0])
        found += [
            Equation(coefficients={knee: 1.0, hip: -0.5, ankle: -0.5}, axis=out, value=0.0, sd=knee_sd),
            Equation(coefficients={toe: 1.0, heel: -1.0}, axis=toe_out, value=0.0, sd=0.05),
            Equation(coefficients={heel: 1.0, ankle: -1.0}, axis=out, value=0.0, sd=0.006),
            Equation(coefficients={toe: 1.0, ankle: -1.0}, axis=out, value=0.0, sd=0.010),
            Equation(
                coefficients={ankle: 1.0, heel: -0.8, toe: -0.2},
                axis=UP,
                value=INSTEP * known.lengths_m["heel_to_toe"],
                sd=np.hypot(0.006, 0.1 * step),
            ),
            Equation(
                coefficients={knee: 1.0, hip: -0.5, ankle: -0.5},
                axis=AHEAD,
                value=np.where(standing, 0.018, 0.1),
                sd=np.where(standing, 0.022, 0.5),
            ),
            Equation(
                coefficients={knee: 1.0, ankle: -1.0},
                axis=AHEAD,
                value=np.select([is_rear[:, i], is_rear[:, 1 - i]], [0.30, 0.08], 0.12),
                sd=np.select([is_rear[:, i], is_rear[:, 1 - i]], [0.20, 0.09], 0.25),
            ),
        ]
    return found
