"""The camera stands, looks and sways as the case says."""

from __future__ import annotations

import numpy as np
import pytest

from scripts.render_samples.cases import Film, Phone
from scripts.render_samples.phone import shoot

ONE = np.zeros(1)


def seen(phone: Phone, *points_m: tuple[float, float, float], film: Film | None = None) -> np.ndarray:
    """(K, 2) pixels of points in the room."""
    return shoot(phone, film or Film(), ONE, 0).project(np.array(points_m)[None])[0]


@pytest.mark.parametrize("yaw_deg", [0.0, 37.0, 90.0, 180.0, -120.0])
def test_the_aim_is_in_the_middle_and_up_is_up(yaw_deg: float) -> None:
    aim, head = seen(Phone(yaw_deg=yaw_deg, height_m=0.4), (0, 0, 0.9), (0, 0, 1.7))
    np.testing.assert_allclose(aim, [270, 480], atol=1e-9)
    assert head[1] < aim[1]
    assert head[0] == pytest.approx(aim[0])


@pytest.mark.parametrize(
    ("yaw_deg", "point_m", "sign"),
    [
        (0.0, (0, 0.4, 0.9), 1),  # facing us, the athlete's left is on our right
        (180.0, (0, 0.4, 0.9), -1),
        (90.0, (0.4, 0, 0.9), -1),  # seen from their left they face to our left
        (-90.0, (0.4, 0, 0.9), 1),
    ],
)
def test_sides_of_the_picture(yaw_deg: float, point_m: tuple[float, float, float], sign: int) -> None:
    (x, _), *_ = seen(Phone(yaw_deg=yaw_deg), point_m)
    assert sign * (x - 270) > 50


def test_rotations_are_proper_and_the_lens_is_where_it_should_be() -> None:
    phone = Phone(yaw_deg=30, distance_m=2.5, height_m=1.2, roll_deg=7, shake_m=0.0, shake_deg=0.4)
    shot = shoot(phone, Film(), np.linspace(0, 3, 7), 5)
    np.testing.assert_allclose(
        shot.rotation @ shot.rotation.transpose(0, 2, 1), np.tile(np.eye(3), (7, 1, 1)), atol=1e-12
    )
    np.testing.assert_allclose(np.linalg.det(shot.rotation), 1.0)
    lens_m = -np.einsum("tji,tj->ti", shot.rotation, shot.translation_m)
    expected = [2.5 * np.cos(np.radians(30)), 2.5 * np.sin(np.radians(30)), 1.2]
    np.testing.assert_allclose(lens_m, np.tile(expected, (7, 1)), atol=1e-12)


def test_a_lens_that_looks_up_shows_things_lower() -> None:
    level, up = (seen(Phone(height_m=0.9, pitch_deg=pitch), (0, 0, 0.9))[0] for pitch in (0.0, 10.0))
    assert level == pytest.approx([270, 480])
    assert up[0] == pytest.approx(270)
    focal_px = 480 / np.tan(np.radians(33))
    assert up[1] == pytest.approx(480 + focal_px * np.tan(np.radians(10)))


def test_a_phone_turned_clockwise_leans_the_picture_to_the_left() -> None:
    aim, head = seen(Phone(height_m=0.9, roll_deg=10), (0, 0, 0.9), (0, 0, 1.7))
    lean_deg = np.degrees(np.arctan2(aim[0] - head[0], aim[1] - head[1]))
    assert lean_deg == pytest.approx(10)


@pytest.mark.parametrize("size", [(540, 960), (960, 540)])
def test_the_field_of_view_lies_along_the_longer_side(size: tuple[int, int]) -> None:
    film = Film(width_px=size[0], height_px=size[1])
    shot = shoot(Phone(field_of_view_deg=60), film, ONE, 0)
    assert 2 * np.degrees(np.arctan(480 / shot.focal_px)) == pytest.approx(60)


def test_a_phone_on_a_stand_does_not_move() -> None:
    shot = shoot(Phone(), Film(), np.linspace(0, 10, 50), 3)
    assert np.ptp(shot.rotation, axis=0).max() == 0
    assert np.ptp(shot.translation_m, axis=0).max() == 0


def test_a_hand_sways_as_much_as_asked_and_the_same_again() -> None:
    phone, time_s = Phone(shake_m=0.01, shake_deg=0.5), np.arange(0, 400, 0.1)
    shot = shoot(phone, Film(), time_s, 4)
    lens_m = -np.einsum("tji,tj->ti", shot.rotation, shot.translation_m)
    np.testing.assert_allclose(lens_m.std(axis=0), 0.01, rtol=0.1)
    steps = np.linalg.norm(np.diff(lens_m, axis=0), axis=1) / 0.1
    assert steps.max() < 0.3  # metres a second: a sway, no jump
    alone = shoot(phone, Film(), time_s[100:101], 4)
    np.testing.assert_allclose(alone.rotation[0], shot.rotation[100], atol=1e-12)
    assert not np.allclose(shoot(phone, Film(), time_s[100:101], 5).rotation[0], shot.rotation[100], atol=1e-6)
