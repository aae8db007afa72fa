"""From a clip's frames to even moments and back: uneven clocks, gaps, fast phones and a handful of frames."""

from __future__ import annotations

import numpy as np
import pytest

from lookfeel.body.landmarks import Landmarks
from lookfeel.body.moments import LEAST_MOMENTS, RATE_HZ, at_moments, even_moments, spline_at, values_at
from lookfeel.types import BODY_JOINTS

J = len(BODY_JOINTS)


def landmarks(xy_of_time: np.ndarray) -> Landmarks:
    """All joints along one course (T,)."""
    xy = np.broadcast_to(xy_of_time[:, None, None], (len(xy_of_time), J, 2)).copy()
    shape = xy.shape[:2]
    return Landmarks(xy_px=xy, confidence=np.full(shape, 0.9), is_filled=np.zeros(shape, dtype=bool))


def uneven(duration_s: float, fps: float) -> np.ndarray:
    """Frame times of a phone with a variable frame rate."""
    rng = np.random.default_rng(0)
    steps = rng.uniform(0.4, 1.6, round(duration_s * fps)) / fps
    return np.concatenate([[0.0], np.cumsum(steps)])


@pytest.mark.parametrize(
    ("duration", "fps", "n"),
    [(10.0, 240.0, 151), (10.0, 60.0, 151), (10.0, 30.0, 151), (10.0, 10.0, 101), (0.1, 40.0, 4)],
)
def test_moments_are_even_and_never_denser_than_the_frames(duration: float, fps: float, n: int) -> None:
    time_s = np.arange(0.0, duration + 0.5 / fps, 1.0 / fps) + 3.0
    moments = even_moments(time_s)
    assert len(moments) == n
    assert moments[0] == time_s[0]
    assert moments[-1] == time_s[-1]
    np.testing.assert_allclose(np.diff(moments), moments[1] - moments[0], rtol=1e-9)
    assert np.diff(moments).min() >= 1.0 / RATE_HZ * 0.99 or len(moments) <= LEAST_MOMENTS or fps < RATE_HZ


@pytest.mark.parametrize("n_frames", [2, 3, 4])
def test_a_handful_of_frames_gives_enough_moments_for_a_spline(n_frames: int) -> None:
    time_s = np.arange(n_frames) / 30.0
    moments = even_moments(time_s)
    assert len(moments) == LEAST_MOMENTS
    seen = at_moments(landmarks(100.0 * time_s), time_s, moments)
    np.testing.assert_allclose(seen.xy_px[:, 0, 0], 100.0 * moments, atol=1e-9)
    np.testing.assert_allclose(spline_at(moments, moments, time_s), time_s, atol=1e-12)


@pytest.mark.parametrize("fps", [12.0, 30.0, 240.0])
def test_a_slow_course_survives_the_way_there_and_back(fps: float) -> None:
    time_s = uneven(6.0, fps)
    course = 50.0 * np.sin(2.0 * np.pi * time_s / 3.0)
    moments = even_moments(time_s)
    there = at_moments(landmarks(course), time_s, moments).xy_px
    back = spline_at(there, moments, time_s)
    assert back.shape == (len(time_s), J, 2)
    assert np.abs(back[:, 0, 0] - course).max() < (1.0 if fps >= 30.0 else 3.0)


def test_a_straight_course_is_exact_on_any_clock() -> None:
    time_s = uneven(4.0, 30.0)
    moments = even_moments(time_s)
    seen = at_moments(landmarks(7.0 * time_s + 2.0), time_s, moments)
    np.testing.assert_allclose(seen.xy_px[:, 3, 1], 7.0 * moments + 2.0, atol=1e-9)
    np.testing.assert_allclose(values_at(time_s[:, None], time_s, moments)[:, 0], moments, atol=1e-12)


def test_moments_beside_an_unseen_frame_are_unseen_and_no_others() -> None:
    time_s = np.arange(60) / 30.0
    course = time_s.copy()
    course[20:30] = np.nan
    moments = even_moments(time_s)
    is_seen = at_moments(landmarks(course), time_s, moments).is_seen[:, 0]
    inside = (moments > time_s[19]) & (moments < time_s[30])
    np.testing.assert_array_equal(is_seen, ~inside)


def test_a_moment_on_a_frame_needs_only_that_frame() -> None:
    time_s = np.arange(31) / 15.0
    course = time_s.copy()
    course[[10, 12]] = np.nan
    is_seen = at_moments(landmarks(course), time_s, time_s.copy()).is_seen[:, 0]
    np.testing.assert_array_equal(np.flatnonzero(~is_seen), [10, 12])


def test_a_pause_of_the_clock_is_bridged_by_a_straight_line() -> None:
    time_s = np.concatenate([np.arange(30) / 30.0, 20.0 + np.arange(30) / 30.0])
    moments = even_moments(time_s)
    assert len(moments) == len(time_s)  # never denser than frames on average
    seen = at_moments(landmarks(3.0 * time_s), time_s, moments)
    np.testing.assert_allclose(seen.xy_px[:, 0, 0], 3.0 * moments, atol=1e-9)


def test_filled_is_that_of_the_nearest_frame_and_confidence_lies_between() -> None:
    time_s = np.arange(4) / 4.0
    base = landmarks(time_s)
    confidence, is_filled = base.confidence.copy(), base.is_filled.copy()
    confidence[1], is_filled[1] = 0.5, True
    marked = Landmarks(xy_px=base.xy_px, confidence=confidence, is_filled=is_filled)
    seen = at_moments(marked, time_s, np.array([0.05, 0.2, 0.25, 0.4]))
    np.testing.assert_array_equal(seen.is_filled[:, 0], [False, True, True, False])
    np.testing.assert_allclose(seen.confidence[:, 0], [0.82, 0.58, 0.5, 0.74])
