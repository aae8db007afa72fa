"""Hips and feet enter, knees leave; and the hips at which thighs and shanks have the angles wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from scripts.render_samples.feet import Foot
from scripts.render_samples.limbs import REACH, Bent, Limb, bend_sideways
from scripts.render_samples.shapes import Array

STEP_M = 1e-3  # for the derivative
LONGEST_STEP_M = 0.08  # of one iteration
ITERATIONS = 25


def leg_at_rest(rest: Mapping[str, Array], side: str) -> Limb:
    """Hip, knee, ankle; the knee points where the foot does."""
    foot = (rest[f"{side}_toe"] - rest[f"{side}_heel"]) * (1.0, 1.0, 0.0)
    hip, knee, ankle = (rest[f"{side}_{joint}"] for joint in ("hip", "knee", "ankle"))
    return Limb(start_m=hip, middle_m=knee, end_m=ankle, toward=foot)


def bend_leg(limb: Limb, side: str, hip_m: Array, ankle_m: Array, foot: Foot, medial_m: Array, share: Array) -> Bent:
    """The leg over T moments; medial_m (T,): knee inside of the foot's plane, reached as share (T,) goes to 1."""
    return bend_sideways(
        hip_m,
        ankle_m,
        limb.lengths_m,
        foot.ahead(),
        sideways=foot.medial(side),
        offset_m=medial_m,
        share=share,
    )


def thigh_rad(leg: Bent) -> Array:
    """(T,) of the thigh to the horizontal, + = hip above knee."""
    line = leg.start_m - leg.middle_m
    return np.asarray(np.arcsin(np.clip(line[:, 2] / np.linalg.norm(line, axis=1), -1.0, 1.0)))


def shank_rad(leg: Bent) -> Array:
    """(T,) of the shank forward from upright."""
    line = leg.middle_m - leg.end_m
    return np.asarray(np.arctan2(line[:, 0], line[:, 2]))


def solve_hips(legs_at: Callable[[Array], list[Bent]], start_m: Array, thigh: Array, shank: Array) -> Array:
    """(T, 3) mid-hip, moved from start_m ahead and up until the legs' mean angles are those wanted.

    Parameters
        legs_at: the working legs for a mid-hip (T, 3). thigh, shank: (T,) radians.
    """
    hips = start_m.copy()

    def miss(at: Array) -> Array:
        legs = legs_at(at)
        return np.stack(
            [
                np.mean([thigh_rad(leg) for leg in legs], axis=0) - thigh,
                np.mean([shank_rad(leg) for leg in legs], axis=0) - shank,
            ],
            axis=-1,
        )

    for _ in range(ITERATIONS):
        here = miss(hips)
        slopes = np.stack([(miss(hips + STEP_M * axis) - here) / STEP_M for axis in np.eye(3)[[0, 2]]], axis=-1)
        step = np.linalg.solve(slopes + 1e-6 * np.eye(2), -here[..., None])[..., 0]
        length = np.linalg.norm(step, axis=-1, keepdims=True)
        hips[:, [0, 2]] += step * np.minimum(1.0, LONGEST_STEP_M / np.maximum(length, 1e-9))
    return hips


def guess_hips(limb: Limb, ankle_m: Array, thigh: Array, shank: Array) -> Array:
    """(T, 3) mid-hip of a leg in the sagittal plane: where solving begins."""
    upper, lower = limb.lengths_m
    ahead = lower * np.sin(shank) - upper * np.cos(thigh)
    above = lower * np.cos(shank) + upper * np.sin(thigh)
    return np.stack([ankle_m[:, 0] + ahead, np.zeros_like(thigh), ankle_m[:, 2] + above], axis=-1)


def highest_hip(limb: Limb, ankle_m: Array, hip_xy: Array, straight: float) -> Array:
    """(T,) metres up that a hip can be over hip_xy (T, 2) when the leg is `straight` of its length."""
    reach = straight * REACH * sum(limb.lengths_m)
    across = np.linalg.norm(hip_xy - ankle_m[:, :2], axis=1)
    return np.asarray(ankle_m[:, 2] + np.sqrt(np.maximum(reach**2 - across**2, 0.01)))
