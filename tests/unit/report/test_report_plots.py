"""The plots: well-formed, true to their data, silent where the data are."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
import report_factory
from hypothesis import given
from hypothesis import strategies as st

from lookfeel.report.plots import MAX_POINTS, Caption, Dot, Line, rep_dots, tempo_bars, thinned, timeline
from lookfeel.types import FloatArray

CAPTION = Caption(name="plot-a", title="Depth <b>&", description='said "aloud"')
REPS = report_factory.reps()
TIMES = report_factory.times()


def drawn_timeline(values: FloatArray, *, is_down_positive: bool = False) -> ElementTree.Element:
    line = Line(label="left", css="left", values=values)
    svg = timeline(
        CAPTION, time_s=TIMES, lines=[line], reps=REPS, width_px=600, is_down_positive=is_down_positive, reference=0.0
    )
    return ElementTree.fromstring(svg)


def with_class(svg: ElementTree.Element, css: str) -> list[ElementTree.Element]:
    return [part for part in svg.iter() if css in part.get("class", "").split()]


def dots_of(values: list[float]) -> list[Dot]:
    return [Dot(rep_index=n, value=value, sd=1.0, css="left", is_rough=False) for n, value in enumerate(values, 1)]


def test_a_picture_has_a_title_and_a_description_that_name_it() -> None:
    svg = drawn_timeline(np.zeros(len(TIMES)))
    said = {part.get("id"): part.text for part in svg if part.tag in ("title", "desc")}
    assert svg.get("role") == "img"
    assert [said[name] for name in svg.get("aria-labelledby", "").split()] == [CAPTION.title, CAPTION.description]


def test_every_rep_is_shaded_and_every_whole_one_has_its_bottom_marked() -> None:
    svg = drawn_timeline(report_factory.signals()["thigh_angle_left_deg"])
    bands = with_class(svg, "band")
    assert len(bands) == len(REPS)
    assert len(with_class(svg, "cut")) == sum(rep.is_partial for rep in REPS)
    rings = with_class(svg, "ring")
    assert len(rings) == sum(not rep.is_partial for rep in REPS)
    for band, ring in zip(bands, rings, strict=False):
        left = float(band.get("x", ""))
        assert left < float(ring.get("cx", "")) < left + float(band.get("width", ""))


@pytest.mark.parametrize(("is_down_positive", "sign"), [(False, -1), (True, 1)])
def test_deeper_is_drawn_lower(is_down_positive: bool, sign: int) -> None:
    svg = drawn_timeline(np.linspace(0, 90, len(TIMES)), is_down_positive=is_down_positive)
    heights = [float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", with_class(svg, "curve")[0].get("d", ""))]
    assert sign * (heights[-1] - heights[0]) > 0


def test_a_line_breaks_where_nothing_is_known() -> None:
    values = np.ones(len(TIMES))
    values[100:140] = np.nan
    path = with_class(drawn_timeline(values), "curve")[0].get("d", "")
    assert path.count("M") == 2
    assert "nan" not in path


def test_a_signal_that_is_nowhere_known_draws_no_line() -> None:
    assert with_class(drawn_timeline(np.full(len(TIMES), np.nan)), "curve") == []


@given(st.lists(st.floats(-1e3, 1e3) | st.just(float("nan")), min_size=1, max_size=3000))
def test_thinning_keeps_the_extremes_and_the_order(values: list[float]) -> None:
    series = np.array(values)
    kept = thinned(series)
    assert len(kept) <= MAX_POINTS
    assert kept == sorted(set(kept))
    if np.isfinite(series).any():
        assert np.nanmax(series[kept]) == np.nanmax(series)
        assert np.nanmin(series[kept]) == np.nanmin(series)


def test_thinning_keeps_a_gap_of_one_frame() -> None:
    series = np.zeros(5000)
    series[2500] = np.nan
    assert 2500 in thinned(series)


def test_dots_stand_in_rep_order_and_higher_values_stand_higher() -> None:
    svg = ElementTree.fromstring(rep_dots(CAPTION, dots=dots_of([1.0, 3.0, 2.0]), n_reps=3))
    places = [(float(dot.get("cx", "")), float(dot.get("cy", ""))) for dot in with_class(svg, "dot")]
    assert [x for x, _ in places] == sorted(x for x, _ in places)
    assert places[1][1] < places[2][1] < places[0][1]


def test_an_error_bar_is_two_sd_long() -> None:
    svg = ElementTree.fromstring(rep_dots(CAPTION, dots=dots_of([0.0, 2.0]), n_reps=2))
    bar = with_class(svg, "error")[0]
    first, second = (float(dot.get("cy", "")) for dot in with_class(svg, "dot"))
    length = abs(float(bar.get("y1", "")) - float(bar.get("y2", "")))
    assert length == pytest.approx(abs(first - second), abs=0.3)


def test_a_rough_figure_is_hollow() -> None:
    rough = Dot(rep_index=1, value=1.0, sd=1.0, css="left", is_rough=True)
    svg = ElementTree.fromstring(rep_dots(CAPTION, dots=[rough], n_reps=1))
    assert len(with_class(svg, "rough")) == 1


def test_tempo_bars_are_as_long_as_their_phases_and_skip_unknown_ones() -> None:
    rows = [(1, [("eccentric", 2.0), ("concentric", 1.0)]), (2, [("eccentric", 2.0), ("top_pause", None)])]
    bars = with_class(ElementTree.fromstring(tempo_bars(CAPTION, rows=rows)), "phase")
    widths = [float(bar.get("width", "")) + 1.5 for bar in bars]
    assert len(widths) == 3
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.3)
    assert widths[2] == pytest.approx(widths[0], abs=0.1)
