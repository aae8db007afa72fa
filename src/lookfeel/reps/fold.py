"""Signals and one dip enter; how far the legs are folded leaves.

Hips sink with the cosine of the joints' angles: near standing a knee bends by twenty degrees before the hips show it.
Repetitions are found on the hips, but their phases are timed on the angles, where they are seen. So the way down of a
lunge begins with its step.
"""

import numpy as np

from lookfeel.reps.dips import Dip, blurred
from lookfeel.types import FloatArray, Signals

EVENT_BLUR_S = 0.04  # landmarks are already low-passed; more would lengthen a fast phase
KNOWN_SHARE = 0.9  # of a dip's frames in which an angle must be known to be used throughout
SIDES = ("left", "right")
LEG_RANGE_DEG = 270.0  # knee 180 and thigh 90: makes 1 of straight legs and about 0.3 of a deep squat


def fold_curve(signals: Signals, dip: Dip) -> FloatArray:
    """(T,) 1 = straight legs, less = folded; the hips' height where no angle is seen well enough.

    Each angle is used in the whole dip or not at all, so that a leg that comes and goes does not make steps.
    """
    inside = slice(dip.first, dip.last + 1)
    bends = []
    for joint, straight, sign in (("knee_flexion", 0.0, 1.0), ("thigh_angle", 90.0, -1.0)):
        sides = [_bend(sign * (signals[f"{joint}_{side}_deg"] - straight), signals, inside) for side in SIDES]
        known = [bend for bend in sides if bend is not None]
        if known:
            bends.append(np.mean(known, axis=0))
    if not bends:
        return blurred(signals["hip_height_ratio"], signals.time_s, blur_s=EVENT_BLUR_S)
    share = 2.0 / len(bends)  # one of both angles stands for the other
    return np.asarray(1.0 - share * np.sum(bends, axis=0) / LEG_RANGE_DEG)


def _bend(bend_deg: FloatArray, signals: Signals, inside: slice) -> FloatArray | None:
    """(T,) the angle without short holes; None when it is seen too seldom in the dip or a hole there is too long."""
    if np.isfinite(bend_deg[inside]).mean() < KNOWN_SHARE:
        return None
    whole = blurred(bend_deg, signals.time_s, blur_s=EVENT_BLUR_S)
    return whole if np.isfinite(whole[inside]).all() else None
