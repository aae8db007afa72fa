"""A clip and a condition enter; a file that shows the same set under that condition leaves."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.retest.conditions import Condition
from lookfeel.ingest import open_video

CLOCK_HZ = 90_000
FULL_SIZE_PX = 100_000  # more than any clip has: never reduced
Picture = NDArray[np.uint8]


def copy_of(video: Path, condition: Condition, folder: Path) -> Path:
    """The changed clip, written unless one that is newer than the clip and this module is there.

    Raises
        LookfeelError: the clip cannot be read.
    """
    path = folder / f"{video.stem}-{condition.name.replace(' ', '_')}.mp4"
    if path.exists() and path.stat().st_mtime > max(video.stat().st_mtime, Path(__file__).stat().st_mtime):
        return path
    folder.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    _write(half, pictures(video, condition), crf=condition.crf)
    half.replace(path)
    return path


def pictures(video: Path, condition: Condition) -> Iterator[tuple[float, Picture]]:
    """(seconds, upright RGB) of every frame of the changed clip."""
    starts_s = 0.0
    for i in range(condition.n_passes):
        with open_video(video, max_side_px=FULL_SIZE_PX) as clip:
            kept, first_s = 0, None
            for frame in clip:
                if i == 0 and frame.time_s < condition.cut_s:
                    continue
                first_s = frame.time_s if first_s is None else first_s
                if kept % condition.every == 0:
                    yield starts_s + frame.time_s - first_s, _picture(frame.rgb, condition)
                kept += 1
            starts_s += clip.summary.duration_s - (first_s or 0.0)


def is_smaller(width_px: int, height_px: int, condition: Condition) -> bool:
    """Whether the change makes a picture of this size smaller."""
    return condition.short_side_px is not None and min(width_px, height_px) > condition.short_side_px


def _picture(rgb: Picture, condition: Condition) -> Picture:
    import cv2

    height, width = rgb.shape[:2]
    if condition.short_side_px is not None and is_smaller(width, height, condition):
        scale = condition.short_side_px / min(width, height)
        rgb = np.asarray(cv2.resize(rgb, (round(scale * width), round(scale * height)), interpolation=cv2.INTER_AREA))
    if condition.is_mirrored:
        rgb = rgb[:, ::-1]
    return np.ascontiguousarray(rgb[: rgb.shape[0] // 2 * 2, : rgb.shape[1] // 2 * 2])  # H.264 wants even sides


def _write(path: Path, frames: Iterator[tuple[float, Picture]], *, crf: int) -> None:
    """H.264 in MP4 with each frame's own time, BT.709, limited range."""
    import av

    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=Fraction(30))
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, CLOCK_HZ)
        stream.codec_context.thread_count = 1  # the same bytes again
        stream.codec_context.options = {"preset": "veryfast", "crf": str(crf)}
        stream.codec_context.colorspace = stream.codec_context.color_primaries = stream.codec_context.color_trc = 1
        stream.codec_context.color_range = 1
        for time_s, rgb in frames:
            if not stream.codec_context.is_open:
                stream.height, stream.width = rgb.shape[:2]
            frame = av.VideoFrame.from_ndarray(rgb, "rgb24").reformat(
                format="yuv420p", dst_colorspace=1, dst_color_range="MPEG"
            )
            frame.pts, frame.time_base = round(time_s * CLOCK_HZ), Fraction(1, CLOCK_HZ)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
