"""The core types: what every room takes and gives; frozen, validated once at construction, safe to send to a worker.

Conventions that hold everywhere
    Time is presentation time in seconds. Image points are pixels of the upright, full-size picture, x right, y down,
    the picture's top-left *corner* at (0, 0). Body space is metres, right-handed: x ahead of the athlete, y to the
    athlete's left, z up, floor at z = 0. Left and right are always the athlete's. A missing value is NaN inside an
    array and None outside one, never 0. Regions of frames are half-open, [start, end).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

Progress = Callable[[str, int, int | None], None]
"""Told (stage, done, total) as work goes on; total is None when unknown. Stages: 'pose', 'pose_second', 'overlay'."""

Side = Literal["left", "right", "both"]
ViewName = Literal[
    "front",
    "rear",
    "side_left",
    "side_right",
    "oblique_front_left",
    "oblique_front_right",
    "oblique_rear_left",
    "oblique_rear_right",
    "unknown",
]
MotionKind = Literal["static", "shaking", "moving", "unknown"]
MetricStatus = Literal["ok", "approximate", "not_assessable"]
LooksState = Literal["good", "uncertain", "bad", "not_assessable"]
FeelsState = Literal["good", "bad", "stop", "unknown"]
Experience = Literal["novice", "intermediate", "advanced"]
BadPhase = Literal["eccentric", "bottom", "concentric"]
WeightUnit = Literal["kg", "lb"]
Lever = Literal["none", "load", "reps", "range", "tempo", "cue", "exercise", "volume", "frequency"]
Speed = Literal["accurate", "balanced", "fast"]
ActionName = Literal[
    "stop",
    "ask",
    "film_again",
    "progress",
    "repeat",
    "continue_and_watch",
    "cue",
    "hold",
    "cap_reps",
    "limit_range",
    "slow_tempo",
    "reduce_load",
    "reduce_volume",
    "substitute",
    "regress",
]


def frozen_array(values: Any, *, dtype: Any = np.float64, ndim: int | None = None, name: str = "array") -> NDArray[Any]:
    """Return a read-only copy of `values`, checked for its number of dimensions."""
    array = np.array(values, dtype=dtype)
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"{name}: expected {ndim} dimensions, got shape {array.shape}")
    array.setflags(write=False)
    return array


class Rebuilt:
    """Mixin: pickling goes through the constructor, so that what reaches a worker is validated and read-only."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        values = {f.name: _plain(getattr(self, f.name)) for f in fields(self)}  # type: ignore[arg-type]
        return (_rebuild, (type(self), values))


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, MappingProxyType) else value


def _rebuild(kind: type[Any], values: dict[str, Any]) -> Any:
    return kind(**values)


def _set(instance: object, name: str, value: object) -> None:
    object.__setattr__(instance, name, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoInfo(Rebuilt):
    """What a file says of itself before its frames are decoded.

    width_px, height_px: of the upright picture. rotation_deg: turn that was applied, clockwise. nominal_fps: the
    container's mean rate, for display only. capture_fps: the rate the camera recorded at, when it says so.
    slowmo_factor: capture rate over playback rate, 1.0 for ordinary clips; movement time = presentation time / factor.
    duration_s: of presentation time, None when the container does not say.
    """

    path: str
    sha256: str
    size_bytes: int
    container: str
    codec: str
    pixel_format: str
    bit_depth: int
    width_px: int
    height_px: int
    rotation_deg: int
    nominal_fps: float | None
    capture_fps: float | None
    slowmo_factor: float
    duration_s: float | None
    n_frames_declared: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One upright picture.

    rgb: (h, w, 3) uint8, perhaps reduced. scale: reduced pixels per full-size pixel (1.0 = full size), so that
    full-size point = reduced point / scale. time_s: presentation time, first frame of the clip = 0.
    """

    index: int
    time_s: float
    rgb: NDArray[np.uint8]
    scale: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodeSummary(Rebuilt):
    """What was really decoded. is_partial: the file ends before it should, or frames were damaged."""

    n_frames: int
    duration_s: float
    is_partial: bool
    is_variable_rate: bool
    median_fps: float
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton(Rebuilt):
    """Names of keypoints in the order of the arrays, in the form 'left_knee'; edges are index pairs for drawing."""

    name: str
    keypoints: tuple[str, ...]
    edges: tuple[tuple[int, int], ...]

    def index(self, keypoint: str) -> int:
        """Position of a keypoint; KeyError when the skeleton has none of that name."""
        try:
            return self.keypoints.index(keypoint)
        except ValueError:
            raise KeyError(keypoint) from None

    def mirrored(self) -> tuple[int, ...]:
        """Permutation that swaps left and right keypoints."""
        swap = {"left": "right", "right": "left"}
        names = ["_".join(swap.get(part, part) for part in name.split("_")) for name in self.keypoints]
        return tuple(self.keypoints.index(name) for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPose:
    """One person in one frame, as a backend gives it.

    track_id: stays with the person while tracking holds. xy_px: (K, 2). confidence: (K,) 0-1.
    world_m: (K, 3) metres in the camera's axes (x right, y down, z away), origin between the hips; None when not given.
    score: 0-1 that this is a person.
    """

    track_id: int
    xy_px: FloatArray
    confidence: FloatArray
    world_m: FloatArray | None
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureMotion(Rebuilt):
    """How the picture of the room moves from frame to frame, because the phone that films it does.

    kind: 'static' the phone stands; 'shaking' it sways about one place, as in a hand; 'moving' it goes away from there:
    turned after somebody, carried or zoomed; 'unknown' too little of the room was seen to tell.
    to_frame (T, 2, 3): shift, turn and zoom from pixels of one reference picture to those of each frame; the identity
    for 'static', None for 'unknown'. rms_ratio, largest_ratio: how far the room lies off its median place, over the
    picture's long side; None for 'unknown'. seen_ratio: share of the looks at the room that found it.
    """

    kind: MotionKind
    to_frame: FloatArray | None
    rms_ratio: float | None
    largest_ratio: float | None
    seen_ratio: float

    def __post_init__(self) -> None:
        if (self.kind == "unknown") != (self.to_frame is None):
            raise ValueError("a motion has its transforms unless it is unknown")
        if self.to_frame is not None:
            to_frame = frozen_array(self.to_frame, ndim=3, name="to_frame")
            if to_frame.shape[1:] != (2, 3) or not np.isfinite(to_frame).all():
                raise ValueError(f"to_frame: expected finite (T, 2, 3), got {to_frame.shape}")
            _set(self, "to_frame", to_frame)

    @property
    def is_compensated(self) -> bool:
        """Whether points are carried to the reference picture; a phone that stands leaves them as they are."""
        return self.kind in ("shaking", "moving")

    def steadied(self, xy_px: FloatArray) -> FloatArray:
        """(T, ..., 2) pixels of each frame -> those of the reference picture; unchanged when there is nothing to do."""
        if self.to_frame is None or not self.is_compensated:
            return xy_px
        turn, shift = self.to_frame[:, :, :2], self.to_frame[:, :, 2]
        return np.asarray(np.einsum("tij,t...j->t...i", np.linalg.inv(turn), xy_px - _over(shift, xy_px)))

    def in_frame(self, xy_px: FloatArray) -> FloatArray:
        """(T, ..., 2) pixels of the reference picture -> pixels of each frame: undoes `steadied`."""
        if self.to_frame is None or not self.is_compensated:
            return xy_px
        turn, shift = self.to_frame[:, :, :2], self.to_frame[:, :, 2]
        return np.asarray(np.einsum("tij,t...j->t...i", turn, xy_px) + _over(shift, xy_px))


def _over(shift: FloatArray, xy_px: FloatArray) -> FloatArray:
    """(T, 2) -> (T, 1, ..., 2), to be added to (T, ..., 2)."""
    return shift.reshape(len(shift), *(1,) * (xy_px.ndim - 2), 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseDetections(Rebuilt):
    """All people of a clip. T frames, N track identities, K keypoints; NaN where a person is not seen.

    xy_px (T, N, K, 2); confidence (T, N, K), 0 where unseen; world_m (T, N, K, 3) as in PersonPose; score (T, N);
    time_s (T,) strictly increasing. picture_motion: of the room behind them; None when nobody looked.
    """

    skeleton: Skeleton
    time_s: FloatArray
    xy_px: FloatArray
    confidence: FloatArray
    world_m: FloatArray
    score: FloatArray
    width_px: int
    height_px: int
    backend: str
    weights_sha256: tuple[str, ...]
    picture_motion: PictureMotion | None = None

    def __post_init__(self) -> None:
        n_frames, n_keypoints = len(self.time_s), len(self.skeleton.keypoints)
        _set(self, "time_s", frozen_array(self.time_s, ndim=1, name="time_s"))
        _set(self, "xy_px", frozen_array(self.xy_px, ndim=4, name="xy_px"))
        _set(self, "confidence", frozen_array(self.confidence, ndim=3, name="confidence"))
        _set(self, "world_m", frozen_array(self.world_m, ndim=4, name="world_m"))
        _set(self, "score", frozen_array(self.score, ndim=2, name="score"))
        n_people = self.xy_px.shape[1]
        want = (n_frames, n_people, n_keypoints)
        if self.xy_px.shape != (*want, 2) or self.confidence.shape != want or self.world_m.shape != (*want, 3):
            raise ValueError(f"arrays disagree: {self.xy_px.shape}, {self.confidence.shape}, {self.world_m.shape}")
        if self.score.shape != want[:2]:
            raise ValueError(f"score: expected {want[:2]}, got {self.score.shape}")
        check_times(self.time_s)
        _check_motion(self.picture_motion, n_frames)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FaceCovers(Rebuilt):
    """Discs that hide every head of a clip. T frames, D discs; NaN where a disc is not needed.

    xy_px (T, D, 2): middles, in pixels of the full-size upright picture of width_px by height_px; radius_px (T, D).
    """

    xy_px: FloatArray
    radius_px: FloatArray
    width_px: int
    height_px: int

    def __post_init__(self) -> None:
        _set(self, "xy_px", frozen_array(self.xy_px, ndim=3, name="xy_px"))
        _set(self, "radius_px", frozen_array(self.radius_px, ndim=2, name="radius_px"))
        if self.xy_px.shape != (*self.radius_px.shape, 2):
            raise ValueError(f"arrays disagree: {self.xy_px.shape}, {self.radius_px.shape}")


def _check_motion(motion: PictureMotion | None, n_frames: int) -> None:
    if motion is not None and motion.to_frame is not None and len(motion.to_frame) != n_frames:
        raise ValueError(f"picture_motion: {len(motion.to_frame)} transforms for {n_frames} frames")


def check_times(time_s: FloatArray) -> None:
    """Raise ValueError unless times are finite and strictly increase."""
    if not np.all(np.isfinite(time_s)) or np.any(np.diff(time_s) <= 0):
        raise ValueError("time_s must be finite and strictly increasing")


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraView(Rebuilt):
    """Where the camera stands around the athlete.

    yaw_deg: 0 = straight ahead of the athlete, +90 = at the athlete's left side, -90 = right side, 180 = behind; None
    when unknown. confidence: 0-1 that `name` is right.
    """

    name: ViewName
    yaw_deg: float | None
    yaw_sd_deg: float | None
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseTrack(Rebuilt):
    """The one athlete, cleaned. xy_px (T, K, 2) NaN where unknown; confidence (T, K); was_filled (T, K) true where a
    value was interpolated; world_m (T, K, 3) as in PersonPose; view: the camera's; n_people: seen in the clip;
    weights_sha256: of the networks that found the points, () when no network did.

    xy_px is what a phone that stands would have seen: where picture_motion is known, pixels of its reference picture;
    `in_frame` gives those of the frames. raw_px (T, K, 2), raw_confidence (T, K): the athlete as the network gave them,
    pixels of each frame, before anything was cleaned, NaN where the athlete was not found; None when not kept.
    """

    skeleton: Skeleton
    time_s: FloatArray
    xy_px: FloatArray
    confidence: FloatArray
    was_filled: BoolArray
    world_m: FloatArray
    width_px: int
    height_px: int
    view: CameraView
    person: int
    n_people: int
    warnings: tuple[str, ...] = ()
    weights_sha256: tuple[str, ...] = ()
    picture_motion: PictureMotion | None = None
    raw_px: FloatArray | None = None
    raw_confidence: FloatArray | None = None

    def __post_init__(self) -> None:
        _set(self, "time_s", frozen_array(self.time_s, ndim=1, name="time_s"))
        _set(self, "xy_px", frozen_array(self.xy_px, ndim=3, name="xy_px"))
        _set(self, "confidence", frozen_array(self.confidence, ndim=2, name="confidence"))
        _set(self, "was_filled", frozen_array(self.was_filled, dtype=np.bool_, ndim=2, name="was_filled"))
        _set(self, "world_m", frozen_array(self.world_m, ndim=3, name="world_m"))
        want = (len(self.time_s), len(self.skeleton.keypoints))
        shapes = {self.xy_px.shape[:2], self.confidence.shape, self.was_filled.shape, self.world_m.shape[:2]}
        if shapes != {want}:
            raise ValueError(f"arrays disagree: expected {want}, got {sorted(shapes)}")
        for name, ndim in (("raw_px", 3), ("raw_confidence", 2)):
            if getattr(self, name) is not None:
                raw = frozen_array(getattr(self, name), ndim=ndim, name=name)
                if raw.shape[:2] != want:
                    raise ValueError(f"{name}: expected {want}, got {raw.shape[:2]}")
                _set(self, name, raw)
        check_times(self.time_s)
        _check_motion(self.picture_motion, len(self.time_s))

    def point(self, keypoint: str) -> FloatArray:
        """(T, 2) pixels of one keypoint."""
        return self.xy_px[:, self.skeleton.index(keypoint)]

    def in_frame(self, xy_px: FloatArray) -> FloatArray:
        """(T, ..., 2) points where this track has them, such as xy_px -> pixels of each frame, to draw them there."""
        return xy_px if self.picture_motion is None else self.picture_motion.in_frame(xy_px)


BODY_JOINTS: tuple[str, ...] = tuple(
    f"{side}_{joint}" for side in ("left", "right") for joint in ("shoulder", "hip", "knee", "ankle", "heel", "toe")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PinholeCamera(Rebuilt):
    """Where the phone stands in body axes and how it pictures points.

    position_m (3,); axes (3, 3): rows are the picture's right, its down and the direction away from the lens, in body
    axes (x ahead, y left, z up); centre_px (2,): where `away` goes through the picture.
    """

    focal_px: float
    centre_px: FloatArray
    position_m: FloatArray
    axes: FloatArray

    def __post_init__(self) -> None:
        for name, ndim in (("centre_px", 1), ("position_m", 1), ("axes", 2)):
            _set(self, name, frozen_array(getattr(self, name), ndim=ndim, name=name))

    def project(self, points_m: FloatArray) -> FloatArray:
        """(..., 3) metres in body axes -> (..., 2) pixels; NaN for what lies behind the lens."""
        seen = (points_m - self.position_m) @ self.axes.T
        depth = np.where(seen[..., 2:] > 0.0, seen[..., 2:], np.nan)
        return np.asarray(self.focal_px * seen[..., :2] / depth + self.centre_px)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyMotion(Rebuilt):
    """The skeleton in metres on the floor.

    joints: names, see BODY_JOINTS. position_m (T, J, 3): x ahead, y left, z up from the floor; NaN where unknown.
    covariance_m2 (T, J, 3, 3). segment_m: lengths used, such as {'thigh': .43, 'shank': .44}. segment_covariance_m2:
    name -> (T, 3, 3) of the vector between two joints, such as 'thigh_left' (knee to hip); empty when not worked out.
    method: how it was found, written into the report. is_metric: false when no height was given and lengths assume an
    average adult. camera: the phone's, as fitted; None when there is no fit.
    """

    time_s: FloatArray
    joints: tuple[str, ...]
    position_m: FloatArray
    covariance_m2: FloatArray
    segment_m: Mapping[str, float]
    method: str
    is_metric: bool
    warnings: tuple[str, ...] = ()
    segment_covariance_m2: Mapping[str, FloatArray] = field(default_factory=dict)
    camera: PinholeCamera | None = None

    def __post_init__(self) -> None:
        _set(self, "time_s", frozen_array(self.time_s, ndim=1, name="time_s"))
        _set(self, "position_m", frozen_array(self.position_m, ndim=3, name="position_m"))
        _set(self, "covariance_m2", frozen_array(self.covariance_m2, ndim=4, name="covariance_m2"))
        _set(self, "segment_m", MappingProxyType(dict(self.segment_m)))
        spread = {name: frozen_array(block, ndim=3, name=name) for name, block in self.segment_covariance_m2.items()}
        _set(self, "segment_covariance_m2", MappingProxyType(spread))
        want = (len(self.time_s), len(self.joints), 3)
        if self.position_m.shape != want or self.covariance_m2.shape != (*want, 3):
            raise ValueError(f"arrays disagree: {self.position_m.shape}, {self.covariance_m2.shape}, expected {want}")

    def joint(self, name: str) -> FloatArray:
        """(T, 3) metres of one joint."""
        return self.position_m[:, self.joints.index(name)]


UNIT_OF_SUFFIX: Mapping[str, str] = MappingProxyType(
    {"deg": "deg", "m": "m", "px": "px", "ratio": "ratio", "kg": "kg", "mps": "m/s", "s": "s", "count": "count"}
)


def unit_of(name: str) -> str:
    """Unit named by the last part of a signal's or metric's name: 'knee_flexion_left_deg' is in 'deg'."""
    suffix = name.rsplit("_", 1)[-1]
    if suffix not in UNIT_OF_SUFFIX:
        raise ValueError(f"{name!r} does not end in a unit: {', '.join(UNIT_OF_SUFFIX)}")
    return UNIT_OF_SUFFIX[suffix]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals(Rebuilt):
    """Time series by name; values[name] and sd[name] are (T,), NaN where unknown; the name's suffix is the unit."""

    time_s: FloatArray
    values: Mapping[str, FloatArray]
    sd: Mapping[str, FloatArray]

    def __post_init__(self) -> None:
        _set(self, "time_s", frozen_array(self.time_s, ndim=1, name="time_s"))
        if set(self.values) != set(self.sd):
            raise ValueError("every signal needs its SD")
        for kind in ("values", "sd"):
            series = {name: frozen_array(row, ndim=1, name=name) for name, row in getattr(self, kind).items()}
            for name, row in series.items():
                unit_of(name)
                if row.shape != self.time_s.shape:
                    raise ValueError(f"{name}: {row.shape[0]} values for {self.time_s.shape[0]} frames")
            _set(self, kind, MappingProxyType(series))

    def __getitem__(self, name: str) -> FloatArray:
        return self.values[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rep(Rebuilt):
    """One repetition, frames [start, end).

    start: descent_start; bottom: deepest moment; ascent_start: first frame of the concentric phase; end: first frame
    after the concentric phase. *_s are presentation time. Phases are movement time: presentation time divided by the
    clip's slow-motion factor; top_pause_s lasts to the next rep and is None for the last one; a phase of a partial rep
    that the clip does not show whole is None. side: the leg that does the work, 'both' for a bilateral squat.
    """

    index: int
    start: int
    bottom_start: int
    bottom: int
    ascent_start: int
    end: int
    start_s: float
    bottom_s: float
    end_s: float
    side: Side
    is_partial: bool
    partial_reason: str | None
    eccentric_s: float | None
    bottom_pause_s: float | None
    concentric_s: float | None
    top_pause_s: float | None
    confidence: float

    def __post_init__(self) -> None:
        if (
            not self.start <= self.bottom_start <= self.bottom < self.end
            or not self.bottom <= self.ascent_start <= self.end
        ):
            raise ValueError(f"rep {self.index}: events out of order")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseGuess(Rebuilt):
    """Which exercise this is.

    name: an exercise's; 'none' or 'sit_to_stand' when the clip shows none that is judged. variant: finer, such as
    'split_squat'. was_given: the user said so. reasons: in plain words.
    """

    name: str
    variant: str | None
    confidence: float
    was_given: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric(Rebuilt):
    """One figure of one rep with its standard deviation. value and sd are None exactly when status is 'not_assessable',
    and `reason` then says why; 'approximate' means the view or a cover makes it rough, and sd says how rough. frame: of
    the clip that it was measured in; span: first and last frame between which a peak cannot be told from its height at
    `frame`; clip: 1 = the first one given, 2 = the second view of the same set."""

    value: float | None
    sd: float | None
    unit: str
    status: MetricStatus
    reason: str | None = None
    frame: int | None = None
    span: tuple[int, int] | None = None
    clip: int = 1

    def __post_init__(self) -> None:
        is_absent = self.status == "not_assessable"
        if is_absent != (self.value is None) or is_absent != (self.sd is None):
            raise ValueError("a metric has value and sd unless it is not assessable")
        if is_absent and not self.reason:
            raise ValueError("a metric that is not assessable says why")
        if not all(np.isfinite(number) for number in (self.value, self.sd) if number is not None):
            raise ValueError("a metric is finite or not assessable")


@dataclass(frozen=True, slots=True, kw_only=True)
class RepMetrics(Rebuilt):
    """All figures of one rep by name; names end in their unit."""

    rep_index: int
    metrics: Mapping[str, Metric]

    def __post_init__(self) -> None:
        _set(self, "metrics", MappingProxyType(dict(self.metrics)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Rebuilt):
    """One fault that counts. probability: that the measure is beyond 'watch'. frame, time_s: where to look, in the clip
    that it was seen in (`clip`: 1 = the first one given). phase: the part of the rep that shows it; None when no part
    shows it more than the others. over_sd: how far the measure lies beyond 'watch', in its own SDs; None for a measure
    without an SD."""

    item: str
    severity: Literal["watch", "bad", "zero"]
    text: str
    metric: str
    value: float
    sd: float
    unit: str
    probability: float
    rep_index: int
    frame: int
    time_s: float
    side: Side
    phase: BadPhase | None = None
    over_sd: float | None = None
    clip: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemScore(Rebuilt):
    """One item of the rubric for one rep. score: 0-1 median, None when not assessable (then reason says why). clip: the
    one that it was judged from, 1 = the first one given; None when not assessable."""

    item: str
    label: str
    weight: float
    score: float | None
    low: float | None
    high: float | None
    p_watch: float | None
    p_bad: float | None
    reason: str | None
    clip: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks(Rebuilt):
    """How a rep or a set looks. score 0-100 with its 90 % interval, None below the coverage the rubric asks for.
    coverage: share of the rubric's weight that the view, or both views together, could judge. rep_index None: the whole
    set. reason: why the state is 'uncertain' or 'not_assessable' and what would settle it; None otherwise."""

    rep_index: int | None
    state: LooksState
    score: float | None
    low: float | None
    high: float | None
    coverage: float
    items: tuple[ItemScore, ...]
    findings: tuple[Finding, ...]
    worst_rep_index: int | None = None
    slope_per_rep: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feels(Rebuilt):
    """What only the athlete knows; None = not said.

    pain: 0-10 now; usual_pain: 0-10. bad_below_deg: knee flexion from which it feels bad. bad_phase: the part of the
    rep in which it feels bad. reps_in_reserve: at the end of the set. red_flags: any of swelling, locking, giving_way,
    night_pain; is_free_of_red_flags: asked, and there was none.
    """

    overall: Literal["good", "bad"] | None = None
    pain: float | None = None
    usual_pain: float | None = None
    where: str | None = None
    is_unstable: bool | None = None
    bad_from_rep: int | None = None
    bad_below_deg: float | None = None
    bad_phase: BadPhase | None = None
    is_worse_when_fast: bool | None = None
    is_worse_next_morning: bool | None = None
    reps_in_reserve: float | None = None
    n_changes_tried: int | None = None
    red_flags: tuple[str, ...] = ()
    is_free_of_red_flags: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingContext(Rebuilt):
    """Experience, load, volume, frequency; None = not said.

    prescribed_tempo_s: eccentric, bottom, concentric, top; None inside for X. prescribed_thigh_deg: the depth asked for
    as thigh angle to the horizontal, 0 = parallel. days_since_last: since this exercise was trained. weight_unit: in
    which loads are told; they are kept in kg. load_step_kg, min_load_kg: the plates that exist; None = the usual ones.
    """

    experience: Experience | None = None
    load_kg: float | None = None
    one_rm_kg: float | None = None
    sessions_per_week: float | None = None
    sets_per_session: int | None = None
    planned_reps: int | None = None
    rep_range: tuple[int, int] | None = None
    prescribed_thigh_deg: float | None = None
    prescribed_tempo_s: tuple[float | None, float | None, float | None, float | None] | None = None
    height_m: float | None = None
    is_low_bar: bool = False
    target_met_twice: bool | None = None
    days_since_last: float | None = None
    weight_unit: WeightUnit = "kg"
    load_step_kg: float | None = None
    min_load_kg: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastSet(Rebuilt):
    """One earlier set of the same athlete, as the history keeps it; None = not known.

    session: name of the session, such as its date, '2026-11-26'; days_ago: before the set that is judged now.
    exercise, variant: as in ExerciseGuess. depth_deg: median thigh angle at the bottom, 0 = parallel. score, low, high,
    looks: the set's; findings: its rubric items that showed a fault. threshold_rep: first rep of the breakdown within
    that set. n_reps: whole reps. feels, pain: as said then. rule_id, action, cue, parameters: what was decided after
    it, to be done in the sets that follow.
    """

    session: str
    days_ago: float | None = None
    exercise: str
    variant: str | None = None
    load_kg: float | None = None
    n_reps: int | None = None
    depth_deg: float | None = None
    looks: LooksState = "not_assessable"
    score: float | None = None
    low: float | None = None
    high: float | None = None
    findings: tuple[str, ...] = ()
    threshold_rep: int | None = None
    feels: FeelsState = "unknown"
    pain: float | None = None
    reps_in_reserve: float | None = None
    rule_id: str | None = None
    action: ActionName | None = None
    cue: str | None = None
    parameters: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _set(self, "parameters", MappingProxyType(dict(self.parameters)))


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadThreshold(Rebuilt):
    """The load at which form breaks down, over sets of one exercise and like depth.

    load_kg: where P(looks good) falls below one half, with low_kg and high_kg of its 90 % interval. 'not_reached':
    looks good up to the heaviest load seen; low_kg is then what the threshold lies above with 95 % and load_kg, high_kg
    are None. 'not_estimable': too little was seen; `reason` says what is missing. curve_kg (C,), p_good, p_low, p_high
    (C,): probability that a set looks good at each load with its 90 % band; empty when not estimable. exercise,
    depth_deg: of the sets that were compared.
    """

    status: Literal["estimated", "not_reached", "not_estimable"]
    exercise: str
    load_kg: float | None
    low_kg: float | None
    high_kg: float | None
    n_sets: int
    n_sessions: int
    reason: str
    depth_deg: float | None = None
    curve_kg: FloatArray = field(default_factory=lambda: np.zeros(0))
    p_good: FloatArray = field(default_factory=lambda: np.zeros(0))
    p_low: FloatArray = field(default_factory=lambda: np.zeros(0))
    p_high: FloatArray = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        for name in ("curve_kg", "p_good", "p_low", "p_high"):
            _set(self, name, frozen_array(getattr(self, name), ndim=1, name=name))
            if len(getattr(self, name)) != len(self.curve_kg):
                raise ValueError(f"{name}: expected {len(self.curve_kg)} values")


@dataclass(frozen=True, slots=True, kw_only=True)
class TechniqueThreshold(Rebuilt):
    """The rep at which form breaks down. rep_index: first of the two reps, None when not reached or not estimable."""

    status: Literal["reached", "not_reached", "not_estimable"]
    rep_index: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Rebuilt):
    """The next action. text: one sentence to the athlete; reasons: why, in plain words; would_change: what would lead
    elsewhere; questions: what was not said and matters; alternatives: milder or other actions that also make sense;
    parameters: figures of the action, such as {'load_factor': .9, 'max_reps': 7}. lever: the one thing that it changes.
    retest: how to find out in the next set whether it helped; None when there is nothing to try. cue: what to think of;
    cue_internal: what to try after that. strictness: 0-1, with which it was chosen."""

    action: ActionName
    rule_id: str
    text: str
    reasons: tuple[str, ...]
    alternatives: tuple[str, ...]
    would_change: tuple[str, ...]
    questions: tuple[str, ...]
    cue: str | None
    parameters: Mapping[str, float]
    feels: FeelsState
    looks: LooksState
    lever: Lever = "none"
    strictness: float = 0.5
    retest: str | None = None
    cue_internal: str | None = None

    def __post_init__(self) -> None:
        _set(self, "parameters", MappingProxyType(dict(self.parameters)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance(Rebuilt):
    """What made this report, enough to make it again. rubric: exercise and variant whose rubric judged, such as
    'lunge/split_squat'; rubric_sha256 covers the variant's overrides. code_sha256: of lookfeel's own files."""

    lookfeel_version: str
    python_version: str
    library_versions: Mapping[str, str]
    backend: str
    weights_sha256: tuple[str, ...]
    rubric_sha256: str
    matrix_sha256: str
    library_sha256: str
    video_sha256: str
    settings: Mapping[str, Any]
    rubric: str = ""
    code_sha256: str = ""

    def __post_init__(self) -> None:
        _set(self, "library_versions", MappingProxyType(dict(self.library_versions)))
        _set(self, "settings", MappingProxyType(dict(self.settings)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondView(Rebuilt):
    """Another clip of the same set from another side. reps: whole ones, in the order and with the numbers of the first
    clip's; their moments are presentation time of this clip."""

    video: VideoInfo
    decode: DecodeSummary
    view: CameraView
    reps: tuple[Rep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReport(Rebuilt):
    """Everything about one set: what `analyze` returns and `report` and `export` write.

    faces: where the heads of the first clip are, for pictures that are shared; None when the network knows no faces.
    second: another view of the set. Then each figure in rep_metrics is the better one of the two clips (Metric.clip),
    and looks are judged by both; everything else, signals, body and reps among it, is of the first clip.
    """

    video: VideoInfo
    decode: DecodeSummary
    track: PoseTrack
    body: BodyMotion
    signals: Signals
    exercise: ExerciseGuess
    reps: tuple[Rep, ...]
    rep_metrics: tuple[RepMetrics, ...]
    rep_looks: tuple[Looks, ...]
    looks: Looks
    threshold: TechniqueThreshold
    feels: Feels
    context: TrainingContext
    decision: Decision
    provenance: Provenance
    warnings: tuple[str, ...] = field(default=())
    second: SecondView | None = None
    faces: FaceCovers | None = None

    @property
    def view(self) -> CameraView:
        """The camera's place, as estimated from the athlete's track."""
        return self.track.view
