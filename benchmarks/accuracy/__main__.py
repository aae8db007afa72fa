"""Accuracy against rendered truth, beside two naive ways: `python -m benchmarks.accuracy [--long]`.

Without options: the clips of sample_videos and the short cases, rendered first where they are not kept in build/render.
Results are kept in build/accuracy/cache while clip, program and weights stay the same, so that a second run is quick
and a long one that was stopped goes on. Written: build/accuracy/<form>/ with report.md, CSV files and a plot a measure.
"""

from __future__ import annotations

import argparse
import fnmatch
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy loads, here and in the worker processes
os.environ.setdefault("LP_NUM_THREADS", "1")  # of the software renderer: the workers already fill the cores

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from benchmarks.accuracy.factorial import long_cases, short_cases
from benchmarks.accuracy.report import WIDTH, all_sheets, save, show
from benchmarks.accuracy.results import ROOT
from benchmarks.accuracy.running import (
    FAILED,
    Job,
    Outcome,
    is_outdated,
    is_rendered,
    job_of_case,
    renderer_problem,
    run_all,
)
from benchmarks.accuracy.truth import find_videos

OUTPUT = ROOT / "build" / "accuracy"

N_NAMED = 3  # clips of which a note gives the name


def main() -> int:
    """Command line; exit code 1 when there is nothing to report or the program failed on a clip."""
    options = _options()
    console = Console(width=WIDTH)
    begun = time.perf_counter()
    jobs, notes = _jobs(options)
    outcomes = _run(jobs, options.jobs, console)
    old = [job.name for job in jobs if is_outdated(job)]
    if old:
        again = "remove build/render/cases to render them anew"
        some = ", ".join(old[:N_NAMED]) + (", ..." if len(old) > N_NAMED else "")
        notes.append(f"{len(old)} clips are of an earlier generator ({again}): {some}")
    notes += [f"`{outcome.name}`: {outcome.problem}" for outcome in outcomes if outcome.result is None]
    results = [outcome.result for outcome in outcomes if outcome.result is not None]
    for note in notes:
        console.print(f"note: {note}", markup=False)
    if not results:
        console.print("no clip with truth was found")
        return 1
    sheets = all_sheets(results)
    show(sheets, console)
    folder = OUTPUT / _form(options)
    save(results, sheets, folder, notes)
    console.print(f"{len(results)} clips in {time.perf_counter() - begun:.0f} s; written to {folder}")
    return 1 if any(FAILED in outcome.problem for outcome in outcomes) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--short", action="store_true", help="sample clips and short cases (what is done without options)"
    )
    form.add_argument(
        "--long", action="store_true", help="sample clips and all cases, over 200; hours when not rendered"
    )
    form.add_argument("--samples-only", action="store_true", help="sample clips only")
    parser.add_argument("--only", metavar="PATTERN", default="*", help="names of clips, such as 's0*' or '*_front'")
    parser.add_argument("--jobs", type=int, default=2, help="processes at once (2)")
    parser.add_argument("--no-render", action="store_true", help="leave out cases that are not rendered yet")
    parser.add_argument("--fresh", action="store_true", help="detect and judge again, whatever is kept")
    parser.add_argument("--samples", type=Path, default=ROOT / "sample_videos", help="folder of clips with truth")
    return parser.parse_args()


def _form(options: argparse.Namespace) -> str:
    form = "long" if options.long else "samples" if options.samples_only else "short"
    return form if options.only == "*" else f"{form}_part"


def _jobs(options: argparse.Namespace) -> tuple[list[Job], list[str]]:
    """What is to be run, and what is left out and why."""
    jobs = [Job(name=video.stem, video=video, is_fresh=options.fresh) for video in find_videos(options.samples)]
    if not options.samples_only:
        cases = long_cases() if options.long else short_cases()
        jobs += [job_of_case(case, is_fresh=options.fresh) for case in cases]
    jobs = [job for job in jobs if fnmatch.fnmatch(job.name, options.only)]
    missing = [job for job in jobs if not is_rendered(job)]
    problem = "asked not to render" if options.no_render else renderer_problem() if missing else None
    if not missing or problem is None:
        return jobs, []
    names = ", ".join(job.name for job in missing)
    return [job for job in jobs if job not in missing], [f"{len(missing)} cases are left out ({problem}): {names}"]


def _run(jobs: list[Job], n_processes: int, console: Console) -> list[Outcome]:
    """Every outcome, with a bar meanwhile."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("clips", total=len(jobs))

        def told(outcome: Outcome) -> None:
            progress.update(bar, advance=1, description=outcome.name)

        return run_all(jobs, n_processes=n_processes, told=told)


if __name__ == "__main__":
    sys.exit(main())
