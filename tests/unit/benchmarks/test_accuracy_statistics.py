"""The statistics of the accuracy benchmark against figures worked out by hand."""

import math

import numpy as np
import pytest

from benchmarks.accuracy.statistics import (
    agreement,
    confusion,
    depth_class,
    detection,
    share_inside,
    yes_no,
)


def test_bias_mae_rmse_and_limits_of_agreement_by_hand():
    found = agreement([1.0, -1.0, 2.0, 2.0], ["a", "a", "b", "b"])
    sd = math.sqrt(2.0)  # squares from the mean 1: 0, 4, 1, 1; over 3
    assert (found.n, found.n_clips) == (4, 2)
    assert found.bias == 1.0
    assert found.mae == 1.5
    assert found.rmse == pytest.approx(math.sqrt(10 / 4))
    assert (found.low, found.high) == pytest.approx((1 - 1.96 * sd, 1 + 1.96 * sd))


def test_limits_of_clips_are_those_of_their_means():
    found = agreement([1.0, -1.0, 2.0, 2.0, 2.0, 2.0], ["a", "a", "b", "b", "b", "b"])
    assert found.clip_bias == 1.0  # of the means 0 and 2, whatever the number of repetitions
    assert found.bias == pytest.approx(8 / 6)
    assert found.clip_sd == pytest.approx(math.sqrt(2.0))
    assert found.clip_high == pytest.approx(1.0 + 1.96 * math.sqrt(2.0))


def test_nothing_to_sum_up_is_not_zero():
    found = agreement([], [])
    assert found.n == 0
    assert all(math.isnan(value) for value in (found.bias, found.mae, found.rmse, found.low, found.clip_bias))
    assert math.isnan(agreement([3.0], ["a"]).low)


def test_a_normal_error_of_the_stated_sd_is_calibrated():
    rng = np.random.default_rng(1)
    sds = rng.uniform(0.5, 5.0, 40_000)
    errors = sds * rng.standard_normal(len(sds))
    assert share_inside(errors, sds, 0.5) == pytest.approx(0.5, abs=0.01)
    assert share_inside(errors, sds, 0.9) == pytest.approx(0.9, abs=0.01)


def test_too_small_an_sd_shows():
    rng = np.random.default_rng(2)
    errors = 2.0 * rng.standard_normal(20_000)  # twice what is stated: within .6745 / 2 and 1.645 / 2 sd
    assert share_inside(errors, np.ones(len(errors)), 0.5) == pytest.approx(0.264, abs=0.01)
    assert share_inside(errors, np.ones(len(errors)), 0.9) == pytest.approx(0.589, abs=0.01)


def test_an_interval_holds_its_own_edge():
    assert share_inside([1.6448, 1.6450, -1.6448, 0.0], [1.0] * 4, 0.9) == 0.75


def test_repetitions_found():
    found = detection([(4, 4, 4), (5, 6, 4), (3, 0, 0)])
    assert (found.n_true, found.n_found, found.n_matched, found.exact, found.n_clips) == (12, 10, 8, 1, 3)
    assert found.precision == 0.8
    assert found.recall == pytest.approx(8 / 12)
    assert math.isnan(detection([(3, 0, 0)]).precision)


def test_yes_and_no_are_counted_apart_from_no_answer():
    pairs = [(True, True)] * 3 + [(True, False)] + [(False, True)] * 2 + [(False, False)] * 6
    found = yes_no([*pairs, (True, None), (False, None), (False, None)])
    assert (found.hit, found.miss, found.false_alarm, found.right_no) == (3, 1, 2, 6)
    assert (found.unanswered_yes, found.unanswered_no) == (1, 2)
    assert (found.sensitivity, found.specificity) == (0.75, 0.75)


def test_confusion_counts_pairs():
    count = confusion([("half", "half"), ("half", "deep"), ("half", "half")])
    assert (count["half", "half"], count["half", "deep"], count["deep", "half"]) == (2, 1, 0)


@pytest.mark.parametrize(
    ("flexion", "name"),
    [(20, "above quarter"), (55, "quarter"), (90, "half"), (115, "parallel"), (126, "parallel"), (135, "deep")],
)
def test_depth_classes_of_the_literature(flexion, name):
    assert depth_class(flexion) == name
