"""A SetReport enters; its Motion leaves: everything over time that a laboratory's file of one clip needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

import numpy as np

from lookfeel.types import BoolArray, FloatArray, PoseTrack, Rebuilt, Rep, SetReport, check_times, frozen_array


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion(Rebuilt):
    """One clip over its T frames: K points of the picture, J joints in metres and the signals; NaN where unknown.

    name: of the clip's file. time_s (T,): presentation time; movement time = presentation time / slowmo_factor. fps:
    median of the frames per second. edges: pairs of keypoints to draw.
    raw_px (T, K, 2), raw_confidence (T, K): the athlete as the network gave them, pixels of each frame.
    filtered_px (T, K, 2), confidence, was_filled (T, K): the same cleaned, pixels of each frame; true where
    interpolated.
    joints_m, joints_sd_m (T, J, 3): x ahead of the athlete, y left, z up, floor at 0, each coordinate with its SD.
    signals, signals_sd: name -> (T,); the name ends in the unit. reps: their events are frames of this clip.
    is_metric: false when no height was given and lengths assume an average adult; method: how the body was placed.
    provenance: flat texts, such as the SHA-256 of video, networks, rubric, matrix, library and code.
    """

    name: str
    video_sha256: str
    time_s: FloatArray
    slowmo_factor: float
    fps: float
    width_px: int
    height_px: int
    keypoints: tuple[str, ...]
    edges: tuple[tuple[int, int], ...]
    raw_px: FloatArray
    raw_confidence: FloatArray
    filtered_px: FloatArray
    confidence: FloatArray
    was_filled: BoolArray
    joints: tuple[str, ...]
    joints_m: FloatArray
    joints_sd_m: FloatArray
    signals: Mapping[str, FloatArray]
    signals_sd: Mapping[str, FloatArray]
    reps: tuple[Rep, ...]
    is_metric: bool
    method: str
    provenance: Mapping[str, str]

    def __post_init__(self) -> None:
        n_frames, n_points, n_joints = len(self.time_s), len(self.keypoints), len(self.joints)
        self._freeze("time_s", (n_frames,))
        for name in ("raw_px", "filtered_px"):
            self._freeze(name, (n_frames, n_points, 2))
        for name in ("raw_confidence", "confidence"):
            self._freeze(name, (n_frames, n_points))
        self._freeze("was_filled", (n_frames, n_points), dtype=np.bool_)
        for name in ("joints_m", "joints_sd_m"):
            self._freeze(name, (n_frames, n_joints, 3))
        check_times(self.time_s)
        if set(self.signals) != set(self.signals_sd):
            raise ValueError("every signal needs its SD")
        for name in ("signals", "signals_sd"):
            series = {key: frozen_array(row, ndim=1, name=key) for key, row in getattr(self, name).items()}
            if any(len(row) != n_frames for row in series.values()):
                raise ValueError(f"{name}: expected {n_frames} values each")
            object.__setattr__(self, name, MappingProxyType(series))
        object.__setattr__(self, "provenance", MappingProxyType(dict(self.provenance)))

    def _freeze(self, name: str, shape: tuple[int, ...], *, dtype: Any = np.float64) -> None:
        array = frozen_array(getattr(self, name), dtype=dtype, ndim=len(shape), name=name)
        if array.shape != shape:
            raise ValueError(f"{name}: expected {shape}, got {array.shape}")
        object.__setattr__(self, name, array)

    def joint(self, name: str) -> FloatArray:
        """(T, 3) metres of one joint; KeyError when there is none of that name."""
        if name not in self.joints:
            raise KeyError(name)
        return self.joints_m[:, self.joints.index(name)]


def motion_of(report: SetReport) -> Motion:
    """The motion of a set, of its first clip when there are two.

    Returns
        Motion; its raw points are NaN throughout for a track that did not keep them.
    """
    track, body = report.track, report.body
    raw_px, raw_confidence = _raw(track)
    return Motion(
        name=_clean(PurePath(report.video.path).name),
        video_sha256=report.video.sha256,
        time_s=track.time_s,
        slowmo_factor=report.video.slowmo_factor,
        fps=report.decode.median_fps,
        width_px=track.width_px,
        height_px=track.height_px,
        keypoints=track.skeleton.keypoints,
        edges=track.skeleton.edges,
        raw_px=raw_px,
        raw_confidence=raw_confidence,
        filtered_px=track.in_frame(track.xy_px),
        confidence=track.confidence,
        was_filled=track.was_filled,
        joints=body.joints,
        joints_m=body.position_m,
        joints_sd_m=_joint_sds(body.covariance_m2),
        signals=report.signals.values,
        signals_sd=report.signals.sd,
        reps=report.reps,
        is_metric=body.is_metric,
        method=body.method,
        provenance=_provenance(report),
    )


def _raw(track: PoseTrack) -> tuple[FloatArray, FloatArray]:
    if track.raw_px is None or track.raw_confidence is None:
        return np.full_like(track.xy_px, np.nan), np.full_like(track.confidence, np.nan)
    return track.raw_px, track.raw_confidence


def _joint_sds(covariance_m2: FloatArray) -> FloatArray:
    """(T, J, 3, 3) -> (T, J, 3) SD of each coordinate."""
    variance = np.diagonal(covariance_m2, axis1=2, axis2=3)
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)))


def _provenance(report: SetReport) -> dict[str, str]:
    """What made the figures, as flat texts; several model files are joined by commas."""
    made_by = report.provenance
    found = {
        "lookfeel_version": made_by.lookfeel_version,
        "code_sha256": made_by.code_sha256,
        "video_sha256": made_by.video_sha256,
        "backend": made_by.backend,
        "weights_sha256": ",".join(made_by.weights_sha256),
        "exercise": report.exercise.name,
        "rubric": made_by.rubric,
        "rubric_sha256": made_by.rubric_sha256,
        "matrix_sha256": made_by.matrix_sha256,
        "library_sha256": made_by.library_sha256,
        "strictness": str(report.decision.strictness),
    }
    if report.second is not None:
        found["second_video_sha256"] = report.second.video.sha256
    return {name: _clean(text) for name, text in found.items()}


def _clean(text: str) -> str:
    """Text that UTF-8 can hold; bytes of a file name that were not UTF-8 become '?'."""
    return text.encode("utf-8", "replace").decode("utf-8")
