"""Tables, marks and the choice of clips."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from made_set import report

from benchmarks.retest.clips import find_clips
from benchmarks.retest.compare import compare
from benchmarks.retest.conditions import Condition
from benchmarks.retest.marks import MarkedSet, Marks, marked_sets, rank_correlation, read_marks
from benchmarks.retest.shown import clip_sheet, condition_sheet, gap_lines, lines, mark_sheet, metric_sheet, view_sheet
from benchmarks.retest.two_views import TwoViews
from lookfeel.types import Looks

COARSE = Condition(name="x264 crf 32", crf=32)
HALF = Condition(name="half the frames", every=2)
BAD_KNEE = {"knee_over_foot_left_m": 0.06}


def outcomes():
    good, bad = report([0.5, 4.0]), report([0.5, 4.0], figures=BAD_KNEE)
    slow = replace(good, decode=replace(good.decode, median_fps=60.0))
    return [
        *compare("one", COARSE, "file", before=good, after=good),
        *compare("two", COARSE, "file", before=good, after=bad),
        *compare("one", HALF, "file", before=good, after=report([0.5])),
        *compare("two", HALF, "file", before=slow, after=slow),
        *compare("one", HALF, "detections", before=good, after=good),
    ]


def test_a_condition_is_summed_over_its_clips():
    sheet = condition_sheet(outcomes())
    (row,) = [dict(zip(sheet.headings, row, strict=True)) for row in sheet.rows if row[0] == "x264 crf 32"]

    assert (row["clips"], row["scored"], row["within"], row["inside"]) == ("2", "2", "50 %", "50 %")
    assert row["state changed"] == "1"
    assert row["largest/SD"] == "5.00"  # the knee: 0.05 m over an SD of 0.01 m


def test_60_and_30_frames_a_second_are_told_apart():
    rows = condition_sheet(outcomes()).rows

    assert {row[:3] for row in rows if row[0].startswith("half")} == {
        ("half the frames of 25-30 fps", "detections", "1"),
        ("half the frames of 25-30 fps", "file", "1"),
        ("half the frames of 60 fps", "file", "1"),
    }


def test_every_comparison_has_a_row_with_reps_and_reason():
    rows = clip_sheet(outcomes()).rows

    assert len(rows) == 5
    assert "Knees over the feet" in rows[1][-1]
    assert rows[2][3] == "1 of 2, 1"


def test_figures_of_both_legs_are_one_row_worst_first():
    rows = metric_sheet(outcomes()).rows

    assert rows[0][0] == "knee_over_foot_m"
    assert rows[0][-1] == "5.00"


def test_lines_for_csv_hold_every_figure():
    found = list(lines(outcomes()))

    assert found[1]["state_after"] == "bad"
    assert found[1]["n_figures"] == len(list(gap_lines(outcomes()[1:2])))


def test_two_views_that_do_not_match_say_why():
    pair = TwoViews(first=report([0.5]), second=report([0.5, 4.0]), both=None, turned=None, problem="1 and 2")

    rows = view_sheet({"pair": pair}).rows

    assert len(rows) == 3
    assert rows[2][1] == "both: 1 and 2"
    assert pair.agreements == ()


def test_two_views_compare_what_both_show():
    pair = TwoViews(first=report([0.5]), second=report([0.5], figures=BAD_KNEE), both=report([0.5]), turned=None)

    over = {one.metric: one.apart_sd for one in pair.agreements}

    assert over["knee_over_foot_left_m"] == pytest.approx(0.05 / (0.01 * 2**0.5))
    assert over["hip_shift_ratio"] == 0.0


def looks(score: float | None) -> Looks:
    return replace(report([0.5]).looks, score=score)


def marked(score: float | None, squat: float) -> MarkedSet:
    marks = Marks(squat=squat, knee=0.0, core=0.0, asymmetry=0.0)
    return MarkedSet(name="set", n_views=2, marks=marks, looks=looks(score))


def test_ranks_are_compared_from_four_sets_on():
    four = [marked(score, squat) for score, squat in ((90.0, 80.0), (70.0, 60.0), (50.0, 50.0), (None, 0.0))]

    assert rank_correlation(four) == (3, None)
    assert rank_correlation([*four, marked(20.0, 10.0)]) == (4, pytest.approx(1.0))
    assert rank_correlation([marked(50.0, squat) for squat in (1.0, 2.0, 3.0, 4.0)]) == (4, None)


def test_marks_are_read_by_clip_and_turned_so_that_100_is_best(tmp_path: Path):
    path = tmp_path / "marks.csv"
    path.write_text(
        "Filename Side,Filename Front,Squat Score,Knee Stability,Core Strength,Asymmetry Score\n"
        "static/IMG_11.mov,static/IMG_12.mov,80,0,60,75\n"
    )

    marks = read_marks(path)

    assert marks["11"] == marks["12"] == Marks(squat=80.0, knee=0.0, core=60.0, asymmetry=50.0)
    assert read_marks(tmp_path / "none.csv") == {}


def test_sets_come_best_first_and_unscored_last():
    marks = {number: Marks(squat=1.0, knee=1.0, core=1.0, asymmetry=1.0) for number in ("1", "3", "4")}
    shown = [
        ([Path("a_1.mov"), Path("a_2.mov")], looks(None)),
        ([Path("a_3.mov")], looks(40.0)),
        ([Path("a_4.mov")], looks(60.0)),
        ([Path("a_5.mov")], looks(99.0)),
    ]

    sets = marked_sets(shown, marks)

    assert [(one.name, one.n_views) for one in sets] == [("4", 1), ("3", 1), ("1+2", 2)]
    assert "n = 2" in mark_sheet(sets).note


def test_without_real_clips_samples_are_taken_and_this_is_said(tmp_path: Path):
    clips = find_clips(tmp_path, only="squat_*")

    assert [path.stem for path in clips.changed] == ["squat_front_good", "squat_side_heels", "squat_oblique"]
    assert clips.pairs == ()
    assert "No real clips" in clips.notes[0]


def test_real_clips_are_chosen_and_missing_ones_named(tmp_path: Path):
    (tmp_path / "clips").mkdir()
    for name in ("wt19_bw_front.mp4", "oc_armraise_cam0.mov", "oc_armraise_cam1.mov", "lnew_bad_7029.mov", "other.mp4"):
        (tmp_path / "clips" / name).touch()

    clips = find_clips(tmp_path)

    assert [path.stem for path in clips.changed] == ["wt19_bw_front", "oc_armraise_cam0"]
    assert [(a.stem, b.stem) for a, b in clips.pairs] == [("oc_armraise_cam0", "oc_armraise_cam1")]
    assert [[path.stem for path in paths] for paths in clips.marked] == [["lnew_bad_7029"]]
    assert "pasan_bw_side is not there." in clips.notes
