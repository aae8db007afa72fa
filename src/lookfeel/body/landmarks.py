"""PoseTrack in, the twelve landmarks that the body needs out: pixels, confidence and whether each is seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lookfeel.errors import MissingKeypoint
from lookfeel.types import BODY_JOINTS, BoolArray, FloatArray, PoseTrack

IntArray = NDArray[np.intp]

SEEN_CONFIDENCE = 0.3
"""Below this a landmark counts as unseen. Chosen by us: in clips filmed from the side the far knee of a real athlete
mostly has 0.3-0.9 and is still placed usefully; feet outside the picture have 0.05-0.3 (formfit2_bb_nofeet) and are
guesses."""

FEET_SEEN_CONFIDENCE = 0.5
"""The same for ankle, heel and toe, which BlazePose invents below the picture's edge with up to 0.45."""

SEEN_SHARE = 0.5
"""A landmark that is seen in a smaller share of the clip is unseen throughout: its few frames are mostly guesses
too."""

_ALIASES = {"toe": ("toe", "foot_index", "big_toe")}
_REQUIRED = ("hip", "knee", "ankle", "shoulder")


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmarks:
    """xy_px (T, J, 2), NaN where unseen; confidence (T, J); is_filled (T, J); order of BODY_JOINTS."""

    xy_px: FloatArray
    confidence: FloatArray
    is_filled: BoolArray

    def at(self, frames: slice | IntArray) -> Landmarks:
        """Only these frames."""
        return Landmarks(xy_px=self.xy_px[frames], confidence=self.confidence[frames], is_filled=self.is_filled[frames])

    @property
    def is_seen(self) -> BoolArray:
        """(T, J)."""
        return np.isfinite(self.xy_px[..., 0])

    def joint(self, name: str) -> FloatArray:
        """(T, 2) pixels."""
        return self.xy_px[:, BODY_JOINTS.index(name)]

    def middle(self, part: str) -> FloatArray:
        """(T, 2) pixels halfway between left and right, or the seen one of both; NaN where neither is seen."""
        pair = np.stack([self.joint(f"left_{part}"), self.joint(f"right_{part}")])
        n_seen = np.isfinite(pair).sum(axis=0)
        return np.where(n_seen > 0, np.nansum(pair, axis=0) / np.maximum(n_seen, 1), np.nan)


def select_landmarks(track: PoseTrack) -> Landmarks:
    """Pick the joints of BODY_JOINTS and hide those that the picture does not show.

    Raises
        MissingKeypoint: the skeleton lacks shoulder, hip, knee or ankle. Heels and toes may be absent.
    """
    n_frames = len(track.time_s)
    xy = np.full((n_frames, len(BODY_JOINTS), 2), np.nan)
    confidence = np.zeros((n_frames, len(BODY_JOINTS)))
    is_filled = np.zeros((n_frames, len(BODY_JOINTS)), dtype=bool)
    for j, name in enumerate(BODY_JOINTS):
        k = keypoint_index(track, name)
        if k is not None:
            xy[:, j], confidence[:, j] = track.xy_px[:, k], track.confidence[:, k]
            is_filled[:, j] = track.was_filled[:, k]
    is_foot = np.array([name.split("_")[1] in ("ankle", "heel", "toe") for name in BODY_JOINTS])
    is_seen = confidence >= np.where(is_foot, FEET_SEEN_CONFIDENCE, SEEN_CONFIDENCE)
    inside = (xy >= 0).all(axis=-1) & (xy[..., 0] <= track.width_px) & (xy[..., 1] <= track.height_px)
    is_seen &= inside
    n_there = int(np.isfinite(track.xy_px[..., 0]).any(axis=1).sum())  # frames without the athlete do not count
    is_seen &= is_seen.sum(axis=0) >= SEEN_SHARE * max(n_there, 1)
    confidence = np.clip(confidence, 0.0, 1.0)
    return Landmarks(xy_px=np.where(is_seen[..., None], xy, np.nan), confidence=confidence, is_filled=is_filled)


def keypoint_index(track: PoseTrack, joint: str) -> int | None:
    """Where the track has a joint of BODY_JOINTS; None when it lacks a heel or toe.

    Raises
        MissingKeypoint: it lacks one that is needed.
    """
    side, part = joint.split("_")
    for alias in _ALIASES.get(part, (part,)):
        if f"{side}_{alias}" in track.skeleton.keypoints:
            return track.skeleton.index(f"{side}_{alias}")
    if part in _REQUIRED:
        raise MissingKeypoint(f"skeleton {track.skeleton.name!r} has no {joint!r}")
    return None
