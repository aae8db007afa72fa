"""Where the hips are and how the trunk leans enters; the turns and joints of pelvis, back, neck and head leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scripts.render_samples.limbs import carried
from scripts.render_samples.shapes import Array
from scripts.render_samples.turning import X, Y, about

SHARES = {"pelvis": 0.88, "abdomen": 1.0, "chest": 1.08, "neck": 0.62, "head": 0.40}
"""Of the lean that each part turns by: the back rounds a little and the eyes keep looking ahead (chosen by us)."""

CHAIN = (("pelvis", "mid_hip", "lumbar"), ("abdomen", "lumbar", "thorax"), ("chest", "thorax", "neck"))
HEAD = (("neck", "neck", "head"), ("head", "head", "crown"))


@dataclass(frozen=True, kw_only=True)
class Trunk:
    """Rotations (T, 3, 3) by segment and joints (T, 3) by name, hips and shoulders among them."""

    rotations: Mapping[str, Array]
    joints: Mapping[str, Array]

    def middle(self, part: str) -> Array:
        """(T, 3) between left and right."""
        return np.asarray(0.5 * (self.joints[f"left_{part}"] + self.joints[f"right_{part}"]))

    def lean_rad(self) -> Array:
        """(T,) of the line from mid-hip to mid-shoulder, forward."""
        line = self.middle("shoulder") - self.middle("hip")
        return np.asarray(np.arctan2(line[:, 0], line[:, 2]))


def place_trunk(rest: Mapping[str, Array], mid_hip_m: Array, lean_rad: Array, roll_rad: Array) -> Trunk:
    """The trunk whose line from hips to shoulders leans just so.

    Parameters
        mid_hip_m: (T, 3). lean_rad: (T,) + = forward. roll_rad: (T,) of the pelvis, + = left side up; the back rights
        itself above it.
    """
    turn = lean_rad
    for _ in range(4):
        trunk = _turned_by(rest, mid_hip_m, turn, roll_rad)
        turn = turn + lean_rad - trunk.lean_rad()
    return _turned_by(rest, mid_hip_m, turn, roll_rad)


def _turned_by(rest: Mapping[str, Array], mid_hip_m: Array, turn_rad: Array, roll_rad: Array) -> Trunk:
    rolls = {"pelvis": 1.0, "abdomen": 0.4, "chest": 0.0, "neck": 0.0, "head": 0.0}
    rotations = {part: about(Y, share * turn_rad) @ about(X, rolls[part] * roll_rad) for part, share in SHARES.items()}
    joints = {"mid_hip": mid_hip_m}
    for segment, start, end in (*CHAIN, *HEAD):
        joints[end] = carried(rotations[segment], rest[end], rest[start], joints[start])
    for side in ("left", "right"):
        joints[f"{side}_hip"] = carried(rotations["pelvis"], rest[f"{side}_hip"], rest["mid_hip"], mid_hip_m)
        joints[f"{side}_shoulder"] = carried(
            rotations["chest"], rest[f"{side}_shoulder"], rest["thorax"], joints["thorax"]
        )
    return Trunk(rotations=rotations, joints=joints)
