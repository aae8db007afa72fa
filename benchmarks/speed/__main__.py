"""Speed and memory beside what a user would pick instead: `python -m benchmarks.speed --mediapipe-python PYTHON`.

PYTHON is an interpreter with mediapipe 0.10.21 (needs numpy < 2), in an environment of its own: the tutorial loop (cv2
and its legacy solutions) and, with --task-bundle FILE (scripts/build_task_bundle.py), Tasks. Both only look; ours is
the whole job from file to report files, without the overlay video. Ways take turns on each clip, so that a machine that
drifts is fair to all, and each works in a process of its own on two processors. Clips are made in build/speed by a
fixed recipe, or named. Nothing here is a test: on a busy machine only the ratios mean something.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.speed.clips import KINDS, clip_of, kind_of
from benchmarks.speed.floor import LANDMARK_GFLOP, achievable_gflops, floor_s
from benchmarks.speed.stages import POSE, STAGES
from benchmarks.speed.ways import ROOT, TASKS, TUTORIAL, Cost, Way, environment, ours, run

SPEEDS = ("accurate", "balanced", "fast")
WIDTH = 130
LENGTHS_S = (5.0, 10.0, 20.0, 40.0, 80.0)
LENGTH_KIND = "720p30"
NETWORKS_READY = "import av, cv2, lookfeel.pipeline, lookfeel.pose; lookfeel.pose.create_backend().close()"


def main() -> int:
    """Command line."""
    options = _options()
    console = Console(width=WIDTH)
    begun = time.perf_counter()
    clips = options.clips or [clip_of(kind_of(name)) for name in options.kinds.split(",")]
    ways = _ways(options)
    console.print(_compared(clips, ways, options.runs, console))
    console.print(_broken_down(clips, options.runs))
    console.print(_start(options.runs))
    if not options.clips and not options.no_lengths:
        console.print(_lengths())
    console.print(f"{time.perf_counter() - begun:.0f} s in all")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("clips", nargs="*", type=Path, help="clips of your own; without any, the kinds")
    parser.add_argument("--kinds", default=",".join(kind.name for kind in KINDS), help="which of the made clips")
    parser.add_argument("--mediapipe-python", metavar="PYTHON", help="interpreter with mediapipe 0.10.21")
    parser.add_argument("--task-bundle", metavar="FILE", help="a .task bundle, to measure MediaPipe's Tasks too")
    parser.add_argument("--speeds", default=",".join(SPEEDS), help="of ours")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--no-lengths", action="store_true", help="leave out time and memory against length")
    return parser.parse_args()


def _ways(options: argparse.Namespace) -> list[Way]:
    """The ways asked for; the first one is what the others are held against."""
    found = []
    if options.mediapipe_python:
        found.append(Way(name="tutorial loop", python=options.mediapipe_python, code=TUTORIAL))
        if options.task_bundle:
            bundle = str(Path(options.task_bundle).resolve())
            found.append(Way(name="MediaPipe Tasks", python=options.mediapipe_python, code=TASKS, argument=bundle))
    return [*found, *(ours(speed) for speed in options.speeds.split(","))]


def _compared(clips: Sequence[Path], ways: Sequence[Way], n_runs: int, console: Console) -> Table:
    """Each way's time, frames a second, ratio to the first way pair by pair, processor time and memory."""
    columns = (
        "clip",
        "way",
        "wall s",
        "frames/s",
        f"times as fast as {ways[0].name}",
        "cpu s",
        "cpu ms/frame",
        "peak MiB",
    )
    table = Table(*columns, title=f"Whole process, median of {n_runs} (least-most)")
    peak = achievable_gflops()
    for clip in clips:
        costs: dict[str, list[Cost]] = {way.name: [] for way in ways}
        for way in ways:
            run(way, clip)  # once unmeasured: byte code, disk cache
        for _ in range(n_runs):
            for way in ways:
                costs[way.name].append(run(way, clip))
        first = costs[ways[0].name]
        for way in ways:
            table.add_row(*_row(clip, way, costs[way.name], first), end_section=way is ways[-1])
        console.print(f"{clip.name} done", style="dim")
    table.caption = (
        f"Floor: {LANDMARK_GFLOP} GFLOP a run of the landmark network over {peak:.0f} GFLOP/s in a matrix product "
        f"= {1e3 * floor_s(peak):.1f} ms of processor time for each frame that is looked at."
    )
    return table


def _row(clip: Path, way: Way, costs: Sequence[Cost], first: Sequence[Cost]) -> list[str]:
    wall, cpu = [cost.wall_s for cost in costs], [cost.cpu_s for cost in costs]
    ratios = [other.wall_s / cost.wall_s for other, cost in zip(first, costs, strict=True)]
    n_frames = costs[0].n_frames
    return [
        clip.stem, way.name, _spread(wall, 2), f"{n_frames / median(wall):.1f}", _spread(ratios, 2),
        f"{median(cpu):.2f}", f"{1e3 * median(cpu) / n_frames:.1f}", f"{max(cost.peak_mib for cost in costs):.0f}",
    ]  # fmt: skip


def _spread(values: Sequence[float], digits: int) -> str:
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def _broken_down(clips: Sequence[Path], n_runs: int) -> Table:
    """Processor time of our stages at the default speed, and the share of all that is not pose."""
    table = Table("clip", *STAGES, "not pose", title="Ours, balanced: processor seconds by stage, median")
    for clip in clips:
        runs = [_stages(clip) for _ in range(n_runs)]
        spent = {stage: median(one[stage] for one in runs) for stage in STAGES}
        whole = sum(spent[stage] for stage in STAGES if stage != "overlay")
        rest = whole - sum(spent[stage] for stage in POSE)
        table.add_row(clip.stem, *(f"{spent[stage]:.2f}" for stage in STAGES), f"{100 * rest / whole:.0f} %")
    table.caption = f"Not pose: share of all but {', '.join(POSE)}, without the overlay."
    return table


def _stages(clip: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.speed.stages", str(clip), "balanced"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment(), cwd=ROOT)
    spent: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return {stage: spent.get(stage, 0.0) for stage in STAGES}


def _start(n_runs: int) -> Table:
    """Time until the help is there, and until the first clip can be worked at."""
    table = Table("what", "wall s", title="Start-up")
    for name, arguments in (
        ("lookfeel --help", ["-m", "lookfeel", "--help"]),
        ("import of the pipeline", ["-c", "import lookfeel.pipeline"]),
        ("and networks ready", ["-c", NETWORKS_READY]),
    ):
        walls = []
        for _ in range(n_runs + 1):
            begun = time.perf_counter()
            subprocess.run([sys.executable, *arguments], capture_output=True, check=True, env=environment())
            walls.append(time.perf_counter() - begun)
        table.add_row(name, _spread(walls[1:], 2))
    return table


def _lengths() -> Table:
    """Time and memory of our job against the length of the clip."""
    table = Table("clip", "frames", "wall s", "ms/frame", "peak MiB", title=f"Ours, balanced: {LENGTH_KIND} by length")
    for seconds in LENGTHS_S:
        cost = run(ours("balanced"), clip_of(kind_of(LENGTH_KIND), seconds=seconds))
        per_frame = 1e3 * cost.wall_s / cost.n_frames
        table.add_row(
            f"{seconds:g} s", str(cost.n_frames), f"{cost.wall_s:.1f}", f"{per_frame:.1f}", f"{cost.peak_mib:.0f}"
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
