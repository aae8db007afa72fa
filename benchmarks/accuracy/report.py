"""Results of clips enter; tables on the terminal, report.md, CSV files and plots leave."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.accuracy import tables, verdicts
from benchmarks.accuracy.compare import ClipResult, FrameRow, Row
from benchmarks.accuracy.conditions import VIEWS
from benchmarks.accuracy.measures import BY_NAME
from benchmarks.accuracy.methods import OURS, PERFECT, PICTURE, WORLD
from benchmarks.accuracy.plots import plot_measures
from benchmarks.accuracy.sheets import Sheet, as_markdown, as_table
from benchmarks.accuracy.statistics import share_inside

WIDTH = 110


def all_sheets(results: Sequence[ClipResult]) -> list[Sheet]:
    """Every table, in the order of the report."""
    rows, other = tables.main_rows(results), tables.other_rows(results)
    by_exercise = sorted({tables.exercise_of(row) for row in rows})
    return [
        verdicts.honest_sheet(results, rows),
        tables.overall_sheet(rows),
        tables.error_sources_sheet(rows),
        tables.group_sheet(rows, "By view", lambda row: row.view, VIEWS),
        tables.group_sheet(rows, "By exercise", tables.exercise_of, by_exercise),
        tables.group_sheet(other, "The other leg: rear or free", tables.exercise_of, by_exercise),
        *(tables.condition_sheet(results, method) for method in (OURS, PICTURE, WORLD)),
        verdicts.detection_sheet(results),
        verdicts.recognition_sheet(results),
        verdicts.view_sheet(results),
        verdicts.depth_sheet(rows),
        verdicts.depth_confusion_sheet(rows),
        verdicts.level_sheet(rows),
        verdicts.valgus_sheet(rows),
        verdicts.calibration_sheet(rows, method=OURS),
        verdicts.calibration_sheet(rows, method=PERFECT),
        verdicts.clip_sheet(results),
    ]


def show(sheets: Iterable[Sheet], console: Console) -> None:
    """Print every table."""
    for sheet in sheets:
        if sheet.rows:
            console.print(as_table(sheet))


def save(results: Sequence[ClipResult], sheets: Sequence[Sheet], folder: Path, notes: Sequence[str]) -> None:
    """Write report.md, the CSV files and a plot a measure."""
    folder.mkdir(parents=True, exist_ok=True)
    plots = plot_measures(tables.main_rows(results), folder)
    (folder / "report.md").write_text(_document(results, sheets, plots, notes), encoding="utf-8")
    write_csv(folder / "reps.csv", (asdict(row) for result in results for row in result.rows), Row)
    write_csv(folder / "frames.csv", (asdict(row) for result in results for row in result.frames), FrameRow)
    write_csv(folder / "clips.csv", list(_clip_lines(results)))
    write_csv(folder / "summary.csv", list(summary_lines(results)))


def _document(
    results: Sequence[ClipResult], sheets: Sequence[Sheet], plots: Sequence[Path], notes: Sequence[str]
) -> str:
    n_reps, n_frames = sum(r.clip.n_reps for r in results), sum(r.clip.n_frames for r in results)
    parts = [
        "# Accuracy against rendered truth\n",
        f"{len(results)} clips, {n_reps} repetitions, {n_frames} frames. {CLAIM}\n",
        METHOD_NOTE,
        *(f"- {note}\n" for note in notes),
        *(as_markdown(sheet) for sheet in sheets if sheet.rows),
        "## Plots\n",
        *(f"![{path.stem}]({path.name})\n" for path in plots),
        "" if plots else "None: matplotlib, of the extra 'bench', is not installed.\n",
    ]
    return "\n".join(parts)


CLAIM = (
    "Rendered bodies, no person was filmed: fair for comparison and geometry, no claim about people. All methods start "
    "from the same detections."
)
METHOD_NOTE = """- **ours** (lookfeel): the whole program from the video file, no settings, no height given.
- **raw 2-D**: the tutorial. The highest-scoring person's landmarks, unsmoothed, in pixels: angles in the picture, knee
  sideways from the toe with the standing leg as the scale, FPPA as the angle of valgus, repetitions by a knee angle
  below 100° and above 150°. Its figures are read where the true repetitions are, which is kinder than its own counter.
- **world 3-D**: the same from MediaPipe's world landmarks, with the phone held upright as gravity.
- **perfect**: the true landmarks of the rendered body put through our program: what is left is geometry.
"""


def _clip_lines(results: Iterable[ClipResult]) -> Iterable[dict[str, Any]]:
    for result in results:
        clip = {**asdict(result.clip), "conditions": "; ".join(result.clip.conditions)}
        clip.pop("name")
        for verdict in result.verdicts:
            said = {f"said_{key}" if key in clip else key: value for key, value in asdict(verdict).items()}
            yield {"clip": verdict.clip, **clip, **said}


def summary_lines(results: Sequence[ClipResult]) -> Iterable[dict[str, Any]]:
    """Every statistic by every grouping, in the program's units."""
    rows = tables.main_rows(results)
    conditions = {result.clip.name: result.clip.conditions for result in results}
    yield from _summary("all", rows, lambda _: ("",))
    yield from _summary("view", rows, lambda row: (row.view,))
    yield from _summary("exercise", rows, lambda row: (tables.exercise_of(row),))
    yield from _summary("condition", rows, lambda row: conditions[row.clip])
    yield from _summary("clip", rows, lambda row: (row.clip,))
    yield from _summary("other leg", tables.other_rows(results), lambda row: (tables.exercise_of(row),))


def _summary(kind: str, rows: Sequence[Row], groups_of: Callable[[Row], tuple[str, ...]]) -> Iterable[dict[str, Any]]:
    found: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        for group in groups_of(row):
            found.setdefault((group, row.measure, row.method), []).append(row)
    for (group, measure, method), members in sorted(found.items()):
        stated = [row for row in members if row.error is not None and row.sd is not None]
        errors, sds = [row.error or 0.0 for row in stated], [row.sd or 0.0 for row in stated]
        yield {
            "by": kind,
            "group": group,
            "measure": measure,
            "method": method,
            "asked": len(members),
            "refused": sum(row.status == "not_assessable" for row in members),
            "missed": sum(row.status not in ("ok", "approximate", "not_assessable") for row in members),
            **asdict(tables.of_rows(members)),
            "in_50": share_inside(errors, sds, 0.5),
            "in_90": share_inside(errors, sds, 0.9),
            "unit": BY_NAME[measure].unit,
        }


def write_csv(path: Path, lines: Iterable[Mapping[str, Any]], kind: type[Any] | None = None) -> None:
    """One line each; nothing known is an empty cell."""
    lines = list(lines)
    names = list(lines[0]) if lines else list(kind.__dataclass_fields__) if kind else []
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=names, lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: _cell(value) for key, value in line.items()} for line in lines)


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return "" if value != value else f"{value:.6g}"
    return "" if value is None else value
