"""A sheet of triangles enters; the same cut along a line, refined, smoothed or offset leaves.

A sheet is a surface still being made: its weights are over all segments and it has no colour yet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix

from scripts.render_samples.shapes import Array, Flags, Index, Surface
from scripts.render_samples.skinning import Normals


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """vertices_m (V, 3) in the rest pose; faces (F, 3), counter-clockwise from outside; weights (V, S) of SEGMENTS."""

    vertices_m: Array
    faces: Index
    weights: Array

    def normals(self) -> Array:
        """(V, 3) unit, outward."""
        return Normals(self.faces, len(self.vertices_m)).of(self.vertices_m)

    def moved(self, vertices_m: Array) -> Sheet:
        """The same sheet with its vertices elsewhere."""
        return replace(self, vertices_m=vertices_m)

    def compact(self) -> Sheet:
        """Without vertices that no face uses."""
        used, renumbered = np.unique(self.faces, return_inverse=True)
        return Sheet(
            vertices_m=self.vertices_m[used],
            faces=renumbered.reshape(-1, 3).astype(np.int32),
            weights=self.weights[used],
        )


def triangles(quads: Index) -> Index:
    """(2F, 3) of quads (F, 4)."""
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int32)


def refined(sheet: Sheet) -> Sheet:
    """Every triangle in four, at the middles of its edges."""
    a, b, c = sheet.faces.T
    edges, (ab, bc, ca) = _edges(len(sheet.vertices_m), (a, b), (b, c), (c, a))
    halves = np.full(len(edges), 0.5)
    faces = [np.stack(corners, axis=1) for corners in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))]
    return _with_points_on(sheet, edges, halves, np.concatenate(faces))


def cut(sheet: Sheet, field: Array) -> Sheet:
    """What lies where `field` (V,) is positive, with a clean edge along its zero."""
    is_in = field > 0.0
    count = is_in[sheet.faces].sum(axis=1)
    lone, missing = _lone_first(sheet.faces[count == 1], is_in), _lone_first(sheet.faces[count == 2], ~is_in)
    a, b, c = lone.T
    d, e, f = missing.T
    edges, (ab, ac, de, df) = _edges(len(field), (a, b), (a, c), (d, e), (d, f))
    at = field[edges]
    share = at[:, 0] / (at[:, 0] - at[:, 1])
    corners = ((a, ab, ac), (de, e, f), (de, f, df))
    faces = np.concatenate([sheet.faces[count == 3], *(np.stack(corner, axis=1) for corner in corners)])
    return _with_points_on(sheet, edges, share, faces).compact()


def _lone_first(faces: Index, is_lone: Flags) -> Index:
    """Triangles turned so that their one lone corner comes first."""
    first = is_lone[faces].argmax(axis=1)
    return np.take_along_axis(faces, (first[:, None] + np.arange(3)) % 3, axis=1)


def _edges(n_vertices: int, *pairs: tuple[Index, Index]) -> tuple[Index, list[Index]]:
    """Unique edges (E, 2) of pairs of corners, and for each pair the numbers that new points on them will have."""
    both = np.concatenate([np.sort(np.stack(pair, axis=1), axis=1) for pair in pairs])
    edges, number = np.unique(both, axis=0, return_inverse=True)
    ends = np.cumsum([len(pair[0]) for pair in pairs])[:-1]
    numbers = [(n_vertices + part).astype(np.int32) for part in np.split(number.reshape(-1), ends)]
    return edges.astype(np.int32), numbers


def _with_points_on(sheet: Sheet, edges: Index, share: Array, faces: Index) -> Sheet:
    """The sheet with a new vertex on each edge, `share` of the way along."""

    def extended(values: Array) -> Array:
        first, second = values[edges[:, 0]], values[edges[:, 1]]
        return np.concatenate([values, first + share[:, None] * (second - first)])

    return Sheet(vertices_m=extended(sheet.vertices_m), faces=faces.astype(np.int32), weights=extended(sheet.weights))


def joined(*sheets: Sheet) -> Sheet:
    """Several sheets as one."""
    starts = np.cumsum([0, *(len(sheet.vertices_m) for sheet in sheets[:-1])])
    return Sheet(
        vertices_m=np.concatenate([sheet.vertices_m for sheet in sheets]),
        faces=np.concatenate(
            [sheet.faces + start for sheet, start in zip(sheets, starts, strict=True)], dtype=np.int32
        ),
        weights=np.concatenate([sheet.weights for sheet in sheets]),
    )


def smoothed(sheet: Sheet, values: Array, times: int) -> Array:
    """`values` (V, K), each drawn half-way to its neighbours' mean, so many times."""
    corners = sheet.faces[:, [0, 1, 2, 1, 2, 0]].T.ravel()
    others = sheet.faces[:, [1, 2, 0, 0, 1, 2]].T.ravel()
    n = len(sheet.vertices_m)
    near = csr_matrix((np.ones(len(corners)), (corners, others)), shape=(n, n))
    near.data[:] = 1.0
    per_row = np.maximum(np.asarray(near.sum(axis=1)), 1.0)
    for _ in range(times):
        values = 0.5 * values + 0.5 * np.asarray(near @ values) / per_row
    return values


def finished(sheet: Sheet, name: str, rgb: Array, *, gloss: float = 0.05, is_two_sided: bool = False) -> Surface:
    """A surface of one colour or one per vertex, with each vertex's four largest weights."""
    four = np.argsort(-sheet.weights, axis=1)[:, :4]
    kept = np.take_along_axis(sheet.weights, four, axis=1)
    return Surface(
        name=name,
        vertices_m=sheet.vertices_m,
        faces=sheet.faces,
        segments=four.astype(np.int32),
        weights=kept / kept.sum(axis=1, keepdims=True),
        rgb=np.clip(np.broadcast_to(rgb, sheet.vertices_m.shape), 0.0, 1.0),
        gloss=gloss,
        is_two_sided=is_two_sided,
    )
