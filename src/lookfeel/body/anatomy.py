"""Segment lengths, planted feet and hip height in, what is true of every standing, squatting or lunging body out.

The spreads are wide on purpose: they decide what the picture cannot show (depth) and hardly touch what it can. Those
marked S are from SPIKES section 8; the others were chosen by us.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lookfeel.body.camera import Camera
from lookfeel.body.fit import Bone, Equation
from lookfeel.body.standing import STANCE_M
from lookfeel.types import BoolArray, FloatArray

AHEAD, LEFT, UP = np.eye(3)
SIDES = (("left", 1.0), ("right", -1.0))

MASS_SHARE: Mapping[str, float] = {"shoulder": 0.41, "hip": 0.38, "knee": 0.155, "ankle": 0.055}
"""Of body mass, carried by the middle of each joint pair: head, arms and trunk .678 with centre .626 of the way up
the trunk, thigh .20 with centre .433 from the hip, shank and foot .122 with centre .606 from the knee (Winter 2009,
table 4.1), each split over its two ends."""


def middle(part: str, weight: float = 1.0) -> dict[str, float]:
    """Coefficients of the point halfway between left and right."""
    return {f"left_{part}": 0.5 * weight, f"right_{part}": 0.5 * weight}


def total(*parts: Mapping[str, float]) -> dict[str, float]:
    """Sum of coefficients."""
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: sum(part.get(name, 0.0) for part in parts) for name in names}


def apart(part: str) -> dict[str, float]:
    """Coefficients of left minus right."""
    return {f"left_{part}": 1.0, f"right_{part}": -1.0}


def body_equations(
    lengths: Mapping[str, float],
    camera: Camera,
    *,
    is_planted: BoolArray,
    is_home: BoolArray,
    is_standing: BoolArray,
    step_m: FloatArray,
) -> list[Equation]:
    """Everything known of the pose before looking, for a block of frames.

    is_planted (T, 2), is_home (T,), is_standing (T,): see Scene. step_m (T,): how far one foot is ahead of the
    other, as far as known; it loosens the balance.
    """
    return [
        *_pelvis_and_trunk(lengths, is_standing),
        *_balance(step_m),
        *_place(lengths, camera, is_planted, is_home),
        *(equation for side in SIDES for equation in _leg(lengths, step_m, *side)),
    ]


def _pelvis_and_trunk(lengths: Mapping[str, float], is_standing: BoolArray) -> list[Equation]:
    trunk = total(middle("shoulder"), middle("hip", -1.0))
    return [
        Equation(coefficients=apart("hip"), axis=AHEAD, value=0.0, sd=0.03),  # pelvis turned by 6 degrees at most (S)
        Equation(coefficients=apart("hip"), axis=UP, value=0.0, sd=0.025),  # or tilted by 8
        Equation(coefficients=apart("hip"), axis=LEFT, value=lengths["hip_width"], sd=0.015),
        Equation(coefficients=apart("shoulder"), axis=AHEAD, value=0.0, sd=0.06),
        Equation(coefficients=apart("shoulder"), axis=UP, value=0.0, sd=0.04),
        Equation(coefficients=apart("shoulder"), axis=LEFT, value=lengths["shoulder_width"], sd=0.04),
        Equation(coefficients=trunk, axis=LEFT, value=0.0, sd=0.08),
        Equation(
            coefficients=trunk,
            axis=AHEAD,  # people stand upright, leaning by 3 +- 7 degrees, and bend forward, by 14 +- 18
            value=np.where(is_standing, 0.03, 0.12),
            sd=np.where(is_standing, 0.06, 0.15),
        ),
    ]


def _balance(step_m: FloatArray) -> list[Equation]:
    """The centre of mass is 5 cm ahead of the ankles (S); in a lunge anywhere between the feet."""
    mass = total(*(middle(part, share) for part, share in MASS_SHARE.items()), middle("ankle", -1.0))
    return [
        Equation(coefficients=mass, axis=AHEAD, value=0.05, sd=np.hypot(0.035, 0.3 * step_m)),
        Equation(coefficients=mass, axis=LEFT, value=0.0, sd=0.06),
    ]


def _place(lengths: Mapping[str, float], camera: Camera, is_planted: BoolArray, is_home: BoolArray) -> list[Equation]:
    """Where the feet are: near the spot where the camera was set up, on one floor while planted."""
    both = is_planted.all(axis=1)
    away = camera.axes[2] * (1.0, 1.0, 0.0)
    away = away / np.linalg.norm(away)
    return [
        Equation(coefficients=middle("ankle"), axis=away, value=0.0, sd=np.where(is_home, 0.03, 0.5)),
        Equation(coefficients=middle("ankle"), axis=camera.axes[0], value=0.0, sd=3.0),  # for frames that show nothing
        Equation(coefficients=middle("ankle"), axis=UP, value=lengths["ankle_height"], sd=0.10),
        Equation(coefficients=apart("toe"), axis=UP, value=0.0, sd=np.where(both, 0.02, 0.15)),
        Equation(coefficients=apart("ankle"), axis=LEFT, value=STANCE_M, sd=0.12),
        Equation(coefficients=apart("ankle"), axis=AHEAD, value=0.0, sd=0.5),
        Equation(coefficients=total(middle("hip"), middle("ankle", -1.0)), axis=LEFT, value=0.0, sd=0.08),
    ]


def _leg(lengths: Mapping[str, float], step_m: FloatArray, side: str, sign: float) -> list[Equation]:
    hip, knee, ankle, heel, toe = (f"{side}_{part}" for part in ("hip", "knee", "ankle", "heel", "toe"))
    toe_out = np.array([-sign * 0.25, 1.0, 0.0])  # the knee goes where the toes point, some 14 degrees outward
    return [
        Equation(coefficients={knee: 1.0, hip: -0.5, ankle: -0.5}, axis=toe_out, value=0.0, sd=0.08),
        Equation(coefficients={knee: 1.0, ankle: -1.0}, axis=AHEAD, value=0.12, sd=0.25),
        Equation(coefficients={toe: 1.0, heel: -1.0}, axis=toe_out, value=0.0, sd=0.05),
        Equation(coefficients={toe: 1.0, heel: -1.0}, axis=UP, value=0.0, sd=np.hypot(0.08, 0.3 * step_m)),  # heel up
        Equation(coefficients={toe: 1.0, ankle: -1.0}, axis=AHEAD, value=0.9 * lengths["ankle_to_toe"], sd=0.08),
        Equation(coefficients={heel: 1.0, ankle: -1.0}, axis=toe_out, value=0.0, sd=0.02),
    ]


def bones(lengths: Mapping[str, float], guess: Mapping[str, FloatArray]) -> list[Bone]:
    """All known lengths; guess: first direction (T, 3) of 'shank', 'thigh', 'trunk', the same for both sides."""
    n_frames = len(guess["shank"])
    across, ahead = np.tile(LEFT, (n_frames, 1)), np.tile(AHEAD, (n_frames, 1))
    back_down = np.tile(np.array([-0.6, 0.0, -0.8]), (n_frames, 1))
    ahead_down = np.tile(np.array([0.95, 0.0, -0.3]), (n_frames, 1))
    trunk = total(middle("shoulder"), middle("hip", -1.0))
    found = [
        Bone(coefficients=trunk, length_m=lengths["trunk"], sd_m=0.015, guess=guess["trunk"]),
        Bone(coefficients=apart("hip"), length_m=lengths["hip_width"], sd_m=0.01, guess=across),
        Bone(coefficients=apart("shoulder"), length_m=lengths["shoulder_width"], sd_m=0.03, guess=across),
    ]
    for side, _ in SIDES:
        for name, upper, lower, sd, first in (
            ("thigh", "hip", "knee", 0.01, guess["thigh"]),
            ("shank", "knee", "ankle", 0.01, guess["shank"]),
            ("ankle_to_toe", "toe", "ankle", 0.015, ahead_down),
            ("heel_to_toe", "toe", "heel", 0.02, ahead),
            ("ankle_to_heel", "heel", "ankle", 0.01, back_down),
        ):
            ends = {f"{side}_{upper}": 1.0, f"{side}_{lower}": -1.0}
            found.append(Bone(coefficients=ends, length_m=lengths[name], sd_m=sd, guess=first))
    return found


def crouch_guess(leg_share: FloatArray) -> dict[str, FloatArray]:
    """First directions of shank, thigh and trunk for a hip height as a share of the leg's length (T,).

    A squat that folds knee and hip alike: only the rough sense matters, knees ahead of ankles and hips behind knees.
    """
    share = np.clip(np.where(np.isfinite(leg_share), leg_share, 1.0), 0.35, 0.995)
    knee = 2.0 * np.arccos(share)
    return {"shank": _tilted(0.38 * knee), "thigh": _tilted(-0.62 * knee), "trunk": _tilted(0.35 * knee)}


def _tilted(forward_rad: FloatArray) -> FloatArray:
    return np.stack([np.sin(forward_rad), np.zeros_like(forward_rad), np.cos(forward_rad)], axis=-1)
