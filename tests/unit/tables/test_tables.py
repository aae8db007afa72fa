"""Rows of sets and reps: every column filled from the document, the same form and bytes whatever the data."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import report_factory

from lookfeel.errors import NoPerson
from lookfeel.measures import METRICS
from lookfeel.report import report_document
from lookfeel.report.write import FORMULA_STARTS
from lookfeel.tables import (
    FAILURE_COLUMNS,
    REP_COLUMNS,
    SET_COLUMNS,
    Column,
    RowLabel,
    csv_bytes,
    failed_row,
    parquet_bytes,
    rep_rows,
    set_row,
    signal_columns,
)

ALL = {name: report_document(report) for name, report in report_factory.everything().items()}
LABEL = RowLabel(
    clip="monday/front.mp4",
    result="front-0123",
    athlete="Ann",
    date=date(2026, 11, 26),
    view="front",
    exercise_told="squat",
    n_reps_told=5,
    note="belt",
)
FAILED = failed_row(RowLabel(clip="dark.mp4", athlete="Ben"), NoPerson("nobody was found"))
TABLES = {"sets": SET_COLUMNS, "reps": REP_COLUMNS, "signals": signal_columns(), "failures": FAILURE_COLUMNS}


def rows_of(kind: str) -> list[dict[str, Any]]:
    if kind == "sets":
        return [*(set_row(LABEL, document) for document in ALL.values()), FAILED]
    return [row for document in ALL.values() for row in rep_rows(LABEL, document)]


def test_a_set_is_told_as_its_report_tells_it() -> None:
    document = ALL["front_squat"]
    row = set_row(LABEL, document)

    assert list(row) == [column.name for column in SET_COLUMNS]
    assert (row["clip"], row["result"], row["athlete"], row["date"]) == (LABEL.clip, LABEL.result, "Ann", LABEL.date)
    assert (row["status"], row["error_code"], row["view"], row["view_told"]) == ("ok", None, "front", "front")
    assert (row["n_reps"], row["n_partial"], row["n_reps_told"], row["load_kg"]) == (5, 1, 5, 80.0)
    assert (row["looks_score"], row["looks_state"], row["worst_rep_index"]) == (69.0, "bad", 5)
    assert row["finding_items"] == [finding.item for finding in document.looks.findings] != []
    assert len(row["finding_severities"]) == len(row["finding_texts"]) == len(row["finding_items"])
    assert (row["threshold_status"], row["threshold_rep"]) == ("reached", 4)
    assert row["weights_sha256"] == f"{'cd' * 32},{'ef' * 32}"
    assert row["warnings"] == list(document.warnings)
    assert row["note"] == "belt"


def test_medians_are_over_whole_reps_only_and_missing_where_no_rep_has_the_figure() -> None:
    document = ALL["front_squat"]
    values = sorted(rep.metrics["depth_thigh_angle_deg"].value for rep in document.reps if not rep.is_partial)
    row = set_row(LABEL, document)

    assert row["depth_thigh_angle_deg"] == values[2]
    assert row["depth_thigh_angle_deg_sd"] > 0
    assert row["trunk_lateral_lean_deg"] is None
    assert set_row(LABEL, ALL["no_reps"])["depth_thigh_angle_deg"] is None


def test_a_failed_clip_is_a_row_with_its_error_and_nothing_else() -> None:
    told = {name: cell for name, cell in FAILED.items() if cell is not None}

    assert told == {
        "clip": "dark.mp4",
        "result": "",
        "athlete": "Ben",
        "status": "failed",
        "error_code": "no_person",
        "error_message": "nobody was found",
        "error_hint": NoPerson.default_hint,
    }
    assert list(FAILED) == [column.name for column in SET_COLUMNS]


def test_a_rep_is_told_with_every_metric_its_sd_and_its_status() -> None:
    document = ALL["front_squat"]
    rows = rep_rows(LABEL, document)

    assert len(rows) == len(document.reps)
    for row, rep in zip(rows, document.reps, strict=True):
        assert list(row) == [column.name for column in REP_COLUMNS]
        assert (row["rep_index"], row["is_partial"], row["start_s"]) == (rep.index, rep.is_partial, rep.start_s)
        assert row["looks_score"] == rep.looks.score
        assert row["eccentric_s"] == rep.phases.eccentric_s
        for name in METRICS:
            metric = rep.metrics.get(name)
            assert row[f"{name}_sd"] == (metric and metric.sd)
            assert row[f"{name}_status"] == (metric and metric.status)
            if not name.endswith("_s"):
                assert row[name] == (metric and metric.value)


@pytest.mark.parametrize("name", TABLES)
def test_every_column_has_a_name_of_its_own_a_unit_and_a_meaning(name: str) -> None:
    columns = TABLES[name]

    assert len({column.name for column in columns}) == len(columns) > 5
    for column in columns:
        assert column.description.endswith("."), column.name
        assert bool(column.unit) == (column.kind in ("int", "float")), column.name
        for end, unit in (("_deg", "deg"), ("_m", "m"), ("_kg", "kg"), ("_mps", "m/s"), ("_ratio", "ratio")):
            assert not column.name.removesuffix("_sd").endswith(end) or column.unit == unit, column.name


@pytest.mark.parametrize("kind", ["sets", "reps"])
def test_parquet_has_one_form_whatever_the_data(kind: str) -> None:
    columns, rows = TABLES[kind], rows_of(kind)
    full = pq.read_table(io.BytesIO(parquet_bytes(columns, rows, {"made": "now"})))
    empty = pq.read_table(io.BytesIO(parquet_bytes(columns, [], {"made": "now"})))
    one = pq.read_table(io.BytesIO(parquet_bytes(columns, rows[-1:], {"made": "now"})))

    assert full.schema.equals(empty.schema, check_metadata=True)
    assert full.schema.equals(one.schema, check_metadata=True)
    assert full.to_pylist() == rows
    for column in columns:
        metadata = full.schema.field(column.name).metadata
        assert metadata == {b"unit": column.unit.encode(), b"description": column.description.encode()}
    assert full.schema.metadata == {b"made": b"now"}
    assert full.schema.field("date").type == pa.date32()
    assert full.schema.field("finding_items").type == pa.list_(pa.string())


@pytest.mark.parametrize("kind", ["sets", "reps"])
def test_the_same_rows_are_the_same_bytes(kind: str) -> None:
    assert parquet_bytes(TABLES[kind], rows_of(kind), {}) == parquet_bytes(TABLES[kind], rows_of(kind), {})
    assert csv_bytes(TABLES[kind], rows_of(kind)) == csv_bytes(TABLES[kind], rows_of(kind))


def test_csv_reads_back_to_the_same_figures_and_missing_stays_missing() -> None:
    rows = rows_of("sets")
    table = pd.read_csv(io.BytesIO(csv_bytes(SET_COLUMNS, rows)))

    assert table.columns.tolist() == [column.name for column in SET_COLUMNS]
    for column in SET_COLUMNS:
        if column.kind in ("int", "float"):
            cells = [row[column.name] for row in rows]
            assert [None if pd.isna(cell) else cell for cell in table[column.name].tolist()] == cells
    texts = list(csv.DictReader(io.StringIO(csv_bytes(SET_COLUMNS, rows).decode())))
    assert texts[0]["date"] == "2026-11-26"
    assert texts[0]["is_partial_video"] == "false"
    assert texts[-1]["looks_score"] == texts[-1]["is_partial_video"] == ""


def test_no_cell_of_a_csv_is_a_formula() -> None:
    columns = (*(Column(name=f"c{i}", kind="text", unit="", description="x") for i in range(len(FORMULA_STARTS))),)
    hostile = {f"c{i}": f"{start}HYPERLINK(1)" for i, start in enumerate(FORMULA_STARTS)}
    label = RowLabel(clip="=cmd|' /C calc'!A0", athlete="+1+1", note="@SUM(A1)\n-2")

    cells = next(csv.reader(io.StringIO(csv_bytes(columns, [hostile]).decode().split("\n", 1)[1])))
    assert all(cell.startswith("'") for cell in cells)
    row = next(csv.DictReader(io.StringIO(csv_bytes(SET_COLUMNS, [set_row(label, ALL["hostile"])]).decode())))
    assert row["clip"].startswith("'=")
    assert row["athlete"] == "'+1+1"
    assert row["note"] == "'@SUM(A1) -2"


def test_signals_of_other_exercises_follow_the_known_ones() -> None:
    known = signal_columns()
    more = signal_columns(("trunk_lean_deg", "elbow_flexion_left_deg"))

    assert set(known) < set(more)
    assert [column.name for column in more if column not in known] == [
        "elbow_flexion_left_deg",
        "elbow_flexion_left_deg_sd",
    ]
