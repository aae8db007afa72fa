"""Points in, pictures out: the same axes for everybody, nothing joined that cannot be compared, open ends left open."""

from __future__ import annotations

import re
from datetime import date

import pytest
import team_factory as factory

from lookfeel.batch.team.charts import Span, Times, common_times, joined_points, load_bar, small_multiple, sparkline
from lookfeel.batch.team.multiples import DEPTH, LOAD, SCORE, spans_of, strip_of
from lookfeel.batch.team.rows import SetRow, read_sets, reps_of
from lookfeel.types import LoadThreshold

SPAN = Span(low=0.0, high=100.0, reference=75.0)
TIMES = Times(first=date(2026, 11, 1), last=date(2026, 11, 21), most_sets=3)


def sets(*scores: float | None, **cells: object) -> tuple[SetRow, ...]:
    rows = [factory.set_row("Ada", 9 * place, score, result=str(place), **cells) for place, score in enumerate(scores)]
    return read_sets(rows)[::-1]


def drawn(*scores: float | None) -> str:
    return small_multiple("plot", SCORE, joined_points(sets(*scores), TIMES, SCORE), SPAN, TIMES)


def heights(svg: str) -> list[str]:
    return re.findall(r'<circle class="mark good" cx="[\d.]+" cy="([\d.]+)"', svg)


def test_the_same_score_lies_at_the_same_height_whatever_stands_beside_it() -> None:
    assert heights(drawn(90.0, 80.0))[1:] == heights(drawn(90.0, 20.0))
    assert heights(drawn(90.0))[0] < heights(drawn(80.0))[0]


def test_each_state_has_a_shape_of_its_own() -> None:
    svg = drawn(90.0, 65.0, 30.0)
    assert [
        f'<{shape} class="mark {state}"' in svg
        for shape, state in (("circle", "good"), ("rect", "uncertain"), ("path", "bad"))
    ] == [True] * 3


def test_scores_of_other_views_are_not_joined_but_loads_are() -> None:
    rows = [factory.set_row("Ada", days, 80.0, result=str(days)) for days in (18, 9, 0)]
    rows[1]["view"] = "side_left"
    found = read_sets(rows)
    assert [point.is_joined for point in joined_points(found, TIMES, SCORE)] == [False, False, False]
    assert [point.is_joined for point in joined_points(found, TIMES, LOAD)] == [False, True, True]


def test_a_missing_figure_is_no_point() -> None:
    assert [point.value for point in joined_points(sets(80.0, None, 70.0), TIMES, SCORE)] == [70.0, 80.0]


def test_a_depth_is_drawn_with_the_interval_of_its_sd() -> None:
    point = joined_points(sets(80.0, depth_thigh_angle_deg=10.0, depth_thigh_angle_deg_sd=4.0), TIMES, DEPTH)[0]
    assert (point.low, point.high) == pytest.approx((10 - 1.645 * 4, 10 + 1.645 * 4), abs=0.01)


def test_days_lie_on_one_axis_and_without_days_the_order_does() -> None:
    dated = common_times([sets(80.0, 70.0)])
    assert [dated.place(one, index) for index, one in enumerate(sets(80.0, 70.0))] == [0.0, 1.0]
    undated = read_sets([factory.set_row("Ada", None, 80.0, result=str(number)) for number in range(2)])
    times = common_times([undated])
    assert [times.place(one, index) for index, one in enumerate(undated)] == [0.25, 0.75]


def test_a_sparkline_ends_in_a_mark_and_breaks_with_its_points() -> None:
    svg = sparkline(joined_points(sets(80.0, 70.0, 60.0), TIMES, SCORE), lowest=50.0)
    assert svg.count('class="speck"') == 2
    assert svg.count('class="mark good"') == 1
    assert svg.count("M") == 1


def threshold(**cells: object) -> LoadThreshold:
    told = {"status": "estimated", "load_kg": 80.0, "low_kg": 70.0, "high_kg": 95.0} | cells
    return LoadThreshold(exercise="squat", n_sets=6, n_sessions=6, reason="Why.", **told)  # type: ignore[arg-type]


def test_a_threshold_is_a_bar_and_one_that_was_not_reached_an_arrow() -> None:
    span = Span(low=0.0, high=120.0)
    closed = load_bar("load", threshold(), span, [60.0, 80.0])
    assert closed.count('class="lifted"') == 2
    assert 'class="interval"' in closed
    open_end = load_bar("load", threshold(status="not_reached", load_kg=None, high_kg=None), span, [60.0])
    assert 'class="interval"' not in open_end
    assert 'class="above"' in open_end
    assert "above 70\u00a0kg" in open_end


def test_axes_hold_every_figure_of_the_page() -> None:
    rows = read_sets([factory.set_row("Ada", 2, 80.0, depth_thigh_angle_deg=31.0, load_kg=140.0)])
    spans = spans_of(rows, {})
    assert spans["depth"].low <= 0.0
    assert spans["depth"].high >= 31.0
    assert spans["load"].high >= 140.0
    assert (spans["score"].low, spans["score"].high, spans["pain"].high) == (0.0, 100.0, 10.0)


def test_a_strip_leaves_out_what_nothing_is_known_of() -> None:
    row = factory.set_row("Ada", 2, 80.0, view="side_left")
    reps = reps_of(factory.rep_rows(row), read_sets([row]))["Ada", row["result"]]
    strip = strip_of(reps)
    assert strip is not None
    assert [title for title, _ in strip.rows] == ["Looks", "Depth °", "Down s", "Up s"]
    assert strip.numbers == tuple("12345678")
    assert strip_of([]) is None
