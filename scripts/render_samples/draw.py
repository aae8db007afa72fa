"""A room, a cast and a camera enter; pictures leave, drawn on the processor alone where there is no graphics card.

Per clip the room is uploaded once and, as long as the camera stands still, drawn once: each frame then costs the
athlete, the shadow on the floor, and what the mirror shows of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scripts.render_samples import shaders
from scripts.render_samples.lamps import Look, Mirror, depth_of, lamps, look_of, shadow_clip, through
from scripts.render_samples.meshes import Cast, Floats, Furniture
from scripts.render_samples.shapes import Array, Solid, Surface

Picture = NDArray[np.uint8]

OVERSAMPLING = 1.5  # pixels drawn per pixel wanted, each way: smooth edges at 2.25 times the cost of rough ones
_SHADOW_PX, _FLOOR_PX = 768, 160
_CAST_REACH_STEP_M = 0.25  # the moving shadow map covers the cast in steps of this, so that its grid seldom changes
_ROOM_REACH_M = 7.5
_SOFT_M = 0.10  # how far the shadow on the floor reaches beyond its edge
_GLASS = 0.85  # share of the light that a mirror gives back
_PROGRAMS = {
    "moving": (shaders.MOVING_VERTEX, shaders.MOVING_FRAGMENT),
    "depth": (shaders.DEPTH_VERTEX, shaders.DEPTH_FRAGMENT),
    "floor map": (shaders.FLOOR_MAP_VERTEX, shaders.FLOOR_MAP_FRAGMENT),
    "floor": (shaders.FLOOR_VERTEX, shaders.FLOOR_FRAGMENT),
}


class NoOpenGL(RuntimeError):
    """This machine offers no way to draw."""


@dataclass(frozen=True, kw_only=True)
class _Map:
    texture: Any
    target: Any


class Studio:
    """Holds the graphics context of one picture size; a context manager.

    Usage: `furnish` the room, `cast` who and what moves, then `draw` frame by frame. How many threads the software
    renderer takes is for the caller to say: environment variable LP_NUM_THREADS, read when the first studio opens.
    """

    def __init__(self, width_px: int, height_px: int) -> None:
        self._size = (width_px, height_px)
        self._drawn = (round(width_px * OVERSAMPLING), round(height_px * OVERSAMPLING))
        self._gl = _context()
        self._gl.gc_mode = "context_gc"
        self._programs: dict[str, Any] = {}
        self._target, self._backdrop = self._canvas(), self._canvas()
        self._room_map, self._cast_map = self._shadow_map(), self._shadow_map()
        self._lamps = lamps(1.0, 0)
        self._floor_map = self._floor_texture()
        self._floor_seen, self._floor_above = self._square("floor"), self._square("floor map")
        self._mirror: Mirror | None = None
        self._room: Furniture | None = None
        self._cast: Cast | None = None
        self._backdrop_of = b""

    def __enter__(self) -> Studio:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back everything that the graphics side holds."""
        self._room = self._cast = None
        with self._gl:
            self._gl.gc()
        self._gl.release()

    def furnish(
        self, solids: Sequence[Solid], *, mirror: Mirror | None = None, light: float = 1.0, seed: int = 0
    ) -> None:
        """Put up a room in place of the last: upload what stands still and set the lamps. light as in cases.Room."""
        self._lamps, self._mirror, self._backdrop_of = lamps(light, seed), mirror, b""
        to_shadow = shadow_clip(self._lamps.to_key, np.zeros(3), _ROOM_REACH_M)
        with self._gl:  # another studio may be open
            self._room = Furniture(self._gl, self._program, solids)
            self._gl.gc()
            self._fill(self._room_map, self._room, to_shadow)
            for program in self._programs.values():
                self._light(program)
            for name in self._room.materials:
                _set(self._program(name), to_shadow=to_shadow)

    def cast(self, members: Sequence[Surface | Solid]) -> None:
        """Name who and what moves, in place of the last cast: triangles and colours are uploaded once."""
        with self._gl:
            self._cast = Cast(self._gl, self._program, members)
            self._gl.gc()

    def draw(
        self, places_m: Sequence[Floats | Array], rotation: Array, translation_m: Array, focal_px: float
    ) -> Picture:
        """One picture.

        Parameters
            places_m: for each member of the cast, in order, its (V, 3) vertices in the room.
            rotation (3, 3), translation_m (3,): x_camera = rotation @ x_room + translation; focal_px of the picture.
        Returns
            (height, width, 3) RGB, upright.
        """
        looks = self._looks(rotation, translation_m, focal_px)
        with self._gl:
            self._draw_backdrop(looks)
            if self._cast is not None:
                self._cast.place(places_m)
                self._draw_cast(looks, self._cast)
            return self._developed()

    def depth_m(self) -> Floats:
        """(height, width) metres along the line of sight to what the last picture shows at each pixel's middle."""
        width, height = self._drawn
        with self._gl:
            raw = np.frombuffer(self._target.read(components=1, attachment=-1, dtype="f4"), np.float32)
        rows = ((np.arange(self._size[1]) + 0.5) * height / self._size[1]).astype(int)
        columns = ((np.arange(self._size[0]) + 0.5) * width / self._size[0]).astype(int)
        return depth_of(raw.reshape(height, width)[np.ix_(rows, columns)].astype(np.float64)).astype(np.float32)

    def _looks(self, rotation: Array, translation_m: Array, focal_px: float) -> list[Look]:
        look = look_of(rotation, translation_m, focal_px, self._size)
        return [look] if self._mirror is None else [look, through(self._mirror, look)]

    def _draw_backdrop(self, looks: Sequence[Look]) -> None:
        """The room; from memory where the camera has not moved since the last frame."""
        key = looks[0].to_clip.tobytes()
        if key != self._backdrop_of:
            self._backdrop.use()
            self._backdrop.clear(0.02, 0.02, 0.02, 1.0)
            self._gl.enable_only(self._gl.DEPTH_TEST | self._gl.CULL_FACE)
            self._room_map.texture.use(0)
            for look in looks:
                self._draw_room(look)
            self._backdrop_of = key
        self._gl.copy_framebuffer(self._target, self._backdrop)

    def _draw_room(self, look: Look) -> None:
        if self._room is not None:
            for name in self._room.materials:
                self._look_through(look, self._program(name))
            self._room.draw()

    def _draw_cast(self, looks: Sequence[Look], cast: Cast) -> None:
        middle, radius = cast.extent_m()
        reach = _CAST_REACH_STEP_M * np.ceil(radius / _CAST_REACH_STEP_M)
        to_shadow = shadow_clip(self._lamps.to_key, middle, reach)
        patch = _floor_patch(*cast.shadow_on_floor(self._lamps.to_key))
        self._fill(self._cast_map, cast, to_shadow)
        self._draw_floor_map(to_shadow @ patch, reach)
        _set(self._program("moving"), to_shadow=to_shadow)
        self._target.use()
        for look in looks:
            self._draw_floor_shadow(look.to_clip @ patch)
            self._gl.enable_only(self._gl.DEPTH_TEST | self._gl.CULL_FACE)
            self._cast_map.texture.use(0)
            self._look_through(look, self._program("moving"))
            cast.draw()

    def _draw_floor_map(self, to_shadow: Array, reach_m: float) -> None:
        """What the floor under the cast is darkened by, seen from above."""
        self._floor_map.target.use()
        self._gl.enable_only(self._gl.NOTHING)
        self._cast_map.texture.use(0)
        _set(self._program("floor map"), to_shadow=to_shadow, reach=np.array([reach_m]))
        self._floor_above.render()

    def _draw_floor_shadow(self, to_clip: Array) -> None:
        """Darken the floor around the cast; what stands on it is not touched, nor is the depth."""
        gl = self._gl
        gl.enable_only(gl.DEPTH_TEST | gl.BLEND)
        gl.blend_func = gl.DST_COLOR, gl.ZERO
        self._target.depth_mask = False
        self._floor_map.texture.use(0)
        _set(self._program("floor"), to_clip=to_clip)
        self._floor_seen.render()
        self._target.depth_mask = True

    def _look_through(self, look: Look, program: Any) -> None:
        self._gl.front_face = "ccw" if look.is_mirrored else "cw"  # the picture's top row comes first: all is flipped
        exposure = self._lamps.exposure * (_GLASS if look.is_mirrored else 1.0)
        _set(program, to_clip=look.to_clip, eye=look.eye_m, exposure=np.array([exposure]))

    def _fill(self, shadow: _Map, content: Furniture | Cast, to_shadow: Array) -> None:
        shadow.target.use()
        shadow.target.clear()
        self._gl.enable_only(self._gl.DEPTH_TEST)
        _set(self._program("depth"), to_clip=to_shadow)
        content.draw_depth()

    def _program(self, name: str) -> Any:
        """A program by its own name or a material's, made when first asked for."""
        if name not in self._programs:
            sources = _PROGRAMS.get(name) or (shaders.STATIC_VERTEX, shaders.static_fragment(name))
            vertex, fragment = (source.strip() for source in sources)
            self._programs[name] = self._gl.program(vertex_shader=vertex, fragment_shader=fragment)
            self._light(self._programs[name])
        return self._programs[name]

    def _light(self, program: Any) -> None:
        found = self._lamps
        _set(
            program,
            to_key=found.to_key,
            to_fill=found.to_fill,
            strengths=np.array(found.strengths),
            seed=np.array([found.seed]),
            key_share=np.array([found.key_share_on_floor()]),
        )

    def _developed(self) -> Picture:
        import cv2

        width, height = self._drawn
        raw = np.frombuffer(self._target.read(components=4), np.uint8).reshape(height, width, 4)
        small = cv2.resize(raw, self._size, interpolation=cv2.INTER_LINEAR)
        return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGBA2RGB), dtype=np.uint8)

    def _canvas(self) -> Any:
        return self._gl.framebuffer([self._gl.renderbuffer(self._drawn, 4)], self._gl.depth_renderbuffer(self._drawn))

    def _shadow_map(self) -> _Map:
        texture = self._gl.depth_texture((_SHADOW_PX, _SHADOW_PX))
        texture.compare_func = "<="
        texture.repeat_x = texture.repeat_y = False
        return _Map(texture=texture, target=self._gl.framebuffer(depth_attachment=texture))

    def _floor_texture(self) -> _Map:
        texture = self._gl.texture((_FLOOR_PX, _FLOOR_PX), 1)
        texture.swizzle = "RRR1"
        texture.repeat_x = texture.repeat_y = False
        return _Map(texture=texture, target=self._gl.framebuffer([texture]))

    def _square(self, program: str) -> Any:
        """Corners at -1 and 1 on the floor, 2 mm up so that it lies on the floor and not in it."""
        corners = np.array([(-1, -1, 0.002), (1, -1, 0.002), (1, 1, 0.002), (-1, 1, 0.002)], "f4")
        order = np.array([0, 1, 2, 0, 2, 3], "i4")
        places = [(self._gl.buffer(corners.tobytes()), "3f", "in_at")]
        return self._gl.vertex_array(self._program(program), places, self._gl.buffer(order.tobytes()))


def _floor_patch(middle_m: Array, half_m: Array) -> Array:
    """(4, 4) that takes the square of -1 to 1 to a piece of floor and the soft rim around it."""
    place = np.diag([*(half_m + _SOFT_M), 1.0, 1.0])
    place[:2, 3] = middle_m
    return place


def _context() -> Any:
    """A context without a window: EGL where there is one (Linux), else what the system offers."""
    try:
        import moderngl
    except ImportError as error:
        raise NoOpenGL("drawing needs the package moderngl: install this project with its extra 'render'") from error
    reasons = []
    settings: tuple[dict[str, Any], ...] = ({"backend": "egl"}, {})
    for options in settings:
        try:
            return moderngl.create_context(standalone=True, require=330, **options)
        except Exception as error:  # noqa: BLE001 - glcontext raises bare Exception
            reasons.append(f"{options.get('backend', 'default')}: {error}")
    raise NoOpenGL(
        f"no OpenGL 3.3 context ({'; '.join(reasons)}). Without a graphics card, install Mesa's software renderer: "
        "apt-get install libegl-mesa0 libgl1-mesa-dri libegl1 libgl1"
    )


def _set(program: Any, **values: Array) -> None:
    """Set uniforms, matrices in numpy's order; those that a program does not use are left out."""
    for name, value in values.items():
        if name in program:
            program[name].write(np.ascontiguousarray(value.T, dtype=np.float32).tobytes())
