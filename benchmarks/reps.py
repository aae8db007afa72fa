"""Repetitions found against repetitions counted: `python -m benchmarks.reps [CLIPS.csv ...]`.

A CSV has the columns file, reps and bottom_times_s (seconds, ';' between), its clips in the folder `clips` beside it.
Without one, the clips that come with the project and, where it is there, the development data are measured.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from lookfeel.errors import LookfeelError
from lookfeel.pipeline import analyze
from lookfeel.types import SetReport

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT = ROOT.parent / "shared" / "data" / "clips.csv"
NEAR_S = 0.20


@dataclass(frozen=True, kw_only=True)
class Truth:
    """A clip and what a person counted in it."""

    path: Path
    exercise: str
    view: str
    bottoms_s: tuple[float, ...]


def sample_truths() -> Iterator[Truth]:
    """The project's own rendered clips."""
    for path in sorted((ROOT / "sample_videos").glob("*.mp4")):
        known = json.loads(path.with_name(f"{path.stem}_truth.json").read_text(encoding="utf-8"))
        bottoms = tuple(rep["bottom_s"] for rep in known["reps"])
        view = f"yaw {known['case']['phone']['yaw_deg']:+.0f}°"
        yield Truth(path=path, exercise=known["exercise"], view=view, bottoms_s=bottoms)


def csv_truths(table: Path) -> Iterator[Truth]:
    """Clips that somebody counted by eye."""
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            bottoms = tuple(float(moment) for moment in row["bottom_times_s"].split(";") if moment)
            yield Truth(
                path=table.parent / "clips" / row["file"], exercise=row["exercise"], view=row["view"], bottoms_s=bottoms
            )


def worst_bottom_error_s(report: SetReport, truth: Truth) -> float | None:
    """Largest distance of a counted bottom from the nearest whole rep's; None without either."""
    found = [rep.bottom_s for rep in report.reps if not rep.is_partial]
    if not found or not truth.bottoms_s:
        return None
    return max(min(abs(bottom - other) for other in found) for bottom in truth.bottoms_s)


def measure(truths: list[Truth], console: Console) -> bool:
    """Print a row a clip and the sums; true when every count is exact."""
    table = Table("clip", "true", "found", "partial", "worst bottom s", "exercise", "view", "looks", "s", title="Reps")
    exact, near, timed = 0, 0, 0
    for truth in truths:
        begun = time.perf_counter()
        try:
            report = analyze(truth.path)
        except LookfeelError as error:
            table.add_row(truth.path.name, str(len(truth.bottoms_s)), f"{error.code}: {error.message}")
            exact += not truth.bottoms_s
            continue
        n_found = sum(not rep.is_partial for rep in report.reps)
        error_s = worst_bottom_error_s(report, truth)
        is_exact = n_found == len(truth.bottoms_s)
        exact += is_exact
        if error_s is not None and is_exact:
            timed, near = timed + 1, near + (error_s <= NEAR_S)
        view, guess, looks = report.view, report.exercise, report.looks
        table.add_row(
            truth.path.name,
            str(len(truth.bottoms_s)),
            f"{n_found}{'' if is_exact else '  <<'}",
            str(len(report.reps) - n_found),
            "-" if error_s is None else f"{error_s:.2f}",
            f"{guess.name} {guess.confidence:.2f}",
            f"{view.name} {view.yaw_deg or float('nan'):.0f}",
            looks.state if looks.score is None else f"{looks.score:.0f} ({looks.low:.0f}-{looks.high:.0f})",
            f"{time.perf_counter() - begun:.1f}",
        )
    console.print(table)
    console.print(
        f"exact: {exact} of {len(truths)} clips; every bottom within {NEAR_S} s: {near} of {timed} exact clips"
    )
    return exact == len(truths)


def main() -> int:
    """Command line; exit code 1 when a count is off."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", type=Path, help="CSV files; without any, the clips at hand")
    tables = parser.parse_args().tables or [table for table in (DEVELOPMENT,) if table.exists()]
    truths = [truth for table in tables for truth in csv_truths(table)]
    console = Console(width=150)
    return 0 if measure([*sample_truths(), *truths], console) else 1


if __name__ == "__main__":
    sys.exit(main())
