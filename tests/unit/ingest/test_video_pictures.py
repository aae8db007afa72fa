"""Pictures come upright, with their true colours and shape, at the wanted size."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from lookfeel.ingest import open_video
from lookfeel.ingest.picture import square_pixel_width, turn_of_matrix
from lookfeel.types import Frame, VideoInfo

MakeClip = Callable[..., Path]
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
LOSS = 12  # grey levels that coding and chroma subsampling may cost in the middle of a plain corner


def first_frame(path: Path, **options: int) -> tuple[VideoInfo, Frame]:
    with open_video(path, **options) as video:
        return video.info, next(iter(video))


def corners(rgb: np.ndarray) -> np.ndarray:
    """(4, 3) colours in the middle of the quadrants: top left, top right, bottom left, bottom right."""
    height, width = rgb.shape[:2]
    rows, columns = (height // 4, -height // 4), (width // 4, -width // 4)
    return np.array([rgb[row, column] for row in rows for column in columns], dtype=int)


@pytest.mark.parametrize(
    ("ccw_deg", "clockwise_deg", "expected"),
    [
        (0, 0, (RED, GREEN, BLUE, WHITE)),
        (90, 270, (GREEN, WHITE, RED, BLUE)),
        (180, 180, (WHITE, BLUE, GREEN, RED)),
        (270, 90, (BLUE, RED, WHITE, GREEN)),
    ],
)
def test_rotation_is_applied_once(make_clip: MakeClip, ccw_deg: int, clockwise_deg: int, expected: tuple) -> None:
    info, frame = first_frame(make_clip(rotation_ccw_deg=ccw_deg, size=(96, 64)))
    assert info.rotation_deg == clockwise_deg
    assert (info.width_px, info.height_px) == ((64, 96) if ccw_deg in (90, 270) else (96, 64))
    assert frame.rgb.shape == (info.height_px, info.width_px, 3)
    assert frame.rgb.flags.c_contiguous
    np.testing.assert_allclose(corners(frame.rgb), expected, atol=LOSS)


@pytest.mark.parametrize("ccw_deg", [0, 90, 180, 270])
def test_a_mirror_is_not_applied_but_said(make_clip: MakeClip, ccw_deg: int) -> None:
    plain_info, plain = first_frame(make_clip("plain.mp4", rotation_ccw_deg=ccw_deg))
    with open_video(make_clip("mirrored.mp4", rotation_ccw_deg=ccw_deg, is_mirrored=True)) as video:
        frame, *_ = video
        assert any("mirrored" in warning for warning in video.summary.warnings)
        assert video.info.rotation_deg % 180 == plain_info.rotation_deg % 180
    # upright up to a half turn: a mirror left-right and one up-down differ by that
    assert np.allclose(corners(frame.rgb), corners(plain.rgb), atol=LOSS) or np.allclose(
        corners(frame.rgb), corners(plain.rgb)[::-1], atol=LOSS
    )


def test_display_matrices() -> None:
    one = 1 << 16

    def turn(*rows: int) -> tuple[int, bool, bool]:
        a, b, c, d = rows
        found = turn_of_matrix(np.array([a, b, 0, c, d, 0, 0, 0, 1 << 30], np.int32))
        return found.clockwise_deg, found.is_mirrored, found.is_exact

    assert turn(one, 0, 0, one) == (0, False, True)
    assert turn(0, one, -one, 0) == (90, False, True)
    assert turn(-one, 0, 0, -one) == (180, False, True)
    assert turn(0, -one, one, 0) == (270, False, True)
    assert turn(-one, 0, 0, one) == (0, True, True)
    assert turn(one, 0, 0, -one) == (180, True, True)
    assert turn(46_341, 46_341, -46_341, 46_341)[2] is False


@pytest.mark.parametrize(
    ("codec", "pixel_format"),
    [
        ("libx264", "yuv420p"),
        ("libx264", "yuvj420p"),  # full range, as iPhone exports are
        ("libx264", "yuv444p"),
        ("libx265", "yuv420p10le"),
        ("libx264", "yuv420p10le"),
    ],
)
def test_colours_survive_every_pixel_format(make_clip: MakeClip, codec: str, pixel_format: str) -> None:
    info, frame = first_frame(make_clip(codec=codec, pixel_format=pixel_format))
    assert info.bit_depth == (10 if "10" in pixel_format else 8)
    np.testing.assert_allclose(corners(frame.rgb), (RED, GREEN, BLUE, WHITE), atol=LOSS)


@pytest.mark.parametrize("ccw_deg", [0, 90])
def test_large_pictures_are_reduced_and_say_so(make_clip: MakeClip, ccw_deg: int) -> None:
    info, frame = first_frame(make_clip(size=(480, 270), rotation_ccw_deg=ccw_deg), max_side_px=160)
    assert max(info.width_px, info.height_px) == 480
    assert frame.scale == pytest.approx(160 / 480)
    assert max(frame.rgb.shape[:2]) == 160
    assert frame.rgb.shape == (round(info.height_px * frame.scale), round(info.width_px * frame.scale), 3)


def test_small_pictures_are_never_enlarged(make_clip: MakeClip) -> None:
    info, frame = first_frame(make_clip(size=(96, 64)))
    assert frame.scale == 1.0
    assert frame.rgb.shape == (info.height_px, info.width_px, 3) == (64, 96, 3)


def test_odd_sizes_are_kept(make_clip: MakeClip) -> None:
    _, frame = first_frame(make_clip(codec="mpeg4", size=(97, 65)))
    assert frame.rgb.shape == (65, 97, 3)


def test_pixels_are_made_square(make_clip: MakeClip) -> None:
    path = make_clip(size=(96, 96), pixel_aspect=Fraction(4, 3))
    with open_video(path) as video:
        frames = list(video)
        assert (video.info.width_px, video.info.height_px) == (128, 96)
        assert any("not square" in warning for warning in video.summary.warnings)
    assert frames[0].rgb.shape == (96, 128, 3)


def test_a_nonsense_pixel_shape_is_ignored() -> None:
    assert square_pixel_width(100, Fraction(1, 50)) == 100
    assert square_pixel_width(100, None) == 100
    assert square_pixel_width(100, Fraction(0)) == 100


def test_frames_do_not_share_memory(make_clip: MakeClip) -> None:
    with open_video(make_clip(noise=True, n_frames=3, codec_options={"crf": "1"})) as video:
        frames = list(video)
    assert not np.shares_memory(frames[0].rgb, frames[1].rgb)
    assert not np.array_equal(frames[0].rgb, frames[1].rgb)
