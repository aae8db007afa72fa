"""Signs of the pose network on rendered and real clips, side by side: `python -m benchmarks.realism [--long]`.

Rendered clips: sample_videos and the accuracy benchmark's cases, short or long, as far as `python -m
benchmarks.accuracy` has rendered them. Real clips: the folder of real data, where it is there; else only the rendered
column is filled, and this is said. Detections are kept in build/accuracy/cache. Written: build/accuracy/realism/ with a
Markdown file for each form.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy loads

from rich.console import Console
from rich.progress import track

from benchmarks.accuracy.report import WIDTH, show
from benchmarks.accuracy.results import ROOT
from benchmarks.accuracy.sheets import as_markdown
from benchmarks.accuracy.truth import truth_files
from benchmarks.mocap.landmark_errors import read_seen
from benchmarks.mocap.real import real_clips, video_paths
from benchmarks.mocap.running import of_exercise, rendered_clips, watch_kept
from benchmarks.realism.misses import Misses, misses_of, seen_of_real
from benchmarks.realism.signs import Signs, read_signs
from benchmarks.realism.verdict import sheets_of, verdicts
from lookfeel.errors import LookfeelError

DATA = ROOT.parent / "shared" / "data"
OUTPUT = ROOT / "build" / "accuracy" / "realism"
SUFFIXES = (".mp4", ".mov")


def main() -> int:
    """Command line; 0 unless there is not a single rendered clip."""
    options = _options()
    console = Console(width=WIDTH)
    videos, which = rendered_clips(is_long=options.long)
    if not videos:
        console.print("no rendered clip with truth is here; see scripts/render_samples/README.md")
        return 1
    rendered = [_rendered_signs(video) for video in track(videos, "rendered clips", console=console, transient=True)]
    missed = [misses_of(read_seen(video, watch_kept(video)[2])) for video in of_exercise(videos, "squat")]
    real, notes = _real_signs(options.data / "clips", console)
    measured = _measured(options.data)
    sheets = sheets_of(rendered, real, missed, measured)
    words = [f"Rendered: {which}. Real: {len(real)} clips.", *verdicts(rendered, real, missed, measured), *notes]
    show(sheets[:-1], console)  # the one of every clip is long: it is in the file
    for word in words:
        console.print(f"- {word}", markup=False)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    path = OUTPUT / ("long.md" if options.long else "short.md")
    said = "\n".join(f"- {word}" for word in words)
    parts = ["# Rendered clips beside real ones\n", said, "", *(as_markdown(sheet) for sheet in sheets)]
    path.write_text("\n".join(parts), encoding="utf-8")
    console.print(f"written to {path}", markup=False)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.realism", description=__doc__)
    parser.add_argument("--long", action="store_true", help="beside the long cases instead of the short ones")
    parser.add_argument("--data", type=Path, default=DATA, help="folder that holds clips/ and mocap/")
    return parser.parse_args()


def _rendered_signs(video: Path) -> Signs:
    about = json.loads(truth_files(video)[0].read_text(encoding="utf-8"))
    return read_signs(video.stem, watch_kept(video)[2], slowmo=float(about["slowmo_factor"]))


def _real_signs(folder: Path, console: Console) -> tuple[list[Signs], list[str]]:
    """Signs of every real clip, and what to say of those that give none."""
    if not folder.is_dir():
        return [], [f"No real clips at {folder}: only the rendered column is filled."]
    found, notes = [], []
    without = _without_exercise(folder.parent / "clips.csv")
    videos = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES and path.name not in without)
    for video in track(videos, "real clips", console=console, transient=True):
        try:
            info, _, detections = watch_kept(video)
        except LookfeelError as error:
            notes.append(f"{video.name}: {error.message}")
            continue
        found.append(read_signs(video.stem, detections, slowmo=info.slowmo_factor))
    return found, notes


def _without_exercise(table: Path) -> set[str]:
    """Clips in which people walk or do something else: their legs pass each other, which is no exchange of sides."""
    if not table.exists():
        return set()
    with table.open(encoding="utf-8-sig", newline="") as file:
        return {row["file"] for row in csv.DictReader(file) if row["reps"] == "0"}


def _measured(data: Path) -> list[Misses]:
    """Landmark errors of the real clips that have OpenCap's joints."""
    watched = [watch_kept(video) for video in video_paths(data)]
    clips = real_clips(data, watched) if watched else ()
    return [misses_of(seen_of_real(clip, seen[2])) for clip, seen in zip(clips, watched, strict=False)]


if __name__ == "__main__":
    sys.exit(main())
