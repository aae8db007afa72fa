"""Rows in: what is empty is None, what is wrong is named, and nobody without a name is taken for somebody else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import team_factory as factory

from lookfeel.batch.team.rows import athletes_of, read_sets, reps_of
from lookfeel.errors import InvalidValue

NAN = float("nan")


def one_set(**cells: Any) -> Any:
    return read_sets([factory.set_row("Ada", 3, 80.0) | cells])[0]


def test_empty_cells_are_none_however_a_reader_writes_them() -> None:
    row = one_set(load_kg=NAN, pain=None, cue=NAN, n_reps=NAN, finding_texts=None, warnings=NAN, athlete="  ")
    assert (row.load_kg, row.pain, row.cue, row.n_reps, row.athlete) == (None,) * 5
    assert row.finding_texts == row.warnings == ()


@pytest.mark.parametrize("told", ["2026-11-02", date(2026, 11, 2), datetime(2026, 11, 2, 8, tzinfo=UTC)])
def test_a_date_may_come_in_any_form_of_a_table(told: object) -> None:
    assert one_set(date=told).date == date(2026, 11, 2)


def test_columns_that_the_page_does_not_know_are_passed_over() -> None:
    assert one_set(kasr_min_ratio=0.9, of_tomorrow="x").looks_score == 80.0


@pytest.mark.parametrize(
    ("column", "value"),
    [("load_kg", "heavy"), ("date", "yesterday"), ("looks_state", "nice"), ("status", "half"), ("pain", float("inf"))],
)
def test_a_wrong_cell_is_named_with_its_row(column: str, value: object) -> None:
    rows = [factory.set_row("Ada", 3, 80.0), factory.set_row("Ada", 2, 80.0, **{column: value})]
    with pytest.raises(InvalidValue, match=f"sets, row 2, column {column}") as caught:
        read_sets(rows)
    assert caught.value.hint


def test_rows_without_a_name_are_people_of_their_own() -> None:
    rows = [factory.set_row(None, None, 70.0, clip=clip, result=clip) for clip in ("a.mp4", "b.mp4")]
    people = athletes_of(read_sets(rows))
    assert [one.words for one in people] == ["No name: a.mp4", "No name: b.mp4"]


def test_one_result_counts_once_for_an_athlete_and_for_each_athlete() -> None:
    row = factory.set_row("Ada", 3, 80.0)
    assert len(read_sets([row, dict(row)])) == 1
    assert len(read_sets([row, row | {"athlete": "Ben"}])) == 2


def test_failed_rows_never_merge() -> None:
    row = factory.failed_row("Ada", 1, "no_person", "Nobody.", "Light.")
    assert len(read_sets([row, dict(row)])) == 2


def test_sets_stand_oldest_first_and_undated_ones_before_them() -> None:
    rows = [factory.set_row("Ada", days, 80.0, result=str(days)) for days in (2, None, 9)]
    assert [one.result for one in athletes_of(read_sets(rows))[0].sets] == ["None", "9", "2"]


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        ({"feels_overall": "good", "pain": 0.0}, "good"),
        ({"feels_overall": None, "pain": None}, "unknown"),
        ({"pain": 3.0}, "bad"),
        ({"pain": 6.0}, "stop"),
        ({"red_flags": ["locking"]}, "stop"),
        ({"rule_id": "feels_bad.when_fast"}, "bad"),  # told by an answer that has no column
        ({"rule_id": "stop.red_flag"}, "stop"),
    ],
)
def test_what_was_felt_is_read_as_the_matrix_reads_it(cells: dict[str, Any], state: str) -> None:
    assert one_set(**cells).feels == state


def test_reps_are_whole_once_and_only_of_the_sets_asked_for() -> None:
    ada, ben = (factory.set_row(name, 3, 80.0) for name in ("Ada", "Ben"))
    reps = factory.team_reps([ada, ben, ada])
    found = reps_of(reps, read_sets([ada]))
    assert list(found) == [("Ada", ada["result"])]
    assert [rep.rep_index for rep in found["Ada", ada["result"]]] == list(range(1, 9))


def test_the_knee_of_a_rep_is_the_worse_one() -> None:
    ada = factory.set_row("Ada", 3, 80.0)
    rep = factory.rep_rows(ada)[0] | {"knee_over_foot_left_m": 0.01, "knee_over_foot_right_m": 0.03}
    assert reps_of([rep], read_sets([ada]))["Ada", ada["result"]][0].knee_inward_m == (0.03, 0.015)
