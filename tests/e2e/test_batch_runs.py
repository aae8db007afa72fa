"""A batch of real clips through the real pipeline: killed, gone on with, and the same bytes as left alone."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lookfeel.export.netcdf import read_motion

ROOT = Path(__file__).resolve().parents[2]
CLIP = ROOT / "sample_videos" / "squat_side_slowmo.mp4"


def start(manifest, place, n_workers):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = ["batch", "--manifest", str(manifest), "-o", str(place), "--workers", str(n_workers), "--json"]
    return subprocess.Popen(
        [sys.executable, "-m", "lookfeel", *command], stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    )


def hashes(place):
    files = [path for path in place.rglob("*") if path.is_file() and path.name != "timing.json"]
    return {path.relative_to(place).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture
def manifest(tmp_path):
    folder = tmp_path / "clips"
    folder.mkdir()
    shutil.copy(CLIP, folder / "first.mp4")
    shutil.copy(CLIP, folder / "second.mp4")
    (folder / "broken.mp4").write_bytes(CLIP.read_bytes()[:3000])
    path = folder / "team.csv"
    path.write_text("clip,athlete,date,load_kg\nfirst.mp4,A,2026-01-01,40\nsecond.mp4,,,40\nbroken.mp4,B,,\n")
    return path


def test_a_killed_batch_ends_in_the_bytes_of_one_that_was_left_alone(manifest, tmp_path):
    process = start(manifest, tmp_path / "whole", 1)
    *lines, summary = [json.loads(line) for line in process.communicate()[0].splitlines()]
    assert process.returncode == 5
    assert {line["clip"]: line["status"] for line in lines} == {
        "first.mp4": "ok",
        "second.mp4": "ok",
        "broken.mp4": "failed",
    }
    assert summary["summary"]["n_repeated_videos"] == 1
    (watched,) = (tmp_path / "whole" / "work").glob("watched-*.npz")

    process = start(manifest, tmp_path / "killed", 2)
    while not (tmp_path / "killed" / "work" / watched.name).exists():
        assert process.poll() is None
        time.sleep(0.05)
    process.kill()
    process.communicate()
    process = start(manifest, tmp_path / "killed", 2)
    process.communicate()

    assert process.returncode == 5
    assert hashes(tmp_path / "killed") == hashes(tmp_path / "whole")
    first = next((tmp_path / "whole" / "signals").glob("first-*.nc"))
    assert read_motion(first).name == "first.mp4"
    for path in (tmp_path / "whole").rglob("*"):
        if path.suffix in (".json", ".html", ".csv") and path.name != "timing.json":
            assert str(tmp_path) not in path.read_text(), path
