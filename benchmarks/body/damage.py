"""Detections of a good clip enter; the same, spoilt in one way that happens to people, leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.accuracy.methods import Watched
from benchmarks.accuracy.truth import ClipTruth
from lookfeel.types import BoolArray, FloatArray, PoseDetections

Spoil = Callable[[PoseDetections, ClipTruth], PoseDetections]
FEET = ("ankle", "heel", "foot_index")
SMALL_PX = 360


@dataclass(frozen=True, kw_only=True)
class Damage:
    """patterns: the clips that it is done to; no spoil: clips that are hard as they were filmed."""

    name: str
    spoil: Spoil | None = None
    patterns: tuple[str, ...] = ()


def spoilt(watched: Watched, truth: ClipTruth, damage: Damage) -> Watched:
    """The clip after the damage."""
    info, decoded, detections = watched
    return info, decoded, detections if damage.spoil is None else damage.spoil(detections, truth)


def _columns(detections: PoseDetections, *parts: str) -> list[int]:
    return [k for k, name in enumerate(detections.skeleton.keypoints) if any(part in name for part in parts)]


def _unseen(detections: PoseDetections, hidden: BoolArray, *, confidence: float) -> PoseDetections:
    """hidden (T, K): guessed with this confidence."""
    doubt = np.where(hidden[:, None], np.minimum(detections.confidence, confidence), detections.confidence)
    return replace(detections, confidence=doubt)


def _phase(detections: PoseDetections, truth: ClipTruth) -> FloatArray:
    """(T,) 0 standing, 1 at the bottom."""
    height = truth.signals["hip_height_m"]
    share = (height.max() - height) / np.ptp(height)
    return np.asarray(np.interp(detections.time_s, truth.time_s, share))


def cut_feet(detections: PoseDetections, _: ClipTruth) -> PoseDetections:
    """The picture ends above the ankles; a network still guesses there, and knows that it does."""
    hidden = np.zeros(detections.confidence[:, 0].shape, dtype=bool)
    hidden[:, _columns(detections, *FEET)] = True
    return _unseen(detections, hidden, confidence=0.1)


def hide_by_plate(detections: PoseDetections, truth: ClipTruth) -> PoseDetections:
    """A plate before hip and shoulder of the near side in the lower half of the way."""
    side = "left" if np.sin(np.radians(truth.yaw_deg)) >= 0 else "right"
    hidden = np.zeros(detections.confidence[:, 0].shape, dtype=bool)
    hidden[:, _columns(detections, f"{side}_hip", f"{side}_shoulder")] = True
    hidden &= _phase(detections, truth)[:, None] > 0.5
    return _unseen(detections, hidden, confidence=0.15)


def shrink(detections: PoseDetections, _: ClipTruth) -> PoseDetections:
    """202 x 360 pixels: landmarks on whole pixels, one pixel of noise."""
    share = SMALL_PX / max(detections.width_px, detections.height_px)
    noise = np.random.default_rng(0).normal(0.0, 1.0, detections.xy_px.shape)
    return replace(
        detections,
        xy_px=np.round(share * detections.xy_px + noise),
        width_px=round(share * detections.width_px),
        height_px=round(share * detections.height_px),
        picture_motion=None,
    )


def _rows(detections: PoseDetections, keep: BoolArray) -> PoseDetections:
    return replace(
        detections,
        time_s=detections.time_s[keep] - detections.time_s[keep][0],
        xy_px=detections.xy_px[keep],
        confidence=detections.confidence[keep],
        world_m=detections.world_m[keep],
        score=detections.score[keep],
        picture_motion=None,
    )


def slow_camera(detections: PoseDetections, _: ClipTruth) -> PoseDetections:
    """10 frames a second."""
    steps = np.floor(detections.time_s * 10.0 + 1e-6)
    return _rows(detections, np.diff(steps, prepend=-1.0) > 0)


def lose_frames(detections: PoseDetections, _: ClipTruth) -> PoseDetections:
    """Nobody is found in half of the frames, any ones."""
    lost = np.random.default_rng(1).random(len(detections.time_s)) < 0.5
    lost[0] = lost[-1] = False
    return replace(
        detections,
        xy_px=np.where(lost[:, None, None, None], np.nan, detections.xy_px),
        confidence=np.where(lost[:, None, None], 0.0, detections.confidence),
        world_m=np.where(lost[:, None, None, None], np.nan, detections.world_m),
        score=np.where(lost[:, None], np.nan, detections.score),
    )


def swap_legs(detections: PoseDetections, truth: ClipTruth) -> PoseDetections:
    """Left and right leg exchanged for ten frames at every bottom."""
    names = detections.skeleton.keypoints
    legs = ("hip", "knee", *FEET)
    order = [
        names.index(("right" if name.startswith("left") else "left") + name[name.index("_") :])
        if any(part in name for part in legs)
        else k
        for k, name in enumerate(names)
    ]
    swapped = np.zeros(len(detections.time_s), dtype=bool)
    for rep in truth.reps:
        at = int(np.searchsorted(detections.time_s, rep.window.bottom_s))
        swapped[max(at - 5, 0) : at + 5] = True
    return replace(
        detections,
        xy_px=np.where(swapped[:, None, None, None], detections.xy_px[:, :, order], detections.xy_px),
        confidence=np.where(swapped[:, None, None], detections.confidence[:, :, order], detections.confidence),
        world_m=np.where(swapped[:, None, None, None], detections.world_m[:, :, order], detections.world_m),
    )


def pan(detections: PoseDetections, _: ClipTruth) -> PoseDetections:
    """The phone turns by a tenth of the picture's width over the clip, and nobody watches the room."""
    shift = np.linspace(-0.05, 0.05, len(detections.time_s)) * detections.width_px
    xy = detections.xy_px + shift[:, None, None, None] * np.array([1.0, 0.0])
    return replace(detections, xy_px=xy, picture_motion=None)


def shake(detections: PoseDetections, _: ClipTruth) -> PoseDetections:
    """White noise of 0.5 % of the picture's height on every landmark."""
    noise = np.random.default_rng(2).normal(0.0, 0.005 * detections.height_px, detections.xy_px.shape)
    return replace(detections, xy_px=detections.xy_px + noise)


DAMAGES = (
    Damage(name="as filmed"),
    Damage(name="feet cut off", spoil=cut_feet),
    Damage(name="plate hides hip and shoulder", spoil=hide_by_plate),
    Damage(name="202 x 360 pixels", spoil=shrink),
    Damage(name="noise of 0.5 %", spoil=shake),
    Damage(name="10 frames a second", spoil=slow_camera),
    Damage(name="half of the frames lost", spoil=lose_frames),
    Damage(name="legs swapped for 10 frames", spoil=swap_legs),
    Damage(name="phone pans slowly", spoil=pan),
    Damage(name="phone on the floor (0.3 m)", patterns=("place_*_0.3_3",)),
    Damage(name="seen obliquely from behind", patterns=("turn_squat_*1[35]?", "turn_lunge_*1[35]?")),
    Damage(name="baggy clothes, squat", patterns=("clothes_squat_*_baggy_bright",)),
    Damage(name="baggy clothes, lunge", patterns=("clothes_forward_lunge_*_baggy_bright",)),
)
