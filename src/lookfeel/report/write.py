"""A SetReport enters; report.json, reps.csv and signals.csv leave, each whole or absent, the same bytes every time."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterable
from operator import attrgetter
from pathlib import Path

import numpy as np

from lookfeel.atomic import write_whole
from lookfeel.report.document import DECIMALS, PhasesDocument, RepDocument, report_document, rounded
from lookfeel.types import FloatArray, SetReport

Cell = str | float | bool | None

FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet run a cell as a formula; some take the full-width ones too (OWASP)."""


def write_json(report: SetReport, path: Path) -> Path:
    """Write report.json; see report.schema.json for its form. Returns `path`."""
    content = report_document(report).model_dump(mode="json")
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    write_whole(path, (text + "\n").encode("utf-8"))
    return path


def write_reps_csv(report: SetReport, path: Path) -> Path:
    """Write reps.csv, one row a rep: times, phases, metrics, looks, then SDs and statuses. Returns `path`.

    An empty cell means unknown. `<metric>_sd` has the metric's unit.
    """
    document = report_document(report)
    names = list(dict.fromkeys(name for rep in document.reps for name in rep.metrics))
    columns = _rep_columns(document.exercise.name, names)
    rows = ([get(rep) for get in columns.values()] for rep in document.reps)
    write_whole(path, csv_table(list(columns), rows))
    return path


def write_signals_csv(report: SetReport, path: Path) -> Path:
    """Write signals.csv, one row a frame: `time_s`, every signal by its name, then every `<signal>_sd`. Returns `path`.

    Times are presentation time in seconds. An empty cell means unknown.
    """
    signals = report.signals
    columns: dict[str, FloatArray] = {"time_s": signals.time_s, **signals.values}
    columns |= {f"{name}_sd": row for name, row in signals.sd.items()}
    cells = zip(*(_column_cells(values) for values in columns.values()), strict=True)
    write_whole(path, csv_table(list(columns), cells))
    return path


def _rep_columns(exercise: str, metric_names: list[str]) -> dict[str, Callable[[RepDocument], Cell]]:
    """Columns of reps.csv in order: name, and how a rep fills it."""
    own = ("index", "is_partial", "partial_reason", "side", "start_s", "bottom_s", "end_s", "confidence")
    columns: dict[str, Callable[[RepDocument], Cell]] = {name: attrgetter(name) for name in own}
    columns |= {name: attrgetter(f"phases.{name}") for name in PhasesDocument.model_fields}
    columns["exercise"] = lambda _: exercise
    figures = [name for name in metric_names if name not in columns]
    columns |= {name: _metric_getter(name, "value") for name in figures}
    columns |= {f"looks_{name}": attrgetter(f"looks.{name}") for name in ("score", "low", "high", "state", "coverage")}
    columns |= {f"{name}_sd": _metric_getter(name, "sd") for name in metric_names}
    return columns | {f"{name}_status": _metric_getter(name, "status") for name in metric_names}


def _metric_getter(name: str, field: str) -> Callable[[RepDocument], Cell]:
    def get(rep: RepDocument) -> Cell:
        cell: Cell = getattr(rep.metrics[name], field) if name in rep.metrics else None
        return cell

    return get


def _column_cells(values: FloatArray) -> list[str]:
    """(T,) numbers as text, '' for NaN."""
    return [repr(value + 0.0) if math.isfinite(value) else "" for value in np.round(values, DECIMALS).tolist()]


def csv_table(header: list[str], rows: Iterable[Iterable[Cell]]) -> bytes:
    """The bytes of a table: None is an empty cell, numbers are rounded, and no text is run by a spreadsheet.

    UTF-8 without a mark at its start, because plain readers would take the mark for part of the first name."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_safe_text(name) for name in header)
    writer.writerows([_cell_text(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8")


def _cell_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return repr(rounded(cell))
    return _safe_text(cell)


def _safe_text(text: str) -> str:
    """Text on one line that no spreadsheet takes for a formula: a leading quote marks it as text.

    Line breaks and tabs become spaces, so that a row stays a line; a text that is a number passes as it is.
    """
    line = " ".join(text.split())
    return f"'{line}" if line.startswith(FORMULA_STARTS) and not _is_number(line) else line


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
