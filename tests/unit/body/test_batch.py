"""The fit of a whole clip: its derivatives, where it ends, and what one wild point does to it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from stickfigure import Movement, Phone, Truth, make_track

from lookfeel.body import batch, motion
from lookfeel.body.batch import FIRST_BIAS, FIRST_LENGTH, JOINT, N_POINTS, N_SHARED, Fit, N, Problem, fit
from lookfeel.body.landmarks import select_landmarks
from lookfeel.body.moments import at_moments, even_moments
from lookfeel.body.motion import Motion, fit_motion
from lookfeel.body.proportions import prior_lengths
from lookfeel.body.search import best_scene
from lookfeel.types import BODY_JOINTS, FloatArray

SQUAT = Movement(n_reps=1, tempo_s=(0.8, 0.2, 0.6, 0.2), lead_in_s=0.3)
PHONE = Phone(yaw_deg=40.0, noise_px=1.5)
STEP = 1e-6


@dataclass(frozen=True, kw_only=True)
class Stated:
    """A stick figure's clip as it reaches the fit: the last problem that was stated, where it began, what came out."""

    problem: Problem
    start: FloatArray
    shared: FloatArray
    motion: Motion
    truth: Truth
    moments_s: FloatArray


def stated(movement: Movement, phone: Phone) -> Stated:
    """State and fit one clip through `fit_motion`, and keep what it gave to `fit` last."""
    track, truth = make_track(movement, phone)
    moments_s = even_moments(track.time_s)
    seen = at_moments(select_landmarks(track), track.time_s, moments_s)
    lengths = prior_lengths(1.70)
    sizes = {"width_px": track.width_px, "height_px": track.height_px}
    scene = best_scene(seen, moments_s, lengths_m=lengths, yaw_deg=phone.yaw_deg, yaw_sd_deg=4.0, **sizes)
    assert scene is not None
    given: list[tuple[Problem, FloatArray, FloatArray]] = []

    def watched(problem: Problem, start: FloatArray, shared: FloatArray) -> Fit:
        given.append((problem, start, shared))
        return fit(problem, start, shared)

    rough = np.full((len(moments_s), len(BODY_JOINTS), 3), np.nan)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(motion, "fit", watched)
        found = fit_motion(seen, moments_s, scene, lengths_m=lengths, rough_m=rough, offsets=None)
    problem, start, shared = given[-1]
    return Stated(problem=problem, start=start, shared=shared, motion=found, truth=truth, moments_s=moments_s)


@pytest.fixture(scope="module")
def clip() -> Stated:
    """A short noisy squat seen at an angle."""
    return stated(SQUAT, PHONE)


def elsewhere(clip: Stated, *, seed: int = 0) -> tuple[FloatArray, FloatArray]:
    """A point far from the minimum, where every statement pulls: feet in the floor, a knee behind its leg."""
    rng = np.random.default_rng(seed)
    z = clip.motion.fit.state + rng.normal(0.0, 0.02, clip.motion.fit.state.shape)
    z[:, 3 * JOINT["left_toe"] + 2] -= 0.08
    z[:, 3 * JOINT["right_knee"]] -= 0.5
    g = clip.motion.fit.shared + rng.normal(0.0, 0.01, N_SHARED)
    return z, g


def slope(problem: Problem, z: FloatArray, g: FloatArray, by: FloatArray, by_shared: FloatArray) -> float:
    """Of the cost along a direction, by central differences."""
    above = batch._cost(problem, z + STEP * by, g + STEP * by_shared)
    below = batch._cost(problem, z - STEP * by, g - STEP * by_shared)
    return (above - below) / (2.0 * STEP)


@pytest.fixture(scope="module")
def loud(clip: Stated) -> Problem:
    """The same with pictures that weigh more, so that these are not lost beside the bones."""
    return replace(clip.problem, worth=1.0, stiff=0.6)


@pytest.mark.parametrize("column", [0, 7, 3 * JOINT["right_knee"], 3 * JOINT["left_toe"] + 2, N_POINTS, N - 1])
def test_gradient_by_what_a_moment_knows(clip: Stated, loud: Problem, column: int) -> None:
    z, g = elsewhere(clip)
    load = batch._normal_equations(loud, z, g).rows[..., -1]
    for moment in (0, 1, len(z) // 2, len(z) - 1):
        by = np.zeros_like(z)
        by[moment, column] = 1.0
        expected = slope(loud, z, g, by, np.zeros_like(g))
        assert -load[moment, column] == pytest.approx(expected, rel=2e-4, abs=2e-3)


@pytest.mark.parametrize("joint", ["right_heel", "right_toe"])
def test_gradient_by_the_foot_of_a_knee_that_is_behind(clip: Stated, loud: Problem, joint: str) -> None:
    z, g = elsewhere(clip)
    load = batch._normal_equations(loud, z, g).rows[..., -1]
    by = np.zeros_like(z)
    by[5, 3 * JOINT[joint] + 1] = 1.0
    expected = slope(loud, z, g, by, np.zeros_like(g))
    assert -load[5, 3 * JOINT[joint] + 1] == pytest.approx(expected, rel=2e-4)


@pytest.mark.parametrize(
    "column",
    [*range(FIRST_BIAS), FIRST_BIAS, FIRST_BIAS + 9, FIRST_BIAS + batch.N_BIAS, N_SHARED - 1],
    ids=lambda column: (*batch.PHONE, *batch.LENGTHS, *(f"bias {i}" for i in range(2 * batch.N_BIAS)))[column],
)
def test_gradient_by_what_all_moments_share(clip: Stated, loud: Problem, column: int) -> None:
    z, g = elsewhere(clip)
    shared_load = batch._normal_equations(loud, z, g).shared_load
    by = np.zeros_like(g)
    by[column] = 1.0
    assert -shared_load[column] == pytest.approx(slope(loud, z, g, np.zeros_like(z), by), rel=1e-4, abs=1e-3)


def test_gradient_along_any_direction(clip: Stated, loud: Problem) -> None:
    rng = np.random.default_rng(3)
    z, g = elsewhere(clip, seed=2)
    z[:, [3 * JOINT[name] for name in ("left_knee", "right_knee")]] += 0.6  # no knee behind its leg
    chain = batch._normal_equations(loud, z, g)
    for _ in range(5):
        by, by_shared = rng.normal(size=z.shape), rng.normal(size=g.shape)
        by /= np.linalg.norm(by)
        by_shared /= np.linalg.norm(by_shared)
        expected = slope(loud, z, g, by, by_shared)
        found = -float((chain.rows[..., -1] * by).sum() + chain.shared_load @ by_shared)
        assert found == pytest.approx(expected, rel=1e-4, abs=1e-2)


def test_fit_converges_to_where_nothing_pulls(clip: Stated) -> None:
    found = fit(clip.problem, clip.start, clip.shared)
    assert found.has_converged
    assert found.n_rounds < 30
    assert found.cost <= batch._cost(clip.problem, clip.start, clip.shared)
    again = fit(clip.problem, found.state, found.shared)
    assert np.abs(again.position_m - found.position_m).max() < 2e-3
    assert again.n_rounds <= 3


def test_fit_is_near_the_truth(clip: Stated) -> None:
    for name in ("left_knee", "right_knee", "left_hip", "right_hip"):
        height = clip.motion.fit.position_m[:, JOINT[name], 2]
        true = np.interp(clip.moments_s, clip.truth.time_s, clip.truth.joints[name][:, 2])
        assert np.abs(height - true).mean() < 0.03


def test_same_problem_gives_the_same_fit(clip: Stated) -> None:
    first, second = (fit(clip.problem, clip.start, clip.shared) for _ in range(2))
    np.testing.assert_array_equal(first.state, second.state)
    np.testing.assert_array_equal(first.shared, second.shared)
    np.testing.assert_array_equal(batch.covariance_m2(batch.solved(first)), batch.covariance_m2(batch.solved(second)))


def test_start_is_left_as_it_was(clip: Stated) -> None:
    start, shared = clip.start.copy(), clip.shared.copy()
    fit(clip.problem, clip.start, clip.shared, max_rounds=2)
    np.testing.assert_array_equal(clip.start, start)
    np.testing.assert_array_equal(clip.shared, shared)


def test_a_wild_landmark_hardly_moves_the_pose(clip: Stated) -> None:
    middle = len(clip.start) // 2
    xy = np.array(clip.problem.xy_px)
    xy[middle, JOINT["left_knee"]] += 200.0
    plain = fit(clip.problem, clip.start, clip.shared)
    wild = fit(replace(clip.problem, xy_px=xy), clip.start, clip.shared)
    moved = np.linalg.norm(wild.position_m - plain.position_m, axis=-1)
    assert moved.max() < 0.05  # 200 px are half a metre here
    unseen = np.array(clip.problem.xy_px)
    unseen[middle, JOINT["left_knee"]] = np.nan
    without = fit(replace(clip.problem, xy_px=unseen), clip.start, clip.shared)
    assert np.linalg.norm(wild.position_m - without.position_m, axis=-1).max() < 0.02


def test_an_unseen_moment_is_bridged(clip: Stated) -> None:
    xy = np.array(clip.problem.xy_px)
    middle = len(xy) // 2
    xy[middle - 1 : middle + 2] = np.nan
    found = fit(replace(clip.problem, xy_px=xy), clip.start, clip.shared)
    assert np.isfinite(found.position_m).all()
    spread = np.trace(batch.covariance_m2(batch.solved(found)), axis1=1, axis2=2)
    assert spread[middle] > spread[middle + 4]


def test_covariance_is_symmetric_and_positive(clip: Stated) -> None:
    found = batch.covariance_m2(clip.motion.solution)
    assert found.shape == (len(clip.start), N_POINTS, N_POINTS)
    np.testing.assert_allclose(found, found.transpose(0, 2, 1), atol=1e-9)
    assert np.linalg.eigvalsh(found).min() > 0.0


def test_lengths_and_phone_are_read_by_name(clip: Stated) -> None:
    found = clip.motion.fit
    assert found.length("thigh") == found.shared[FIRST_LENGTH]
    assert found.phone("yaw") == found.shared[3]
    assert np.degrees(found.phone("yaw")) == pytest.approx(PHONE.yaw_deg, abs=4.0)


def test_nothing_grows_with_the_square_of_the_clip(clip: Stated) -> None:
    """Every array has the moments along its first axis only, so that a long clip costs its length and no more."""
    chain = batch._normal_equations(clip.problem, clip.start, clip.shared)
    solution = clip.motion.solution
    known = {2, 3, N, N_SHARED, N + N_SHARED + 1, N_POINTS, len(BODY_JOINTS)}
    for owner in (chain, solution, clip.problem):
        for name in type(owner).__slots__:
            assert set(np.shape(getattr(owner, name))[1:]) <= known, name


@pytest.mark.parametrize("yaw", [0.0, 90.0, 170.0])
def test_picture_axes_turn_as_their_derivatives_say(yaw: float) -> None:
    angles = {"yaw": np.radians(yaw), "pitch": 0.2, "roll": -0.1}
    axes, turns = batch.axes_of(**angles)
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-12)
    for name, turn in turns.items():
        above, below = (batch.axes_of(**{**angles, name: angles[name] + h})[0] for h in (STEP, -STEP))
        np.testing.assert_allclose(turn, (above - below) / (2 * STEP), atol=1e-8)
