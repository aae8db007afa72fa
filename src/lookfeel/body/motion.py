"""Landmarks at even moments and a first scene in, the whole motion fitted at once out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from lookfeel.body.anatomy import apart
from lookfeel.body.batch import N_POINTS, Fit, axes_of, first_shared, fit, image_residuals
from lookfeel.body.contact import Contact, find_contact, free_foot, without_foot
from lookfeel.body.fit import combine
from lookfeel.body.landmarks import Landmarks
from lookfeel.body.poses import pose_frames
from lookfeel.body.standing import Scene, stature_px
from lookfeel.body.statements import Known, state
from lookfeel.types import BODY_JOINTS, FloatArray

N_PASSES = 3
"""Where feet point, which one is behind and where landmarks lie is taken from the pass before. Chosen by us: a fourth
changes no angle by more than 0.1 degrees."""

STEP_M = 0.25
"""Feet further apart along the way ahead than this are a step: a squat's stance is staggered by less."""

BENT = 0.5
"""Of the clip's deepest: from here on legs count as bent."""

NEAREST_M = 0.5
HIDDEN_SIDE = 1.5
"""Landmarks of the side away from the phone are less sure by this much more, seen exactly from the side."""

Offsets = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
"""(positions (M, J, 3), phone's axes (3, 3), bend (M,)) -> (M, J, 3): from the joint to what the network marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """fit: of the last pass. contact: which foot stands. misfit_m (M, J): how far each landmark lies from where the fit
    sees it, metres at the athlete's distance; NaN where unseen. place_m: of the phone on the floor (x, y). has_step:
    one foot is ahead of the other when the legs are bent."""

    fit: Fit
    contact: Contact
    misfit_m: FloatArray
    place_m: FloatArray
    has_step: bool


def fit_motion(
    landmarks: Landmarks,
    moments_s: FloatArray,
    scene: Scene,
    *,
    lengths_m: Mapping[str, float],
    rough_m: FloatArray,
    offsets: Offsets | None,
) -> Motion:
    """Fit camera, lengths and pose to all moments.

    Parameters
        rough_m (M, J, 3): the network's own 3-D, camera axes, origin between the hips; may be NaN.
        offsets: of the network's landmarks from the joints; None when it is not known.
    Raises
        NotPositive: the clip does not fix the unknowns.
    """
    n = len(moments_s)
    camera = scene.camera
    position = pose_frames(landmarks, scene, np.arange(n)).position_m
    contact = find_contact(landmarks, dt_s=float(moments_s[1] - moments_s[0]), stature_px=stature_px(landmarks))
    shared = first_shared(
        {**lengths_m, **{name: scene.segment_m[name] for name in ("thigh", "shank", "trunk")}},
        focal_px=camera.focal_px,
        pitch=camera.pitch_down_rad,
        yaw=camera.yaw_rad,
        height_m=camera.height_m,
    )
    toes = rough_m[:, [BODY_JOINTS.index(f"{side}_toe") for side in ("left", "right")]]
    free = free_foot(toes, bend_of(position) > BENT, yaw_rad=camera.yaw_rad)
    contact = without_foot(contact, free)
    depth = rough_m[..., 2]
    shift = np.zeros((n, 2))
    shake = _shake(landmarks, contact, scene)
    place = camera.position_m[:2]
    for _ in range(N_PASSES):
        axes, _ = axes_of(shared[3], shared[1], shared[2])
        away = np.maximum(((position - (*place, shared[4])) @ axes.T)[..., 2], NEAREST_M)
        step = np.maximum(np.abs(combine(position, apart("ankle"))[:, 0]) - 0.05, 0.0)
        bend = bend_of(position)
        known = Known(
            lengths_m=lengths_m,
            is_planted=contact.stands,
            is_resting=contact.rests,
            is_standing=scene.is_standing,
            step_m=step,
            bend=bend,
            focal_px=camera.focal_px,
            yaw=camera.yaw_rad,
            depth_m=depth if free is not None or _has_step(step, bend) else np.full_like(depth, np.nan),
            away=axes[2],
            free=free,
        )
        problem = state(
            landmarks,
            known,
            dt_s=float(moments_s[1] - moments_s[0]),
            offset_m=np.zeros((n, len(BODY_JOINTS), 3)) if offsets is None else offsets(position, axes, bend),
            near=nearness(camera.yaw_rad),
            centre_px=camera.centre_px,
            place_m=place,
            height_m=camera.height_m,
            first_m=position,
            per_metre=np.exp(shared[0]) / away,
            shake_m=shake,
        )
        found = fit(problem, np.concatenate([position.reshape(n, N_POINTS), shift], axis=1), shared)
        position, shared, shift = found.position_m, found.shared, found.state[:, N_POINTS:]
    off, seen = image_residuals(problem, found.state, shared)
    return Motion(
        fit=found,
        contact=contact,
        misfit_m=np.linalg.norm(off, axis=-1) * seen[..., 2] / np.exp(shared[0]),
        place_m=place,
        has_step=_has_step(known.step_m, known.bend),
    )


STEADY_M = 0.01
"""Whole bodies are marked too far right or low by this much for a moment, even when the phone stands still."""


def _shake(landmarks: Landmarks, contact: Contact, scene: Scene) -> float:
    """How much the picture wanders, metres at the athlete: what the middle of two feet that stand does."""
    feet = 0.5 * (landmarks.middle("ankle") + landmarks.middle("toe"))
    feet = feet[contact.stands.all(axis=1) & np.isfinite(feet[:, 0])]
    if len(feet) < 2:
        return STEADY_M
    per_metre = scene.camera.focal_px / max(scene.camera.distance_m, NEAREST_M)
    spread = feet - np.median(feet, axis=0)
    return max(STEADY_M, float(np.sqrt(np.median(np.square(spread), axis=0).max())) * MAD_TO_SD / per_metre)


MAD_TO_SD = 1.4826  # of a normal distribution


def _has_step(step_m: FloatArray, bend: FloatArray) -> bool:
    """Whether one foot is ahead of the other when the legs are bent."""
    bent = bend > BENT
    return bool(bent.any() and np.median(step_m[bent]) > STEP_M)


def bend_of(position_m: FloatArray) -> FloatArray:
    """(M,) 0 when the hips are as high as when standing, 1 at the clip's lowest."""
    high = 0.5 * (position_m[:, BODY_JOINTS.index("left_hip"), 2] + position_m[:, BODY_JOINTS.index("right_hip"), 2])
    top = float(np.percentile(high, 95.0))
    return np.asarray(np.clip((top - high) / max(top - float(high.min()), LEAST_WAY_M), 0.0, 1.0))


LEAST_WAY_M = 0.15
"""Less than this is no repetition, and what it does to the landmarks is not told from their noise."""


def nearness(yaw_rad: float) -> FloatArray:
    """(J,) 1 for points on the phone's side or in front of it, less for those behind the body."""
    side = np.array([1.0 if name.startswith("left") else -1.0 for name in BODY_JOINTS])
    return 1.0 / (1.0 + HIDDEN_SIDE * np.maximum(-side * np.sin(yaw_rad), 0.0))
