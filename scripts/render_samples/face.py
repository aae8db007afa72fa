"""A naked body and what covers it enters; the skin that shows, eyes and hair leave, coloured without any texture."""

from __future__ import annotations

import numpy as np

from scripts.render_samples.cases import Outfit, Physique
from scripts.render_samples.physique import NakedBody
from scripts.render_samples.shapes import SEGMENTS, Array, Flags, Surface
from scripts.render_samples.sheets import Sheet, cut, finished, joined, refined, smoothed

PALE_RGB, DARK_RGB = np.array([0.66, 0.40, 0.29]), np.array([0.075, 0.036, 0.022])
LIP_RGB = np.array([0.42, 0.15, 0.14])
WHITE_RGB, IRIS_RGB = (0.62, 0.60, 0.57), (0.04, 0.025, 0.02)
HAIR_M = {"short": 0.012, "tail": 0.009}  # thickness over the scalp
SPOTS = {
    "nose": (0.022, 0.016, (1.07, 0.92, 0.90)),
    **{f"{side}_cheek": (0.024, 0.020, (1.08, 0.89, 0.87)) for side in ("left", "right")},
    **{f"{side}_eye": (0.019, 0.010, (0.77, 0.75, 0.75)) for side in ("left", "right")},
}
"""Half width and height of soft spots on the face, and what they do to the skin's colour."""
TAIL_M, TAIL_RADIUS_M = 0.22, 0.026  # length and thickest radius of a pony tail


def skin(body: NakedBody, sheet: Sheet, physique: Physique, is_covered: Flags) -> Surface:
    """What no cloth covers, with a margin under every hem."""
    shown = ~is_covered[sheet.faces].all(axis=1)
    bare = Sheet(vertices_m=sheet.vertices_m, faces=sheet.faces[shown], weights=sheet.weights).compact()
    return finished(bare, "skin", _complexion(body, bare.vertices_m, physique), gloss=0.22)


def _complexion(body: NakedBody, points: Array, physique: Physique) -> Array:
    """(V, 3) of skin, with lips, brows, lids and redder cheeks and nose, so that a face is a face."""
    rgb = PALE_RGB * (DARK_RGB / PALE_RGB) ** physique.skin
    colours = np.tile(rgb, (len(points), 1)) * (1.0 + 0.03 * np.sin(points @ np.array([[61.0, 47.0, 53.0]]).T))
    marks = {name: landmark.rest_m for name, landmark in body.landmarks.items()}
    mouth = 0.5 * (marks["mouth_left"] + marks["mouth_right"])
    half_width = float(marks["mouth_left"][1])
    for side in ("left", "right"):
        marks[f"{side}_cheek"] = _cheek(marks, side)
    for name, (wide, rise, tint) in SPOTS.items():
        near = _patch(points, marks[name], wide, rise)[:, None]
        colours *= 1.0 + near * (np.array(tint) - 1.0)
    lips = _patch(points, mouth, half_width + 0.002, 0.0085, power=4.0)[:, None]
    colours = colours + 0.75 * lips * (LIP_RGB * (rgb / PALE_RGB) ** 0.75 - colours)
    return np.asarray(colours * (1.0 - _brows(marks, points, physique))[:, None])


def _brows(marks: dict[str, Array], points: Array, physique: Physique) -> Array:
    """(V,) 0-1: arcs over the eyes."""
    brow = np.zeros(len(points))
    for side in ("left", "right"):
        off = points - marks[f"{side}_eye"]
        arc = 0.019 - 9.0 * off[:, 1] ** 2
        is_ahead = off[:, 0] > -0.02
        brow += np.exp(-(((off[:, 2] - arc) / 0.0042) ** 4) - (off[:, 1] / 0.021) ** 6) * is_ahead
    return np.asarray(np.clip((0.78 - 0.2 * physique.skin) * brow, 0.0, 0.9))


def _cheek(marks: dict[str, Array], side: str) -> Array:
    eye, corner = marks[f"{side}_eye_outer"], marks[f"mouth_{side}"]
    return np.asarray(np.array([0.5 * (eye[0] + corner[0]), 0.95 * eye[1], 0.45 * eye[2] + 0.55 * corner[2]]))


def _patch(points: Array, middle: Array, wide: float, rise: float, power: float = 2.0) -> Array:
    """(V,) 0-1: a soft spot on the front of the face."""
    off = points - middle
    near = np.abs(off[:, 1] / wide) ** power + np.abs(off[:, 2] / rise) ** power
    return np.asarray(np.exp(-near) * (np.abs(off[:, 0]) < 0.035))


def eyes(sheets: dict[str, Sheet]) -> list[Surface]:
    """White balls with a dark iris ahead."""
    found = []
    for name, sheet in sheets.items():
        ball = refined(sheet.compact())
        off = ball.vertices_m - ball.vertices_m.mean(axis=0)
        off /= np.abs(off).max()
        is_iris = (np.hypot(off[:, 1], off[:, 2]) < 0.52) & (off[:, 0] > 0.0)
        found.append(finished(ball, name, np.where(is_iris[:, None], IRIS_RGB, WHITE_RGB), gloss=0.6))
    return found


def hair(body: NakedBody, sheet: Sheet, physique: Physique, outfit: Outfit) -> Surface:
    """A cap over the scalp; long hair is gathered behind into a tail."""
    points, normals = sheet.vertices_m, sheet.normals()
    field = _hairline(body, sheet)
    thick = HAIR_M[physique.hair] * np.clip(field / 0.02, 0.25, 1.0) * (1.0 + 0.2 * np.sin(points @ (190.0, 150.0, 0)))
    top = 1.0 + 0.5 * np.clip(normals[:, 2], 0.0, 1.0)
    cap = cut(sheet.moved(points + (thick * top)[:, None] * normals), field)
    cap = cap.moved(smoothed(cap, cap.vertices_m, 1))
    if physique.hair == "tail":
        cap = joined(cap, _tail(body, cap))
    shade = 1.0 + 0.18 * np.sin(cap.vertices_m @ np.array([[30.0, 320.0, 90.0]]).T)
    return finished(cap, "hair", np.array(outfit.hair_rgb) * shade, gloss=0.2, is_two_sided=True)


def _hairline(body: NakedBody, sheet: Sheet) -> Array:
    """(V,) metres inside the hair: over the forehead, around the ears, down to the nape."""
    points = sheet.vertices_m
    eye, ear = body.landmarks["left_eye"].rest_m, body.landmarks["left_ear"].rest_m
    ahead = (points[:, 0] - ear[0]) / max(eye[0] - ear[0], 1e-3)  # 0 at the ears, 1 at the eyes, negative behind
    nape, sideburn, temple, forehead = ear[2] - 0.060, ear[2] - 0.005, eye[2] + 0.030, eye[2] + 0.066
    heights = [nape, nape + 0.02, sideburn, sideburn, temple, forehead, forehead]
    line = np.interp(ahead, [-0.45, -0.18, 0.10, 0.28, 0.46, 0.80, 1.0], heights)
    near_ear = np.hypot(points[:, 0] - ear[0] + 0.002, points[:, 2] - ear[2]) - 0.038
    is_side = np.abs(points[:, 1]) > 0.75 * abs(ear[1])
    headness = sheet.weights[:, SEGMENTS.index("head")] - 0.5
    return np.asarray(np.minimum.reduce([points[:, 2] - line, np.where(is_side, near_ear, 1.0), 0.2 * headness]))


def _tail(body: NakedBody, cap: Sheet) -> Sheet:
    """A tapering tube from behind the crown down the nape, fixed to the head."""
    ear = body.landmarks["left_ear"].rest_m
    back = cap.vertices_m[np.abs(cap.vertices_m[:, 2] - ear[2] - 0.045) < 0.02, 0].min()
    share = np.linspace(0.0, 1.0, 13)
    ahead = back + 0.012 - 0.050 * np.sin(np.pi * np.clip(1.4 * share, 0.0, 1.0) / 1.6)
    height = ear[2] + 0.050 + 0.012 * np.sin(np.pi * np.clip(3.0 * share, 0, 1)) - TAIL_M * share**1.25
    radius = TAIL_RADIUS_M * np.interp(share, [0.0, 0.08, 0.16, 0.4, 0.8, 1.0], [0.9, 0.5, 0.75, 1.0, 0.7, 0.05])
    angle = np.linspace(0.0, 2.0 * np.pi, 12, endpoint=False)
    rings = np.stack(
        [
            ahead[:, None] + radius[:, None] * np.cos(angle),
            1.15 * radius[:, None] * np.sin(angle),
            np.repeat(height[:, None], 12, axis=1) - 0.006 * np.cos(angle) * (share[:, None] < 0.3),
        ],
        axis=-1,
    )
    weights = np.zeros((rings[..., 0].size, len(SEGMENTS)))
    weights[:, SEGMENTS.index("head")] = 1.0
    a = (np.arange(12)[:, None] * 12 + np.arange(12)).ravel()
    b = (np.arange(12)[:, None] * 12 + (np.arange(12) + 1) % 12).ravel()
    faces = np.concatenate([np.stack([a, a + 12, b], axis=1), np.stack([b, a + 12, b + 12], axis=1)])
    return Sheet(vertices_m=rings.reshape(-1, 3), faces=faces.astype(np.int32), weights=weights)
