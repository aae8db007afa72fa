"""Assembly of a clip's detections from a backend whose answers are known, and the choice of backends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import numpy as np
import pytest

from lookfeel.errors import InvalidValue, NoPerson, TooShort
from lookfeel.pose import BLAZEPOSE_33, backend_names, create_backend, detect_poses
from lookfeel.types import Frame, PersonPose, PoseDetections

RGB = np.zeros((4, 4, 3), dtype=np.uint8)


class Scripted:
    """Person k is in the frames of visits[k]; x of every keypoint is the frame's number, y is k."""

    name, skeleton, weights_sha256 = "scripted", BLAZEPOSE_33, ("0" * 64,)

    def __init__(self, *visits: range, world: bool = True) -> None:
        self.visits, self.world = visits, world

    def process(self, frame: Frame) -> tuple[PersonPose, ...]:
        return tuple(
            PersonPose(
                track_id=k,
                xy_px=np.tile([float(frame.index), float(k)], (33, 1)),
                confidence=np.full(33, 0.5),
                world_m=np.zeros((33, 3)) if self.world else None,
                score=0.9,
            )
            for k, visit in enumerate(self.visits)
            if frame.index in visit
        )

    def close(self) -> None:
        pass


def clip(n_frames: int) -> Iterator[Frame]:
    return (Frame(index=i, time_s=i / 30, rgb=RGB, scale=1.0) for i in range(n_frames))


def each(frames: Iterator[Frame]) -> Callable[[float], Frame | None]:
    """All of them, whatever the gap."""
    return lambda _: next(frames, None)


def detect(backend: Scripted, n_frames: int) -> PoseDetections:
    return detect_poses(each(clip(n_frames)), backend, width_px=4, height_px=4)


def test_every_value_lands_in_its_frame_and_person() -> None:
    found = detect(Scripted(range(30), range(10, 40)), 40)
    assert found.xy_px.shape == (40, 2, 33, 2)
    np.testing.assert_allclose(found.time_s, np.arange(40) / 30)
    for person, visit in enumerate((range(30), range(10, 40))):
        seen = np.isin(np.arange(40), visit)
        np.testing.assert_array_equal(np.isfinite(found.score[:, person]), seen)
        np.testing.assert_array_equal(found.xy_px[seen, person, 7, 0], np.arange(40)[seen])
        assert (found.xy_px[seen, person, :, 1] == person).all()
        assert np.isnan(found.xy_px[~seen, person]).all()
        assert (found.confidence[~seen, person] == 0).all()


def test_missing_world_stays_missing() -> None:
    assert np.isnan(detect(Scripted(range(20), world=False), 20).world_m).all()


def test_passers_by_are_left_out_unless_nobody_stays() -> None:
    assert detect(Scripted(range(5), range(40)), 40).xy_px.shape[1] == 1
    assert detect(Scripted(range(5), range(8, 12)), 40).xy_px.shape[1] == 2


def test_progress_counts_frames() -> None:
    told: list[int] = []
    detect_poses(each(clip(12)), Scripted(range(12)), width_px=4, height_px=4, on_frame=told.append)
    assert told == list(range(1, 13))


def test_too_short_and_nobody() -> None:
    with pytest.raises(TooShort, match="9 frames"):
        detect(Scripted(range(9)), 9)
    with pytest.raises(NoPerson):
        detect(Scripted(), 20)


def test_unknown_backend_names_the_known() -> None:
    assert backend_names()[:2] == ("blazepose", "mediapipe")
    with pytest.raises(InvalidValue) as caught:
        create_backend("openpose")
    assert "blazepose" in caught.value.hint


@pytest.mark.parametrize("options", [{"max_people": 0}, {"threads": 0}])
def test_senseless_options_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(InvalidValue):
        create_backend("blazepose", **options)


def test_a_closed_backend_says_so() -> None:
    backend = create_backend("blazepose")
    backend.close()
    with pytest.raises(RuntimeError, match="closed"):
        backend.process(next(clip(1)))


def test_each_frame_is_told_with_the_people_in_it() -> None:
    told: list[tuple[int, list[int]]] = []
    detect_poses(
        each(clip(12)),
        Scripted(range(12), range(5, 9)),
        width_px=4,
        height_px=4,
        on_people=lambda frame, people: told.append((frame.index, [person.track_id for person in people])),
    )
    assert told == [(i, [0, 1] if i in range(5, 9) else [0]) for i in range(12)]


def test_the_pace_is_asked_one_look_ahead_and_frames_between_are_filled_in() -> None:
    asked: list[float] = []
    frames = clip(60)

    def following(gap_s: float) -> Frame | None:
        asked.append(gap_s)
        passed_over = 2 if gap_s > 0.05 else 0
        return next(islice(frames, passed_over, None), None)

    class Slowing:
        gap_s = 0.0

        def see(self, time_s: float, people: Sequence[PersonPose]) -> None:
            self.gap_s = 0.1 if time_s > 0.9 else 0.0

    found = detect_poses(
        following,
        Scripted(range(60)),
        pace=Slowing(),
        width_px=4,
        height_px=4,
        all_times=lambda: np.arange(60) / 30,
    )
    first_slow = 28  # the first frame later than .9 s; what follows it was asked for before it was looked at
    assert asked[: first_slow + 2] == [0.0] * (first_slow + 2)
    assert set(asked[first_slow + 2 :]) == {0.1}
    np.testing.assert_allclose(found.xy_px[:57, 0, 0, 0], np.arange(57), atol=1e-9)
