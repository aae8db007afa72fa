"""`lookfeel export`: what is found, what is written, what is never overwritten."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import report_factory
import xarray as xr
from typer.testing import CliRunner

from lookfeel.atomic import write_whole
from lookfeel.cli import app
from lookfeel.errors import FileMissing, InvalidValue, NoPerson, StoreError, UnreadableReport
from lookfeel.export import motion_of, read_mot, read_motion, read_trc, write_motion
from lookfeel.report import report_document, write_json
from lookfeel.results import FORMATS, export_results, find_results
from lookfeel.tables import REP_COLUMNS, SET_COLUMNS, RowLabel, failed_row, parquet_bytes, rep_rows, set_row
from lookfeel.types import SetReport

ALL_FORMATS = tuple(FORMATS)


def put(report: SetReport, folder: Path) -> Path:
    """The files of one clip that an export needs."""
    folder.mkdir(parents=True)
    write_motion(motion_of(report), folder / "motion.nc")
    write_json(report, folder / "report.json")
    return folder


@pytest.fixture
def fitted(tmp_path: Path) -> Path:
    return put(report_factory.fitted_squat(), tmp_path / "out" / "fitted")


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    """A batch of two clips, one of them twice in the manifest, and one that failed; a motion is in signals/."""
    run = tmp_path / "run"
    reports = {"front-01": report_factory.front_squat(), "fitted-02": report_factory.fitted_squat()}
    sets, reps = [], []
    for name, report in reports.items():
        put(report, run / "clips" / name)
        for athlete in ("Ann", "Ben")[: 2 if name == "front-01" else 1]:
            label = RowLabel(clip=f"{name}.mp4", result=name, athlete=athlete)
            sets.append(set_row(label, report_document(report)))
            reps.extend(rep_rows(label, report_document(report)))
    sets.append(failed_row(RowLabel(clip="dark.mp4", athlete="Cid"), NoPerson("nobody was found")))
    (run / "signals").mkdir()
    (run / "clips" / "fitted-02" / "motion.nc").rename(run / "signals" / "fitted-02.nc")
    write_whole(run / "sets.parquet", parquet_bytes(SET_COLUMNS, sets, {}))
    write_whole(run / "reps.parquet", parquet_bytes(REP_COLUMNS, reps, {}))
    return run


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def export(*paths: Path, to: Path, formats: tuple[str, ...] = ALL_FORMATS, **options: Any) -> list[str]:
    return [file.name for file in export_results(find_results(paths), to, formats=formats, **options).files]


def test_every_format_of_one_clip(fitted: Path, tmp_path: Path) -> None:
    names = export(fitted, to=tmp_path / "ex")

    ends = {".signals.csv", ".signals.parquet", ".nc", ".trc", ".mot", ".c3d", ".json"}
    tables = {"sets.csv", "reps.csv", "sets.parquet", "reps.parquet"}
    assert set(names) == {f"fitted{end}" for end in ends} | tables
    assert set(hashes(tmp_path / "ex")) == {*names, "lookfeel-export.json"}


def test_a_second_run_gives_the_same_bytes(fitted: Path, tmp_path: Path) -> None:
    export(fitted, to=tmp_path / "ex")
    first = hashes(tmp_path / "ex")
    export(fitted, to=tmp_path / "ex")

    assert hashes(tmp_path / "ex") == first


@pytest.mark.parametrize("given", ["folder", "report.json", "motion.nc", "above"])
def test_how_a_result_may_be_named(fitted: Path, tmp_path: Path, given: str) -> None:
    path = {"folder": fitted, "above": fitted.parent}.get(given, fitted / given)

    assert [clip.name for clip in find_results([path]).clips] == ["fitted"]


def test_tables_over_time_say_the_same_and_nan_is_missing(fitted: Path, tmp_path: Path) -> None:
    export(fitted, to=tmp_path / "ex", formats=("csv", "parquet", "json"))
    motion = read_motion(fitted / "motion.nc")
    as_csv = pd.read_csv(tmp_path / "ex" / "fitted.signals.csv")
    as_parquet = pq.read_table(tmp_path / "ex" / "fitted.signals.parquet")
    as_json = json.loads((tmp_path / "ex" / "fitted.json").read_bytes())

    assert as_csv["frame"].tolist() == list(range(len(motion.time_s)))
    for name, values in motion.signals.items():
        series = as_json["signals"][name]["values"]
        assert [math.isnan(value) for value in values] == [cell is None for cell in series]
        np.testing.assert_allclose(as_csv[name], values, atol=1e-6)
        assert as_parquet.column(name).to_pylist() == series
    assert as_csv["fppa_left_deg"].isna().all()
    assert as_parquet.column("fppa_left_deg").null_count == len(motion.time_s)
    assert b'"unit"' not in as_parquet.schema.metadata
    assert as_parquet.schema.metadata[b"video_sha256"] == b"ab" * 32
    assert as_parquet.schema.metadata[b"rubric_sha256"] == b"12" * 32


def test_the_json_of_a_clip_stands_alone(fitted: Path, tmp_path: Path) -> None:
    export(fitted, to=tmp_path / "ex", formats=("json",))
    motion = read_motion(fitted / "motion.nc")
    content = json.loads((tmp_path / "ex" / "fitted.json").read_bytes())

    assert content["report"] == json.loads((fitted / "report.json").read_bytes())
    assert content["provenance"] == dict(motion.provenance)
    assert content["joints"]["position_m"][0][0] == [None, None, None]
    np.testing.assert_allclose(content["joints"]["position_m"][300], motion.joints_m[300], atol=1e-6)
    np.testing.assert_allclose(content["points"]["filtered"]["position_px"][300], motion.filtered_px[300], atol=1e-6)
    assert content["points"]["raw"]["confidence"][300][0] is None


@pytest.mark.parametrize("points", ["both", "filtered", "raw", "joints"])
def test_points_choose_what_netcdf_and_json_hold(fitted: Path, tmp_path: Path, points: Any) -> None:
    export(fitted, to=tmp_path / "ex", formats=("netcdf", "json"), points=points)
    content = json.loads((tmp_path / "ex" / "fitted.json").read_bytes())

    assert xr.load_dataset(tmp_path / "ex" / "fitted.nc").attrs["points"] == points
    assert ("joints" in content) == (points in ("both", "joints"))
    kinds = {"both": {"raw", "filtered"}, "filtered": {"filtered"}, "raw": {"raw"}, "joints": set()}[points]
    assert set(content.get("points", {})) - {"keypoints", "edges"} == kinds


def test_the_list_says_what_made_each_file_and_its_hash(fitted: Path, tmp_path: Path) -> None:
    names = export(fitted, to=tmp_path / "ex")
    listed = json.loads((tmp_path / "ex" / "lookfeel-export.json").read_bytes())

    assert {name: entry["sha256"] for name, entry in listed["files"].items()} == {
        name: digest for name, digest in hashes(tmp_path / "ex").items() if name in names
    }
    made_by = listed["clips"]["fitted"]
    assert made_by["video_sha256"] == "ab" * 32
    assert {"weights_sha256", "rubric_sha256", "matrix_sha256", "code_sha256", "lookfeel_version"} <= set(made_by)


def test_exports_of_other_clips_stay_in_the_list(fitted: Path, tmp_path: Path) -> None:
    other = put(report_factory.side_squat(), tmp_path / "out" / "side")
    export(fitted, to=tmp_path / "ex", formats=("netcdf",))
    export(other, to=tmp_path / "ex", formats=("netcdf",))

    listed = json.loads((tmp_path / "ex" / "lookfeel-export.json").read_bytes())
    assert set(listed["files"]) == {"fitted.nc", "side.nc"}
    assert set(listed["clips"]) == {"fitted", "side"}


def test_a_batch_gives_its_own_rows_failed_ones_too(batch: Path, tmp_path: Path) -> None:
    names = export(batch, to=tmp_path / "ex", formats=("csv", "netcdf"))
    sets = pd.read_csv(tmp_path / "ex" / "sets.csv")

    assert {"front-01.nc", "fitted-02.nc", "front-01.signals.csv", "fitted-02.signals.csv"} <= set(names)
    assert sets["athlete"].tolist() == ["Ann", "Ben", "Ann", "Cid"]
    assert sets["status"].tolist() == ["ok", "ok", "ok", "failed"]
    assert sets["n_reps"].isna().tolist() == [False, False, False, True]
    assert len(pd.read_csv(tmp_path / "ex" / "reps.csv")) == 3 * 6


def test_a_batch_whose_table_names_a_folder_elsewhere_is_refused(batch: Path) -> None:
    rows = pq.read_table(batch / "sets.parquet").to_pylist()
    for name in ("../../elsewhere", "", "..", None):
        rows[0]["result"] = name
        write_whole(batch / "sets.parquet", parquet_bytes(SET_COLUMNS, rows, {}))
        with pytest.raises(InvalidValue, match="no folder of results"):
            find_results([batch])
    (batch / "sets.parquet").write_bytes(b"no table")
    with pytest.raises(InvalidValue, match="cannot be read"):
        find_results([batch])


def test_a_result_of_an_earlier_version_says_what_to_do(fitted: Path) -> None:
    (fitted / "motion.nc").unlink()

    with pytest.raises(FileMissing, match="earlier version") as caught:
        find_results([fitted])

    assert "Analyse front squat 80 kg.mp4 again" in caught.value.hint


def test_nothing_there_and_a_report_of_another_form_are_told(fitted: Path, tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path, fitted / "motion"):
        with pytest.raises(FileMissing, match="no results here"):
            find_results([path])
    text = (fitted / "report.json").read_text(encoding="utf-8")
    (fitted / "report.json").write_text(text.replace('"1.2"', '"0.9"', 1), encoding="utf-8")
    with pytest.raises(UnreadableReport, match="schema_version"):
        find_results([fitted])


def test_two_results_of_one_name_are_refused(fitted: Path, tmp_path: Path) -> None:
    other = put(report_factory.side_squat(), tmp_path / "other" / "FITTED")

    with pytest.raises(InvalidValue, match="would both become"):
        find_results([fitted, other])


def test_a_motion_of_another_analysis_is_skipped_and_told(fitted: Path, tmp_path: Path) -> None:
    front = report_factory.front_squat()
    other = put(front, tmp_path / "out" / "front")
    stale = replace(front, provenance=replace(front.provenance, video_sha256="00" * 32))
    write_motion(motion_of(stale), other / "motion.nc")

    done = export_results(find_results([fitted, other]), tmp_path / "ex", formats=("netcdf",))

    assert [file.name for file in done.files] == ["fitted.nc"]
    assert [(name, "not of the same analysis" in why.message) for name, why in done.skipped] == [("front", True)]


def test_a_clip_without_a_body_in_metres_is_skipped_and_the_others_are_written(fitted: Path, tmp_path: Path) -> None:
    flat = put(report_factory.front_squat(), tmp_path / "out" / "flat")

    done = export_results(find_results([flat, fitted]), tmp_path / "ex", formats=("trc", "netcdf"))

    assert [file.name for file in done.files] == ["flat.nc", "fitted.trc", "fitted.nc"]
    assert [name for name, _ in done.skipped] == ["flat.trc"]
    assert "flat.trc" not in json.loads((tmp_path / "ex" / "lookfeel-export.json").read_bytes())["files"]


def test_markers_and_angles_read_back(fitted: Path, tmp_path: Path) -> None:
    export(fitted, to=tmp_path / "ex", formats=("trc", "mot"))

    assert len(read_trc(tmp_path / "ex" / "fitted.trc").markers) == 12
    assert "knee_angle_r" in read_mot(tmp_path / "ex" / "fitted.mot").columns
    for name in ("fitted.trc", "fitted.mot"):
        assert "ab" * 32 in (tmp_path / "ex" / name).read_text(encoding="utf-8")


class TestWhatIsInTheWay:
    def test_a_file_of_other_origin_is_never_overwritten(self, fitted: Path, tmp_path: Path) -> None:
        (tmp_path / "ex").mkdir()
        (tmp_path / "ex" / "sets.csv").write_text("mine")

        with pytest.raises(InvalidValue, match=r"sets\.csv.*not an export"):
            export(fitted, to=tmp_path / "ex")

        assert [path.name for path in (tmp_path / "ex").iterdir()] == ["sets.csv"]
        assert (tmp_path / "ex" / "sets.csv").read_text() == "mine"

    def test_an_export_that_somebody_changed_is_kept(self, fitted: Path, tmp_path: Path) -> None:
        export(fitted, to=tmp_path / "ex", formats=("csv",))
        with (tmp_path / "ex" / "sets.csv").open("a") as file:
            file.write("my note\n")

        with pytest.raises(InvalidValue, match="was changed"):
            export(fitted, to=tmp_path / "ex", formats=("csv",))

    @pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to("elsewhere")], ids=["folder", "link"])
    def test_a_folder_or_a_link_of_that_name(
        self, fitted: Path, tmp_path: Path, make: Callable[[Path], object]
    ) -> None:
        (tmp_path / "ex").mkdir()
        make(tmp_path / "ex" / "fitted.nc")

        with pytest.raises(InvalidValue, match="in the way"):
            export(fitted, to=tmp_path / "ex")

    def test_a_list_that_is_none(self, fitted: Path, tmp_path: Path) -> None:
        (tmp_path / "ex").mkdir()
        (tmp_path / "ex" / "lookfeel-export.json").write_text("[1]")

        with pytest.raises(InvalidValue, match="not a list of exports"):
            export(fitted, to=tmp_path / "ex")

    def test_a_run_that_was_killed_knows_its_own(
        self, fitted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        export(fitted, to=tmp_path / "whole")

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setitem(FORMATS, "mot", {".mot": killed})
            with pytest.raises(KeyboardInterrupt):
                export(fitted, to=tmp_path / "ex")
        (tmp_path / "ex" / ".export.part").mkdir()
        (tmp_path / "ex" / ".export.part" / "left.nc").write_text("half")
        export(fitted, to=tmp_path / "ex")

        assert hashes(tmp_path / "ex") == hashes(tmp_path / "whole")

    def test_a_folder_that_cannot_be_made(self, fitted: Path, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")

        with pytest.raises(StoreError, match="cannot be written"):
            export(fitted, to=tmp_path / "file" / "ex")


class TestCommand:
    def run(self, *arguments: str | Path) -> Any:
        return CliRunner().invoke(app, ["export", *map(str, arguments)])

    def test_it_names_what_it_wrote(self, fitted: Path, tmp_path: Path) -> None:
        done = self.run(fitted, "-f", "netcdf", "--format", "json", "-o", tmp_path / "ex")

        assert done.exit_code == 0
        assert [Path(line.removeprefix("Wrote ")).name for line in done.stdout.splitlines()] == [
            "fitted.nc",
            "fitted.json",
        ]

    def test_json_and_nothing_else(self, fitted: Path, tmp_path: Path) -> None:
        done = self.run(fitted, "-f", "netcdf", "-o", tmp_path / "ex", "--json")

        assert json.loads(done.stdout) == {"files": [str(tmp_path / "ex" / "fitted.nc")]}

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ((), "no results were named"),
            (("RESULT",), "no format was named"),
            (("RESULT", "-f", "xls"), "no format 'xls'"),
            (("RESULT", "-f", "csv", "--points", "some"), "--points 'some'"),
        ],
    )
    def test_what_it_cannot_do_is_told(
        self, fitted: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
    ) -> None:
        done = self.run(*(fitted if one == "RESULT" else one for one in arguments), "-o", tmp_path / "ex")

        assert done.exit_code == 2
        assert said in done.stderr
        assert not (tmp_path / "ex").exists()

    def test_a_skipped_clip_is_told_and_ends_badly(self, fitted: Path, tmp_path: Path) -> None:
        flat = put(report_factory.front_squat(), tmp_path / "out" / "flat")

        done = self.run(flat, fitted, "-f", "trc", "-o", tmp_path / "ex")

        assert done.exit_code == 2
        assert "flat.trc" in done.stderr
        assert "fitted.trc" in done.stdout
