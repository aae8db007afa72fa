"""A fitted body enters; its bones, its place in the picture and how far that lies from the landmarks leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lookfeel.types import BodyMotion, FloatArray, SetReport

SURE_CONFIDENCE = 0.5
"""Below it a landmark counts as doubtful: drawn pale, and not held against the fit. Chosen by us."""

_OF_A_SIDE = (
    ("shoulder", "hip"),
    ("hip", "knee"),
    ("knee", "ankle"),
    ("ankle", "heel"),
    ("heel", "toe"),
    ("ankle", "toe"),
)
BONES: tuple[tuple[str, str], ...] = (
    ("left_shoulder", "right_shoulder"),
    ("left_hip", "right_hip"),
    *((f"{side}_{a}", f"{side}_{b}") for side in ("left", "right") for a, b in _OF_A_SIDE),
)


def bones_of(joints: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Index pairs of the joints that a bone connects."""
    return tuple((joints.index(a), joints.index(b)) for a, b in BONES if a in joints and b in joints)


def reprojected_px(body: BodyMotion) -> FloatArray:
    """(T, J, 2) pixels of the full-size picture where the fitted joints would be seen; NaN without joint or camera."""
    if body.camera is None:
        return np.full((*body.position_m.shape[:2], 2), np.nan)
    return body.camera.project(body.position_m)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprojection:
    """How far fitted joints, thrown back into the picture, lie from the landmarks of the same name (root mean square).

    rms_m: across the line of sight, at the distance of each joint; rms_px: in the full-size picture; part_rms_m: rms_m
    of both hips, both knees and so on; n_points: landmarks compared. It holds the difference between a landmark, which
    lies on skin or clothes, and a joint's centre: a few centimetres at hip and shoulder in a perfect fit.
    """

    rms_m: float
    rms_px: float
    part_rms_m: Mapping[str, float]
    n_points: int


def reprojection(report: SetReport) -> Reprojection | None:
    """Hold the fit against the landmarks that were really seen; None when there is no fit or nothing to compare.

    Filled-in and doubtful landmarks do not count. Rows of track and body are the same frames.
    """
    body, track = report.body, report.track
    names = [name for name in body.joints if name in track.skeleton.keypoints]
    if body.camera is None or not names:
        return None
    columns = [track.skeleton.index(name) for name in names]
    joints = [body.joints.index(name) for name in names]
    is_measured = ~track.was_filled[:, columns] & (track.confidence[:, columns] >= SURE_CONFIDENCE)
    off_px = np.linalg.norm(reprojected_px(body)[:, joints] - track.xy_px[:, columns], axis=2)
    off_px = np.where(is_measured, off_px, np.nan)
    away_m = (body.position_m[:, joints] - body.camera.position_m) @ body.camera.axes[2]
    off_m = off_px * away_m / body.camera.focal_px
    if not np.isfinite(off_m).any():
        return None
    of_part = {part: off_m[:, [name.endswith(f"_{part}") for name in names]] for part in _parts(names)}
    return Reprojection(
        rms_m=_rms(off_m),
        rms_px=_rms(off_px),
        part_rms_m=MappingProxyType({part: _rms(off) for part, off in of_part.items() if np.isfinite(off).any()}),
        n_points=int(np.isfinite(off_m).sum()),
    )


def _parts(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(name.split("_")[-1] for name in names))


def _rms(values: FloatArray) -> float:
    """Of the known ones; at least one is known."""
    return float(np.sqrt(np.nanmean(np.square(values))))
