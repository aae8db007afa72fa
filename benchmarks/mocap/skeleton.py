"""Joint angles over time enter; joint centres of a simple skeleton that stands where its ankles stay leave.

The joints and their order are those of the models that wrote the angles (Rajagopal 2016, IEEE Trans Biomed Eng 63; Lai
2017): x ahead, y up, z to the right. Positions of the joints in their segments are that model's, for an adult of
1.70 m, to the millimetre or so; the lengths of thigh and shank and the size of the pelvis are found from the movement.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookfeel.export import CoordinateTable
from lookfeel.types import FloatArray

Joints = dict[str, FloatArray]
X, Y, Z = np.eye(3)
HIP_IN_PELVIS = np.array([-0.056, -0.079, 0.077])
LUMBAR_IN_PELVIS = np.array([-0.101, 0.082, 0.0])
SHOULDER_IN_TRUNK = np.array([0.003, 0.372, 0.170])
ARM_M, FOREARM_M = 0.286, 0.245
HEEL_IN_FOOT = np.array([-0.055, -0.068, 0.0])  # from the ankle's centre: back of the sole
TOE_IN_FOOT = np.array([0.205, -0.068, 0.006])  # tip of the second toe's shoe
ANKLE_AXIS = np.array([-0.105, -0.174, 0.979])
SUBTALAR_AXIS = np.array([0.787, 0.605, -0.121])
GENERIC = np.array([1.0, 0.41, 0.40])  # size of the pelvis, thigh, shank
SPREAD = np.array([0.10, 0.04, 0.04])  # how far people are from that (chosen by us)
STAYS_M = 0.01  # how far an ankle centre moves in a planted foot, skin and model together


@dataclass(frozen=True, kw_only=True)
class _Leg:
    """Where a leg's parts point; centre: (T, 3) pelvis; each row of parts (T, 3) is one unit of a length."""

    parts: FloatArray
    foot: FloatArray


def joints_from_angles(table: CoordinateTable) -> Joints:
    """Joint centres (T, 3) in the axes of the table."""
    pelvis = _turned(table, ("pelvis_tilt", Z), ("pelvis_list", X), ("pelvis_rotation", Y))
    origin = np.stack([table.column(f"pelvis_t{axis}") for axis in "xyz"], axis=-1)
    legs = {side: _leg(table, pelvis, side) for side in ("left", "right")}
    size, thigh, shank = lengths = fit_lengths(origin, [leg.parts for leg in legs.values()])
    joints: Joints = {}
    for side, leg in legs.items():
        hip = origin + size * leg.parts[:, 0]
        knee = hip + thigh * leg.parts[:, 1]
        ankle = knee + shank * leg.parts[:, 2]
        joints |= {f"{side}_hip": hip, f"{side}_knee": knee, f"{side}_ankle": ankle}
        joints |= {
            f"{side}_{end}": ankle + leg.foot @ (size * _mirrored(place, side))
            for end, place in (("heel", HEEL_IN_FOOT), ("toe", TOE_IN_FOOT))
        }
    return joints | _upper_body(table, pelvis, origin, float(lengths[0]))


def fit_lengths(origin: FloatArray, legs: list[FloatArray]) -> FloatArray:
    """Size of the pelvis (1 = generic) and lengths of thigh and shank with which the ankles move least.

    Parameters
        origin: (T, 3) of the pelvis. legs: (T, 3, 3) each: hip in a pelvis of size 1, directions of thigh and shank.
    """
    rows, wanted = [], []
    for parts in legs:
        moved = parts - parts.mean(axis=0)
        rows.append(moved.transpose(0, 2, 1).reshape(-1, 3))
        wanted.append(-(origin - origin.mean(axis=0)).reshape(-1))
    weight = 1.0 / (STAYS_M * np.sqrt(len(origin) / N_INDEPENDENT))
    matrix = np.concatenate([weight * np.concatenate(rows), np.diag(1.0 / SPREAD)])
    right = np.concatenate([weight * np.concatenate(wanted), GENERIC / SPREAD])
    return np.asarray(np.linalg.lstsq(matrix, right, rcond=None)[0])


N_INDEPENDENT = 20.0  # moments of a set that say something new; chosen by us


def _leg(table: CoordinateTable, pelvis: FloatArray, side: str) -> _Leg:
    end, sign = side[0], 1.0 if side == "right" else -1.0
    mirror = (sign, sign, 1.0)  # of an axis that turns the other leg the other way
    thigh = pelvis @ _turned(
        table, (f"hip_flexion_{end}", Z), (f"hip_adduction_{end}", X * mirror), (f"hip_rotation_{end}", Y * mirror)
    )
    shank = thigh @ _turned(table, (f"knee_angle_{end}", -Z), (f"knee_adduction_{end}", X * mirror))
    foot = shank @ _turned(
        table, (f"ankle_angle_{end}", ANKLE_AXIS * mirror), (f"subtalar_angle_{end}", SUBTALAR_AXIS * mirror)
    )
    hip = pelvis @ _mirrored(HIP_IN_PELVIS, side)
    return _Leg(parts=np.stack([hip, -thigh @ Y, -shank @ Y], axis=1), foot=foot)


def _upper_body(table: CoordinateTable, pelvis: FloatArray, origin: FloatArray, size: float) -> Joints:
    trunk = pelvis @ _turned(table, ("lumbar_extension", Z), ("lumbar_bending", X), ("lumbar_rotation", Y))
    base = origin + size * (pelvis @ LUMBAR_IN_PELVIS)
    joints: Joints = {}
    for side, sign in (("left", -1.0), ("right", 1.0)):
        end = side[0]
        arm = trunk @ _turned(table, (f"arm_flex_{end}", Z), (f"arm_add_{end}", sign * X), (f"arm_rot_{end}", sign * Y))
        forearm = arm @ _turned(table, (f"elbow_flex_{end}", Z))
        shoulder = base + size * (trunk @ _mirrored(SHOULDER_IN_TRUNK, side))
        elbow = shoulder - size * ARM_M * (arm @ Y)
        joints |= {f"{side}_shoulder": shoulder, f"{side}_elbow": elbow}
        joints[f"{side}_wrist"] = elbow - size * FOREARM_M * (forearm @ Y)
    return joints


def _mirrored(place: FloatArray, side: str) -> FloatArray:
    return np.asarray(place * (1.0, 1.0, 1.0 if side == "right" else -1.0))


def _turned(table: CoordinateTable, *steps: tuple[str, FloatArray]) -> FloatArray:
    """(T, 3, 3) one rotation after another, each about an axis of the body as turned so far; a model may lack some."""
    whole = np.broadcast_to(np.eye(3), (len(table.time_s), 3, 3))
    for name, axis in (step for step in steps if step[0] in table.columns):
        whole = whole @ about(axis, table.angle_rad(name))
    return np.asarray(whole)


def about(axis: FloatArray, angle_rad: FloatArray) -> FloatArray:
    """(T, 3, 3) rotations about one axis (Rodrigues)."""
    x, y, z = axis / np.linalg.norm(axis)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    sine, cosine = np.sin(angle_rad)[:, None, None], np.cos(angle_rad)[:, None, None]
    return np.asarray(np.eye(3) + sine * cross + (1.0 - cosine) * (cross @ cross))
