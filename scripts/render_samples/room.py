"""A room's wishes and where the phone stands enter; floor, walls, lamps and equipment leave as rigid meshes.

The room is built around what the phone sees: its far wall stands behind the athlete as seen from the phone, turned a
little by chance. In the room's own axes x points from the phone to that wall, y to the left of it and z up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scripts.render_samples.cases import Film, Phone, Room
from scripts.render_samples.gear import Chance, Piece, accent, some_pieces
from scripts.render_samples.lamps import Mirror
from scripts.render_samples.phone import focal_px
from scripts.render_samples.props import Colour, cuboid, heading, moved, sheet
from scripts.render_samples.shapes import Array, Solid

CLEAR_M = 1.35
"""Nothing but the athlete is closer to mid-stance than this: a long lunge, half a barbell and some air."""

_FLOORS: tuple[tuple[str, Colour], ...] = (
    *(("rubber", (0.030, 0.030, 0.034)), ("rubber", (0.060, 0.062, 0.068)), ("planks", (0.36, 0.22, 0.11))),
    *(("planks", (0.22, 0.13, 0.07)), ("tiles", (0.22, 0.22, 0.23)), ("rubber", (0.035, 0.050, 0.075))),
)
_WALLS: tuple[tuple[str, Colour], ...] = (
    *(("plaster", (0.62, 0.61, 0.58)), ("plaster", (0.42, 0.45, 0.48)), ("bricks", (0.36, 0.15, 0.10))),
    *(("bricks", (0.50, 0.49, 0.47)), ("plaster", (0.16, 0.18, 0.21)), ("plaster", (0.52, 0.46, 0.36))),
)
_MIRROR_TURN_DEG = (20.0, 27.0)  # so that the image in the glass stands beside the athlete, not behind
_TURN_DEG = 12.0
_ELBOW_M = 0.35  # from where someone stands to the next piece of equipment
_DARK: Colour = (0.05, 0.05, 0.055)


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """Sizes in the room's own axes, athlete at the origin. glass: (left, right, low, high) of the mirror, or None."""

    turn_deg: float
    far_m: float
    near_m: float
    left_m: float
    right_m: float
    height_m: float
    glass: tuple[float, float, float, float] | None


def furnish(room: Room, phone: Phone, seed: int) -> list[Solid]:
    """Everything that stands still, in the room axes of shapes; a mirror is a hole in the wall, see `mirror_of`."""
    plan = _plan(room, phone, seed)
    rng = np.random.default_rng((seed, 0x200))
    wall = _WALLS[int(rng.integers(len(_WALLS)))]
    parts = [
        *_floor_and_ceiling(plan, rng),
        *_walls(plan, wall),
        *_lamps(plan),
        *_decoration(plan, rng),
        *_equipment(room, plan, _people(room, phone, seed, plan), rng),
    ]
    turn = heading(plan.turn_deg)
    return [moved(part, rotation=turn) for part in parts]


def mirror_of(room: Room, phone: Phone, seed: int) -> Mirror | None:
    """The mirror's plane in the room that `furnish` builds for the same arguments; None without a mirror."""
    plan = _plan(room, phone, seed)
    if plan.glass is None:
        return None
    turn = heading(plan.turn_deg)
    return Mirror(point_m=turn @ np.array([plan.far_m, 0.0, 0.0]), normal=turn @ np.array([-1.0, 0.0, 0.0]))


def bystander_places(room: Room, phone: Phone, seed: int) -> Array:
    """(bystanders, 3): x and y in metres and heading in degrees (0 = as the athlete) of the others; all are in view."""
    plan = _plan(room, phone, seed)
    rng = np.random.default_rng((seed, 0xB15))
    first = rng.choice([-1.0, 1.0])
    places = []
    for i in range(room.bystanders):
        away = rng.uniform(CLEAR_M + 0.25, plan.far_m - 0.9)
        half_view = (phone.distance_m + away) * _half_view(phone)
        beside = first * (-1.0) ** i * rng.uniform(0.55, 0.85) * half_view
        spot = heading(phone.yaw_deg + 180.0) @ np.array([away, beside, 0.0])
        places.append((spot[0], spot[1], float((phone.yaw_deg + rng.uniform(-70, 70)) % 360.0)))
    return np.array(places, dtype=np.float64).reshape(-1, 3)


def _half_view(phone: Phone) -> float:
    """Half the width of an upright picture, 1 m away."""
    film = Film()
    return 0.5 * min(film.width_px, film.height_px) / focal_px(phone, film)


def _plan(room: Room, phone: Phone, seed: int) -> _Plan:
    rng = np.random.default_rng((seed, 0x100))
    turn = float(
        rng.choice([-1.0, 1.0]) * rng.uniform(*_MIRROR_TURN_DEG) if room.has_mirror else rng.uniform(-1, 1) * _TURN_DEG
    )
    far = float(rng.uniform(2.4, 3.4)) + (0.6 if room.bystanders else 0.0)
    aside = phone.distance_m * np.sin(np.radians(abs(turn)))
    left, right = (max(float(rng.uniform(2.6, 4.2)), aside + 0.9) for _ in range(2))
    glass = None
    if room.has_mirror:
        far = min(far, 2.4) + (0.6 if room.bystanders else 0.0)
        glass = (min(2.2, left - 0.3), -min(2.2, right - 0.3), 0.25, 2.25)
    return _Plan(
        turn_deg=phone.yaw_deg + 180.0 + turn,
        far_m=far,
        near_m=phone.distance_m + float(rng.uniform(1.0, 2.0)),
        left_m=left,
        right_m=right,
        height_m=float(rng.uniform(2.9, 3.6)),
        glass=glass,
    )


def _floor_and_ceiling(plan: _Plan, rng: Chance) -> list[Solid]:
    pattern, rgb = _FLOORS[int(rng.integers(len(_FLOORS)))]
    deep, wide = np.array([plan.far_m + plan.near_m, 0, 0]), np.array([0, plan.left_m + plan.right_m, 0])
    corner = np.array([-plan.near_m, -plan.right_m, 0.0])
    up = np.array([0, 0, plan.height_m])
    return [
        _worn(sheet(f"floor/{pattern}", corner, deep, wide, rgb, 0.08, n=16)),
        _worn(sheet("ceiling/tiles", corner + up, wide, deep, (0.62, 0.62, 0.60), 0.0, n=16)),
    ]


def _worn(flat: Solid) -> Solid:
    """Darker towards its edges, where less of the room's light comes."""
    low, high = flat.vertices_m.min(axis=0), flat.vertices_m.max(axis=0)
    gap = np.minimum(flat.vertices_m - low, high - flat.vertices_m)[:, high - low > 1e-6].min(axis=1)
    shade = 0.62 + 0.38 * np.clip(gap / 0.7, 0.0, 1.0) ** 0.6
    return Solid(
        name=flat.name, vertices_m=flat.vertices_m, faces=flat.faces, rgb=flat.rgb * shade[:, None], gloss=flat.gloss
    )


def _walls(plan: _Plan, wall: tuple[str, Colour]) -> list[Solid]:
    """Four walls that face inwards, a skirting along the far one, and the hole for the mirror."""
    pattern, rgb = wall
    name, up = f"wall/{pattern}", (0.0, 0.0, plan.height_m)
    far, near, left, right = plan.far_m, -plan.near_m, plan.left_m, -plan.right_m
    deep, wide = far - near, left - right
    around = [
        _worn(sheet(name, (near, right, 0), (0, wide, 0), up, rgb, n=14)),
        _worn(sheet(name, (near, left, 0), (deep, 0, 0), up, rgb, n=14)),
        _worn(sheet(name, (far, right, 0), (-deep, 0, 0), up, rgb, n=14)),
    ]
    skirting = cuboid(
        "wall skirting", (0.02, wide, 0.09), (far - 0.01, 0.5 * (left + right), 0.045), (0.10, 0.10, 0.10)
    )
    return [*around, *_far_wall(plan, name, rgb), skirting]


def _far_wall(plan: _Plan, name: str, rgb: Colour) -> list[Solid]:
    far, left, right, top = plan.far_m, plan.left_m, -plan.right_m, plan.height_m

    def piece(from_y: float, to_y: float, low: float, high: float, n: int = 1) -> Solid:
        return sheet(name, (far, from_y, low), (0, to_y - from_y, 0), (0, 0, high - low), rgb, n=n)

    if plan.glass is None:
        return [_worn(piece(left, right, 0, top, 14))]
    glass_left, glass_right, low, high = plan.glass
    middle, width = 0.5 * (glass_left + glass_right), glass_left - glass_right
    frame = [
        *(cuboid("wall frame", (0.03, width, 0.03), (far, middle, z), _DARK) for z in (low, high)),
        *(cuboid("wall frame", (0.03, 0.03, high - low), (far, y, 0.5 * (low + high)), _DARK) for y in plan.glass[:2]),
    ]
    return [
        piece(left, glass_left, 0, top),
        piece(glass_right, right, 0, top),
        piece(glass_left, glass_right, 0, low),
        piece(glass_left, glass_right, high, top),
        *frame,
    ]


def _lamps(plan: _Plan) -> list[Solid]:
    """Light panels under the ceiling in two rows."""
    panels = []
    for x in np.arange(-plan.near_m + 0.8, plan.far_m - 0.4, 1.8):
        for y in (-0.45 * plan.right_m, 0.45 * plan.left_m):
            corner = (x, y - 0.6, plan.height_m - 0.03)
            panels.append(sheet("ceiling lamp/lamp", corner, (0, 1.2, 0), (0.3, 0, 0), (0.95, 0.95, 0.90)))
    return panels


def _decoration(plan: _Plan, rng: Chance) -> list[Solid]:
    """Windows, a door, posters and a painted band on the walls; the far wall has none where the mirror is."""
    parts: list[Solid] = []
    if plan.glass is None:
        parts += _far_decoration(plan, rng)
    for side, limit in ((1, plan.left_m), (-1, -plan.right_m)):
        x = float(rng.uniform(-0.5, plan.far_m - 1.2))
        parts.append(cuboid("wall board", (1.0, 0.02, 0.7), (x, limit - side * 0.011, 1.6), accent(rng), 0.1))
    return parts


def _far_decoration(plan: _Plan, rng: Chance) -> list[Solid]:
    far, kind = plan.far_m - 0.012, rng.random()
    parts: list[Solid] = []
    if rng.random() < 0.4:
        middle, wide = 0.5 * (plan.left_m - plan.right_m), plan.left_m + plan.right_m
        high = float(rng.uniform(0.8, 1.2))
        parts.append(cuboid("wall band", (0.01, wide, 0.18), (far + 0.007, middle, high), accent(rng), 0.05))
    spots = rng.permutation([-1.5, -0.5, 0.5, 1.5]) + rng.uniform(-0.15, 0.15)
    if kind < 0.45:
        parts += _window(far, float(spots[0]), rng)
    elif kind < 0.75:
        parts += [
            cuboid("wall door", (0.03, 0.95, 2.08), (far, float(spots[0]), 1.04), accent(rng), 0.15),
            cuboid(
                "wall door grip", (0.06, 0.12, 0.025), (far - 0.03, float(spots[0]) + 0.36, 1.05), (0.4, 0.4, 0.4), 0.6
            ),
        ]
    for spot in spots[1 : 1 + int(rng.integers(1, 3))]:
        parts += _poster(far, float(spot), float(rng.uniform(1.55, 1.85)), rng)
    return parts


def _window(x: float, y: float, rng: Chance) -> list[Solid]:
    low, high, half = 1.15, 2.35, float(rng.uniform(0.4, 0.6))
    glass = sheet(
        "wall window/window", (x - 0.012, y + half, low), (0, -2 * half, 0), (0, 0, high - low), (0.30, 0.36, 0.34)
    )
    bars = [
        *(
            cuboid("wall window frame", (0.04, 2 * half + 0.06, 0.05), (x - 0.02, y, z), (0.6, 0.6, 0.6))
            for z in (low, high)
        ),
        *(
            cuboid(
                "wall window frame",
                (0.04, 0.05, high - low),
                (x - 0.02, y + s * half, 0.5 * (low + high)),
                (0.6, 0.6, 0.6),
            )
            for s in (-1, 0, 1)
        ),
    ]
    return [glass, *bars]


def _poster(x: float, y: float, z: float, rng: Chance) -> list[Solid]:
    """A sheet of paper with three blocks of colour."""
    width, height = float(rng.uniform(0.4, 0.7)), float(rng.uniform(0.5, 0.9))
    paper = cuboid("wall poster", (0.006, width, height), (x, y, z), (0.60, 0.60, 0.57), 0.05)
    blocks = [
        cuboid(
            "wall poster",
            (0.004, width * float(rng.uniform(0.4, 0.85)), 0.22 * height),
            (x - 0.004, y, z + (row - 1) * 0.3 * height),
            accent(rng),
            0.05,
        )
        for row in range(3)
    ]
    return [paper, *blocks]


def _people(room: Room, phone: Phone, seed: int, plan: _Plan) -> Array:
    """(n, 2) where the others stand, in the room's own axes."""
    return (bystander_places(room, phone, seed) @ heading(plan.turn_deg))[:, :2]


def _equipment(room: Room, plan: _Plan, people_m: Array, rng: Chance) -> list[Solid]:
    """Pieces packed along the far wall, then along the sides; never close to the athlete or before them, nor on others.

    What finds no room is left out.
    """
    waiting = some_pieces(room.clutter, rng)
    stands: list[Solid] = []
    for stretch in _stretches(plan):
        waiting, placed = _pack(waiting, stretch, people_m, rng)
        stands += placed
    return stands


def _is_free(solid: Solid, people_m: Array) -> bool:
    """Whether nobody stands where the solid does."""
    low, high = solid.vertices_m[:, :2].min(axis=0), solid.vertices_m[:, :2].max(axis=0)
    gap = np.maximum(np.maximum(low - people_m, people_m - high), 0.0)
    return bool(np.all(np.linalg.norm(gap, axis=1) > _ELBOW_M))


@dataclass(frozen=True, kw_only=True)
class _Stretch:
    """A stretch of wall to put things along: its middle on the floor, heading of the piece's back, and its length."""

    middle_m: tuple[float, float]
    heading_deg: float
    length_m: float
    depth_m: float


def _stretches(plan: _Plan) -> list[_Stretch]:
    far, left, right = plan.far_m, plan.left_m, -plan.right_m
    beside_m = 0.6 + far
    sides = [
        _Stretch(middle_m=(0.5 * (far - 0.6), y), heading_deg=turn, length_m=beside_m, depth_m=abs(y) - CLEAR_M)
        for y, turn in ((left, 90.0), (right, -90.0))
    ]
    if plan.glass is None:
        reach = min(plan.left_m, plan.right_m, 2.4)
        return [
            _Stretch(middle_m=(far, 0.0), heading_deg=0.0, length_m=2 * reach, depth_m=far - CLEAR_M),
            *sides,
        ]
    behind = _Stretch(
        middle_m=(-plan.near_m, 0.5 * (left + right)), heading_deg=180.0, length_m=left - right - 1.0, depth_m=0.9
    )
    return [*sides, behind]


def _pack(waiting: Sequence[Piece], stretch: _Stretch, people_m: Array, rng: Chance) -> tuple[list[Piece], list[Solid]]:
    """What finds no room along the stretch, and what does, put up with the spare room between."""
    taken, left = _fitting(waiting, stretch)
    spare = stretch.length_m - sum(piece.width_m for piece in taken)
    gaps = np.diff([0.0, *np.sort(rng.uniform(0, 1, len(taken))), 1.0]) * spare
    turn, along, placed = heading(stretch.heading_deg), -0.5 * stretch.length_m, []
    for piece, gap in zip(taken, gaps[:-1], strict=True):
        along += float(gap) + 0.5 * piece.width_m
        spot = turn @ np.array([0.0, along, 0.0]) + np.array([*stretch.middle_m, 0.0])
        stood = moved(piece.solid, spot, turn)
        along += 0.5 * piece.width_m
        if _is_free(stood, people_m):
            placed.append(stood)
        else:
            left.append(piece)
    return left, placed


def _fitting(waiting: Sequence[Piece], stretch: _Stretch) -> tuple[list[Piece], list[Piece]]:
    """As many as go along the stretch, first come first served, and the others."""
    taken: list[Piece] = []
    left: list[Piece] = []
    for piece in waiting:
        used = sum(other.width_m + 0.1 for other in taken)
        fits = piece.depth_m <= stretch.depth_m and used + piece.width_m <= stretch.length_m
        (taken if fits else left).append(piece)
    return taken, left
