"""What was detected in a clip enters; the signs that can be read without truth leave: jitter, swaps, proportions.

Lengths are per cent of the body's height in the picture, so that clips of any size compare.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.mocap.landmark_errors import NAMES, main_person
from lookfeel.errors import LookfeelError
from lookfeel.tracks import track_athlete
from lookfeel.types import BoolArray, FloatArray, PoseDetections

PARTS = ("shoulder", "hip", "knee", "ankle", "heel", "toe")
NOSE_TO_ANKLE = 0.89  # of the stature: nose .93 (Drillis and Contini), ankle .04
STILL = 0.10  # hips and shoulders slower than this share of the body's height a second
LEAST_STILL_S = 0.6  # shorter rests tell nothing
AVERAGED_S = 0.4  # slower than this is movement, quicker is jitter
STANDING = 0.04  # hips within this share of the body's height of where they are highest
DEEP_SHARE = 0.15  # of the hips' way: the bottom
LEAST_WAY = 0.08  # of the body's height: less is no squat or lunge
DOUBTED = 0.5  # confidence below which a landmark is doubtful
STEP = 0.02  # of the body's height: closer legs cannot be told to have changed places
SWAPPED = 0.5  # a pair that comes this much nearer by exchanging sides has exchanged them


@dataclass(frozen=True, kw_only=True)
class Signs:
    """Signs of one clip; None where it does not show them.

    jitter: by part, SD while standing still of what is quicker than AVERAGED_S, in each direction of the picture, per
    cent; swaps: exchanges of knees or ankles in 1000 frames; doubted: by part, share of frames with a low confidence
    on the worse side; lost: share of frames without the person. hips_over_shoulders, hip_height, thigh_over_shank:
    standing (the widths only from the front or behind), thigh and shank of the nearer leg; thigh_at_bottom: length of
    the nearer thigh in the picture at the bottom over standing, from the side only; thigh_in_space: the same of the
    network's 3-D, any view."""

    name: str
    yaw_deg: float | None
    n_frames: int
    still_s: float
    jitter: Mapping[str, float] | None
    swaps: float
    doubted: Mapping[str, float]
    confidence: Mapping[str, float]
    lost: float
    hips_over_shoulders: float | None
    hip_height: float | None
    thigh_over_shank: float | None
    thigh_at_bottom: float | None
    thigh_in_space: float | None


@dataclass(frozen=True, kw_only=True)
class Points:
    """Points (T, 33, 2) of one clip over the body's height, and what kind of frame each is."""

    time_s: FloatArray
    xy: FloatArray
    is_standing: BoolArray
    is_deep: BoolArray
    is_still: BoolArray

    def at(self, name: str) -> FloatArray:
        """(T, 2)."""
        return self.xy[:, NAMES.index(name)]

    def middle(self, part: str) -> FloatArray:
        """(T, 2) half way between left and right."""
        return 0.5 * (self.at(f"left_{part}") + self.at(f"right_{part}"))


def read_signs(name: str, detections: PoseDetections, *, slowmo: float = 1.0) -> Signs:
    """Signs of one clip."""
    xy, confidence = main_person(detections)
    points = scaled_points(xy, detections.time_s / slowmo)
    yaw = _yaw(detections)
    front = yaw is not None and abs(np.sin(np.radians(yaw))) < 0.4
    side = yaw is not None and abs(np.sin(np.radians(yaw))) > 0.85
    near = "left" if yaw is None or yaw > 0 else "right"
    return Signs(
        name=name,
        yaw_deg=yaw,
        n_frames=len(xy),
        still_s=float(points.is_still.sum() * np.median(np.diff(points.time_s))),
        jitter=jitter_of(points),
        swaps=1000.0 * float(np.mean(swapped(points))),
        doubted={part: _worse_side(confidence, part) for part in PARTS},
        confidence={part: float(np.nanmedian(confidence[:, _columns(part)])) for part in PARTS},
        lost=float(np.mean(~np.isfinite(xy[:, 0, 0]))),
        hips_over_shoulders=_width_ratio(points) if front else None,
        hip_height=_hip_height(points),
        thigh_over_shank=_ratio(_length(points, near, "hip", "knee"), _length(points, near, "knee", "ankle"), points),
        thigh_at_bottom=_change(_length(points, near, "hip", "knee"), points) if side else None,
        thigh_in_space=_thigh_in_space(detections, points, near),
    )


def scaled_points(xy: FloatArray, time_s: FloatArray) -> Points:
    """Points over the body's height, with the frames told apart by the height of the hips over the ankles."""
    index = NAMES.index
    ankles, hips = (0.5 * (xy[:, index(f"left_{p}")] + xy[:, index(f"right_{p}")]) for p in ("ankle", "hip"))
    tall = ankles[:, 1] - xy[:, index("nose"), 1]
    size = float(np.nanpercentile(tall, 90.0)) / NOSE_TO_ANKLE
    rise = (ankles[:, 1] - hips[:, 1]) / size
    top, low = float(np.nanpercentile(rise, 95.0)), float(np.nanmin(rise))
    is_deep = rise < low + DEEP_SHARE * (top - low) if top - low > LEAST_WAY else np.zeros(len(xy), dtype=bool)
    body = xy[:, [index(f"{side}_{part}") for side in ("left", "right") for part in ("shoulder", "hip")]].mean(axis=1)
    slow = _averaged(np.linalg.norm(_speed(body / size, time_s), axis=-1), time_s) < STILL
    is_standing = rise > top - STANDING
    return Points(
        time_s=time_s,
        xy=xy / size,
        is_standing=is_standing,
        is_deep=is_deep,
        is_still=_long_enough(slow & is_standing, time_s),
    )


def _speed(values: FloatArray, time_s: FloatArray) -> FloatArray:
    smooth = np.stack([_averaged(column, time_s) for column in values.T], axis=-1)
    return np.asarray(np.gradient(smooth, time_s, axis=0))


def _averaged(values: FloatArray, time_s: FloatArray) -> FloatArray:
    """(T,) running mean over AVERAGED_S; NaN beside what is unknown."""
    half = max(1, round(0.5 * AVERAGED_S / float(np.median(np.diff(time_s)))))
    padded = np.pad(values, half, mode="edge")
    return np.convolve(padded, np.full(2 * half + 1, 1.0 / (2 * half + 1)), mode="valid")


def _long_enough(flags: BoolArray, time_s: FloatArray) -> BoolArray:
    """Only runs that last LEAST_STILL_S."""
    kept = np.zeros(len(flags), dtype=bool)
    for run in _runs(flags):
        if time_s[run.stop - 1] - time_s[run.start] >= LEAST_STILL_S:
            kept[run] = True
    return kept


def _runs(flags: BoolArray) -> Iterator[slice]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    yield from (slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True))


def jitter_of(points: Points) -> dict[str, float] | None:
    """Per cent of the body's height by part, both sides and both directions together; None without a rest."""
    if not points.is_still.any():
        return None
    found = {}
    for part in PARTS:
        left = []
        for run in _runs(points.is_still):
            for column in points.xy[run][:, _columns(part)].reshape(run.stop - run.start, -1).T:
                left.append(column - _averaged(column, points.time_s[run]))
        found[part] = 100.0 * float(np.sqrt(np.nanmean(np.concatenate(left) ** 2)))
    return found


def swapped(points: Points) -> BoolArray:
    """(T-1,) whether knees or ankles exchanged sides from one frame to the next."""
    found = np.zeros(len(points.xy) - 1, dtype=bool)
    for part in ("knee", "ankle"):
        left, right = points.at(f"left_{part}"), points.at(f"right_{part}")
        stay = _far(left[1:], left[:-1]) + _far(right[1:], right[:-1])
        swap = _far(left[1:], right[:-1]) + _far(right[1:], left[:-1])
        with np.errstate(invalid="ignore"):
            found |= (stay > STEP) & (swap < SWAPPED * stay)
    return found


def _far(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.norm(a - b, axis=-1))


def _columns(part: str) -> list[int]:
    return [NAMES.index(f"{side}_{part}") for side in ("left", "right")]


def _worse_side(confidence: FloatArray, part: str) -> float:
    return float(np.max(np.mean(confidence[:, _columns(part)] < DOUBTED, axis=0)))


def _yaw(detections: PoseDetections) -> float | None:
    try:
        return track_athlete(detections).view.yaw_deg
    except LookfeelError:  # nobody is seen for long enough: a sign, too
        return None


def _width_ratio(points: Points) -> float | None:
    widths = [_far(points.at(f"left_{part}"), points.at(f"right_{part}")) for part in ("hip", "shoulder")]
    return _ratio(widths[0], widths[1], points)


def _ratio(above: FloatArray, below: FloatArray, points: Points) -> float | None:
    known = points.is_standing & np.isfinite(above) & np.isfinite(below) & (below > 0.02)
    return float(np.median(above[known] / below[known])) if known.any() else None


def _hip_height(points: Points) -> float | None:
    """Of the hips over the ankles, as a share of the shoulders'."""
    hips, shoulders, ankles = (points.middle(part)[:, 1] for part in ("hip", "shoulder", "ankle"))
    return _ratio(ankles - hips, ankles - shoulders, points)


def _length(points: Points, side: str, top: str, end: str) -> FloatArray:
    return _far(points.at(f"{side}_{top}"), points.at(f"{side}_{end}"))


def _change(length: FloatArray, points: Points) -> float | None:
    """At the bottom over standing."""
    deep, up = (length[flags & np.isfinite(length)] for flags in (points.is_deep, points.is_standing))
    return float(np.median(deep) / np.median(up)) if len(deep) and len(up) else None


def _thigh_in_space(detections: PoseDetections, points: Points, near: str) -> float | None:
    chosen = np.nan_to_num(detections.score, nan=-1.0).argmax(axis=1)
    world = detections.world_m[np.arange(len(chosen)), chosen]
    hip, knee = (world[:, NAMES.index(f"{near}_{part}")] for part in ("hip", "knee"))
    return _change(_far(hip, knee), points)
