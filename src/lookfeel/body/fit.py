"""Rays, lengths and plain anatomy in, twelve joint positions per frame with covariance out; every frame for itself.

Each statement about a frame is a weighted linear equation in the 36 coordinates. Pixels are linear as they stand (a
joint lies on its ray); a known length becomes linear along the bone's direction of the previous round, so a few
rounds of one small solve per frame settle the pose. No frame knows its neighbours: smoothness comes from the track,
which is smooth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lookfeel.body.camera import Camera
from lookfeel.body.landmarks import Landmarks
from lookfeel.types import BODY_JOINTS, FloatArray

N_JOINTS = len(BODY_JOINTS)
JOINT = {name: index for index, name in enumerate(BODY_JOINTS)}
N_ROUNDS, N_MORE_ROUNDS = 9, 3
BLOCK = 256
"""Frames solved at once: bounds memory on long clips (a block's matrices take 3 MB)."""

LANDMARK_SD_M: Mapping[str, float] = {
    "hip": 0.020, "knee": 0.015, "ankle": 0.012, "heel": 0.020, "toe": 0.015, "shoulder": 0.015,
}  # fmt: skip
"""SPIKES section 8, 2-D spread per landmark."""

HIP_LANDMARK_OUT_M = 0.018
"""SPIKES section 8: the hip landmark lies about 1.8 cm outward of the joint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """sum over joints of coefficient * position along `axis` = value, known to `sd` (one number or (T,)), metres."""

    coefficients: Mapping[str, float]
    axis: FloatArray
    value: float | FloatArray
    sd: float | FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Bone:
    """A vector between joints, or middles of joints, whose length is known to sd_m; guess (T, 3): first direction."""

    coefficients: Mapping[str, float]
    length_m: float
    sd_m: float
    guess: FloatArray


def solve_frames(
    rays: FloatArray, equations: list[Equation], bones: list[Bone], *, start_m: FloatArray | None = None
) -> tuple[FloatArray, FloatArray]:
    """Positions (T, J, 3) and normal matrices (T, 3J, 3J), whose inverse is the covariance, of all frames of one block.

    rays: normal matrices (T, J, 3, 4) of the pixels, last column the right-hand side. start_m: positions to start from
    instead of the bones' guesses; a few rounds are then enough.
    """
    base, right = _gather(rays, equations)
    normal = base.reshape(-1, 3 * N_JOINTS, 3 * N_JOINTS)
    ends = _weights([bone.coefficients for bone in bones])
    length, sd = np.array([bone.length_m for bone in bones]), np.array([bone.sd_m for bone in bones])
    if start_m is None:
        direction = np.stack([np.broadcast_to(bone.guess, (len(rays), 3)) for bone in bones], axis=1)
    else:
        direction = unit(ends @ start_m)
    first = 0 if start_m is None else N_ROUNDS - N_MORE_ROUNDS
    for round_ in range(first, N_ROUNDS):
        slack = np.maximum(sd, 0.05 * 0.5**round_)  # loose at first: the guessed direction may be far off
        rows = (ends[:, :, None] * (direction / slack[:, None])[:, :, None]).reshape(len(rays), len(bones), -1)
        turned = rows.transpose(0, 2, 1)
        matrix = normal + turned @ rows
        load = right.reshape(len(rays), -1) + turned @ (length / slack)
        position = np.linalg.solve(matrix, load[..., None]).reshape(-1, N_JOINTS, 3)
        direction = unit(ends @ position)
    return position, matrix


def _weights(sums: list[Mapping[str, float]]) -> FloatArray:
    """(n, J) of weighted sums of joints."""
    return np.array([[one.get(name, 0.0) for name in BODY_JOINTS] for one in sums])


def _gather(rays: FloatArray, equations: list[Equation]) -> tuple[FloatArray, FloatArray]:
    """Normal matrices (T, J, 3, J, 3) and right-hand sides (T, J, 3) of all that is linear from the start."""
    base = np.zeros((len(rays), N_JOINTS, 3, N_JOINTS, 3))
    right = rays[..., 3].copy()
    same = np.zeros((1, N_JOINTS, 3, N_JOINTS, 3))  # what holds alike in every frame is added up once
    same_right = np.zeros((1, N_JOINTS, 3))
    joint = np.arange(N_JOINTS)
    base[:, joint, :, joint, :] += np.moveaxis(rays[..., :3], 1, 0)
    for equation in equations:
        is_same = np.ndim(equation.value) == 0 and np.ndim(equation.sd) == 0
        into = (same, same_right) if is_same else (base, right)
        add_row(*into, equation.coefficients, equation.axis, equation.value, equation.sd)
    return base + same, right + same_right


def add_row(
    normal: FloatArray,
    right: FloatArray,
    coefficients: Mapping[str, float],
    axis: FloatArray,
    value: float | FloatArray,
    sd: float | FloatArray,
) -> None:
    """Add one weighted equation to the normal matrices (T, J, 3, J, 3) and right-hand sides (T, J, 3), in place.

    axis: (3,) or (T, 3).
    """
    along, weight = np.atleast_2d(axis), np.atleast_1d(1.0 / np.square(sd))
    outer = weight[:, None, None] * along[:, :, None] * along[:, None, :]
    pull = (weight * value)[:, None] * along
    terms = [(JOINT[name], factor) for name, factor in coefficients.items()]
    for i, a in terms:
        right[:, i] += a * pull
        for j, b in terms:
            normal[:, i, :, j, :] += (a * b) * outer


def combine(position_m: FloatArray, coefficients: Mapping[str, float]) -> FloatArray:
    """(T, 3) weighted sum of joints."""
    total = np.zeros((len(position_m), 3))
    for name, weight in coefficients.items():
        total = total + weight * position_m[:, JOINT[name]]
    return total


def unit(vector: FloatArray) -> FloatArray:
    """Vectors of length one; (0, 0, 1) where there is no length."""
    size = np.linalg.norm(vector, axis=-1, keepdims=True)
    return np.where(size > 1e-9, vector / np.maximum(size, 1e-9), (0.0, 0.0, 1.0))


def pixel_rays(landmarks: Landmarks, camera: Camera, landmark_up_m: Mapping[str, float]) -> FloatArray:
    """Normal matrices (T, J, 3, 4) of 'the landmark lies on the ray of its pixel'; zero where unseen."""
    rows, target = _ray_rows(landmarks, camera, landmark_up_m)
    matrix = np.einsum("tjri,tjrk->tjik", rows, rows)
    load = np.einsum("tjri,tjr->tji", rows, target)
    return np.concatenate([matrix, load[..., None]], axis=-1)


def _ray_rows(
    landmarks: Landmarks, camera: Camera, landmark_up_m: Mapping[str, float]
) -> tuple[FloatArray, FloatArray]:
    """Rows (T, J, 2, 3) and values (T, J, 2) in standard deviations: right - slope * away = 0 and the same downward.

    A doubtful or filled landmark weighs less: its sd grows as confidence falls, to four times at none.
    """
    slopes = camera.slopes(landmarks.xy_px)
    rows = camera.axes[:2] - slopes[..., None] * camera.axes[2]
    target = np.einsum("tjri,ji->tjr", rows, camera.position_m - landmark_offsets(landmark_up_m))
    sd = np.array([LANDMARK_SD_M[name.split("_")[1]] for name in BODY_JOINTS])
    doubt = 1.0 + 3.0 * (1.0 - landmarks.confidence) + np.where(landmarks.is_filled, 2.0, 0.0)
    weight = (1.0 / (sd * doubt))[..., None]
    seen = landmarks.is_seen[..., None]
    return np.where(seen[..., None], rows * weight[..., None], 0.0), np.where(seen, target * weight, 0.0)


def misfit(
    position_m: FloatArray,
    landmarks: Landmarks,
    camera: Camera,
    landmark_up_m: Mapping[str, float],
    equations: list[Equation],
    bones: list[Bone],
) -> FloatArray:
    """(T,) sum of squares of what each statement misses, in standard deviations."""
    rows, target = _ray_rows(landmarks, camera, landmark_up_m)
    missed: FloatArray = np.square(np.einsum("tjri,tji->tjr", rows, position_m) - target).sum(axis=(1, 2))
    for equation in equations:
        along = combine(position_m, equation.coefficients) @ equation.axis
        missed = missed + np.square((along - equation.value) / equation.sd)
    for bone in bones:
        length = np.linalg.norm(combine(position_m, bone.coefficients), axis=-1)
        missed = missed + np.square((length - bone.length_m) / bone.sd_m)
    return missed


def landmark_offsets(up_m: Mapping[str, float]) -> FloatArray:
    """(J, 3) metres from joint centre to landmark; up_m: how far above, by part."""
    offset = np.zeros((N_JOINTS, 3))
    for side, sign in (("left", 1.0), ("right", -1.0)):
        offset[BODY_JOINTS.index(f"{side}_hip")] = (0.0, sign * HIP_LANDMARK_OUT_M, 0.0)
        for part, up in up_m.items():
            offset[BODY_JOINTS.index(f"{side}_{part}"), 2] += up
    return offset
