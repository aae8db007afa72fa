"""Frames and a backend enter; one `PoseDetections` of the whole clip leaves, while only a few frames are held."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

import numpy as np

from lookfeel.errors import NoPerson, TooShort
from lookfeel.pose.backend import PoseBackend
from lookfeel.pose.between import cubic_between
from lookfeel.types import BoolArray, FloatArray, Frame, PersonPose, PoseDetections

MIN_FRAMES = 10
"""A third of a second at 30 frames a second shows no movement that could be judged; chosen by us."""

MIN_TRACK_S = 0.3
"""Shorter tracks are passers-by or ghosts, unless nobody stays longer; chosen by us, below any repetition."""


class SetsPace(Protocol):
    """What is asked of `pace.Pace`."""

    @property
    def gap_s(self) -> float:
        """Seconds that may pass before the next look."""

    def see(self, time_s: float, people: Sequence[PersonPose]) -> None:
        """Take the next look."""


def detect_poses(
    following: Callable[[float], Frame | None],
    backend: PoseBackend,
    *,
    pace: SetsPace | None = None,
    width_px: int,
    height_px: int,
    all_times: Callable[[], FloatArray] | None = None,
    on_frame: Callable[[int], None] | None = None,
    on_people: Callable[[Frame, tuple[PersonPose, ...]], None] | None = None,
) -> PoseDetections:
    """Find everybody in a clip.

    Parameters
        following: gives the next frame that lies so many seconds or more after the one before, None after the last, as
            `Video.reader` does; each is let go once its people are found.
        pace: says how many seconds those are; none when not given.
        backend: as `create_backend` makes it; not closed here.
        width_px, height_px: of the full-size upright picture.
        all_times: asked at the end for the seconds (T,) of all frames of the clip, of which those given are some, by
            their index; those between are filled in. The same frames when None.
        on_frame: told the number of frames done after each one.
        on_people: told each frame with the people in it, in order, on a thread beside the backend.
    Returns
        T frames, N identities in the order of their first frame; world_m is NaN where the backend gives none.
    Raises
        TooShort: fewer than ten frames.
        NoPerson: nobody in any frame.
    """
    given: list[tuple[int, float]] = []
    seen: dict[int, dict[int, PersonPose]] = {}
    with ThreadPoolExecutor(1, thread_name_prefix="people") as beside:
        told: Future[None] | None = None
        for frame in _one_ahead(following, pace):
            people = backend.process(frame)
            if pace is not None:
                pace.see(frame.time_s, people)
            row = frame.index if all_times is not None else len(given)
            for person in people:
                seen.setdefault(person.track_id, {})[row] = person
            given.append((row, frame.time_s))
            if told is not None:
                told.result()
            if on_people is not None:
                told = beside.submit(on_people, frame, people)
            if on_frame is not None:
                on_frame(row + 1)
        if told is not None:
            told.result()
    time_s = np.array([moment for _, moment in given]) if all_times is None else all_times()
    if len(time_s) < MIN_FRAMES:
        raise TooShort(f"{len(time_s)} frames decoded, at least {MIN_FRAMES} are needed")
    if not seen:
        raise NoPerson(f"nobody was found in {len(time_s)} frames")
    is_looked_at = np.zeros(len(time_s), dtype=np.bool_)
    is_looked_at[[row for row, _ in given]] = True
    return _assemble(time_s, is_looked_at, _lasting(seen, time_s), backend, width_px=width_px, height_px=height_px)


def _one_ahead(following: Callable[[float], Frame | None], pace: SetsPace | None) -> Iterator[Frame]:
    """The frames, the next being made on a thread of its own while one is worked at: how far that one lies ahead is
    settled before, which costs the pace one look and keeps it the same in every run."""
    with ThreadPoolExecutor(1, thread_name_prefix="frames") as reader:
        coming = reader.submit(following, 0.0)
        while (frame := coming.result()) is not None:
            coming = reader.submit(following, 0.0 if pace is None else pace.gap_s)
            yield frame


def _lasting(seen: dict[int, dict[int, PersonPose]], time_s: FloatArray) -> list[dict[int, PersonPose]]:
    """Tracks that last, or all of them when none does."""
    lasting = [poses for poses in seen.values() if time_s[max(poses)] - time_s[min(poses)] >= MIN_TRACK_S]
    return lasting or list(seen.values())


def _assemble(
    time_s: FloatArray,
    is_looked_at: BoolArray,
    tracks: list[dict[int, PersonPose]],
    backend: PoseBackend,
    *,
    width_px: int,
    height_px: int,
) -> PoseDetections:
    shape = (len(time_s), len(tracks), len(backend.skeleton.keypoints))
    xy_px, world_m = np.full((*shape, 2), np.nan), np.full((*shape, 3), np.nan)
    confidence, score = np.zeros(shape), np.full(shape[:2], np.nan)
    for column, poses in enumerate(tracks):
        for row, person in poses.items():
            xy_px[row, column], confidence[row, column] = person.xy_px, person.confidence
            score[row, column] = person.score
            if person.world_m is not None:
                world_m[row, column] = person.world_m
        if not is_looked_at.all():
            is_known = np.isfinite(score[:, column])
            for values in (xy_px, world_m, confidence, score):
                values[:, column] = cubic_between(values[:, column], time_s, is_known, is_looked_at)
    return PoseDetections(
        skeleton=backend.skeleton,
        time_s=time_s,
        xy_px=xy_px,
        confidence=np.clip(confidence, 0.0, 1.0),
        world_m=world_m,
        score=np.clip(score, 0.0, 1.0),
        width_px=width_px,
        height_px=height_px,
        backend=backend.name,
        weights_sha256=backend.weights_sha256,
    )
