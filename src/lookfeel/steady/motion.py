"""Where the background was at each look enters; the PictureMotion of every frame, and what it amounts to, leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lookfeel.monotone import monotone_cubic
from lookfeel.steady.similarity import ComplexArray, Similarity
from lookfeel.types import FloatArray, MotionKind, PictureMotion

# What 97.5 % of a clip's looks lie within, over the picture's long side; DECISIONS.md tells the clips behind them.
STATIC_RATIO = 0.0015  # a stand: those of 145 clips reach 0.0008, the stillest other clip 0.0030
MOVING_RATIO = 0.03  # a hand that means to hold still
MOVING_ZOOM = 0.02  # and its distance, as a share
_MOST = 0.975  # of the looks, so that a phone that is touched at the end does not change the name of a whole clip
MIN_SEEN_RATIO = 0.8  # of the looks, for the rest to be filled in
MIN_STATIC_SEEN_RATIO = 0.5  # enough to say that the phone stands, since nothing is done then


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One look. place: reference -> this frame in full-size pixels; None when the background was not found."""

    time_s: float
    place: Similarity | None


def picture_motion(sightings: Sequence[Sighting], time_s: FloatArray, *, size_px: tuple[float, float]) -> PictureMotion:
    """What the looks at a clip amount to.

    Parameters
        sightings: in order of time, over one reference. time_s: (T,) of every frame.
        size_px: width and height of the full-size picture.
    Returns
        Transforms from the picture that lies nearest to the median place; frames between looks are interpolated by
        monotone cubics, those before the first and after the last take its place.
    """
    seen = [(one.time_s, one.place) for one in sightings if one.place is not None]
    seen_ratio = len(seen) / max(len(sightings), 1)
    if seen_ratio < MIN_STATIC_SEEN_RATIO:
        return _unknown(seen_ratio)
    grid = _grid(size_px)
    places = _from_median([place for _, place in seen], grid)
    off = np.array([np.sqrt(np.mean(np.abs(place(grid) - grid) ** 2)) for place in places]) / max(size_px)
    zoom = np.abs(np.log(np.abs([place.turn for place in places])))
    kind = _kind(off, zoom)
    if kind != "static" and seen_ratio < MIN_SEEN_RATIO:
        return _unknown(seen_ratio)
    return PictureMotion(
        kind=kind,
        to_frame=_transforms(np.array([t for t, _ in seen]), places, time_s, is_still=kind == "static"),
        rms_ratio=float(np.sqrt(np.mean(off**2))),
        largest_ratio=float(off.max()),
        seen_ratio=seen_ratio,
    )


def _unknown(seen_ratio: float) -> PictureMotion:
    return PictureMotion(kind="unknown", to_frame=None, rms_ratio=None, largest_ratio=None, seen_ratio=seen_ratio)


def _grid(size_px: tuple[float, float]) -> ComplexArray:
    """(9,) points of the middle half of the picture, where athletes are."""
    x, y = np.meshgrid([0.25, 0.5, 0.75], [0.25, 0.5, 0.75])
    return np.asarray((x * size_px[0] + 1j * y * size_px[1]).ravel())


def _from_median(places: Sequence[Similarity], grid: ComplexArray) -> list[Similarity]:
    """The same places, from the one that lies nearest to their median."""
    shown = np.array([place(grid) for place in places])
    middle = np.median(shown.real, axis=0) + 1j * np.median(shown.imag, axis=0)
    back = places[int(np.sum(np.abs(shown - middle) ** 2, axis=1).argmin())].inverse()
    return [place.after(back) for place in places]


def _kind(off: FloatArray, zoom: FloatArray) -> MotionKind:
    most_off, most_zoom = np.quantile(off, _MOST), np.quantile(zoom, _MOST)
    if most_off < STATIC_RATIO:
        return "static"
    return "moving" if most_off > MOVING_RATIO or most_zoom > MOVING_ZOOM else "shaking"


def _transforms(seen_s: FloatArray, places: Sequence[Similarity], time_s: FloatArray, *, is_still: bool) -> FloatArray:
    """(T, 2, 3) of every frame; the exact identity when the phone stands."""
    if is_still:
        return np.tile(np.eye(2, 3), (len(time_s), 1, 1))
    numbers = np.array([(place.turn.real, place.turn.imag, place.shift.real, place.shift.imag) for place in places])
    within_s = np.clip(time_s, seen_s[0], seen_s[-1])
    a, b, x, y = monotone_cubic(seen_s, numbers, within_s).T if len(seen_s) > 1 else np.tile(numbers.T, len(time_s))
    return np.stack([np.stack([a, -b, x], axis=1), np.stack([b, a, y], axis=1)], axis=1)
