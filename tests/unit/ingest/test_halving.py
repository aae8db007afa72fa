"""Halved pictures are those that FFmpeg's own conversion gives, of the size and turn that were asked for."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.reformatter import Interpolation

from lookfeel.ingest import open_video
from lookfeel.ingest.halving import halved, is_halvable
from lookfeel.ingest.picture import PictureMaker, Turn, halvings_for_measuring

MakeClip = Callable[..., Path]
WIDTH, HEIGHT = 1920, 48  # no taller than needed: only the longer side decides
UNSTATED, BT709, BT601, YCGCO, BT2020 = 2, 1, 6, 8, 9
LIMITED, FULL = 1, 2
ACCURATE = Interpolation.BILINEAR | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
ROUNDING = 1.0  # grey levels
FAST_ROUNDING = 4.0  # of FFmpeg's conversion without these flags, which rounds down at every step


def smooth(
    pixel_format: str = "yuv420p", *, matrix: int = UNSTATED, range_: int = 0, size: tuple[int, int] = (WIDTH, HEIGHT)
) -> av.VideoFrame:
    """A frame of colours that run into each other so slowly that half a pixel does not matter."""
    width, height = size
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    rgb = np.stack([60 + 120 * x, 180 - 100 * y, 90 + 80 * np.sin(5 * x)], axis=2).round().astype(np.uint8)
    frame = av.VideoFrame.from_ndarray(rgb, "rgb24").reformat(format=pixel_format)
    frame.colorspace, frame.color_range = matrix, range_
    return frame


def by_ffmpeg(frame: av.VideoFrame) -> np.ndarray:
    """(h, w, 3) full-size RGB as FFmpeg converts it, its pixels averaged by twos."""
    rgb = frame.reformat(format="rgb24", interpolation=ACCURATE).to_ndarray().astype(float)
    height, width = rgb.shape[:2]
    return np.asarray(rgb.reshape(height // 2, 2, width // 2, 2, 3).mean(axis=(1, 3)))


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuvj420p", "yuv420p10le"])
@pytest.mark.parametrize("matrix", [UNSTATED, BT709, BT601, BT2020])
@pytest.mark.parametrize("range_", [0, LIMITED, FULL])
def test_colours_are_those_of_ffmpeg(pixel_format: str, matrix: int, range_: int) -> None:
    frame = smooth(pixel_format, matrix=matrix, range_=range_)
    assert is_halvable(frame, 1)
    off = halved(frame, 1) - by_ffmpeg(frame)
    assert np.abs(off.mean(axis=(0, 1))).max() < ROUNDING
    assert np.abs(off).max() < 3 * ROUNDING


def test_colours_differ_by_matrix_and_range() -> None:
    """What the test above holds could not fail if these were alike."""
    pictures = [
        halved(smooth(matrix=m, range_=r), 1).astype(float) for m in (BT601, BT709, BT2020) for r in (LIMITED, FULL)
    ]
    for i, one in enumerate(pictures):
        assert all(np.abs(one - other).max() > 2 * ROUNDING for other in pictures[i + 1 :])


def test_every_pixel_is_the_mean_of_four() -> None:
    frame = av.VideoFrame(8, 8, "yuvj420p")
    luma = np.random.default_rng(1).integers(0, 256, (8, 8), np.uint8)
    padded = np.zeros((8, frame.planes[0].line_size), np.uint8)
    padded[:, :8] = luma
    frame.planes[0].update(padded.tobytes())
    for plane in frame.planes[1:]:
        plane.update(bytes([128]) * plane.buffer_size)
    expected = luma.reshape(4, 2, 4, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(halved(frame, 1), np.repeat(expected[..., None], 3, axis=2), atol=0.51)


def test_halving_twice_is_a_quarter() -> None:
    frame = smooth()
    once = by_ffmpeg(frame)
    expected = once.reshape(once.shape[0] // 2, 2, once.shape[1] // 2, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(halved(frame, 2), expected, atol=3 * ROUNDING)


@pytest.mark.parametrize(
    "frame",
    [
        smooth("yuv444p"),
        smooth("yuv422p"),
        smooth("yuv420p12le"),
        smooth(size=(1922, 48)),  # halves, but has no quarter
        smooth(size=(1920, 46)),
        smooth(matrix=YCGCO),
    ],
)
def test_others_are_left_to_ffmpeg(frame: av.VideoFrame) -> None:
    assert not is_halvable(frame, 2)


def test_nothing_is_halved_no_times() -> None:
    assert not is_halvable(smooth(), 0)


@pytest.mark.parametrize(
    ("long_side_px", "n_halvings"),
    [(640, 0), (1280, 0), (1281, 0), (1768, 0), (1920, 1), (2560, 1), (2704, 0), (3840, 2), (4096, 2), (7680, 3)],
)
def test_sizes_for_measuring(long_side_px: int, n_halvings: int) -> None:
    assert halvings_for_measuring(long_side_px) == n_halvings


@pytest.mark.parametrize("ccw_deg", [0, 90, 180, 270])
def test_measuring_gets_upright_halves(make_clip: MakeClip, ccw_deg: int) -> None:
    path = make_clip(size=(WIDTH, HEIGHT), rotation_ccw_deg=ccw_deg, n_frames=2)
    with open_video(path) as halves, open_video(path, max_side_px=WIDTH // 2) as scaled:
        half, exact = next(iter(halves)), next(iter(scaled))
        assert (half.scale, halves.info.width_px) == (0.5, scaled.info.width_px)
    assert half.rgb.shape == exact.rgb.shape
    assert half.rgb.flags.c_contiguous
    np.testing.assert_allclose(half.rgb[::7, ::7].mean(axis=(0, 1)), exact.rgb[::7, ::7].mean(axis=(0, 1)), atol=3)
    assert np.mean(np.abs(half.rgb.astype(int) - exact.rgb)) < FAST_ROUNDING


def test_a_size_that_is_asked_for_is_given_exactly(make_clip: MakeClip) -> None:
    with open_video(make_clip(size=(WIDTH, HEIGHT), n_frames=1), max_side_px=1280) as video:
        assert next(iter(video)).rgb.shape == (32, 1280, 3)


@pytest.mark.parametrize(
    "options", [{"size": (1768, 48)}, {"pixel_format": "yuv444p"}, {"size": (1440, 48), "pixel_aspect": Fraction(4, 3)}]
)
def test_what_is_not_halved_is_reduced_as_ever(make_clip: MakeClip, options: dict[str, Any]) -> None:
    with open_video(make_clip(**{"size": (WIDTH, HEIGHT), "n_frames": 1} | options)) as video:
        frame = next(iter(video))
        assert frame.scale == 1280 / video.info.width_px
        assert frame.rgb.shape[1] == 1280


def test_a_change_of_size_within_the_clip_is_taken() -> None:
    maker = PictureMaker(smooth(), pixel_aspect=None, turn=Turn(), max_side_px=None)
    expected = maker.picture(smooth())
    for other in (smooth(size=(1280, 32)), smooth("yuv444p")):
        again = maker.picture(other)
        assert again.shape == expected.shape == (24, 960, 3)
        assert np.mean(np.abs(again.astype(int) - expected)) < FAST_ROUNDING


def test_a_picture_outlives_the_decoder(make_clip: MakeClip) -> None:
    with open_video(make_clip(size=(WIDTH, HEIGHT), noise=True, n_frames=12)) as video:
        frames = iter(video)
        first = next(frames).rgb
        before = first.copy()
        others = [frame.rgb for frame in frames]
    np.testing.assert_array_equal(first, before)
    assert all(not np.shares_memory(first, other) for other in others)
