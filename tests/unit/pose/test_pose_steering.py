"""The filter of the steering points: calm at rest, quick in motion, the same at any frame rate."""

from __future__ import annotations

import numpy as np

from lookfeel.pose.steering import OneEuroFilter

STANDING = np.array([[300.0, 400.0], [300.0, 200.0]])


def test_first_points_pass_and_a_still_person_stays_still() -> None:
    calm = OneEuroFilter()
    for frame in range(5):
        np.testing.assert_array_equal(calm(STANDING, time_s=frame / 30), STANDING)


def test_trembling_is_reduced() -> None:
    rng = np.random.default_rng(1)
    calm = OneEuroFilter()
    noisy = STANDING + rng.normal(0, 1.0, size=(300, 2, 2))
    smooth = np.array([calm(points, time_s=i / 30) for i, points in enumerate(noisy)])
    assert smooth[30:].std(axis=0).max() < 0.4 * noisy[30:].std(axis=0).min()


def test_a_squat_is_followed() -> None:
    """200 px down in a second, a fast descent of a person 500 px tall; the region has room for some lag."""
    calm = OneEuroFilter()
    for frame in range(31):
        points = STANDING + np.array([0, 200 * frame / 30])
        smooth = calm(points, time_s=frame / 30)
    assert np.abs(smooth - points).max() < 0.1 * 500


def test_twice_the_frame_rate_gives_nearly_the_same() -> None:
    def end(rate: int) -> np.ndarray:
        calm = OneEuroFilter()
        for frame in range(rate + 1):
            smooth = calm(STANDING + np.array([0, 150 * np.sin(np.pi * frame / rate)]), time_s=frame / rate)
        return smooth

    np.testing.assert_allclose(end(60), end(120), atol=6)


def test_scale_of_the_picture_does_not_matter() -> None:
    small, large = OneEuroFilter(), OneEuroFilter()
    rng = np.random.default_rng(2)
    for frame in range(20):
        points = STANDING + rng.normal(0, 3, size=(2, 2))
        np.testing.assert_allclose(3 * small(points, time_s=frame / 30), large(3 * points, time_s=frame / 30))
