"""A decoded picture in planes enters; the same at an exact half, quarter or eighth of its size leaves, as RGB.

Four luma pixels become one, and then a picture whose colours were stored at half size has one of each for every pixel:
nothing is interpolated, and what is thrown away is averaged. Of 1920 x 1080, 8 bits, it takes a third of FFmpeg's time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.plane import VideoPlane

_BITS = {"yuv420p": 8, "yuvj420p": 8, "yuv420p10le": 10}
"""Bits of each value in the pixel formats that are taken, by FFmpeg's names: what phones write."""

_WEIGHTS = {1: (0.2126, 0.0722), 2: (0.299, 0.114), 5: (0.299, 0.114), 6: (0.299, 0.114), 9: (0.2627, 0.0593)}
"""Shares of red and blue in luma, by the colour matrices of ITU-T H.273: BT.709, BT.601 twice, BT.2020; where none is
stated BT.601, as FFmpeg has it."""

_FULL_RANGE = 2  # AVCOL_RANGE_JPEG


def is_halvable(frame: VideoFrame, n_times: int) -> bool:
    """Whether `halved` takes it: 4:2:0 in planes, a known colour matrix, and sides that halve so often with no rest."""
    rest = (1 << n_times) - 1
    is_even = not (frame.width & rest or frame.height & rest)
    return n_times > 0 and is_even and frame.format.name in _BITS and frame.colorspace in _WEIGHTS


def halved(frame: VideoFrame, n_times: int) -> NDArray[np.uint8]:
    """(h, w, 3) uint8 RGB of a frame that is halvable; each side is halved n_times, once or more."""
    import cv2

    luma, *chroma = (_plane(plane, _BITS[frame.format.name]) for plane in frame.planes)
    planes = [_reduced(luma, n_times), *(_reduced(plane, n_times - 1) for plane in chroma)]
    is_full = frame.format.name == "yuvj420p" or frame.color_range == _FULL_RANGE
    matrix = to_rgb(*_WEIGHTS[frame.colorspace], is_full_range=is_full)
    rgb = cv2.transform(cv2.merge([_in_8_bits(plane, _BITS[frame.format.name]) for plane in planes]), matrix)
    return np.asarray(rgb, dtype=np.uint8)


def to_rgb(red: float, blue: float, *, is_full_range: bool) -> NDArray[np.float32]:
    """(3, 4) from Y, Cb, Cr, 1 to R, G, B, all in 8 bits (ITU-R BT.601, BT.709, BT.2020 alike).

    Parameters
        red, blue: their shares in luma. is_full_range: luma runs from 0 to 255 instead of 16 to 235.
    """
    green = 1 - red - blue
    black, y, c = (0.0, 1.0, 1.0) if is_full_range else (16.0, 255 / 219, 255 / 224)
    from_red, from_blue = 2 * (1 - red) * c, 2 * (1 - blue) * c
    matrix = np.array([[y, 0, from_red], [y, -from_blue * blue / green, -from_red * red / green], [y, from_blue, 0]])
    return np.column_stack([matrix, -matrix @ (black, 128.0, 128.0)]).astype(np.float32)


def _plane(plane: VideoPlane, bits: int) -> NDArray[Any]:
    """(h, w) view of the decoder's memory, without the padding of its rows."""
    values: NDArray[Any] = np.frombuffer(memoryview(plane), np.uint8 if bits == 8 else np.dtype("<u2"))
    return values.reshape(plane.height, -1)[:, : plane.width]


def _reduced(plane: NDArray[Any], n_times: int) -> NDArray[Any]:
    import cv2

    for _ in range(n_times):  # OpenCV is fast at halves alone
        plane = cv2.resize(plane, (plane.shape[1] // 2, plane.shape[0] // 2), interpolation=cv2.INTER_AREA)
    return plane


def _in_8_bits(plane: NDArray[Any], bits: int) -> NDArray[Any]:
    import cv2

    return plane if bits == 8 else cv2.convertScaleAbs(plane, alpha=1 / (1 << (bits - 8)))
