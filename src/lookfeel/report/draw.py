"""An RGB picture and pixel points enter; lines, discs, plates and smooth text on it leave, sized to the picture."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from cv2.typing import Point

Colour = tuple[int, int, int]
Place = tuple[float, float]
"""Pixels of the canvas, x right and y down, its top-left corner at (0, 0)."""

# Colours that stay apart for every kind of colour blindness: Okabe and Ito 2008, 'Color Universal Design'.
SKY: Colour = (86, 180, 233)
ORANGE: Colour = (230, 159, 0)
GREEN: Colour = (0, 158, 115)
YELLOW: Colour = (240, 228, 66)
VERMILION: Colour = (213, 94, 0)
PURPLE: Colour = (204, 121, 167)
GREY: Colour = (150, 150, 150)
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)

# Text is drawn this many times larger and averaged down: OpenCV's stroke font alone is ragged at phone size.
_OVERSAMPLING = 4
# Height of a capital of FONT_HERSHEY_SIMPLEX at scale 1, and stroke and gap as shares of it (by eye).
_CAPITAL_PX = 21.0
_STROKE_RATIO = 0.14
# OpenCV takes points in fixed point with so many fractional bits.
_SHIFT = 4


def paler(colour: Colour, amount: float = 0.45) -> Colour:
    """The colour mixed with white."""
    red, green, blue = (round(channel + (255 - channel) * amount) for channel in colour)
    return (red, green, blue)


class Canvas:
    """A picture to draw on.

    unit: a hundredth of the side of a square of the picture's area, in pixels. All sizes are given in it, so that a
    drawing looks alike on every picture size.
    """

    def __init__(self, rgb: NDArray[np.uint8]) -> None:
        self.rgb = np.ascontiguousarray(rgb)
        self.height, self.width = rgb.shape[:2]
        self.unit = math.sqrt(self.width * self.height) / 100

    def line(self, start: Place, end: Place, colour: Colour, *, width: float, is_dashed: bool = False) -> None:
        """A line with a dark rim, so that it is seen on light and dark; width in units."""
        pieces = _dashes(start, end, length=2.2 * self.unit) if is_dashed else [(start, end)]
        self._strokes(pieces, BLACK, width + 0.5)
        self._strokes(pieces, colour, width)

    def threads(self, pieces: Sequence[tuple[Place, Place]], colour: Colour, *, width: float) -> None:
        """Many thin lines as one drawing: all dark rims first, so that no rim crosses a line; width in units."""
        if pieces:
            self._strokes(pieces, BLACK, width + 0.22)
            self._strokes(pieces, colour, width)

    def _strokes(self, pieces: Sequence[tuple[Place, Place]], colour: Colour, width: float) -> None:
        import cv2

        thickness = max(1, round(width * self.unit))
        ends = [np.array([_fixed(a), _fixed(b)], np.int32) for a, b in pieces]
        cv2.polylines(self.rgb, ends, False, colour, thickness, cv2.LINE_AA, _SHIFT)

    def disc(self, centre: Place, colour: Colour, *, radius: float, is_hollow: bool = False) -> None:
        """A disc with a dark rim; hollow when what it marks is uncertain; radius in units."""
        import cv2

        rim, inner = (radius + 0.25) * self.unit, radius * self.unit
        cv2.circle(self.rgb, _fixed(centre), _fixed_length(rim), BLACK, -1, cv2.LINE_AA, _SHIFT)
        cv2.circle(self.rgb, _fixed(centre), _fixed_length(inner), colour, -1, cv2.LINE_AA, _SHIFT)
        if is_hollow:
            cv2.circle(self.rgb, _fixed(centre), _fixed_length(inner * 0.55), BLACK, -1, cv2.LINE_AA, _SHIFT)

    def box(
        self, left: float, top: float, right: float, bottom: float, colour: Colour, *, opacity: float = 1.0
    ) -> None:
        """A filled rectangle in pixels, cut at the picture's edge, through which the picture shines."""
        import cv2

        rows = slice(max(0, round(top)), max(0, round(bottom)))
        columns = slice(max(0, round(left)), max(0, round(right)))
        region = self.rgb[rows, columns]
        if region.size:
            region[:] = cv2.LUT(region, _veil(colour, opacity))

    def text_size(self, text: str, *, height: float) -> tuple[int, int]:
        """Width and height of a text in pixels; height of a capital in units."""
        mask = text_mask(text, self._text_px(height))
        return mask.shape[1], mask.shape[0]

    def text(self, text: str, left: float, top: float, colour: Colour, *, height: float) -> None:
        """A line of text whose mask has its top-left corner there, in pixels; what lies outside is cut off."""
        import cv2

        ink, veil = _inked(text, self._text_px(height), colour)
        x, y = round(left), round(top)
        rows = slice(max(0, y), min(self.height, y + ink.shape[0]))
        columns = slice(max(0, x), min(self.width, x + ink.shape[1]))
        part = (slice(rows.start - y, rows.stop - y), slice(columns.start - x, columns.stop - x))
        if ink[part].size == 0:
            return
        region = self.rgb[rows, columns]
        cv2.add(cv2.multiply(region, veil[part], scale=1 / 255), ink[part], region)

    def plate(
        self, text: str, centre: Place, *, height: float, accent: Colour, within: tuple[float, float] | None = None
    ) -> None:
        """A text on a dark plate with a coloured edge, moved so that it stays between top and bottom, in pixels."""
        text_width, text_height = self.text_size(text, height=height)
        margin, edge = 0.9 * self.unit, 0.7 * self.unit
        width, tall = text_width + 2 * margin + edge, text_height + 2 * margin
        left = min(max(0.0, centre[0] - width / 2), max(0.0, self.width - width))
        highest, lowest = within if within is not None else (0.0, float(self.height))
        top = max(highest, min(centre[1] - tall / 2, lowest - tall))
        self.box(left, top, left + width, top + tall, BLACK, opacity=0.7)
        self.box(left, top, left + edge, top + tall, accent)
        self.text(text, left + edge + margin, top + margin, WHITE, height=height)

    def _text_px(self, height: float) -> int:
        return max(7, round(height * self.unit))  # below 7 pixels a capital cannot be read


@lru_cache(maxsize=64)
def _veil(colour: Colour, opacity: float) -> NDArray[np.uint8]:
    """(1, 256, 3) table: what each grey level becomes under a layer of that colour."""
    levels = np.arange(256.0)[None, :, None] * (1 - opacity) + np.array(colour, np.float64) * opacity
    table: NDArray[np.uint8] = np.round(levels).astype(np.uint8)
    table.setflags(write=False)
    return table


def wrapped(canvas: Canvas, text: str, *, width_px: float, height: float, n_lines: int) -> list[str]:
    """The text in at most n_lines lines that fit the width; what is left over ends in '...'."""
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < n_lines:
        n_words = 1
        while n_words < len(words) and canvas.text_size(" ".join(words[: n_words + 1]), height=height)[0] <= width_px:
            n_words += 1
        lines.append(" ".join(words[:n_words]))
        words = words[n_words:]
    if words:
        lines[-1] = lines[-1].rstrip(".,;: ") + "..."
    return lines


@lru_cache(maxsize=256)
def _inked(text: str, capital_px: int, colour: Colour) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """(h, w, 3) uint8 each: what a line of text adds to the picture, and what it leaves of it, in 255ths."""
    cover = np.repeat(text_mask(text, capital_px)[..., None], 3, axis=2)
    ink: NDArray[np.uint8] = np.round(cover / 255.0 * np.array(colour)).astype(np.uint8)
    return ink, 255 - cover


@lru_cache(maxsize=1024)
def text_mask(text: str, capital_px: int) -> NDArray[np.uint8]:
    """(h, w) uint8 cover 0-255 of one line of text whose capitals are so many pixels high, with room for descenders."""
    import cv2

    large = capital_px * _OVERSAMPLING
    stroke = max(1, round(large * _STROKE_RATIO))
    pieces = [_piece(piece, large, stroke) for piece in _pieces(plain_text(text))]
    sheet = np.hstack(pieces) if pieces else np.zeros((round(large * 1.5), 1), np.uint8)
    size = (max(1, math.ceil(sheet.shape[1] / _OVERSAMPLING)), max(1, math.ceil(sheet.shape[0] / _OVERSAMPLING)))
    mask: NDArray[np.uint8] = np.asarray(cv2.resize(sheet, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    mask.setflags(write=False)
    return mask


def plain_text(text: str) -> str:
    """The text in characters that the stroke font has: ASCII, the degree sign and the middle dot."""
    replaced = text.translate({0x2212: "-", 0x2013: "-", 0x2014: "-", 0x2019: "'", 0xB1: "+/-", 0xD7: "x"})
    return "".join(_plain_character(character) for character in replaced)


def _plain_character(character: str) -> str:
    if character in "°·" or (character.isascii() and character.isprintable()):
        return character
    folded = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode("ascii")
    return folded if folded.isprintable() else " "


def _pieces(text: str) -> list[str]:
    """The text cut so that what the font lacks (degree, dot) or draws too wide (space) stands alone."""
    return [piece for piece in re.split("([°· ])", text) if piece]


def _piece(piece: str, capital_px: int, stroke_px: int) -> NDArray[np.uint8]:
    """(1.5 capitals + stroke, w) uint8: one run of letters, or one drawn sign."""
    import cv2

    height = round(capital_px * 1.5) + stroke_px
    baseline = capital_px + stroke_px
    if piece in "°· ":
        sheet = np.zeros((height, round(capital_px * 0.42)), np.uint8)
        middle = sheet.shape[1] // 2
        if piece == "°":
            radius = round(capital_px * 0.16)
            cv2.circle(sheet, (middle, baseline - capital_px + radius), radius, (255,), stroke_px // 2 + 1, cv2.LINE_AA)
        elif piece == "·":
            cv2.circle(sheet, (middle, baseline - capital_px // 2), round(stroke_px * 0.75), (255,), -1, cv2.LINE_AA)
        return sheet
    scale = capital_px / _CAPITAL_PX
    (width, _), _ = cv2.getTextSize(piece, cv2.FONT_HERSHEY_SIMPLEX, scale, stroke_px)
    sheet = np.zeros((height, width + stroke_px), np.uint8)
    cv2.putText(
        sheet, piece, (stroke_px // 2, baseline), cv2.FONT_HERSHEY_SIMPLEX, scale, (255,), stroke_px, cv2.LINE_AA
    )
    return sheet


def jpeg(rgb: NDArray[np.uint8], *, longest_side_px: int, quality: int = 82) -> bytes:
    """The picture as JPEG, reduced when larger; quality as libjpeg counts it."""
    import cv2

    scale = min(1.0, longest_side_px / max(rgb.shape[:2]))
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA) if scale < 1 else rgb
    bgr = cv2.cvtColor(small, cv2.COLOR_RGB2BGR)
    is_done, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not is_done:
        raise RuntimeError("OpenCV could not write a JPEG")
    return bytes(data)


def resized(rgb: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """A copy of the picture at another size."""
    import cv2

    if (width, height) == (rgb.shape[1], rgb.shape[0]):
        return rgb.copy()
    return np.asarray(cv2.resize(rgb, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def _dashes(start: Place, end: Place, *, length: float) -> list[tuple[Place, Place]]:
    """The line as dashes, with gaps of the same length; it begins and ends with a dash."""
    across, down = end[0] - start[0], end[1] - start[1]
    n_dashes = max(1, round(math.hypot(across, down) / (2 * length) + 0.5))
    shares = [i / (2 * n_dashes - 1) for i in range(2 * n_dashes)]
    points = [(start[0] + across * share, start[1] + down * share) for share in shares]
    return list(zip(points[::2], points[1::2], strict=True))


def _fixed(place: Place) -> Point:
    """Corner-origin pixels to OpenCV's fixed point, whose origin is the middle of the first pixel."""
    return round((place[0] - 0.5) * (1 << _SHIFT)), round((place[1] - 0.5) * (1 << _SHIFT))


def _fixed_length(length: float) -> int:
    return max(1, round(length * (1 << _SHIFT)))
