"""Meshes in numpy enter; the same on the graphics side leave, with normals, ready to be drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from scripts.render_samples.shaders import MATERIALS
from scripts.render_samples.shapes import Array, Index, Solid, Surface

Floats = NDArray[np.float32]
SHELL = ("floor", "wall", "ceiling")
"""What the names of a room's own sides begin with: they throw no shadow."""


class Normals:
    """Smooth normals of a mesh whose vertices move: the mean over the faces at a vertex, weighted by area."""

    def __init__(self, faces: Index, n_vertices: int) -> None:
        self._a, self._b, self._c = np.ascontiguousarray(faces.T)
        where = np.repeat(np.arange(len(faces)), 3)
        ones = np.ones(len(where), np.float32)
        self._gather = csr_array((ones, (faces.reshape(-1), where)), shape=(n_vertices, len(faces)))

    def of(self, vertices_m: Floats) -> Floats:
        """(V, 3), not of unit length; vertices without a face get zero."""
        corner = vertices_m[self._a]
        return np.asarray(self._gather @ _cross(vertices_m[self._b] - corner, vertices_m[self._c] - corner))


def _cross(a: Floats, b: Floats) -> Floats:
    """np.cross in a third of its time."""
    out = np.empty_like(a)
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        out[:, i] = a[:, j] * b[:, k] - a[:, k] * b[:, j]
    return out


def paint(rgb: Array, gloss: float) -> NDArray[np.uint8]:
    """(V, 4) eight-bit colour: square root of linear light, which spares the dark tones, and gloss."""
    shade = np.sqrt(np.clip(rgb, 0.0, 1.0))
    return np.round(255.0 * np.column_stack([shade, np.full(len(rgb), gloss)])).astype(np.uint8)


def _stacked(members: Sequence[Solid | Surface]) -> Index:
    """(F, 3) faces of all members over their vertices laid end to end."""
    starts = np.cumsum([0, *(len(member.vertices_m) for member in members[:-1])])
    return np.concatenate([m.faces + start for m, start in zip(members, starts, strict=True)]).astype(np.int32)


class Furniture:
    """What stands still: uploaded once, drawn material by material."""

    def __init__(self, gl: Any, programs: Callable[[str], Any], solids: Sequence[Solid]) -> None:
        vertices = np.concatenate([s.vertices_m for s in solids]).astype(np.float32)
        faces = _stacked(solids)
        places = (gl.buffer(vertices.tobytes()), "3f", "in_at")
        slopes = (gl.buffer(Normals(faces, len(vertices)).of(vertices).tobytes()), "3f", "in_normal")
        colours = (gl.buffer(np.concatenate([paint(s.rgb, s.gloss) for s in solids]).tobytes()), "4f1", "in_paint")
        sizes = [len(s.faces) for s in solids]
        material = np.repeat([material_of(s.name) for s in solids], sizes)
        self._lit = [
            (name, _array(gl, programs(name), [places, slopes, colours], faces[material == name]))
            for name in dict.fromkeys(material_of(s.name) for s in solids)
        ]
        throws = np.repeat([not s.name.startswith(SHELL) for s in solids], sizes)
        self._shade = _array(gl, programs("depth"), [places], faces[throws])

    @property
    def materials(self) -> list[str]:
        """Names of the programs that it is drawn with."""
        return [name for name, _ in self._lit]

    def draw(self) -> None:
        """Draw in full; what shines and what has no pattern last, since it mostly stands before the rest."""
        for _, content in self._lit:
            content.render()

    def draw_depth(self) -> None:
        """Draw what throws shadows into a depth map."""
        if self._shade is not None:
            self._shade.render()


class Cast:
    """What moves: triangles and colours uploaded once, places with every frame."""

    def __init__(self, gl: Any, programs: Callable[[str], Any], members: Sequence[Solid | Surface]) -> None:
        self._gl = gl
        self._counts = [len(member.vertices_m) for member in members]
        faces = _stacked(members)
        total = sum(self._counts)
        self._normals = Normals(faces, total)
        self._vertices = np.zeros((total, 3), np.float32)
        self._places, self._slopes = gl.buffer(reserve=12 * total), gl.buffer(reserve=12 * total)
        colours = gl.buffer(np.concatenate([paint(m.rgb, m.gloss) for m in members]).tobytes())
        details = [(self._slopes, "3f", "in_normal"), (colours, "4f1", "in_paint")]
        both = np.repeat([getattr(m, "is_two_sided", False) for m in members], [len(m.faces) for m in members])
        content = [(self._places, "3f", "in_at"), *details]
        self._one_sided = _array(gl, programs("moving"), content, faces[~both])
        self._two_sided = _array(gl, programs("moving"), content, faces[both])
        self._shade = _array(gl, programs("depth"), content[:1], faces)

    def place(self, places_m: Sequence[Floats | Array]) -> None:
        """Move every member: (V, 3) vertices each, in order."""
        counts = [len(vertices) for vertices in places_m]
        if counts != self._counts:
            raise ValueError(f"the cast has {self._counts} vertices, got {counts}")
        np.concatenate(places_m, out=self._vertices, casting="same_kind")
        self._places.write(self._vertices)
        self._slopes.write(self._normals.of(self._vertices))

    def extent_m(self) -> tuple[Array, float]:
        """(3,) middle of the box around all that moves, and half the length of its diagonal."""
        low, high = self._vertices.min(axis=0).astype(np.float64), self._vertices.max(axis=0).astype(np.float64)
        return 0.5 * (low + high), 0.5 * float(np.linalg.norm(high - low))

    def shadow_on_floor(self, to_key: Array) -> tuple[Array, Array]:
        """(2,) middle and (2,) half width of the box around the shadow on the floor of lamps in a direction."""
        slope = (to_key[:2] / to_key[2]).astype(np.float32)
        fallen = self._vertices[:, :2] - slope * self._vertices[:, 2:]
        low, high = fallen.min(axis=0).astype(np.float64), fallen.max(axis=0).astype(np.float64)
        return 0.5 * (low + high), 0.5 * (high - low)

    def draw(self) -> None:
        """Draw in full; the inside of cloth is drawn, the inside of skin is not."""
        for content, is_cloth in ((self._one_sided, False), (self._two_sided, True)):
            if content is not None:
                (self._gl.disable if is_cloth else self._gl.enable)(self._gl.CULL_FACE)
                content.render()

    def draw_depth(self) -> None:
        """Draw into a depth map: all of it, for what faces away from the lamp lies behind what faces it."""
        self._shade.render()


def material_of(name: str) -> str:
    """The pattern that a solid's name asks for after its slash."""
    material = name.partition("/")[2] or "plain"
    if material not in MATERIALS:
        raise ValueError(f"{name!r}: there is no material {material!r}, only {', '.join(MATERIALS)}")
    return material


def _array(gl: Any, program: Any, content: list[Any], faces: Index) -> Any:
    """A drawable of some faces; None without any. Content that the program has no use for is left out."""
    if not len(faces):
        return None
    used = [entry for entry in content if entry[2] in program]
    index = gl.buffer(np.ascontiguousarray(faces, dtype=np.int32).tobytes())
    return gl.vertex_array(program, used, index, index_element_size=4)
