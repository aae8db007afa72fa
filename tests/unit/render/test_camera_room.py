"""The room surrounds phone and athlete, and nothing stands between them."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from scripts.render_samples import props
from scripts.render_samples.cases import Film, Phone, Room
from scripts.render_samples.gear import PIECES
from scripts.render_samples.meshes import SHELL, Normals, material_of
from scripts.render_samples.phone import lens_position, shoot
from scripts.render_samples.room import CLEAR_M, bystander_places, furnish, mirror_of
from scripts.render_samples.shapes import Solid

SETTINGS = [
    (Room(clutter=clutter, has_mirror=mirror, bystanders=people), Phone(yaw_deg=yaw, distance_m=distance), seed)
    for seed, (clutter, mirror, people, yaw, distance) in enumerate(
        [
            *((3, False, 0, 0.0, 3.0), (15, False, 0, 45.0, 2.0), (8, True, 0, 90.0, 4.5), (20, False, 2, 180.0, 3.0)),
            *(
                (0, True, 1, -75.0, 3.0),
                (15, False, 0, 135.0, 5.0),
                (6, False, 3, -160.0, 2.2),
                (12, True, 2, 20.0, 5.5),
            ),
        ]
    )
]

built = cache(furnish)


def volume(solid: Solid) -> float:
    """Signed volume, positive when faces are counter-clockwise seen from outside."""
    a, b, c = (solid.vertices_m[solid.faces[:, i]] for i in range(3))
    return float(np.einsum("fi,fi->", a, np.cross(b, c)) / 6)


@pytest.mark.parametrize(
    ("solid", "litres"),
    [
        (props.cuboid("a", (0.2, 0.3, 0.4), (1, 2, 3), (0, 0, 0)), 24.0),
        (props.ball("a", 0.1, (0, 0, 0), n=64), 4.19),
        (props.tube("a", [(1, 0, 0), (0, 1, 1)], 0.05, (0, 0, 0), n=64), np.pi * 2.5 * np.sqrt(3)),
        (props.plate(), None),
        (props.barbell(), None),
        (props.dumbbell(), None),
        (props.kettlebell(), None),
        (props.box(0.45), 94.5),
    ],
    ids=["cuboid", "ball", "tube", "plate", "barbell", "dumbbell", "kettlebell", "box"],
)
def test_solids_face_outwards(solid: Solid, litres: float | None) -> None:
    found = 1000 * volume(solid)
    assert found > 0
    if litres is not None:
        assert found == pytest.approx(litres, rel=0.02)


def test_the_barbell_lies_along_y_about_the_origin() -> None:
    bar = props.barbell(2.2, 0.225)
    low, high = bar.vertices_m.min(axis=0), bar.vertices_m.max(axis=0)
    np.testing.assert_allclose(high, [0.225, 1.1, 0.225], atol=1e-3)
    np.testing.assert_allclose(low, -high, atol=1e-9)


@pytest.mark.parametrize("name", PIECES)
def test_pieces_of_equipment_stand_before_their_wall(name: str) -> None:
    for seed in range(3):
        piece = PIECES[name](np.random.default_rng(seed))
        low, high = piece.solid.vertices_m.min(axis=0), piece.solid.vertices_m.max(axis=0)
        assert high[0] <= 0.02
        assert -0.02 <= low[2] < 0.6  # a punch bag hangs
        assert high[1] - low[1] <= piece.width_m + 0.15
        assert volume(piece.solid) > 0


@pytest.mark.parametrize(("room", "phone", "seed"), SETTINGS)
def test_nothing_stands_near_the_athlete_or_in_the_way(room: Room, phone: Phone, seed: int) -> None:
    lens = lens_position(phone)[:2]
    towards = lens / np.linalg.norm(lens)
    for solid in built(room, phone, seed):
        if solid.name.startswith(SHELL):
            continue
        ground = solid.vertices_m[:, :2]
        assert np.linalg.norm(ground, axis=1).min() > CLEAR_M - 0.3
        along, aside = ground @ towards, np.abs(ground @ [-towards[1], towards[0]])
        between = (along > 0) & (along < phone.distance_m)
        assert not np.any(between & (aside < 0.40 * (phone.distance_m - along) + 0.2))


@pytest.mark.parametrize(("room", "phone", "seed"), SETTINGS)
def test_walls_surround_phone_and_athlete_and_face_inwards(room: Room, phone: Phone, seed: int) -> None:
    lens = lens_position(phone)
    shell = [
        s for s in built(room, phone, seed) if s.name.startswith(SHELL) and s.name.partition("/")[2] not in ("", "lamp")
    ]
    for solid in shell:
        normal = Normals(solid.faces, len(solid.vertices_m)).of(solid.vertices_m.astype(np.float32))
        for inside in (lens, np.array([0.0, 0.0, 1.0])):
            assert np.all(np.sum(normal * (inside - solid.vertices_m), axis=1) > 0), solid.name


@pytest.mark.parametrize(("room", "phone", "seed"), SETTINGS)
def test_bystanders_are_behind_the_athlete_and_in_view(room: Room, phone: Phone, seed: int) -> None:
    places = bystander_places(room, phone, seed)
    assert places.shape == (room.bystanders, 3)
    feet = np.column_stack([places[:, :2], np.full(len(places), 0.9)])
    shot = shoot(phone, Film(), np.zeros(1), seed)
    for x, _ in shot.project(feet[None])[0]:
        assert 0 < x < 540
    assert np.all(np.linalg.norm(places[:, :2], axis=1) > CLEAR_M)
    for solid in built(room, phone, seed):
        if not solid.name.startswith(SHELL) and len(places):
            gap = np.linalg.norm(solid.vertices_m[:, None, :2] - places[:, :2], axis=2)
            assert gap.min() > 0.3


def test_rooms_are_the_same_again_and_differ_by_seed() -> None:
    one, again, other = (furnish(Room(clutter=5), Phone(), seed) for seed in (1, 1, 2))
    assert [solid.name for solid in one] == [solid.name for solid in again]
    assert all(np.array_equal(a.vertices_m, b.vertices_m) for a, b in zip(one, again, strict=True))
    assert [solid.name for solid in one] != [solid.name for solid in other]


def test_a_mirror_only_where_asked_for_and_behind_the_athlete() -> None:
    phone = Phone(yaw_deg=50)
    assert mirror_of(Room(), phone, 1) is None
    mirror = mirror_of(Room(has_mirror=True), phone, 1)
    assert mirror is not None
    flip = mirror.reflection()
    np.testing.assert_allclose(flip @ flip, np.eye(4), atol=1e-12)
    behind = (flip @ [0, 0, 1, 1])[:3]
    assert np.dot(behind, lens_position(phone)) < 0
    assert behind[2] == pytest.approx(1.0)


def test_an_unknown_material_is_refused() -> None:
    assert material_of("bench") == "plain"
    with pytest.raises(ValueError, match="marble"):
        material_of("floor/marble")
