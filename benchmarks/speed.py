"""Speed and memory beside the usual tutorial loop: `python -m benchmarks.speed [CLIP ...] --reference-python PYTHON`.

PYTHON is an interpreter with mediapipe 0.10.21 (legacy solutions, numpy < 2). Its loop is what tutorials show:
cv2.VideoCapture and Pose(model_complexity=1) on every frame, nothing measured. Ours is the whole job from file to
report files, without the overlay video. Runs alternate, so that a drifting machine is fair to both. Memory is the peak
of whole processes for a 10 s and a 120 s clip made here by repeating a sample.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path
from statistics import median

import av
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "sample_videos" / "squat_side_deep.mp4"

TUTORIAL = """
import sys, time
import cv2, mediapipe
begun = time.perf_counter()
capture, pose, n = cv2.VideoCapture(sys.argv[1]), mediapipe.solutions.pose.Pose(model_complexity=1), 0
while True:
    is_read, picture = capture.read()
    if not is_read:
        break
    pose.process(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
    n += 1
print(n, time.perf_counter() - begun)
"""

OURS = """
import sys, tempfile, time
begun = time.perf_counter()
from lookfeel.pipeline import analyze, write_outputs
report = analyze(sys.argv[1])
with tempfile.TemporaryDirectory() as folder:
    write_outputs(report, folder, overlay=False)
print(report.decode.n_frames, time.perf_counter() - begun)
"""

PEAK = """
import resource, sys
from lookfeel.pipeline import analyze
report = analyze(sys.argv[1])
print(report.decode.n_frames, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def timed(python: str, code: str, clip: Path) -> tuple[int, float]:
    """Frames and the second figure that a snippet prints for one clip, in a process of its own."""
    done = subprocess.run([python, "-c", code, str(clip)], capture_output=True, text=True, check=True)
    frames, figure = done.stdout.split()[-2:]
    return int(frames), float(figure)


def compare(clips: list[Path], reference: str | None, n_runs: int) -> Table:
    """Frames a second of both, and the ratio pair by pair."""
    table = Table("clip", "frames", "tutorial fps", "ours fps", "ratio median (min-max)", title="Whole job, wall clock")
    for clip in clips:
        ours, theirs, frames = [], [], 0
        for _ in range(n_runs):
            frames, seconds = timed(sys.executable, OURS, clip)
            ours.append(seconds)
            if reference:
                theirs.append(timed(reference, TUTORIAL, clip)[1])
        ratios = sorted(their / our for their, our in zip(theirs, ours, strict=False))
        table.add_row(
            clip.name,
            str(frames),
            f"{frames / median(theirs):.1f}" if theirs else "-",
            f"{frames / median(ours):.1f}",
            f"{median(ratios):.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f})" if ratios else "-",
        )
    return table


def repeated(clip: Path, seconds: float, target: Path) -> None:
    """Write a clip that plays `clip` over and over for about `seconds`."""
    with av.open(str(clip)) as source, av.open(str(target), "w") as sink:
        frames = [frame.to_ndarray(format="yuv420p") for frame in source.decode(video=0)]
        rate = source.streams.video[0].average_rate or Fraction(30)
        stream = sink.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = frames[0].shape[1], frames[0].shape[0] * 2 // 3, "yuv420p"
        stream.options = {"preset": "veryfast"}
        for i in range(int(seconds * rate)):
            picture = av.VideoFrame.from_ndarray(frames[i % len(frames)], format="yuv420p")
            sink.mux(stream.encode(picture))
        sink.mux(stream.encode())


def memory() -> Table:
    """Peak resident memory for a short and a long clip."""
    table = Table("clip", "frames", "peak MiB", title="Memory of the whole process")
    with tempfile.TemporaryDirectory() as folder:
        for seconds in (10, 60, 119):
            clip = Path(folder) / f"{seconds}s.mp4"
            repeated(SAMPLE, seconds, clip)
            frames, peak = timed(sys.executable, PEAK, clip)
            table.add_row(f"{seconds} s", str(frames), f"{peak:.0f}")
    return table


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", nargs="*", type=Path, default=[SAMPLE])
    parser.add_argument("--reference-python", help="interpreter with mediapipe 0.10.21")
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    console = Console(width=120)
    begun = time.perf_counter()
    console.print(compare(asked.clips, asked.reference_python, asked.runs))
    console.print(memory())
    console.print(f"{time.perf_counter() - begun:.0f} s in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
