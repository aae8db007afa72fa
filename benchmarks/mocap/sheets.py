"""Results of virtual and real clips enter; tables on the terminal and files leave."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from benchmarks.accuracy import report, tables, verdicts
from benchmarks.accuracy.compare import ClipResult, Row
from benchmarks.accuracy.conditions import VIEWS
from benchmarks.accuracy.figures import placed
from benchmarks.accuracy.matching import match_reps
from benchmarks.accuracy.measures import SIGNAL_MEASURES
from benchmarks.accuracy.methods import OURS, PERFECT, WORLD
from benchmarks.accuracy.sheets import Sheet, as_markdown, number
from benchmarks.accuracy.truth import Window
from benchmarks.mocap.landmark_errors import TERMS, LandmarkErrors, PointErrors
from benchmarks.mocap.motion import Motion, reps_of, resampled, signals_of
from benchmarks.mocap.phones import FPS, HEIGHTS_M
from benchmarks.mocap.real import RealClip

SHOWN = ("shoulder", "hip", "knee", "ankle", "heel", "toe")
PER_CENT = 100.0


Checks = Sequence[tuple[ClipResult, ClipResult]]


def all_sheets(
    errors: LandmarkErrors, checks: Checks, results: Sequence[ClipResult], real: Sequence[ClipResult]
) -> list[Sheet]:
    """Every table, in the order of the report."""
    rows = tables.main_rows(results)
    sets = sorted({_set(row) for row in rows})
    heights = [f"{height:g} m" for height in HEIGHTS_M]
    sheets = [
        offset_sheet(errors),
        noise_sheet(errors),
        check_sheet(checks),
        replace(tables.overall_sheet(rows), title="Virtual phones: error of each measure"),
        _sources_sheet(rows),
        _without_world_column(tables.group_sheet(rows, "Virtual phones: by view", lambda row: row.view, VIEWS)),
        _without_world_column(tables.group_sheet(rows, "Virtual phones: by height of the phone", _height, heights)),
        _without_world_column(tables.group_sheet(rows, "Virtual phones: by set", _set, sets)),
        _without_world(verdicts.detection_sheet(results)),
        verdicts.view_sheet(results),
        *(verdicts.calibration_sheet(rows, method=method) for method in (OURS, PERFECT)),
    ]
    if real:
        own = tables.main_rows(real)
        title = "Two real videos against OpenCap's two cameras (markerless, a few degrees from markers)"
        names = [result.clip.name for result in real]
        sheets += [
            replace(tables.overall_sheet(own), title=title),
            tables.group_sheet(own, "Real videos, each", lambda row: row.clip, names),
            replace(verdicts.calibration_sheet(own), title="Real videos: are the stated intervals honest?"),
            replace(verdicts.clip_sheet(real), title="Real videos: what is said of them"),
        ]
    return sheets


def truth_sheet(clip: RealClip, motion: Motion) -> Sheet:
    """How far two truths of the same real movement differ at the bottoms: joint points, and joint angles."""
    by_angles = signals_of(motion.joints, motion.time_s)
    bottoms = [int(np.argmin(np.abs(clip.truth.time_s - rep.window.bottom_s))) for rep in clip.truth.reps]
    lines = []
    for measure in SIGNAL_MEASURES:
        apart = [(clip.truth.signals[name] - by_angles[name])[bottoms] * measure.scale for _, name in placed(measure)]
        mean = float(np.mean(apart))
        if np.isfinite(mean):
            lines.append((tables.titled(measure), number(mean, measure.digits, is_signed=True)))
    return Sheet(
        title="Real videos: how sure their truth is",
        note="At the bottoms: OpenCap's joint points (the truth above) less its own joint angles on a stiff skeleton. "
        "An error of this size says nothing about the program.",
        headings=("measure", "points less angles"),
        rows=tuple(lines),
    )


def reference_sheet(motions: Sequence[Motion]) -> Sheet:
    """Whether the program's rules on the true joints find the repetitions of the data's own tables."""
    return Sheet(
        title="Are the true repetitions those of the data's own tables?",
        note="What the program's rules find on the true joints, less what was noted with the data by other rules, in "
        "seconds: mean, and the largest in either direction. Errors of moments below are told against the former.",
        headings=("set", "noted", "found", "matched", "start", "largest", "bottom", "largest", "end", "largest"),
        rows=tuple(_reference_line(resampled(motion, FPS)) for motion in motions),
    )


def _reference_line(motion: Motion) -> tuple[str, ...]:
    reps = reps_of(signals_of(motion.joints, motion.time_s), motion.time_s)
    noted = [
        Window(start_s=start, bottom_start_s=bottom, bottom_s=bottom, ascent_start_s=bottom, end_s=end)
        for start, bottom, end in motion.reference_s
    ]
    pairs = match_reps(noted, [rep.window for rep in reps], slowmo=1.0)
    cells: list[str] = []
    for moment in ("start_s", "bottom_s", "end_s"):
        apart = [float(getattr(reps[j].window, moment) - getattr(noted[i], moment)) for i, j in pairs.items()]
        cells.append(number(float(np.mean(apart)) if apart else None, 2, is_signed=True))
        cells.append(number(max(map(abs, apart), default=None), 2))
    return (motion.name.replace("_", " "), str(len(noted)), str(len(reps)), str(len(pairs)), *cells)


def _set(row: Row) -> str:
    return row.clip.split()[0].replace("_", " ")


def _height(row: Row) -> str:
    return f"{re.split(r' h| d', row.clip)[1]} m"


def _sources_sheet(rows: list[Row]) -> Sheet:
    """As for rendered clips; but here the landmarks' errors are drawn and not a video's."""
    sheet = tables.error_sources_sheet(rows)
    return replace(
        sheet,
        title="Virtual phones: what the error is made of",
        note="Root mean square on figures that both give. geometry: error from the true landmarks put through the same "
        "program. landmarks: what the drawn landmark errors change.",
        headings=("measure", "n", "whole", "geometry", "landmarks", "geometry's bias", "landmarks' bias"),
    )


def _without_world(sheet: Sheet) -> Sheet:
    return replace(sheet, rows=tuple(row for row in sheet.rows if row[1] != tables.SHORT[WORLD]))


def _without_world_column(sheet: Sheet) -> Sheet:
    """No network is there that would err in depth, so that column would be empty."""
    at = sheet.headings.index(tables.SHORT[WORLD])
    headings, *rows = ((*line[:at], *line[at + 1 :]) for line in (sheet.headings, *sheet.rows))
    return replace(sheet, headings=headings, rows=tuple(rows))


def offset_sheet(errors: LandmarkErrors) -> Sheet:
    """The steady part of the landmarks' errors."""
    lines = []
    for kind in SHOWN:
        point = errors.points[kind]
        for term, row in zip(TERMS, point.offset, strict=True):
            lines.append((kind, term, *(number(PER_CENT * value, 1, is_signed=True) for value in row)))
    return Sheet(
        title="Steady errors of the landmarks, measured on rendered clips",
        note="Per cent of the stature, in the body's axes; the terms add up; 'bent' at a knee flexion of 100°. From "
        f"{len(errors.clips)} clips, which landmark_errors.json names.",
        headings=("point", "when", "ahead", "outward", "up"),
        rows=tuple(lines),
        n_words=2,
    )


def noise_sheet(errors: LandmarkErrors) -> Sheet:
    """What the offsets leave."""
    lines = [line for kind in SHOWN for line in _noise_lines(errors.points[kind])]
    pull = f"{number(errors.yaw_pull_deg, 1, is_signed=True)}°"
    return Sheet(
        title="What the steady errors leave",
        note="SD in each direction of the picture, per cent of the stature. whole: RMS of the whole error. "
        f"The camera's direction is read {pull} toward the front, with an SD of {number(errors.yaw_sd_deg, 1)}°.",
        headings=("point", "side", "clip", "slow", "lasting s", "jitter", "confidence", "whole", "clips"),
        rows=tuple(lines),
        n_words=2,
    )


def _noise_lines(point: PointErrors) -> list[tuple[str, ...]]:
    lines = []
    for side, wander in (("near", point.near), ("far", point.far)):
        cells = (PER_CENT * wander.clip_sd, PER_CENT * wander.slow_sd, wander.tau_s, PER_CENT * wander.jitter_sd)
        shown = (*(number(value, 2) for value in cells), number(wander.confidence, 2), number(PER_CENT * point.rms, 1))
        lines.append((point.kind, side, *shown, str(wander.n_clips)))
    return lines


def check_sheet(checks: Checks) -> Sheet:
    """Whether drawn errors lead to the same errors of the measures as detected landmarks do."""
    detected, drawn = (tables.main_rows([pair[i] for pair in checks]) for i in (0, 1))
    lines = []
    for measure in SIGNAL_MEASURES:
        found = [tables.of_rows(row for row in rows if row.measure == measure.name) for rows in (detected, drawn)]
        if all(one.n for one in found):
            cells = [
                (number(one.bias, measure.digits, is_signed=True), number(one.rmse, measure.digits)) for one in found
            ]
            lines.append((tables.titled(measure), str(found[0].n), *cells[0], str(found[1].n), *cells[1]))
    return Sheet(
        title="Do drawn landmark errors act like detected ones?",
        note="The rendered squats judged twice: from the landmarks that were detected, and from true ones with errors "
        "drawn from the model. Where the second RMSE is larger, the tables of the virtual phones are too dark there; "
        "where it is smaller, too kind.",
        headings=("measure", "n", "detected: bias", "RMSE", "n", "drawn: bias", "RMSE"),
        rows=tuple(lines),
    )


def save(
    results: Sequence[ClipResult],
    real: Sequence[ClipResult],
    sheets: Sequence[Sheet],
    folder: Path,
    notes: Sequence[str],
) -> None:
    """Write report.md and reps.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [ABOUT, *(f"- {note}" for note in notes), *(as_markdown(sheet) for sheet in sheets if sheet.rows)]
    (folder / "report.md").write_text("\n".join(parts), encoding="utf-8")
    report.write_csv(folder / "reps.csv", (asdict(row) for result in (*results, *real) for row in result.rows))


ABOUT = """# Real human motion through virtual phones

Angles of real people, from motion capture, move a stiff skeleton with planted feet; phones all around film it, and the
program works from the landmarks. **ours**: landmarks with the errors that were measured on rendered clips. **raw 2-D**:
a tutorial's angles from the same landmarks. **perfect**: the true landmarks, so that what is left is geometry.

Where a real repetition begins and ends nobody commanded: its true moments are those that the program's own rules find
on the true joints, so that errors of phases and moments here are those of the landmarks alone, not of the rules. The
accuracy benchmark on rendered clips judges the rules.
"""
