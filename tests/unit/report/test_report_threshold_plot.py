"""The plot of looks against load: well-formed, true to its data, and itself without an answer too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from lookfeel.report.threshold_plot import HEIGHT_PX, N_NAMED, WIDTH_PX, threshold_plot, write_threshold_plot
from lookfeel.types import LoadThreshold, PastSet

HOSTILE = "<script>alert('x')</script>\" & \u202e"
FOUND = LoadThreshold(
    status="estimated",
    exercise="squat",
    load_kg=90.0,
    low_kg=80.0,
    high_kg=101.0,
    n_sets=6,
    n_sessions=2,
    reason="Because.",
    depth_deg=0.0,
    curve_kg=np.array([60.0, 90.0, 110.0]),
    p_good=np.array([0.9, 0.5, 0.2]),
    p_low=np.array([0.7, 0.2, 0.05]),
    p_high=np.array([0.98, 0.8, 0.6]),
)
HELD = replace(FOUND, status="not_reached", load_kg=None, high_kg=None)
UNKNOWN = LoadThreshold(
    status="not_estimable",
    exercise="",
    load_kg=None,
    low_kg=None,
    high_kg=None,
    n_sets=0,
    n_sessions=0,
    reason="Only 0 sets.",
)


def past(load_kg: float | None, score: float | None, session: str = "a") -> PastSet:
    return PastSet(
        session=session,
        exercise="squat",
        load_kg=load_kg,
        score=score,
        low=None if score is None else score - 8,
        high=None if score is None else score + 8,
        looks="good" if (score or 0) >= 75 else "bad",
    )


SETS = [past(60, 92), past(60, 88, "b"), past(90, 76), past(90, 70, "b"), past(110, 40), past(110, None)]


def drawn(threshold: LoadThreshold, sets: list[PastSet]) -> ElementTree.Element:
    return ElementTree.fromstring(threshold_plot(threshold, sets))


def with_class(svg: ElementTree.Element, css: str) -> list[ElementTree.Element]:
    return [part for part in svg.iter() if css in part.get("class", "").split()]


def test_every_set_with_a_score_has_a_mark_and_an_interval_hollow_unless_good() -> None:
    svg = drawn(FOUND, SETS)
    assert len(with_class(svg, "error")) == 5
    marks = with_class(svg, "dot")
    assert len(marks) == 5 + 2  # and the two of the key
    assert len(with_class(svg, "off")) == 2


def test_sets_of_one_load_stand_side_by_side_and_better_scores_higher() -> None:
    bars = with_class(drawn(FOUND, SETS), "error")
    assert len({bar.get("x1") for bar in bars}) == 5
    heavy, light = (
        max(bars, key=lambda bar: float(bar.get("x1", ""))),
        min(bars, key=lambda bar: float(bar.get("x1", ""))),
    )
    assert float(heavy.get("y1", "")) > float(light.get("y1", ""))


def test_the_threshold_is_a_line_within_the_stripe_of_its_interval() -> None:
    svg = drawn(FOUND, SETS)
    line, stripe = with_class(svg, "edge")[0], with_class(svg, "range")[0]
    left = float(stripe.get("x", ""))
    assert left < float(line.get("x1", "")) < left + float(stripe.get("width", ""))


def test_a_threshold_that_was_not_reached_has_an_open_stripe_and_no_line() -> None:
    svg = drawn(HELD, SETS)
    assert with_class(svg, "edge") == []
    assert len(with_class(svg, "range")) == 2
    assert len(with_class(svg, "chance")) == 1


@pytest.mark.parametrize("sets", [[], SETS[:1], SETS])
def test_no_answer_shows_the_sets_alone(sets: list[PastSet]) -> None:
    svg = drawn(UNKNOWN, sets)
    assert with_class(svg, "range") == with_class(svg, "chance") == with_class(svg, "chance-band") == []
    assert len(with_class(svg, "error")) == len([one for one in sets if one.score is not None])


def test_older_sessions_share_a_mark_and_hostile_names_stay_text() -> None:
    sets = [past(60 + place, 80, f"{HOSTILE} {place}") for place in range(N_NAMED + 3)]
    text = threshold_plot(FOUND, sets)
    svg = ElementTree.fromstring(text)
    assert "<script" not in text
    assert len(with_class(svg, f"s{N_NAMED}")) == 2 * 3 + 1
    assert len(with_class(svg, "error")) == N_NAMED + 3


def test_everything_lies_within_the_picture() -> None:
    for found in (FOUND, HELD, replace(FOUND, high_kg=500.0, low_kg=1.0)):
        for part in drawn(found, SETS).iter():
            for name, end in (("x", WIDTH_PX), ("x1", WIDTH_PX), ("cx", WIDTH_PX), ("y", HEIGHT_PX), ("cy", HEIGHT_PX)):
                if part.get(name) is not None:
                    assert 0 <= float(part.get(name, "")) <= end


def test_the_file_stands_alone(tmp_path: Path) -> None:
    text = write_threshold_plot(FOUND, SETS, tmp_path / "plot.svg").read_text(encoding="utf-8")
    assert ElementTree.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
    assert "url(" not in text
    assert text == threshold_plot(FOUND, SETS) + "\n"
