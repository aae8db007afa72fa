"""Heads are covered where they are, where they may be and where they were lost; nothing shows through."""

from __future__ import annotations

import numpy as np
import pytest

from lookfeel.pose.skeleton import BLAZEPOSE_33
from lookfeel.report import without_faces
from lookfeel.tracks import cover_faces
from lookfeel.types import Frame, PoseDetections

NAMES = BLAZEPOSE_33.keypoints
SIZE = (400, 600)
HEAD = np.array([200.0, 100.0])
TORSO_PX = 150.0


def person(n_frames, head=HEAD, *, move_px=0.0):
    """(T, K, 2) of somebody who stands, head at `head`, and walks."""
    xy_px = np.full((len(NAMES), 2), np.nan)
    for name, (x, y) in {
        "nose": (0, 0), "left_eye": (8, -6), "right_eye": (-8, -6), "left_ear": (18, 0), "right_ear": (-18, 0),
        "mouth_left": (6, 12), "mouth_right": (-6, 12), "left_shoulder": (50, 60), "right_shoulder": (-50, 60),
        "left_hip": (30, 60 + TORSO_PX), "right_hip": (-30, 60 + TORSO_PX),
    }.items():  # fmt: skip
        xy_px[NAMES.index(name)] = head + np.array([x, y])
    return xy_px[None] + np.arange(n_frames)[:, None, None] * (move_px, 0.0)


def detections(*people, confidence=0.9):
    xy_px = np.stack(people, axis=1)
    shape = xy_px.shape[:3]
    return PoseDetections(
        skeleton=BLAZEPOSE_33,
        time_s=np.arange(shape[0]) / 30,
        xy_px=xy_px,
        confidence=np.full(shape, confidence),
        world_m=np.full((*shape, 3), np.nan),
        score=np.ones(shape[:2]),
        width_px=SIZE[0],
        height_px=SIZE[1],
        backend="blazepose",
        weights_sha256=(),
    )


def is_covered(covers, index, place):
    distance = np.linalg.norm(covers.xy_px[index] - place, axis=-1)
    return bool((distance < covers.radius_px[index]).any())


def test_a_head_is_covered_from_chin_to_crown_and_ear_to_ear():
    covers = cover_faces(detections(person(10)))
    for away in ((0, 0), (40, 0), (-40, 0), (0, 35), (0, -55)):
        assert is_covered(covers, 5, HEAD + away)
    assert not is_covered(covers, 5, HEAD + np.array([0, 2 * TORSO_PX]))


def test_everybody_is_covered_not_the_athlete_alone():
    covers = cover_faces(detections(person(10), person(10, np.array([50.0, 300.0]))))
    assert is_covered(covers, 0, HEAD)
    assert is_covered(covers, 0, [50, 300])


def test_a_face_that_the_network_is_unsure_of_is_covered_above_the_shoulders_too():
    wrong = person(10)
    wrong[:, :11] += (300, 300)  # it took a plate for the face
    covers = cover_faces(detections(wrong, confidence=0.2))
    assert is_covered(covers, 3, HEAD)


def test_who_is_lost_is_covered_on_the_way_and_a_second_around():
    walking = person(90, move_px=2.0)
    walking[:30], walking[45:60], walking[85:] = np.nan, np.nan, np.nan
    covers = cover_faces(detections(walking))
    for index in range(90):
        held = HEAD + np.array([2.0 * min(max(index, 30), 84), 0])
        assert is_covered(covers, index, held), index


def test_points_that_are_not_known_leave_the_disc_large():
    torn = person(10)
    torn[:, 1:11] = np.nan
    covers = cover_faces(detections(torn))
    assert np.nanmin(covers.radius_px) >= 0.4 * TORSO_PX


def test_a_network_without_a_face_says_so():
    bare = detections(person(3))
    skeleton = type(BLAZEPOSE_33)(name="bare", keypoints=NAMES[11:], edges=())
    arrays = {name: getattr(bare, name)[:, :, 11:] for name in ("xy_px", "confidence", "world_m")}
    fields = ("time_s", "score", "width_px", "height_px", "backend", "weights_sha256")
    kept = {name: getattr(bare, name) for name in fields}
    assert cover_faces(PoseDetections(skeleton=skeleton, **arrays, **kept)) is None


@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_what_is_under_a_disc_is_one_colour(scale):
    covers = cover_faces(detections(person(3)))
    rng = np.random.default_rng(1)
    shape = (int(SIZE[1] * scale), int(SIZE[0] * scale), 3)
    frames = [Frame(index=n, time_s=n / 30, rgb=rng.integers(0, 255, shape, np.uint8), scale=scale) for n in range(4)]
    before = [frame.rgb.copy() for frame in frames]

    shown = list(without_faces(frames, covers))

    x, y = (HEAD * scale).astype(int)
    near = shown[0].rgb[y - 10 : y + 10, x - 10 : x + 10].reshape(-1, 3)
    assert len(np.unique(near, axis=0)) == 1
    np.testing.assert_array_equal(shown[0].rgb[-20:], before[0][-20:])
    assert len(np.unique(shown[3].rgb.reshape(-1, 3), axis=0)) == 1  # a frame that nobody looked at
    np.testing.assert_array_equal(frames[0].rgb, before[0])
