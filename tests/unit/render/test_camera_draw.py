"""What is drawn lies where the camera's arithmetic says, in the glass too."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from scripts.render_samples.cases import Film, Phone
from scripts.render_samples.draw import NoOpenGL, Studio
from scripts.render_samples.lamps import Mirror
from scripts.render_samples.phone import shoot
from scripts.render_samples.props import ball, cuboid, sheet
from scripts.render_samples.shapes import Shot, Solid

FILM = Film(width_px=270, height_px=480)
PHONE = Phone(yaw_deg=25.0, height_m=1.1, roll_deg=3.0)
UP_M = np.array([0.0, 0.0, 1.0])
BEHIND_US_M = np.array([4.0, 0.0, 1.2])
RED = (0.9, 0.0, 0.0)
BALL = ball("ball", 0.06, RED, 0.0)
BODY = cuboid("body", (0.4, 0.4, 1.2), (0, 0, 0.6), (0.2, 0.2, 0.6))


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    pytest.importorskip("moderngl", reason="drawing needs the extra 'render'")
    try:
        opened = Studio(FILM.width_px, FILM.height_px)
    except NoOpenGL as error:
        pytest.skip(str(error))
    with opened:
        yield opened


def floor() -> list[Solid]:
    return [sheet("floor/rubber", (-4, -4, 0), (8, 0, 0), (0, 8, 0), (0.3, 0.3, 0.3), n=4)]


def take(studio: Studio, shot: Shot, *places_m: np.ndarray) -> np.ndarray:
    return studio.draw(places_m, shot.rotation[0], shot.translation_m[0], shot.focal_px)


def red_middle(picture: np.ndarray) -> np.ndarray:
    """(2,) centroid in pixels of what is red, the top-left corner being (0, 0)."""
    rgb = picture.astype(int)
    rows, columns = np.nonzero((rgb[..., 0] > 90) & (rgb[..., 1] < 40))
    assert len(rows) > 8
    return np.array([columns.mean() + 0.5, rows.mean() + 0.5])


@pytest.mark.parametrize("spot_m", [(0.0, 0.0, 1.0), (0.5, -0.2, 0.3), (-0.6, 0.5, 1.6)])
def test_a_ball_is_where_the_camera_projects_it(studio: Studio, spot_m: tuple[float, float, float]) -> None:
    shot = shoot(PHONE, FILM, np.zeros(1), 0)
    studio.furnish(floor())
    studio.cast([BALL])
    picture = take(studio, shot, BALL.vertices_m + spot_m)
    assert picture.shape == (480, 270, 3)
    assert picture.dtype == np.uint8
    where = shot.project(np.array(spot_m)[None, None])[0, 0]
    np.testing.assert_allclose(red_middle(picture), where, atol=0.7)
    depth = studio.depth_m()
    x, y = where.astype(int)
    distance = (shot.rotation[0] @ np.array(spot_m) + shot.translation_m[0])[2]
    assert depth[y, x] == pytest.approx(distance - 0.06, abs=0.01)


def test_the_glass_shows_the_ball_where_its_mirror_image_is(studio: Studio) -> None:
    mirror = Mirror(point_m=np.array([-2.0, 0.0, 0.0]), normal=np.array([1.0, 0.0, 0.0]))
    shot = shoot(PHONE, FILM, np.zeros(1), 0)
    studio.furnish(floor(), mirror=mirror)
    studio.cast([BALL])
    image_m = (mirror.reflection() @ [*BEHIND_US_M, 1.0])[:3]
    picture = take(studio, shot, BALL.vertices_m + BEHIND_US_M)
    np.testing.assert_allclose(red_middle(picture), shot.project(image_m[None, None])[0, 0], atol=0.7)


def test_a_wall_without_a_hole_hides_the_glass(studio: Studio) -> None:
    mirror = Mirror(point_m=np.array([-2.0, 0.0, 0.0]), normal=np.array([1.0, 0.0, 0.0]))
    wall = sheet("wall/plaster", (-2, 4, 0), (0, -8, 0), (0, 0, 3), (0.5, 0.5, 0.5))
    studio.furnish([*floor(), wall], mirror=mirror)
    studio.cast([BALL])
    picture = take(studio, shoot(PHONE, FILM, np.zeros(1), 0), BALL.vertices_m + BEHIND_US_M).astype(int)
    assert not np.any((picture[..., 0] > 90) & (picture[..., 1] < 40))


def test_pictures_come_the_same_again_also_after_a_move_of_the_camera(studio: Studio) -> None:
    shaky = shoot(Phone(shake_m=0.02), FILM, np.arange(2) / 5, 0)
    studio.furnish(floor(), seed=3)
    studio.cast([BODY])
    views = [
        studio.draw([BODY.vertices_m], shaky.rotation[i], shaky.translation_m[i], shaky.focal_px) for i in (0, 0, 1, 0)
    ]
    assert np.array_equal(views[0], views[1])
    assert np.array_equal(views[0], views[3])
    assert not np.array_equal(views[0], views[2])


def test_the_athlete_throws_a_shadow_and_dim_rooms_are_darker(studio: Studio) -> None:
    shot = shoot(Phone(height_m=2.5, distance_m=4.0), FILM, np.zeros(1), 0)
    bright, dim = [], []
    for light, found in ((1.0, bright), (0.15, dim)):
        studio.furnish(floor(), light=light, seed=1)
        studio.cast([BODY])
        found += [take(studio, shot, BODY.vertices_m + shift).astype(float) for shift in ([0, 0, 0], [0, 0, -50.0])]
    with_body, without = bright
    assert np.sum(without.mean(axis=2) - with_body.mean(axis=2) > 12) > 500
    assert dim[1].mean() < 0.75 * without.mean()


def test_the_cast_must_bring_its_own_number_of_vertices(studio: Studio) -> None:
    studio.furnish(floor())
    studio.cast([BALL])
    with pytest.raises(ValueError, match="vertices"):
        take(studio, shoot(PHONE, FILM, np.zeros(1), 0), BALL.vertices_m[:-1])


def test_two_studios_do_not_disturb_each_other(studio: Studio) -> None:
    shot = shoot(PHONE, FILM, np.zeros(1), 0)
    studio.furnish(floor(), seed=1)
    studio.cast([BALL])
    alone = take(studio, shot, BALL.vertices_m + UP_M)
    with Studio(FILM.width_px, FILM.height_px) as other:
        other.furnish(floor(), seed=2)
        other.cast([BODY])
        theirs = take(other, shot, BODY.vertices_m)
        assert np.array_equal(take(studio, shot, BALL.vertices_m + UP_M), alone)
        assert np.array_equal(take(other, shot, BODY.vertices_m), theirs)
    assert np.array_equal(take(studio, shot, BALL.vertices_m + UP_M), alone)
