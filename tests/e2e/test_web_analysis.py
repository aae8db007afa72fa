"""A real clip through the worker's own job, twice: the second time without another look at the pictures."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from lookfeel.kept.judgement import judgement_from_document, parse_judgement
from lookfeel.report import ReportDocument
from lookfeel.web.analysis import run
from lookfeel.web.deciding import decided
from lookfeel.web.task import Task

CLIP = Path(__file__).resolve().parents[2] / "sample_videos" / "lunge_front.mp4"


def do(folder, *, earlier=None, context=None):
    folder.mkdir()
    task = Task(
        job="lookfeel.web.analysis:run",
        kind="analyze",
        video=CLIP,
        second=None,
        name="my lunge.mp4",
        folder=folder,
        earlier=earlier,
        exercise="auto",
        strictness=0.5,
        context=context or {},
        max_bytes=10**8,
        max_duration_s=120.0,
        max_memory_bytes=10**10,
        max_cpu_s=1000,
        max_file_bytes=10**8,
    )
    told = []
    run(task, lambda stage, _done, _total: told.append(stage))
    result = json.loads((folder / "result.json").read_text())
    return ReportDocument.model_validate(result["document"]), parse_judgement(result["judgement"]), told


def test_a_clip_is_looked_at_once(tmp_path):
    first, judgement, told = do(tmp_path / "first")
    taller, _, told_again = do(tmp_path / "taller", earlier=tmp_path / "first", context={"height_cm": 195})

    assert (first.video.name, first.exercise.name) == ("my lunge.mp4", "lunge")
    assert judgement.n_reps == first.n_reps > 0
    again = judgement_from_document(first)
    decisions = [decided(first, kept, feels={"overall": "good", "pain": 1}, context={}) for kept in (judgement, again)]
    assert decisions[0].decision == decisions[1].decision
    assert [looks.rep_index for looks in again.rep_looks] == [looks.rep_index for looks in judgement.rep_looks]
    assert again.limb_m == pytest.approx(judgement.limb_m, abs=1e-6)
    assert "pose" in told
    assert "pose" not in told_again
    assert taller.body.is_metric
    assert taller.body.segment_m["shank"] > first.body.segment_m["shank"]
    replay = json.loads(gzip.decompress((tmp_path / "first" / "replay.json.gz").read_bytes()))
    assert len(replay["xy"]) == first.video.n_frames
    assert (tmp_path / "first" / "poster.jpg").read_bytes()[:2] == b"\xff\xd8"
