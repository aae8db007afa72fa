"""Identities, with a detector and a landmark network that know where the people are."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from lookfeel.pose.detector import Detection
from lookfeel.pose.following import Follower, Track
from lookfeel.pose.landmarks import Landmarks
from lookfeel.pose.region import Region, region_around
from lookfeel.types import FloatArray, Frame

HALF_BODY_PX = 100.0
RGB = np.zeros((4, 4, 3), dtype=np.uint8)


@dataclass
class Scene:
    """Where people stand (mid-hips, px); what the two networks would answer; and how often each was asked."""

    people: list[tuple[float, float]] = field(default_factory=list)
    undetectable: bool = False
    n_detected: int = 0
    n_located: int = 0

    def detect(self, rgb: NDArray[np.uint8]) -> tuple[Detection, ...]:
        self.n_detected += 1
        if self.undetectable:
            return ()
        return tuple(
            Detection(score=0.9, points_px=np.array([p, p, p, p], dtype=float) + offsets(1.0)) for p in self.people
        )

    def locate(self, rgb: NDArray[np.uint8], region: Region) -> Landmarks:
        """Like the real network, answers with the person nearest to the region's centre, if any is inside."""
        self.n_located += 1
        centre = np.array([region.center_x_px, region.center_y_px])
        distances = [float(np.linalg.norm(np.array(p) - centre)) for p in self.people]
        if not distances or min(distances) > region.size_px / 2:
            return landmarks(centre, presence=0.1)
        return landmarks(np.array(self.people[int(np.argmin(distances))]), presence=0.9)


def offsets(scale: float) -> FloatArray:
    """Mid-hips, full-body circle, mid-shoulders, upper-body circle."""
    return np.array([[0, 0], [0, -HALF_BODY_PX], [0, -50], [0, -HALF_BODY_PX]]) * scale


def landmarks(hips: FloatArray, *, presence: float) -> Landmarks:
    points = np.tile(hips, (33, 1)).astype(float)
    points[11:13, 1] -= 50
    return Landmarks(
        presence=presence,
        points_px=points,
        steering_px=hips + offsets(1.0)[:2],
        confidence=np.ones(33),
        world_m=np.zeros((33, 3)),
    )


def follower(scene: Scene, max_people: int = 3) -> Follower:
    return Follower(scene, scene, max_people=max_people, detect_every_s=1.0)


def ids(who: Follower, index: int) -> list[int]:
    frame = Frame(index=index, time_s=index / 30, rgb=RGB, scale=1.0)
    return [track.track_id for track in who.follow(frame)]


def test_one_person_costs_one_landmark_run_a_frame_and_three_detections_in_two_seconds() -> None:
    scene = Scene(people=[(300, 300)])
    who = follower(scene)
    assert [ids(who, i) for i in range(61)] == [[0]] * 61
    assert scene.n_located == 61
    assert scene.n_detected == 3 + 2, "every other time the picture without that person is searched as well"


def test_nobody_is_looked_for_again_in_every_frame() -> None:
    scene = Scene()
    who = follower(scene)
    assert [ids(who, i) for i in range(5)] == [[]] * 5
    assert scene.n_detected == 5
    scene.people.append((300, 300))
    assert ids(who, 5) == [0]


def test_a_newcomer_is_noticed_within_a_second() -> None:
    scene = Scene(people=[(300, 300)])
    who = follower(scene)
    ids(who, 0)
    scene.people.append((700, 300))
    seen = [ids(who, i) for i in range(1, 32)]
    assert seen[-1] == [0, 1]
    assert scene.n_detected == 2 + 2


@dataclass
class Crowd(Scene):
    """Whose detector sees one person at a time, the first whom nothing black covers, in a picture that is not black."""

    def detect(self, rgb: NDArray[np.uint8]) -> tuple[Detection, ...]:
        shown = [found for found in super().detect(rgb) if rgb[tuple(found.points_px[0].astype(int)[::-1])].any()]
        return tuple(shown[:1])


def crowd_ids(who: Follower, index: int) -> list[int]:
    frame = Frame(index=index, time_s=index / 30, rgb=np.full((600, 1000, 3), 200, dtype=np.uint8), scale=1.0)
    return [track.track_id for track in who.follow(frame)]


def test_who_stands_beside_the_only_one_seen_is_found_and_stays() -> None:
    who = follower(Crowd(people=[(300, 300), (700, 300)]))
    assert [crowd_ids(who, i) for i in range(300)] == [[0, 1]] * 300


def test_a_newcomer_beside_the_only_one_seen_is_noticed_within_two_seconds() -> None:
    crowd = Crowd(people=[(300, 300)])
    who = follower(crowd)
    crowd_ids(who, 0)
    crowd.people.append((700, 300))
    seen = [crowd_ids(who, i) for i in range(1, 61)]
    assert seen.index([0, 1]) == 59


def test_who_is_seen_only_beside_covered_others_may_jump() -> None:
    crowd = Crowd(people=[(300, 300), (700, 300)])
    who = follower(crowd)
    crowd_ids(who, 0)
    crowd.people[1] = (805, 300)
    assert crowd_ids(who, 1) == [0, 1]


def test_nothing_is_covered_where_nobody_else_is_wanted() -> None:
    crowd = Crowd(people=[(300, 300), (700, 300)])
    who = follower(crowd, max_people=1)
    assert [crowd_ids(who, i) for i in range(40)] == [[0]] * 40
    assert crowd.n_detected == 2


def test_no_more_people_than_asked_for_the_largest_first() -> None:
    scene = Scene(people=[(300, 300), (700, 300)])
    scene_detect = scene.detect

    def detect(rgb: NDArray[np.uint8]) -> tuple[Detection, ...]:
        near, far = scene_detect(rgb)
        return far, Detection(score=0.6, points_px=near.points_px[0] + offsets(1.3))

    scene.detect = detect  # type: ignore[method-assign]
    who = follower(scene, max_people=1)
    (track,) = who.follow(Frame(index=0, time_s=0.0, rgb=RGB, scale=1.0))
    assert track.pose.points_px[23, 0] == 300
    assert [ids(who, i) for i in range(1, 40)] == [[0]] * 39
    assert scene.n_detected == 2, "nobody else is wanted, so only the follower's own person is looked for"


def test_identity_survives_a_short_loss_but_is_never_used_for_someone_else() -> None:
    scene = Scene(people=[(300, 300)])
    who = follower(scene)
    assert ids(who, 0) == [0]
    scene.people.clear()
    assert [ids(who, i) for i in range(1, 6)] == [[]] * 5
    scene.people.append((310, 300))
    assert ids(who, 6) == [0]
    scene.people.clear()
    assert [ids(who, i) for i in range(7, 40)] == [[]] * 33
    scene.people.append((310, 300))
    assert ids(who, 40) == [1], "after more than half a second it may be anybody"


def test_somebody_elsewhere_is_somebody_else_at_once() -> None:
    scene = Scene(people=[(300, 300)])
    who = follower(scene)
    ids(who, 0)
    scene.people[:] = [(900, 300)]
    assert ids(who, 1) == [1]


def test_two_tracks_on_one_person_become_the_older() -> None:
    scene = Scene(people=[(300, 300), (420, 300)])
    who = follower(scene)
    assert ids(who, 0) == [0, 1]
    scene.people.pop()
    assert ids(who, 1) == [0]
    assert [ids(who, i) for i in range(2, 35)] == [[0]] * 33


def test_a_jump_that_no_detection_confirms_ends_the_track() -> None:
    scene = Scene(people=[(300, 300)])
    who = follower(scene)
    ids(who, 0)
    scene.people[:] = [(405, 300)]  # inside the old region, but nobody moves so far in a frame
    assert ids(who, 1) == [0], "the detector sees a person there"
    scene.people[:] = [(300, 300), (510, 300)]
    scene.detect = lambda rgb: (Detection(score=0.9, points_px=np.array([300.0, 300.0]) + offsets(1.0)),)  # type: ignore[method-assign]
    scene.people[:] = [(510, 300)]
    assert ids(who, 2) == []


def test_what_the_detector_never_sees_is_a_ghost() -> None:
    scene = Scene(people=[(300, 300)])
    who = follower(scene)
    ids(who, 0)
    scene.undetectable = True
    seen = [bool(ids(who, i)) for i in range(1, 100)]
    assert seen.index(False) == 89, "three looks, a second apart"
    assert not any(seen[89:])


def test_missing_a_person_twice_ends_nothing() -> None:
    scene = Scene(people=[(300, 300)])
    who = follower(scene)
    for i in range(300):
        scene.undetectable = i // 30 % 3 != 0
        assert ids(who, i) == [0]


def test_a_jump_is_believed_when_the_detector_sees_nobody() -> None:
    scene = Scene(people=[(300, 300)])
    who = follower(scene)
    ids(who, 0)
    scene.people[:], scene.undetectable = [(400, 300)], True
    assert ids(who, 1) == [0]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_order_of_detection_does_not_double_a_person(order: tuple[int, int]) -> None:
    scene = Scene(people=[(300, 300), (304, 300)])
    scene.people[:] = [scene.people[i] for i in order]
    assert ids(follower(scene), 0) == [0]


@pytest.mark.parametrize(("step_s", "foreseen_px"), [(1 / 30, 0.0), (0.04, 0.0), (0.08, 0.039), (0.4, 0.0)])
def test_the_region_runs_ahead_only_after_longer_steps(step_s: float, foreseen_px: float) -> None:
    speed_px_per_s = 200.0
    track = Track(track_id=0, region=region_around(offsets(1.0)[:2]), seen_s=-1.0, confirmed_s=0.0, pose=at(0.0))
    track.steering = lambda points_px, *, time_s: points_px  # type: ignore[assignment]
    for i in range(3):
        track.advance(at(speed_px_per_s * i * step_s), time_s=i * step_s)
    ahead = track.region_at(3 * step_s).center_x_px - track.region.center_x_px
    assert ahead == pytest.approx(speed_px_per_s * foreseen_px)


def at(x_px: float) -> Landmarks:
    return landmarks(np.array([x_px, 0.0]), presence=0.9)
