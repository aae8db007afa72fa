"""The name of a figure enters, what it means leaves: every signal and every metric that lookfeel itself can give."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SIDES = ("left", "right")


def _both(texts: Mapping[str, str]) -> dict[str, str]:
    """Each '{side}' in a name and its text once as left and once as right."""
    return {
        name.format(side=side): _sentence(text.format(side=side))
        for name, text in texts.items()
        for side in (SIDES if "{side}" in name else SIDES[:1])
    }


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


SIGNALS: Mapping[str, str] = MappingProxyType(
    _both(
        {
            "knee_flexion_{side}_deg": "Angle between {side} thigh and shank, 0 = straight leg.",
            "hip_flexion_{side}_deg": "Angle between the trunk and the {side} thigh, 0 = in line.",
            "thigh_angle_{side}_deg": "{side} thigh to the horizontal, 0 = level, + = hip above knee.",
            "shank_tilt_{side}_deg": "{side} shank to the vertical, seen from the side, + = knee ahead of the ankle.",
            "knee_over_foot_{side}_m": "Distance of the {side} knee from the upright plane of its foot, + = medial.",
            "knee_over_foot_{side}_deg": "The same as an angle of the {side} shank, + = medial.",
            "heel_rise_{side}_m": "{side} heel above the toe, less the same when standing.",
            "toe_height_{side}_m": "{side} toe above the floor.",
            "trunk_lean_deg": "Trunk to the vertical, seen from the side, + = leaning forward.",
            "trunk_lateral_lean_deg": "Trunk to the vertical, seen from the front, + = leaning to the athlete's left.",
            "shank_length_m": "Length of the shank that was used.",
            "hip_height_m": "Middle of the hips above the floor.",
            "hip_height_ratio": "Middle of the hips above the standing ankle, over leg length; 1 = straight legs.",
            "trunk_height_ratio": "Middle of the shoulders above the standing ankle, over the length up to there.",
            "hip_speed_mps": "Speed of the middle of the hips in movement time, + = up.",
            "kasr_ratio": "Distance of the knees over distance of the ankles, across the athlete.",
            "hip_shift_ratio": "Hips to the left of the middle between the ankles, over the ankles' distance.",
            "hip_line_tilt_deg": "Line of the hips to the horizontal in the picture, + = left hip higher.",
            "fppa_{side}_deg": "Frontal plane projection angle of the {side} knee in the picture, + = medial.",
            "foot_height_{side}_m": "{side} foot above the lower foot, as the picture shows it.",
            "foot_speed_{side}_mps": "Speed of the {side} foot in the picture, movement time.",
        }
    )
)
"""What each signal over time is; the name's end is its unit (`types.unit_of`)."""

METRICS: Mapping[str, str] = MappingProxyType(
    _both(
        {
            "depth_thigh_angle_deg": "Least thigh angle to the horizontal of the working legs; 0 = level, + = above.",
            "depth_knee_flexion_deg": "Greatest knee flexion of the working legs, 0 = straight leg.",
            "knee_flexion_peak_{side}_deg": "Greatest flexion of the {side} knee, 0 = straight leg.",
            "thigh_angle_min_{side}_deg": "Least angle of the {side} thigh to the horizontal; 0 = level, + = above.",
            "depth_shortfall_deg": "Thigh angle that is missing to the depth asked for, or to level; 0 = reached.",
            "range_of_motion_ratio": "Hip height at the top less at the bottom, over leg length.",
            "trunk_lean_bottom_deg": "Trunk lean at the bottom, + = forward.",
            "trunk_shank_difference_deg": "Trunk lean less shank tilt at the bottom; 0 = parallel.",
            "trunk_pitch_gain_deg": "Most forward lean of the first half of the way up, less the lean at the bottom.",
            "trunk_outside_deg": "Lunge: how far the trunk at the bottom lies outside the range that is fine.",
            "trunk_lateral_lean_deg": "Greatest lean of the trunk to either side.",
            "hip_line_tilt_deg": "Greatest tilt of the line of the hips to either side.",
            "heel_rise_{side}_m": "Greatest rise of the {side} heel while the legs are bent.",
            "heel_rise_m": "Greatest heel rise of the feet that should stand flat.",
            "knee_over_foot_{side}_m": "Furthest of the {side} knee medial of its foot while bent; + = medial.",
            "knee_over_foot_{side}_deg": "The same as an angle of the {side} shank; + = medial.",
            "knee_over_foot_shank_ratio": "Furthest of a working knee medial of its foot, over shank length.",
            "fppa_{side}_deg": "Frontal plane projection angle of the {side} knee at the bottom, + = medial.",
            "knee_reversals_count": "How often a knee turns back sideways, beyond the one turn of going and coming.",
            "kasr_min_ratio": "Least distance of the knees over distance of the ankles while bent.",
            "kasr_drop_ratio": "How much closer the knees are going up than going down at the same depth.",
            "hip_shift_ratio": "Furthest of the hips to a side against the start, over the ankles' distance.",
            "eccentric_s": "Way down, movement time.",
            "bottom_pause_s": "Pause at the bottom, movement time.",
            "concentric_s": "Way up, movement time.",
            "top_pause_s": "Pause until the next rep, movement time; missing for the last one.",
            "tempo_error_ratio": "Worst phase off the tempo asked for, over that phase or over 1 s where it is less.",
            "concentric_speed_mps": "Mean upward speed of the hips on the way up, movement time.",
        }
    )
)
"""What each figure of a repetition is; the name's end is its unit (`types.unit_of`)."""
