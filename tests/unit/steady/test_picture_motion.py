"""Points go to the reference picture and back; what a worker gets is checked and read-only."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from stickfigure import Movement, Phone, make_track

from lookfeel.tracks import track_athlete
from lookfeel.types import PictureMotion, PoseDetections, PoseTrack, Skeleton


def motion(kind: str = "shaking", n_frames: int = 40) -> PictureMotion:
    """A sway of up to 20 px, 1 degree and 1 %."""
    t = np.arange(n_frames) / 7
    angle, zoom = np.radians(np.sin(t)), 1 + 0.01 * np.sin(2 * t)
    a, b = zoom * np.cos(angle), zoom * np.sin(angle)
    rows = [np.stack([a, -b, 20 * np.sin(t)], axis=1), np.stack([b, a, 15 * np.cos(t)], axis=1)]
    return PictureMotion(kind=kind, to_frame=np.stack(rows, axis=1), rms_ratio=0.01, largest_ratio=0.02, seen_ratio=1.0)


def standing(n_frames: int) -> PictureMotion:
    to_frame = np.tile(np.eye(2, 3), (n_frames, 1, 1))
    return PictureMotion(kind="static", to_frame=to_frame, rms_ratio=1e-5, largest_ratio=2e-5, seen_ratio=1.0)


UNKNOWN = PictureMotion(kind="unknown", to_frame=None, rms_ratio=None, largest_ratio=None, seen_ratio=0.2)


def test_there_and_back() -> None:
    points = np.random.default_rng(0).uniform(0, 1000, (40, 3, 5, 2))
    points[3, 1, 2] = np.nan
    swaying = motion()
    assert swaying.to_frame is not None
    there = swaying.in_frame(points)
    np.testing.assert_allclose(there[7, 2, 1], swaying.to_frame[7] @ [*points[7, 2, 1], 1.0])
    np.testing.assert_allclose(swaying.steadied(there), points, atol=1e-9)
    assert np.isnan(there[3, 1, 2]).all()


def test_a_phone_that_stands_or_is_not_known_changes_nothing() -> None:
    points = np.random.default_rng(0).uniform(0, 1000, (40, 5, 2))
    for one in (standing(40), UNKNOWN):
        assert one.steadied(points) is points
        assert one.in_frame(points) is points


def test_pickling_rebuilds_it_read_only() -> None:
    again = pickle.loads(pickle.dumps(motion()))
    assert again.kind == "shaking"
    assert not again.to_frame.flags.writeable
    np.testing.assert_array_equal(again.to_frame, motion().to_frame)
    assert pickle.loads(pickle.dumps(UNKNOWN)) == UNKNOWN


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "unknown"},
        {"to_frame": None},
        {"to_frame": np.zeros((4, 3, 3))},
        {"to_frame": np.full((4, 2, 3), np.nan)},
    ],
)
def test_what_contradicts_itself_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"motion|to_frame"):
        replace(motion(), **change)  # type: ignore[arg-type]


def seen_by(xy_px: np.ndarray, track: PoseTrack, picture_motion: PictureMotion | None) -> PoseDetections:
    names = tuple(name.replace("foot_index", "toe") for name in track.skeleton.keypoints)
    return PoseDetections(
        skeleton=Skeleton(name="test", keypoints=names, edges=()),
        time_s=track.time_s,
        xy_px=xy_px[:, None],
        confidence=track.confidence[:, None],
        world_m=track.world_m[:, None],
        score=np.full((len(xy_px), 1), 0.95),
        width_px=track.width_px,
        height_px=track.height_px,
        backend="test",
        weights_sha256=(),
        picture_motion=picture_motion,
    )


@pytest.fixture(scope="module")
def still_track() -> PoseTrack:
    return make_track(Movement(n_reps=2), Phone())[0]


def test_the_track_is_what_a_phone_that_stands_would_have_seen(still_track: PoseTrack) -> None:
    swaying = motion(n_frames=len(still_track.time_s))
    wanted = track_athlete(seen_by(still_track.xy_px, still_track, None))
    shown = swaying.in_frame(still_track.xy_px)
    found = track_athlete(seen_by(shown, still_track, swaying))
    np.testing.assert_allclose(found.xy_px, wanted.xy_px, atol=1e-6)
    assert np.abs(found.in_frame(found.xy_px) - shown).max() < 3.0
    assert found.warnings == wanted.warnings
    raw = track_athlete(seen_by(shown, still_track, None))
    assert np.abs(raw.xy_px - wanted.xy_px).max() > 15


def test_a_tripod_clip_is_tracked_to_the_last_bit_as_without(still_track: PoseTrack) -> None:
    plain = track_athlete(seen_by(still_track.xy_px, still_track, None))
    found = track_athlete(seen_by(still_track.xy_px, still_track, standing(len(still_track.time_s))))
    np.testing.assert_array_equal(found.xy_px, plain.xy_px)
    np.testing.assert_array_equal(found.in_frame(found.xy_px), plain.xy_px)
    assert found.warnings == plain.warnings


def test_points_outside_the_frame_stay_unknown_wherever_the_reference_lies(still_track: PoseTrack) -> None:
    n_frames = len(still_track.time_s)
    to_frame = np.tile(np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 450.0]]), (n_frames, 1, 1))
    lower = replace(motion("moving", n_frames), to_frame=to_frame)
    found = track_athlete(seen_by(still_track.xy_px + np.array([0.0, 450.0]), still_track, lower))
    assert np.isnan(found.point("left_ankle")).all()
    assert np.isfinite(found.point("left_hip")).all()


def test_a_phone_that_moves_or_cannot_be_judged_is_worth_a_word(still_track: PoseTrack) -> None:
    n_frames = len(still_track.time_s)
    moving = track_athlete(seen_by(still_track.xy_px, still_track, motion("moving", n_frames)))
    assert any("The phone moved" in word and "2 %" in word for word in moving.warnings)
    unknown = track_athlete(seen_by(still_track.xy_px, still_track, UNKNOWN))
    assert any("whether the phone stood still" in word for word in unknown.warnings)
    assert unknown.picture_motion == UNKNOWN


def test_a_motion_of_another_length_is_refused(still_track: PoseTrack) -> None:
    with pytest.raises(ValueError, match="picture_motion"):
        seen_by(still_track.xy_px, still_track, standing(3))


def test_a_track_pickles_with_its_motion(still_track: PoseTrack) -> None:
    found = track_athlete(seen_by(still_track.xy_px, still_track, motion(n_frames=len(still_track.time_s))))
    again = pickle.loads(pickle.dumps(found))
    np.testing.assert_array_equal(again.in_frame(again.xy_px), found.in_frame(found.xy_px))
