"""The written files: the same bytes every time, the same numbers when read back, nothing that a spreadsheet runs."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import report_factory

from lookfeel.errors import StoreError
from lookfeel.report import report_document, write_json, write_reps_csv, write_signals_csv
from lookfeel.report.write import FORMULA_STARTS

ALL = report_factory.everything()
GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "report"
WRITERS = {"report.json": write_json, "reps.csv": write_reps_csv, "signals.csv": write_signals_csv}


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("file_name", WRITERS)
@pytest.mark.parametrize("name", ALL)
def test_writing_twice_gives_the_same_bytes_and_no_leftovers(tmp_path: Path, name: str, file_name: str) -> None:
    write = WRITERS[file_name]
    path = tmp_path / file_name
    assert write(ALL[name], path) == path
    first = path.read_bytes()
    write(report_factory.everything()[name], path)
    assert path.read_bytes() == first
    assert [entry.name for entry in tmp_path.iterdir()] == [file_name]


@pytest.mark.parametrize(
    ("file_name", "golden"), [("report.json", "front_squat.report.json"), ("reps.csv", "front_squat.reps.csv")]
)
def test_the_front_squat_is_written_as_recorded(tmp_path: Path, file_name: str, golden: str) -> None:
    path = WRITERS[file_name](ALL["front_squat"], tmp_path / file_name)
    assert path.read_text("utf-8") == (GOLDEN / golden).read_text("utf-8"), "run tests/golden/report/record.py, say why"


@pytest.mark.parametrize("name", ALL)
def test_json_on_disk_is_the_document(tmp_path: Path, name: str) -> None:
    path = write_json(ALL[name], tmp_path / "report.json")
    text = path.read_text(encoding="utf-8")
    assert "NaN" not in text
    assert json.loads(text) == json.loads(report_document(ALL[name]).model_dump_json())


@pytest.mark.parametrize("name", ["front_squat", "side_squat", "no_score"])
def test_reps_csv_holds_the_numbers_of_the_json(tmp_path: Path, name: str) -> None:
    document = report_document(ALL[name]).model_dump(mode="json")
    rows = read_csv(write_reps_csv(ALL[name], tmp_path / "reps.csv"))
    assert len(rows) == len(document["reps"])
    for row, rep in zip(rows, document["reps"], strict=True):
        assert int(row["index"]) == rep["index"]
        assert row["is_partial"] == str(rep["is_partial"]).lower()
        assert row["exercise"] == document["exercise"]["name"]
        numbers = {column: rep[column] for column in ("start_s", "bottom_s", "end_s")} | rep["phases"]
        numbers |= {f"looks_{column}": rep["looks"][column] for column in ("score", "low", "high", "coverage")}
        numbers |= {metric: figure["value"] for metric, figure in rep["metrics"].items()}
        numbers |= {f"{metric}_sd": figure["sd"] for metric, figure in rep["metrics"].items()}
        assert {column: _number(row[column]) for column in numbers} == numbers
        assert {m: row[f"{m}_status"] for m in rep["metrics"]} == {m: f["status"] for m, f in rep["metrics"].items()}


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def test_no_column_comes_twice(tmp_path: Path) -> None:
    for name, write in WRITERS.items():
        if name.endswith(".csv"):
            header = write(ALL["front_squat"], tmp_path / name).read_text(encoding="utf-8").splitlines()[0].split(",")
            assert len(header) == len(set(header))


def test_a_clip_without_reps_has_a_header_and_no_rows(tmp_path: Path) -> None:
    text = write_reps_csv(ALL["no_reps"], tmp_path / "reps.csv").read_text(encoding="utf-8")
    assert text.startswith("index,is_partial,")
    assert text.count("\n") == 1


@pytest.mark.parametrize("name", ALL)
def test_signals_csv_reads_back_to_the_same_numbers(tmp_path: Path, name: str) -> None:
    signals = ALL[name].signals
    rows = read_csv(write_signals_csv(ALL[name], tmp_path / "signals.csv"))
    header = list(rows[0])
    assert header == ["time_s", *signals.values, *(f"{signal}_sd" for signal in signals.sd)]
    assert len(rows) == len(signals.time_s)
    expected: dict[str, Any] = {"time_s": signals.time_s, **signals.values}
    expected |= {f"{signal}_sd": sd for signal, sd in signals.sd.items()}
    for column, values in expected.items():
        cells = [row[column] for row in rows]
        assert [cell == "" for cell in cells] == np.isnan(values).tolist()
        read = np.array([float(cell) if cell else np.nan for cell in cells])
        np.testing.assert_allclose(read, values, atol=5.1e-7, rtol=0)
    assert np.all(np.diff([float(row["time_s"]) for row in rows]) > 0)


def test_no_cell_of_a_person_is_a_formula(tmp_path: Path) -> None:
    rows = read_csv(write_reps_csv(ALL["hostile"], tmp_path / "reps.csv"))
    assert rows[0]["exercise"] == "'=squat"
    assert rows[-1]["partial_reason"].startswith("'=HYPERLINK")


@pytest.mark.parametrize("before", ["", " ", "\t", "\r", "\n", "\r\n"])
@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_every_start_of_a_formula_is_neutralised(tmp_path: Path, start: str, before: str) -> None:
    base = ALL["front_squat"]
    report = replace(base, exercise=replace(base.exercise, name=f"{before}{start}cmd|' /C\r\ncalc'!A0"))
    path = write_reps_csv(report, tmp_path / "reps.csv")
    assert [row["exercise"] for row in read_csv(path)] == [f"'{start}cmd|' /C calc'!A0"] * len(base.reps)
    assert path.read_bytes().count(b"\n") == 1 + len(base.reps)
    assert b"\r" not in path.read_bytes()


def test_negative_numbers_stay_numbers(tmp_path: Path) -> None:
    rows = read_csv(write_reps_csv(ALL["front_squat"], tmp_path / "reps.csv"))
    assert float(rows[0]["depth_thigh_angle_deg"]) < 0


@pytest.mark.parametrize("file_name", WRITERS)
def test_a_folder_that_is_not_there_is_a_store_error(tmp_path: Path, file_name: str) -> None:
    with pytest.raises(StoreError, match=file_name):
        WRITERS[file_name](ALL["front_squat"], tmp_path / "absent" / file_name)
