"""A naked body and an outfit enter; where its clothes end and how far they stand off the skin leaves.

Both are functions of a point's place on the body in the rest pose, so that cloth and skin can be asked alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scripts.render_samples.cases import Outfit
from scripts.render_samples.physique import NakedBody
from scripts.render_samples.shapes import SEGMENTS, Array, Flags
from scripts.render_samples.sheets import Sheet

ARM = [i for i, name in enumerate(SEGMENTS) if name.endswith(("upper_arm", "forearm", "hand"))]
HEAD = [SEGMENTS.index("head"), SEGMENTS.index("neck")]
FAR_M = 1.0  # a field's value where a limit does not apply

# Where cloth ends: shares of a limb from its upper joint, or metres of a body of REFERENCE_M. Chosen by us.
REFERENCE_M = 1.75
SHORTS_TO = (0.42, 0.88)  # of the thigh, tight and baggy
TROUSERS_TO = 0.93  # of the shank
SLEEVE_TO = (0.50, 0.85)  # of the upper arm, tight and baggy
SWEATER_TO = 0.96  # of the forearm
WAIST_OVER_LUMBAR_M = 0.02
HEM_UNDER_HIP_M = (-0.04, 0.06)  # of a top, tight and baggy: over the crease of the hip, never into the crotch
LAP_RISE_M = 0.035
TUCK_M = 0.06  # that legs reach up under a top, and skin under any cloth
NECK_HOLE_M: Mapping[str, tuple[float, float, float]] = {
    "shirt": (0.074, 0.052, 0.030),
    "sweater": (0.072, 0.046, 0.026),
    "vest": (0.098, 0.130, 0.075),
}
"""Half width, depth in front and behind of the hole for the neck."""

# How far cloth stands off the tights, which lie close to the skin. Chosen by us after looking at people in gyms.
SKIN_GAP_M, OVER_M = 0.004, 0.007  # of any cloth; of a top over the legs under it
LEG_TUBE_M = (0.112, 0.105)  # radius of the baggiest trousers at the knee and at the hem
SLEEVE_TUBE_M = (0.095, 0.062)  # of the baggiest sleeve at the elbow and at the wrist
HANG_M = 0.035  # of the baggiest top beyond what hangs straight down from the chest
FOLD_M = 0.008  # height of the baggiest cloth's folds


@dataclass(frozen=True, kw_only=True)
class Limb:
    """Where points are along a limb of two bones. reach_m (V,): from its upper joint, negative above; out_m (V, 3):
    from the nearest point of the bones; lengths_m: of the bones."""

    reach_m: Array
    out_m: Array
    lengths_m: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where points (V,) are on the body. armness, headness: shares 0-1 of their weights."""

    points_m: Array
    scale: float
    armness: Array
    headness: Array
    leg: Limb
    arm: Limb


def places(body: NakedBody, sheet: Sheet) -> Places:
    """Of every vertex of a sheet in the rest pose."""
    return Places(
        points_m=sheet.vertices_m,
        scale=float(body.joints_m["crown"][2]) / REFERENCE_M,
        armness=sheet.weights[:, ARM].sum(axis=1),
        headness=sheet.weights[:, HEAD].sum(axis=1),
        leg=_limb(body, sheet.vertices_m, ("hip", "knee", "ankle")),
        arm=_limb(body, sheet.vertices_m, ("shoulder", "elbow", "wrist")),
    )


def _limb(body: NakedBody, points: Array, joints: tuple[str, str, str]) -> Limb:
    """Of the limb on each point's own side."""
    reach, out = np.zeros(len(points)), np.zeros_like(points)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        mine = points[:, 1] * sign >= 0.0
        first, middle, last = (body.joints_m[f"{side}_{joint}"] for joint in joints)
        upper, lower = float(np.linalg.norm(middle - first)), float(np.linalg.norm(last - middle))
        along = (points[mine] - first) @ (middle - first) / upper
        beyond = (points[mine] - middle) @ (last - middle) / lower
        reach[mine] = np.minimum(along, upper) + np.maximum(beyond, 0.0)
        on_first = first + np.clip(along, 0.0, upper)[:, None] * (middle - first) / upper
        foot = on_first + np.maximum(beyond, 0.0)[:, None] * (last - middle) / lower
        out[mine] = points[mine] - foot
    return Limb(reach_m=reach, out_m=out, lengths_m=(upper, lower))


def legs_field(body: NakedBody, at: Places, outfit: Outfit) -> Array:
    """(V,) metres inside the legs' cloth, negative where it has ended."""
    upper, lower = at.leg.lengths_m
    end = upper + TROUSERS_TO * lower if outfit.legs == "long" else _between(SHORTS_TO, outfit.looseness) * upper
    waist = body.joints_m["lumbar"][2] + WAIST_OVER_LUMBAR_M * at.scale
    return np.asarray(np.minimum.reduce([end - at.leg.reach_m, waist - at.points_m[:, 2], 0.3 * (0.5 - at.armness)]))


def top_field(body: NakedBody, at: Places, outfit: Outfit) -> Array:
    """(V,) metres inside the top's cloth, negative where it has ended."""
    hem = at.points_m[:, 2] - hem_m(body, at, outfit)
    trunk = np.minimum(np.where(at.armness > 0.5, FAR_M, hem), _neck_field(body, at, outfit))
    if outfit.top == "vest":
        return np.minimum(trunk, _armhole_field(body, at))
    upper, lower = at.arm.lengths_m
    end = upper + SWEATER_TO * lower if outfit.top == "sweater" else _between(SLEEVE_TO, outfit.looseness) * upper
    return np.minimum(trunk, np.where(at.armness > 0.5, end - at.arm.reach_m, FAR_M))


def hem_m(body: NakedBody, at: Places, outfit: Outfit) -> Array:
    """(V,) height of a top's hem at rest: higher over the lap, where a squatter's shirt would be pushed up."""
    off = (at.points_m - body.joints_m["mid_hip"]) / at.scale
    lap = LAP_RISE_M * np.exp(-((off[:, 1] / 0.10) ** 4)) * _smooth_step(0.5 + off[:, 0] / 0.10)
    under = _between(HEM_UNDER_HIP_M, outfit.looseness)
    return np.asarray(body.joints_m["mid_hip"][2] - (under - lap) * at.scale)


def _neck_field(body: NakedBody, at: Places, outfit: Outfit) -> Array:
    """Metres outside a hole around the neck that is deeper in front."""
    wide, front, back = NECK_HOLE_M[outfit.top]
    off = (at.points_m - body.joints_m["neck"]) / at.scale
    ahead = np.clip(0.5 + off[:, 0] / 0.10, 0.0, 1.0)
    deep = back + (front - back) * ahead * ahead * (3.0 - 2.0 * ahead)
    beside = np.hypot(off[:, 1] / wide, np.minimum(off[:, 2], 0.0) / deep)
    return np.asarray(np.minimum((beside - 1.0) * np.minimum(wide, deep), 0.3 * (0.6 - at.headness)) * at.scale)


def _armhole_field(body: NakedBody, at: Places) -> Array:
    """Metres inside the strap over the shoulder and the side below the armpit."""
    shoulder = body.joints_m["left_shoulder"]
    under = np.maximum(0.0, (shoulder[2] + 0.02 * at.scale - at.points_m[:, 2]) / at.scale)
    strap = 0.78 * shoulder[1] + at.scale * 9.0 * under**2.0
    return np.asarray(np.minimum(strap - np.abs(at.points_m[:, 1]), 0.25 * (0.42 - at.armness)))


def _between(ends: tuple[float, float], share: float) -> float:
    return ends[0] + (ends[1] - ends[0]) * share


def legs_offset(at: Places, normals: Array, outfit: Outfit, seed: int) -> Array:
    """(V, 3) metres by which the legs' cloth lies off the tights: a tube where baggy, carried by the hips."""
    upper, lower = at.leg.lengths_m
    below = np.clip(at.leg.reach_m / upper, 0.0, 1.0)
    past = np.clip((at.leg.reach_m - upper) / lower, 0.0, 1.0)
    radius = at.scale * (LEG_TUBE_M[0] + (LEG_TUBE_M[1] - LEG_TUBE_M[0]) * past)
    thick = np.linalg.norm(at.leg.out_m, axis=1)
    tube = np.maximum(radius - thick, 0.0) * _smooth_step(below / 0.9) + 0.020 * _smooth_step(below / 0.5)
    full = outfit.looseness * (tube + folds(at.points_m, at.leg, seed) * _smooth_step(below / 0.4))
    outward = _level(at.leg.out_m)
    outward[:, 1] *= np.where(outward[:, 1] * at.points_m[:, 1] < 0.0, _smooth_step(below / 0.8), 1.0)
    return np.asarray(SKIN_GAP_M * normals + np.maximum(full, 0.0)[:, None] * outward)


def top_offset(body: NakedBody, at: Places, normals: Array, outfit: Outfit, seed: int) -> Array:
    """(V, 3) metres by which the top lies off the tights: hanging from the chest, sleeves as tubes."""
    full = np.where(at.armness > 0.5, _sleeve(at), _hang(body, at)) * np.clip(outfit.looseness, 0.0, 1.0)
    full = full + outfit.looseness * folds(at.points_m, at.arm, seed) * _smooth_step(full / 0.02)
    is_arm = at.armness[:, None] > 0.5
    outward = _unit(np.where(is_arm, at.arm.out_m, _from_middle(body, at.points_m)))
    return np.asarray(SKIN_GAP_M * normals + np.maximum(full, 0.0)[:, None] * (0.7 * outward + 0.3 * normals))


def _sleeve(at: Places) -> Array:
    upper, lower = at.arm.lengths_m
    along, past = np.clip(at.arm.reach_m / upper, 0.0, 1.0), np.clip((at.arm.reach_m - upper) / lower, 0.0, 1.0)
    radius = at.scale * (SLEEVE_TUBE_M[0] + (SLEEVE_TUBE_M[1] - SLEEVE_TUBE_M[0]) * past)
    return np.asarray(np.maximum(radius - np.linalg.norm(at.arm.out_m, axis=1), 0.004) * _smooth_step(along / 0.6))


def _hang(body: NakedBody, at: Places) -> Array:
    """Metres to what hangs straight down from the chest, growing a little to the hem."""
    shoulder, hip = body.joints_m["left_shoulder"][2], body.joints_m["mid_hip"][2]
    share = np.clip((shoulder - at.points_m[:, 2]) / (shoulder - hip), 0.0, 1.3)
    is_chest = (np.abs(at.points_m[:, 2] - shoulder + 0.10 * at.scale) < 0.03 * at.scale) & (at.armness < 0.3)
    out = _from_middle(body, at.points_m)
    ring = out[is_chest]
    ahead, wide = np.where(out[:, 0] > 0.0, ring[:, 0].max(), -ring[:, 0].min()), ring[:, 1].max()
    filled = (np.abs(out[:, 0] / ahead) ** 2.4 + np.abs(out[:, 1] / wide) ** 2.4) ** (1.0 / 2.4)  # 1 = as the chest
    missing = np.linalg.norm(out, axis=1) * np.maximum(1.0 / np.maximum(filled, 0.3) - 1.0, 0.0)
    return np.asarray((np.minimum(missing, 0.08) + HANG_M * share) * _smooth_step(share / 0.35))


def _from_middle(body: NakedBody, points: Array) -> Array:
    """(V, 3) level, from the trunk's upright middle line."""
    return np.asarray((points - (body.joints_m["thorax"][0], 0.0, 0.0)) * (1.0, 1.0, 0.0))


def folds(points: Array, limb: Limb, seed: int) -> Array:
    """(V,) metres: waves that run round a limb, bunched where it bends, and some of random direction."""
    rng = np.random.default_rng([seed, 4])
    ways = rng.uniform(-1.0, 1.0, (6, 3)) * (40.0, 40.0, 60.0)
    random = np.sin(points @ ways.T + rng.uniform(0.0, 2.0 * np.pi, 6)).mean(axis=1)
    bend = np.exp(-(((limb.reach_m - limb.lengths_m[0]) / 0.10) ** 2))
    slant = points @ rng.uniform(-12.0, 12.0, 3)
    rings = bend * np.sin(limb.reach_m * 110.0 + slant + rng.uniform(0.0, 6.0))
    return np.asarray(FOLD_M * (1.6 * random + 0.5 * rings))


def _smooth_step(share: Array) -> Array:
    at = np.clip(share, 0.0, 1.0)
    return np.asarray(at * at * (3.0 - 2.0 * at))


def _unit(vectors: Array) -> Array:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6))


def _level(vectors: Array) -> Array:
    """Unit, without what points up or down."""
    return _unit(vectors * (1.0, 1.0, 0.0))


def is_hidden(at: Places, *fields: Array) -> Flags:
    """(V,) whether cloth covers a point far enough from its edges."""
    return np.asarray(np.max(fields, axis=0) > TUCK_M * at.scale)
