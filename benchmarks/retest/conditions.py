"""What is done to a clip that leaves its set as it is; what was detected enters, and leaves as it would be then."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lookfeel.pipeline import Watched
from lookfeel.types import BoolArray, FloatArray, PictureMotion, PoseDetections

FINE_CRF = 18  # of x264: no difference that is seen (its documentation)
COARSE_CRF = 32  # about what a messenger leaves (chosen by us)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One change. every: of so many frames one is kept; short_side_px: the picture made as small as this; crf: of x264;
    cut_s: taken off the start; n_passes: how often the clip is played."""

    name: str
    every: int = 1
    short_side_px: int | None = None
    crf: int = FINE_CRF
    is_mirrored: bool = False
    cut_s: float = 0.0
    n_passes: int = 1

    @property
    def is_of_picture(self) -> bool:
        """Whether only the network can tell what it does: there is no doing it to what was detected."""
        return self.short_side_px is not None or self.crf != FINE_CRF


CONDITIONS = (
    Condition(name="half the frames", every=2),
    Condition(name="360p", short_side_px=360),
    Condition(name="x264 crf 32", crf=COARSE_CRF),
    Condition(name="mirrored", is_mirrored=True),
    Condition(name="played twice", n_passes=2),
    Condition(name="1 s cut off", cut_s=1.0),
)


def changed(watched: Watched, condition: Condition) -> Watched:
    """The clip as if it had been detected after the change.

    Not quite what a file gives: the network follows a person from frame to frame, and is no mirror of itself.
    """
    info, decoded, detections = watched
    if condition.is_of_picture:
        raise ValueError(f"{condition.name}: only a file can show what it does")
    if condition.is_mirrored:
        detections = mirrored(detections)
    detections = _rows(detections, detections.time_s >= condition.cut_s)
    detections = _rows(detections, np.arange(len(detections.time_s)) % condition.every == 0)
    for _ in range(condition.n_passes - 1):
        detections = _followed_by(detections, watched[2], at_s=decoded.duration_s)
    return info, decoded, detections


def mirrored(detections: PoseDetections) -> PoseDetections:
    """As if the picture were mirrored: what was the athlete's left is found as the right."""
    swap = list(detections.skeleton.mirrored())
    across = np.array([-1.0, 1.0])
    return replace(
        detections,
        xy_px=detections.xy_px[:, :, swap] * across + (float(detections.width_px), 0.0),
        confidence=detections.confidence[:, :, swap],
        world_m=detections.world_m[:, :, swap] * (-1.0, 1.0, 1.0),
        picture_motion=_mirrored_motion(detections.picture_motion, float(detections.width_px)),
    )


def _mirrored_motion(motion: PictureMotion | None, width_px: float) -> PictureMotion | None:
    if motion is None or motion.to_frame is None:
        return motion
    flip = np.array([[-1.0, 0.0, width_px], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])  # its own inverse
    whole = np.concatenate([motion.to_frame, np.tile([[[0.0, 0.0, 1.0]]], (len(motion.to_frame), 1, 1))], axis=1)
    return replace(motion, to_frame=(flip @ whole @ flip)[:, :2])


def _rows(detections: PoseDetections, keep: BoolArray) -> PoseDetections:
    """Only some frames; the first of them at 0 s."""
    time_s = detections.time_s[keep]
    motion = detections.picture_motion
    if motion is not None and motion.to_frame is not None:
        motion = replace(motion, to_frame=motion.to_frame[keep])
    return replace(
        detections,
        time_s=time_s - time_s[0],
        xy_px=detections.xy_px[keep],
        confidence=detections.confidence[keep],
        world_m=detections.world_m[keep],
        score=detections.score[keep],
        picture_motion=motion,
    )


def _followed_by(first: PoseDetections, second: PoseDetections, *, at_s: float) -> PoseDetections:
    motion, more = first.picture_motion, second.picture_motion
    if motion is not None and more is not None and motion.to_frame is not None and more.to_frame is not None:
        motion = replace(motion, to_frame=_joined(motion.to_frame, more.to_frame))
    return replace(
        first,
        time_s=_joined(first.time_s, second.time_s + at_s),
        xy_px=_joined(first.xy_px, second.xy_px),
        confidence=_joined(first.confidence, second.confidence),
        world_m=_joined(first.world_m, second.world_m),
        score=_joined(first.score, second.score),
        picture_motion=motion,
    )


def _joined(first: FloatArray, second: FloatArray) -> FloatArray:
    return np.concatenate([first, second])
