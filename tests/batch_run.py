"""A finished run of a batch, made up: its table of sets and its reports, as the batch writes them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import report_factory

from lookfeel.errors import NoPerson
from lookfeel.report import ReportDocument, report_document
from lookfeel.tables import SET_COLUMNS, RowLabel, failed_row, parquet_bytes, set_row
from lookfeel.types import Feels, SetReport, TrainingContext

RUBRIC_ITEMS = {
    "knee_in": "knee_over_foot",
    "kasr_drop": "knee_separation_drop",
    "lateral_lean": "trunk_lateral_lean",
    "hip_tilt": "hip_line_tilt",
}
"""Names that the made-up report gives, and those of the rubric, which a decision looks up."""

CLIP = b"the bytes of a clip "


def sha256_of(clip: str) -> str:
    """Hash of the clip of this name, see `write_clip`."""
    return hashlib.sha256(CLIP + clip.encode()).hexdigest()


def write_clip(folder: Path, clip: str) -> Path:
    """The clip of this name, as far as a copy needs it."""
    (folder / clip).write_bytes(CLIP + clip.encode())
    return folder / clip


def measured(clip: str = "a.mp4", *, load_kg: float = 80.0, score: float = 70.0, pain: float = 1.0) -> SetReport:
    """A set of squats."""
    report = report_factory.fitted_squat()
    state = "good" if score >= 80 else "uncertain" if score >= 60 else "bad"
    return replace(
        report,
        video=replace(report.video, path=clip, sha256=sha256_of(clip)),
        looks=replace(report.looks, state=state, score=score, low=score - 5, high=score + 5),
        provenance=replace(report.provenance, video_sha256=sha256_of(clip)),
        feels=Feels(overall="good", pain=pain, reps_in_reserve=2.0),
        context=TrainingContext(load_kg=load_kg),
    )


def document(clip: str = "a.mp4", **figures: float) -> ReportDocument:
    """Its report, with items that the rubric knows."""
    text = report_document(measured(clip, **figures)).model_dump_json()
    for made_up, real in RUBRIC_ITEMS.items():
        text = text.replace(f'"{made_up}"', f'"{real}"')
    return ReportDocument.model_validate_json(text)


class Run:
    """A folder to which rows are added, and which is then written."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._rows: list[dict[str, Any]] = []

    def add(self, clip: str, *, athlete: str | None = "Ann", day: str | None = "2026-03-02", **figures: float) -> Run:
        """A clip that was measured."""
        report, result = document(clip, **figures), f"{Path(clip).stem}-{len(self._rows)}"
        folder = self.root / "clips" / result
        folder.mkdir(parents=True)
        (folder / "report.json").write_text(report.model_dump_json(), encoding="utf-8")
        self._rows.append(set_row(self._label(clip, athlete, day, result), report))
        return self

    def add_failed(self, clip: str, *, athlete: str | None = "Ann", day: str | None = "2026-03-02") -> Run:
        """A clip that shows nobody."""
        self._rows.append(failed_row(self._label(clip, athlete, day, ""), NoPerson("nobody was found")))
        return self

    def write(self) -> Path:
        """Put the table in its place."""
        self.root.mkdir(parents=True, exist_ok=True)
        (self.root / "sets.parquet").write_bytes(parquet_bytes(SET_COLUMNS, self._rows, {}))
        return self.root

    def _label(self, clip: str, athlete: str | None, day: str | None, result: str) -> RowLabel:
        when = None if day is None else date.fromisoformat(day)
        return RowLabel(clip=clip, result=result, athlete=athlete, date=when)
