"""Upright RGB pictures with their times enter; an H.264 file that plays in browsers leaves, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from io import FileIO
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lookfeel.atomic import whole_file
from lookfeel.errors import StoreError

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.stream import VideoStream

_CLOCK_HZ = 90_000  # the customary video clock: 11 microseconds are far below any frame interval
_KEY_FRAME_EVERY = 60  # frames, so that jumping to a finding is quick (chosen by us)
_WRITE_BYTES = 1 << 18  # writes through Python cost a call each (chosen by us)
_BT709 = 1  # ITU-T H.273 code of the colour matrix that browsers assume for high definition

_ENCODER: Mapping[str, str] = MappingProxyType(
    {"preset": "ultrafast", "crf": "28", "x264-params": "cabac=1:no-deblock=0:bframes=2"}
)
"""A third of the processor time of x264's 'veryfast' at quality 23 for the same likeness (PSNR) of a grainy clip and a
better one of a clean clip, whose file becomes twice as large. Arithmetic coding, deblocking and B pictures save bytes
for little (measured by us)."""

_KR, _KB = 0.2126, 0.0722  # shares of red and blue in luma (ITU-R BT.709)


class Movie:
    """An open H.264 file; every picture must have the size of the first, even in both directions."""

    def __init__(self, container: OutputContainer, *, nominal_fps: float) -> None:
        self._container = container
        self._rate = Fraction(nominal_fps).limit_denominator(1000)
        self._stream: VideoStream | None = None

    def add(self, rgb: NDArray[np.uint8], *, time_s: float) -> None:
        """Encode one picture, shown from that time on."""
        from av import VideoFrame

        stream = self._stream or self._open_stream(width=rgb.shape[1], height=rgb.shape[0])
        frame = VideoFrame.from_numpy_buffer(planes(rgb), "yuv420p")
        frame.pts, frame.time_base = round(time_s * _CLOCK_HZ), Fraction(1, _CLOCK_HZ)
        self._container.mux(stream.encode(frame))

    def finish(self) -> None:
        """Encode what the encoder still holds back."""
        if self._stream is None:
            raise ValueError("a movie needs at least one picture")
        self._container.mux(self._stream.encode(None))

    def _open_stream(self, *, width: int, height: int) -> VideoStream:
        stream = self._container.add_stream("libx264", rate=self._rate)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.gop_size = _KEY_FRAME_EVERY
        stream.codec_context.time_base = Fraction(1, _CLOCK_HZ)
        stream.codec_context.options = dict(_ENCODER)
        stream.codec_context.colorspace = stream.codec_context.color_primaries = stream.codec_context.color_trc = _BT709
        stream.codec_context.color_range = 1  # limited, as all players expect
        self._stream = stream
        return stream


def planes(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(3 h / 2, w) uint8: the picture as H.264 wants it, luma above both colours at half size, in limited range.

    Parameters
        rgb: (h, w, 3), even in height and width.
    """
    import cv2

    height, width = rgb.shape[:2]
    packed = np.empty((height * 3 // 2, width), np.uint8)
    colours = packed[height:].reshape(2, height // 2, width // 2)
    whole = cv2.transform(rgb, _TO_YCBCR)
    half = cv2.resize(whole, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    cv2.extractChannel(whole, 0, packed[:height])
    for channel, plane in enumerate(colours, start=1):
        cv2.extractChannel(half, channel, plane)
    return packed


def _to_ycbcr() -> NDArray[np.float32]:
    """(3, 4) from R, G, B, 1 to Y, Cb, Cr, all in 8 bits, luma from 16 to 235 (ITU-R BT.709, section 3)."""
    luma = np.array([_KR, 1 - _KR - _KB, _KB])
    blue, red = ((unit - luma) / (2 * (1 - share)) for unit, share in (((0, 0, 1), _KB), ((1, 0, 0), _KR)))
    return np.column_stack([np.array([219 * luma, 224 * blue, 224 * red]) / 255, (16, 128, 128)]).astype(np.float32)


_TO_YCBCR = _to_ycbcr()


@contextmanager
def new_movie(path: Path, *, nominal_fps: float) -> Iterator[Movie]:
    """A Movie that becomes `path` when the block ends well.

    Parameters
        nominal_fps: for the encoder's rate control only; times are those given with each picture.
    Raises
        StoreError: the file could not be written.
    """
    with (
        whole_file(path) as part,
        part.open("w+b", buffering=0) as file,
        movie_into(file, nominal_fps=nominal_fps) as m,
    ):
        yield m


@contextmanager
def movie_into(file: FileIO, *, nominal_fps: float) -> Iterator[Movie]:
    """A Movie that is whole in an open, empty, unbuffered file when the block ends well; else as `new_movie`."""
    import av
    from av.error import FFmpegError

    options = {"movflags": "+faststart", "video_track_timescale": str(_CLOCK_HZ)}
    try:
        with av.open(
            file, "w", format="mp4", options=options, buffer_size=_WRITE_BYTES, io_open=lambda *_: _Reader(file)
        ) as container:
            movie = Movie(container, nominal_fps=nominal_fps)
            yield movie
            movie.finish()
    except FFmpegError as error:
        raise StoreError(f"Could not write the movie: {error.strerror or error}.") from error


class _Reader:
    """Reads a file that is being written, with a place of its own: the index goes to the front in the end, and what is
    there moves behind it."""

    def __init__(self, file: FileIO) -> None:
        self._file, self._place = file, 0

    def read(self, n_bytes: int) -> bytes:
        """The next bytes."""
        block = _read_at(self._file, n_bytes, self._place)
        self._place += len(block)
        return block

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place."""
        before = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: os.fstat(self._file.fileno()).st_size}
        self._place = before[whence] + offset
        return self._place

    def tell(self) -> int:
        """The place."""
        return self._place

    def close(self) -> None:
        """The file is the writer's."""


def _read_at(file: FileIO, n_bytes: int, place: int) -> bytes:
    """Bytes from a place, the file's own place left where it is; Windows has no pread."""
    if hasattr(os, "pread"):
        return os.pread(file.fileno(), n_bytes, place)
    before = file.tell()
    file.seek(place)
    block = file.read(n_bytes)
    file.seek(before)
    return block or b""
