"""The terminal's picture of a report: everything is there, nothing is cut off, nothing steers the terminal."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
import report_factory
from rich.console import Console

from lookfeel.errors import UnreadableVideo
from lookfeel.terminal import printable, progress_bars, report_view, show_error
from lookfeel.types import Metric, RepMetrics


def drawn(report, *, width: int = 80) -> str:
    """The report as plain text on a terminal of so many columns."""
    console = Console(file=io.StringIO(), width=width, highlight=False)
    console.print(report_view(report, folder=Path("lookfeel-out") / "squat"))
    return console.file.getvalue()


def row_of(text: str, number: int) -> list[str]:
    """Cells of one rep's row."""
    line = next(line for line in text.splitlines() if line.split()[:1] == [str(number)])
    return line.split()


@pytest.mark.parametrize("name", report_factory.everything())
@pytest.mark.parametrize("width", [80, 120])
def test_every_report_fits_and_nothing_is_cut_off(name, width):
    text = drawn(report_factory.everything()[name], width=width)

    assert max(len(line) for line in text.splitlines()) <= width
    assert "…" not in text
    assert "\x1b" not in text


def test_a_row_shows_knee_depth_tempo_and_looks():
    cells = row_of(drawn(report_factory.front_squat()), 3)

    assert " ".join(cells) == "3 both L4 R0 0.87 ~−1° parallel 1.6 0.2 1.3 0.4 69 (60-76) watch"


def test_what_the_view_hides_is_a_dash_and_its_column_is_left_out():
    text = drawn(report_factory.side_squat())

    assert row_of(text, 1)[1:3] == ["both", "–"]
    assert "KASR" not in text


@pytest.mark.parametrize(("angle", "word"), [(9.0, "above"), (3.0, "parallel"), (-3.0, "parallel"), (-9.0, "below")])
def test_the_word_for_depth_says_parallel_where_the_angle_cannot_be_told_from_it(angle, word):
    report = report_factory.side_squat()
    thigh = Metric(value=angle, sd=4.0, unit="deg", status="ok")
    metrics = tuple(
        RepMetrics(rep_index=row.rep_index, metrics={"depth_thigh_angle_deg": thigh}) for row in report.rep_metrics
    )

    assert row_of(drawn(replace(report, rep_metrics=metrics)), 2)[4] == word


def test_a_partial_rep_is_not_numbered_and_says_why_it_does_not_count():
    text = drawn(report_factory.front_squat())

    assert "5 reps and 1 not whole" in text
    assert "not counted  at 18.5 s: the clip ends before the rep does" in text


def test_a_fit_says_its_method_and_how_far_it_lies_from_the_landmarks():
    words = " ".join(drawn(report_factory.fitted_squat(), width=120).split())

    assert "body fitted over the whole clip; lengths from the athlete's height; joints 1.3 cm (root mean" in words
    assert "landmarks in the picture" not in drawn(report_factory.front_squat(), width=120)


def test_a_second_view_is_named_and_a_fault_seen_there_says_so():
    words = " ".join(drawn(report_factory.two_views(), width=120).split())

    assert "with side squat 80 kg.mp4, filmed from the left side (98 % sure)" in words
    assert "judged on 90 % of what the two views can show" in words
    assert "the overlay, curves and 3-D body are of the first" in words
    assert "from rep 4 on. (probably; see rep 4 at 13.7 s of the second clip)" in words


def test_what_leaves_the_verdict_open_and_how_strict_it_was_are_told():
    words = " ".join(drawn(report_factory.two_views(), width=120).split())

    assert f"open {report_factory.two_views().looks.reason}" in words
    assert "Strictness 0.5 of 1: the rubric as written." in words
    assert " open " not in drawn(report_factory.front_squat(), width=120)


def test_the_decision_is_told_with_reasons_cue_and_questions():
    decision = report_factory.front_squat().decision
    words = drawn(report_factory.front_squat(), width=120)

    for sentence in (decision.text, decision.cue, *decision.reasons, *decision.questions, decision.rule_id):
        assert sentence in words


def test_a_reason_that_was_told_as_a_finding_is_not_told_twice():
    report = report_factory.front_squat()
    fault = replace(report.looks.findings[0], text="The left knee falls in from rep 3 on.")
    looks = replace(report.looks, findings=(fault,))
    decision = replace(report.decision, reasons=(fault.text, "The load is medium."))

    text = drawn(replace(report, looks=looks, decision=decision))

    assert text.count(fault.text) == 1
    assert "The load is medium." in text


def test_markup_in_names_is_text_not_style():
    report = report_factory.front_squat()

    text = drawn(replace(report, warnings=("[bold red]stop[/bold red]",)))

    assert "[bold red]stop[/bold red]" in text


@pytest.mark.parametrize(
    ("text", "safe"), [("a\x1b[31mb", "a�[31mb"), ("a\udcffb", "a�b"), ("knee ±4°\n", "knee ±4°\n")]
)
def test_printable_leaves_words_and_takes_what_steers(text, safe):
    assert printable(text) == safe


def test_an_error_is_told_with_its_clip_and_hint():
    console = Console(file=io.StringIO(), width=80)

    show_error(console, UnreadableVideo("it is text", hint="Give a video."), clip="odd\x1b[2J.mp4")

    assert console.file.getvalue() == "unreadable_video: odd�[2J.mp4: it is text\nGive a video.\n"


def test_progress_shows_the_stage_on_a_terminal():
    console = Console(file=io.StringIO(), width=80, force_terminal=True)

    with progress_bars(console, title="squat.mp4", is_shown=True) as on_progress:
        on_progress("pose", 30, 120)
        on_progress("pose", 60, 120)

    text = console.file.getvalue()
    assert "squat.mp4" in text
    assert "Following the body" in text
    assert "50%" in text


def test_progress_takes_a_clip_that_does_not_say_its_length():
    console = Console(file=io.StringIO(), width=80, force_terminal=True)

    with progress_bars(console, title="live.webm", is_shown=True) as on_progress:
        on_progress("pose", 30, None)

    assert "Following the body" in console.file.getvalue()


def test_no_progress_where_nobody_watches():
    console = Console(file=io.StringIO(), width=80)

    with progress_bars(console, title="squat.mp4", is_shown=False) as on_progress:
        assert on_progress is None

    assert console.file.getvalue() == ""
