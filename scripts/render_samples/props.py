"""Measures enter; rigid meshes leave: bars, discs and balls, and the weights and boxes that the athlete uses.

Every mesh is closed or one-sided with its faces counter-clockwise seen from outside. Corners that are to look sharp
have vertices of their own, so that normals taken from the faces come out right. Colours are linear RGB, 0-1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from scripts.render_samples.shapes import Array, Index, Solid

Colour = tuple[float, float, float]
STEEL: Colour = (0.42, 0.43, 0.45)
DARK_STEEL: Colour = (0.07, 0.07, 0.08)
RUBBER: Colour = (0.018, 0.018, 0.020)
PLYWOOD: Colour = (0.42, 0.27, 0.14)

_TO_Y = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])  # takes z to y


def merged(name: str, parts: Sequence[Solid], gloss: float | None = None) -> Solid:
    """One solid of many; its gloss is the first part's unless given."""
    starts = np.cumsum([0, *(len(part.vertices_m) for part in parts[:-1])])
    return Solid(
        name=name,
        vertices_m=np.concatenate([part.vertices_m for part in parts]),
        faces=np.concatenate([part.faces + start for part, start in zip(parts, starts, strict=True)]).astype(np.int32),
        rgb=np.concatenate([part.rgb for part in parts]),
        gloss=parts[0].gloss if gloss is None else gloss,
    )


def moved(solid: Solid, position_m: ArrayLike = (0.0, 0.0, 0.0), rotation: Array | None = None) -> Solid:
    """The solid turned about its own origin, then shifted."""
    turned = solid.vertices_m if rotation is None else solid.vertices_m @ rotation.T
    return Solid(
        name=solid.name,
        vertices_m=turned + np.asarray(position_m, dtype=np.float64),
        faces=solid.faces,
        rgb=solid.rgb,
        gloss=solid.gloss,
    )


def heading(yaw_deg: float) -> Array:
    """(3, 3) rotation about z, counter-clockwise seen from above."""
    angle = np.radians(yaw_deg)
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    return np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])


def solid(name: str, vertices_m: Array, faces: ArrayLike, rgb: ArrayLike, gloss: float = 0.2) -> Solid:
    """A solid of one colour, or of a colour per vertex."""
    return Solid(
        name=name,
        vertices_m=np.asarray(vertices_m, dtype=np.float64),
        faces=np.asarray(faces, dtype=np.int32),
        rgb=np.broadcast_to(np.asarray(rgb, dtype=np.float64), (len(vertices_m), 3)).copy(),
        gloss=gloss,
    )


def sheet(
    name: str, corner_m: ArrayLike, along_m: ArrayLike, up_m: ArrayLike, rgb: ArrayLike, gloss: float = 0.05, n: int = 1
) -> Solid:
    """A flat piece from a corner along two edges, in n x n cells; its visible side is that of along x up."""
    u, v = np.meshgrid(np.linspace(0, 1, n + 1), np.linspace(0, 1, n + 1), indexing="ij")
    points = np.asarray(corner_m) + u.reshape(-1, 1) * np.asarray(along_m) + v.reshape(-1, 1) * np.asarray(up_m)
    return solid(name, points, _cells(n + 1, n + 1), rgb, gloss)


def _cells(n_rows: int, n_columns: int) -> Index:
    """(F, 3) triangles over a grid of points stored row by row; a row's next column comes second."""
    row, column = np.meshgrid(np.arange(n_rows - 1), np.arange(n_columns - 1), indexing="ij")
    first = (row * n_columns + column).reshape(-1)
    below, beside = first + n_columns, first + 1
    halves = np.stack([first, below, below + 1]), np.stack([first, below + 1, beside])
    return np.concatenate([half.T for half in halves]).astype(np.int32)


def cuboid(name: str, size_m: ArrayLike, centre_m: ArrayLike, rgb: ArrayLike, gloss: float = 0.15) -> Solid:
    """A box with sharp edges, its sides along the axes."""
    size, middle = np.asarray(size_m, dtype=np.float64), np.asarray(centre_m, dtype=np.float64)
    sides = []
    for axis in range(3):
        along, up = np.zeros(3), np.zeros(3)
        along[(axis + 1) % 3], up[(axis + 2) % 3] = size[(axis + 1) % 3], size[(axis + 2) % 3]
        out = np.zeros(3)
        out[axis] = 0.5 * size[axis]
        sides.append(sheet(name, middle + out - 0.5 * (along + up), along, up, rgb, gloss))
        sides.append(sheet(name, middle - out - 0.5 * (along + up), up, along, rgb, gloss))
    return merged(name, sides)


def lathe(name: str, profile_m: ArrayLike, rgb: ArrayLike, gloss: float = 0.2, n: int = 24) -> Solid:
    """A body turned about z: profile_m (P, 2) radius and height, from its lower end up along the outside.

    Each stretch between two points has vertices of its own, so that edges are sharp; rgb (3,) or one per stretch.
    """
    profile = np.asarray(profile_m, dtype=np.float64)
    colours = np.broadcast_to(np.asarray(rgb, dtype=np.float64), (len(profile) - 1, 3))
    return merged(name, [_ring(name, profile[i : i + 2], colours[i], gloss, n) for i in range(len(profile) - 1)])


def _ring(name: str, profile: Array, rgb: Array, gloss: float, n: int) -> Solid:
    angle = np.linspace(0.0, 2.0 * np.pi, n, endpoint=False)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    rows = [np.column_stack([radius * circle, np.full(n, height)]) for radius, height in profile]
    here = np.arange(n)
    after = (here + 1) % n
    faces = np.concatenate([np.stack([here, after, n + after], axis=1), np.stack([here, n + after, n + here], axis=1)])
    return solid(name, np.concatenate(rows), faces, rgb, gloss)


def ball(name: str, radius_m: float, rgb: ArrayLike, gloss: float = 0.2, n: int = 20) -> Solid:
    """A smooth sphere about the origin."""
    polar = np.linspace(-0.5 * np.pi, 0.5 * np.pi, n // 2 + 1)
    angle = np.linspace(0.0, 2.0 * np.pi, n, endpoint=False)
    points = [
        np.column_stack([np.cos(p) * np.cos(angle), np.cos(p) * np.sin(angle), np.full(n, np.sin(p))]) for p in polar
    ]
    here = np.arange(n)
    after = (here + 1) % n
    faces = [
        np.concatenate([np.stack([here, after, n + after], 1), np.stack([here, n + after, n + here], 1)]) + i * n
        for i in range(len(polar) - 1)
    ]
    return solid(name, radius_m * np.concatenate(points), np.concatenate(faces), rgb, gloss)


def tube(name: str, ends_m: ArrayLike, radius_m: float, rgb: ArrayLike, gloss: float = 0.3, n: int = 12) -> Solid:
    """A round bar between two points."""
    low, high = np.asarray(ends_m, dtype=np.float64)
    along = high - low
    length = float(np.linalg.norm(along))
    third = along / length
    helper = np.eye(3)[int(np.argmin(np.abs(third)))]
    first = np.cross(helper, third)
    first /= np.linalg.norm(first)
    rotation = np.stack([first, np.cross(third, first), third], axis=1)
    bar = lathe(name, [(0, 0), (radius_m, 0), (radius_m, length), (0, length)], rgb, gloss, n)
    return moved(bar, low, rotation)


def plate(radius_m: float = 0.225, thickness_m: float = 0.05, rgb: Colour = RUBBER, n: int = 36) -> Solid:
    """A rubber weight plate about the y axis, its middle at the origin, with a recess and a steel hub on each side."""
    half, rim, hub = 0.5 * thickness_m, 0.82 * radius_m, 0.18 * radius_m + 0.015
    steps = [(0, 1.0), (hub, 1.0), (hub, 0.55), (rim, 0.55), (rim, 1.0), (radius_m, 1.0)]
    lower = [(radius, -share * half) for radius, share in steps]
    profile = [*lower, *((radius, -height) for radius, height in reversed(lower))]
    inner = tuple(0.7 * value + 0.004 for value in rgb)
    face = [STEEL, STEEL, inner, rgb, rgb]
    return moved(lathe("plate", profile, [*face, rgb, *reversed(face)], 0.25, n), rotation=_TO_Y)


def barbell(length_m: float = 2.2, plate_r_m: float = 0.225, n_plates: int = 1, plate_rgb: Colour = RUBBER) -> Solid:
    """A barbell along its own y axis, its middle at the origin.

    Between the sleeves are 1.31 m, as on a bar of the Olympic pattern; n_plates on each end, inside to outside.
    """
    inner = 0.655 * length_m / 2.2
    parts = [
        tube("barbell", [(0, -inner, 0), (0, inner, 0)], 0.014, STEEL, 0.6),
        *(
            tube("barbell", [(0, side * inner, 0), (0, side * 0.5 * length_m, 0)], 0.025, STEEL, 0.6, 16)
            for side in (-1, 1)
        ),
        *(
            tube("barbell", [(0, side * (inner - 0.02), 0), (0, side * (inner + 0.012), 0)], 0.038, STEEL, 0.6, 16)
            for side in (-1, 1)
        ),
    ]
    for i in range(n_plates):
        at = inner + 0.012 + (i + 0.5) * 0.055
        disc = plate(plate_r_m, rgb=plate_rgb)
        parts += [moved(disc, (0, side * at, 0)) for side in (-1, 1)]
    return merged("barbell", parts)


def dumbbell(length_m: float = 0.30, head_r_m: float = 0.075) -> Solid:
    """A dumbbell standing along its own z axis, its middle at the origin, as it is held before the chest."""
    half, head = 0.5 * length_m, 0.30 * length_m
    bevel = 0.012
    profile = [
        *((0, -half), (head_r_m - bevel, -half), (head_r_m, -half + bevel), (head_r_m, -half + head)),
        *((0.017, -half + head), (0.017, half - head), (head_r_m, half - head)),
        *((head_r_m, half - bevel), (head_r_m - bevel, half), (0, half)),
    ]
    colours = [RUBBER] * 4 + [STEEL] + [RUBBER] * 4
    return lathe("dumbbell", profile, colours, 0.25)


def kettlebell(radius_m: float = 0.095) -> Solid:
    """A kettlebell upright in its own axes, the middle of its ball at the origin, its handle along y above it."""
    body = ball("kettlebell", radius_m, (0.035, 0.035, 0.04), 0.3)
    flat = np.maximum(body.vertices_m[:, 2], -0.85 * radius_m)
    body = solid("kettlebell", np.column_stack([body.vertices_m[:, :2], flat]), body.faces, body.rgb, 0.3)
    low, high, wide, narrow = 0.75 * radius_m, 1.75 * radius_m, 0.62 * radius_m, 0.45 * radius_m
    path = np.array([(0, -wide, low), (0, -wide, 0.8 * high), (0, -narrow, high)])
    path = np.concatenate([path, path[::-1] * (1, -1, 1)])
    rods = [tube("kettlebell", path[i : i + 2], 0.017, STEEL, 0.4) for i in range(len(path) - 1)]
    knees = [moved(ball("kettlebell", 0.017, STEEL, 0.4, 10), point) for point in path[1:-1]]
    return merged("kettlebell", [body, *rods, *knees])


def box(height_m: float, width_m: float = 0.50, depth_m: float = 0.42, rgb: Colour = PLYWOOD) -> Solid:
    """A box to sit down on: stands on z = 0 about the origin, width along y; two grips are sawn into its sides."""
    body = cuboid("plywood box", (depth_m, width_m, height_m), (0, 0, 0.5 * height_m), rgb, 0.05)
    grip = (0.28 * depth_m, 0.012, 0.035)
    dark = (0.03, 0.02, 0.015)
    grips = [cuboid("grip", grip, (0, side * (0.5 * width_m - 0.005), 0.72 * height_m), dark, 0.0) for side in (-1, 1)]
    return merged("plywood box", [body, *grips])
