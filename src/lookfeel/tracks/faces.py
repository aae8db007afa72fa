"""Detections of everybody enter; a disc for each head in each frame leaves, for those who share pictures.

It covers too much rather than too little: a head that the network is unsure of is looked for above the shoulders too,
and a person who is lost between two frames is covered on the way.
"""

from __future__ import annotations

import numpy as np

from lookfeel.types import BoolArray, FaceCovers, FloatArray, PoseDetections

# All chosen by us, by eye on clips from all sides: a head is half as tall as a torso is long.
RADIUS_PER_TORSO = 0.42
RADIUS_PER_SPREAD = 1.9  # of the face's points, from their middle
RADIUS_PER_SHOULDERS = 0.55
MIN_RADIUS_RATIO = 0.02  # of the picture's longer side
GAP_GROWTH = 1.5  # of the radius where nobody was seen
NECK_PER_TORSO = 0.38  # middle of the head above the shoulders, along the trunk
WINDOW_S = 1.0  # within which the largest size counts: a trunk that leans towards the camera looks short
HELD_S = 1.0  # before a person is first seen and after the last time
SURE = 0.5  # confidence in the face below which the shoulders are asked too

_FACE = ("nose", "eye", "ear", "mouth")


def cover_faces(detections: PoseDetections) -> FaceCovers | None:
    """Discs over every head that may be in the picture; None when the skeleton has no face and no shoulders.

    Returns
        Two discs a person: over the face's points, and above the shoulders; NaN where none is needed.
    """
    names = detections.skeleton.keypoints
    face = [index for index, name in enumerate(names) if any(part in name for part in _FACE)]
    try:
        shoulders, hips = (
            [names.index(f"{side}_{part}") for side in ("left", "right")] for part in ("shoulder", "hip")
        )
    except ValueError:
        return None
    if not face:
        return None
    xy_px, time_s = detections.xy_px, detections.time_s
    middle, spread = _middle_and_spread(xy_px[:, :, face])
    chest, pelvis = xy_px[:, :, shoulders].mean(axis=2), xy_px[:, :, hips].mean(axis=2)
    trunk = chest - pelvis
    torso_px = _largest_nearby(np.linalg.norm(trunk, axis=-1), time_s)
    across_px = _largest_nearby(np.linalg.norm(xy_px[:, :, shoulders[0]] - xy_px[:, :, shoulders[1]], axis=-1), time_s)
    sizes = (RADIUS_PER_TORSO * torso_px, RADIUS_PER_SPREAD * spread, RADIUS_PER_SHOULDERS * across_px)
    smallest = MIN_RADIUS_RATIO * max(detections.width_px, detections.height_px)
    radius_px = np.fmax.reduce([*sizes, np.full_like(torso_px, smallest)])

    seen: BoolArray = np.asarray(np.isfinite(middle).all(axis=-1))
    is_sure = seen & (detections.confidence[:, :, face].mean(axis=2) >= SURE)
    above = chest + NECK_PER_TORSO * torso_px[..., None] * trunk / np.linalg.norm(trunk, axis=-1, keepdims=True)
    above[is_sure] = np.nan
    radius_px = np.where(seen, radius_px, np.nan)
    bridged, bridged_px = _bridged(middle, radius_px, seen, time_s)
    return FaceCovers(
        xy_px=np.concatenate([bridged, above], axis=1),
        radius_px=np.concatenate([bridged_px, np.where(np.isfinite(above[..., 0]), radius_px, np.nan)], axis=1),
        width_px=detections.width_px,
        height_px=detections.height_px,
    )


def _middle_and_spread(points_px: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Middle (T, N, 2) of the known points of a face and the furthest one's distance from it (T, N); NaN when none."""
    known = np.isfinite(points_px).all(axis=-1, keepdims=True)
    n_known = known.sum(axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = np.where(known, points_px, 0.0).sum(axis=2) / n_known
    distance = np.linalg.norm(points_px - middle[:, :, None], axis=-1)
    return middle, np.fmax.reduce(distance, axis=2, initial=np.nan)


def _largest_nearby(size_px: FloatArray, time_s: FloatArray) -> FloatArray:
    """The largest of each person's sizes (T, N) within WINDOW_S of each frame; NaN when there is none."""
    starts = np.searchsorted(time_s, time_s - WINDOW_S)
    ends = np.searchsorted(time_s, time_s + WINDOW_S, side="right")
    rows = [np.fmax.reduce(size_px[a:b], axis=0) for a, b in zip(starts, ends, strict=True)]
    return np.array(rows).reshape(size_px.shape)


def _bridged(
    middle: FloatArray, radius_px: FloatArray, seen: BoolArray, time_s: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Discs also where a person was lost: on the way between two sightings, and where they were last, for HELD_S."""
    middle, radius_px = middle.copy(), radius_px.copy()
    for person in range(seen.shape[1]):
        at = np.flatnonzero(seen[:, person])
        if not len(at):
            continue
        first_s, last_s = time_s[at[0]] - HELD_S, time_s[at[-1]] + HELD_S
        lost = ~seen[:, person] & (time_s >= first_s) & (time_s <= last_s)
        for axis in range(2):
            middle[lost, person, axis] = np.interp(time_s[lost], time_s[at], middle[at, person, axis])
        radius_px[lost, person] = GAP_GROWTH * np.interp(time_s[lost], time_s[at], radius_px[at, person])
    return middle, radius_px
