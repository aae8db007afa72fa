"""Results of clips enter; the tables of errors leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from benchmarks.accuracy.compare import ClipResult, Row
from benchmarks.accuracy.measures import BY_NAME, MEASURES, Measure
from benchmarks.accuracy.methods import METHODS, OURS, PERFECT, PICTURE, WORLD
from benchmarks.accuracy.sheets import NONE, Sheet, number
from benchmarks.accuracy.statistics import Agreement, agreement

SHORT = {OURS: "ours", PICTURE: "raw 2-D", WORLD: "world 3-D", PERFECT: "perfect"}
CONDITION_MEASURES = (
    *("knee_flexion_deg", "thigh_angle_deg", "shank_tilt_deg", "trunk_lean_deg"),
    *("knee_over_foot_m", "kasr_ratio", "eccentric_s"),
)
"""Shown by condition in print; summary.csv holds all of them."""

Key = tuple[str, int, str, str]


def rep_key(row: Row) -> Key:
    """Which true figure a row is of, whatever the method."""
    return row.clip, row.rep, row.measure, row.leg


def main_rows(results: Iterable[ClipResult]) -> list[Row]:
    """Rows of working legs and of the whole body."""
    return [row for result in results for row in result.rows if row.role != "other"]


def other_rows(results: Iterable[ClipResult]) -> list[Row]:
    """Rows of the leg that does not work: the rear one of a lunge, the free one of a single-leg squat."""
    return [row for result in results for row in result.rows if row.role == "other"]


def of_rows(rows: Iterable[Row]) -> Agreement:
    """Agreement of those that have an answer, in shown units."""
    known = [(row.error * BY_NAME[row.measure].scale, row.clip) for row in rows if row.error is not None]
    return agreement([error for error, _ in known], [clip for _, clip in known])


def grouped(rows: Iterable[Row], key: Callable[[Row], tuple[str, ...]]) -> dict[tuple[str, ...], list[Row]]:
    """Rows by key."""
    found: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def exercise_words(name: str) -> str:
    """As shown in narrow columns."""
    return name.replace("_", " ").replace("alternating", "altern.").replace("single leg squat", "single leg")


def exercise_of(row: Row) -> str:
    """The variant where there is one."""
    return exercise_words(row.variant or row.exercise)


def overall_sheet(rows: list[Row]) -> Sheet:
    """Every measure and method over all clips."""
    by = grouped(rows, lambda row: (row.measure, row.method))
    answered = {rep_key(row) for row in rows if row.method == OURS and row.error is not None}
    lines = []
    for measure in MEASURES:
        for method in METHODS:
            own = by.get((measure.name, method), [])
            if own:
                lines.append(_overall_line(measure, method, own, answered))
    return Sheet(
        title="Error of each measure, all clips",
        note="Error is estimate less truth. n: figures answered of those asked. limits: bias ± 1.96 SD of single "
        "figures. clip limits: the same of the clips' means, since repetitions of one clip are not independent. same: "
        "MAE where ours answers, too; ours refuses what a view does not show.",
        headings=("measure", "method", "n", "bias", "MAE", "RMSE", "95 % limits", "clips", "clip limits", "same"),
        rows=tuple(lines),
        n_words=2,
    )


def _overall_line(measure: Measure, method: str, rows: list[Row], answered: set[Key]) -> tuple[str, ...]:
    found, digits = of_rows(rows), measure.digits
    same = of_rows(row for row in rows if rep_key(row) in answered)
    return (
        titled(measure),
        SHORT[method],
        f"{found.n}/{len(rows)}",
        number(found.bias, digits, is_signed=True),
        number(found.mae, digits),
        number(found.rmse, digits),
        limits(found.low, found.high, digits),
        str(found.n_clips),
        limits(found.clip_low, found.clip_high, digits),
        number(same.mae, digits),
    )


def titled(measure: Measure) -> str:
    """Name and unit."""
    return f"{measure.title} {measure.unit}".strip()


def limits(low: float, high: float, digits: int) -> str:
    """A range, or a dash where there is none."""
    if not np.isfinite(low):
        return NONE
    return f"{number(low, digits, is_signed=True)}…{number(high, digits, is_signed=True)}"


def error_sources_sheet(rows: list[Row]) -> Sheet:
    """Ours from video beside ours from perfect landmarks, on figures that both give."""
    errors = {method: _errors(rows, method) for method in (OURS, PERFECT)}
    lines = []
    for measure in MEASURES:
        keys = [key for key in errors[OURS] if key[2] == measure.name and key in errors[PERFECT]]
        if not keys:
            continue
        video, perfect = (np.array([errors[method][key] for key in keys]) * measure.scale for method in (OURS, PERFECT))
        whole, geometry, pose = (float(np.sqrt(np.mean(part**2))) for part in (video, perfect, video - perfect))
        digits = measure.digits
        lines.append(
            (
                titled(measure),
                str(len(keys)),
                *(number(value, digits) for value in (whole, geometry, pose)),
                *(number(float(part.mean()), digits, is_signed=True) for part in (perfect, video - perfect)),
            )
        )
    return Sheet(
        title="What the error is made of",
        note="Root mean square on figures that both give. geometry: error from the true landmarks put through the same "
        "program. pose: what the pose model's landmarks change.",
        headings=("measure", "n", "from video", "geometry", "pose", "geometry's bias", "pose's bias"),
        rows=tuple(lines),
    )


def _errors(rows: list[Row], method: str) -> dict[Key, float]:
    return {rep_key(row): row.error for row in rows if row.method == method and row.error is not None}


def group_sheet(rows: list[Row], title: str, group: Callable[[Row], str], groups: Sequence[str]) -> Sheet:
    """Measures by group, the methods beside each other."""
    by = grouped(rows, lambda row: (row.measure, group(row), row.method))
    lines = []
    for measure in MEASURES:
        for name in groups:
            asked = max(len(by.get((measure.name, name, method), [])) for method in METHODS)
            if asked:
                cells = [_bias_and_mae(by.get((measure.name, name, method), []), measure) for method in METHODS]
                lines.append((titled(measure), name, str(asked), *cells))
    return Sheet(
        title=title,
        note="Bias and mean absolute error (figures answered, where not all are).",
        headings=("measure", "", "asked", *(SHORT[method] for method in METHODS)),
        rows=tuple(lines),
        n_words=2,
    )


def _bias_and_mae(rows: list[Row], measure: Measure) -> str:
    found = of_rows(rows)
    if not found.n:
        return NONE
    count = "" if found.n == len(rows) else f" ({found.n})"
    return f"{number(found.bias, measure.digits, is_signed=True)} {number(found.mae, measure.digits)}{count}"


def condition_sheet(results: Sequence[ClipResult], method: str) -> Sheet:
    """Main measures by condition, one method."""
    conditions = {result.clip.name: result.clip.conditions for result in results}
    rows = [row for row in main_rows(results) if row.method == method]
    by = grouped(rows, lambda row: (row.measure, row.clip))
    lines = []
    for condition in sorted({name for names in conditions.values() for name in names}):
        clips = [clip for clip, names in conditions.items() if condition in names]
        cells = []
        for name in CONDITION_MEASURES:
            found = of_rows(row for clip in clips for row in by.get((name, clip), []))
            cells.append(_short(found, BY_NAME[name].digits))
        lines.append((condition, str(len(clips)), *cells))
    return Sheet(
        title=f"By condition: {method}",
        note="Bias and mean absolute error. A clip counts in every condition that it has.",
        headings=("condition", "clips", *("knee °", "thigh °", "shank °", "trunk °", "foot cm", "KASR", "down s")),
        rows=tuple(lines),
    )


def _short(found: Agreement, digits: int) -> str:
    """Bias and mean absolute error; no decimals where they are large."""
    if not found.n:
        return NONE
    digits = 0 if found.mae >= 10.0 else digits
    return f"{number(found.bias, digits, is_signed=True)} {number(found.mae, digits)}"
