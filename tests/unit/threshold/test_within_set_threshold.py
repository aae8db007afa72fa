"""The rep at which technique breaks down, against sets whose breakdown is known."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookfeel.threshold import find_threshold
from lookfeel.types import Looks


def rep_looks(scores: Sequence[float | None], *, half_width: float = 5.0) -> list[Looks]:
    return [
        Looks(
            rep_index=number,
            state="not_assessable" if score is None else "uncertain",
            score=score,
            low=None if score is None else score - half_width,
            high=None if score is None else score + half_width,
            coverage=0.0 if score is None else 1.0,
            items=(),
            findings=(),
        )
        for number, score in enumerate(scores, start=1)
    ]


@pytest.mark.parametrize(
    ("scores", "rep"),
    [
        ([90, 90, 90, 79, 79, 90], 4),
        ([90, 90, 90, 90, 90, 70, 60, 50], 6),
        ([90, 90, 90, 70, 90, 70, 70], 6),
    ],
)
def test_the_first_of_two_reps_in_a_row_is_found(scores: list[float], rep: int) -> None:
    found = find_threshold(rep_looks(scores))
    assert (found.status, found.rep_index) == ("reached", rep)
    assert f"rep {rep}" in found.reason


@pytest.mark.parametrize(
    "scores",
    [
        [90, 90, 90, 90, 90],
        [90, 90, 90, 81, 81, 81],
        [90, 90, 90, 70, 90, 70, 90],
        [90, 90, 90, 90, 60],
    ],
)
def test_form_that_holds_or_slips_once_is_not_reached(scores: list[float]) -> None:
    found = find_threshold(rep_looks(scores))
    assert (found.status, found.rep_index) == ("not_reached", None)


@pytest.mark.parametrize("n", range(5))
def test_fewer_than_five_scored_reps_are_not_estimable(n: int) -> None:
    found = find_threshold(rep_looks([90.0, 90.0, 90.0, 20.0, 20.0][:n]))
    assert (found.status, found.rep_index) == ("not_estimable", None)


def test_reps_without_a_score_do_not_count_and_interrupt_a_run() -> None:
    assert find_threshold(rep_looks([90, None, 90, 90, 60, None])).status == "not_estimable"
    assert find_threshold(rep_looks([90, 90, 90, 60, None, 60, 90])).status == "not_reached"
    assert find_threshold(rep_looks([90, 90, None, 90, 60, 60])).rep_index == 5


def test_a_set_that_is_poor_from_the_start_has_no_breakdown() -> None:
    found = find_threshold(rep_looks([50, 50, 50, 50, 50]))
    assert found.status == "not_estimable"
    assert "no sound start" in found.reason


def test_scores_with_wide_intervals_need_a_larger_drop() -> None:
    scores = [90, 90, 90, 75, 75]
    assert find_threshold(rep_looks(scores, half_width=5)).status == "reached"
    assert find_threshold(rep_looks(scores, half_width=30)).status == "not_reached"


@settings(deadline=None, derandomize=True)
@given(
    scores=st.lists(st.integers(0, 100), min_size=5, max_size=12), shift=st.integers(-20, 20), drop=st.integers(0, 30)
)
def test_shifted_scores_break_down_at_the_same_rep_and_a_worse_end_never_later(
    scores: list[int], shift: int, drop: int
) -> None:
    found = find_threshold(rep_looks(scores))
    moved = find_threshold(rep_looks([score + shift for score in scores]))
    assert (moved.status == "reached") == (found.status == "reached")
    assert moved.rep_index == found.rep_index
    worse = find_threshold(rep_looks(scores[:3] + [score - drop for score in scores[3:]]))
    if found.rep_index is not None:
        assert worse.rep_index is not None
        assert worse.rep_index <= found.rep_index


def test_a_breakdown_among_the_first_reps_is_not_put_later_than_it_began() -> None:
    assert find_threshold(rep_looks([95, 95, 60, 60, 60, 60])).rep_index == 3
    assert find_threshold(rep_looks([95, 60, 95, 60, 60, 60])).rep_index == 4


def test_a_fall_of_the_last_rep_alone_is_told_but_not_called_a_breakdown() -> None:
    found = find_threshold(rep_looks([90, 90, 90, 90, 60]))
    assert found.status == "not_reached"
    assert "rep 5, did" in found.reason
    assert "last one" not in find_threshold(rep_looks([90, 90, 90, 90, 90])).reason
