"""Frames and the people in them enter, one at a time; where the background of each lies leaves as a PictureMotion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lookfeel.steady.corners import Picture, find_corners, follow_corners
from lookfeel.steady.motion import Sighting, picture_motion
from lookfeel.steady.picture import people_mask, small_picture
from lookfeel.steady.similarity import IDENTITY, MIN_POINTS, ComplexArray, Similarity, fit_similarity
from lookfeel.types import BoolArray, FloatArray, Frame, PersonPose, PictureMotion

LOOK_EVERY_S = 0.055  # every other frame of 25 or 30 a second: held against every frame, 0.01 % of the picture off
TOLERANCE_SMALL_PX = 1.0  # a match that agrees lies within this, in pixels of the small picture
MAX_SD_SMALL_PX = 0.3  # a fit less sure than this is none
MIN_KEPT_SHARE = 0.4  # of an anchor's corners must be in sight and free of people, or another anchor is sought
MAX_AWAY_RATIO = 0.12  # of the picture's long side: further from an anchor, its corners look different
MAX_ANCHORS = 6
MAX_TRIES = 3  # of them for one look
LOST_S = 1.0  # a background that is not found again for so long, and was known for less, is given up


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Look:
    """A small picture and where people are in it (h, w)."""

    picture: Picture
    is_person: BoolArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Anchor:
    """A look that others are held against. corners: (n, 2) of the small picture; place: reference -> this frame."""

    picture: Picture
    corners: FloatArray
    place: Similarity


class Background:
    """Follows what stands still in the room through one clip; holds a few small pictures, however long the clip is."""

    def __init__(self) -> None:
        self._passed_over: tuple[Frame, Sequence[PersonPose]] | None = None
        self._sightings: list[Sighting] = []
        self._anchors: list[_Anchor] = []  # the one in use last
        self._last: _Look | None = None  # where the background was found last
        self._place = IDENTITY
        self._size_px = (0.0, 0.0)
        self._scale = (1.0, 1.0)

    def see(self, frame: Frame, people: Sequence[PersonPose]) -> None:
        """Take the next frame with the people in it, in pixels of the full-size picture."""
        if self._sightings and frame.time_s - self._sightings[-1].time_s < LOOK_EVERY_S:
            self._passed_over = (frame, people)
        else:
            self._look(frame, people)

    def motion(self, time_s: FloatArray) -> PictureMotion:
        """What was seen so far, for frames at (T,) seconds, of which some were given to `see`."""
        if self._passed_over is not None:
            self._look(*self._passed_over)
        return picture_motion(self._sightings, time_s, size_px=self._size_px)

    def _look(self, frame: Frame, people: Sequence[PersonPose]) -> None:
        self._passed_over = None
        height, width = frame.rgb.shape[:2]
        self._size_px = (width / frame.scale, height / frame.scale)
        picture = small_picture(frame)
        self._scale = (picture.shape[1] / self._size_px[0], picture.shape[0] / self._size_px[1])
        look = _Look(picture=picture, is_person=people_mask(people, picture.shape, self._scale))
        found = self._find(look)
        self._sightings.append(Sighting(time_s=frame.time_s, place=found))
        if found is None:
            self._give_up_when_lost(look)
        else:
            self._place, self._last = found, look

    def _find(self, look: _Look) -> Similarity | None:
        """Where the background is: reference -> this frame, in full-size pixels; None when it is not found."""
        if not self._anchors:
            return IDENTITY if self._drop_anchor(look, IDENTITY) else None
        place, is_worn = self._held_against(self._anchors[-1], look)
        if place is not None and not is_worn:
            return place
        other = self._by_another_anchor(look)
        return self._by_a_new_anchor(look, place) if other is None else other

    def _by_another_anchor(self, look: _Look) -> Similarity | None:
        """As one of the nearest other anchors has it, which is then the one in use."""
        for anchor in sorted(self._anchors[:-1], key=lambda one: self._away_px(one.place))[:MAX_TRIES]:
            place, is_worn = self._held_against(anchor, look)
            if place is not None and not is_worn:
                self._anchors.remove(anchor)
                self._anchors.append(anchor)
                return place
        return None

    def _by_a_new_anchor(self, look: _Look, place: Similarity | None) -> Similarity | None:
        """The place that was found, with an anchor there for what comes; or that against the last look that was found,
        to which the way is shorter than to its anchor."""
        if place is not None:
            self._drop_anchor(look, place)
            return place
        is_tried = self._last is None or any(one.picture is self._last.picture for one in self._anchors)
        if self._last is None or is_tried or not self._drop_anchor(self._last, self._place):
            return None
        return self._held_against(self._anchors[-1], look)[0]

    def _held_against(self, anchor: _Anchor, look: _Look) -> tuple[Similarity | None, bool]:
        """Where the background is by one anchor, and whether that anchor should be replaced."""
        before = self._full(anchor.corners)
        step = self._place.after(anchor.place.inverse())
        guess = step(before)
        found, is_found = follow_corners(anchor.picture, look.picture, anchor.corners, self._small(guess))
        column, row = np.where(is_found[:, None], np.round(found), 0).astype(np.int64).T
        is_free: BoolArray = is_found & ~look.is_person[row, column]
        fit = fit_similarity(
            before[is_free],
            self._full(found)[is_free],
            guess[is_free],
            tolerance_px=TOLERANCE_SMALL_PX / max(self._scale),
            middle=self._middle,
        )
        if fit is None or fit.sd_px > MAX_SD_SMALL_PX / max(self._scale):
            return None, True
        place = fit.after(anchor.place)
        is_far = self._away_px(anchor.place, place) > MAX_AWAY_RATIO * max(self._size_px)
        return place, bool(is_far or is_free.mean() < MIN_KEPT_SHARE)

    def _drop_anchor(self, look: _Look, place: Similarity) -> bool:
        """Hold later pictures against this one, if it shows enough."""
        corners = find_corners(look.picture, look.is_person)
        if len(corners) < 2 * MIN_POINTS:
            return False
        anchor = _Anchor(picture=look.picture, corners=corners, place=place)
        self._anchors = [*self._anchors[-(MAX_ANCHORS - 1) :], anchor]
        return True

    def _give_up_when_lost(self, look: _Look) -> None:
        """Begin anew when what was known is less than what is missing since."""
        known = [one.time_s for one in self._sightings if one.place is not None]
        now_s = self._sightings[-1].time_s
        if known and now_s - known[-1] > max(LOST_S, known[-1] - known[0]):
            self._sightings = [Sighting(time_s=one.time_s, place=None) for one in self._sightings]
            self._anchors, self._last, self._place = [], None, IDENTITY
            self._drop_anchor(look, IDENTITY)

    @property
    def _middle(self) -> complex:
        return complex(0.5 * self._size_px[0], 0.5 * self._size_px[1])

    def _away_px(self, one: Similarity, other: Similarity | None = None) -> float:
        """How far apart two places put the corners of the middle half of the picture, at most."""
        other = self._place if other is None else other
        reach = 0.25 * complex(*self._size_px)
        z = np.array([self._middle + reach, self._middle - reach])
        return float(np.abs(one(z) - other(z)).max())

    def _full(self, xy: FloatArray) -> ComplexArray:
        """Pixels of the small picture, the first pixel's centre at 0 -> of the full-size one, its corner at 0."""
        full = (xy + 0.5) / self._scale
        return np.asarray(full[:, 0] + 1j * full[:, 1])

    def _small(self, z: ComplexArray) -> FloatArray:
        return np.stack([z.real, z.imag], axis=1) * self._scale - 0.5
