"""A trunk, legs and a load enter; the lean at which the whole athlete balances over the feet leaves."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scripts.render_samples.shapes import Array
from scripts.render_samples.trunk import Trunk, place_trunk

MASS = {"head": 0.07, "chest": 0.22, "abdomen": 0.15, "pelvis": 0.12, "arms": 0.10, "thigh": 0.13, "shank": 0.04}
"""Shares of body mass, both arms together, each leg's parts singly; feet do not move the balance. Rounded from de Leva
1996, J Biomech 29:1223."""

LEAST_LEAN, MOST_LEAN = np.radians([1.0, 60.0])
STEP_RAD = 0.02


def balanced_lean(
    rest: Mapping[str, Array],
    mid_hip_m: Array,
    legs: Mapping[str, Array],
    over_x: Array,
    *,
    roll_rad: Array,
    arms_ahead: Array,
    load: tuple[float, float],
) -> Array:
    """(T,) radians of lean with the centre of mass above over_x (T,).

    Parameters
        legs: (T, 3) hips, knees, ankles by name. arms_ahead: (T,) 0 = hanging, 1 = held out level.
        load: mass over body mass, and metres ahead of the shoulders (a bar lies behind them).
    """
    lower = _legs_moment(legs) - _legs_mass() * over_x

    def moment(lean: Array) -> Array:
        trunk = place_trunk(rest, mid_hip_m, lean, roll_rad)
        return lower + _upper_moment(trunk, arms_ahead, load) - _upper_mass(load) * over_x

    lean = np.full_like(over_x, np.radians(20.0))
    for _ in range(6):
        here = moment(lean)
        slope = (moment(lean + STEP_RAD) - here) / STEP_RAD
        lean = np.clip(lean - here / np.maximum(slope, 1e-3), LEAST_LEAN, MOST_LEAN)
    return np.asarray(lean)


def _legs_mass() -> float:
    return 2.0 * (MASS["thigh"] + MASS["shank"])


def _legs_moment(legs: Mapping[str, Array]) -> Array:
    total = np.zeros(len(legs["left_hip"]))
    for side in ("left", "right"):
        hip, knee, ankle = (legs[f"{side}_{joint}"][:, 0] for joint in ("hip", "knee", "ankle"))
        total += MASS["thigh"] * (0.57 * hip + 0.43 * knee) + MASS["shank"] * (0.56 * knee + 0.44 * ankle)
    return total


def _upper_mass(load: tuple[float, float]) -> float:
    return sum(MASS[part] for part in ("head", "chest", "abdomen", "pelvis", "arms")) + load[0]


def _upper_moment(trunk: Trunk, arms_ahead: Array, load: tuple[float, float]) -> Array:
    at = {name: point[:, 0] for name, point in trunk.joints.items()}
    shoulders = trunk.middle("shoulder")[:, 0]
    return np.asarray(
        MASS["pelvis"] * at["mid_hip"]
        + MASS["abdomen"] * 0.5 * (at["lumbar"] + at["thorax"])
        + MASS["chest"] * 0.5 * (at["thorax"] + at["neck"])
        + MASS["head"] * 0.5 * (at["head"] + at["crown"])
        + MASS["arms"] * (shoulders + 0.32 * arms_ahead)
        + load[0] * (shoulders + load[1])
    )
