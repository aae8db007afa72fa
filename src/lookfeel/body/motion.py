"""Landmarks at even moments and a first scene in, the whole motion fitted at once out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from lookfeel.body.anatomy import apart
from lookfeel.body.batch import N_POINTS, PHONE, Fit, axes_of, first_shared, fit, image_residuals, solved
from lookfeel.body.chain import Solution
from lookfeel.body.contact import Contact, find_contact, free_foot, without_foot
from lookfeel.body.expected import Known
from lookfeel.body.fit import combine
from lookfeel.body.landmarks import Landmarks
from lookfeel.body.poses import pose_frames
from lookfeel.body.proportions import LENGTH_SPREAD
from lookfeel.body.standing import Scene, stature_px
from lookfeel.body.statements import state_all
from lookfeel.types import BODY_JOINTS, FloatArray

N_PASSES = 3
"""Where feet point, which one is behind and where landmarks lie is taken from the pass before. Chosen by us; one
pass alone errs by up to half a degree more."""

STEP_M = 0.25
"""Feet further apart along the way ahead than this are a step: a squat's stance is staggered by less."""

BENT = 0.5
"""Of the clip's deepest: from here on legs count as bent."""

NEAREST_M = 0.5
HIDDEN_SIDE = 1.5
"""Landmarks of the side away from the phone are less sure by this much more, seen exactly from the side."""

FEET_FROM_BEHIND = 2.0
"""And feet, seen from straight behind, by this much more: their landmarks err two to three times as much there as from
ahead, and lifted the heels of rendered squatters 3.6 cm off the floor."""

Offsets = Callable[[FloatArray, FloatArray], FloatArray]
"""(positions (M, J, 3), phone's axes (3, 3)) -> (M, J, 3): from the joint to what the network marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """fit: of the last pass; solution: at its end. contact: which foot stands. misfit_m (M, J): how far each landmark
    lies from where the fit sees it, metres at the athlete's distance; NaN where unseen. place_m: of the phone on the
    floor (x, y). has_step: one foot is ahead of the other when the legs are bent, or in the air."""

    fit: Fit
    solution: Solution
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
    dt_s = float(moments_s[1] - moments_s[0])
    camera, place = scene.camera, scene.camera.position_m[:2]
    position = pose_frames(landmarks, scene, np.arange(len(moments_s))).position_m
    toes = rough_m[:, [BODY_JOINTS.index(f"{side}_toe") for side in ("left", "right")]]
    free = free_foot(toes, bend_of(position) > BENT, yaw_rad=camera.yaw_rad)
    contact = without_foot(find_contact(landmarks, dt_s=dt_s, stature_px=stature_px(landmarks)), free)
    shared = _first_shared(scene, lengths_m)
    state = np.concatenate([position.reshape(len(position), N_POINTS), np.zeros((len(position), 2))], axis=1)
    shake = _shake(landmarks, contact, scene)
    for _ in range(N_PASSES):
        axes, _ = axes_of(*(shared[PHONE.index(name)] for name in ("yaw", "pitch", "roll")))
        away = np.maximum(((position - (*place, shared[PHONE.index("height")])) @ axes.T)[..., 2], NEAREST_M)
        known = _known(scene, contact, position, rough_m[..., 2], lengths_m=lengths_m, away=axes[2], free=free)
        problem = state_all(
            landmarks,
            known,
            dt_s=dt_s,
            pose_m=position,
            per_metre_px=np.exp(shared[PHONE.index("log_focal")]) / away,
            offset_m=np.zeros_like(position) if offsets is None else offsets(position, axes),
            near=nearness(camera.yaw_rad),
            shake_m=shake,
            centre_px=camera.centre_px,
            place_m=place,
            height_m=camera.height_m,
        )
        found = fit(problem, state, shared)
        position, shared, state = found.position_m, found.shared, found.state
    off, seen = image_residuals(problem, state, shared)
    return Motion(
        fit=found,
        solution=solved(found),
        contact=contact,
        misfit_m=np.linalg.norm(off, axis=-1) * seen[..., 2] / np.exp(found.phone("log_focal")),
        place_m=place,
        has_step=free is not None or _has_step(known.step_m, known.bend),
    )


def _first_shared(scene: Scene, lengths_m: Mapping[str, float]) -> FloatArray:
    """What all moments share, as the first scene has it."""
    lengths = {**lengths_m, **{name: scene.segment_m[name] for name in LENGTH_SPREAD}}
    camera = scene.camera
    return first_shared(
        lengths,
        focal_px=camera.focal_px,
        pitch=camera.pitch_down_rad,
        yaw=camera.yaw_rad,
        height_m=camera.height_m,
    )


def _known(
    scene: Scene,
    contact: Contact,
    position_m: FloatArray,
    depth_m: FloatArray,
    *,
    lengths_m: Mapping[str, float],
    away: FloatArray,
    free: int | None,
) -> Known:
    """What a pass knows from the pose of the one before."""
    bend = bend_of(position_m)
    step = np.maximum(np.abs(combine(position_m, apart("ankle"))[:, 0]) - STAGGER_M, 0.0)
    return Known(
        lengths_m=lengths_m,
        contact=contact,
        is_standing=scene.is_standing,
        step_m=step,
        bend=bend,
        focal_px=scene.camera.focal_px,
        yaw=scene.camera.yaw_rad,
        rough_depth_m=depth_m if free is not None or _has_step(step, bend) else np.full_like(depth_m, np.nan),
        away=away,
        free=free,
    )


STAGGER_M = 0.05
"""Feet that are ahead of each other by less stand side by side."""

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
    is_foot = np.array([name.split("_")[1] in ("ankle", "heel", "toe") for name in BODY_JOINTS])
    hidden = HIDDEN_SIDE * np.maximum(-side * np.sin(yaw_rad), 0.0)
    return np.asarray(1.0 / (1.0 + hidden) / (1.0 + FEET_FROM_BEHIND * is_foot * max(-np.cos(yaw_rad), 0.0)))
