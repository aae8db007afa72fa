"""Black over people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lookfeel.pose.covering import MARGIN, covered
from lookfeel.pose.landmarks import Landmarks

WHITE = np.full((100, 200, 3), 255, dtype=np.uint8)


def pose(left: float, top: float, right: float, bottom: float) -> Landmarks:
    points = np.tile([(left, top), (right, bottom)], (17, 1))[:33].astype(float)
    return Landmarks(
        presence=1.0,
        points_px=points,
        steering_px=points[:2],
        confidence=np.ones(33),
        world_m=np.zeros((33, 3)),
    )


def test_the_box_round_the_landmarks_and_its_margin_are_black_and_nothing_else() -> None:
    picture = covered(WHITE, [pose(50, 20, 70, 70)])
    margin = 50 * MARGIN
    expected = WHITE.copy()
    expected[int(20 - margin) : int(70 + margin), int(50 - margin) : int(70 + margin)] = 0
    np.testing.assert_array_equal(picture, expected)
    assert (WHITE == 255).all(), "a copy"


def test_points_that_a_network_does_not_have_do_not_count() -> None:
    whole, half = pose(50, 20, 70, 70), pose(50, 20, 70, 70)
    half.points_px[4:] = np.nan
    np.testing.assert_array_equal(covered(WHITE, [half]), covered(WHITE, [whole]))
    half.points_px[:] = np.nan
    np.testing.assert_array_equal(covered(WHITE, [half]), WHITE)


@pytest.mark.parametrize("place", [(-40, -30, 10, 20), (190, 80, 260, 140), (-90, -90, -50, -50), (300, 300, 350, 400)])
def test_people_at_and_beyond_the_edge(place: tuple[float, float, float, float]) -> None:
    is_black = covered(WHITE, [pose(*place)]).sum(axis=2) == 0
    left, top, right, bottom = (round(v) for v in place)
    assert is_black[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)].all()
    assert is_black.sum() <= 1.6 * (right - left) * (bottom - top)


def test_two_people() -> None:
    one, other = pose(10, 10, 40, 60), pose(120, 10, 150, 60)
    both = covered(WHITE, [one, other])
    np.testing.assert_array_equal(both, np.minimum(covered(WHITE, [one]), covered(WHITE, [other])))
    np.testing.assert_array_equal(covered(WHITE, []), WHITE)
    assert not np.array_equal(covered(WHITE, [replace(one, points_px=one.points_px + 30)]), covered(WHITE, [one]))
