"""PoseTrack in, BodyMotion out: the athlete's skeleton in metres, standing on the floor, and the phone that saw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from lookfeel.body import framewise
from lookfeel.body.batch import LENGTHS, NotPositive, axes_of, covariance_m2
from lookfeel.body.framewise import SEGMENTS, floor_drift, frame_by_frame
from lookfeel.body.landmarks import Landmarks, keypoint_index, select_landmarks
from lookfeel.body.moments import at_moments, even_moments, spline_at, values_at
from lookfeel.body.motion import Motion, Offsets, fit_motion
from lookfeel.body.offsets import load_offsets
from lookfeel.body.proportions import DEFAULT_STATURE_M, FRAMEWISE_SHARE, prior_lengths
from lookfeel.body.search import best_scene
from lookfeel.body.standing import Scene
from lookfeel.errors import InvalidValue
from lookfeel.types import BODY_JOINTS, BodyMotion, BoolArray, FloatArray, PinholeCamera, PoseTrack

METHOD = "one fit over the clip: phone, lengths and feet that stand"

YAW_OF_VIEW_DEG: Mapping[str, float] = MappingProxyType(
    {
        "front": 0.0,
        "rear": 180.0,
        "side_left": 90.0,
        "side_right": -90.0,
        "oblique_front_left": 45.0,
        "oblique_front_right": -45.0,
        "oblique_rear_left": 135.0,
        "oblique_rear_right": -135.0,
    }
)

YAW_SD_DEG = 10.0
"""Taken where the track does not say how sure it is of the camera's direction."""

REFINED_YAW_SD_DEG = 4.0
"""Of the heading once the body has refined it: off by 1-3 degrees on the five clips whose true yaw we know."""

UNSEEN_SD_M = 0.08
"""A joint whose landmark is not seen is still given when its neighbours fix it this well, NaN otherwise. Chosen by
us: a plate before the hip leaves about 4 cm between knee and shoulder, feet outside the picture 15 cm and more."""

LEAST_FRAMES = 8
"""Fewer frames are lifted one by one: they show no movement that could tell the phone from the body."""

COVARIANCE_SHARE = 0.12
"""Of the fit's own covariance that is stated. The fit counts neighbouring moments, and what is expected of a body, as
few facts (statements); over 80 rendered squats its errors were 0.2-0.5 of its standard deviations."""

NEIGHBOURS = 14.0
"""So many neighbouring moments are one fact to what a moment's own pictures say of it, in a clip of any length."""

STEP_FROM_AHEAD = 4.0
"""A step toward the phone or away from it hides how far each joint is ahead of the next: standard deviations are this
many times larger, seen exactly from ahead or behind. On rendered lunges the front knee then errs by 10-30 degrees."""

MOVING_PHONE = 2.0
"""Times the standard deviations under a phone that moved more than a hand sways: what a picture's shift undoes leaves
a phone that walked. Chosen by us."""

STEEP_DEG = 25.0
"""A phone that looks up or down by more is further from level than any that the fit was tried with (0.3 m high at 2 m:
18 degrees). One that stood 3 m high, 45 degrees, was fitted with wrong figures and small errors."""

STEEP_PHONE = 2.0  # times the standard deviations then; chosen by us

GOOD_MISFIT_M = 0.015
"""Median distance between a landmark and where the fit sees it, up to which the covariance is what it says; beyond, it
grows with the square. On rendered and real clips it is 0.5 to 1.5 cm."""

POOR_MISFIT_M = 0.035
"""From here on the fit is said to be poor. Chosen by us: more than twice what a good clip shows."""

UNSEEN_WARNING = "The athlete is never seen well enough from shoulders to knees to be measured."
TURNED_WARNING = "The athlete lies or stands on the head in this picture: turn the clip upright and try again."
NO_FIT_WARNING = (
    "The body could not be fitted to the whole clip; every frame was lifted by itself, which is less exact."
)
STEEP_WARNING = (
    "The phone looks {} steeply ({:.0f}°), so the figures are less sure. Put it at knee to hip height, 3 to 4 m away."
)
POOR_FIT_WARNING = "The body fits this picture badly (median {:.0f} cm off), so its figures are less sure than usual."

UPRIGHT_SHARE = 0.5
"""Knees are this many torso lengths below the shoulders in at least half of the frames of anybody who squats upright;
at the bottom of a deep squat they still are. Chosen by us."""


def is_not_upright(landmarks: Landmarks) -> bool:
    """Whether shoulders are not above knees in most frames: a phone that lost its rotation, or somebody lying down."""
    shoulder, hip, knee = (landmarks.middle(part) for part in ("shoulder", "hip", "knee"))
    torso = np.linalg.norm(shoulder - hip, axis=1)
    below = (knee[:, 1] - shoulder[:, 1])[np.isfinite(torso)] / torso[np.isfinite(torso)]
    below = below[np.isfinite(below)]
    return bool(len(below) and np.median(below) < UPRIGHT_SHARE)


def lift_body(track: PoseTrack, *, height_m: float | None = None) -> BodyMotion:
    """Lift the athlete's landmarks to a skeleton in metres.

    Parameters
        height_m: the athlete's stature; without it an average adult is assumed and `is_metric` is False.
    Returns
        BodyMotion with BODY_JOINTS; NaN where a joint is neither seen nor fixed by its neighbours. `method` says
        whether the whole clip was fitted at once or, where that failed, every frame by itself.
    Raises
        MissingKeypoint: the skeleton lacks shoulder, hip, knee or ankle. InvalidValue: an impossible stature.
    """
    if height_m is not None and not 0.8 <= height_m <= 2.5:
        raise InvalidValue(f"height {height_m} m is no athlete's", hint="Give the height in metres, such as 1.75.")
    landmarks = select_landmarks(track)
    stature = DEFAULT_STATURE_M if height_m is None else height_m
    lengths = prior_lengths(stature)
    yaw, yaw_sd, warnings = _yaw(track)
    if is_not_upright(landmarks):
        return _nothing(track, lengths, height_m is not None, (*warnings, TURNED_WARNING))
    is_short = len(track.time_s) < LEAST_FRAMES
    moments_s = track.time_s if is_short else even_moments(track.time_s)
    seen = landmarks if is_short else at_moments(landmarks, track.time_s, moments_s)
    sizes = {"width_px": track.width_px, "height_px": track.height_px}
    scene = best_scene(seen, moments_s, lengths_m=lengths, yaw_deg=yaw, yaw_sd_deg=yaw_sd, **sizes)
    if scene is None:
        return _nothing(track, lengths, height_m is not None, (*warnings, UNSEEN_WARNING))
    motion = _fitted(track, seen, moments_s, scene, lengths, stature)
    if motion is not None:
        body = _from_motion(track, landmarks, moments_s, motion, lengths, warnings)
    else:
        lengths = prior_lengths(stature, FRAMEWISE_SHARE)
        every = best_scene(landmarks, track.time_s, lengths_m=lengths, yaw_deg=yaw, yaw_sd_deg=yaw_sd, **sizes)
        assert every is not None  # the same landmarks gave one at fewer moments
        yaw_sd = np.radians(min(yaw_sd, REFINED_YAW_SD_DEG))
        body = _from_frames(track, landmarks, every, yaw_sd, (*warnings, NO_FIT_WARNING))
    return replace(body, is_metric=height_m is not None)


def _fitted(
    track: PoseTrack,
    seen: Landmarks,
    moments_s: FloatArray,
    scene: Scene,
    lengths: Mapping[str, float],
    stature_m: float,
) -> Motion | None:
    """The whole clip at once; None when it is too short, shows no foot to stand on or does not fix the unknowns."""
    feet = [j for j, name in enumerate(BODY_JOINTS) if name.split("_")[1] in ("ankle", "toe")]
    if len(track.time_s) < LEAST_FRAMES or not seen.is_seen[:, feet].any():
        return None
    try:
        return fit_motion(
            seen,
            moments_s,
            scene,
            lengths_m=lengths,
            rough_m=values_at(_rough(track), track.time_s, moments_s),
            offsets=_offsets(track, stature_m),
        )
    except NotPositive:
        return None


def _offsets(track: PoseTrack, stature_m: float) -> Offsets | None:
    """Where this track's network puts its landmarks beside the joints; None for a network of which it is not known."""
    table = load_offsets(track.weights_sha256)
    return None if table is None else table.of_stature(stature_m)


def _rough(track: PoseTrack) -> FloatArray:
    """(T, J, 3) the network's own 3-D of BODY_JOINTS, camera axes, from between the hips; NaN where it has none."""
    found = np.full((len(track.time_s), len(BODY_JOINTS), 3), np.nan)
    for j, name in enumerate(BODY_JOINTS):
        k = keypoint_index(track, name)
        if k is not None:
            found[:, j] = track.world_m[:, k]
    hips = 0.5 * (found[:, BODY_JOINTS.index("left_hip")] + found[:, BODY_JOINTS.index("right_hip")])
    return np.asarray(found - hips[:, None])


def _from_motion(
    track: PoseTrack,
    landmarks: Landmarks,
    moments_s: FloatArray,
    motion: Motion,
    lengths: Mapping[str, float],
    warnings: tuple[str, ...],
) -> BodyMotion:
    fit = motion.fit
    misfit = float(np.nanmedian(motion.misfit_m)) if np.isfinite(motion.misfit_m).any() else np.inf
    sways = MOVING_PHONE if track.picture_motion is not None and track.picture_motion.kind == "moving" else 1.0
    pitch = float(np.degrees(fit.phone("pitch")))
    tilts = STEEP_PHONE if abs(pitch) > STEEP_DEG else 1.0
    worse = COVARIANCE_SHARE * (sways * tilts * max(1.0, min(misfit / GOOD_MISFIT_M, 10.0))) ** 2
    spread = worse * covariance_m2(motion.solution, own_share=NEIGHBOURS * fit.problem.worth).reshape(
        len(moments_s), len(BODY_JOINTS), 3, len(BODY_JOINTS), 3
    )
    if motion.has_step:
        spread = _blind_along(spread, fit.phone("yaw"))
    joint = np.arange(len(BODY_JOINTS))
    position = spline_at(fit.position_m, moments_s, track.time_s)
    covariance = values_at(np.moveaxis(spread[:, joint, :, joint, :], 0, 1), moments_s, track.time_s)
    _hide(position, covariance, landmarks)
    segments = {}
    for name, coefficients in SEGMENTS.items():
        c = np.array([coefficients.get(j, 0.0) for j in BODY_JOINTS])
        segments[name] = values_at(np.einsum("a,taibj,b->tij", c, spread, c), moments_s, track.time_s)
    height = float(np.median(fit.position_m[:, [j for j, name in enumerate(BODY_JOINTS) if "ankle" in name], 2]))
    if tilts > 1.0:
        warnings = (*warnings, STEEP_WARNING.format("down" if pitch > 0.0 else "up", abs(pitch)))
    if misfit > POOR_MISFIT_M:
        warnings = (*warnings, POOR_FIT_WARNING.format(100.0 * misfit))
    return BodyMotion(
        time_s=track.time_s,
        joints=BODY_JOINTS,
        position_m=position,
        covariance_m2=covariance,
        segment_covariance_m2=segments,
        segment_m={**lengths, **{name: fit.length(name) for name in LENGTHS}, "ankle_height": height},
        method=METHOD,
        is_metric=False,
        warnings=warnings,
        camera=_camera(motion, track),
    )


def _blind_along(spread: FloatArray, yaw_rad: float) -> FloatArray:
    """Covariance (T, J, 3, J, 3) with more of it along the phone's line of sight, as STEP_FROM_AHEAD says."""
    sight = np.array([np.cos(yaw_rad), np.sin(yaw_rad), 0.0])
    turn = np.eye(3) + STEP_FROM_AHEAD * np.cos(yaw_rad) ** 4 * np.outer(sight, sight)
    return np.asarray(np.einsum("xi,taibj,yj->taxby", turn, spread, turn))


def _camera(motion: Motion, track: PoseTrack) -> PinholeCamera:
    fit = motion.fit
    axes, _ = axes_of(fit.phone("yaw"), fit.phone("pitch"), fit.phone("roll"))
    return PinholeCamera(
        focal_px=float(np.exp(fit.phone("log_focal"))),
        centre_px=np.array([track.width_px / 2, track.height_px / 2]),
        position_m=np.array([*motion.place_m, fit.phone("height")]),
        axes=axes,
    )


def _from_frames(
    track: PoseTrack, landmarks: Landmarks, scene: Scene, yaw_sd_rad: float, warnings: tuple[str, ...]
) -> BodyMotion:
    position, covariance, segments = frame_by_frame(landmarks, scene, yaw_sd_rad=yaw_sd_rad)
    _hide(position, covariance, landmarks)
    position[..., 2] += floor_drift(position, track.time_s)[:, None]  # by the feet that are seen
    return BodyMotion(
        time_s=track.time_s,
        joints=BODY_JOINTS,
        position_m=position,
        covariance_m2=covariance,
        segment_covariance_m2=segments,
        segment_m=scene.segment_m,
        method=framewise.METHOD,
        is_metric=False,
        warnings=warnings,
        camera=scene.camera.as_pinhole(),
    )


def _hide(position: FloatArray, covariance: FloatArray, landmarks: Landmarks) -> None:
    """Blank, in place, joints that are neither seen nor held by their neighbours; all, where nobody is seen."""
    unsure = np.sqrt(np.trace(covariance, axis1=2, axis2=3)) > UNSEEN_SD_M * np.sqrt(3)
    nobody = ~landmarks.is_seen.any(axis=1, keepdims=True)
    hidden = ~landmarks.is_seen & (unsure | nobody | _is_foot_part())
    position[hidden], covariance[hidden] = np.nan, np.nan


def _is_foot_part() -> BoolArray:
    return np.array([name.split("_")[1] in ("ankle", "heel", "toe", "shoulder") for name in BODY_JOINTS])


def _yaw(track: PoseTrack) -> tuple[float, float, tuple[str, ...]]:
    """Direction of the camera, its SD and what to warn of."""
    view = track.view
    sd = YAW_SD_DEG if view.yaw_sd_deg is None or not np.isfinite(view.yaw_sd_deg) else view.yaw_sd_deg
    if view.yaw_deg is not None and np.isfinite(view.yaw_deg):
        return view.yaw_deg, sd, ()
    if view.name in YAW_OF_VIEW_DEG:
        return YAW_OF_VIEW_DEG[view.name], sd, ()
    return 0.0, 0.0, ("The camera's direction is unknown; the body is taken as if seen from the front.",)


def _nothing(track: PoseTrack, lengths: dict[str, float], is_metric: bool, warnings: tuple[str, ...]) -> BodyMotion:
    shape = (len(track.time_s), len(BODY_JOINTS), 3)
    return BodyMotion(
        time_s=track.time_s,
        joints=BODY_JOINTS,
        position_m=np.full(shape, np.nan),
        covariance_m2=np.full((*shape, 3), np.nan),
        segment_m=lengths,
        method=METHOD,
        is_metric=is_metric,
        warnings=warnings,
    )
