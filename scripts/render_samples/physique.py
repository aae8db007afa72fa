"""Who it is enters; MakeHuman's mesh in that shape, its joint centres and its landmarks leave, to be dressed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scripts.render_samples.assets import BaseMesh, base_mesh, bone_weights, fetch_assets, target
from scripts.render_samples.cases import Physique
from scripts.render_samples.shapes import ORIGIN, SEGMENTS, Array, Landmark

SOLE_M = 0.022  # of the shoe, under the foot
HIPS_APART = 0.112
"""Of stature, between the hip centres (the mean of published regressions on the pelvis' width); the rig's lie .105 to
.125 of it apart. Its hips and knees are as high as anatomy's within a centimetre or two (.53 and .285 of stature,
Drillis and Contini), so their height stays. Ahead, the rig's hips lie up to 4 cm behind the middle of the pelvis'
depth and its knees ahead of the middle of the condyles: both go to the middle of the body's section at their height,
where the greater trochanter and the condyles are felt, but no further than MOST_AHEAD of stature: soft parts are no
bones."""
MOST_AHEAD = 0.012
SHOULDER_UP = 0.014
"""Of stature, from the rig's shoulder on along the upper arm: its arm is .145 of stature long, real ones .160 (de Leva
1996), and its shoulder .80 of stature high, real ones .818 (Drillis and Contini)."""
FEMALE_FOOT = 0.33
"""How much of MakeHuman's target for larger feet a woman gets: hers are .132 of stature long, real ones .147."""

BONES: Mapping[str, tuple[str, ...]] = {
    "pelvis": ("root", "pelvis", "spine05"),
    "abdomen": ("spine04", "spine03"),
    "chest": ("spine02", "spine01", "clavicle", "shoulder01", "breast"),
    "neck": ("neck",),
    "upper_arm": ("upperarm",),
    "forearm": ("lowerarm",),
    "hand": ("wrist", "metacarpal", "finger"),
    "thigh": ("upperleg",),
    "shank": ("lowerleg",),
    "foot": ("foot",),
    "toes": ("toe",),
}
"""Bones of MakeHuman's rig, by the start of their names, that a segment stands for; every other one is the face."""

CUBES: Mapping[str, str] = {
    "lumbar": "joint-spine-4",
    "thorax": "joint-spine-2",
    "neck": "joint-neck",
    "head": "joint-head",
    "crown": "joint-head-2",
}
SIDE_CUBES: Mapping[str, str] = {
    "shoulder": "shoulder",
    "elbow": "elbow",
    "wrist": "hand",
    "knuckle": "finger-3-2",
    "hip": "upper-leg",
    "knee": "knee",
    "ankle": "ankle",
    "ball": "toe-2-1",
}
FINGERS: Mapping[str, str] = {"pinky": "finger-5-2", "index": "finger-2-2", "thumb": "finger-1-3"}


@dataclass(frozen=True, kw_only=True)
class NakedBody:
    """The mesh at rest, in shoes' height over the floor. vertices_m (V, 3); weights (V, S) of SEGMENTS, rows sum to 1;
    joints_m, landmarks as in shapes.Athlete."""

    mesh: BaseMesh
    vertices_m: Array
    weights: Array
    joints_m: Mapping[str, Array]
    landmarks: Mapping[str, Landmark]


def build_body(physique: Physique, seed: int) -> NakedBody:
    """The body of one person; the seed varies what no slider says, such as the legs' share of the height."""
    folder = fetch_assets()
    mesh = base_mesh(folder)
    vertices = _grounded(mesh, _shaped(folder, mesh, physique, seed), physique.stature_m)
    weights = segment_weights(folder, len(vertices))
    joints = _joints(mesh, vertices, weights, physique.stature_m)
    return NakedBody(
        mesh=mesh,
        vertices_m=vertices,
        weights=weights,
        joints_m=joints,
        landmarks=_landmarks(mesh, vertices, weights, joints, _mouth(folder, vertices)),
    )


def _shaped(folder: Path, mesh: BaseMesh, physique: Physique, seed: int) -> Array:
    vertices = mesh.vertices_m.copy()
    for name, share in _shares(physique, seed).items():
        if share > 1e-6:
            index, moved = target(folder, name)
            vertices[index] += share * moved
    return vertices


def _shares(physique: Physique, seed: int) -> dict[str, float]:
    """How much of each of MakeHuman's targets makes up this person."""
    rng = np.random.default_rng([seed, 3])
    sexes = {"male": physique.masculine, "female": 1.0 - physique.masculine}
    ages = _between(physique.age, None, "young", "old")
    muscles = _between(physique.muscle, "minmuscle", "averagemuscle", "maxmuscle")
    weights = _between(physique.weight, "minweight", "averageweight", "maxweight")
    races = dict(zip(("african", "asian", "caucasian"), rng.dirichlet((1.0, 1.0, 1.0)), strict=True))
    shares: dict[str, float] = {}
    for sex, of_sex in sexes.items():
        for age, of_age in ages.items():
            for race, of_race in races.items():
                shares[f"macrodetails/{race}-{sex}-{age}"] = of_sex * of_age * of_race
            for muscle, of_muscle in muscles.items():
                for weight, of_weight in weights.items():
                    name = f"macrodetails/universal-{sex}-{age}-{muscle}-{weight}"
                    shares[name] = of_sex * of_age * of_muscle * of_weight
    shares |= {f"feet/{letter}-foot-scale-incr": FEMALE_FOOT * sexes["female"] for letter in "lr"}
    for part in ("upperlegs", "lowerlegs"):
        more = float(np.clip(0.25 * rng.standard_normal(), -0.5, 0.5))
        shares[f"legs/{part}-height-{'incr' if more > 0 else 'decr'}"] = abs(more)
    return shares


def _between(value: float, low: str | None, middle: str, high: str) -> dict[str, float]:
    """Shares of three stages for a slider of 0-1; without a low one the first half is all middle."""
    if value <= 0.5:
        return {middle: 1.0} if low is None else {low: 1.0 - 2.0 * value, middle: 2.0 * value}
    return {middle: 2.0 - 2.0 * value, high: 2.0 * value - 1.0}


def _grounded(mesh: BaseMesh, vertices: Array, stature_m: float) -> Array:
    """Scaled to the stature, soles at the height of the shoe's, middle of the feet over the origin."""
    scaled = vertices * stature_m / _standing_height(mesh, vertices)
    ankles = 0.5 * (mesh.middle("joint-l-ankle", scaled) + mesh.middle("joint-r-ankle", scaled))
    lowest = scaled[mesh.groups["body"], 2].min()
    return np.asarray(scaled - (ankles[0], ankles[1], lowest - SOLE_M))


def _standing_height(mesh: BaseMesh, vertices: Array) -> float:
    """With the legs straight down; at rest they are apart."""
    hip, knee, ankle = (mesh.middle(f"joint-l-{cube}", vertices) for cube in ("upper-leg", "knee", "ankle"))
    gained = np.linalg.norm(hip - knee) + np.linalg.norm(knee - ankle) - (hip - ankle)[2]
    return float(np.ptp(vertices[mesh.groups["body"], 2]) + gained)


def segment_weights(folder: Path, n_vertices: int) -> Array:
    """(V, S): MakeHuman's bone weights gathered by segment."""
    weights = np.zeros((n_vertices, len(SEGMENTS)))
    for bone, (index, share) in bone_weights(folder).items():
        np.add.at(weights[:, SEGMENTS.index(segment_of(bone))], index, share)
    total = weights.sum(axis=1, keepdims=True)
    weights[total[:, 0] == 0.0, SEGMENTS.index("head")] = 1.0
    return np.asarray(weights / np.where(total > 0.0, total, 1.0))


def segment_of(bone: str) -> str:
    """Segment that a bone of MakeHuman's rig belongs to."""
    name, _, letter = bone.partition(".")
    for segment, starts in BONES.items():
        if name.startswith(starts):
            side = {"L": "left_", "R": "right_"}.get(letter, "")
            is_central = segment in SEGMENTS
            return segment if is_central else f"{side}{segment}"
    return "head"


def _joints(mesh: BaseMesh, vertices: Array, weights: Array, stature_m: float) -> dict[str, Array]:
    joints = {joint: mesh.middle(cube, vertices) for joint, cube in CUBES.items()}
    for side, letter, sign in (("left", "l", 1.0), ("right", "r", -1.0)):
        joints |= {
            f"{side}_{joint}": mesh.middle(f"joint-{letter}-{cube}", vertices) for joint, cube in SIDE_CUBES.items()
        }
        for joint in ("hip", "knee"):
            joints[f"{side}_{joint}"] = _mid_section(mesh, vertices, weights, joints[f"{side}_{joint}"], stature_m)
        joints[f"{side}_hip"][1] = 0.5 * sign * HIPS_APART * stature_m
        arm = joints[f"{side}_shoulder"] - joints[f"{side}_elbow"]
        joints[f"{side}_shoulder"] += SHOULDER_UP * stature_m * arm / np.linalg.norm(arm)
        joints |= _foot_ends(mesh, vertices, weights, side, joints[f"{side}_ankle"])
    joints["mid_hip"] = 0.5 * (joints["left_hip"] + joints["right_hip"])
    joints["crown"] = np.array([joints["crown"][0], 0.0, vertices[mesh.groups["body"], 2].max()])
    return joints


def _mid_section(mesh: BaseMesh, vertices: Array, weights: Array, joint: Array, stature_m: float) -> Array:
    """The joint moved level to the middle of the leg's or the pelvis' section at its height."""
    body = mesh.groups["body"]
    is_arm = weights[body][:, [i for i, s in enumerate(SEGMENTS) if s.endswith(("arm", "hand"))]].sum(axis=1) > 0.3
    near = (np.abs(vertices[body] - joint) < stature_m * np.array([0.1, 0.06, 0.01])).all(axis=1)
    section = vertices[body][near & ~is_arm, :2]
    middle = 0.5 * (section.min(axis=0) + section.max(axis=0))
    most = MOST_AHEAD * stature_m
    return np.array([*(joint[:2] + np.clip(middle - joint[:2], -most, most)), joint[2]])


def _foot_ends(mesh: BaseMesh, vertices: Array, weights: Array, side: str, ankle: Array) -> dict[str, Array]:
    """Heel and toe of the shoe on the line of the foot, which runs from the ankle to the second toe."""
    tip = mesh.middle(f"joint-{side[0]}-toe-2-4", vertices)
    line = (tip - ankle) * (1.0, 1.0, 0.0)
    line /= np.linalg.norm(line)
    index = [SEGMENTS.index(f"{side}_{part}") for part in ("foot", "toes")]
    body = mesh.groups["body"]
    foot = vertices[body][weights[body][:, index].sum(axis=1) > 0.6]
    along = (foot - ankle) @ line
    ends = {"heel": along.min() - SHOE_BACK_M, "toe": along.max() + SHOE_AHEAD_M}
    return {f"{side}_{part}": np.array([*(ankle + share * line)[:2], 0.5 * SOLE_M]) for part, share in ends.items()}


SHOE_BACK_M, SHOE_AHEAD_M = 0.008, 0.010  # that a shoe is longer than the foot


def _mouth(folder: Path, vertices: Array) -> Array:
    """(3,) between the lips, by the bones that move them."""
    bones = bone_weights(folder)
    lips = (vertices[index[weight > 0.5]].mean(axis=0) for index, weight in (bones["oris01"], bones["oris05"]))
    return np.asarray(sum(lips) / 2.0)


def _landmarks(
    mesh: BaseMesh, vertices: Array, weights: Array, joints: Mapping[str, Array], mouth: Array
) -> dict[str, Landmark]:
    """BlazePose's 33 points, in its order: face and hands on the surface, limbs at their joint centres."""
    body = mesh.groups["body"]
    head = vertices[body][weights[body][:, SEGMENTS.index("head")] > 0.6]
    points = {"nose": Landmark(segment="head", rest_m=head[head[:, 0].argmax()])}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        points |= _face_side(mesh.middle(f"joint-{side[0]}-eye", vertices), mouth, head, side, sign)
        for name, cube in FINGERS.items():
            points[f"{side}_{name}"] = Landmark(
                segment=f"{side}_hand", rest_m=mesh.middle(f"joint-{side[0]}-{cube}", vertices)
            )
        for segment, joint in ((s, ORIGIN[s].split("_")[-1]) for s in SEGMENTS if s.startswith(side)):
            points[f"{side}_{joint}"] = Landmark(segment=segment, rest_m=joints[f"{side}_{joint}"])
        points[f"{side}_heel"] = Landmark(segment=f"{side}_foot", rest_m=joints[f"{side}_heel"] + (0, 0, HEEL_UP_M))
        points[f"{side}_toe"] = Landmark(segment=f"{side}_toes", rest_m=joints[f"{side}_toe"] + (0, 0, TOE_UP_M))
    return {name: points[name] for name in BLAZEPOSE}


HEEL_UP_M, TOE_UP_M = 0.030, 0.020  # of the landmarks over the sole's middle: back of the heel bone, tip of the toe


def _face_side(eye: Array, mouth: Array, head: Array, side: str, sign: float) -> dict[str, Landmark]:
    out = np.array([0.0, sign * 0.5 * EYE_WIDTH_M, 0.0])
    places = {
        f"{side}_eye": _on_face(head, eye),
        f"{side}_eye_inner": _on_face(head, eye - out),
        f"{side}_eye_outer": _on_face(head, eye + out),
        f"{side}_ear": head[(sign * head[:, 1]).argmax()],
        f"mouth_{side}": _on_face(head, mouth + np.array([0.0, sign * 0.5 * MOUTH_WIDTH_M, 0.0])),
    }
    return {name: Landmark(segment="head", rest_m=np.asarray(at)) for name, at in places.items()}


EYE_WIDTH_M, MOUTH_WIDTH_M = 0.028, 0.046  # between the corners; means of adults


def _on_face(head: Array, point: Array) -> Array:
    """The point moved ahead to the skin."""
    ahead = head[head[:, 0] > point[0] - 0.03]
    nearest = np.argsort(np.hypot(*(ahead - point)[:, 1:].T))[:4]
    return np.array([ahead[nearest, 0].max(), *point[1:]])


BLAZEPOSE = (
    "nose",
    *(f"{side}_{part}" for side in ("left", "right") for part in ("eye_inner", "eye", "eye_outer")),
    *("left_ear", "right_ear", "mouth_left", "mouth_right"),
    *(
        f"{side}_{part}"
        for part in (
            *("shoulder", "elbow", "wrist", "pinky", "index", "thumb"),
            *("hip", "knee", "ankle", "heel", "toe"),
        )
        for side in ("left", "right")
    ),
)
"""BlazePose's names in its order, as lookfeel.pose.skeleton has them; a test holds the two together."""
