"""An exercise of somebody's own, and the signal that its rubric judges."""

from pathlib import Path

import numpy as np

from lookfeel.types import BodyMotion, FloatArray, PoseTrack

SD_RATIO = 0.08
"""Standard deviation of one frame's value; a choice of this example: some 4 cm at the wrist."""


def exercise() -> str:
    """The TOML file beside this module."""
    return Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")


def wrist_lift(track: PoseTrack, body: BodyMotion) -> tuple[FloatArray, FloatArray]:
    """Height of the wrists over the shoulders in the picture, over the length of the trunk when standing.

    Returns
        Values and standard deviations (T,), NaN where an arm is not seen.
    """
    if "left_wrist" not in track.skeleton.keypoints:
        unknown = np.full(len(track.time_s), np.nan)
        return unknown, unknown
    height = {
        part: -0.5 * (track.point(f"left_{part}") + track.point(f"right_{part}"))[:, 1]
        for part in ("wrist", "shoulder", "hip")
    }
    trunk_px = np.nanpercentile(height["shoulder"] - height["hip"], 90.0)
    lift = (height["wrist"] - height["shoulder"]) / trunk_px
    return lift, np.where(np.isfinite(lift), SD_RATIO, np.nan)
