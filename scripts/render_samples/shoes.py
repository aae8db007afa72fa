"""A naked body enters; its socks and shoes leave, soles flat on the floor."""

from __future__ import annotations

import numpy as np

from scripts.render_samples.cases import Outfit
from scripts.render_samples.physique import SOLE_M, NakedBody
from scripts.render_samples.shapes import SEGMENTS, Array, Surface
from scripts.render_samples.sheets import Sheet, cut, finished, joined, smoothed

FOOT = [i for i, name in enumerate(SEGMENTS) if name.endswith(("foot", "toes", "shank"))]
UPPER_M = 0.009  # thickness of a shoe's upper over the foot
SOLE_OUT_M = 0.004  # that the sole stands out beyond it
SOLE_RISE_M = 0.9 * SOLE_M  # of the sole's side over the floor
COLLAR_M = (0.012, 0.20)  # of the collar over the ankle's centre, and how much it rises per metre forward
PRESSED_M = (1.25 * SOLE_M, 2.4 * SOLE_M)  # heights of the foot that go onto the floor, and that stay as they are
SOCK_M, SOCK_RISE_M = 0.003, 0.10  # thickness; over the ankle's centre
SOCK_RGB = (0.72, 0.72, 0.70)


def socks(body: NakedBody, tights: Sheet) -> Surface:
    """From inside the shoe to above the ankle."""
    over = tights.vertices_m[:, 2] - body.joints_m["left_ankle"][2]
    field = np.minimum.reduce([SOCK_RISE_M - over, over + 0.04, tights.weights[:, FOOT].sum(axis=1) - 0.5])
    sheet = cut(tights.moved(tights.vertices_m + SOCK_M * tights.normals()), field)
    return finished(sheet, "socks", np.array(SOCK_RGB), is_two_sided=True)


def shoes(body: NakedBody, tights: Sheet, outfit: Outfit) -> Surface:
    """Tights' feet, pushed out, on an even sole of another colour."""
    ankle = body.joints_m["left_ankle"]
    collar = ankle[2] + COLLAR_M[0] + COLLAR_M[1] * (tights.vertices_m[:, 0] - ankle[0])
    field = np.minimum(collar - tights.vertices_m[:, 2], tights.weights[:, FOOT].sum(axis=1) - 0.5)
    shell = cut(tights.moved(_shell(tights)), field)
    height = shell.vertices_m[:, 2]
    upper, sole = cut(shell, height - SOLE_RISE_M), cut(shell, SOLE_RISE_M - height)
    sole = sole.moved(_spread(sole))
    main = np.array(outfit.shoes_rgb)
    contrast = np.array((0.75, 0.75, 0.73) if main.max() < 0.6 else (0.16, 0.16, 0.18))
    colours = np.concatenate([np.tile(main, (len(upper.vertices_m), 1)), np.tile(contrast, (len(sole.vertices_m), 1))])
    return finished(_fitted(body, joined(upper, sole)), "shoes", colours, gloss=0.15, is_two_sided=True)


def _shell(tights: Sheet) -> Array:
    """The foot, thicker, its underside pressed onto the floor."""
    vertices = smoothed(tights, tights.vertices_m, 6)  # toes become a toe box
    vertices = vertices + UPPER_M * tights.moved(vertices).normals()
    height, low, high = vertices[:, 2], *PRESSED_M
    vertices[:, 2] = np.where(height < high, np.maximum(height - low, 0.0) * high / (high - low), height)
    return np.asarray(vertices)


def _spread(sole: Sheet) -> Array:
    """The sole, a little wider than the upper."""
    out = sole.normals() * (1.0, 1.0, 0.0)
    out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 0.3)
    return np.asarray(sole.vertices_m + SOLE_OUT_M * out)


def _fitted(body: NakedBody, sheet: Sheet) -> Sheet:
    """Stretched a few millimetres along each foot, so that the soles end where the joints heel and toe say."""
    vertices = sheet.vertices_m.copy()
    for side, sign in (("left", 1.0), ("right", -1.0)):
        mine = sign * vertices[:, 1] > 0.0
        heel, toe = body.joints_m[f"{side}_heel"], body.joints_m[f"{side}_toe"]
        length = float(np.linalg.norm(toe - heel))
        line = (toe - heel) / length
        along = (vertices[mine] - heel) @ line
        sole = along[vertices[mine, 2] < SOLE_RISE_M]
        wanted = (along - sole.min()) * length / np.ptp(sole)
        vertices[mine] += (wanted - along)[:, None] * line
    return sheet.moved(vertices)
