"""Drawn pictures and a film enter; the moments to draw, exposed and developed pictures, and a video file leave."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from scripts.render_samples.cases import Film
from scripts.render_samples.shapes import Array

Picture = NDArray[np.uint8]

CLOCK_HZ = 90_000  # the usual clock of MP4 files; every rate of cases.py is a whole number of its ticks, or nearly

# Chosen by us after real phone clips with a variable rate: frames come up to a third earlier or later than the mean
# says, slowly varying with the light, each some milliseconds off, and one in sixty is missing.
_RATE_DRIFT, _RATE_DRIFT_S, _JITTER, _DROPPED = 0.22, 3.0, 0.06, 1 / 60
_RATE_RANGE_HZ = (24.0, 60.0)

_SUB_FRAMES = 5  # pictures that are mixed for one exposure: at 1 m/s and half a frame open they lie 5 mm apart
# Measured on a rendered clip of 540x960: faster 11 ms a frame and 178 kB, medium 16 and 201, slow 24 and 198; and a
# phone's own encoder takes no longer over it either.
_PRESET = "faster"
_CAPTURE_RATE_TAG = "com.android.capture.fps"  # what Android phones write, and what lookfeel.ingest reads

_SLACK_PX = 96  # grain kept beyond the picture on two sides, so that each frame can take another part of it
_GRAIN_SCALE, _STRENGTH_SCALE = 32.0, 8.0  # eight-bit steps per SD, and per step of noise


def frame_times(film: Film, duration_s: float, seed: int) -> tuple[Array, Array]:
    """When frames are filmed and when they are shown.

    Parameters
        duration_s: of the movement.
    Returns
        (T,) seconds of the movement and (T,) presentation seconds, exactly as the file will store them; both begin at
        0 and strictly increase; presentation = movement * film.slowmo.
    """
    wanted_s = _uneven_times(film, duration_s, seed) if film.is_variable else _even_times(film, duration_s)
    ticks = np.round(wanted_s * film.slowmo * CLOCK_HZ)
    ticks = ticks[np.concatenate([[True], np.diff(ticks) > 0])]
    presentation_s = ticks / CLOCK_HZ
    return presentation_s / film.slowmo, presentation_s


def _even_times(film: Film, duration_s: float) -> Array:
    return np.arange(max(1, int(np.floor(duration_s * film.fps + 1e-9)))) / film.fps


def _uneven_times(film: Film, duration_s: float, seed: int) -> Array:
    """A rate that drifts, frames that are late or early, and a few that are missing; never the first."""
    rng = np.random.default_rng((seed, 0xF11))
    low, high = min(_RATE_RANGE_HZ[0], film.fps), max(_RATE_RANGE_HZ[1], film.fps)
    phase = rng.uniform(0, 2 * np.pi)
    times = [0.0]
    while times[-1] < duration_s:
        drift = 1.0 + _RATE_DRIFT * np.sin(2 * np.pi * times[-1] / _RATE_DRIFT_S + phase)
        rate = np.clip(film.fps * drift * (1.0 + _JITTER * rng.standard_normal()), low, high)
        times.append(times[-1] + 1.0 / float(rate))
    kept = rng.random(len(times)) >= _DROPPED
    kept[0] = True
    found = np.array(times)[kept]
    return np.asarray(found[found < duration_s], dtype=np.float64)


def exposure_offsets(film: Film) -> Array:
    """(n,) seconds of the movement, around a frame's own time, at which to draw the pictures that `expose` mixes.

    A frame's time is the middle of the exposure of its middle row.
    """
    span_s = film.shutter / film.fps + film.rolling_s
    if span_s <= 0:
        return np.zeros(1)
    return (np.arange(_SUB_FRAMES) / (_SUB_FRAMES - 1) - 0.5) * span_s


def expose(pictures: Sequence[Picture], film: Film) -> Picture:
    """One frame of the pictures drawn at `exposure_offsets`: each row averages those that its own shutter saw.

    Rows are read from top to bottom in rolling_s; with the shutter at 0 each takes the picture nearest to its moment.
    """
    if len(pictures) == 1:
        return pictures[0]
    shares = _row_shares(film, len(pictures[0]))
    edges = np.flatnonzero(np.any(np.diff(shares, axis=0) != 0, axis=1)) + 1
    out = np.empty_like(pictures[0])
    for first, last in zip([0, *edges], [*edges, len(out)], strict=True):
        out[first:last] = _mixed([picture[first:last] for picture in pictures], shares[first])
    return out


def _row_shares(film: Film, n_rows: int) -> Array:
    """(rows, n) share of each sub-frame in each row, summing to 1; in bands of rows so that mixing stays cheap."""
    offsets = exposure_offsets(film)
    n_bands = 1 if film.rolling_s <= 0 else 24
    band = np.minimum(np.arange(n_rows) * n_bands // n_rows, n_bands - 1)
    middle = ((band + 0.5) / n_bands - 0.5) * film.rolling_s
    open_s, step = film.shutter / film.fps, offsets[1] - offsets[0]
    low, high = middle - 0.5 * open_s, middle + 0.5 * open_s
    # each sub-frame stands for the time around it; a frozen row takes the nearest one
    seen = np.minimum(high[:, None], offsets + 0.5 * step) - np.maximum(low[:, None], offsets - 0.5 * step)
    shares = np.clip(seen, 0.0, None)
    nearest = np.abs(middle[:, None] - offsets).argmin(axis=1)
    shares[np.arange(n_rows), nearest] += 1e-9
    return np.asarray(np.round(shares / shares.sum(axis=1, keepdims=True), 4))


def _mixed(pictures: Sequence[Picture], shares: Array) -> Picture:
    """Weighted mean; of light rather than of its eight-bit code would be truer, and could not be told apart."""
    total = np.zeros(pictures[0].shape, np.float32)
    for picture, share in zip(pictures, shares, strict=True):
        if share > 1e-3:
            cv2.scaleAdd(picture.astype(np.float32), float(share), total, total)
    return np.asarray(np.clip(np.round(total / shares[shares > 1e-3].sum()), 0, 255), dtype=np.uint8)


class Darkroom:
    """Develops the pictures of one clip: lens shading, the phone's tone curve, and the sensor's noise."""

    def __init__(self, film: Film, light: float, seed: int) -> None:
        self._rng = np.random.default_rng((seed, 0xDA2))
        self._shape = (film.height_px, film.width_px)
        self._shading = _shading(*self._shape)
        self._curve = _tone_curve()
        self._strength = _noise_strength(film, light)
        rows, columns = self._shape
        self._grain = _grain(self._rng, rows + _SLACK_PX, columns + _SLACK_PX) if film.noise > 0 else None

    def develop(self, picture: Picture) -> Picture:
        """The picture as the phone's processor would hand it to its encoder."""
        shaded = cv2.multiply(picture, self._shading, scale=1.0 / 255.0)
        toned = cv2.LUT(shaded, self._curve)
        return np.asarray(toned, dtype=np.uint8) if self._grain is None else self._noisy(toned, self._grain)

    def _noisy(self, picture: NDArray[Any], grain: NDArray[np.int8]) -> Picture:
        """Grain is a large field of which each frame shows another place: as random as new noise, and far quicker."""
        rows, columns = self._shape
        top, left = self._rng.integers(0, _SLACK_PX, 2)
        here = grain[top : top + rows, left : left + columns]
        weight = cv2.LUT(picture, self._strength)
        noise = cv2.multiply(here, weight, scale=1.0 / _GRAIN_SCALE / _STRENGTH_SCALE, dtype=cv2.CV_16S)
        return np.asarray(cv2.add(picture, noise, dtype=cv2.CV_8U), dtype=np.uint8)


def _shading(n_rows: int, n_columns: int) -> Picture:
    """(h, w, 3) brightness left towards the corners, 255 = all: a phone corrects most of it, a tenth stays."""
    y, x = np.ogrid[-1 : 1 : n_rows * 1j, -1 : 1 : n_columns * 1j]
    share = 1.0 - 0.10 * ((x**2 + y**2) / 2.0) ** 1.5
    return np.repeat(np.asarray(np.round(255 * share), dtype=np.uint8)[..., None], 3, axis=2)


def _tone_curve() -> Picture:
    """(256,) a gentle S, as phones apply for contrast."""
    x = np.arange(256) / 255.0
    return np.asarray(np.round(255 * (x + 0.42 * x * (1 - x) * (2 * x - 1))), dtype=np.uint8)


def _noise_strength(film: Film, light: float) -> Picture:
    """(256,) SD of the noise at each brightness, in eighths of a step: shot noise grows with the root of the light.

    Light that lacks is made up for by gain, in part: noise grows by 1 / sqrt(light), up to what eight bits hold.
    """
    shine = (np.arange(256) / 255.0) ** 2.2
    # signal's root, brought back to the eight-bit code by the slope of its curve, is nearly level; dark tones have less
    sd = film.noise / np.sqrt(max(light, 0.02)) * (0.55 + 0.45 * np.sqrt(shine))
    return np.asarray(np.clip(np.round(_STRENGTH_SCALE * sd), 0, 255), dtype=np.uint8)


def _grain(rng: np.random.Generator, n_rows: int, n_columns: int) -> NDArray[np.int8]:
    """(h, w, 3) noise of SD 1 in steps of 1/32: mostly grey, softened as by a phone's own noise filter."""
    grey = cv2.GaussianBlur(rng.standard_normal((n_rows, n_columns)).astype(np.float32), (0, 0), 0.6)
    colour = cv2.GaussianBlur(rng.standard_normal((n_rows, n_columns, 3)).astype(np.float32), (0, 0), 1.2)
    mixed = 0.9 * grey[..., None] / grey.std() + 0.45 * np.asarray(colour) / np.std(colour)
    return np.asarray(np.clip(np.round(_GRAIN_SCALE * mixed / mixed.std()), -127, 127), dtype=np.int8)


def write_film(path: Path, frames: Iterable[Picture], presentation_time_s: Array, film: Film) -> None:
    """Write an H.264 clip in an MP4 file; the same frames give the same bytes.

    Parameters
        frames: (height, width, 3) RGB, upright, as many as times.
        presentation_time_s: (T,) as from `frame_times`; stored without loss.
    """
    import av

    tags = {} if film.slowmo == 1.0 else {_CAPTURE_RATE_TAG: f"{film.fps:.6f}"}
    options = {"movflags": "+faststart+use_metadata_tags"}
    with av.open(str(path), "w", format="mp4", options=options) as container:
        container.metadata.update(tags)
        stream = _stream(container, film)
        for picture, time_s in zip(frames, presentation_time_s, strict=True):
            container.mux(stream.encode(_coded(picture, float(time_s), film)))
        container.mux(stream.encode())


_SAME_BYTES = {"x264-params": "asm=AVX2"} if platform.machine().lower() in ("x86_64", "amd64") else {}
"""x264's code for AVX-512 lets memory that nothing wrote into the picture: 8 encodings of one clip gave 7 files.
Without it all are the same, at most 0.2 % larger."""


def _stream(container: Any, film: Film) -> Any:
    """An encoder of one thread, since how work is split between threads shows in the bytes."""
    rate = Fraction(film.fps / film.slowmo).limit_denominator(1001)
    stream = container.add_stream("libx264", rate=rate)
    turned = film.rotation_deg % 180 != 0
    stream.width = film.height_px if turned else film.width_px
    stream.height = film.width_px if turned else film.height_px
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.time_base = stream.time_base = Fraction(1, CLOCK_HZ)
    context.thread_count = 1
    context.color_primaries = context.color_trc = context.colorspace = 1  # BT.709
    context.color_range = 1  # limited
    context.options = {"crf": str(film.crf), "preset": _PRESET, "threads": "1", **_SAME_BYTES}
    if film.rotation_deg:
        stream.set_display_rotation((360 - film.rotation_deg) % 360)
    return stream


def _coded(picture: Picture, time_s: float, film: Film) -> Any:
    """The picture as the file stores it: turned against the clock, so that turning it by rotation_deg is upright."""
    import av
    from av.video.reformatter import ColorRange, Colorspace

    stored = np.ascontiguousarray(np.rot90(picture, film.rotation_deg // 90))
    frame = av.VideoFrame.from_ndarray(stored, "rgb24").reformat(
        format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
    )
    frame.pts, frame.time_base = round(time_s * CLOCK_HZ), Fraction(1, CLOCK_HZ)
    return frame
