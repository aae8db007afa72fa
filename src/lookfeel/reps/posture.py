"""A dip and the signals enter; the posture at its bottom leaves: what tells exercises and non-exercises apart."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lookfeel.reps.dips import Dip, deep_half
from lookfeel.types import BoolArray, CameraView, FloatArray, Signals

MOVING_MPS = 0.5  # a planted foot of a good picture stays below 0.3, a walker's passes 1 with each step
LOWER_PART = 0.75  # of the way between standing and the bottom (chosen by us)
AROUND_S = 0.15  # the bottom is read as the median of this long on both sides
FACING_DEG, FACING_REAR_DEG = 35.0, 40.0  # from behind the network confuses the legs at wider angles (chosen by us)
TOE_UP_M = 0.05  # a toe that the body has higher above the floor is in the air (chosen by us)
SPREAD_S = 0.6  # after leaving the bottom: when somebody who sits leans forward to get up

# Shares of stature and of body mass by segment (Winter 2009): enough to tell whether somebody who is at rest in this
# posture would fall backward without a chair.
SHANK, THIGH, TRUNK = 0.246, 0.245, 0.288
MASS_SHANK, MASS_THIGH, MASS_UPPER = 0.12, 0.20, 0.68
UPPER_CENTRE = 0.55  # of the way from hips to shoulders


@dataclass(frozen=True, slots=True, kw_only=True)
class Posture:
    """Angles in degrees, NaN where unseen.

    thigh_left, thigh_right: thigh angle at the bottom (0 = parallel). lean: trunk lean at the bottom; lean_gain:
    how much more it leans while rising. moving: share of the deeper half of the dip, which lasts deep_s seconds, in
    which a foot moves; step_mps: the faster foot at its fastest on the way down and up; stride_mps: without what is
    near the top. is_left_higher, free_foot_m: which foot's ball is higher in the picture and by how much;
    free_move_m: how far it rises and falls in the deeper half, which a planted foot does not. balance: centre of
    mass ahead of the ankles, share of stature. is_facing: filmed from ahead or from behind, along the way that a
    lunge steps. toe_up_m: of the higher toe, above the floor, throughout the deeper half.
    """

    thigh_left: float
    thigh_right: float
    knee_left: float
    knee_right: float
    lean: float
    lean_gain: float
    moving: float
    deep_s: float
    step_mps: float
    stride_mps: float
    is_left_higher: bool
    free_foot_m: float
    free_move_m: float
    balance: float
    is_facing: bool
    toe_up_m: float

    @property
    def thigh_difference(self) -> float:
        """Degrees between both thighs, always positive."""
        return abs(self.thigh_left - self.thigh_right)

    @property
    def is_left_steeper(self) -> bool:
        """Whether the left thigh is the more upright one."""
        return self.thigh_left > self.thigh_right

    @property
    def steeper_shank(self) -> float:
        """Forward tilt of the shank under the more upright thigh, degrees: about 30 on a standing leg, 60 to 100 on
        the rear leg of a lunge, whose knee hangs far ahead of its toes."""
        left, right = self.thigh_left + self.knee_left - 90.0, self.thigh_right + self.knee_right - 90.0
        return left if self.is_left_steeper else right


def is_facing(view: CameraView | None) -> bool:
    """Whether the camera stands nearly ahead of the athlete or behind; not when nobody knows."""
    if view is None or view.yaw_deg is None:
        return False
    return abs(view.yaw_deg) <= FACING_DEG or abs(view.yaw_deg) >= 180.0 - FACING_REAR_DEG


def read_posture(dip: Dip, height: FloatArray, signals: Signals, view: CameraView | None = None) -> Posture:
    """Medians around the bottom of one dip of the height curve."""
    time_s = signals.time_s
    at = np.abs(time_s - time_s[dip.bottom]) <= AROUND_S
    after = (time_s > time_s[dip.bottom]) & (time_s <= min(time_s[dip.top_after], time_s[dip.bottom] + SPREAD_S + 1.0))

    def middle(name: str) -> float:
        return _median(signals.values[name][at]) if name in signals.values else float("nan")

    lean, deep = middle("trunk_lean_deg"), deep_half(dip, height)
    return Posture(
        thigh_left=middle("thigh_angle_left_deg"),
        thigh_right=middle("thigh_angle_right_deg"),
        knee_left=middle("knee_flexion_left_deg"),
        knee_right=middle("knee_flexion_right_deg"),
        lean=lean,
        lean_gain=_high(signals["trunk_lean_deg"][after]) - lean,
        deep_s=float(time_s[deep.stop - 1] - time_s[deep.start]),
        moving=float(np.mean(_faster_foot(signals)[deep] > MOVING_MPS)),
        step_mps=_high(_faster_foot(signals)[dip.top_before : dip.top_after + 1]),
        stride_mps=_high(_faster_foot(signals)[_far_from_top(dip, height)]),
        is_left_higher=_is_left_higher(middle),
        free_foot_m=float(np.fmax(middle("foot_height_left_m"), middle("foot_height_right_m"))),
        free_move_m=_free_movement(signals, deep),
        balance=_balance(
            _mean(middle("shank_tilt_left_deg"), middle("shank_tilt_right_deg")),
            _mean(middle("thigh_angle_left_deg"), middle("thigh_angle_right_deg")),
            lean,
        ),
        is_facing=is_facing(view),
        toe_up_m=_toe_up(signals, deep),
    )


def _far_from_top(dip: Dip, height: FloatArray) -> BoolArray:
    """(T,) frames of the dip in which the hips are in the lower part of their way, down or up: whoever sets up or walks
    off steps above it."""
    frame, low = np.arange(len(height)), height[dip.bottom]
    top = np.where(frame < dip.bottom, height[dip.top_before], height[dip.top_after])
    inside = (frame >= dip.top_before) & (frame <= dip.top_after)
    return np.asarray(inside & (height - low <= LOWER_PART * (top - low)))


def _toe_up(signals: Signals, deep: slice) -> float:
    """Height of the higher toe during most of the deeper half: a foot that lands is in the air for a moment only."""
    names = [name for name in ("toe_height_left_m", "toe_height_right_m") if name in signals.values]
    return float(np.fmax.reduce([-_high(-signals[name][deep]) for name in names])) if names else float("nan")


def _is_left_higher(middle: Callable[[str], float]) -> bool:
    """By the body where it has a foot in the air, else by the picture."""
    left, right = middle("toe_height_left_m"), middle("toe_height_right_m")
    if np.fmax(left, right) > TOE_UP_M:
        return bool(np.nan_to_num(left) > np.nan_to_num(right))
    return middle("foot_height_left_m") > middle("foot_height_right_m")


def _free_movement(signals: Signals, deep: slice) -> float:
    """Spread (10th to 90th percentile) of the height of the foot that is higher, m; NaN where unknown."""
    names = [name for name in ("foot_height_left_m", "foot_height_right_m") if name in signals.values]
    spreads = [_high(signals[name][deep]) + _high(-signals[name][deep]) for name in names]
    return float(np.fmax.reduce(spreads)) if spreads else float("nan")


def _median(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")


def _mean(left: float, right: float) -> float:
    """Mean of the sides that are seen."""
    known = [side for side in (left, right) if np.isfinite(side)]
    return sum(known) / len(known) if known else float("nan")


def _high(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return float(np.percentile(known, 90)) if len(known) else float("nan")


def _faster_foot(signals: Signals) -> FloatArray:
    """(T,) speed of the faster foot, m/s."""
    return np.fmax(signals["foot_speed_left_mps"], signals["foot_speed_right_mps"])


def _balance(shank_tilt: float, thigh_angle: float, lean: float) -> float:
    knee = SHANK * np.sin(np.radians(shank_tilt))
    hip = knee - THIGH * np.cos(np.radians(thigh_angle))
    upper = hip + UPPER_CENTRE * TRUNK * np.sin(np.radians(lean))
    return float(MASS_UPPER * upper + MASS_THIGH * 0.5 * (knee + hip) + MASS_SHANK * 0.5 * knee)
