"""PoseTrack in, BodyMotion out: camera and lengths from standing frames, then every frame's twelve joints."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from scipy.ndimage import median_filter, uniform_filter1d

from lookfeel.body.anatomy import apart, middle, total
from lookfeel.body.fit import BLOCK, N_JOINTS, combine
from lookfeel.body.landmarks import Landmarks, select_landmarks
from lookfeel.body.poses import pose_frames
from lookfeel.body.proportions import DEFAULT_STATURE_M, prior_lengths
from lookfeel.body.search import best_scene
from lookfeel.body.standing import Scene
from lookfeel.errors import InvalidValue
from lookfeel.types import BODY_JOINTS, BodyMotion, BoolArray, FloatArray, PoseTrack

METHOD = "frame-wise rays and lengths, v1"

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

FLOOR_WINDOW_S = 0.5
"""Chosen by us: a hand sways slower than once a second, a toe's noise is gone within a few frames."""

REFINED_YAW_SD_DEG = 4.0
"""Of the heading once the body has refined it: off by 1-3 degrees on the five clips whose true yaw we know."""

SEGMENTS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "trunk": total(middle("shoulder"), middle("hip", -1.0)),
        "knees_apart": apart("knee"),
        "ankles_apart": apart("ankle"),
        "hips_apart": apart("hip"),
        "hips_over_ankles": total(middle("hip"), middle("ankle", -1.0)),
        **{
            f"{name}_{side}": {f"{side}_{end}": 1.0, f"{side}_{start}": -1.0}
            for side in ("left", "right")
            for name, end, start in (("thigh", "hip", "knee"), ("shank", "knee", "ankle"), ("foot", "toe", "heel"))
        },
    }
)
"""Vectors between joints whose covariance signals need; a joint's own covariance says nothing of how it moves with
its neighbour, and depth is shared by all of them."""

UNSEEN_SD_M = 0.08
"""A joint whose landmark is not seen is still given when its neighbours fix it this well, NaN otherwise. Chosen by
us: a plate before the hip leaves about 4 cm between knee and shoulder, feet outside the picture 15 cm and more."""


UNSEEN_WARNING = "The athlete is never seen well enough from shoulders to knees to be measured."


TURNED_WARNING = "The athlete lies or stands on the head in this picture: turn the clip upright and try again."

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
        BodyMotion with BODY_JOINTS; NaN where a joint is neither seen nor fixed by its neighbours.
    Raises
        MissingKeypoint: the skeleton lacks shoulder, hip, knee or ankle. InvalidValue: an impossible stature.
    """
    if height_m is not None and not 0.8 <= height_m <= 2.5:
        raise InvalidValue(f"height {height_m} m is no athlete's", hint="Give the height in metres, such as 1.75.")
    landmarks = select_landmarks(track)
    lengths = prior_lengths(DEFAULT_STATURE_M if height_m is None else height_m)
    yaw, yaw_sd, warnings = _yaw(track)
    scene = best_scene(
        landmarks,
        track.time_s,
        lengths_m=lengths,
        width_px=track.width_px,
        height_px=track.height_px,
        yaw_deg=yaw,
        yaw_sd_deg=yaw_sd,
    )
    if is_not_upright(landmarks):
        return _nothing(track, lengths, height_m is not None, (*warnings, TURNED_WARNING))
    if scene is None:
        return _nothing(
            track,
            lengths,
            height_m is not None,
            (*warnings, UNSEEN_WARNING),
        )
    position, covariance, segments = _solve(landmarks, scene, yaw_sd_rad=np.radians(min(yaw_sd, REFINED_YAW_SD_DEG)))
    unsure = np.sqrt(np.trace(covariance, axis1=2, axis2=3)) > UNSEEN_SD_M * np.sqrt(3)
    hidden = ~landmarks.is_seen & (unsure | _is_foot_part())
    position[hidden], covariance[hidden] = np.nan, np.nan
    position[..., 2] += _floor_drift(position, track.time_s)[:, None]
    return BodyMotion(
        time_s=track.time_s,
        joints=BODY_JOINTS,
        position_m=position,
        covariance_m2=covariance,
        segment_covariance_m2=segments,
        segment_m=scene.segment_m,
        method=METHOD,
        is_metric=height_m is not None,
        warnings=warnings,
        camera=scene.camera.as_pinhole(),
    )


def _is_foot_part() -> BoolArray:
    return np.array([name.split("_")[1] in ("ankle", "heel", "toe", "shoulder") for name in BODY_JOINTS])


def _yaw(track: PoseTrack) -> tuple[float, float, tuple[str, ...]]:
    """Direction of the camera, its SD and what to warn of."""
    view = track.view
    sd = YAW_SD_DEG if view.yaw_sd_deg is None else view.yaw_sd_deg
    if view.yaw_deg is not None:
        return view.yaw_deg, sd, ()
    if view.name in YAW_OF_VIEW_DEG:
        return YAW_OF_VIEW_DEG[view.name], sd, ()
    return 0.0, 0.0, ("The camera's direction is unknown; the body is taken as if seen from the front.",)


def _solve(
    landmarks: Landmarks, scene: Scene, *, yaw_sd_rad: float
) -> tuple[FloatArray, FloatArray, dict[str, FloatArray]]:
    """Positions, covariance of joints, covariance of segments."""
    n_frames = len(landmarks.xy_px)
    position = np.empty((n_frames, N_JOINTS, 3))
    covariance = np.empty((n_frames, N_JOINTS, 3, 3))
    segments = {name: np.empty((n_frames, 3, 3)) for name in SEGMENTS}
    joint = np.arange(N_JOINTS)
    for start in range(0, n_frames, BLOCK):
        block = np.arange(start, min(start + BLOCK, n_frames))
        poses = pose_frames(landmarks, scene, block)
        spread = np.linalg.inv(poses.normal).reshape(-1, N_JOINTS, 3, N_JOINTS, 3)
        position[block] = poses.position_m
        covariance[block] = np.moveaxis(spread[:, joint, :, joint, :], 0, 1)
        for name, coefficients in SEGMENTS.items():
            c = np.array([coefficients.get(j, 0.0) for j in BODY_JOINTS])
            own = np.einsum("a,taibj,b->tij", c, spread, c)
            segments[name][block] = own + turning(combine(poses.position_m, coefficients), yaw_sd_rad=yaw_sd_rad)
    return position, covariance, segments


def turning(vector_m: FloatArray, *, yaw_sd_rad: float) -> FloatArray:
    """What an uncertain heading adds to the covariance (T, 3, 3) of vectors (T, 3): it swings their ends sideways."""
    swing = yaw_sd_rad * np.stack([-vector_m[:, 1], vector_m[:, 0], np.zeros(len(vector_m))], axis=-1)
    return swing[:, :, None] * swing[:, None, :]


def _floor_drift(position: FloatArray, time_s: FloatArray) -> FloatArray:
    """What to add to all heights so that the lower foot stays on the floor while a hand-held phone moves.

    Taken over FLOOR_WINDOW_S, so that it follows a hand and not the noise of a toe; a step leaves the other foot down.
    """
    toes = position[:, [BODY_JOINTS.index("left_toe"), BODY_JOINTS.index("right_toe")], 2]
    is_known = np.asarray(np.isfinite(toes).any(axis=1))
    if not is_known.any():
        return np.zeros(len(position))
    low = np.nanmin(np.where(is_known[:, None], toes, np.inf), axis=1)
    low = np.interp(time_s, time_s[is_known], low[is_known])
    step = float(np.median(np.diff(time_s))) if len(time_s) > 1 else FLOOR_WINDOW_S
    window = max(1, round(FLOOR_WINDOW_S / step)) | 1
    drift: FloatArray = uniform_filter1d(median_filter(low, size=window, mode="nearest"), size=window, mode="nearest")
    return -drift


def _nothing(track: PoseTrack, lengths: dict[str, float], is_metric: bool, warnings: tuple[str, ...]) -> BodyMotion:
    shape = (len(track.time_s), N_JOINTS, 3)
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
