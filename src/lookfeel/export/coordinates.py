"""Joint centres enter; the joint angles of an OpenSim model leave, by its names, with its signs.

The model is that of Rajagopal 2016 (IEEE Trans Biomed Eng 63:2068), from which OpenCap's and Pose2Sim's come: ground
and pelvis have x ahead, y up and z to the right; knee_angle is positive in flexion (older gait2392: negative).

Twelve joint centres determine no more than these columns. Left out, not written as 0:
- lumbar_extension, and with it the pelvis apart from the trunk: two hips are a line, which tells nothing of how far
  the pelvis is tipped. Pelvis and trunk are taken as one stiff part, so pelvis_tilt is the trunk's tilt and
  hip_flexion the angle between trunk and thigh. A model moved by this file has hips, shoulders and legs in the right
  place; inverse kinematics with a bending spine splits the same posture into less of each and lumbar_extension.
- hip_rotation: only the plane of a bent knee shows it, where a few degrees of knee valgus look the same. Find it by
  inverse kinematics from the .trc.
- subtalar_angle, mtp_angle, the arms: a foot of heel and toe is a line, and there is no elbow.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from lookfeel.types import FloatArray

HIP_IN_PELVIS = np.array([-0.0563, -0.0785, 0.0773])
LUMBAR_IN_PELVIS = np.array([-0.1007, 0.0815, 0.0])
SHOULDER_IN_TORSO = np.array([0.0032, 0.3715, 0.1700])
THIGH_M = 0.410
"""Joints of the generic model in metres (Rajagopal 2016), right side."""

_TRUNK = (LUMBAR_IN_PELVIS + SHOULDER_IN_TORSO - HIP_IN_PELVIS) * (1.0, 1.0, 0.0)
TRUNK_AT_REST_RAD = float(np.arctan2(-_TRUNK[0], _TRUNK[1]))
"""In the model at rest the middle of the shoulders lies this far behind the middle of the hips: 4.4 degrees."""

SIDES: Mapping[str, tuple[str, float]] = MappingProxyType({"right": ("r", 1.0), "left": ("l", -1.0)})

_OF_PELVIS = {
    "pelvis_tilt": ("deg", "trunk and pelvis as one, turned about the right: + leans back, - leans forward"),
    "pelvis_list": ("deg", "pelvis turned about ahead: + right hip lower"),
    "pelvis_rotation": ("deg", "pelvis turned about up: + right hip ahead"),
    "pelvis_tx": ("m", "origin of the model's pelvis, ahead"),
    "pelvis_ty": ("m", "origin of the model's pelvis, up from the floor"),
    "pelvis_tz": ("m", "origin of the model's pelvis, to the right"),
}
_OF_LEG = {
    "hip_flexion": ("deg", "thigh against trunk and pelvis: + thigh ahead"),
    "hip_adduction": ("deg", "thigh against pelvis: + knee towards the other leg"),
    "knee_angle": ("deg", "thigh against shank: 0 straight, + flexed"),
    "ankle_angle": ("deg", "shank against foot in the plane of ankle, heel and toe: + dorsiflexed, 0 at right angles"),
}
_OF_TRUNK = {
    "lumbar_bending": ("deg", "trunk against pelvis, sideways: + to the right"),
    "lumbar_rotation": ("deg", "shoulders against hips, about the trunk: + right shoulder ahead"),
}
COORDINATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **_OF_PELVIS,
        **{f"{name}_{end}": told for end, _ in SIDES.values() for name, told in _OF_LEG.items()},
        **_OF_TRUNK,
    }
)
"""Every column in OpenCap's order: its unit, and what it says with which sign."""


def in_ground(points_m: FloatArray) -> FloatArray:
    """(..., 3) body axes (x ahead, y left, z up) -> OpenSim's ground (x ahead, y up, z right)."""
    return np.stack([points_m[..., 0], points_m[..., 2], -points_m[..., 1]], axis=-1)


def coordinates_of(joints_m: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Columns of a .mot file from joint centres.

    Parameters
        joints_m: BODY_JOINTS -> (T, 3) metres in body axes; NaN where unknown.
    Returns
        COORDINATES -> (T,) degrees or metres as told there; NaN where a joint it rests on is unknown.
    """
    at = {name: in_ground(points) for name, points in joints_m.items()}
    up = _unit(_middle(at, "shoulder") - _middle(at, "hip"))
    right = _unit(at["right_hip"] - at["left_hip"])
    ahead = _unit(np.cross(up, right))
    pelvis = _turned_back(np.stack([ahead, np.cross(right, ahead), right], axis=-1), TRUNK_AT_REST_RAD)
    found = _pelvis(pelvis) | _origin(at, pelvis) | _trunk(at, up, right, ahead)
    for side in SIDES:
        found |= _leg(at, pelvis, side)
    return {name: np.degrees(found[name]) if unit == "deg" else found[name] for name, (unit, _) in COORDINATES.items()}


def _pelvis(axes: FloatArray) -> dict[str, FloatArray]:
    """Radians of the turns about z, then x, then y that bring the ground's axes to these (T, 3, 3)."""
    return {
        "pelvis_tilt": np.arctan2(-axes[:, 0, 1], axes[:, 1, 1]),
        "pelvis_list": _arcsin(axes[:, 2, 1]),
        "pelvis_rotation": np.arctan2(-axes[:, 2, 0], axes[:, 2, 2]),
    }


def _origin(at: Mapping[str, FloatArray], pelvis: FloatArray) -> dict[str, FloatArray]:
    """Where the model has its pelvis when its hips are where ours are; its size goes by the thighs' length."""
    thighs = np.stack([np.linalg.norm(at[f"{side}_knee"] - at[f"{side}_hip"], axis=-1) for side in SIDES])
    known = thighs[np.isfinite(thighs)]
    size = float(np.median(known)) / THIGH_M if len(known) else np.nan
    origin = _middle(at, "hip") - pelvis @ (size * HIP_IN_PELVIS * (1.0, 1.0, 0.0))
    return {f"pelvis_t{axis}": origin[:, i] for i, axis in enumerate("xyz")}


def _trunk(at: Mapping[str, FloatArray], up: FloatArray, right: FloatArray, ahead: FloatArray) -> dict[str, FloatArray]:
    """Radians; `ahead` is at right angles to the trunk and to the line of the hips."""
    shoulders = at["right_shoulder"] - at["left_shoulder"]
    return {
        "lumbar_bending": _arcsin(_dot(up, right)),
        "lumbar_rotation": np.arctan2(_dot(shoulders, ahead), _dot(shoulders, np.cross(ahead, up))),
    }


def _leg(at: Mapping[str, FloatArray], pelvis: FloatArray, side: str) -> dict[str, FloatArray]:
    """Radians. The thigh's direction in the pelvis is a turn about z (flexion), then about x (adduction)."""
    hip, knee, ankle, heel, toe = (at[f"{side}_{part}"] for part in ("hip", "knee", "ankle", "heel", "toe"))
    end, sign = SIDES[side]
    thigh, shank, foot = _unit(knee - hip), _unit(ankle - knee), _unit(toe - heel)
    x, y, z = np.einsum("tji,tj->it", pelvis, thigh)
    over_foot = ankle - heel
    over_foot = _unit(over_foot - foot * _dot(over_foot, foot)[:, None])
    return {
        f"hip_flexion_{end}": np.arctan2(x, -y),
        f"hip_adduction_{end}": -sign * _arcsin(z),
        f"knee_angle_{end}": np.arccos(np.clip(_dot(thigh, shank), -1.0, 1.0)),
        f"ankle_angle_{end}": np.arctan2(-_dot(shank, foot), -_dot(shank, over_foot)),
    }


def _middle(at: Mapping[str, FloatArray], part: str) -> FloatArray:
    return np.asarray(0.5 * (at[f"left_{part}"] + at[f"right_{part}"]))


def _unit(vectors: FloatArray) -> FloatArray:
    """(T, 3) of length 1; NaN for a vector that has none."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(length > 0.0, length, np.nan))


def _dot(first: FloatArray, second: FloatArray) -> FloatArray:
    return np.asarray(np.sum(first * second, axis=-1))


def _arcsin(sine: FloatArray) -> FloatArray:
    """Radians; rounding may have brought a sine just beyond 1."""
    return np.asarray(np.arcsin(np.clip(sine, -1.0, 1.0)))


def _turned_back(axes: FloatArray, angle_rad: float) -> FloatArray:
    """(T, 3, 3) axes, turned by -angle about their own z."""
    sine, cosine = np.sin(-angle_rad), np.cos(-angle_rad)
    return np.asarray(axes @ np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]]))
