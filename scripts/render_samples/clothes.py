"""A naked body and an outfit enter; what a camera sees of it leaves: skin, eyes, hair, shoes and cloth as surfaces.

Cloth and shoes are cut from the tights that MakeHuman's mesh wears as helper geometry, pushed outward and folded by
sines; skin that cloth covers is left out, so that none shows through.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scripts.render_samples.cases import Outfit, Physique
from scripts.render_samples.physique import SOLE_M, NakedBody
from scripts.render_samples.shapes import SEGMENTS, Array, Flags, Index, Surface
from scripts.render_samples.skinning import Normals

TIGHTS = "helper-tights"
PALE_RGB, DARK_RGB = np.array([0.66, 0.40, 0.29]), np.array([0.075, 0.036, 0.022])
LIP_RGB, BROW_SHADE = np.array([0.42, 0.16, 0.14]), 0.30
SHOE_RISE_M = 0.045  # of the shoe's collar over the ankle's centre
WAIST_OVER_LUMBAR_M = 0.035  # of shorts and trousers, well under the hem of the top
SHIRT_UNDER_HIP_M = (-0.02, 0.10)  # hem of a top below the hip centres, tight and baggy
SHORTS_TO = (0.55, 0.85)  # share of the thigh that shorts cover, tight and baggy
STRAP_SHARE, ARMHOLE_M = (
    0.72,
    0.13,
)  # of a vest: how far out it reaches over the shoulder, and how deep its armholes are
SLEEVE_TO = 0.55  # share of the upper arm under a shirt's sleeve
SMALLEST_GAP_M = {"legs": 0.005, "top": 0.011}  # over the skin; the top lies over the legs' waist
WIDEST_GAP_M = {"legs": 0.050, "top": 0.055}  # of the baggiest cloth
FOLDS_M = 0.008  # height of the baggiest cloth's folds


@dataclass(frozen=True, kw_only=True)
class _Region:
    """Where each vertex lies on the body. segment (V,): the one that moves it most; along (V,): 0 at the start of its
    limb, 1 at its end; axis_m (V, 3): the nearest point of the limb's bone."""

    segment: NDArray[np.str_]
    along: Array
    axis_m: Array


def dress(body: NakedBody, physique: Physique, outfit: Outfit, seed: int) -> tuple[Surface, ...]:
    """All surfaces of the dressed body; the seed lays the folds."""
    region = _regions(body)
    legs, top = _legs_cover(body, region, outfit), _top_cover(body, region, outfit)
    shoes = _shoe_cover(body, region)
    cloth = [
        _cloth(body, region, legs, outfit, "legs", seed),
        _cloth(body, region, top, outfit, "top", seed),
    ]
    hair = [] if physique.hair == "none" else [_hair(body, physique, outfit)]
    return (_skin(body, physique, legs | top | shoes), *_eyes(body), *hair, _shoes(body, shoes, outfit), *cloth)


LIMB_ENDS = {
    "thigh": ("hip", "knee"),
    "shank": ("knee", "ankle"),
    "upper_arm": ("shoulder", "elbow"),
    "forearm": ("elbow", "wrist"),
}


def _regions(body: NakedBody) -> _Region:
    segment = np.array(SEGMENTS)[body.weights.argmax(axis=1)]
    along, axis = np.zeros(len(segment)), body.vertices_m * (0.0, 0.0, 1.0)
    chest_x = body.joints_m["thorax"][0]
    axis[:, 0] = chest_x
    for side in ("left", "right"):
        for part, (start, end) in LIMB_ENDS.items():
            mine = segment == f"{side}_{part}"
            first, last = body.joints_m[f"{side}_{start}"], body.joints_m[f"{side}_{end}"]
            line = last - first
            along[mine] = (body.vertices_m[mine] - first) @ line / (line @ line)
            axis[mine] = first + along[mine][:, None] * line
    return _Region(segment=segment, along=along, axis_m=axis)


def _is(region: _Region, *parts: str) -> Flags:
    """(V,) whether a vertex belongs to one of the parts, of either side."""
    names = [name for name in SEGMENTS if name in parts or name.split("_", 1)[-1] in parts]
    return np.asarray(np.isin(region.segment, names))


def _legs_cover(body: NakedBody, region: _Region, outfit: Outfit) -> Flags:
    waist = body.joints_m["lumbar"][2] + WAIST_OVER_LUMBAR_M
    low = SHORTS_TO[0] + (SHORTS_TO[1] - SHORTS_TO[0]) * outfit.looseness
    legs = _is(region, "pelvis", "abdomen") & (body.vertices_m[:, 2] < waist)
    if outfit.legs == "long":
        return np.asarray(legs | _is(region, "thigh") | (_is(region, "shank") & (region.along < 0.93)))
    return np.asarray(legs | (_is(region, "thigh") & (region.along < low)))


def _top_cover(body: NakedBody, region: _Region, outfit: Outfit) -> Flags:
    tight, baggy = SHIRT_UNDER_HIP_M
    hem = body.joints_m["mid_hip"][2] - (tight + (baggy - tight) * outfit.looseness)
    height = body.vertices_m[:, 2]
    neckline = body.joints_m["neck"][2] - (0.03 if outfit.top == "vest" else 0.0)
    trunk = _is(region, "pelvis", "abdomen", "chest", "thigh") & (height > hem) & (height < neckline)
    if outfit.top == "vest":
        shoulder = body.joints_m["left_shoulder"]
        is_strap = np.abs(body.vertices_m[:, 1]) < STRAP_SHARE * shoulder[1]
        return np.asarray(trunk & (is_strap | (height < shoulder[2] - ARMHOLE_M)))
    arms = _is(region, "upper_arm")
    if outfit.top == "shirt":
        return np.asarray(trunk | (arms & (region.along < SLEEVE_TO)))
    return np.asarray(trunk | arms | (_is(region, "forearm") & (region.along < 0.94)))


def _shoe_cover(body: NakedBody, region: _Region) -> Flags:
    ankle = body.joints_m["left_ankle"][2]
    return np.asarray(_is(region, "foot", "toes", "shank") & (body.vertices_m[:, 2] < ankle + SHOE_RISE_M))


def _faces(body: NakedBody, group: str, keep: Flags | None = None) -> Index:
    """(F, 3) triangles of a group, of the quads whose four corners are all kept."""
    quads = body.mesh.quads[group]
    if keep is not None:
        quads = quads[keep[quads].all(axis=1)]
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int32)


def _surface(
    body: NakedBody,
    name: str,
    faces: Index,
    vertices_m: Array,
    rgb: Array,
    *,
    gloss: float = 0.05,
    is_two_sided: bool = False,
) -> Surface:
    """Only the vertices that the faces use, with their four largest weights."""
    used, renumbered = np.unique(faces, return_inverse=True)
    weights = body.weights[used]
    four = np.argsort(-weights, axis=1)[:, :4]
    kept = np.take_along_axis(weights, four, axis=1)
    return Surface(
        name=name,
        vertices_m=vertices_m[used],
        faces=renumbered.reshape(-1, 3).astype(np.int32),
        segments=four.astype(np.int32),
        weights=kept / kept.sum(axis=1, keepdims=True),
        rgb=np.broadcast_to(rgb, (len(vertices_m), 3))[used],
        gloss=gloss,
        is_two_sided=is_two_sided,
    )


def _cloth(body: NakedBody, region: _Region, cover: Flags, outfit: Outfit, part: str, seed: int) -> Surface:
    """Tights, pushed outward from the limb's bone: a little where tight, with folds and toward the hem where baggy."""
    faces = _faces(body, TIGHTS, cover)
    normals = Normals(_faces(body, TIGHTS), len(body.vertices_m)).of(body.vertices_m)
    outward = body.vertices_m - region.axis_m
    outward /= np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-6)
    wide = SMALLEST_GAP_M[part] + outfit.looseness * WIDEST_GAP_M[part] * _fullness(body, region, part)
    wide = wide + outfit.looseness * _folds(body.vertices_m, part, seed)
    way = np.where(outfit.looseness > 0.3, 0.6 * normals + 0.4 * outward, normals)
    vertices = body.vertices_m + np.maximum(wide, SMALLEST_GAP_M[part])[:, None] * way
    rgb = np.array(outfit.legs_rgb if part == "legs" else outfit.top_rgb)
    return _surface(body, part, faces, vertices, _woven(rgb, vertices, part, seed), is_two_sided=True)


def _fullness(body: NakedBody, region: _Region, part: str) -> Array:
    """(V,) 0-1: how far cloth stands off; most at the hems, least over hips and shoulders, which carry it."""
    full = np.full(len(region.along), 0.35)
    limbs = _is(region, "thigh", "upper_arm")
    full[limbs] = 0.35 + 0.35 * np.clip(region.along[limbs], 0.0, 1.0)
    ends = _is(region, "shank", "forearm")
    full[ends] = 0.70 + 0.10 * np.clip(region.along[ends], 0.0, 1.0)
    if part == "top":
        trunk = _is(region, "pelvis", "abdomen", "chest", "thigh")
        shoulder, hip = body.joints_m["left_shoulder"][2], body.joints_m["mid_hip"][2]
        full[trunk] = 0.1 + 0.9 * np.clip((shoulder - body.vertices_m[trunk, 2]) / (shoulder - hip), 0.0, 1.0)
    else:
        full[_is(region, "pelvis", "abdomen")] = 0.15
    return full


def _folds(vertices_m: Array, part: str, seed: int) -> Array:
    """(V,) metres of creases: sines of random direction."""
    rng = np.random.default_rng([seed, 4, len(part)])
    waves = rng.uniform(-1.0, 1.0, (5, 3)) * (25.0, 25.0, 45.0)
    phases = rng.uniform(0.0, 2.0 * np.pi, 5)
    return np.asarray(FOLDS_M * np.sin(vertices_m @ waves.T + phases).mean(axis=1) * 2.0)


def _woven(rgb: Array, vertices_m: Array, part: str, seed: int) -> Array:
    """(V, 3): the cloth's colour, a little uneven, tops with a stripe across the chest for some seeds."""
    rng = np.random.default_rng([seed, 5, len(part)])
    shade = 1.0 + 0.06 * np.sin(vertices_m @ rng.uniform(-40.0, 40.0, (3, 3))).sum(axis=1, keepdims=True)
    colours = rgb * shade
    if part == "top" and rng.random() < 0.5:
        middle = np.percentile(vertices_m[:, 2], 80.0)
        is_stripe = np.abs(vertices_m[:, 2] - middle) < 0.03
        colours[is_stripe] = np.clip(1.0 - rgb, 0.1, 0.8)
    return np.asarray(np.clip(colours, 0.0, 1.0))


def _skin(body: NakedBody, physique: Physique, covered: Flags) -> Surface:
    """What no cloth covers, with a margin under every hem."""
    quads = body.mesh.quads["body"]
    hidden = covered.copy()
    hidden[np.unique(quads[~covered[quads].all(axis=1)])] = False
    faces = _faces(body, "body")
    faces = faces[~hidden[faces].all(axis=1)]
    return _surface(body, "skin", faces, body.vertices_m, _complexion(body, physique), gloss=0.25)


def _complexion(body: NakedBody, physique: Physique) -> Array:
    """(V, 3) of skin: procedural, with lips, brows and redder cheeks, so that a face is a face."""
    rgb = PALE_RGB * (DARK_RGB / PALE_RGB) ** physique.skin
    points = body.vertices_m
    colours = np.tile(rgb, (len(points), 1)) * (1.0 + 0.03 * np.sin(points @ np.array([[61.0, 47.0, 53.0]]).T))
    mouth = 0.5 * (body.landmarks["mouth_left"].rest_m + body.landmarks["mouth_right"].rest_m)
    lips = (np.abs(points[:, 2] - mouth[2]) < 0.009) & (np.abs(points[:, 1]) < 0.026) & (points[:, 0] > mouth[0] - 0.02)
    colours[lips] = 0.5 * colours[lips] + 0.5 * LIP_RGB * (rgb / PALE_RGB)
    for side in ("left", "right"):
        eye = body.landmarks[f"{side}_eye"].rest_m
        off = points - eye
        brows = (np.abs(off[:, 2] - 0.019) < 0.005) & (np.abs(off[:, 1]) < 0.022) & (off[:, 0] > -0.01)
        colours[brows] *= BROW_SHADE
    return np.asarray(np.clip(colours, 0.0, 1.0))


def _eyes(body: NakedBody) -> list[Surface]:
    """White balls with a dark iris ahead."""
    found = []
    for side in ("left", "right"):
        faces = _faces(body, f"helper-{side[0]}-eye")
        points = body.vertices_m
        ball = points[np.unique(faces)]
        centre, ahead = ball.mean(axis=0), np.ptp(ball[:, 0]) / 2.0
        off = (points - centre) / max(ahead, 1e-6)
        is_iris = (np.hypot(off[:, 1], off[:, 2]) < 0.55) & (off[:, 0] > 0.0)
        rgb = np.where(is_iris[:, None], (0.05, 0.03, 0.02), (0.75, 0.72, 0.68))
        found.append(_surface(body, f"{side}_eye", faces, points, rgb, gloss=0.6))
    return found


def _hair(body: NakedBody, physique: Physique, outfit: Outfit) -> Surface:
    """A cap of the scalp, pushed out; a tail gathers what lies behind into a knot."""
    points = body.vertices_m
    is_head = body.weights[:, SEGMENTS.index("head")] > 0.5
    eye, ear = body.landmarks["left_eye"].rest_m, body.landmarks["left_ear"].rest_m
    forehead = eye[2] + 0.055
    slope = (points[:, 0] - ear[0]) / max(eye[0] - ear[0], 1e-3)
    line = ear[2] - 0.045 + np.clip(slope + 0.15, 0.0, 1.0) * (forehead - ear[2] + 0.045)
    scalp = is_head & (points[:, 2] > line)
    faces = _faces(body, "body", scalp)
    normals = Normals(_faces(body, "body"), len(points)).of(points)
    thick = 0.014 * (1.0 + 0.25 * np.sin(points @ np.array([180.0, 150.0, 120.0])))
    out = points + thick[:, None] * normals
    if physique.hair == "tail":
        knot = np.array([points[is_head, 0].min() - 0.035, 0.0, ear[2] + 0.05])
        near = np.exp(-np.sum((points - knot) ** 2, axis=1) / 0.045**2)
        out = out + (0.65 * near)[:, None] * (knot - points) * (1.3, 0.4, 0.8)
    return _surface(body, "hair", faces, out, np.array(outfit.hair_rgb), gloss=0.2)


def _shoes(body: NakedBody, cover: Flags, outfit: Outfit) -> Surface:
    """Tights' feet, pushed out, with an even sole on the floor."""
    faces = _faces(body, TIGHTS, cover)
    normals = Normals(_faces(body, TIGHTS), len(body.vertices_m)).of(body.vertices_m)
    vertices = body.vertices_m + 0.008 * normals
    low = vertices[:, 2] < 1.6 * SOLE_M
    vertices[low, 2] = 0.0
    vertices[low, :2] += 0.004 * normals[low, :2]
    rgb = np.tile(np.array(outfit.shoes_rgb), (len(vertices), 1))
    rgb[(vertices[:, 2] < 1.3 * SOLE_M)] = (0.8, 0.8, 0.78) if max(outfit.shoes_rgb) < 0.6 else (0.12, 0.12, 0.13)
    return _surface(body, "shoes", faces, vertices, rgb, gloss=0.15, is_two_sided=True)
