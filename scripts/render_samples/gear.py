"""Chance enters; pieces of gym equipment leave, each with its back to the wall.

A piece stands on z = 0, its back at x = 0, towards the room along -x, its middle at y = 0: the room's own axes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from scripts.render_samples.props import (
    DARK_STEEL,
    PLYWOOD,
    RUBBER,
    STEEL,
    Colour,
    ball,
    barbell,
    box,
    cuboid,
    dumbbell,
    heading,
    kettlebell,
    lathe,
    merged,
    moved,
    plate,
    tube,
)
from scripts.render_samples.shapes import Solid

Chance = np.random.Generator
ACCENTS: tuple[Colour, ...] = (
    *((0.45, 0.04, 0.04), (0.04, 0.10, 0.38), (0.55, 0.33, 0.02), (0.04, 0.26, 0.10)),
    *((0.25, 0.25, 0.27), (0.05, 0.05, 0.06), (0.50, 0.16, 0.02), (0.18, 0.05, 0.25)),
)
"""Colours that gyms paint their walls and buy their equipment in; chosen by us."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Equipment with the room that it takes: along the wall and away from it."""

    solid: Solid
    width_m: float
    depth_m: float


def accent(rng: Chance) -> Colour:
    """One of the usual colours."""
    return ACCENTS[int(rng.integers(len(ACCENTS)))]


def _lying(solid: Solid) -> Solid:
    """What stands along z, along -x."""
    return moved(solid, rotation=np.array([[0.0, 0.0, -1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]))


def _dumbbell_rack(rng: Chance) -> Piece:
    width, rows = 1.5, int(rng.integers(2, 4))
    posts = [
        cuboid("rack", (0.5, 0.06, 0.35 + 0.36 * rows), (-0.3, s * 0.5 * width, 0.175 + 0.18 * rows), DARK_STEEL)
        for s in (-1, 1)
    ]
    parts = list(posts)
    for row in range(rows):
        height = 0.30 + 0.36 * row
        parts.append(cuboid("rack", (0.34, width, 0.03), (-0.30, 0, height), DARK_STEEL))
        n = 6 + row
        for at in (np.arange(n) + 0.5) / n - 0.5:
            radius = float(rng.uniform(0.045, 0.062)) * (1.0 - 0.12 * row)
            parts.append(moved(_lying(dumbbell(0.28, radius)), (-0.30, at * (width - 0.12), height + 0.015 + radius)))
    return Piece(solid=merged("rack", parts, 0.2), width_m=width, depth_m=0.6)


def _squat_rack(rng: Chance) -> Piece:
    colour = accent(rng)
    uprights = [cuboid("rack", (0.07, 0.07, 2.2), (x, s * 0.55, 1.1), colour) for x in (-0.1, -0.65) for s in (-1, 1)]
    beams = [
        *(cuboid("rack", (0.62, 0.07, 0.07), (-0.375, s * 0.55, z), colour) for s in (-1, 1) for z in (0.05, 2.17)),
        *(cuboid("rack", (0.07, 1.1, 0.07), (-0.1, 0, z), colour) for z in (0.3, 2.17)),
        *(cuboid("rack", (0.10, 0.05, 0.03), (-0.73, s * 0.55, 1.25), STEEL) for s in (-1, 1)),
    ]
    bar = moved(barbell(n_plates=int(rng.integers(0, 3)), plate_rgb=accent(rng)), (-0.73, 0, 1.28))
    return Piece(solid=merged("rack", [*uprights, *beams, bar], 0.2), width_m=2.3, depth_m=1.0)


def _bench(rng: Chance) -> Piece:
    pad = accent(rng)
    parts = [
        cuboid("bench", (0.28, 1.15, 0.08), (-0.3, 0, 0.42), pad, 0.3),
        cuboid("bench", (0.06, 1.0, 0.05), (-0.3, 0, 0.36), DARK_STEEL),
        *(cuboid("bench", (0.06, 0.06, 0.36), (-0.3, s * 0.45, 0.18), DARK_STEEL) for s in (-1, 1)),
        *(cuboid("bench", (0.50, 0.06, 0.05), (-0.3, s * 0.45, 0.025), DARK_STEEL) for s in (-1, 1)),
    ]
    return Piece(solid=merged("bench", parts), width_m=1.3, depth_m=0.6)


def _boxes(rng: Chance) -> Piece:
    low = moved(box(float(rng.uniform(0.5, 0.61)), 0.76, 0.51), (-0.4, 0, 0), heading(float(rng.uniform(-8, 8))))
    high = moved(
        box(0.4, 0.5, 0.45, PLYWOOD), (-0.4, 0.05, low.vertices_m[:, 2].max()), heading(float(rng.uniform(-25, 25)))
    )
    return Piece(solid=merged("boxes", [low, high] if rng.random() < 0.6 else [low]), width_m=0.9, depth_m=0.75)


def _balls(rng: Chance) -> Piece:
    parts = [cuboid("stand", (0.06, 0.9, 0.04), (x, 0, z), DARK_STEEL) for z in (0.22, 0.72) for x in (-0.12, -0.42)]
    parts += [cuboid("stand", (0.4, 0.05, 1.0), (-0.27, s * 0.45, 0.5), DARK_STEEL) for s in (-1, 1)]
    for z in (0.36, 0.86):
        parts += [moved(ball("ball", 0.135, accent(rng), 0.15), (-0.27, y, z)) for y in (-0.29, 0.0, 0.29)]
    return Piece(solid=merged("stand", parts), width_m=1.0, depth_m=0.5)


def _gym_ball(rng: Chance) -> Piece:
    radius = float(rng.uniform(0.28, 0.36))
    return Piece(
        solid=moved(ball("gym ball", radius, accent(rng), 0.4, 28), (-0.4, 0, radius)), width_m=0.8, depth_m=0.75
    )


def _plate_tree(rng: Chance) -> Piece:
    parts = [
        cuboid("tree", (0.5, 0.5, 0.05), (-0.35, 0, 0.025), DARK_STEEL),
        cuboid("tree", (0.08, 0.08, 1.1), (-0.35, 0, 0.55), DARK_STEEL),
    ]
    for z, radius in ((0.33, 0.225), (0.80, 0.17)):
        for side in (-1, 1):
            for i in range(int(rng.integers(1, 4))):
                parts.append(moved(plate(radius, rgb=accent(rng)), (-0.35, side * (0.09 + 0.055 * i), z)))
    return Piece(solid=merged("tree", parts), width_m=0.75, depth_m=0.65)


def _plant(rng: Chance) -> Piece:
    pot = lathe("pot", [(0, 0), (0.15, 0), (0.20, 0.38), (0.17, 0.38), (0.16, 0.34), (0, 0.34)], (0.35, 0.33, 0.30))
    parts = [pot]
    for _ in range(26):
        out, up = rng.uniform(0.08, 0.34), rng.uniform(0.5, 1.35)
        tip = np.array([*(heading(float(rng.uniform(0, 360)))[:2, 0] * out), up])
        green = (0.02 + 0.05 * rng.random(), 0.10 + 0.12 * rng.random(), 0.03)
        stalk = tube("leaf", np.array([[0, 0, 0.34], 0.75 * tip + [0, 0, 0.05]]), 0.008, (0.06, 0.09, 0.03), n=5)
        leaf = ball("leaf", 1.0, green, 0.25, 10)
        side = heading(float(np.degrees(np.arctan2(tip[1], tip[0]))))
        size = np.array([0.13, 0.055, 0.02]) * rng.uniform(0.7, 1.2)
        parts += [stalk, moved(moved(leaf, rotation=np.diag(size)), tip, side)]
    return Piece(solid=moved(merged("plant", parts, 0.2), (-0.50, 0, 0)), width_m=0.8, depth_m=0.95)


def _wall_bars(rng: Chance) -> Piece:
    wood = (0.45, 0.30, float(rng.uniform(0.12, 0.20)))
    sides = [cuboid("wall bars", (0.12, 0.04, 2.5), (-0.07, s * 0.45, 1.25), wood) for s in (-1, 1)]
    rungs = [
        tube("wall bars", [(-0.10, -0.45, z), (-0.10, 0.45, z)], 0.018, wood, n=8) for z in np.arange(0.15, 2.45, 0.155)
    ]
    return Piece(solid=merged("wall bars", [*sides, *rungs], 0.1), width_m=1.0, depth_m=0.2)


def _lockers(rng: Chance) -> Piece:
    colour, n = accent(rng), int(rng.integers(2, 5))
    parts = [cuboid("lockers", (0.48, 0.38 * n, 1.8), (-0.26, 0, 0.92), DARK_STEEL)]
    for i in range(n):
        y = 0.38 * (i + 0.5 - 0.5 * n)
        parts += [cuboid("door", (0.02, 0.36, z), (-0.51, y, at), colour) for z, at in ((0.86, 0.47), (0.86, 1.36))]
        parts += [cuboid("grip", (0.02, 0.02, 0.10), (-0.53, y + 0.13, at), STEEL, 0.5) for at in (0.47, 1.36)]
    return Piece(solid=merged("lockers", parts), width_m=0.38 * n + 0.1, depth_m=0.6)


def _mats(rng: Chance) -> Piece:
    parts = [
        cuboid("mat", (0.6, 1.2, 0.05), (-0.4, float(rng.uniform(-0.03, 0.03)), 0.025 + 0.052 * i), accent(rng), 0.1)
        for i in range(int(rng.integers(2, 6)))
    ]
    top = float(max(part.vertices_m[:, 2].max() for part in parts))
    parts.append(tube("roller", [(-0.4, -0.3, top + 0.075), (-0.4, 0.15, top + 0.075)], 0.075, accent(rng), 0.1, 20))
    return Piece(solid=merged("mat", parts), width_m=1.3, depth_m=0.75)


def _treadmill(rng: Chance) -> Piece:
    parts = [
        cuboid("treadmill", (1.7, 0.75, 0.16), (-0.95, 0, 0.10), DARK_STEEL),
        cuboid("belt", (1.5, 0.5, 0.012), (-0.98, 0, 0.186), RUBBER),
        *(tube("treadmill", [(-0.35, s * 0.36, 0.15), (-0.25, s * 0.36, 1.25)], 0.03, STEEL) for s in (-1, 1)),
        *(tube("treadmill", [(-0.27, s * 0.36, 0.95), (-0.85, s * 0.36, 0.9)], 0.022, RUBBER) for s in (-1, 1)),
        cuboid("console", (0.10, 0.8, 0.35), (-0.27, 0, 1.3), (0.05, 0.05, 0.06), 0.4),
        cuboid("screen", (0.01, 0.4, 0.2), (-0.325, 0, 1.34), (0.10, 0.25, float(rng.uniform(0.2, 0.5))), 0.6),
    ]
    return Piece(solid=merged("treadmill", parts), width_m=1.0, depth_m=1.0)


def _kettlebells(rng: Chance) -> Piece:
    parts = []
    for i in range(int(rng.integers(3, 6))):
        radius = 0.075 + 0.012 * i
        parts.append(
            moved(kettlebell(radius), (-0.3, 0.26 * i - 0.5, 0.85 * radius), heading(float(rng.uniform(0, 180))))
        )
    return Piece(solid=merged("kettlebells", parts), width_m=1.3, depth_m=0.5)


def _leaning_plates(rng: Chance) -> Piece:
    lean = np.radians(14.0)
    tilt = np.array([[np.cos(lean), 0, np.sin(lean)], [0, 1, 0], [-np.sin(lean), 0, np.cos(lean)]])
    facing = moved(plate(rgb=accent(rng)), rotation=heading(90.0))
    disc = moved(facing, rotation=tilt)
    parts = [moved(disc, (-0.16 - 0.06 * i, 0.07 * i, 0.225)) for i in range(int(rng.integers(1, 4)))]
    return Piece(solid=merged("plates", parts), width_m=0.7, depth_m=0.4)


def _punch_bag(rng: Chance) -> Piece:
    bag = lathe("bag", [(0, 0.55), (0.15, 0.55), (0.17, 0.60), (0.17, 1.6), (0.15, 1.66), (0, 1.66)], accent(rng), 0.4)
    chain = tube("chain", [(0, 0, 1.66), (0, 0, 2.95)], 0.012, STEEL, n=6)
    return Piece(solid=moved(merged("bag", [bag, chain]), (-0.55, 0, 0)), width_m=0.7, depth_m=0.8)


PIECES: Mapping[str, Callable[[Chance], Piece]] = {
    "dumbbell rack": _dumbbell_rack,
    "squat rack": _squat_rack,
    "bench": _bench,
    "boxes": _boxes,
    "balls": _balls,
    "gym ball": _gym_ball,
    "plate tree": _plate_tree,
    "plant": _plant,
    "wall bars": _wall_bars,
    "lockers": _lockers,
    "mats": _mats,
    "treadmill": _treadmill,
    "kettlebells": _kettlebells,
    "plates": _leaning_plates,
    "punch bag": _punch_bag,
}
"""Everything that can stand along a wall, by name."""


def some_pieces(n: int, rng: Chance) -> list[Piece]:
    """n pieces, none twice before all were taken once."""
    names = list(PIECES)
    order = np.concatenate([rng.permutation(len(names)) for _ in range(n // len(names) + 1)])
    return [PIECES[names[int(i)]](rng) for i in order[:n]]
