"""Where people are in the frames looked at enters; how soon the next look at them is needed leaves.

Somebody's path between two looks is known from those around them, but for where it turns. So every frame is looked at
where somebody sets off, turns or comes to rest, and fewer where everybody stands still or is well under way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np

from lookfeel.types import FloatArray, PersonPose, Skeleton

WINDOW_S = 0.13
"""A speed is told over so long: the network's tremble, .3 % of the body a look, is then .03 of it a second."""

MOVING_PER_S = 0.1
"""Sizes of the body a second: who was never faster of late stands still. A squat's hips pass .15 even when it is let
down over four seconds."""

TURNING_RATIO = 0.5
"""Of the fastest of late: whoever has become slower than that turns or comes to rest."""

MEMORY_S = 0.7
"""How far back the fastest is sought: past the bottom of a squat, and soon over once somebody stands."""

QUICK_PER_S = 0.6
"""Whoever was faster of late, hips at some .8 m/s, gets every look: quick repetitions are over in a second, and a jump
turns without a warning."""

_MARKS = (("left_shoulder", "right_shoulder"), ("left_hip", "right_hip"))
_FEET = ("left_ankle", "right_ankle")


class Pace:
    """Says after each look how many seconds of movement may pass before the next; the same after the same looks.

    Parameters
        dense_s, sparse_s: what it may say. skeleton: of the people it is told of.
    """

    def __init__(self, skeleton: Skeleton, *, dense_s: float, sparse_s: float) -> None:
        self._dense_s, self._sparse_s = dense_s, sparse_s
        self._marks = [[skeleton.index(name) for name in pair] for pair in _MARKS]
        self._feet = [skeleton.index(name) for name in _FEET]
        self._walks: dict[int, _Walk] = {}
        self.gap_s = dense_s

    def see(self, time_s: float, people: Sequence[PersonPose]) -> None:
        """Take the next look. time_s: of the movement."""
        known = self._walks
        self._walks = {person.track_id: known.get(person.track_id) or _Walk() for person in people}
        for person in people:
            marks = np.array([person.xy_px[pair].mean(axis=0) for pair in self._marks])
            self._walks[person.track_id].add(time_s, marks, person.xy_px[self._feet].mean(axis=0))
        is_sparse = bool(people) and all(walk.is_predictable for walk in self._walks.values())
        self.gap_s = self._sparse_s if is_sparse else self._dense_s


class _Walk:
    """One person's places and speeds of late."""

    def __init__(self) -> None:
        self._size_px = 1.0
        self._places: deque[tuple[float, FloatArray]] = deque()
        self._speeds: deque[tuple[float, float]] = deque()

    def add(self, time_s: float, marks_px: FloatArray, feet_px: FloatArray) -> None:
        """Take a place: (2, 2) shoulders and hips, (2,) feet; the tallest so far is the person's size."""
        self._size_px = max(self._size_px, float(np.linalg.norm(marks_px[0] - feet_px)))
        self._places.append((time_s, marks_px))
        while len(self._places) > 2 and time_s - self._places[1][0] >= WINDOW_S:
            self._places.popleft()
        before_s, before_px = self._places[0]
        if time_s - before_s < WINDOW_S:
            return
        moved_px = float(np.linalg.norm(marks_px - before_px, axis=1).max())
        self._speeds.append((time_s, moved_px / self._size_px / (time_s - before_s)))
        while time_s - self._speeds[0][0] > MEMORY_S:
            self._speeds.popleft()

    @property
    def is_predictable(self) -> bool:
        """Whether the person stands still or is well under way; False while too little is known."""
        if not self._speeds:
            return False
        fastest, speed = max(speed for _, speed in self._speeds), self._speeds[-1][1]
        return fastest <= MOVING_PER_S or TURNING_RATIO * fastest <= speed <= fastest <= QUICK_PER_S
