"""A known error put into an estimate comes out as that error, and nothing that is refused or missed is dropped."""

from dataclasses import asdict, replace
from json import dumps, loads
from pathlib import Path

import numpy as np
import pytest

from benchmarks.accuracy import report
from benchmarks.accuracy.compare import ClipResult, compare
from benchmarks.accuracy.figures import Series, placed, read_figures
from benchmarks.accuracy.measures import PHASE_MEASURES, SIGNAL_MEASURES
from benchmarks.accuracy.methods import METHODS, OURS, Answer, Estimate, FoundRep
from benchmarks.accuracy.plots import plot_measures
from benchmarks.accuracy.results import _from_json
from benchmarks.accuracy.statistics import share_inside
from benchmarks.accuracy.tables import main_rows, of_rows
from benchmarks.accuracy.truth import ClipTruth, TrueRep, Window
from benchmarks.accuracy.verdicts import _valgus_pairs

TIME_S = np.arange(0.0, 8.0, 0.04)
NAMES = [name for measure in SIGNAL_MEASURES for _, name in placed(measure)]
CASE = {
    "phone": {
        "yaw_deg": 0.0,
        "height_m": 1.0,
        "distance_m": 3.0,
        "shake_m": 0.0,
        "shake_deg": 0.0,
        "roll_deg": 0.0,
        "field_of_view_deg": 66.0,
    },
    "outfit": {"looseness": 0.2},
    "room": {"light": 1.0, "bystanders": 0, "has_mirror": False},
    "film": {
        "shutter": 0.0,
        "is_variable": False,
        "rolling_s": 0.0,
        "rotation_deg": 0,
        "crf": 26,
        "width_px": 540,
        "height_px": 960,
        "fps": 25.0,
    },
    "physique": {"weight": 0.5, "masculine": 1.0, "skin": 0.4},
    "movement": {
        "load": "none",
        "valgus_m": (0.05, 0.05),
        "valgus_growth_m": (0.0, 0.0),
        "break_valgus_m": 0.0,
        "heel_rise_m": 0.0,
        "shift_m": 0.0,
        "break_shift_m": 0.0,
        "breaks_from_rep": None,
    },
}


def window(bottom_s):
    return Window(
        start_s=bottom_s - 1.2,
        bottom_start_s=bottom_s - 0.1,
        bottom_s=bottom_s,
        ascent_start_s=bottom_s + 0.1,
        end_s=bottom_s + 1.2,
    )


def known_truth(side="both"):
    dip = sum(np.clip(1.0 - np.abs(TIME_S - bottom) / 1.2, 0.0, 1.0) for bottom in (2.0, 5.5))
    signals = {name: 0.06 * dip if name.endswith("_m") else 50.0 * dip for name in NAMES}
    signals |= {"hip_height_m": 0.9 - 0.4 * dip, "hip_height_ratio": 1.0 - 0.45 * dip}
    phases = dict(zip([measure.name for measure in PHASE_MEASURES], (1.1, 0.2, 1.1, None), strict=True))
    reps = tuple(
        TrueRep(index=i, side=side, window=window(bottom), phases_s=phases) for i, bottom in enumerate((2.0, 5.5))
    )
    return ClipTruth(
        name="known",
        video=Path("known.mp4"),
        about="",
        exercise="squat",
        variant=None,
        slowmo_factor=1.0,
        time_s=TIME_S,
        signals=signals,
        reps=reps,
        landmark_names=(),
        landmarks_px=np.empty((len(TIME_S), 0, 2)),
        landmarks_camera_m=np.empty((len(TIME_S), 0, 3)),
        width_px=540,
        height_px=960,
        case=CASE,
    )


def estimate(truth, *, off=0.0, sd=1.0, refused=(), n_found=2, method=OURS):
    """Truth plus `off`, given with this sd; `refused` measures have no value; only the first n_found are found."""
    series = Series(time_s=TIME_S, values={k: v + off for k, v in truth.signals.items()}, sd={})
    reps = []
    for rep in truth.reps[:n_found]:
        exact = read_figures(Series(time_s=TIME_S, values=truth.signals, sd={}), rep.window, slowmo=1.0)
        answers = {
            key: Answer(value=None, status="not_assessable", reason="hidden")
            if key[0] in refused
            else Answer(value=value + off, sd=sd)
            for key, value in exact.items()
        }
        answers |= {(m.name, ""): Answer(value=rep.phases_s[m.name], sd=0.1) for m in PHASE_MEASURES}
        reps.append(FoundRep(window=rep.window, side=rep.side, is_partial=False, answers=answers))
    return Estimate(method=method, series=series, reps=tuple(reps), exercise="squat", score=80.0, state="good")


def rows_of(result, measure):
    return [row for row in result.rows if row.measure == measure]


def test_a_perfect_estimate_has_no_error():
    truth = known_truth()
    result = compare(truth, [estimate(truth)])
    assert {row.status for row in result.rows} == {"ok"}
    assert max(abs(row.error) for row in result.rows) < 1e-9
    assert max(row.mae for row in result.frames) < 1e-9


def test_a_wrong_estimate_shows_in_reps_frames_and_calibration():
    truth = known_truth()
    result = compare(truth, [estimate(truth, off=7.0, sd=2.0)])
    knees = rows_of(result, "knee_flexion_deg")
    assert [row.error for row in knees] == pytest.approx([7.0] * 4)
    assert of_rows(knees).bias == pytest.approx(7.0)
    assert share_inside([row.error for row in knees], [row.sd for row in knees], 0.9) == 0.0
    (frames,) = [row for row in result.frames if row.signal == "knee_flexion_left_deg"]
    assert frames.bias == pytest.approx(7.0)
    assert frames.bottom_bias == pytest.approx(7.0)


def test_refused_and_missed_figures_keep_their_rows():
    truth = known_truth()
    result = compare(truth, [estimate(truth, refused=("kasr_ratio",), n_found=1)])
    whole = compare(truth, [estimate(truth)])
    assert len(result.rows) == len(whole.rows)
    assert [row.status for row in rows_of(result, "kasr_ratio")] == ["not_assessable", "rep missed"]
    assert {row.status for row in result.rows if row.rep == 1} == {"rep missed"}
    (verdict,) = result.verdicts
    assert (verdict.n_true, verdict.n_found, verdict.n_matched) == (2, 1, 1)


def test_sitting_down_that_is_recognised_is_refused_and_not_missed():
    truth = replace(known_truth(), exercise="sit_to_stand")
    seated = compare(truth, [Estimate(method=OURS, exercise="sit_to_stand")])
    assert {row.status for row in seated.rows} == {"not_assessable"}
    unseen = compare(truth, [Estimate(method=OURS, exercise="none")])
    assert {row.status for row in unseen.rows} == {"rep missed"}


def test_a_failed_method_keeps_its_rows_too():
    truth = known_truth()
    failed = compare(truth, [Estimate(method=OURS, failed="no_person: nobody is seen")])
    assert len(failed.rows) == len(compare(truth, [estimate(truth)]).rows)
    assert {row.status for row in failed.rows} == {"failed"}


def test_the_other_leg_is_kept_apart_and_two_legged_measures_are_not_asked_of_one_leg():
    truth = known_truth(side="left")
    result = compare(truth, [estimate(truth)])
    assert {row.role for row in rows_of(result, "knee_flexion_deg") if row.leg == "right"} == {"other"}
    assert rows_of(result, "kasr_ratio") == []
    assert all(row.role != "other" for row in main_rows([result]))


def test_valgus_is_told_by_the_worse_knee():
    truth = known_truth()
    rows = main_rows([compare(truth, [estimate(truth, off=-0.03)])])
    assert list(_valgus_pairs(rows, OURS, "knee_over_foot_m", 0.04)) == [(True, False)] * 2


def test_a_result_survives_its_file():
    truth = known_truth()
    result = compare(truth, [estimate(truth, refused=("kasr_ratio",))])
    assert isinstance(result, ClipResult)
    assert _from_json(loads(dumps(asdict(result)))) == result


def result_of_all_methods():
    truth = known_truth()
    return compare(truth, [estimate(truth, off=i, n_found=2 - i % 2, method=m) for i, m in enumerate(METHODS)])


def test_a_plot_is_drawn(tmp_path):
    pytest.importorskip("matplotlib", reason="matplotlib comes with the extra 'bench'")
    rows = rows_of(result_of_all_methods(), "knee_flexion_deg")
    (path,) = plot_measures(rows, tmp_path)
    assert path.stat().st_size > 10_000


def test_every_table_and_file_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "plot_measures", lambda rows, folder: [])
    result = result_of_all_methods()
    sheets = report.all_sheets([result])
    assert all(len(row) == len(sheet.headings) for sheet in sheets for row in sheet.rows)
    report.save([result], sheets, tmp_path, ["a note"])
    assert {"report.md", "reps.csv", "frames.csv", "clips.csv", "summary.csv"} <= {p.name for p in tmp_path.iterdir()}
    document = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "a note" in document
    n_lines = len((tmp_path / "reps.csv").read_text(encoding="utf-8").splitlines())
    assert n_lines == 1 + len(result.rows)
