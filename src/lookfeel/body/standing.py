"""Landmarks in, what standing still tells out: which frames, planted feet, the camera's distance and the
proportions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from lookfeel.body.camera import Camera, focal_length_px
from lookfeel.body.landmarks import Landmarks
from lookfeel.body.proportions import LENGTH_SPREAD
from lookfeel.types import BoolArray, FloatArray
from lookfeel.windows import window_median

PLANTED_SPEED = 0.35
"""Statures per second: a foot slower than this in the picture stands. Chosen by us: a step moves at 1-3, jitter and a
hand-held phone at less than 0.2."""

PARTS = ("shoulder", "hip", "knee", "ankle")

LANDMARK_UP_M: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"shoulder": (0.03, 0.03), "hip": (0.0, 0.045), "knee": (0.0, 0.0), "ankle": (0.01, 0.01)}
)
"""How far BlazePose's landmark lies above the joint centre, seen from the side and from the front. Rendered truth
(sample_videos): hip +5.7 cm from the front, -1 from the side, shoulder about +3; SPIKES section 7: hip up to 3.4 % of
stature too high in front views. Drawn in a little towards nothing: two bodies are not people."""

LANDMARK_UP_SD_M: Mapping[str, float] = MappingProxyType({"shoulder": 0.02, "hip": 0.02, "knee": 0.012, "ankle": 0.015})

STANCE_M = 0.28
"""Between the ankles, when the picture does not tell: shoulder width less a hand, chosen by us."""

STRAIGHT = 0.996
"""Height of a standing segment over its length: knees bent by 5 degrees (SPIKES section 8), feet a little apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """camera; segment_m: lengths by name; is_standing (T,); is_planted (T, 2) left and right; is_home (T,): the
    feet are where they were when standing."""

    camera: Camera
    segment_m: dict[str, float]
    landmark_up_m: dict[str, float]
    is_standing: BoolArray
    is_planted: BoolArray
    is_home: BoolArray


def set_scene(
    landmarks: Landmarks,
    time_s: FloatArray,
    *,
    lengths_m: dict[str, float],
    width_px: int,
    height_px: int,
    yaw_deg: float,
    pitch_down_deg: float,
) -> Scene | None:
    """Place the camera from the frames in which the athlete stands tallest; None when no trunk and thigh is ever
    seen.

    lengths_m: average lengths for the athlete's stature.
    """
    rows = {part: landmarks.middle(part)[:, 1] for part in ("shoulder", "hip", "knee", "ankle")}
    tall_px = rows["knee"] - rows["shoulder"]
    if not np.isfinite(tall_px).any():
        return None
    is_planted = planted_feet(landmarks, time_s, yaw_deg=yaw_deg)
    is_standing = standing_frames(tall_px, is_planted.all(axis=1) & exercise_frames(landmarks, time_s))
    camera = Camera(
        focal_px=focal_length_px(width_px, height_px),
        centre_px=(width_px / 2, height_px / 2),
        yaw_rad=float(np.radians(yaw_deg)),
        pitch_down_rad=float(np.radians(pitch_down_deg)),
        distance_m=np.nan,
        height_m=np.nan,
    )
    rise, nearer = {}, {}
    for part, row in rows.items():
        if (is_standing & np.isfinite(row)).any():
            rise[part] = camera.rise_per_metre(float(np.median(row[is_standing & np.isfinite(row)])))
            nearer[part] = _nearer_m(landmarks, part, is_standing, lengths_m) * np.sin(camera.yaw_rad)
    found = explain_standing(rise, nearer, lengths_m, front_share=float(np.cos(camera.yaw_rad) ** 2))
    return Scene(
        camera=replace(camera, distance_m=found["distance"], height_m=found["camera_height"]),
        segment_m={**lengths_m, **{name: found[name] for name in LENGTH_SPREAD}},
        landmark_up_m={part: found[f"{part}_up"] for part in PARTS},
        is_standing=is_standing,
        is_planted=is_planted,
        is_home=feet_at_home(landmarks, is_standing),
    )


def _nearer_m(landmarks: Landmarks, part: str, is_standing: BoolArray, lengths_m: Mapping[str, float]) -> float:
    """How far the points behind a `middle` lie left of the body's middle: 0 when both sides were seen alike."""
    half = {"shoulder": lengths_m["shoulder_width"] / 2, "hip": lengths_m["hip_width"] / 2}.get(part, STANCE_M / 2)
    seen = [np.isfinite(landmarks.joint(f"{side}_{part}")[is_standing, 0]).mean() for side in ("left", "right")]
    return float(half * (seen[0] - seen[1]) / (seen[0] + seen[1]))


def explain_standing(
    rise: Mapping[str, float], nearer_m: Mapping[str, float], lengths_m: Mapping[str, float], *, front_share: float
) -> dict[str, float]:
    """Lengths, landmark places, camera distance and height that explain best how high each landmark stands.

    A straight body is a ladder: the height of each landmark, of a joint plus how far the landmark lies above it, is
    the camera's height plus the rise of its ray times the distance. Four such sums and the priors settle nine
    unknowns.

    Parameters
        rise: height per level metre of the rays to 'shoulder', 'hip', 'knee', 'ankle', those that are seen.
        nearer_m: how much nearer than the body's middle those landmarks are.
        front_share: 1 for a camera ahead or behind, 0 beside.
    Returns
        metres: 'thigh', 'shank', 'trunk', '<part>_up', 'distance', 'camera_height'.
    """
    unknowns = [*LENGTH_SPREAD, *(f"{part}_up" for part in PARTS), "distance", "camera_height"]
    column = {name: i for i, name in enumerate(unknowns)}
    rows, values = [], []

    def state(terms: Mapping[str, float], value: float, sd: float) -> None:
        row = np.zeros(len(unknowns))
        for name, factor in terms.items():
            row[column[name]] = factor / sd
        rows.append(row)
        values.append(value / sd)

    for name, spread in LENGTH_SPREAD.items():
        state({name: 1.0}, lengths_m[name], spread * lengths_m[name])
    for part in PARTS:
        side, front = LANDMARK_UP_M[part]
        state({f"{part}_up": 1.0}, side + (front - side) * front_share, LANDMARK_UP_SD_M[part])
    below: dict[str, float] = {}
    for part, bone in zip(reversed(PARTS), (None, "shank", "thigh", "trunk"), strict=True):
        below |= {bone: STRAIGHT} if bone else {}
        if part in rise:
            ladder = {**below, f"{part}_up": 1.0, "distance": -rise[part], "camera_height": -1.0}
            state(ladder, -lengths_m["ankle_height"] - rise[part] * nearer_m[part], 0.003)
    solution = np.linalg.lstsq(np.array(rows), np.array(values), rcond=None)[0]
    return {name: float(solution[i]) for name, i in column.items()}


FREE_FOOT_SHARE = (0.13, 0.45)
"""Of stature, seen from the side and from the front: the middle of a foot that is higher than the other by more is off
the floor. Stance width and a camera at hip height explain 0.1 m from the side, a long lunge 0.3 m from the front."""


def standing_frames(tall_px: FloatArray, is_planted: BoolArray) -> BoolArray:
    """Frames with the body within 4 % of its usual tallest, feet planted where that leaves any.

    The usual tallest is a median of the upper fifth, so that a few wild frames do not set it.
    """
    usable = np.isfinite(tall_px) & is_planted
    usable = usable if usable.any() else np.isfinite(tall_px)
    upper = tall_px[usable & (tall_px >= np.percentile(tall_px[usable], 80.0))]
    standing: BoolArray = usable & (tall_px >= 0.96 * np.median(upper))
    return standing


def exercise_frames(landmarks: Landmarks, time_s: FloatArray) -> BoolArray:
    """(T,) from 2 s before the first to 2 s after the last frame with folded legs; the whole clip when none is.

    It leaves out who walks in past the phone, larger than life. Folded: thigh against trunk in the picture, which the
    distance does not change, is below 60 % of its usual most.
    """
    rows = {part: landmarks.middle(part)[:, 1] for part in ("shoulder", "hip", "knee")}
    trunk = rows["hip"] - rows["shoulder"]
    share = (rows["knee"] - rows["hip"]) / np.where(trunk > 0, trunk, np.nan)
    folded = np.flatnonzero(share < 0.6 * np.nanpercentile(share, 90.0)) if np.isfinite(share).any() else np.array([])
    if not len(folded):
        return np.ones(len(time_s), dtype=bool)
    inside: BoolArray = (time_s >= time_s[folded[0]] - 2.0) & (time_s <= time_s[folded[-1]] + 2.0)
    return inside


def stature_px(landmarks: Landmarks) -> float:
    """Rough: shoulder to knee is .54 of a stature (proportions)."""
    tall = np.abs(landmarks.middle("shoulder")[:, 1] - landmarks.middle("knee")[:, 1])
    return float(np.nanmedian(tall)) / 0.54


def planted_feet(landmarks: Landmarks, time_s: FloatArray, *, yaw_deg: float) -> BoolArray:
    """(T, 2) left, right: the foot hardly moves in the picture and is not held up; an unseen foot counts as planted.

    Held up: higher in the picture than the other by more than a floor seen from this side explains (FREE_FOOT_SHARE).
    """
    size = stature_px(landmarks)
    planted, places = [], []
    for side in ("left", "right"):
        points = np.stack([landmarks.joint(f"{side}_{part}") for part in ("ankle", "toe")])
        middle = np.where(np.isfinite(points).all(axis=0), points.sum(axis=0) / 2, points[0])
        places.append(middle[:, 1])
        moves = np.gradient(middle, time_s, axis=0) if len(time_s) > 1 else np.zeros_like(middle)
        speed = np.linalg.norm(moves, axis=-1) / size
        calm = np.where(np.isfinite(speed), speed, 0.0)
        planted.append(window_median(calm, 5) < PLANTED_SPEED)
    side_share, front_share = FREE_FOOT_SHARE
    most = size * (side_share + (front_share - side_share) * np.cos(np.radians(yaw_deg)) ** 2)
    with np.errstate(invalid="ignore"):
        is_up = np.stack([places[1] - places[0] > most, places[0] - places[1] > most], axis=1)
    result: BoolArray = np.stack(planted, axis=1) & ~is_up
    return result


def feet_at_home(landmarks: Landmarks, is_standing: BoolArray) -> BoolArray:
    """(T,) the middle of the ankles is in the picture where standing put it; an unseen one is taken to be.

    Within a tenth of a stature: a hand-held phone sways by less, a step or a walk is more.
    """
    size = stature_px(landmarks)
    middle = landmarks.middle("ankle")
    if not np.isfinite(middle[is_standing]).any():
        return np.ones(len(is_standing), dtype=bool)
    home = np.nanmedian(middle[is_standing], axis=0)
    off = np.linalg.norm(middle - home, axis=-1)
    is_home: BoolArray = ~(off > 0.1 * size)
    return is_home
