"""Where a limb begins and must end enters; its middle joint and the turns of its two bones leave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scripts.render_samples.shapes import Array
from scripts.render_samples.turning import across, frame, from_rest, turned, unit

REACH = 0.9995  # of the two bones' length: a limb is never quite straight, so that its plane is defined


@dataclass(frozen=True, kw_only=True)
class Limb:
    """Two bones at rest: (3,) start, middle, end in metres; toward: where the middle joint points, in room axes."""

    start_m: Array
    middle_m: Array
    end_m: Array
    toward: Array

    @property
    def lengths_m(self) -> tuple[float, float]:
        """Of the first and the second bone."""
        return (
            float(np.linalg.norm(self.middle_m - self.start_m)),
            float(np.linalg.norm(self.end_m - self.middle_m)),
        )


@dataclass(frozen=True, kw_only=True)
class Bent:
    """A limb over T moments: middle_m (T, 3); toward (T, 3), unit, at right angles to the line from start to end."""

    start_m: Array
    middle_m: Array
    end_m: Array
    toward: Array

    def turns(self, limb: Limb) -> tuple[Array, Array]:
        """(T, 3, 3) each: rotations of the first and second bone against the rest pose; the middle is a hinge."""
        first = from_rest(
            frame(self.middle_m - self.start_m, self.toward), frame(limb.middle_m - limb.start_m, limb.toward)
        )
        second = from_rest(
            frame(self.end_m - self.middle_m, self.toward), frame(limb.end_m - limb.middle_m, limb.toward)
        )
        return first, second


@dataclass(frozen=True, kw_only=True)
class _Circle:
    """Where the middle joint can be: centre (T, 3), radius (T,), axis (T, 3)."""

    centre: Array
    radius: Array
    axis: Array


def _circle(start: Array, end: Array, lengths: tuple[float, float]) -> _Circle:
    line = end - start
    away = np.linalg.norm(line, axis=-1)
    first, second = lengths
    reach = np.clip(away, 1.0001 * abs(first - second), REACH * (first + second))
    along = (first**2 - second**2 + reach**2) / (2.0 * reach)
    axis = unit(line)
    radius = np.sqrt(np.maximum(first**2 - along**2, 0.0))
    return _Circle(centre=start + (along * away / reach)[..., None] * axis, radius=radius, axis=axis)


def bend(start: Array, end: Array, lengths: tuple[float, float], toward: Array) -> Bent:
    """The limb whose middle joint points as near as can be `toward` (T, 3)."""
    circle = _circle(start, end, lengths)
    pointing = across(np.broadcast_to(toward, start.shape), circle.axis)
    return Bent(start_m=start, middle_m=circle.centre + circle.radius[..., None] * pointing, end_m=end, toward=pointing)


def bend_sideways(
    start: Array,
    end: Array,
    lengths: tuple[float, float],
    toward: Array,
    *,
    sideways: Array,
    offset_m: Array,
    share: Array,
) -> Bent:
    """The same, swung about the line from start to end so that the middle joint comes to lie sideways of the end.

    Parameters
        sideways: (T, 3) unit, horizontal, at right angles to `toward`. offset_m: (T,) wanted of the middle joint from
        the end along it. share: (T,) 0 = as `bend`, 1 = the offset wanted, as near as the bones allow.
    """
    circle = _circle(start, end, lengths)
    ahead = across(np.broadcast_to(toward, start.shape), circle.axis)
    aside = np.cross(circle.axis, ahead)
    by_ahead, by_aside = (circle.radius * np.sum(sideways * axis, axis=-1) for axis in (ahead, aside))
    missing = offset_m - np.sum(sideways * (circle.centre - end), axis=-1)
    most = np.maximum(np.hypot(by_ahead, by_aside), 1e-9)
    middle_angle = np.arctan2(by_aside, by_ahead)
    spread = np.arccos(np.clip(missing / most, -1.0, 1.0))
    angles = np.stack([middle_angle - spread, middle_angle + spread])
    angles = (angles + np.pi) % (2.0 * np.pi) - np.pi
    nearest = np.take_along_axis(angles, np.abs(angles).argmin(axis=0)[None], axis=0)[0]
    swing = (share * nearest)[..., None]
    pointing = np.cos(swing) * ahead + np.sin(swing) * aside
    return Bent(start_m=start, middle_m=circle.centre + circle.radius[..., None] * pointing, end_m=end, toward=pointing)


def carried(rotation: Array, point_m: Array, origin_m: Array, at_m: Array) -> Array:
    """(T, 3): where a point of a segment is that has turned about its origin and lies at `at_m`."""
    return at_m + turned(rotation, point_m - origin_m)
