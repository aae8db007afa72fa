"""Landmarks at even moments and what is known of the clip in; the whole problem, ready to be fitted, out.

How much all of it is worth: neighbouring moments err alike, and so does a body that is not quite as expected, all
through the clip. Counted by moments, a long clip would be sure of anything. So all pictures of a clip together count
as a few facts, all that is expected of a body as fewer, however long the clip is; the phone and the lengths, of which
there is one each, count once.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from lookfeel.body.batch import FIRST_LENGTH, JOINT, LENGTHS, N_BIAS, N_JOINTS, N_POINTS, N, Problem
from lookfeel.body.expected import Known, expected, is_rear
from lookfeel.body.fit import add_row
from lookfeel.body.landmarks import Landmarks
from lookfeel.types import BODY_JOINTS, FloatArray

PART = tuple(name.split("_")[1] for name in BODY_JOINTS)
SPREAD_M: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    {
        "shoulder": (0.015, 0.010, 0.008),
        "hip": (0.020, 0.010, 0.010),
        "knee": (0.015, 0.010, 0.008),
        "ankle": (0.012, 0.010, 0.006),
        "heel": (0.012, 0.008, 0.005),
        "toe": (0.010, 0.008, 0.004),
    }
)
"""SD of a landmark at the athlete's distance, and of what stays of its offset in this clip: always, and when the legs
are bent. SPIKES section 8; feet less since their offsets are known (models/landmark_offsets.json)."""

LENGTH_SD: Mapping[str, float] = MappingProxyType(
    {
        "thigh": 0.06,
        "shank": 0.05,
        "trunk": 0.08,
        "hip_width": 0.10,
        "shoulder_width": 0.10,
        "ankle_to_toe": 0.04,
        "heel_to_toe": 0.04,
        "ankle_to_heel": 0.08,
    }
)
"""Relative spread among people of one stature (SPIKES section 8; feet in shoes: chosen by us)."""

SIZED_BY = ("thigh", "shank", "trunk")
SIZE_SD = 0.01
"""Relative, of these three together. Nothing in a picture tells a body's size, and all errors shrink with it, so that a
free size collapses: by 20 % on a clip from a shaking hand."""

PITCH_DOWN = float(np.radians(4.0))
PHONE_SD = (0.05, float(np.radians(8.0)), float(np.radians(1.5)), float(np.radians(8.0)), 0.5)
"""Of the logarithm of the focal length, pitch, roll, heading and height (SPIKES section 8; focal 8 % there, but phones'
main lenses differ by less)."""

PICTURES_WORTH, EXPECTED_WORTH = 6.0, 4.0
"""How many independent moments the pictures of a clip count as, and what is expected of a body. Chosen by us on
rendered clips: with five times as much the fit bends phone and lengths to explain what landmarks err by."""

MOST_WORTH = 0.3
"""Of one moment's pictures in a clip of few moments."""

STIFF_MOMENTS = 150
"""In a clip of more moments, bones hold at each of them more loosely than their spreads say, as its pictures count for
less there: held ever tighter against these, they make the fit creep, over 10 s of film in 28 rounds, over a minute in
48. Chosen by us: 10 s, a usual set."""

FILLED_DOUBT, UNSURE_DOUBT = 6.0, 3.0
"""A landmark that was filled in, and one of no confidence, has so many times its SD more."""

SMOOTH_MPS2 = 40.0
"""SD of a joint's acceleration. People squat at up to 5; landmarks are low-passed already, and any tighter bound rounds
off the bottom of a quick repetition."""

STILL_M: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"toe": (0.0015, 0.0015), "heel": (0.02, 0.04), "ankle": (0.02, 0.04)}
)
"""How far a point of a foot that stands moves between moments, along the floor and up: its toes hardly (SPIKES section
8), its heel may rise."""

STILL_RATE_HZ = 15.0

FLOOR_SD_M: Mapping[str, float] = MappingProxyType({"toe": 0.006, "heel": 0.04})
POINT_UP_M: Mapping[str, float] = MappingProxyType({"toe": 0.02, "heel": 0.03})
"""Where heel and toe of a shoe are that stands: BlazePose marks them above the sole."""


def state_all(
    landmarks: Landmarks,
    known: Known,
    *,
    dt_s: float,
    pose_m: FloatArray,
    per_metre_px: FloatArray,
    offset_m: FloatArray,
    near: FloatArray,
    shake_m: float,
    centre_px: tuple[float, float],
    place_m: FloatArray,
    height_m: float,
) -> Problem:
    """State everything of a clip.

    Parameters
        dt_s: between moments. pose_m (T, J, 3): of the pass before. per_metre_px (T, J): pixels of a metre there.
        offset_m (T, J, 3): from joints to what the network marks. near (J,): 1 on the phone's side, less on the hidden
        one. shake_m: SD of the picture's shift. centre_px, place_m, height_m: of the phone.
    """
    n = len(landmarks.xy_px)
    linear, right, constant = _linear(known, pose_m, shake_m)
    sd = np.array([SPREAD_M[part][0] for part in PART]) / near
    doubt = 1.0 + UNSURE_DOUBT * (1.0 - landmarks.confidence) + np.where(landmarks.is_filled, FILLED_DOUBT, 0.0)
    worth = min(PICTURES_WORTH / n, MOST_WORTH)
    stiff = min(1.0, STIFF_MOMENTS / n)
    smooth = np.zeros(N)
    smooth[:N_POINTS] = worth / (SMOOTH_MPS2 * dt_s**2) ** 2
    prior, precision = _priors(known, height_m)
    return Problem(
        xy_px=landmarks.xy_px,
        sd_px=sd * doubt * per_metre_px,
        offset_m=offset_m,
        bend=known.bend,
        linear=linear,
        linear_right=right,
        linear_constant=constant,
        still=stiff * _still(known, dt_s),
        smooth=np.tile(smooth, (max(n - 2, 0), 1)),
        floor_weight=_floor(known, pose_m),
        floor_m=np.array([POINT_UP_M.get(part, 0.0) for part in PART]),
        centre_px=centre_px,
        place_m=place_m,
        prior=prior,
        prior_precision=precision,
        worth=worth,
        stiff=stiff,
    )


def _linear(known: Known, pose_m: FloatArray, shake_m: float) -> tuple[FloatArray, FloatArray, float]:
    """Normal equations (T, N, N) and (T, N) of all linear statements, and their cost at nothing."""
    n = len(pose_m)
    points, right = np.zeros((n, N_JOINTS, 3, N_JOINTS, 3)), np.zeros((n, N_JOINTS, 3))
    constant = 0.0
    for equation in expected(known, pose_m):
        sd = np.broadcast_to(equation.sd, (n,)) * np.sqrt(max(n / EXPECTED_WORTH, 1.0))
        add_row(points, right, equation.coefficients, equation.axis, equation.value, sd)
        constant += 0.5 * float(np.sum(np.square(equation.value / sd)))
    whole, whole_right = np.zeros((n, N, N)), np.zeros((n, N))
    whole[:, :N_POINTS, :N_POINTS] = points.reshape(n, N_POINTS, N_POINTS)
    whole_right[:, :N_POINTS] = right.reshape(n, N_POINTS)
    whole[:, N_POINTS:, N_POINTS:] = np.eye(2) / shake_m**2
    return whole, whole_right, constant


def _still(known: Known, dt_s: float) -> FloatArray:
    """(T - 1, N) weights of 'a foot that stands stays where it is'; a longer moment lets it drift further."""
    both = {
        "toe": known.contact.stands[1:] & known.contact.stands[:-1],
        "ankle": known.contact.rests[1:] & known.contact.rests[:-1],
        "heel": known.contact.rests[1:] & known.contact.rests[:-1],
    }
    weight = np.zeros((len(known.bend) - 1, N))
    for s, side in enumerate(("left", "right")):
        for part, (along, up) in STILL_M.items():
            axes = slice(3 * JOINT[f"{side}_{part}"], 3 * JOINT[f"{side}_{part}"] + 3)
            weight[:, axes] = both[part][:, s, None] / np.square((along, along, up)) / (dt_s * STILL_RATE_HZ)
    return weight


def _floor(known: Known, pose_m: FloatArray) -> FloatArray:
    """(T, J) weights of 'this point stands on the floor'."""
    weight = np.zeros((len(pose_m), N_JOINTS))
    rear = is_rear(known, pose_m)
    for s, side in enumerate(("left", "right")):
        flat = {"toe": known.contact.stands[:, s], "heel": known.contact.rests[:, s] & ~rear[:, s]}
        for part, spread in FLOOR_SD_M.items():
            weight[:, JOINT[f"{side}_{part}"]] = flat[part] / spread**2
    return weight


def _priors(known: Known, height_m: float) -> tuple[FloatArray, FloatArray]:
    """Expected values (G,) and precision (G, G) of what all moments share."""
    lengths = np.array([known.lengths_m[name] for name in LENGTHS])
    phone = [np.log(known.focal_px), PITCH_DOWN, 0.0, known.yaw, height_m]
    prior = np.concatenate([phone, lengths, np.zeros(2 * N_BIAS)])
    always, bent = (np.repeat([SPREAD_M[part][column] for part in PART], 2) for column in (1, 2))
    sd = np.concatenate([PHONE_SD, lengths * [LENGTH_SD[name] for name in LENGTHS], always, bent])
    size = np.zeros(len(prior))
    for name in SIZED_BY:
        size[FIRST_LENGTH + LENGTHS.index(name)] = 1.0
    size /= size @ prior
    return prior, np.diag(1.0 / sd**2) + np.outer(size, size) / SIZE_SD**2
