"""A camera's direction in; which measures it can show, how roughly, and why not out. The one place that decides.

Sources: SCIENCE "What the evidence changes" and "Depth" (the camera's place is a dominant error source: gate each
measure on the view); SPIKES section 8 (knee medial offset 3.5-5 cm from the side: not reportable there; 1.4-2 cm
front and oblique); SCIENCE, working SEM for v1 (knee flexion 5, thigh 4, trunk 4, shank 4 degrees, KASR .05, shift 2
% of stance). Floors are these, raised or lowered where on the 270 clips of `benchmarks.accuracy --long` the truth lay
in the stated 90 % interval clearly more or less often than that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from lookfeel.types import CameraView, MetricStatus

ViewGroup = Literal["front", "oblique", "side", "rear", "oblique_rear", "unknown"]


@dataclass(frozen=True, slots=True)
class Rule:
    """status and least sd of a measure per view group; reason why a group cannot show it.

    behind: how many times the sd of the front and oblique columns is from behind, where the network confuses the legs.
    """

    front: tuple[MetricStatus, float]
    oblique: tuple[MetricStatus, float]
    side: tuple[MetricStatus, float]
    reason: str = ""
    behind: float = 1.0

    def of(self, group: ViewGroup) -> tuple[MetricStatus, float]:
        """Status and least sd. An unknown view shows only what every view shows, and that never well."""
        if group == "unknown":
            is_everywhere = "not_assessable" not in (self.front[0], self.oblique[0], self.side[0])
            return ("approximate", 1.5 * max(self.front[1], self.oblique[1])) if is_everywhere else _NO
        if group in ("rear", "oblique_rear"):
            status, sd = self.front if group == "rear" else self.oblique
            return ("approximate" if status == "ok" and self.behind > 1.0 else status), self.behind * sd
        return {"front": self.front, "oblique": self.oblique, "side": self.side}[group]

    def why_not(self, group: ViewGroup) -> str:
        """Why a view does not show it, in plain words."""
        return "it is not known from where this was filmed" if group == "unknown" else self.reason


_NO: tuple[MetricStatus, float] = ("not_assessable", float("nan"))
_NO_DRIFT = "a side view does not show the knees' inward drift"

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "knee_flexion": Rule(("ok", 4.0), ("ok", 4.0), ("ok", 4.0), behind=3.0),
        "thigh_angle": Rule(("ok", 4.5), ("ok", 4.5), ("ok", 4.0), behind=2.0),
        "hip_flexion": Rule(("approximate", 7.0), ("approximate", 7.0), ("ok", 6.0), behind=2.0),
        "shank_tilt": Rule(("ok", 3.5), ("ok", 3.5), ("ok", 4.0), behind=4.5),
        "trunk_lean": Rule(("approximate", 7.0), ("approximate", 6.0), ("ok", 5.0), behind=1.9),
        "heel_rise": Rule(
            _NO,
            ("approximate", 0.015),
            ("approximate", 0.02),
            "a front or rear view does not show the heels rise",
            behind=2.0,
        ),
        "knee_over_foot_m": Rule(("ok", 0.015), ("approximate", 0.025), _NO, _NO_DRIFT, behind=1.6),
        "knee_over_foot_deg": Rule(("ok", 2.1), ("approximate", 3.4), _NO, _NO_DRIFT, behind=1.6),
        "kasr": Rule(
            ("ok", 0.05),
            ("approximate", 0.16),
            _NO,
            "a side view does not show how far apart the knees are",
            behind=2.0,
        ),
        "fppa": Rule(("approximate", 8.0), _NO, _NO, "only a front or rear view shows this angle"),
        "hip_shift": Rule(
            ("ok", 0.03), ("approximate", 0.07), _NO, "a side view does not show the hips move sideways", behind=1.4
        ),
        "hip_line_tilt": Rule(("approximate", 6.0), _NO, _NO, "only a front or rear view shows the line of the hips"),
        "trunk_lateral_lean": Rule(
            ("ok", 2.5), _NO, _NO, "only a front or rear view tells leaning sideways from leaning forward"
        ),
        "trunk_height": Rule(("ok", 0.03), ("ok", 0.03), ("ok", 0.03)),
        "hip_height": Rule(("ok", 0.03), ("ok", 0.03), ("ok", 0.03)),
        "shank_length": Rule(("ok", 0.0), ("ok", 0.0), ("ok", 0.0)),
        "hip_speed": Rule(("ok", 0.05), ("ok", 0.05), ("ok", 0.05)),
        "toe_height": Rule(("ok", 0.02), ("ok", 0.02), ("ok", 0.02)),
        "foot_height": Rule(("approximate", 0.05), ("approximate", 0.05), ("approximate", 0.05)),
        "foot_speed": Rule(("ok", 0.05), ("ok", 0.05), ("ok", 0.05)),
    }
)
"""Trunk and hip flexion from ahead and oblique: 7 degrees on rendered bodies, but 15 and 25 on oc_armraise, a loose
shirt filmed from two sides, though its truth, too, is sure to 9 degrees only. Hip line: 6 degrees a frame (SCIENCE).
Heel rise from the side: the network lifts the heel with depth by 2.8 cm on average, which is why it counts for little
there."""

_GROUP_OF_NAME: Mapping[str, ViewGroup] = MappingProxyType(
    {"front": "front", "rear": "rear", "side": "side", "oblique_front": "oblique", "oblique_rear": "oblique_rear"}
)


def view_group(view: CameraView) -> ViewGroup:
    """The group by the name that the user is told, so that refusals match it."""
    return _GROUP_OF_NAME.get(view.name.removesuffix("_left").removesuffix("_right"), "unknown")


ADDED_RULE = Rule(("ok", 0.0), ("ok", 0.0), ("ok", 0.0))
"""Of a signal that another package adds: what it shows from which view, and how roughly, is for its function to say."""


def rule_for(name: str) -> Rule:
    """Rule of a signal or metric by its name without the side: 'knee_flexion_left_deg' -> 'knee_flexion'."""
    plain = name.replace("_left", "").replace("_right", "")
    return next((rule for key, rule in RULES.items() if plain.startswith(key)), ADDED_RULE)
