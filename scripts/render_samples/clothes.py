"""A naked body and an outfit enter; what a camera sees of it leaves: skin, eyes, hair, socks, shoes and cloth.

Cloth and shoes are cut from the tights that MakeHuman's mesh wears as helper geometry, pushed outward and folded by
sines; skin that cloth covers is left out, so that none shows through.
"""

from __future__ import annotations

import numpy as np

from scripts.render_samples.cases import Outfit, Physique
from scripts.render_samples.face import eyes, hair, skin
from scripts.render_samples.physique import NakedBody
from scripts.render_samples.shapes import Array, Surface
from scripts.render_samples.sheets import Sheet, cut, finished, refined, smoothed, triangles
from scripts.render_samples.shoes import shoes, socks
from scripts.render_samples.tailor import (
    ARM,
    OVER_M,
    TUCK_M,
    hem_m,
    is_hidden,
    legs_field,
    legs_offset,
    places,
    top_field,
    top_offset,
)


def dress(body: NakedBody, physique: Physique, outfit: Outfit, seed: int) -> tuple[Surface, ...]:
    """All surfaces of the dressed body; the seed lays the folds and chooses stripes."""
    naked = _sheet(body, "body")
    at = places(body, naked)
    is_covered = is_hidden(at, legs_field(body, at, outfit), top_field(body, at, outfit), _in_shoe(body, naked))
    head = [] if physique.hair == "none" else [hair(body, naked, physique, outfit)]
    balls = {f"{side}_eye": _sheet(body, f"helper-{side[0]}-eye") for side in ("left", "right")}
    tights = refined(_sheet(body, "helper-tights"))
    return (
        skin(body, naked, physique, is_covered),
        *eyes(balls),
        *head,
        socks(body, tights),
        shoes(body, tights, outfit),
        *_cloth(body, tights, outfit, seed),
    )


def _sheet(body: NakedBody, group: str) -> Sheet:
    faces = triangles(body.mesh.quads[group])
    return Sheet(vertices_m=body.vertices_m, faces=faces, weights=body.weights).compact()


def _in_shoe(body: NakedBody, naked: Sheet) -> Array:
    """(V,) metres that hide all below the ankle, but nothing of what a sock may leave bare."""
    return np.asarray(body.joints_m["left_ankle"][2] + TUCK_M - naked.vertices_m[:, 2])


def _cloth(body: NakedBody, tights: Sheet, outfit: Outfit, seed: int) -> list[Surface]:
    """Legs and top; the top lies over the legs, which end a little under it."""
    at = places(body, tights)
    normals = tights.normals()
    under = legs_offset(at, normals, outfit, seed)
    over = top_offset(body, at, normals, outfit, seed)
    legs_end = legs_field(body, at, outfit)
    least = _along(under, normals) + OVER_M
    over += np.where((legs_end > 0.0)[:, None], np.maximum(least - _along(over, normals), 0.0)[:, None] * normals, 0.0)
    legs_end = np.minimum(legs_end, hem_m(body, at, outfit) + TUCK_M * at.scale - at.points_m[:, 2])
    loose = round(6.0 * outfit.looseness)
    return [
        _piece(tights, under, legs_end, "legs", np.array(outfit.legs_rgb), seed, times=1 + loose),
        _piece(tights, over, top_field(body, at, outfit), "top", np.array(outfit.top_rgb), seed, times=1 + loose),
    ]


def _along(offset: Array, normals: Array) -> Array:
    return np.asarray(np.sum(offset * normals, axis=1))


def _piece(tights: Sheet, offset: Array, field: Array, name: str, rgb: Array, seed: int, *, times: int) -> Surface:
    """One garment; `times`: how much its offsets and weights are evened out, since loose cloth bends softly."""
    whole = Sheet(
        vertices_m=tights.vertices_m + smoothed(tights, offset, 2 + times),
        faces=tights.faces,
        weights=smoothed(tights, tights.weights, times),
    )
    sheet = cut(whole, field)
    return finished(sheet, name, _woven(sheet, rgb, name, seed), is_two_sided=True)


def _woven(sheet: Sheet, rgb: Array, name: str, seed: int) -> Array:
    """(V, 3): the cloth's colour, a little uneven; for some seeds a band across the chest."""
    rng = np.random.default_rng([seed, 5, len(name)])
    points = sheet.vertices_m
    shade = 1.0 + 0.05 * np.sin(points @ rng.uniform(-40.0, 40.0, (3, 3))).sum(axis=1, keepdims=True)
    colours = rgb * shade
    if name == "top" and rng.random() < 0.4:
        middle = points[:, 2].max() - 0.24
        on_trunk = np.clip(3.0 - 5.0 * sheet.weights[:, ARM].sum(axis=1), 0.0, 1.0)
        share = (on_trunk * np.clip(1.5 - np.abs(points[:, 2] - middle) / 0.02, 0.0, 1.0))[:, None]
        colours = colours + share * (np.clip(0.9 - rgb, 0.1, 0.75) - colours)
    return np.asarray(colours)
