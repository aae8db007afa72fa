"""Comparisons of made-up reports: like with like, and every change told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_set import FRONT, report

from benchmarks.retest.compare import Outcome, compare, exchanged, part_of
from benchmarks.retest.conditions import Condition
from lookfeel.types import SetReport

PLAIN = Condition(name="coarse", crf=32)
CUT = Condition(name="cut", cut_s=1.0)
TWICE = Condition(name="twice", n_passes=2)
MIRRORED = Condition(name="mirrored", is_mirrored=True)


def only(condition: Condition, before: SetReport, after: SetReport) -> Outcome:
    (found,) = compare("clip", condition, "file", before=before, after=after)
    return found


def test_the_same_report_is_no_change():
    found = only(PLAIN, report([0.5, 4.0, 8.0]), report([0.5, 4.0, 8.0]))

    assert found.score_change == 0.0
    assert found.is_inside
    assert not found.has_other_state
    assert not found.has_other_reps
    assert {gap.over_sd for gap in found.gaps} == {0.0}
    assert found.mover == ""


def test_a_knee_that_moves_is_told_in_its_sd_and_as_the_reason():
    found = only(PLAIN, report([0.5, 4.0]), report([0.5, 4.0], figures={"knee_over_foot_left_m": 0.06}))

    (over,) = {round(gap.over_sd, 6) for gap in found.gaps if gap.metric == "knee_over_foot_left_m"}
    assert over == pytest.approx(5.0)
    assert found.score_change is not None
    assert found.score_change < -20.0
    assert found.is_inside is False
    assert found.has_other_state
    assert found.mover.startswith("Knees over the feet")


def test_a_lost_and_a_new_rep_are_told():
    assert only(PLAIN, report([0.5, 4.0, 8.0]), report([0.5, 4.0])).has_other_reps
    assert only(PLAIN, report([0.5, 4.0]), report([0.5, 4.0, 8.0])).has_other_reps


def test_a_rep_at_another_time_is_another_rep():
    found = only(PLAIN, report([0.5, 4.0]), report([0.5, 8.0]))

    assert found.n_matched == 1
    assert found.has_other_reps


def test_a_cut_leaves_out_what_it_touches():
    found = only(CUT, report([0.5, 4.0, 8.0]), report([3.0, 7.0]))

    assert [rep.index for rep in found.before.reps] == [2, 3]
    assert found.n_matched == 2
    assert not found.has_other_reps


def test_what_a_cut_leaves_of_the_touched_rep_is_not_compared():
    found = only(CUT, report([0.8, 4.0, 8.0]), report([0.0, 3.0, 7.0]))

    assert len(found.after.reps) == 2
    assert not found.has_other_reps


def test_each_playing_is_compared_with_the_clip_and_both_with_each_other():
    first, second, again = compare(
        "clip", TWICE, "file", before=report([0.5, 4.0]), after=report([0.5, 4.0, 12.5, 16.0], length_s=24.0)
    )

    assert [one.n_matched for one in (first, second, again)] == [2, 2, 2]
    assert not any(one.has_other_reps for one in (first, second, again))
    assert again.before.reps[0].index == 1
    assert again.after.reps[0].index == 3


def test_left_is_right_in_a_mirror():
    before = report([0.5, 4.0], figures={"knee_over_foot_left_m": 0.05})
    after = report([0.5, 4.0], figures={"knee_over_foot_left_m": 0.0, "knee_over_foot_right_m": 0.05})

    found = only(MIRRORED, before, after)

    assert {gap.over_sd for gap in found.gaps} == {0.0}
    assert found.score_change == pytest.approx(0.0, abs=1.0)  # each leg has its own draws


def test_a_mirror_exchanges_the_view():
    side = part_of(report([0.5], view=replace(FRONT, name="side_left")))

    assert exchanged(side).view == "side_right"
    assert exchanged(exchanged(side)) == side


def test_partial_reps_are_left_out():
    assert [rep.index for rep in part_of(report([0.5, 4.0, 8.0], n_partial=1)).reps] == [1, 2]


def test_a_part_of_all_reps_has_the_score_of_the_set():
    whole = report([0.5, 4.0, 8.0])

    assert part_of(whole).looks == whole.looks


def test_no_reps_are_no_score():
    found = only(PLAIN, report([0.5, 4.0]), report([]))

    assert found.score_change is None
    assert found.is_inside is None
    assert found.has_other_reps
