"""A clip and a way to work at it enter; frames, seconds and peak memory of one whole process leave."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BYTE_CODE = ROOT / "build" / "speed" / "pycache"

_BEGIN = """
import json, resource, sys, time
begun, clip = time.perf_counter(), sys.argv[1]
"""

_END = """
seconds = time.perf_counter() - begun
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([n, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""

TUTORIAL = """
import cv2, mediapipe
capture, pose, n = cv2.VideoCapture(clip), mediapipe.solutions.pose.Pose(model_complexity=1), 0
while True:
    is_read, picture = capture.read()
    if not is_read:
        break
    pose.process(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
    n += 1
"""
"""What tutorials show: every frame, nothing measured."""

TASKS = """
import cv2, mediapipe
from mediapipe.tasks.python import BaseOptions, vision
options = vision.PoseLandmarkerOptions(
    base_options=BaseOptions(model_asset_path=sys.argv[2]), running_mode=vision.RunningMode.VIDEO
)
capture, n = cv2.VideoCapture(clip), 0
rate = capture.get(cv2.CAP_PROP_FPS)
with vision.PoseLandmarker.create_from_options(options) as marker:
    while True:
        is_read, picture = capture.read()
        if not is_read:
            break
        rgb = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=rgb)
        marker.detect_for_video(image, int(1000 * n / rate))
        n += 1
"""
"""The newer interface, in its mode for files."""

OURS = """
import os, tempfile
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
from lookfeel.pipeline import analyze, write_outputs
report = analyze(clip, speed=sys.argv[2])
with tempfile.TemporaryDirectory() as folder:
    write_outputs(report, folder, overlay=False)
n = report.decode.n_frames
"""
"""The whole job from file to report files, as the command line does it, without the overlay video."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """A name, the interpreter and what it is given to run, with its second argument."""

    name: str
    python: str
    code: str
    argument: str = ""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Of one whole process, imports and loading of networks included."""

    n_frames: int
    wall_s: float
    cpu_s: float
    peak_mib: float


def run(way: Way, clip: Path) -> Cost:
    """Work at a clip in a process of its own, on two processors where there are more."""
    command = [way.python, "-c", _BEGIN + way.code + _END, str(clip), way.argument]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment(), preexec_fn=_on_two)
    if done.returncode:
        raise RuntimeError(f"{way.name} failed on {clip.name}: {done.stderr[-2000:]}")
    n_frames, wall_s, cpu_s, peak_mib = json.loads(done.stdout.splitlines()[-1])
    return Cost(n_frames=n_frames, wall_s=wall_s, cpu_s=cpu_s, peak_mib=peak_mib)


def environment() -> dict[str, str]:
    """This process's, with byte code kept as it is where a program is installed, whatever is set here."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(BYTE_CODE), "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}


def _on_two() -> None:
    """Keep the process on two processors."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])


def ours(speed: str) -> Way:
    """Our way at one speed."""
    return Way(name=f"ours, {speed}", python=sys.executable, code=OURS, argument=speed)
