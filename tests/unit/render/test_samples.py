"""The clips of sample_videos/ are those of samples.py, whole, small, described, and true."""

import json
from pathlib import Path

import numpy as np
import pytest

from lookfeel.ingest import open_video
from lookfeel.pose.skeleton import BLAZEPOSE_33
from scripts.render_samples.samples import SAMPLES
from scripts.render_samples.timing import plan_reps

FOLDER = Path(__file__).resolve().parents[3] / "sample_videos"
NAMES = [case.name for case in SAMPLES]


def test_there_is_a_clip_for_each_case_and_a_line_for_each_clip():
    described = (FOLDER / "README.md").read_text("utf-8")

    assert sorted(path.stem for path in FOLDER.glob("*.mp4")) == sorted(NAMES)
    for case in SAMPLES:
        assert f"| `{case.name}.mp4` | {case.about} |" in described


@pytest.mark.parametrize("case", SAMPLES, ids=NAMES)
def test_clip_and_truth_are_of_one_take(case):
    told = json.loads((FOLDER / f"{case.name}_truth.json").read_text("utf-8"))
    with np.load(FOLDER / f"{case.name}_truth.npz") as frames, open_video(FOLDER / f"{case.name}.mp4") as video:
        n_frames, presented_s, landmarks = len(frames["time_s"]), frames["time_s"], list(frames["landmark_names"])
        n_decoded = sum(1 for _ in video)
        info = video.info
        summary = video.summary

    assert (FOLDER / f"{case.name}.mp4").stat().st_size < 1_000_000
    assert (info.width_px, info.height_px) == (told["width_px"], told["height_px"])
    assert n_decoded == n_frames
    assert not summary.is_partial
    assert info.slowmo_factor == pytest.approx(told["slowmo_factor"])
    assert summary.duration_s == pytest.approx(presented_s[-1], abs=0.1)
    assert tuple(landmarks) == BLAZEPOSE_33.keypoints
    assert told["foot_drift_mm"] < 1.0
    planned = plan_reps(case.movement, case.seed)
    slow = case.film.slowmo
    assert [rep["start_s"] for rep in told["reps"]] == pytest.approx([slow * rep.start_s for rep in planned], abs=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_asked_is_what_is_true(name):
    told = json.loads((FOLDER / f"{name}_truth.json").read_text("utf-8"))
    with np.load(FOLDER / f"{name}_truth.npz") as frames:
        for rep in told["reps"]:
            sides = ("left", "right") if rep["side"] == "both" else (rep["side"],)
            at = np.abs(frames["time_s"] - rep["bottom_s"]).argmin()
            thighs = [frames[f"signal_thigh_angle_{side}_deg"][at] for side in sides]
            assert np.mean(thighs) == pytest.approx(rep["asked"]["thigh_deg"], abs=1.5)
            for side in sides:
                inside = frames[f"signal_knee_over_foot_{side}_m"][at]
                assert inside == pytest.approx(rep["asked"][f"valgus_{side}_m"], abs=0.004)
                assert frames[f"signal_heel_rise_{side}_m"][at] == pytest.approx(rep["asked"]["heel_rise_m"], abs=0.004)
