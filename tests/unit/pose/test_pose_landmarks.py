"""Regions, crops and the reading of the landmark network, against geometry that is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lookfeel.pose.landmarks import centred, crop, refine, sigmoid, upright_world
from lookfeel.pose.region import MARGIN, Region, region_around

UPRIGHT = Region(center_x_px=300.0, center_y_px=400.0, size_px=256.0, rotation_rad=0.0)


def blob(shape: tuple[int, int], x: float, y: float) -> np.ndarray:
    """A bright spot whose centre of mass is at (x, y), the picture's corner being (0, 0)."""
    rows, columns = np.mgrid[: shape[0], : shape[1]] + 0.5
    grey = 250 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * 8.0**2))
    return np.repeat(grey.astype(np.uint8)[:, :, None], 3, axis=2)


def centre_of(square: np.ndarray) -> np.ndarray:
    """Centre of mass in 0-1 of the square, counted from its corner, as the network counts."""
    weights = square[:, :, 0].astype(float)
    rows, columns = np.mgrid[: weights.shape[0], : weights.shape[1]] + 0.5
    return np.array([(columns * weights).sum(), (rows * weights).sum()]) / weights.sum() / weights.shape[0]


def test_region_stands_around_the_circle() -> None:
    region = region_around(np.array([[300.0, 400.0], [300.0, 300.0]]))
    assert region == Region(center_x_px=300.0, center_y_px=400.0, size_px=200 * MARGIN, rotation_rad=0.0)


@pytest.mark.parametrize("angle", [-3.0, -1.0, 0.0, 0.5, 2.0, 3.1])
def test_region_turns_with_the_body_and_puts_the_head_up(angle: float) -> None:
    top = np.array([np.sin(angle), -np.cos(angle)]) * 100
    region = region_around(np.array([[300.0, 400.0], top + np.array([300.0, 400.0])]))
    assert region.rotation_rad == pytest.approx(angle)
    matrix = region.to_picture()
    np.testing.assert_allclose(matrix @ [0.5, 0.5, 1], [300, 400])
    np.testing.assert_allclose(matrix @ [0.5, 0.5 - 0.5 / MARGIN, 1], top + np.array([300, 400]))


def test_coinciding_points_still_give_a_region() -> None:
    region = region_around(np.full((2, 2), 7.0))
    assert region.size_px == MARGIN
    assert np.isfinite(region.rotation_rad)


def test_a_jump_is_far_or_a_change_of_size() -> None:
    assert not replace(UPRIGHT, center_x_px=330.0).jumped_from(UPRIGHT)
    assert replace(UPRIGHT, center_x_px=400.0).jumped_from(UPRIGHT)
    assert replace(UPRIGHT, size_px=500.0).jumped_from(UPRIGHT)
    assert UPRIGHT.jumped_from(replace(UPRIGHT, size_px=500.0))


@pytest.mark.parametrize("size_px", [128.0, 256.0, 700.0])
@pytest.mark.parametrize("rotation_rad", [0.0, 0.4, -2.0])
def test_what_is_seen_in_the_crop_is_placed_where_it_lies(size_px: float, rotation_rad: float) -> None:
    region = replace(UPRIGHT, size_px=size_px, rotation_rad=rotation_rad)
    seen = centre_of(crop(blob((800, 600), 312.3, 391.7), region))
    matrix = region.to_picture()
    placed = centred((matrix[:, :2] @ seen + matrix[:, 2])[None], region)[0]
    np.testing.assert_allclose(placed, [312.3, 391.7], atol=0.1)


def test_crop_repeats_the_edge_beyond_the_picture() -> None:
    rgb = np.full((50, 50, 3), 200, dtype=np.uint8)
    assert (crop(rgb, replace(UPRIGHT, center_x_px=25.0, center_y_px=25.0, size_px=400.0)) == 200).all()


def test_refinement_finds_a_sure_peak_and_leaves_the_rest() -> None:
    heatmap = np.full((64, 64, 3), -20.0, dtype=np.float32)
    heatmap[31, 33, 0] = 20.0  # sure, two cells from the guess
    heatmap[31, 33, 1] = -1.0  # unsure
    points = np.array([[32.2, 30.7], [32.2, 30.7], [-5.0, 80.0]]) / 64
    found = refine(points, heatmap)
    np.testing.assert_allclose(found[0] * 64, [33, 31], atol=1e-4)
    np.testing.assert_array_equal(found[1:], points[1:])


def test_refinement_does_not_see_beyond_its_window() -> None:
    heatmap = np.full((64, 64, 1), -20.0, dtype=np.float32)
    heatmap[30, 36, 0] = 20.0
    points = np.array([[32.5, 30.5]]) / 64
    np.testing.assert_array_equal(refine(points, heatmap, kernel=7), points)
    np.testing.assert_allclose(refine(points, heatmap, kernel=9)[0] * 64, [36, 30], atol=1e-4)


def test_refinement_at_the_border() -> None:
    heatmap = np.full((64, 64, 1), -20.0, dtype=np.float32)
    heatmap[0, 63, 0] = 20.0
    np.testing.assert_allclose(refine(np.array([[63.9, 0.2]]) / 64, heatmap)[0] * 64, [63, 0], atol=1e-4)


def test_world_points_turn_back_with_the_region() -> None:
    head_up = np.array([[0.0, -1.0, 0.3]])  # in the region: above the hips
    turned = upright_world(head_up, replace(UPRIGHT, rotation_rad=np.pi / 2))  # body lies, head to the picture's right
    np.testing.assert_allclose(turned, [[1.0, 0.0, 0.3]], atol=1e-12)


def test_sigmoid_is_right_and_never_overflows() -> None:
    np.testing.assert_allclose(sigmoid(np.array([-1e4, 0.0, np.log(3), 1e4])), [0, 0.5, 0.75, 1])
