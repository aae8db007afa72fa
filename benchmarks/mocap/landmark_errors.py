"""Rendered clips with what was detected in them enter; a small model of the landmarks' errors leaves.

An error is the detected point less the true one, taken back to metres at the point's distance, over the stature. Its
steady part is an offset in the body's own axes (ahead, outward, up) that depends on how bent the knee is, on whether
the point lies on the side away from the camera and on whether it is filmed from behind; left and right share one
model, mirrored. What is left is split into a constant of each clip, a slow wander and a quick jitter; points share it
as they do on the rendered clips (both hips rise together, ankle, heel and toe move as one)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.accuracy.truth import truth_files
from lookfeel.body.landmarks import FEET_SEEN_CONFIDENCE, SEEN_CONFIDENCE
from lookfeel.pose.skeleton import BLAZEPOSE_33
from lookfeel.tracks import track_athlete
from lookfeel.types import BoolArray, FloatArray, PoseDetections

NAMES = BLAZEPOSE_33.keypoints
TERMS = ("always", "bent", "far", "bent and far", "from behind")
AXES = ("ahead", "outward", "up")
OFFSET_SD = 0.02  # of the stature: how large an offset is before anything is measured; SPIKES found up to .034
NOISE_SD = 0.01  # of the stature
N_INDEPENDENT = 20.0  # frames of a clip that say something new: its errors wander slowly. Chosen by us
FULL_BEND_DEG = 100.0  # knee flexion at which the term 'bent' is 1
FAR_SINE = 0.5  # a side is 'far' for the noise when the camera stands more than 30 degrees on the other side
MAD_TO_SD = 1.4826  # of a normal distribution


@dataclass(frozen=True, kw_only=True)
class SeenClip:
    """True and detected points of one clip. T frames, 33 points.

    error (T, 33, 2): detected less true in metres at the point's distance, x right, y down, over the stature; NaN where
    either is unknown. axes (T, 2, 3): the picture's right and down in room axes. yaw_deg: of the camera. flexion_deg:
    'left', 'right' -> (T,). yaw_error_deg: as the program reads the camera's direction, less the true one.
    """

    name: str
    time_s: FloatArray
    error: FloatArray
    confidence: FloatArray
    axes: FloatArray
    yaw_deg: float
    flexion_deg: Mapping[str, FloatArray]
    yaw_error_deg: float | None


@dataclass(frozen=True, kw_only=True)
class Wander:
    """SDs of what no offset explains, as shares of the stature in each direction of the picture. tau_s: how long the
    slow part lasts. confidence: median. n_clips: that it was measured on."""

    clip_sd: float
    slow_sd: float
    tau_s: float
    jitter_sd: float
    confidence: float
    n_clips: int


@dataclass(frozen=True, kw_only=True)
class PointErrors:
    """Errors of one kind of point. offset: (TERMS, AXES), shares of the stature; near, far: noise on the side towards
    the camera and away from it. rms: of the whole error, picture directions together."""

    kind: str
    offset: tuple[tuple[float, ...], ...]
    near: Wander
    far: Wander
    rms: float


@dataclass(frozen=True, kw_only=True)
class LandmarkErrors:
    """The whole model. yaw_pull_deg: how far the camera's direction is read toward straight ahead, on average;
    yaw_sd_deg: its spread about that. clips: where it was measured. shared (66, 66): correlation of what offsets
    leave, of every point's x, then every point's y, with the camera on the athlete's left."""

    points: Mapping[str, PointErrors]
    shared: tuple[tuple[float, ...], ...]
    yaw_pull_deg: float
    yaw_sd_deg: float
    clips: tuple[str, ...]


def kind_of(name: str) -> str:
    """A point's name without its side."""
    return "_".join(part for part in name.split("_") if part not in ("left", "right"))


def side_sign(name: str) -> float:
    """+1 left, -1 right, 0 in the middle."""
    return {"left": 1.0, "right": -1.0}.get(next((p for p in name.split("_") if p in ("left", "right")), ""), 0.0)


def measure_landmark_errors(videos: Iterable[tuple[Path, PoseDetections]], table: Path | None = None) -> LandmarkErrors:
    """Fit the model to rendered clips; `table`: a JSON file to write it to.

    Parameters
        videos: a clip that has its truth beside it, and what was detected in it.
    """
    clips = [read_seen(video, detections) for video, detections in videos]
    errors = fit_errors(clips)
    if table is not None:
        table.parent.mkdir(parents=True, exist_ok=True)
        table.write_text(json.dumps(asdict(errors), indent=1) + "\n", encoding="utf-8")
    return errors


def read_seen(video: Path, detections: PoseDetections) -> SeenClip:
    """A rendered clip with its truth beside what was detected."""
    description, frames = truth_files(video)
    about = json.loads(description.read_text(encoding="utf-8"))
    with np.load(frames) as file:
        true = {name: file[name] for name in file.files}
    order = [list(true["landmark_names"]).index(name) for name in NAMES]
    at = np.array([int(np.argmin(np.abs(true["time_s"] - moment))) for moment in detections.time_s])
    rotation, places = true["camera_rotation"][at].astype(np.float64), true["landmarks_m"][at][:, order]
    depth = np.einsum("tj,tkj->tk", rotation[:, 2], places) + true["camera_translation_m"][at][:, 2:]
    points, confidence = main_person(detections)
    off_px = points - true["landmarks_px"][at][:, order]
    yaw = float(about["case"]["phone"]["yaw_deg"])
    return SeenClip(
        name=about["clip"],
        time_s=detections.time_s / float(about["slowmo_factor"]),
        error=off_px * depth[..., None] / float(about["focal_px"]) / float(about["stature_m"]),
        confidence=confidence,
        axes=rotation[:, :2],
        yaw_deg=yaw,
        flexion_deg={
            side: true[f"signal_knee_flexion_{side}_deg"][at].astype(np.float64) for side in ("left", "right")
        },
        yaw_error_deg=_yaw_error(detections, yaw),
    )


def main_person(detections: PoseDetections) -> tuple[FloatArray, FloatArray]:
    """(T, K, 2) pixels and (T, K) confidence of the person with the highest score in each frame."""
    chosen = np.nan_to_num(detections.score, nan=-1.0).argmax(axis=1)
    frames = np.arange(len(chosen))
    return detections.xy_px[frames, chosen], detections.confidence[frames, chosen]


def _yaw_error(detections: PoseDetections, yaw_deg: float) -> float | None:
    said = track_athlete(detections).view.yaw_deg
    return None if said is None else (said - yaw_deg + 180.0) % 360.0 - 180.0


def terms(name: str, yaw_deg: float, flexion_deg: Mapping[str, FloatArray]) -> FloatArray:
    """(T, 5) of TERMS for one point."""
    sign = side_sign(name)
    side = "left" if sign > 0 else "right"
    bent = flexion_deg[side] if sign else 0.5 * (flexion_deg["left"] + flexion_deg["right"])
    bent = np.asarray(bent) / FULL_BEND_DEG
    far = max(0.0, -sign * np.sin(np.radians(yaw_deg)))
    behind = max(0.0, -np.cos(np.radians(yaw_deg)))
    one = np.ones_like(bent)
    return np.stack([one, bent, far * one, far * bent, behind * one], axis=-1)


def is_far(name: str, yaw_deg: float) -> bool:
    """Whether a point is on the side away from the camera."""
    return bool(-side_sign(name) * np.sin(np.radians(yaw_deg)) > FAR_SINE)


def design(name: str, clip_axes: FloatArray, yaw_deg: float, flexion_deg: Mapping[str, FloatArray]) -> FloatArray:
    """(T, 2, 15): what each coefficient of the offset does to the error in the picture."""
    mirror = np.array([1.0, side_sign(name) or 1.0, 1.0])
    axes = clip_axes * mirror
    columns = terms(name, yaw_deg, flexion_deg)[:, None, :, None] * axes[:, :, None, :]
    return np.asarray(columns.reshape(len(clip_axes), 2, -1))


def fit_errors(clips: Sequence[SeenClip]) -> LandmarkErrors:
    """The model that explains the errors of these clips best."""
    kinds = dict.fromkeys(kind_of(name) for name in NAMES)
    pull = [clip for clip in clips if clip.yaw_error_deg is not None]
    away = [_toward_front(clip) for clip in pull if 15.0 < abs(clip.yaw_deg) < 165.0]
    mean = float(np.mean(away)) if away else 0.0
    left = [
        (_toward_front(clip) - mean) if 15.0 < abs(clip.yaw_deg) < 165.0 else clip.yaw_error_deg or 0.0 for clip in pull
    ]
    points = {kind: _fit_kind(kind, clips) for kind in kinds}
    return LandmarkErrors(
        points=points,
        shared=tuple(tuple(round(float(value), 4) for value in row) for row in _shared(clips, points)),
        yaw_pull_deg=mean,
        yaw_sd_deg=float(np.sqrt(np.mean(np.square(left)))) if left else 0.0,
        clips=tuple(clip.name for clip in clips),
    )


def _shared(clips: Sequence[SeenClip], points: Mapping[str, PointErrors]) -> FloatArray:
    """(66, 66) correlation of what the offsets leave, without each clip's mean; shrunk, since the clips are few."""
    total, count = np.zeros((66, 66)), np.zeros((66, 66))
    for clip in clips:
        left = np.stack([_left(clip, name, points) for name in NAMES], axis=1)
        flat = np.concatenate([*np.moveaxis(_from_left(left, clip.yaw_deg), -1, 0)], axis=1)
        known = np.isfinite(flat)
        flat -= np.where(known, flat, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        scale = np.sqrt(np.mean(np.where(known, flat, 0.0) ** 2, axis=0) / np.maximum(known.mean(axis=0), 1e-9))
        unit = np.where(known, flat, 0.0) / np.maximum(scale, 1e-12)
        total += unit.T @ unit / len(unit)
        count += known.T.astype(np.float64) @ known / len(unit)
    matrix = SHRUNK * total / np.maximum(count, 1e-9)
    np.fill_diagonal(matrix, 1.0)
    values, vectors = np.linalg.eigh(matrix)
    whole = (vectors * np.maximum(values, 1e-3)) @ vectors.T
    size = np.sqrt(np.diag(whole))
    return np.asarray(whole / size[:, None] / size[None, :])


SHRUNK = 0.9  # of each correlation is believed; chosen by us


def _left(clip: SeenClip, name: str, points: Mapping[str, PointErrors]) -> FloatArray:
    """(T, 2) what the offsets leave of one point; NaN where it is unknown."""
    offset = np.asarray(points[kind_of(name)].offset).reshape(-1)
    left = clip.error[:, NAMES.index(name)] - design(name, clip.axes, clip.yaw_deg, clip.flexion_deg) @ offset
    return np.where(_known(clip, name)[:, None], left, np.nan)


def _from_left(errors: FloatArray, yaw_deg: float) -> FloatArray:
    """(T, 33, 2) as if the camera stood on the athlete's left: mirrored when it stands on the right, and back."""
    if np.sin(np.radians(yaw_deg)) >= 0.0:
        return errors
    return np.asarray(errors[:, list(BLAZEPOSE_33.mirrored())] * (-1.0, 1.0))


def _toward_front(clip: SeenClip) -> float:
    return -float(np.sign(clip.yaw_deg)) * (clip.yaw_error_deg or 0.0)


def _fit_kind(kind: str, clips: Sequence[SeenClip]) -> PointErrors:
    members = [(clip, name) for clip in clips for name in NAMES if kind_of(name) == kind]
    offset = _fit_offset(members)
    whole = np.concatenate([clip.error[_known(clip, name), NAMES.index(name)] for clip, name in members])
    near = _wander([one for one in members if not is_far(one[1], one[0].yaw_deg)], offset)
    far = _wander([one for one in members if is_far(one[1], one[0].yaw_deg)], offset)
    return PointErrors(
        kind=kind,
        offset=tuple(tuple(float(value) for value in row) for row in offset.reshape(len(TERMS), len(AXES))),
        near=near or far or NO_WANDER,
        far=far or near or NO_WANDER,
        rms=float(np.sqrt(np.mean(np.sum(whole**2, axis=-1)))) if len(whole) else float("nan"),
    )


def _fit_offset(members: Sequence[tuple[SeenClip, str]]) -> FloatArray:
    """(15,) by ridge regression over the clips, both sides together; frames that are far off count little (Cauchy)."""
    n = len(TERMS) * len(AXES)
    offset: FloatArray = np.zeros(n)
    parts = []
    for clip, name in members:
        known = _known(clip, name)
        if known.any():
            matrix = design(name, clip.axes, clip.yaw_deg, clip.flexion_deg)[known]
            parts.append((matrix, clip.error[known, NAMES.index(name)], min(1.0, N_INDEPENDENT / known.sum())))
    for _ in range(N_ROUNDS):
        normal, right = np.eye(n) / OFFSET_SD**2, np.zeros(n)
        for matrix, error, share in parts:
            miss = np.sum((error - matrix @ offset) ** 2, axis=-1)
            weight = share / NOISE_SD**2 / (1.0 + miss / DOUBT_SD**2)
            normal += np.einsum("tai,taj,t->ij", matrix, matrix, weight)
            right += np.einsum("tai,ta,t->i", matrix, error, weight)
        offset = np.asarray(np.linalg.solve(normal, right), dtype=np.float64)
    return offset


N_ROUNDS = 6
DOUBT_SD = 0.03  # of the stature: from here on an error is rather a mistaken leg than an offset; chosen by us


NO_WANDER = Wander(clip_sd=0.0, slow_sd=0.0, tau_s=1.0, jitter_sd=0.0, confidence=0.9, n_clips=0)


def _known(clip: SeenClip, name: str) -> BoolArray:
    """(T,) where the program would take a point as seen; elsewhere its error does not matter."""
    k = NAMES.index(name)
    least = FEET_SEEN_CONFIDENCE if kind_of(name) in ("ankle", "heel", "toe") else SEEN_CONFIDENCE
    return np.asarray(np.isfinite(clip.error[:, k]).all(axis=-1) & (clip.confidence[:, k] >= least))


def _wander(members: Sequence[tuple[SeenClip, str]], offset: FloatArray) -> Wander | None:
    """Noise of one kind of point on one side."""
    means, parts, confidence, names = [], [], [], set()
    for clip, name in members:
        known = _known(clip, name)
        if known.sum() < 10:
            continue
        left = clip.error[known, NAMES.index(name)] - (
            design(name, clip.axes, clip.yaw_deg, clip.flexion_deg)[known] @ offset
        )
        means.append(left.mean(axis=0))
        left = left - left.mean(axis=0)
        wander, tau, jitter = slow_and_quick(left, float(np.median(np.diff(clip.time_s))))
        calm = _calmness(left)
        parts.append((calm * wander, tau, calm * jitter))
        confidence.append(float(np.median(clip.confidence[known, NAMES.index(name)])))
        names.add(clip.name)
    if not parts:
        return None
    slows, taus, quicks = (np.array(column) for column in zip(*parts, strict=True))
    return Wander(
        clip_sd=float(np.sqrt(np.mean(np.square(means)))),
        slow_sd=float(np.sqrt(np.mean(slows**2))),
        tau_s=float(np.median(taus)),
        jitter_sd=float(np.sqrt(np.mean(quicks**2))),
        confidence=float(np.median(confidence)),
        n_clips=len(names),
    )


def _calmness(left: FloatArray) -> float:
    """SD of most frames over the SD of all: what a few mistaken legs make larger."""
    whole = float(np.sqrt(np.mean(left**2)))
    return min(1.0, MAD_TO_SD * float(np.median(np.abs(left))) / whole) if whole > 0.0 else 1.0


def slow_and_quick(noise: FloatArray, step_s: float) -> tuple[float, float, float]:
    """SD and time constant of a slow wander (first-order), and SD of white jitter, that together have this noise's
    autocovariance at lags of 0, 1 and 3 frames; noise (T, 2) without its mean."""
    lags = [float(np.mean(noise[lag:] * noise[: len(noise) - lag])) for lag in (0, 1, 3)]
    whole, one, three = lags
    if whole <= 0.0 or one <= 0.0:
        return 0.0, step_s, float(np.sqrt(max(whole, 0.0)))
    ratio = float(np.clip(three / one, 0.01, 0.999)) ** 0.5  # correlation from one frame to the next
    slow = min(one / ratio, whole)
    return float(np.sqrt(slow)), float(-step_s / np.log(ratio)), float(np.sqrt(whole - slow))


def offset_of(errors: LandmarkErrors, name: str) -> FloatArray:
    """(15,) coefficients as `design` wants them."""
    return np.asarray(errors.points[kind_of(name)].offset, dtype=np.float64).reshape(-1)


def draw_errors(
    errors: LandmarkErrors,
    axes: FloatArray,
    time_s: FloatArray,
    yaw_deg: float,
    flexion_deg: Mapping[str, FloatArray],
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray]:
    """Errors (T, 33, 2) as in SeenClip and confidences (T, 33) that such a clip might show."""
    mix = np.linalg.cholesky(np.asarray(errors.shared))

    def together(n: int) -> FloatArray:
        """(n, 33, 2) of SD 1, shared among the points."""
        flat = rng.standard_normal((n, mix.shape[0])) @ mix.T
        return _from_left(np.moveaxis(flat.reshape(n, 2, -1), 1, -1), yaw_deg)

    constant, fresh, quick = together(1)[0], together(len(time_s)), rng.standard_normal((len(time_s), len(NAMES), 2))
    drawn, confidence = np.zeros(fresh.shape), np.zeros(fresh.shape[:2])
    for k, name in enumerate(NAMES):
        point = errors.points[kind_of(name)]
        wander = point.far if is_far(name, yaw_deg) else point.near
        steady = design(name, axes, yaw_deg, flexion_deg) @ offset_of(errors, name)
        slow = _wandering(fresh[:, k], time_s, wander.tau_s)
        noise = wander.clip_sd * constant[k] + wander.slow_sd * slow + wander.jitter_sd * quick[:, k]
        drawn[:, k], confidence[:, k] = steady + noise, wander.confidence
    return drawn, confidence


def _wandering(fresh: FloatArray, time_s: FloatArray, tau_s: float) -> FloatArray:
    """(T, 2) first-order wander of SD 1 from white noise of SD 1."""
    slow = fresh.copy()
    keep = np.exp(-np.diff(time_s) / tau_s)
    for i, share in enumerate(keep, start=1):
        slow[i] = share * slow[i - 1] + np.sqrt(1.0 - share**2) * fresh[i]
    return slow
