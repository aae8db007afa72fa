"""The athlete is chosen by movement, and cleaned without inventing what was not seen."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from stickfigure import Movement, Phone, make_track

from lookfeel.body import lift_body
from lookfeel.errors import InvalidValue, MissingKeypoint, NoPerson
from lookfeel.tracks import track_athlete, view_name
from lookfeel.types import PictureMotion, PoseDetections, PoseTrack, Skeleton


def detections_of(*people: tuple[PoseTrack, tuple[float, float], float]) -> PoseDetections:
    """Several tracks in one picture, each moved by (dx, dy) px and scaled about the origin."""
    n = min(len(track.time_s) for track, _, _ in people)
    first = people[0][0]
    names = [name.replace("foot_index", "toe") for name in first.skeleton.keypoints]
    return PoseDetections(
        skeleton=Skeleton(name="test", keypoints=tuple(names), edges=()),
        time_s=first.time_s[:n],
        xy_px=np.stack([track.xy_px[:n] * size + shift for track, shift, size in people], axis=1),
        confidence=np.stack([track.confidence[:n] for track, _, _ in people], axis=1),
        world_m=np.stack([track.world_m[:n] for track, _, _ in people], axis=1),
        score=np.full((n, len(people)), 0.95),
        width_px=3 * first.width_px,
        height_px=2 * first.height_px,
        backend="test",
        weights_sha256=(),
    )


def squatter(**phone: float) -> PoseTrack:
    return make_track(Movement(n_reps=3), Phone(**phone))[0]


def bystander() -> PoseTrack:
    return make_track(Movement(n_reps=0, lead_in_s=12.0), Phone())[0]


def with_xy(detections: PoseDetections, xy_px: np.ndarray) -> PoseDetections:
    score = np.where(np.isfinite(xy_px).all(axis=(2, 3)), 0.95, np.nan)
    return PoseDetections(
        skeleton=detections.skeleton,
        time_s=detections.time_s,
        xy_px=xy_px,
        confidence=detections.confidence,
        world_m=detections.world_m,
        score=score,
        width_px=detections.width_px,
        height_px=detections.height_px,
        backend="test",
        weights_sha256=(),
    )


def test_the_one_who_squats_is_chosen_though_another_is_larger() -> None:
    detections = detections_of((bystander(), (0.0, 0.0), 1.6), (squatter(), (1300.0, 300.0), 0.8))
    track = track_athlete(detections)
    assert track.n_people == 2
    assert track.person == 2
    assert np.nanmedian(track.point("left_hip")[:, 0]) > 1300
    assert any("2 people" in warning for warning in track.warnings)


@pytest.mark.parametrize("larger", [1, 2])
def test_of_two_who_squat_alike_the_larger_is_chosen(larger: int) -> None:
    """As in a mirror, where the image is always smaller; that it moves a little more is noise."""
    sizes = [1.0 if person == larger else 0.7 for person in (1, 2)]
    small = make_track(Movement(n_reps=3, depth_deg=-4.0), Phone())[0]
    people = [squatter() if person == larger else small for person in (1, 2)]
    track = track_athlete(detections_of((people[0], (0.0, 0.0), sizes[0]), (people[1], (1300.0, 300.0), sizes[1])))
    assert track.person == larger


def test_who_squats_is_chosen_beside_a_larger_one_who_bows() -> None:
    half = make_track(Movement(n_reps=3, depth_deg=45.0), Phone())[0]
    track = track_athlete(detections_of((half, (0.0, 0.0), 1.3), (squatter(), (1300.0, 300.0), 0.7)))
    assert track.person == 2


def crumpled(track: PoseTrack, *, from_s: float, until_s: float) -> PoseTrack:
    """A ghost on somebody's legs: the trunk a tenth as long, upside down, and the feet wander by two real trunks."""
    xy_px = track.xy_px.copy()
    names = [name.replace("foot_index", "toe") for name in track.skeleton.keypoints]
    hips = 0.5 * (track.point("left_hip") + track.point("right_hip"))
    shoulders = 0.5 * (track.point("left_shoulder") + track.point("right_shoulder"))
    trunk_px = float(np.nanmedian(np.linalg.norm(shoulders - hips, axis=1)))
    for k, name in enumerate(names):
        if name.endswith("shoulder"):
            xy_px[:, k] = hips + np.array([0.0, 0.1 * trunk_px])
        elif name.endswith("ankle"):
            xy_px[:, k] = hips + np.outer(np.sin(6.0 * track.time_s), (0.0, trunk_px))
    xy_px[(track.time_s < from_s) | (track.time_s > until_s)] = np.nan
    return replace(track, xy_px=xy_px)


def with_ghost(track: PoseTrack, *, until_s: float) -> PoseDetections:
    both = detections_of((track, (0.0, 0.0), 1.0), (crumpled(track, from_s=2.0, until_s=until_s), (0.0, 0.0), 1.0))
    return with_xy(both, both.xy_px)


def test_a_ghost_of_less_than_a_second_is_nobody() -> None:
    assert track_athlete(with_ghost(squatter(), until_s=2.9)).n_people == 1
    assert track_athlete(with_ghost(squatter(), until_s=3.1)).n_people == 2  # or nothing would be shown


def test_a_ghost_that_thrashes_about_is_not_the_athlete() -> None:
    detections = with_ghost(squatter(), until_s=4.0)
    track = track_athlete(detections)
    seen = np.isfinite(detections.score)
    assert track.n_people == 2
    assert np.isfinite(track.point("left_hip")).all(axis=1).sum() == seen[:, 0].sum()


def seen_at(detections: PoseDetections, *times: tuple[float, float]) -> PoseDetections:
    """Each person only from one moment to another, as shares of the clip."""
    xy = detections.xy_px.copy()
    share = np.linspace(0.0, 1.0, len(xy))
    for column, (first, last) in enumerate(times):
        xy[(share < first) | (share > last), column] = np.nan
    return with_xy(detections, xy)


def test_who_lifts_as_well_is_told_of_and_a_bystander_is_not_one() -> None:
    apart = ((0.0, 0.0), (1300.0, 300.0))
    (together,) = track_athlete(detections_of(*((squatter(), place, 0.9) for place in apart))).warnings
    assert "Somebody else moves like one as well (person" in together
    (beside,) = track_athlete(detections_of((bystander(), apart[0], 1.0), (squatter(), apart[1], 0.9))).warnings
    assert "2 people were seen" in beside
    assert "moves like one as well" not in beside


def test_two_who_lift_in_turn_are_told_of() -> None:
    both = detections_of((squatter(), (0.0, 0.0), 0.9), (squatter(), (1300.0, 300.0), 0.9))
    (warning,) = track_athlete(seen_at(both, (0.0, 0.45), (0.55, 1.0))).warnings
    assert "Somebody is seen at other times (person " in warning
    assert "Only person" in warning


def test_an_athlete_out_of_sight_is_told_of_also_when_chosen_by_hand() -> None:
    whole = detections_of((squatter(), (0.0, 0.0), 1.0))
    xy = whole.xy_px.copy()
    xy[60:70] = np.nan
    assert track_athlete(with_xy(whole, xy)).warnings == ()
    xy[60:90] = np.nan
    for person in (None, 1):
        (warning,) = track_athlete(with_xy(whole, xy), person=person).warnings
        assert warning.startswith("The athlete was out of sight for a while.")


def test_person_overrides_and_is_checked() -> None:
    detections = detections_of((bystander(), (0.0, 0.0), 1.0), (squatter(), (1300.0, 300.0), 0.8))
    assert np.nanmedian(track_athlete(detections, person=1).point("left_hip")[:, 0]) < 1300
    for wrong in (0, 3, -1):
        with pytest.raises(InvalidValue):
            track_athlete(detections, person=wrong)


def test_identity_pieces_of_one_person_are_joined() -> None:
    whole = detections_of((squatter(), (0.0, 0.0), 1.0))
    xy = np.repeat(whole.xy_px, 2, axis=1)
    cut = len(xy) // 2
    xy[cut - 3 :, 0], xy[: cut + 3, 1] = np.nan, np.nan
    pieces = PoseDetections(
        skeleton=whole.skeleton,
        time_s=whole.time_s,
        xy_px=xy,
        confidence=np.repeat(whole.confidence, 2, axis=1),
        world_m=np.repeat(whole.world_m, 2, axis=1),
        score=np.where(np.isfinite(xy[..., 0, 0]), 0.95, np.nan),
        width_px=whole.width_px,
        height_px=whole.height_px,
        backend="test",
        weights_sha256=(),
    )
    track = track_athlete(pieces)
    assert track.n_people == 1
    assert np.isfinite(track.xy_px).all()
    assert track.was_filled[cut - 3 : cut + 3].all()
    assert not track.was_filled[: cut - 3].any()


def test_the_raw_points_are_those_of_the_network_in_each_frame() -> None:
    true = detections_of((bystander(), (0.0, 0.0), 1.6), (squatter(), (1300.0, 300.0), 0.8))
    xy = true.xy_px.copy()
    xy[30:60, 1] = np.nan
    xy[70:72, 1, true.skeleton.index("right_knee")] += (140.0, -90.0)
    shift = np.tile(np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]), (len(xy), 1, 1))
    shift[:, 0, 2] = 40.0 * np.sin(true.time_s)
    motion = PictureMotion(kind="shaking", to_frame=shift, rms_ratio=0.01, largest_ratio=0.02, seen_ratio=1.0)
    track = track_athlete(replace(with_xy(true, xy), picture_motion=motion), person=2)
    assert track.raw_px is not None
    assert track.raw_confidence is not None
    np.testing.assert_array_equal(track.raw_px, xy[:, 1])
    assert np.isnan(track.raw_confidence[30:60]).all()
    np.testing.assert_array_equal(track.raw_confidence[:30], true.confidence[:30, 1])
    slower = pickle.loads(pickle.dumps(replace(track, time_s=2.0 * track.time_s)))
    np.testing.assert_array_equal(slower.raw_px, track.raw_px)
    assert not slower.raw_px.flags.writeable
    with pytest.raises(ValueError, match="raw_confidence"):
        replace(track, raw_confidence=track.raw_confidence[:-1])


def test_left_and_right_swapped_for_a_while_are_put_back() -> None:
    true = detections_of((squatter(yaw_deg=20.0), (0.0, 0.0), 1.0))
    mirror = np.array(true.skeleton.mirrored())
    xy = true.xy_px.copy()
    xy[40:55] = xy[40:55][:, :, mirror]
    assert np.abs(xy - true.xy_px).max() > 30
    track = track_athlete(with_xy(true, xy))
    clean = track_athlete(true)
    assert np.nanmax(np.abs(track.xy_px - clean.xy_px)) < 0.5


def test_a_jumping_knee_is_rejected_and_filled() -> None:
    true = detections_of((squatter(), (0.0, 0.0), 1.0))
    xy = true.xy_px.copy()
    knee = true.skeleton.index("right_knee")
    xy[60:62, 0, knee] += (140.0, -90.0)
    track = track_athlete(with_xy(true, xy))
    assert track.was_filled[60:62, knee].all()
    assert np.abs(track.xy_px[60:62, knee] - true.xy_px[60:62, 0, knee]).max() < 4.0


def test_a_long_absence_stays_unknown() -> None:
    true = detections_of((squatter(), (0.0, 0.0), 1.0))
    xy = true.xy_px.copy()
    xy[30:60] = np.nan
    track = track_athlete(with_xy(true, xy))
    assert np.isnan(track.xy_px[30:60]).all()
    assert not track.was_filled[30:60].any()
    assert np.isfinite(track.xy_px[:30]).all()


def test_points_filled_between_seen_ones_count_as_seen_and_a_long_absence_does_not() -> None:
    true = detections_of((squatter(), (0.0, 0.0), 1.0))
    lost = np.random.default_rng(0).random(len(true.time_s)) < 0.5
    lost[60:90] = True
    confidence = np.where(lost[:, None, None], 0.0, true.confidence)
    xy = np.where(lost[:, None, None, None], np.nan, true.xy_px)
    track = track_athlete(replace(with_xy(true, xy), confidence=confidence))
    assert track.was_filled[:50].any()
    assert track.confidence[track.was_filled].min() >= true.confidence.min()
    assert track.confidence[65:85].max() == 0.0
    knees = lift_body(track).joint("left_knee")
    assert np.isfinite(knees[10:50]).all()


def test_a_point_that_was_thrown_out_keeps_the_networks_own_word() -> None:
    true = detections_of((squatter(), (0.0, 0.0), 1.0))
    xy, confidence = true.xy_px.copy(), true.confidence.copy()
    knee = true.skeleton.index("right_knee")
    xy[60:62, 0, knee] += (140.0, -90.0)
    confidence[60:62, 0, knee] = 0.2
    track = track_athlete(replace(with_xy(true, xy), confidence=confidence))
    assert track.was_filled[60:62, knee].all()
    np.testing.assert_array_equal(track.confidence[60:62, knee], 0.2)


def test_points_outside_the_picture_are_guesses_and_unknown() -> None:
    true = detections_of((squatter(), (0.0, 0.0), 1.0))
    xy = true.xy_px.copy()
    ankle = true.skeleton.index("left_ankle")
    xy[:, :, ankle, 1] = true.height_px * 1.2
    assert np.isnan(track_athlete(with_xy(true, xy)).xy_px[:, ankle]).all()


def test_smoothing_has_no_lag_and_keeps_the_bottom() -> None:
    turning = make_track(Movement(n_reps=1, tempo_s=(1.2, 0.0, 1.0, 0.5)), Phone())[0]
    detections = detections_of((turning, (0.0, 0.0), 1.0))
    track = track_athlete(detections)
    hip = detections.skeleton.index("left_hip")
    raw, smooth = detections.xy_px[:, 0, hip, 1], track.xy_px[:, hip, 1]
    assert np.abs(raw - smooth).max() < 3.0
    assert abs(int(np.argmax(raw)) - int(np.argmax(smooth))) <= 2


def test_smoothing_takes_true_times_of_a_variable_rate() -> None:
    rng = np.random.default_rng(3)
    times = np.cumsum(rng.uniform(1 / 60, 1 / 20, 260))
    track, _ = make_track(Movement(n_reps=2), Phone(), times_s=times - times[0])
    detections = detections_of((track, (0.0, 0.0), 1.0))
    cleaned = track_athlete(detections)
    assert np.abs(cleaned.xy_px - detections.xy_px[:, 0]).max() < 3.0


def test_noise_is_reduced() -> None:
    clean, noisy = squatter(), squatter(noise_px=4.0, seed=5)
    track = track_athlete(detections_of((noisy, (0.0, 0.0), 1.0)))
    before = np.std(noisy.xy_px - clean.xy_px)
    after = np.std(track.xy_px - clean.xy_px)
    assert after < 0.75 * before


@pytest.mark.parametrize("yaw", [0.0, 30.0, -30.0, 90.0, -90.0, 150.0, 180.0, -150.0])
def test_the_view_is_found_from_any_side(yaw: float) -> None:
    track = track_athlete(detections_of((squatter(yaw_deg=yaw), (0.0, 0.0), 1.0)))
    assert track.view.yaw_deg is not None
    assert abs((track.view.yaw_deg - yaw + 180) % 360 - 180) < 8
    assert track.view.name == view_name(yaw)
    assert 0.5 < track.view.confidence <= 1.0


def test_mirrored_picture_mirrors_the_view() -> None:
    one = track_athlete(detections_of((squatter(yaw_deg=40.0), (0.0, 0.0), 1.0)))
    other = track_athlete(detections_of((squatter(yaw_deg=-40.0), (0.0, 0.0), 1.0)))
    assert one.view.name == "oblique_front_left"
    assert other.view.name == "oblique_front_right"


def test_nobody_and_no_legs_are_errors_with_a_next_step() -> None:
    detections = detections_of((squatter(), (0.0, 0.0), 1.0))
    with pytest.raises(NoPerson):
        track_athlete(with_xy(detections, np.full_like(detections.xy_px, np.nan)))
    names = tuple(name.replace("knee", "patella") for name in detections.skeleton.keypoints)
    lame = PoseDetections(
        skeleton=Skeleton(name="lame", keypoints=names, edges=()),
        time_s=detections.time_s,
        xy_px=detections.xy_px,
        confidence=detections.confidence,
        world_m=detections.world_m,
        score=detections.score,
        width_px=detections.width_px,
        height_px=detections.height_px,
        backend="test",
        weights_sha256=(),
    )
    with pytest.raises(MissingKeypoint, match="left_knee"):
        track_athlete(lame)
