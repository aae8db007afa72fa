"""Landmarks of some frames and the scene in, the pose of each of these frames out, with how badly it fits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from lookfeel.body.anatomy import apart, body_equations, bones, crouch_guess
from lookfeel.body.fit import combine, misfit, pixel_rays, solve_frames
from lookfeel.body.landmarks import IntArray, Landmarks
from lookfeel.body.standing import Scene
from lookfeel.types import FloatArray

FIRST_STEP_M = 0.3
"""How far apart the feet may be before it is known: between a squat's nothing and a lunge's 0.8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poses:
    """position_m (n, J, 3); normal (n, 3J, 3J): inverse of the covariance; misfit (n,): sum of squared deviations."""

    position_m: FloatArray
    normal: FloatArray
    misfit: FloatArray


def pose_frames(landmarks: Landmarks, scene: Scene, frames: IntArray, *, start_m: FloatArray | None = None) -> Poses:
    """Fit some frames; start_m: positions from a nearby scene, which save most of the rounds."""
    here = landmarks.at(frames)
    rays = pixel_rays(here, scene.camera, scene.landmark_up_m)
    lengths = bones(scene.segment_m, crouch_guess(leg_share(landmarks, scene)[frames]))
    known = partial(
        body_equations,
        scene.segment_m,
        scene.camera,
        is_planted=scene.is_planted[frames],
        is_home=scene.is_home[frames],
        is_standing=scene.is_standing[frames],
    )
    if start_m is None:
        start_m, _ = solve_frames(rays, known(step_m=np.full(len(rays), FIRST_STEP_M)), lengths)
    equations = known(step_m=np.maximum(np.abs(combine(start_m, apart("ankle"))[:, 0]) - 0.05, 0.0))
    position, normal = solve_frames(rays, equations, lengths, start_m=start_m)
    missed = misfit(position, here, scene.camera, scene.landmark_up_m, equations, lengths)
    return Poses(position_m=position, normal=normal, misfit=missed)


def leg_share(landmarks: Landmarks, scene: Scene) -> FloatArray:
    """Rough hip height over leg length from picture rows (T,); 1 = as tall as when standing."""
    low = landmarks.middle("ankle")[:, 1]
    low = np.where(np.isfinite(low), low, landmarks.middle("knee")[:, 1])
    height = low - landmarks.middle("hip")[:, 1]
    tall = height[scene.is_standing & np.isfinite(height)]
    return height / np.median(tall) if len(tall) else np.ones_like(height)
