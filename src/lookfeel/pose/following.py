"""A detector, a landmark network and frames enter; people with lasting identities leave.

Each live track costs one run of the landmark network a look, in the region that its own last looks point at. The
detector runs only to find people: on the first frame, when nobody is followed, when a track was just lost or its region
jumped, and once a second of the clip to notice newcomers and to confirm who is followed (13 ms beside thirty landmark
runs of 10 ms, 4 %). It seldom sees two people side by side, so every other time it looks once more, at the picture with
those whom it saw blacked out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lookfeel.pose.covering import covered
from lookfeel.pose.detector import Detection
from lookfeel.pose.landmarks import Landmarks
from lookfeel.pose.region import Region, region_around
from lookfeel.pose.skeleton import BLAZEPOSE_33
from lookfeel.pose.steering import OneEuroFilter
from lookfeel.types import FloatArray, Frame

MIN_PRESENCE = 0.5
"""Below this the region holds nobody; MediaPipe's own threshold."""

SAME_PERSON_RATIO = 0.15
"""Two poses are one person when their landmarks lie closer than this, on average, over the region's side (which is
about 1.3 times the body's height). Chosen by us: two runs on one person differ by .01-.04, or .1-.2 where a barbell
hides the head, and people beside each other by more than .25."""

REVIVE_S = 0.5
REVIVE_RATIO = 0.2
"""A person who is found again within this time and this share of the region's side keeps the identity. Chosen by us: a
blurred moment must not split the athlete in two."""

USUAL_STEP_S = 0.041
"""The network looks where the person was a frame ago, as MediaPipe does: from 25 looks a second nothing is foreseen."""

FORESEEN_S = 0.15
"""A pace is told from looks no further apart, and good for no longer."""

UNCONFIRMED_LOOKS = 3
"""A track ends when the detector has seen nobody there for so many of its regular looks: the landmark network alone
stays sure of a bush for minutes. Chosen by us: over the first ten seconds of eight real clips the detector missed no
athlete twice running, and a ghost in a tree 32 times."""

COVER_EVERY_LOOKS = 2
"""While one person is followed, so many regular looks go by until the detector is asked who else is there; with more it
is asked at each, since it may see them only so. Chosen by us. In 602 pictures of two real clips side by side it saw
both people in 22 %, and in 77 % with the first one covered; in 412 pictures of single clips it saw five people who were
not there."""

_COMPARED = tuple(
    BLAZEPOSE_33.index(f"{side}_{joint}")
    for side in ("left", "right")
    for joint in ("shoulder", "hip", "knee", "ankle")
)
_SHOULDERS = (BLAZEPOSE_33.index("left_shoulder"), BLAZEPOSE_33.index("right_shoulder"))
_HIPS = (BLAZEPOSE_33.index("left_hip"), BLAZEPOSE_33.index("right_hip"))


class FindsPeople(Protocol):
    """What is asked of `PersonDetector`."""

    def detect(self, rgb: NDArray[np.uint8]) -> tuple[Detection, ...]:
        """People in a picture."""


class LocatesLandmarks(Protocol):
    """What is asked of `LandmarkNetwork`."""

    def locate(self, rgb: NDArray[np.uint8], region: Region) -> Landmarks:
        """Landmarks of the person in a region."""


@dataclass(slots=True, kw_only=True, eq=False)
class Track:
    """One followed person. pose: as last seen, at seen_s. confirmed_s: when the detector last saw somebody there.
    region: where the last pose points. steered_px, velocity_px (2, 2): the calmed steering points that it comes from,
    and their change a second, None until two looks lie close enough together."""

    track_id: int
    region: Region
    seen_s: float
    confirmed_s: float
    pose: Landmarks
    steering: OneEuroFilter = field(default_factory=OneEuroFilter)
    steered_px: FloatArray | None = None
    velocity_px: FloatArray | None = None

    def advance(self, pose: Landmarks, *, time_s: float) -> None:
        """Take the pose of a new frame and steer the region after it."""
        steered_px, step_s = self.steering(pose.steering_px, time_s=time_s), time_s - self.seen_s
        self.velocity_px = None
        if self.steered_px is not None and 0.0 < step_s <= FORESEEN_S:
            self.velocity_px = (steered_px - self.steered_px) / step_s
        self.pose, self.seen_s, self.steered_px = pose, time_s, steered_px
        self.region = region_around(steered_px)

    def region_at(self, time_s: float) -> Region:
        """Where to look at a later time: where the person was last, or, when that is longer ago than a frame usually
        is, where the person goes from there."""
        lead_s = time_s - self.seen_s - USUAL_STEP_S
        if self.steered_px is None or self.velocity_px is None or not 0.0 < lead_s <= FORESEEN_S:
            return self.region
        return region_around(self.steered_px + lead_s * self.velocity_px)


class Follower:
    """Follows several people through one clip; identities count up from 0 and are never used twice."""

    def __init__(
        self, detector: FindsPeople, network: LocatesLandmarks, *, max_people: int, detect_every_s: float
    ) -> None:
        self._detector, self._network = detector, network
        self._max_people, self._detect_every_s = max_people, detect_every_s
        self._live: list[Track] = []
        self._lost: list[Track] = []
        self._next_id = 0
        self._detected_s = self._covered_s = -math.inf

    def follow(self, frame: Frame) -> tuple[Track, ...]:
        """People in the next frame, in the order of their identities; poses in the frame's own pixels."""
        jumped = self._move(frame)
        self._lost = [track for track in self._lost if frame.time_s - track.seen_s <= REVIVE_S]
        if jumped or self._should_detect(frame.time_s):
            self._detected_s = frame.time_s
            sees_anybody = self._look(frame, frame.rgb)
            if self._should_cover(jumped, frame.time_s):
                self._covered_s = frame.time_s
                seen = [track.pose for track in self._live if track.confirmed_s == frame.time_s]
                sees_anybody |= self._look(frame, covered(frame.rgb, seen))
            self._end_unconfirmed(jumped if sees_anybody else [], time_s=frame.time_s)
        return tuple(self._live)

    def _should_detect(self, time_s: float) -> bool:
        if time_s - self._detected_s >= self._detect_every_s or not self._live:
            return True
        return bool(self._lost) and len(self._live) < self._max_people

    def _should_cover(self, jumped: list[Track], time_s: float) -> bool:
        """Whether to look for those whom the detector did not see beside others. Nobody seen: nothing to cover."""
        unseen = [track for track in self._live if track.confirmed_s < time_s]
        if len(unseen) == len(self._live) or (not unseen and len(self._live) >= self._max_people):
            return False
        n_looks = 1 if len(self._live) > 1 else COVER_EVERY_LOOKS
        is_due = time_s - self._covered_s >= n_looks * self._detect_every_s
        return is_due or any(track in jumped for track in unseen)

    def _look(self, frame: Frame, rgb: NDArray[np.uint8]) -> bool:
        """Ask the detector who is in a picture, confirm those who are followed and admit the others; True when it sees
        anybody."""
        found = self._detector.detect(rgb)
        for track in self._live:
            if any(torso_distance(track.pose, d) < REVIVE_RATIO * track.region.size_px for d in found):
                track.confirmed_s = frame.time_s
        self._admit(frame, found)
        return bool(found)

    def _move(self, frame: Frame) -> list[Track]:
        """Take every live track to this frame, end the empty and the doubled ones, and name those that jumped."""
        moved: list[Track] = []
        jumped = []
        for track in self._live:  # oldest first, so that of two tracks on one person the older stays
            before = track.region_at(frame.time_s)
            pose = self._network.locate(frame.rgb, before)
            if pose.presence < MIN_PRESENCE:
                self._lost.append(track)
            elif not _is_among(moved, pose, before):
                track.advance(pose, time_s=frame.time_s)
                moved.append(track)
                if track.region.jumped_from(before):
                    jumped.append(track)
        self._live = moved
        return jumped

    def _end_unconfirmed(self, jumped: list[Track], *, time_s: float) -> None:
        """End the tracks that no detection confirms: at once those that jumped, else after several looks."""
        longest_s = UNCONFIRMED_LOOKS * self._detect_every_s
        self._live = [
            track
            for track in self._live
            if track.confirmed_s == time_s or (track not in jumped and time_s - track.confirmed_s < longest_s)
        ]

    def _admit(self, frame: Frame, found: tuple[Detection, ...]) -> None:
        """Start or revive a track for each detected person who is not followed yet; the largest first, since who films
        a set stands nearer than those in the background."""
        for detection in sorted(found, key=lambda d: -d.region.size_px):
            if len(self._live) >= self._max_people:
                return
            region, now_s = detection.region, frame.time_s
            if any(torso_distance(t.pose, detection) < SAME_PERSON_RATIO * region.size_px for t in self._live):
                continue
            pose = self._network.locate(frame.rgb, region)
            if pose.presence >= MIN_PRESENCE and not _is_among(self._live, pose, region):
                track_id = self._identity(detection)
                track = Track(track_id=track_id, region=region, seen_s=now_s, confirmed_s=now_s, pose=pose)
                track.advance(pose, time_s=now_s)
                self._live = sorted([*self._live, track], key=lambda t: t.track_id)

    def _identity(self, detection: Detection) -> int:
        """The identity of the track that was just lost here, or a new one."""
        for track in self._lost:
            if torso_distance(track.pose, detection) < REVIVE_RATIO * track.region.size_px:
                self._lost.remove(track)
                return track.track_id
        self._next_id += 1
        return self._next_id - 1


def _is_among(tracks: list[Track], pose: Landmarks, region: Region) -> bool:
    return any(is_same_person(pose, t.pose, size_px=max(region.size_px, t.region.size_px)) for t in tracks)


def is_same_person(a: Landmarks, b: Landmarks, *, size_px: float) -> bool:
    """True when two poses lie on one body. size_px: side of the larger region."""
    distances = np.linalg.norm(a.points_px[_COMPARED, :] - b.points_px[_COMPARED, :], axis=1)
    return bool(distances.mean() < SAME_PERSON_RATIO * size_px)


def torso_distance(pose: Landmarks, detection: Detection) -> float:
    """Mean distance in pixels between a pose's mid-hips and mid-shoulders and a detection's."""
    torso: FloatArray = np.array([pose.points_px[_HIPS, :].mean(axis=0), pose.points_px[_SHOULDERS, :].mean(axis=0)])
    return float(np.linalg.norm(torso - detection.torso_px, axis=1).mean())
