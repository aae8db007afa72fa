"""`lookfeel analyze` on the rendered clips, run as a user runs it and held against the truth beside the clips."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_videos"
PLAIN_CLIPS = ("squat_side_deep", "squat_front_valgus")
OVERLAY_CLIP = "lunge_side"
CLIPS = (*PLAIN_CLIPS, OVERLAY_CLIP)
OTHER_CLIPS = tuple(sorted({path.stem for path in SAMPLES.glob("*.mp4")} - set(CLIPS)))


def lookfeel(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, on the sources of this clone."""
    command = [sys.executable, "-m", "lookfeel", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1", "COLUMNS": "80"}
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@dataclass(frozen=True)
class Analysed:
    """What three commands printed and wrote: two clips as JSON without overlay, one as a table with it, and the other
    clips of the folder as JSON."""

    folder: Path
    as_json: subprocess.CompletedProcess[str]
    as_table: subprocess.CompletedProcess[str]
    others: subprocess.CompletedProcess[str]

    def report(self, clip: str) -> dict[str, Any]:
        return json.loads((self.folder / clip / "report.json").read_text("utf-8"))

    def whole_reps(self, clip: str) -> list[dict[str, Any]]:
        return [rep for rep in self.report(clip)["reps"] if not rep["is_partial"]]


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Analysed:
    folder = tmp_path_factory.mktemp("out")
    clips = [SAMPLES / f"{clip}.mp4" for clip in PLAIN_CLIPS]
    others = [SAMPLES / f"{clip}.mp4" for clip in OTHER_CLIPS]
    return Analysed(
        folder=folder,
        as_json=lookfeel("analyze", *clips, "-o", folder, "--no-overlay", "--json"),
        as_table=lookfeel("analyze", SAMPLES / f"{OVERLAY_CLIP}.mp4", "-o", folder, "--feels", "good", "--pain", "1"),
        others=lookfeel("analyze", *others, "-o", folder, "--no-overlay", "--json"),
    )


def truth(clip: str) -> dict[str, Any]:
    """How the clip was rendered: the reps with their moments in seconds."""
    return json.loads((SAMPLES / f"{clip}_truth.json").read_text("utf-8"))


def per_rep(clip: str, name: str, best: Any, *, deep: bool = False) -> list[float]:
    """A true signal of each rep: `best` (min or max) of its frames, or of those in which the hips are in the lower
    half of their way, where knees are judged."""
    with np.load(SAMPLES / f"{clip}_truth.npz") as data:
        signal, hips, rep = data[f"signal_{name}"], data["signal_hip_height_m"], data["rep"]
    found = []
    for index in range(len(truth(clip)["reps"])):
        inside = rep == index
        middle = 0.5 * (hips[inside].min() + hips[inside].max())
        found.append(float(best(signal[inside & (hips <= middle)] if deep else signal[inside])))
    return found


def n_frames(clip: str) -> int:
    with np.load(SAMPLES / f"{clip}_truth.npz") as data:
        return len(data["time_s"])


def test_the_commands_end_well_and_keep_stderr_empty(analysed):
    for run in (analysed.as_json, analysed.as_table, analysed.others):
        assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize("clip", CLIPS)
def test_every_file_is_there_and_whole(analysed, clip):
    wanted = {"report.json", "reps.csv", "signals.csv", "motion.nc", "report.html"} | (
        {"overlay.mp4"} if clip == OVERLAY_CLIP else set()
    )
    files = {path.name: path.stat().st_size for path in (analysed.folder / clip).iterdir()}

    assert set(files) == wanted
    assert min(files.values()) > 500


@pytest.mark.parametrize("clip", CLIPS)
def test_the_report_follows_its_schema(analysed, clip):
    schema = json.loads(lookfeel("schema").stdout)

    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(analysed.report(clip))


def test_json_on_stdout_is_what_the_files_hold(analysed):
    printed = [json.loads(line) for line in analysed.as_json.stdout.splitlines()]

    assert printed == [analysed.report(clip) for clip in PLAIN_CLIPS]


@pytest.mark.parametrize("clip", [*CLIPS, *OTHER_CLIPS])
def test_reps_are_those_that_were_rendered(analysed, clip):
    """The right legs work, and every bottom is found within 0.2 s; a lunge toward the phone hides when it sinks."""
    true, found = truth(clip)["reps"], analysed.whole_reps(clip)

    assert [rep["side"] for rep in found] == [rep["side"] for rep in true], "the leg that works, rep by rep"
    for rep, real in zip(found, true, strict=True):
        late = max(real["bottom_start_s"] - rep["bottom_s"], rep["bottom_s"] - real["ascent_start_s"], 0.0)
        assert late <= (0.3 if clip == "lunge_front" else 0.2) * truth(clip)["slowmo_factor"]


@pytest.mark.parametrize("clip", [*CLIPS, *OTHER_CLIPS])
def test_exercise_and_view_are_recognised(analysed, clip):
    report, real = analysed.report(clip), truth(clip)

    assert report["exercise"]["name"] == real["exercise"]
    assert report["view"]["yaw_deg"] == pytest.approx(real["case"]["phone"]["yaw_deg"], abs=15.0)


def test_knees_that_fall_in_are_measured_from_the_front(analysed):
    found = [rep["metrics"]["kasr_min_ratio"]["value"] for rep in analysed.whole_reps("squat_front_valgus")]

    np.testing.assert_allclose(found, per_rep("squat_front_valgus", "kasr_ratio", np.nanmin, deep=True), atol=0.12)
    assert "bad" in {
        finding["severity"] for rep in analysed.whole_reps("squat_front_valgus") for finding in rep["looks"]["findings"]
    }


def test_valgus_is_refused_from_the_side(analysed):
    for clip in ("squat_side_deep", "lunge_side"):
        for rep in analysed.whole_reps(clip):
            for name in ("knee_over_foot_left_m", "knee_over_foot_right_m", "kasr_min_ratio"):
                assert rep["metrics"][name]["status"] == "not_assessable"


def test_depth_from_the_side_is_near_the_truth(analysed):
    found = [rep["metrics"]["depth_thigh_angle_deg"]["value"] for rep in analysed.whole_reps("squat_side_deep")]

    np.testing.assert_allclose(found, per_rep("squat_side_deep", "thigh_angle_left_deg", np.nanmin), atol=8.0)


@pytest.mark.parametrize("clip", CLIPS)
def test_signals_have_one_row_a_frame(analysed, clip):
    with (analysed.folder / clip / "signals.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    with np.load(SAMPLES / f"{clip}_truth.npz") as data:
        times_s = data["time_s"]
    assert len(rows) == len(times_s)
    assert {"time_s", "knee_flexion_left_deg", "thigh_angle_right_deg", "trunk_lean_deg"} <= set(rows[0])
    assert float(rows[-1]["time_s"]) == pytest.approx(times_s[-1], abs=1e-3)


def test_reps_have_one_row_each(analysed):
    for clip in CLIPS:
        with (analysed.folder / clip / "reps.csv").open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file))) == len(analysed.report(clip)["reps"])


def test_the_overlay_plays_in_a_browser_and_has_every_frame(analysed):
    import av

    with av.open(str(analysed.folder / OVERLAY_CLIP / "overlay.mp4")) as container:
        stream = container.streams.video[0]
        n_shown = sum(1 for _ in container.decode(stream))

    assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
    assert n_shown == n_frames(OVERLAY_CLIP)


def test_the_table_ends_with_the_next_action(analysed):
    text = " ".join(analysed.as_table.stdout.replace("│", " ").split())
    decision = analysed.report(OVERLAY_CLIP)["decision"]

    assert decision["text"] in text
    assert "lunge" in text
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("name", "content"), [("missing.mp4", None), ("notes.mp4", b"these are notes, not a film\n"), ("empty.mp4", b"")]
)
def test_a_file_that_is_no_video_ends_with_2_and_a_word(tmp_path, name, content):
    clip = tmp_path / name
    if content is not None:
        clip.write_bytes(content)

    run = lookfeel("analyze", clip, "-o", tmp_path / "out")

    assert run.returncode == 2
    assert name in run.stderr
    assert "Traceback" not in run.stderr
    assert run.stdout == ""
    assert not (tmp_path / "out").exists()
