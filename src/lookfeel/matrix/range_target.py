"""A limit of the range as something to set up: knee bend and leg lengths go in, the height of a box or pad comes out.

The model stands in a plane: a shank that tilts forward in proportion to the knee bend, the thigh on it, the hip joint
at its end. A box lies under the seat, a pad of a lunge under the rear knee. What the model leaves open (how the shin
tilts, flesh, shoes, the length of the legs) is worth a few centimetres, which RangeSettings states and the text says.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from lookfeel.exercises import ExerciseSpec
from lookfeel.matrix.case import Case, number_text
from lookfeel.matrix.settings import RangeSettings

ROUNDING_GUARD = 1e-6
"""Centimetres that binary fractions may not lift to the next one."""

LEG = ("thigh", "shank", "ankle_height")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Something to touch at the lowest point. parameter: its name among the figures of an action."""

    parameter: str
    height_m: float
    error_m: float


def leg_of_height(height_m: float, settings: RangeSettings) -> dict[str, float]:
    """Average lengths of thigh and shank and height of the ankle for a body height, metres."""
    return {
        "thigh": settings.thigh_of_height * height_m,
        "shank": settings.shank_of_height * height_m,
        "ankle_height": settings.ankle_of_height * height_m,
    }


def box_height_m(knee_flexion_deg: float, limb_m: Mapping[str, float], settings: RangeSettings) -> float:
    """Height of a box that the seat touches at this knee bend."""
    return _hip_height_m(knee_flexion_deg, limb_m, settings.squat_tilt_share) - settings.seat_below_hip_m


def pad_height_m(knee_flexion_deg: float, limb_m: Mapping[str, float], settings: RangeSettings) -> float:
    """Height of a pad that the rear knee touches when the front knee is bent so far."""
    hip = _hip_height_m(knee_flexion_deg, limb_m, settings.lunge_tilt_share)
    rear_thigh = limb_m["thigh"] * math.cos(math.radians(settings.rear_thigh_deg))
    return hip - rear_thigh - settings.knee_above_pad_m


def _hip_height_m(knee_flexion_deg: float, limb_m: Mapping[str, float], tilt_share: float) -> float:
    tilt = tilt_share * knee_flexion_deg
    thigh = math.radians(90.0 + tilt - knee_flexion_deg)  # above the horizontal
    return limb_m["ankle_height"] + limb_m["shank"] * math.cos(math.radians(tilt)) + limb_m["thigh"] * math.sin(thigh)


def range_target(
    knee_flexion_deg: float,
    spec: ExerciseSpec,
    limb_m: Mapping[str, float],
    settings: RangeSettings,
    *,
    is_metric: bool,
) -> Target | None:
    """Box or pad for this limit, in whole centimetres, never lower than the limit asks for; None when nothing fits."""
    if not all(limb_m.get(part) for part in LEG):
        return None
    is_lunge = spec.working_leg == "lead"
    height = (pad_height_m if is_lunge else box_height_m)(knee_flexion_deg, limb_m, settings)
    if height < settings.least_target_m:
        return None
    return Target(
        parameter="pad_height_m" if is_lunge else "box_height_m",
        height_m=math.ceil(100.0 * height - ROUNDING_GUARD) / 100.0,
        error_m=settings.target_error_m if is_metric else settings.average_target_error_m,
    )


def range_words(case: Case, limit_deg: float) -> tuple[str, dict[str, float]]:
    """Words and figures that go with a limit; '' and none when the legs' lengths are not known."""
    target = range_target(limit_deg, case.spec, case.limb_m, case.settings.range, is_metric=case.is_metric)
    if target is None:
        return "", {}
    words = case.settings.words
    template = words.range_pad if target.parameter == "pad_height_m" else words.range_box
    told = template.format(
        about="" if case.is_metric else words.about,
        height_cm=number_text(100 * target.height_m),
        error_cm=number_text(100 * target.error_m),
    )
    return told, {target.parameter: target.height_m}
