"""Signs of realism on made-up points, and the words that are made of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.mocap.landmark_errors import NAMES
from benchmarks.realism.signs import Signs, jitter_of, read_signs, scaled_points, swapped
from benchmarks.realism.verdict import sheets_of, verdicts
from lookfeel.pose.skeleton import BLAZEPOSE_33
from lookfeel.types import PoseDetections

HEIGHTS = {"shoulder": 0.82, "hip": 0.53, "knee": 0.285, "ankle": 0.04, "heel": 0.02, "toe": 0.01, "nose": 0.93}
BODY_PX = 800.0


def standing(n_frames: int = 100, jitter_px: float = 0.0) -> np.ndarray:
    """(T, 33, 2) somebody who stands before the camera, 800 pixels tall."""
    points = np.zeros((n_frames, 33, 2))
    for k, name in enumerate(NAMES):
        part = name.split("_")[-1]
        side = {"left": 1.0, "right": -1.0}.get(name.split("_")[0], 0.0)
        points[:, k] = (300.0 + 60.0 * side, 900.0 - BODY_PX * HEIGHTS.get(part, 0.7))
    return points + jitter_px * np.random.default_rng(0).standard_normal(points.shape)


def detections(points: np.ndarray) -> PoseDetections:
    n = len(points)
    return PoseDetections(
        skeleton=BLAZEPOSE_33,
        time_s=np.arange(n) / 30.0,
        xy_px=points[:, None],
        confidence=np.full((n, 1, 33), 0.9),
        world_m=np.concatenate([points / 1000.0, np.zeros((n, 33, 1))], axis=-1)[:, None],
        score=np.full((n, 1), 0.9),
        width_px=600,
        height_px=1000,
        backend="made up",
        weights_sha256=(),
    )


def test_jitter_is_told_in_per_cent_of_the_height():
    points = scaled_points(standing(400, jitter_px=2.0), np.arange(400) / 30.0)

    found = jitter_of(points)

    assert found is not None
    assert found["knee"] == pytest.approx(100.0 * 2.0 / BODY_PX, rel=0.15)


def test_a_slow_sway_is_no_jitter():
    sway = 8.0 * np.sin(np.arange(400) / 60.0)
    points = scaled_points(standing(400) + sway[:, None, None] * (1.0, 0.0), np.arange(400) / 30.0)

    found = jitter_of(points)

    assert found is not None
    assert found["hip"] < 0.05


def test_legs_that_change_places_are_counted():
    points = standing()
    legs = [NAMES.index(name) for name in ("left_ankle", "right_ankle")]
    points[40:60, legs] = points[40:60, legs[::-1]]

    assert np.flatnonzero(swapped(scaled_points(points, np.arange(100) / 30.0))).tolist() == [39, 59]


def test_signs_of_somebody_who_stands():
    found = read_signs("standing", detections(standing(jitter_px=0.5)))

    assert found.still_s == pytest.approx(100 / 30.0, rel=0.1)
    assert found.lost == 0.0
    assert found.hip_height == pytest.approx((0.53 - 0.04) / (0.82 - 0.04), abs=0.01)
    assert found.thigh_at_bottom is None


def test_the_words_follow_the_figures():
    calm = read_signs("calm", detections(standing(jitter_px=0.5)))
    rough = read_signs("rough", detections(standing(jitter_px=3.0)))

    alike, apart = verdicts([calm], [calm], [], []), verdicts([calm], [rough], [], [])

    assert "alike" in alike[0]
    assert "too kind" in apart[0]
    assert "nothing can be said" in verdicts([calm], [], [], [])[0]


def test_a_sign_that_one_clip_shows_is_not_told_of_people():
    calm = read_signs("calm", detections(standing(jitter_px=0.5)))
    swapping = replace(calm, name="swapping", swaps=50.0)

    one = verdicts([calm], [calm, calm, swapping], [], [])[1]
    many = verdicts([calm], [calm, *[swapping] * 3], [], [])[1]

    assert "(1 of 3 show it); too few real clips" in one
    assert "(3 of 4 show it); in this the rendered clips are too kind" in many


def test_every_clip_has_its_row_and_unknown_signs_a_dash():
    one = read_signs("one", detections(standing(jitter_px=0.5)))
    none: Signs = replace(one, name="two", jitter=None, yaw_deg=None, thigh_in_space=None)

    sheets = sheets_of([one], [none], [], [])

    assert {row[1] for row in sheets[-1].rows} == {"one", "two"}
    assert all(len(row) == len(sheet.headings) for sheet in sheets for row in sheet.rows)
