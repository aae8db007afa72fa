"""An athlete's sets in: the rep and the load at which form breaks down, with its interval or with what is missing."""

from __future__ import annotations

from typing import Any

import team_factory as factory

from lookfeel.batch.team.rows import athletes_of, read_sets
from lookfeel.batch.team.thresholds import Thresholds, load_words, reps_words, thresholds_of

LOADS = [60.0, 70.0, 80.0, 90.0, 100.0, 110.0]


def found(scores: list[float | None], loads: list[float], **cells: Any) -> Thresholds:
    rows = read_sets(factory.sessions("Ada", scores, loads, **cells))
    return thresholds_of(athletes_of(rows)[0], today=factory.TODAY, most_kinds=3, most_sets=200)[0]


def test_scores_that_fall_with_the_load_give_a_load_with_its_interval() -> None:
    given = found([92, 90, 88, 74, 55, 40], LOADS)
    load = given.load
    assert load.status == "estimated"
    assert load.low_kg is not None
    assert load.load_kg is not None
    assert load.high_kg is not None
    assert load.low_kg < load.load_kg < load.high_kg
    assert 70 < load.load_kg < 100
    assert load_words(given).startswith(f"Breaks down at about {round(load.load_kg)}")
    assert given.short.startswith(f"{round(load.load_kg)}")


def test_form_that_holds_has_only_a_bound_and_none_beyond_what_was_lifted() -> None:
    given = found([92, 93, 94, 92, 95, 93], [60.0, 65.0, 70.0, 75.0, 80.0, 82.5])
    assert given.load.status == "not_reached"
    assert given.load.low_kg is not None
    assert given.load.low_kg <= 82.5
    assert given.short == "above 82.5\u00a0kg"


def test_too_few_sets_say_what_is_missing() -> None:
    given = found([92, 50], [60.0, 80.0])
    assert load_words(given) == "Too little to tell"
    assert "at least 5 are needed" in given.load.reason
    assert given.short == ""


def test_old_sets_no_longer_count() -> None:
    rows = [factory.set_row("Ada", 200 + day, 90.0, result=str(day), load_kg=60.0 + 5 * day) for day in range(6)]
    given = thresholds_of(athletes_of(read_sets(rows))[0], today=factory.TODAY, most_kinds=1, most_sets=9)[0]
    assert given.load.status == "not_estimable"
    assert "weeks old" in given.load.reason


def words(*sets: tuple[str, int | None, int]) -> str:
    rows = [
        factory.set_row("Ada", day, 80.0, result=str(day), threshold_status=status, threshold_rep=rep, n_reps=n_reps)
        for day, (status, rep, n_reps) in enumerate(sets)
    ]
    return reps_words(read_sets(rows)).replace("\u00a0", " ")


def test_within_sets_it_is_said_where_and_how_often() -> None:
    held, short = ("not_reached", None, 8), ("not_estimable", None, 4)
    assert (
        words(("reached", 5, 8), held, ("reached", 7, 10), short) == "Form breaks down at rep 5 to 7, in 2 of 3 sets."
    )
    assert words(held, ("not_reached", None, 12)) == "Not reached in 2 sets, the longest of 12 reps."
    assert words(held) == "Not reached in 1 set of 8 reps."
    assert words(short).startswith("No set was long enough")


def test_the_exercise_that_was_done_last_comes_first_and_each_stands_alone() -> None:
    rows = read_sets(
        [
            factory.set_row("Ada", 2, 80.0, exercise="lunge", variant="split_squat", result="a"),
            factory.set_row("Ada", 9, 80.0, result="b"),
            factory.set_row("Ada", 16, 80.0, result="c", exercise="none"),
        ]
    )
    given = thresholds_of(athletes_of(rows)[0], today=factory.TODAY, most_kinds=3, most_sets=9)
    assert [one.exercise for one in given] == ["Split squat", "Squat"]
    assert [one.load.n_sets for one in given] == [1, 1]
