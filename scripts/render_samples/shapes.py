"""Nothing enters; what the rooms of the generator pass to each other leaves: rest skeleton, surfaces, poses, pictures.

Axes as in lookfeel.types: metres, x ahead of the athlete, y to the athlete's left, z up, floor at z = 0, the middle
between the standing feet at the origin. A camera's axes are x right, y down, z away from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.int32]
Flags = NDArray[np.bool_]

CENTRAL_SEGMENTS = ("pelvis", "abdomen", "chest", "neck", "head")
SIDE_SEGMENTS = ("upper_arm", "forearm", "hand", "thigh", "shank", "foot", "toes")
SEGMENTS = (*CENTRAL_SEGMENTS, *(f"{side}_{part}" for side in ("left", "right") for part in SIDE_SEGMENTS))
"""Rigid parts of the body, in the order of every array with an axis S."""

ORIGIN: Mapping[str, str] = {
    "pelvis": "mid_hip",
    "abdomen": "lumbar",
    "chest": "thorax",
    "neck": "neck",
    "head": "head",
    **{
        f"{side}_{part}": f"{side}_{joint}"
        for side in ("left", "right")
        for part, joint in zip(
            SIDE_SEGMENTS, ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "ball"), strict=True
        )
    },
}
"""The joint that a segment turns about; it belongs to the segment before it as well."""

JOINTS = (
    *("mid_hip", "lumbar", "thorax", "neck", "head", "crown"),
    *(
        f"{side}_{joint}"
        for side in ("left", "right")
        for joint in ("shoulder", "elbow", "wrist", "knuckle", "hip", "knee", "ankle", "heel", "ball", "toe")
    ),
)
"""Joint centres, and the ends of chains: crown, knuckle (of the middle finger), heel and toe. Heel is the back of the
shoe's sole and toe its tip, both at the height of the sole's middle line, so that heel to toe is the foot's line."""


@dataclass(frozen=True, kw_only=True)
class Landmark:
    """A point fixed to one segment; rest_m in the rest pose."""

    segment: str
    rest_m: Array


@dataclass(frozen=True, kw_only=True)
class Surface:
    """A skinned triangle mesh in the rest pose.

    vertices_m (V, 3); faces (F, 3), counter-clockwise seen from outside; segments (V, 4) into SEGMENTS and weights
    (V, 4), summing to 1; rgb (V, 3) linear 0-1; gloss 0 = matt. is_two_sided: cloth whose inside may show.
    """

    name: str
    vertices_m: Array
    faces: Index
    segments: Index
    weights: Array
    rgb: Array
    gloss: float = 0.1
    is_two_sided: bool = False


@dataclass(frozen=True, kw_only=True)
class Athlete:
    """A body at rest, standing upright on the floor in its shoes. joints_m: JOINTS -> (3,); landmarks: BlazePose's 33
    names (as in lookfeel.pose.skeleton) -> where they truly are; stature_m: barefoot."""

    joints_m: Mapping[str, Array]
    landmarks: Mapping[str, Landmark]
    surfaces: tuple[Surface, ...]
    stature_m: float


@dataclass(frozen=True, kw_only=True)
class Pose:
    """The body at T moments. rotation (T, S, 3, 3): of each segment against the rest pose, in room axes; position_m
    (T, S, 3): where its origin joint is. A point p of segment s is at rotation[s] @ (p_rest - origin_rest) + position.
    joints_m: JOINTS -> (T, 3)."""

    time_s: Array
    rotation: Array
    position_m: Array
    joints_m: Mapping[str, Array]


@dataclass(frozen=True, kw_only=True)
class Solid:
    """A rigid mesh: furniture, barbell, dumbbell. vertices_m (V, 3), faces (F, 3), rgb (V, 3) linear."""

    name: str
    vertices_m: Array
    faces: Index
    rgb: Array
    gloss: float = 0.2


@dataclass(frozen=True, kw_only=True)
class Carried:
    """A solid that moves with the body: rotation (T, 3, 3) and position_m (T, 3) of its own origin."""

    solid: Solid
    rotation: Array
    position_m: Array


@dataclass(frozen=True, kw_only=True)
class Shot:
    """The camera at T moments: x_camera = rotation @ x_room + translation_m; focal and centre in pixels of the upright
    picture, whose top-left corner is (0, 0)."""

    rotation: Array
    translation_m: Array
    focal_px: float
    width_px: int
    height_px: int

    def project(self, points_m: Array) -> Array:
        """(T, K, 3) room points to (T, K, 2) pixels; NaN behind the camera."""
        local = np.einsum("tij,tkj->tki", self.rotation, points_m) + self.translation_m[:, None]
        depth = np.where(local[..., 2] > 0.05, local[..., 2], np.nan)
        centre = np.array([0.5 * self.width_px, 0.5 * self.height_px])
        return np.asarray(self.focal_px * local[..., :2] / depth[..., None] + centre, dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class RepTruth:
    """One true repetition, in seconds of the movement, as commanded: phases begin and end at rest."""

    index: int
    side: str
    start_s: float
    bottom_start_s: float
    ascent_start_s: float
    end_s: float
    asked: Mapping[str, float] = field(default_factory=dict)
