"""Which found repetition belongs to which true one."""

from benchmarks.accuracy.matching import match_reps
from benchmarks.accuracy.truth import Window


def rep(bottom_s, half_s=1.0):
    return Window(
        start_s=bottom_s - half_s,
        bottom_start_s=bottom_s,
        bottom_s=bottom_s,
        ascent_start_s=bottom_s,
        end_s=bottom_s + half_s,
    )


def test_near_bottoms_match_and_each_is_used_once():
    assert match_reps([rep(2), rep(5)], [rep(2.1), rep(5.2), rep(8)]) == {0: 0, 1: 1}
    assert match_reps([rep(2)], [rep(1.7), rep(2.1)]) == {0: 1}


def test_a_missed_one_and_a_false_one():
    assert match_reps([rep(2), rep(5)], [rep(5)]) == {1: 0}
    assert match_reps([], [rep(5)]) == {}
    assert match_reps([rep(5)], []) == {}


def test_bottoms_that_lie_within_each_other_match_though_they_are_apart():
    assert match_reps([rep(4, half_s=2.0)], [rep(4.9, half_s=2.0)]) == {0: 0}
    assert match_reps([rep(4, half_s=2.0)], [rep(4.9, half_s=0.5)]) == {}


def test_slow_motion_stretches_what_is_near():
    assert match_reps([rep(4, half_s=0.1)], [rep(5, half_s=0.1)]) == {}
    assert match_reps([rep(4, half_s=0.1)], [rep(5, half_s=0.1)], slowmo=4.0) == {0: 0}
