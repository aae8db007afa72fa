"""Sheets are cut cleanly and keep their weights."""

import numpy as np
import pytest

from scripts.render_samples.shapes import SEGMENTS
from scripts.render_samples.sheets import Sheet, cut, finished, joined, refined, smoothed


def area(sheet):
    a, b, c = (sheet.vertices_m[sheet.faces[:, i]] for i in range(3))
    return 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()


def square(n=6):
    """A unit square in the plane z = 0, facing up, in 2 n² triangles; its weights go from pelvis to chest along x."""
    x, y = (grid.ravel() for grid in np.meshgrid(np.linspace(0, 1, n + 1), np.linspace(0, 1, n + 1), indexing="ij"))
    corner = (np.arange(n)[:, None] * (n + 1) + np.arange(n)).ravel()
    faces = np.concatenate(
        [np.stack([corner, corner + n + 1, corner + n + 2], 1), np.stack([corner, corner + n + 2, corner + 1], 1)]
    )
    weights = np.zeros((len(x), len(SEGMENTS)))
    weights[:, 0], weights[:, 2] = 1.0 - x, x
    return Sheet(vertices_m=np.stack([x, y, 0.0 * x], 1), faces=faces.astype(np.int32), weights=weights)


@pytest.mark.parametrize("slope", [(1.0, 0.0), (0.6, 0.8), (-0.5, 1.0)])
def test_a_cut_splits_the_area_and_ends_on_the_line(slope):
    sheet = square()
    field = sheet.vertices_m[:, :2] @ slope - 0.31
    inside, outside = cut(sheet, field), cut(sheet, -field)

    assert area(inside) + area(outside) == pytest.approx(1.0)
    assert (inside.vertices_m[:, :2] @ slope - 0.31).min() == pytest.approx(0.0, abs=1e-12)
    np.testing.assert_allclose(inside.weights[:, 2], inside.vertices_m[:, 0], atol=1e-12)
    np.testing.assert_allclose(inside.normals(), np.tile((0.0, 0.0, 1.0), (len(inside.vertices_m), 1)), atol=1e-12)


def test_nothing_or_all_may_be_cut_away():
    sheet = square()

    assert len(cut(sheet, np.full(len(sheet.vertices_m), -1.0)).faces) == 0
    assert len(cut(sheet, np.full(len(sheet.vertices_m), 1.0)).faces) == len(sheet.faces)


def test_refining_keeps_the_shape():
    fine = refined(square())

    assert len(fine.faces) == 4 * len(square().faces)
    assert area(fine) == pytest.approx(1.0)
    assert fine.normals()[:, 2].min() == pytest.approx(1.0)


def test_smoothing_keeps_a_constant_and_flattens_a_spike():
    sheet = square()
    spike = np.zeros((len(sheet.vertices_m), 1))
    spike[24] = 1.0

    np.testing.assert_allclose(smoothed(sheet, np.full_like(spike, 3.0), 4), 3.0)
    assert 0.0 < smoothed(sheet, spike, 3).max() < 0.5


def test_joined_sheets_make_one_surface_with_four_weights_each():
    sheet = square()
    surface = finished(
        joined(sheet, sheet.moved(sheet.vertices_m + np.array([0.0, 0.0, 1.0]))), "two", np.array([0.1, 0.2, 3.0])
    )

    assert surface.faces.max() == 2 * len(sheet.vertices_m) - 1
    assert surface.weights.shape == (2 * len(sheet.vertices_m), 4)
    np.testing.assert_allclose(surface.weights.sum(axis=1), 1.0)
    assert surface.rgb.max() == 1.0  # colours end at 1
