"""Which foot stands: told by the picture alone, and which one is in the air, by the network's rough 3-D."""

from __future__ import annotations

import numpy as np
import pytest
from stickfigure import Movement, Phone, make_track

from lookfeel.body.contact import Contact, find_contact, free_foot, without_foot
from lookfeel.body.landmarks import Landmarks, select_landmarks
from lookfeel.body.standing import stature_px
from lookfeel.types import BODY_JOINTS

STATURE_PX = 800.0
DT_S = 1.0 / 15.0
N = 90


def standing() -> np.ndarray:
    """(T, J, 2) of somebody who does not move."""
    x = np.where([name.startswith("left") for name in BODY_JOINTS], 400.0, 300.0)
    y = np.linspace(300.0, 1100.0, len(BODY_JOINTS))
    return np.tile(np.stack([x, y], axis=-1), (N, 1, 1))


def contact(xy: np.ndarray) -> Contact:
    shape = xy.shape[:2]
    seen = Landmarks(xy_px=xy, confidence=np.ones(shape), is_filled=np.zeros(shape, dtype=bool))
    return find_contact(seen, dt_s=DT_S, stature_px=STATURE_PX)


def index(name: str) -> int:
    return BODY_JOINTS.index(name)


def test_feet_that_stay_stand_and_rest() -> None:
    rng = np.random.default_rng(0)
    found = contact(standing() + rng.normal(0.0, 2.0, (N, len(BODY_JOINTS), 2)))
    assert found.stands.shape == (N, 2)
    assert found.stands.all()
    assert found.rests.all()


def test_a_stepping_foot_stands_before_and_after() -> None:
    xy = standing()
    for part in ("ankle", "heel", "toe"):
        xy[40:50, index(f"right_{part}"), 0] += np.linspace(0.0, 300.0, 10)
        xy[50:, index(f"right_{part}"), 0] += 300.0
    found = contact(xy)
    assert found.stands[:, 0].all()
    assert not found.stands[41:50, 1].any()
    assert found.stands[:36, 1].all()
    assert found.stands[54:, 1].all()


def test_a_foot_on_its_toes_stands_and_does_not_rest() -> None:
    xy = standing()
    xy[40:50, index("left_ankle"), 1] -= np.concatenate([np.linspace(0.0, 90.0, 5), np.linspace(90.0, 0.0, 5)])
    found = contact(xy)
    assert found.stands.all()
    assert not found.rests[42:48, 0].any()
    assert found.rests[:, 1].all()


def test_one_wild_frame_lifts_no_foot() -> None:
    xy = standing()
    xy[30, index("left_toe")] += 250.0
    assert contact(xy).stands.all()


@pytest.mark.parametrize("frames", [slice(None), slice(20, 60)], ids=["never seen", "hidden for a while"])
def test_an_unseen_foot_counts_as_standing(frames: slice) -> None:
    xy = standing()
    xy[:, index("left_toe"), 0] += 20.0 * np.arange(N)
    xy[frames, index("left_toe")] = np.nan
    found = contact(xy)
    assert found.stands[frames, 0].all()
    if frames != slice(None):
        assert not found.stands[:20, 0].any()


def test_slow_sway_of_a_hand_lifts_no_foot() -> None:
    sway = 25.0 * np.sin(2.0 * np.pi * np.arange(N) * DT_S / 6.0)
    assert contact(standing() + sway[:, None, None]).stands.all()


@pytest.mark.parametrize("yaw", [0.0, 45.0, 90.0])
def test_squatting_feet_stand_at_every_yaw(yaw: float) -> None:
    track, _ = make_track(Movement(n_reps=1), Phone(yaw_deg=yaw, noise_px=1.0))
    landmarks = select_landmarks(track)
    found = find_contact(landmarks, dt_s=1.0 / 30.0, stature_px=stature_px(landmarks))
    assert found.stands.mean() > 0.98


@pytest.mark.parametrize("yaw", [45.0, 90.0])
def test_a_lunge_steps_with_its_leading_foot(yaw: float) -> None:
    track, _ = make_track(Movement(exercise="lunge", n_reps=1), Phone(yaw_deg=yaw))
    landmarks = select_landmarks(track)
    found = find_contact(landmarks, dt_s=1.0 / 30.0, stature_px=stature_px(landmarks))
    assert 0.1 < (~found.stands[:, 0]).mean() < 0.9
    assert found.stands[:, 1].all()


def toes(lower: float, further: float) -> np.ndarray:
    """(T, 2, 3): the left toe this much lower and further away than the right one."""
    points = np.zeros((N, 2, 3))
    points[:, 0, 1], points[:, 0, 2] = lower, further
    return points


BENT = np.arange(N) > N // 2


@pytest.mark.parametrize(
    ("lower", "further", "free"),
    [(0.2, 0.0, 1), (-0.2, 0.0, 0), (0.05, 0.0, None), (0.2, 0.9, None), (-0.2, -0.9, None), (0.3, 0.9, 1)],
)
def test_the_higher_toe_is_in_the_air_unless_a_step_explains_it(lower: float, further: float, free: int | None) -> None:
    points = toes(lower, further)
    points[~BENT, 0, 1] = points[~BENT, 1, 1]  # standing, both are on the floor
    assert free_foot(points, BENT, yaw_rad=0.0) == free


def test_a_toe_that_is_as_high_while_standing_is_not_called_free() -> None:
    assert free_foot(toes(0.2, 0.0), BENT, yaw_rad=0.0) is None


def test_only_bent_legs_tell_which_foot_is_in_the_air() -> None:
    points = toes(0.0, 0.0)
    points[~BENT, 0, 1] = 0.5
    assert free_foot(points, BENT, yaw_rad=0.0) is None
    assert free_foot(toes(0.2, 0.0), np.zeros(N, dtype=bool), yaw_rad=0.0) is None


def test_from_behind_or_unseen_no_foot_is_called_free() -> None:
    assert free_foot(toes(0.2, 0.0), BENT, yaw_rad=np.pi) is None
    assert free_foot(np.full((N, 2, 3), np.nan), BENT, yaw_rad=0.0) is None


def test_a_few_wild_frames_free_no_foot() -> None:
    points = toes(0.0, 0.0)
    points[-10:, 0, 1] = 3.0
    points[-15:-10] = np.nan
    assert free_foot(points, BENT, yaw_rad=0.0) is None


def test_a_free_foot_never_stands_and_the_other_is_left() -> None:
    both = contact(standing())
    assert without_foot(both, None) is both
    one = without_foot(both, 1)
    assert not one.stands[:, 1].any()
    assert not one.rests[:, 1].any()
    assert one.stands[:, 0].all()
    assert both.stands.all()
