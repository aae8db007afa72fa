"""A limit of the range as the height of a box or pad: geometry, rounding, and how sure it is."""

from __future__ import annotations

import numpy as np
import pytest

from lookfeel.exercises import load_exercise
from lookfeel.matrix import load_matrix
from lookfeel.matrix.range_target import box_height_m, leg_of_height, pad_height_m, range_target

RANGE = load_matrix().range
LEG = {"thigh": 0.43, "shank": 0.43, "ankle_height": 0.09}
SQUAT, LUNGE, SINGLE = (load_exercise(name) for name in ("squat", "lunge", "single_leg_squat"))


def test_with_upright_shins_the_box_of_a_right_angle_is_as_high_as_the_shin() -> None:
    upright = RANGE.model_copy(update={"squat_tilt_share": 0.0, "seat_below_hip_m": 0.0})
    assert box_height_m(90.0, LEG, upright) == pytest.approx(LEG["shank"] + LEG["ankle_height"])
    assert box_height_m(0.0, LEG, upright) == pytest.approx(sum(LEG.values()))


def test_a_parallel_squat_of_an_adult_ends_on_a_box_as_gyms_have_them() -> None:
    leg = leg_of_height(1.78, RANGE)
    assert 0.36 < box_height_m(115.0, leg, RANGE) < 0.44


@pytest.mark.parametrize("height", [box_height_m, pad_height_m])
def test_a_deeper_limit_is_a_lower_target(height: object) -> None:
    heights = [height(deg, LEG, RANGE) for deg in range(40, 140, 5)]  # type: ignore[operator]
    assert heights == sorted(heights, reverse=True)


def test_the_target_is_rounded_to_the_side_of_less_range_and_longer_legs_get_a_higher_one() -> None:
    found = range_target(85.0, SQUAT, LEG, RANGE, is_metric=True)
    assert found is not None
    exact = box_height_m(85.0, LEG, RANGE)
    assert exact <= found.height_m < exact + 0.01
    longer = range_target(85.0, SQUAT, {name: 1.1 * part for name, part in LEG.items()}, RANGE, is_metric=True)
    assert longer is not None
    assert longer.height_m > found.height_m


def test_a_lunge_gets_a_pad_under_the_rear_knee_and_a_squat_on_one_leg_a_box() -> None:
    lunge = range_target(85.0, LUNGE, LEG, RANGE, is_metric=True)
    single = range_target(85.0, SINGLE, LEG, RANGE, is_metric=True)
    assert lunge is not None
    assert single is not None
    assert (lunge.parameter, single.parameter) == ("pad_height_m", "box_height_m")
    assert lunge.height_m < single.height_m


def test_without_lengths_or_room_for_a_box_there_is_none() -> None:
    assert range_target(85.0, SQUAT, {"thigh": 0.43}, RANGE, is_metric=True) is None
    assert range_target(115.0, LUNGE, LEG, RANGE, is_metric=True) is None


@pytest.mark.parametrize(
    ("is_metric", "error_m"), [(True, RANGE.target_error_m), (False, RANGE.average_target_error_m)]
)
def test_the_stated_error_is_what_the_open_figures_are_worth(is_metric: bool, error_m: float) -> None:
    """One SD of the height when tilt, flesh and lengths vary as matrix.toml says, over the limits that occur."""
    rng = np.random.default_rng(1)
    n_people = 4000
    spreads = []
    for limit in (60.0, 75.0, 90.0, 105.0):
        tilt = RANGE.squat_tilt_share * limit + 6.0 * rng.standard_normal(n_people)
        if is_metric:
            stature, spread = np.full(n_people, 1.75), 0.03
        else:
            stature, spread = 1.75 + 0.09 * rng.standard_normal(n_people), 0.06
        thigh, shank = (0.245 * stature * (1 + spread * rng.standard_normal(n_people)) for _ in range(2))
        ankle = 0.05 * stature + 0.01 * rng.standard_normal(n_people)
        hip = ankle + shank * np.cos(np.radians(tilt)) + thigh * np.sin(np.radians(90.0 + tilt - limit))
        spreads.append(float(np.std(hip - 0.02 * rng.standard_normal(n_people))))
    assert error_m - 0.015 < np.mean(spreads) < error_m + 0.005
