"""What each part of the body's fit is worth, how it fails and what it costs: `python -m benchmarks.body`.

Needs rendered clips with their truth: those of sample_videos and what `python -m benchmarks.accuracy --long` has kept.
Clips that are not there are left out and said. Written: build/accuracy/body.md.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy loads: costs are those of one thread

import numpy as np
from rich.console import Console
from rich.progress import track as with_bar

from benchmarks.accuracy.compare import Row, compare
from benchmarks.accuracy.methods import OURS, Estimate, by_program
from benchmarks.accuracy.results import ROOT
from benchmarks.accuracy.running import RENDERED
from benchmarks.accuracy.sheets import NONE, Sheet, as_markdown, as_table, number, percent
from benchmarks.body.clips import VARIOUS, Filmed, Shelf
from benchmarks.body.cost import N_FRAMES, cost_of, repeated
from benchmarks.body.damage import DAMAGES, Damage, spoilt
from benchmarks.body.variations import MEASURES, VARIATIONS, vary
from lookfeel.tracks import track_athlete

WIDTH = 190
OUTPUT = ROOT / "build" / "accuracy" / "body.md"
DAMAGED = ("squat_front_good", "squat_oblique", "squat_side_deep", "s01_*", "s03_*", "s05_*", "s13_*", "s14_*")
TIMED = "squat_oblique"
SHORT = 600  # frames: up to here a run is timed more than once
ALWAYS_SAID = "No depth was prescribed"  # of clips for which nobody says how deep to go
SHOWN = (("knee_flexion_deg", "knee"), ("thigh_angle_deg", "thigh"))


def main() -> int:
    """Command line; exit code 1 when no clip was found."""
    options = _options()
    console = Console(width=WIDTH)
    shelf = Shelf(rendered=options.rendered, detections=options.detections)
    wanted = {"parts": _parts_sheet, "failures": _failures_sheet, "cost": _cost_sheet}
    chosen = [name for name in wanted if name in options.tables]
    clips = _loaded(shelf, VARIOUS)
    if not clips:
        console.print("no clip with truth and detections was found")
        return 1
    missing = len(VARIOUS) - len(clips)
    if missing:
        console.print(f"note: {missing} of {len(VARIOUS)} clips are not there")
    sheets = []
    for name in chosen:
        sheets.append(wanted[name](shelf, clips, console))
        console.print(as_table(sheets[-1]))
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text("\n".join(as_markdown(sheet) for sheet in sheets), encoding="utf-8")
    console.print(f"written to {options.output}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.body", description=__doc__)
    names = ("parts", "failures", "cost")
    parser.add_argument("tables", nargs="*", metavar="TABLE", default=names, help=f"some of {', '.join(names)} (all)")
    parser.add_argument("--rendered", type=Path, default=RENDERED, help="where rendered cases are kept")
    parser.add_argument(
        "--detections", type=Path, help="take detections from this folder, whatever program made them (to try things)"
    )
    parser.add_argument("--output", type=Path, default=OUTPUT, help="the Markdown file")
    return parser.parse_args()


def _loaded(shelf: Shelf, patterns: Sequence[str]) -> list[Filmed]:
    found = [shelf.load(video) for video in shelf.find(patterns)]
    return [filmed for filmed in found if filmed is not None]


def _parts_sheet(shelf: Shelf, clips: Sequence[Filmed], console: Console) -> Sheet:  # noqa: ARG001 - one form for all
    headings, rows = list(MEASURES), []
    usual: dict[str, float] = {}
    for variation in with_bar(VARIATIONS, description="parts", console=console, transient=True):
        errors = vary(clips, variation)
        mean = {heading: _mean(one[heading] for one in errors) for heading in headings}
        usual = usual or mean
        cells = [f"{number(mean[h], 2)} ({number(mean[h] - usual[h], 2, is_signed=True)})" for h in headings]
        rows.append((variation.name, *cells))
    return Sheet(
        title="What each part is worth",
        note=f"Mean absolute error in the deepest 15 % of {len(clips)} rendered clips, the mean of their means; in "
        "brackets what is lost by the variation. Working legs only.",
        headings=("fit", *headings),
        rows=tuple(rows),
    )


def _mean(values: Iterable[float]) -> float:
    known = np.array([value for value in values if np.isfinite(value)])
    return float(known.mean()) if len(known) else np.nan


def _failures_sheet(shelf: Shelf, clips: Sequence[Filmed], console: Console) -> Sheet:  # noqa: ARG001 - one form for all
    plain = _loaded(shelf, DAMAGED)
    rows = []
    for damage in with_bar(DAMAGES, description="failures", console=console, transient=True):
        group = _loaded(shelf, damage.patterns) if damage.patterns else plain
        if group:
            rows.append(_failure_row(damage, group))
    return Sheet(
        title="How it fails",
        note="The whole program after the detections. Repetitions found of those there; the share of figures still "
        "given, their median error and its 90th percentile, the median SD stated. Warned: on how many clips, and the "
        "most frequent first words.",
        headings=(
            "clip",
            "clips",
            "reps",
            *(f"{t} {c}" for _, t in SHOWN for c in ("given", "error", "p90", "SD")),
            "warned",
        ),
        rows=tuple(rows),
    )


def _failure_row(damage: Damage, group: Sequence[Filmed]) -> tuple[str, ...]:
    rows: list[Row] = []
    estimates: list[Estimate] = []
    for filmed in group:
        estimate = by_program(OURS, *spoilt(filmed.watched, filmed.truth, damage))
        rows += compare(filmed.truth, [estimate]).rows
        estimates.append(estimate)
    cells = []
    for measure, _ in SHOWN:
        about = [row for row in rows if row.measure == measure and row.role == "working"]
        errors = np.array([abs(row.error) for row in about if row.error is not None])
        sds = np.array([row.sd for row in about if row.sd is not None])
        cells.append(percent(len(errors) / len(about) if about else None))
        cells += [number(float(np.percentile(errors, q)), 1) if len(errors) else NONE for q in (50.0, 90.0)]
        cells.append(number(float(np.median(sds)), 1) if len(sds) else NONE)
    n_true = sum(len(filmed.truth.reps) for filmed in group)
    n_found = sum(sum(not rep.is_partial for rep in estimate.reps) for estimate in estimates)
    return (damage.name, str(len(group)), f"{n_found}/{n_true}", *cells, _warned(estimates))


def _warned(estimates: Sequence[Estimate]) -> str:
    said = [
        estimate.failed or next((text for text in estimate.warnings if not text.startswith(ALWAYS_SAID)), "")
        for estimate in estimates
    ]
    said = [text for text in said if text]
    if not said:
        return "0"
    most = max(dict.fromkeys(said), key=said.count)
    return f"{len(said)}: {most[:42]}"


def _cost_sheet(shelf: Shelf, clips: Sequence[Filmed], console: Console) -> Sheet:  # noqa: ARG001 - one form for all
    filmed = next((one for one in clips if one.truth.name == TIMED), clips[0])
    track = track_athlete(filmed.watched[2])
    bar = with_bar(N_FRAMES, description="cost", console=console, transient=True)
    costs = [cost_of(repeated(track, n), n_runs=3 if n <= SHORT else 1) for n in bar]
    rows = [
        (
            str(cost.n_frames),
            number(cost.processor_s, 2),
            number(1e3 * cost.processor_s / cost.n_frames, 2),
            str(cost.rounds),
            number(1e3 * cost.processor_s / cost.n_frames / cost.rounds, 3) if cost.rounds else NONE,
            number(cost.peak_mb, 0),
            number(1e3 * cost.peak_mb / cost.n_frames, 0),
        )
        for cost in costs
    ]
    return Sheet(
        title="What it costs",
        note=f"lift_body on {filmed.truth.name}, played forth and back; processor time of one thread, the best of some "
        "runs; peak of what Python and numpy hold above what was there.",
        headings=("frames", "s", "ms a frame", "rounds", "ms a frame and round", "peak MB", "kB a frame"),
        rows=tuple(rows),
        n_words=0,
    )


if __name__ == "__main__":
    sys.exit(main())
