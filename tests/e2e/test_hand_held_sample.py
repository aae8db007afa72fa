"""The one sample clip that is filmed from the hand is found to sway, as its truth says; a clip from a stand is not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lookfeel.types import PictureMotion
from lookfeel.watching import watch

SAMPLES = Path(__file__).resolve().parents[2] / "sample_videos"
HAND_HELD, ON_A_STAND = "squat_oblique", "squat_side_shallow"


def motion_of(clip: str) -> PictureMotion:
    found = watch(SAMPLES / f"{clip}.mp4")[2].picture_motion
    assert found is not None
    return found


def standing_px(clip: str) -> np.ndarray:
    """(T, K, 2) where the landmarks of the first frame would be seen, were it the phone alone that moved."""
    about = json.loads((SAMPLES / f"{clip}_truth.json").read_text("utf-8"))
    with np.load(SAMPLES / f"{clip}_truth.npz") as data:
        seen = data["landmarks_m"][0] @ data["camera_rotation"].transpose(0, 2, 1)
        seen = seen + data["camera_translation_m"][:, None]
    return about["focal_px"] * seen[..., :2] / seen[..., 2:] + (about["width_px"] / 2, about["height_px"] / 2)


def spread_px(points: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.sum((points - points.mean(axis=0)) ** 2, axis=-1))))


def test_what_the_hand_does_to_the_athlete_is_taken_back() -> None:
    """A sway of 3.9 px on the athlete is left at 0.5 px."""
    found = motion_of(HAND_HELD)
    standing = standing_px(HAND_HELD)
    assert found.kind == "shaking"
    assert spread_px(standing) == pytest.approx(3.9, abs=0.2)
    assert spread_px(found.steadied(standing)) < 0.8


def test_a_clip_from_a_stand_is_left_alone() -> None:
    found = motion_of(ON_A_STAND)
    assert found.kind == "static"
    np.testing.assert_array_equal(found.to_frame, np.broadcast_to(np.eye(2, 3), found.to_frame.shape))
