"""Four training policies on the same made-up athletes: `python -m benchmarks.policies`.

A check of the policy's logic, not evidence about people. 'Perfection is key', 'whatever, just squat', a fixed
percentage programme, and ours, which asks lookfeel.matrix.decide. The same seed gives the same output. Written:
build/policies/ with report.md (every assumption and its source in it) and CSV files.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy loads, here and in the worker processes

from rich.console import Console
from rich.progress import track

from benchmarks.accuracy.report import show, write_csv
from benchmarks.accuracy.results import ROOT
from benchmarks.accuracy.sheets import Sheet, as_markdown
from benchmarks.policies import tables
from benchmarks.policies.assumptions import MECHANISMS, Assumptions
from benchmarks.policies.sensitivity import CASES
from benchmarks.policies.statistics import MEASURES
from benchmarks.policies.trials import VARIANTS, Outcome, run, workers
from benchmarks.policies.verdicts import CLAIM, words

WIDTH = 100
OUTPUT = ROOT / "build" / "policies"


def main() -> int:
    """Command line."""
    options = _options()
    console, begun, assumptions = Console(width=WIDTH), time.perf_counter(), Assumptions()
    console.print(CLAIM, markup=False)
    pool = workers(options.jobs)
    outcomes = run(assumptions, n_athletes=options.athletes, seed=options.seed, weeks=options.weeks, pool=pool)
    results = _under_other_assumptions(options, pool, console)
    variants = _variants(options, pool)
    if pool is not None:
        pool.shutdown()
    said = words(outcomes, results)
    sheets = _sheets(outcomes, results, variants)
    show(sheets, console)
    for word in said:
        console.print(f"- {word}", markup=False)
    _save(options, outcomes, results, [*sheets, tables.assumptions_sheet(assumptions)], said)
    console.print(f"{time.perf_counter() - begun:.0f} s; written to {options.output}", markup=False)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.policies", description=__doc__)
    parser.add_argument("--athletes", type=_at_least(1), default=1000, help="of the main table (1000)")
    parser.add_argument("--weeks", type=_at_least(1), default=16, help="of two sessions (16)")
    parser.add_argument("--seed", type=_at_least(0), default=1, help="of athletes and days (1)")
    parser.add_argument(
        "--sensitivity",
        type=_at_least(0),
        default=200,
        metavar="N",
        help="athletes under other assumptions (200); 0: none",
    )
    parser.add_argument("--jobs", type=_at_least(1), default=1, help="processes at once (1)")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="folder to write to")
    return parser.parse_args()


def _at_least(least: int) -> Callable[[str], int]:
    """A reader of whole numbers."""

    def whole(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text!r}: give a whole number, {least} or more")
        return int(text)

    return whole


def _under_other_assumptions(
    options: argparse.Namespace, pool: ProcessPoolExecutor | None, console: Console
) -> dict[str, list[Outcome]]:
    """Outcomes of each case; the first case is the main one, with as few athletes as the others."""
    if options.sensitivity == 0:
        return {}
    return {
        case.name: run(
            case.assumptions(Assumptions()),
            n_athletes=options.sensitivity,
            seed=options.seed,
            weeks=case.weeks or options.weeks,
            pool=pool,
        )
        for case in track(CASES, "other assumptions", console=console, transient=True)
    }


def _variants(options: argparse.Namespace, pool: ProcessPoolExecutor | None) -> list[Outcome]:
    if options.sensitivity == 0:
        return []
    return run(
        Assumptions(),
        n_athletes=options.sensitivity,
        seed=options.seed,
        weeks=options.weeks,
        policies=VARIANTS,
        pool=pool,
    )


def _sheets(outcomes: list[Outcome], results: tables.Results, variants: list[Outcome]) -> list[Sheet]:
    """Every table but that of the assumptions, which is long: it is in the file."""
    shown = [m for m in MEASURES if m.name in tables.SHOWN]
    return [
        tables.main_sheet(outcomes),
        tables.spread_sheet(outcomes),
        tables.paired_sheet(outcomes),
        tables.experience_sheet(outcomes),
        tables.threshold_sheet(outcomes),
        tables.rules_sheet(outcomes),
        *([tables.variants_sheet(variants)] if variants else []),
        *(tables.sensitivity_sheet(results, m) for m in shown if results),
    ]


def _save(
    options: argparse.Namespace,
    outcomes: list[Outcome],
    results: tables.Results,
    sheets: list[Sheet],
    said: list[str],
) -> None:
    """report.md and the CSV files."""
    options.output.mkdir(parents=True, exist_ok=True)
    parts = [
        "# Four training policies on made-up athletes\n",
        f"**{CLAIM}**\n",
        f"Seed {options.seed}, {options.athletes} athletes, {options.weeks} weeks.\n",
        "## Reading\n",
        *(f"- {word}" for word in said),
        "\n## What is assumed: how it works\n",
        *(f"- {' '.join(mechanism.split())}" for mechanism in MECHANISMS),
        "\n## The policies\n",
        *(f"- **{name}**: {about}" for name, about in tables.policies_told()),
        "",
        *(as_markdown(sheet) for sheet in sheets),
    ]
    (options.output / "report.md").write_text("\n".join(parts), encoding="utf-8")
    write_csv(options.output / "athletes.csv", tables.athlete_lines(outcomes))
    write_csv(options.output / "summary.csv", tables.summary_lines(outcomes))
    write_csv(options.output / "paired.csv", tables.paired_lines(outcomes))
    if results:
        write_csv(options.output / "sensitivity.csv", tables.sensitivity_lines(results))


if __name__ == "__main__":
    sys.exit(main())
