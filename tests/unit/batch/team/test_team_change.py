"""Two sets in: a change counts only beyond both errors, and only where the two may be compared."""

from __future__ import annotations

from typing import Any

import pytest
import team_factory as factory

from lookfeel.batch.team.change import best_earlier, compare, why_not_comparable
from lookfeel.batch.team.changes import changes_part
from lookfeel.batch.team.rows import SetRow, read_sets
from lookfeel.batch.team.settings import load_team

LIMITS = load_team().limits


def sets(*rows: dict[str, Any]) -> tuple[SetRow, ...]:
    return read_sets([row | {"result": str(number)} for number, row in enumerate(rows)])


def pair(then: dict[str, Any], now: dict[str, Any]) -> Any:
    before, after = sets(factory.set_row("Ada", 9, 80.0) | then, factory.set_row("Ada", 2, 80.0) | now)
    return compare(before, after, LIMITS)


@pytest.mark.parametrize(
    ("low", "score", "high", "verdict"),
    [
        (65, 71, 77, "clear"),  # 9 points against the root of 6² + 6² = 8.5
        (66, 72, 78, "within_error"),
        (71, 72, 90, "within_error"),  # a loss: what counts is how far up the later one may lie
        (60, 72, 73, "clear"),  # 8 points against the root of 6² + 1² = 6.1
        (83, 89, 95, "clear"),
    ],
)
def test_a_score_changes_when_both_intervals_together_say_so(
    low: float, score: float, high: float, verdict: str
) -> None:
    found = pair({}, {"looks_score": score, "looks_low": low, "looks_high": high}).score
    assert (found.verdict, found.by) == (verdict, score - 80)


def test_depth_changes_by_its_standard_deviations() -> None:
    # 1.645 * root of 3² + 4² = 8.2 degrees
    then = {"depth_thigh_angle_deg": 0.0, "depth_thigh_angle_deg_sd": 3.0}
    assert pair(then, {"depth_thigh_angle_deg": 8.0}).depth.verdict == "within_error"
    assert pair(then, {"depth_thigh_angle_deg": -8.4}).depth.verdict == "clear"
    assert pair(then | {"depth_thigh_angle_deg_sd": None}, {"depth_thigh_angle_deg": 30.0}).depth.verdict == "unknown"


def test_load_is_exact_but_for_what_a_unit_makes_of_it() -> None:
    assert pair({"load_kg": 61.0}, {"load_kg": 61.23}).load.verdict == "same"  # 135 lb
    assert pair({"load_kg": 80.0}, {"load_kg": 82.5}).load.verdict == "clear"
    assert pair({"load_kg": None}, {}).load.verdict == "unknown"


@pytest.mark.parametrize(("now", "verdict"), [(1.0, "same"), (2.5, "not_clear"), (3.0, "clear"), (None, "unknown")])
def test_pain_changes_by_two_points(now: float | None, verdict: str) -> None:
    assert pair({"pain": 1.0}, {"pain": now}).pain.verdict == verdict


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"view": "rear"}, None),  # judged by the same list
        ({"view": "side_left"}, "other view"),
        ({"view": "unknown"}, "view not known"),
        ({"exercise": "lunge"}, "other exercise"),
        ({"variant": "low_bar"}, "other exercise"),
        ({"rubric_sha256": "99" * 32}, "judged by other rules"),
        ({"strictness": 0.9}, "judged by other rules"),
        ({"weights_sha256": "99" * 32}, "measured by another network"),
    ],
)
def test_unlike_sets_are_not_compared(cells: dict[str, Any], why: str | None) -> None:
    then, now = sets(factory.set_row("Ada", 9, 80.0), factory.set_row("Ada", 2, 40.0) | cells)
    assert why_not_comparable(then, now) == why
    found = compare(then, now, LIMITS)
    assert found.score.verdict == ("clear" if why is None else "not_comparable")
    assert found.load.verdict == "same"


def test_the_set_before_is_the_last_comparable_day_at_the_nearest_load() -> None:
    rows = sets(
        factory.set_row("Ada", 30, 70.0, load_kg=100.0),
        factory.set_row("Ada", 9, 80.0, load_kg=60.0),
        factory.set_row("Ada", 9, 85.0, load_kg=95.0),
        factory.set_row("Ada", 5, 90.0, view="side_left"),
        factory.set_row("Ada", 2, 75.0, load_kg=100.0),
    )
    assert best_earlier(rows[-1], rows) == rows[2]
    assert best_earlier(rows[0], rows) is None


def test_no_set_without_a_date_is_earlier_than_another() -> None:
    rows = sets(factory.set_row("Ada", None, 70.0), factory.set_row("Ada", 2, 75.0), factory.set_row("Ada", None, 70.0))
    assert [best_earlier(one, rows) for one in rows] == [None, None, None]


def part(previous: list[dict[str, Any]], rows: list[dict[str, Any]]) -> Any:
    return changes_part(read_sets(previous), read_sets(rows), load_team())


def test_since_the_last_run_each_exercise_is_held_against_its_own() -> None:
    squat, lunge = factory.set_row("Ada", 9, 80.0), factory.set_row("Ada", 9, 60.0, exercise="lunge", result="l0")
    again = [factory.set_row("Ada", 2, 65.0), factory.set_row("Ada", 2, 62.0, exercise="lunge", result="l1")]
    again[1]["video_sha256"] = "11" * 32
    found = part([squat, lunge], [squat, lunge, *again])
    assert [(row.exercise, row.cells[0].text, row.cells[0].verdict) for row in found.rows] == [
        ("Squat", "80 → 65", "−15, clear"),
        ("Lunge", "60 → 62", "within error"),
    ]
    assert (found.rows[0].cells[0].tone, found.rows[0].days) == ("bad", "11\u00a0Nov →\u00a018\u00a0Nov\u00a02026")


def test_who_came_who_left_and_who_has_nothing_new() -> None:
    old, gone, new = (factory.set_row(name, 9, 80.0) for name in ("Ada", "Gone", "New"))
    found = part([old, gone, factory.set_row(None, 9, 50.0)], [old, new])
    assert (found.new, found.missing, found.unchanged, found.rows) == ("New", "Gone", "Ada", ())


def test_another_exercise_is_shown_and_not_compared() -> None:
    found = part([factory.set_row("Ada", 9, 80.0)], [factory.set_row("Ada", 2, 40.0, exercise="lunge")])
    assert (found.rows[0].note, found.rows[0].cells[0].verdict) == ("other exercise", "not comparable")
    assert found.rows[0].days.startswith("Squat, ")
