"""Does the same set get the same score? `python -m benchmarks.retest [--data FOLDER] [--only PATTERN] [--no-files]`.

Real clips, where they are there, else some of sample_videos: with half the frames, a small picture, a coarse file,
mirrored, played twice and without the first second, each as a new file and, where that is nearly the same, by changing
what was detected. Then sets that two phones filmed, and a trainer's marks beside our order. Detections are kept in
build/accuracy/cache, new files in build/retest/clips; they hold other people's footage and stay there. Written:
build/retest/report.md, comparisons.csv, figures.csv.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy loads

from rich.console import Console
from rich.progress import track

from benchmarks.accuracy.report import write_csv
from benchmarks.accuracy.results import ROOT, watched
from benchmarks.accuracy.running import CACHE
from benchmarks.accuracy.sheets import Sheet, as_markdown, as_table
from benchmarks.retest.clips import Clips, find_clips
from benchmarks.retest.compare import Outcome, compare
from benchmarks.retest.conditions import CONDITIONS, Condition, changed
from benchmarks.retest.copies import copy_of, is_smaller
from benchmarks.retest.marks import marked_sets, read_marks
from benchmarks.retest.shown import clip_sheet, condition_sheet, gap_lines, lines, mark_sheet, metric_sheet, view_sheet
from benchmarks.retest.two_views import TwoViews, see_both
from lookfeel.errors import LookfeelError
from lookfeel.pipeline import Watched, judge
from lookfeel.types import Looks

DATA = ROOT.parent / "shared" / "data"
OUTPUT = ROOT / "build" / "retest"
WIDTH = 200


def main() -> int:
    """Command line; 1 when no clip was found."""
    options = _options()
    console = Console(width=WIDTH)
    clips = find_clips(options.data, only=options.only)
    if not clips.changed and not clips.marked and not clips.pairs:
        console.print(f"no clip is called {options.only!r}", markup=False)
        return 1
    notes = list(clips.notes)
    outcomes: list[Outcome] = []
    for video in track(clips.changed, "clips", console=console, transient=True):
        outcomes += _outcomes(video, with_files=not options.no_files, notes=notes)
    pairs = {f"{a.stem} + {b.stem}": see_both(_seen(a), _seen(b)) for a, b in clips.pairs}
    sheets = [
        condition_sheet(outcomes),
        clip_sheet(outcomes),
        metric_sheet(outcomes),
        view_sheet(pairs),
        mark_sheet(marked_sets(_judged(clips, pairs), read_marks(options.data / "trainer_scores.csv"))),
    ]
    _save([sheet for sheet in sheets if sheet.rows], outcomes, notes)
    for sheet in sheets:
        if sheet.rows:
            console.print(as_table(sheet))
    for note in notes:
        console.print(f"- {note}", markup=False)
    console.print(f"written to {OUTPUT / 'report.md'}", markup=False)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retest", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder that holds clips/ and trainer_scores.csv")
    parser.add_argument("--only", default="*", metavar="PATTERN", help="clips of these names, such as 'lnew_*'")
    parser.add_argument("--no-files", action="store_true", help="write no new file: change detections only")
    return parser.parse_args()


def _seen(video: Path) -> Watched:
    return watched(video, CACHE, is_fresh=False)


def _outcomes(video: Path, *, with_files: bool, notes: list[str]) -> Iterator[Outcome]:
    """Every comparison of one clip; what cannot be done is added to the notes."""
    seen = _seen(video)
    before = judge(*seen)
    for condition in CONDITIONS:
        if condition.short_side_px is not None and not is_smaller(seen[0].width_px, seen[0].height_px, condition):
            notes.append(f"{video.stem} is not larger than {condition.name} as it is.")
            continue
        for source in ("file", "detections"):
            if (source == "file" and not with_files) or (source == "detections" and condition.is_of_picture):
                continue
            try:
                after = judge(*_changed(video, seen, condition, source))
            except LookfeelError as error:
                notes.append(f"{video.stem}, {condition.name}, {source}: {error.message}")
                continue
            yield from compare(video.stem, condition, source, before=before, after=after)


def _changed(video: Path, seen: Watched, condition: Condition, source: str) -> Watched:
    return _seen(copy_of(video, condition, OUTPUT / "clips")) if source == "file" else changed(seen, condition)


def _judged(clips: Clips, pairs: dict[str, TwoViews]) -> Iterator[tuple[Sequence[Path], Looks]]:
    """Sets that a trainer marked, by both clips where both are there."""
    for paths in clips.marked:
        if len(paths) == 1:
            yield paths, judge(*_seen(paths[0])).looks
        else:
            yield paths, pairs[f"{paths[0].stem} + {paths[1].stem}"].shown.looks


def _save(sheets: Sequence[Sheet], outcomes: Sequence[Outcome], notes: Sequence[str]) -> None:
    OUTPUT.mkdir(parents=True, exist_ok=True)
    said = "\n".join(f"- {note}" for note in notes)
    parts = ["# Does the same set get the same score?\n", said, "", *(as_markdown(sheet) for sheet in sheets)]
    (OUTPUT / "report.md").write_text("\n".join(parts), encoding="utf-8")
    write_csv(OUTPUT / "comparisons.csv", lines(outcomes))
    write_csv(OUTPUT / "figures.csv", gap_lines(outcomes))


if __name__ == "__main__":
    sys.exit(main())
