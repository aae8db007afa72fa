"""Decoded frame -> upright RGB picture of the wanted size, in one reduction and one exact quarter turn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from lookfeel.ingest.halving import halved, is_halvable

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.reformatter import VideoReformatter

# Beyond these a sample aspect ratio is a damaged header, not a lens (chosen by us; anamorphic video uses up to 2).
_PIXEL_ASPECT_RANGE = (Fraction(1, 4), Fraction(4))

MEASURING_SIDE_PX = 1280
"""Of the longer side, at most: a person who fills the picture is then seen at over twice the landmark network's 256
pixels, and more would only alias there (chosen by us)."""

LEAST_HALVED_PX = 960
"""Pictures are reduced by exact halves where so much is left, as of 1920 and 3840. Landmarks in the same regions lie
.14-.32 % of body height (rms) from those of 1280 pixels and shake 9 % less from frame to frame at the median, 14 % less
to 4 % more (eight clips of 1920); metrics move no further than one grey level of noise moves them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """How the container wants the picture shown.

    clockwise_deg: 0, 90, 180 or 270. is_mirrored: it also asks for a mirror image, which we do not make, because the
    sensor's own picture has the athlete's true left and right. is_exact: false when the angle was no quarter turn and
    the nearest is taken.
    """

    clockwise_deg: int = 0
    is_mirrored: bool = False
    is_exact: bool = True


def turn_of_matrix(matrix: NDArray[np.int32]) -> Turn:
    """Read a 3 x 3 display matrix, row by row.

    Parameters
        matrix: (9,) fixed point [a b u; c d v; x y w] as in ISO/IEC 14496-12: x' = a x + c y, y' = b x + d y.
    """
    a, b, _, c, d = (int(value) for value in matrix[:5])
    is_mirrored = a * d - b * c < 0
    if is_mirrored:  # undo the mirror in the shown picture: x' -> -x'
        a = -a
    quarter_turns = math.degrees(math.atan2(b, a)) / 90
    nearest = round(quarter_turns)
    return Turn(clockwise_deg=nearest % 4 * 90, is_mirrored=is_mirrored, is_exact=abs(quarter_turns - nearest) < 1 / 90)


def turn_of_frame(frame: VideoFrame) -> Turn:
    """The turn that the container attached to this frame; none when it attached none."""
    matrix = frame.side_data.get("DISPLAYMATRIX")  # PyAV's stub knows only one kind of side data
    if matrix is None:
        return Turn()
    return turn_of_matrix(np.frombuffer(cast(bytes, matrix), dtype=np.int32, count=9))


def square_pixel_width(width: int, pixel_aspect: Fraction | None) -> int:
    """Width of the stored picture once its pixels are made square."""
    if pixel_aspect is None or not _PIXEL_ASPECT_RANGE[0] <= pixel_aspect <= _PIXEL_ASPECT_RANGE[1]:
        return width
    return round(width * pixel_aspect)


class PictureMaker:
    """Holds the scaler. width_px, height_px: upright, full size; scale: reduced pixels per full-size pixel."""

    def __init__(
        self, first: VideoFrame, *, pixel_aspect: Fraction | None, turn: Turn, max_side_px: int | None
    ) -> None:
        """max_side_px: of the longer side; None leaves the choice here, as measuring wants it."""
        from av.video.reformatter import VideoReformatter

        width, height = square_pixel_width(first.width, pixel_aspect), first.height
        side_px = MEASURING_SIDE_PX if max_side_px is None else max_side_px
        n = halvings_for_measuring(max(width, height)) if max_side_px is None and width == first.width else 0
        self._n_halvings = n if is_halvable(first, n) else 0
        self.scale = 0.5**n if self._n_halvings else min(1.0, side_px / max(width, height))
        self.width_px, self.height_px = (height, width) if turn.clockwise_deg in (90, 270) else (width, height)
        self._clockwise_deg = turn.clockwise_deg
        self._size = (max(1, round(width * self.scale)), max(1, round(height * self.scale)))
        self._reformatter: VideoReformatter = VideoReformatter()

    def picture(self, frame: VideoFrame) -> NDArray[np.uint8]:
        """(h, w, 3) uint8 RGB, upright, contiguous.

        High dynamic range is not tone-mapped: that costs ten times the decoding and does not move landmarks.
        """
        n = self._n_halvings
        fits = (frame.width >> n, frame.height >> n) == self._size
        rgb = halved(frame, n) if fits and is_halvable(frame, n) else self._scaled(frame)
        return _upright(rgb, self._clockwise_deg)

    def _scaled(self, frame: VideoFrame) -> NDArray[np.uint8]:
        width, height = self._size
        # AREA averages what is thrown away (no aliasing) and is the faster of the clean ones; one thread, because the
        # decoder and the pose network already use the others.
        method = "AREA" if self.scale < 1 else "BILINEAR"
        rgb = self._reformatter.reformat(frame, width, height, "rgb24", interpolation=method, threads=1)
        return np.asarray(rgb.to_ndarray(), dtype=np.uint8)


def halvings_for_measuring(long_side_px: int) -> int:
    """How often to halve a picture until it is no longer than wanted; 0 where too little of it would be left."""
    n = max(0, math.ceil(math.log2(long_side_px / MEASURING_SIDE_PX)))
    return n if long_side_px / 2**n >= LEAST_HALVED_PX else 0


def _upright(rgb: NDArray[np.uint8], clockwise_deg: int) -> NDArray[np.uint8]:
    """Turned; OpenCV is six times as fast at it as NumPy."""
    import cv2

    turns = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    return np.asarray(cv2.rotate(rgb, turns[clockwise_deg]), dtype=np.uint8) if clockwise_deg else rgb
