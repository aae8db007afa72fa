"""Real human motion through virtual phones, and two real videos: `python -m benchmarks.mocap [--long]`.

Needs the folder of motion capture data; without it there is nothing to do, which is said. Landmark errors are measured
on the squats of sample_videos and of the accuracy benchmark's cases, short or long, as far as `python -m
benchmarks.accuracy` has rendered them. Written: build/accuracy/mocap/<form>/ with report.md, landmark_errors.json and
one row a figure in reps.csv.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy loads, here and in the worker processes

from rich.console import Console
from rich.markdown import Markdown
from rich.progress import track

from benchmarks.accuracy.report import WIDTH, show
from benchmarks.accuracy.results import ROOT
from benchmarks.mocap.landmark_errors import measure_landmark_errors
from benchmarks.mocap.real import real_clips, video_paths
from benchmarks.mocap.running import (
    check_model,
    compare_all,
    compare_real,
    of_exercise,
    rendered_clips,
    watch_kept,
)
from benchmarks.mocap.sheets import ABOUT, all_sheets, reference_sheet, save, truth_sheet
from benchmarks.mocap.subjects import SOURCES, motions

DATA = ROOT.parent / "shared" / "data"
OUTPUT = ROOT / "build" / "accuracy" / "mocap"
NOT_THERE = "A set is not there: {}."


def main() -> int:
    """Command line; 0 also when the data are not there, which is no failure of the program."""
    options = _options()
    console = Console(width=WIDTH)
    begun = time.perf_counter()
    found = list(motions(options.data / "mocap"))
    if not found:
        console.print(f"no motion capture data at {options.data / 'mocap'}: nothing to compare, which is fine")
        return 0
    missing = sorted(set(SOURCES) - {motion.name for motion in found})
    folder = OUTPUT / ("long" if options.long else "short")
    clips, words = rendered_clips(is_long=options.long)
    squats = of_exercise(clips, "squat")  # all of the data are squats, whose far leg is seen better than a lunge's
    notes = [
        f"Landmark errors are measured on the {len(squats)} squats among {words}.",
        *map(NOT_THERE.format, missing),
    ]
    errors = measure_landmark_errors(
        ((video, watch_kept(video)[2]) for video in track(squats, "rendered clips", console=console, transient=True)),
        folder / "landmark_errors.json",
    )
    results = compare_all(found, errors, is_long=options.long, n_processes=options.jobs, console=console)
    watched = [watch_kept(video) for video in video_paths(options.data)]
    filmed = list(real_clips(options.data, watched)) if watched else []
    real = [compare_real(clip, seen) for clip, seen in zip(filmed, watched, strict=True)]
    sheets = [reference_sheet(found), *all_sheets(errors, check_model(squats, errors), results, real)]
    same = [motion for motion in found if motion.name == "arm_raise_squats"]
    if real and same:
        sheets.append(truth_sheet(filmed[0], same[0]))
    else:
        notes.append("The two real videos with OpenCap's result are not there.")
    console.print(Markdown("\n".join([ABOUT, *(f"- {note}" for note in notes)])))
    show(sheets, console)
    save(results, real, sheets, folder, notes)
    console.print(f"{len(results)} virtual clips in {time.perf_counter() - begun:.0f} s; written to {folder}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mocap", description=__doc__)
    parser.add_argument(
        "--long",
        action="store_true",
        help="every 30 degrees and three distances instead of 45 and one, errors from the long cases",
    )
    parser.add_argument("--jobs", type=int, default=2, help="processes at once (2)")
    parser.add_argument("--data", type=Path, default=DATA, help="folder that holds mocap/ and clips/")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
