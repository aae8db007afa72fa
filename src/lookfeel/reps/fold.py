"""Signals and one dip enter; how far the legs are folded, and from where to where the feet stand, leave.

Hips sink with the cosine of the joints' angles: near standing a knee bends by twenty degrees before the hips show it.
Phases are therefore timed on the angles themselves, where they are seen; repetitions are found on the hips.
"""

import numpy as np

from lookfeel.reps.dips import Dip, blurred
from lookfeel.types import FloatArray, Signals

EVENT_BLUR_S = 0.04  # landmarks are already low-passed; more would lengthen a fast phase
KNOWN_SHARE = 0.9  # of a dip's frames in which an angle must be known to be used throughout
LEG_RANGE_DEG = 270.0  # knee 180 and thigh 90: makes 1 of straight legs and about 0.3 of a deep squat
STEP_MPS = 0.5  # a foot faster than this steps


def fold_curve(signals: Signals, height: FloatArray, dip: Dip) -> FloatArray:
    """(T,) 1 = straight legs, less = folded; the hips' height where no angle is seen well enough.

    Each angle is used in the whole dip or not at all, so that a leg that comes and goes does not make steps.
    """
    inside = slice(dip.first, dip.last + 1)
    bends = []
    for joint, straight, sign in (("knee_flexion", 0.0, 1.0), ("thigh_angle", 90.0, -1.0)):
        sides = [signals[f"{joint}_{side}_deg"] for side in ("left", "right")]
        known = [sign * (angle - straight) for angle in sides if np.isfinite(angle[inside]).mean() >= KNOWN_SHARE]
        if known:
            bends.append(np.mean(known, axis=0))
    if not bends:
        return height
    share = 2.0 / len(bends)  # one of both angles stands for the other
    return blurred(1.0 - share * np.sum(bends, axis=0) / LEG_RANGE_DEG, signals.time_s, blur_s=EVENT_BLUR_S)


def standing_limits(signals: Signals, dip: Dip) -> tuple[int, int]:
    """First and last frame around the bottom between which no foot steps: a lunge is timed from foot to foot."""
    faster = np.fmax(signals["foot_speed_left_mps"], signals["foot_speed_right_mps"])
    steps = np.flatnonzero(faster > STEP_MPS)
    before = steps[(steps >= dip.first) & (steps < dip.bottom)]
    after = steps[(steps > dip.bottom) & (steps <= dip.last)]
    first = int(before[-1]) + 1 if len(before) else dip.first
    last = int(after[0]) - 1 if len(after) else dip.last
    return first, last
