"""A trunk and what the arms do enter; elbows, hands, their turns and the load they hold leave."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scripts.render_samples.cases import Movement
from scripts.render_samples.feet import SIGN
from scripts.render_samples.limbs import Bent, Limb, bend, carried
from scripts.render_samples.shapes import Array
from scripts.render_samples.trunk import Trunk
from scripts.render_samples.turning import turned, unit

BAR_FROM_SHOULDERS_M = np.array([-0.085, 0.0, 0.055])  # behind and above the middle of the shoulders: a high bar
PALM_M = 0.075  # of the bar over the wrist
GRIP_M = 0.40  # of a hand from the middle of the bar
GOBLET_FROM_SHOULDERS_M = np.array([0.27, 0.0, -0.16])
GOBLET_GRIP_M = 0.075
HANGING_DEG, LEVEL_DEG = 6.0, 84.0
FREE = 0.965  # of its length that a free arm is stretched to


def arm_at_rest(rest: Mapping[str, Array], side: str) -> Limb:
    """Shoulder, elbow, wrist; the rest pose's elbows are bent."""
    shoulder, elbow, wrist = (rest[f"{side}_{joint}"] for joint in ("shoulder", "elbow", "wrist"))
    along = unit(wrist - shoulder)
    toward = (elbow - shoulder) - np.dot(elbow - shoulder, along) * along
    return Limb(start_m=shoulder, middle_m=elbow, end_m=wrist, toward=toward)


def bend_arm(movement: Movement, rest: Mapping[str, Array], trunk: Trunk, side: str, low: Array) -> Bent:
    """The arm over T moments. low: (T,) depth, 0-1: free arms swing ahead with it."""
    limb = arm_at_rest(rest, side)
    shoulder = trunk.joints[f"{side}_shoulder"]
    wrist, toward = _held(movement, trunk, side) if movement.load != "none" else _free(movement, trunk, limb, side, low)
    return bend(shoulder, wrist, limb.lengths_m, toward)


def load_position(movement: Movement, trunk: Trunk) -> Array:
    """(T, 3) of the middle of the bar or the goblet's weight, fixed to the chest."""
    offset = BAR_FROM_SHOULDERS_M if movement.load == "barbell" else GOBLET_FROM_SHOULDERS_M
    return np.asarray(trunk.middle("shoulder") + turned(trunk.rotations["chest"], offset))


def _held(movement: Movement, trunk: Trunk, side: str) -> tuple[Array, Array]:
    chest = trunk.rotations["chest"]
    is_bar = movement.load == "barbell"
    grip = (GRIP_M if is_bar else GOBLET_GRIP_M) * np.array([0.0, SIGN[side], 0.0])
    back = np.array([0.01, 0.0, -PALM_M]) if is_bar else np.zeros(3)
    elbow = np.array([-0.45, 0.25 * SIGN[side], -1.0]) if is_bar else np.array([-0.1, 0.6 * SIGN[side], -1.0])
    return load_position(movement, trunk) + turned(chest, grip + back), turned(chest, elbow)


def _free(movement: Movement, trunk: Trunk, limb: Limb, side: str, low: Array) -> tuple[Array, Array]:
    shoulder, sign = trunk.joints[f"{side}_shoulder"], SIGN[side]
    if movement.arms == "hips":
        pelvis = trunk.rotations["pelvis"]
        wrist = trunk.joints[f"{side}_hip"] + turned(pelvis, np.array([0.03, 0.085 * sign, 0.12]))
        return wrist, turned(pelvis, np.array([-0.5, 1.0 * sign, 0.1]))
    raised = np.radians(HANGING_DEG + (LEVEL_DEG - HANGING_DEG) * (low if movement.arms == "ahead" else 0.0 * low))
    aside = np.full_like(raised, sign) * (0.16 - 0.10 * low)
    way = unit(np.stack([np.sin(raised), aside, -np.cos(raised)], axis=-1))
    toward = np.stack([-np.cos(raised), np.full_like(raised, 0.4 * sign), -np.sin(raised)], axis=-1)
    return shoulder + FREE * sum(limb.lengths_m) * way, toward


def hand_end(rest: Mapping[str, Array], side: str, wrist_m: Array, forearm_turn: Array) -> Array:
    """(T, 3) of the knuckle: the hand goes on where the forearm ends."""
    return carried(forearm_turn, rest[f"{side}_knuckle"], rest[f"{side}_wrist"], wrist_m)
