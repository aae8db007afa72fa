"""Tiny clips made on the spot: what is asserted about them is known because it was put in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
_FAST = {
    "libx264": {"preset": "veryfast"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none"},
    "libsvtav1": {"preset": "12"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
}


def four_corners(width: int, height: int) -> np.ndarray:
    """(height, width, 3) RGB: red, green above; blue, white below."""
    picture = np.zeros((height, width, 3), np.uint8)
    middle_y, middle_x = height // 2, width // 2
    picture[:middle_y, :middle_x], picture[:middle_y, middle_x:] = RED, GREEN
    picture[middle_y:, :middle_x], picture[middle_y:, middle_x:] = BLUE, WHITE
    return picture


@pytest.fixture
def make_clip(tmp_path: Path) -> Callable[..., Path]:
    """Writes a clip whose frame i is shown at times_s[i]; returns its path."""

    def make(
        name: str = "clip.mp4",
        *,
        codec: str = "libx264",
        pixel_format: str = "yuv420p",
        times_s: Sequence[Fraction | float] | None = None,
        n_frames: int = 12,
        size: tuple[int, int] = (96, 64),
        noise: bool = False,
        rotation_ccw_deg: int | None = None,
        is_mirrored: bool = False,
        tags: dict[str, str] | None = None,
        pixel_aspect: Fraction | None = None,
        container_options: dict[str, str] | None = None,
        codec_options: dict[str, str] | None = None,
    ) -> Path:
        path = tmp_path / name
        times = [Fraction(i, 30) for i in range(n_frames)] if times_s is None else [Fraction(t) for t in times_s]
        rng = np.random.default_rng(1)
        with av.open(str(path), "w", options=container_options or {}) as container:
            container.metadata.update(tags or {})
            stream: Any = container.add_stream(codec, rate=30)
            stream.width, stream.height = size
            stream.pix_fmt = pixel_format
            stream.codec_context.time_base = Fraction(1, 60_000)
            stream.time_base = Fraction(1, 60_000)
            stream.options = _FAST.get(codec, {}) | (codec_options or {})
            if pixel_aspect is not None:
                stream.codec_context.sample_aspect_ratio = pixel_aspect
            if rotation_ccw_deg is not None:
                stream.set_display_rotation(rotation_ccw_deg, hflip=is_mirrored)
            for time_s in times:
                picture = four_corners(*size)
                if noise:
                    picture = rng.integers(0, 255, picture.shape, np.uint8)
                frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format=pixel_format)
                frame.pts, frame.time_base = round(time_s * 60_000), Fraction(1, 60_000)
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
        return path

    return make
